// What a parse of some functions can do without: headers that define nothing that they name, and other functions.
//
// A parser that never sees a type stands in for it, and what a prototype says is not needed to tell a function's ways. What cannot be
// stood in for are bodies (a destructor that rolls back), macros, and other names of types. Found by words, so that it is a superset.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clang/protocol.h"
#include "lower/cpp/interest.h"

namespace redtag::cpp {

/// A text with blanks in place of comments and of what stands in quotes.
[[nodiscard]] std::string without_comments(std::string_view text);

/// The last part of a symbol, of a destructor that of its class.
[[nodiscard]] std::string_view called_as(std::string_view symbol);

/// Where a function's body starts in `code` whose parameters start at `at`; npos where it is only declared or called.
[[nodiscard]] std::size_t body_of(std::string_view code, std::size_t at);
/// Behind the brace that closes a body, or where it is too long to be read.
[[nodiscard]] std::size_t behind_body(std::string_view code, std::size_t at);

/// Macros and other names of types that a text defines: the name, and what it says.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> definitions_of(std::string_view text);

/// The functions in `code` whose results name the type of an `auto`.
void add_deduced(std::string_view code, Words& deduced);

/// Takes the headers out of both sides that define nothing that matters to `names`, and the farthest of the others where they are large.
/// Adds what the bodies and macros of those that stay name, a few levels deep. `deduced` are functions whose prototypes matter.
void keep_telling_headers(flow::Request& request, Words& names, const Words& deduced);

/// Writes blanks over functions of a text that are neither asked for nor named, where nothing but their body could be missed. Lines and
/// places stay.
void blank_unasked(std::string& text, const Unit& unit, const std::vector<ByteRange>& asked, const Words& names);

}  // namespace redtag::cpp
