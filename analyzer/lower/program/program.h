// Programs and scripts that reach data: what they delete, empty and drop by calls of a library, or by SQL in a string.
//
//   text ──code──> calls ──facts (code.tsv)──> what is lost, of what ──sql──> operations of procedures
//
// A program is not read for what it does, only for the calls that lose what is stored. Each function is a procedure of its own, and where the
// file stands says what starts it: a job by a timer, a script by hand, the rest by a request. What a program deletes all day (rows that
// a condition picks, when a request asks for it) is nothing to say; all rows of a table are, wherever that stands.
#pragma once

#include <optional>

#include "lower/code/code.h"
#include "lower/frontend.h"

namespace redtag::program {

/// The language that a file's name says, of those whose calls code.tsv knows.
[[nodiscard]] std::optional<code::Language> language_of(std::string_view path);

/// True for a file of one of the languages.
[[nodiscard]] bool is_program(std::string_view path);

/// What a program does to data, as the SQL front end hands it on: its operations are statements in other words.
[[nodiscard]] Model lower(const SourceFileView& file, const LoweringView& view);

}  // namespace redtag::program
