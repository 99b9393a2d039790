// A text cut into statements by its brackets, quotes, comments and here-documents alone: for windows of a file and for text that
// does not parse. Linear in the text, whatever stands in it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag::terraform {

/// One statement, as far as brackets tell.
struct Statement {
  enum class Kind : std::uint8_t {
    Attribute,  ///< `name = …`
    Block,      ///< `word labels {`
    Stray,      ///< a bracket that closes nothing, or anything else
  };
  Kind kind = Kind::Stray;
  ByteRange bytes;
  ByteRange name;           ///< of the first word
  std::uint32_t open = 0;   ///< Block: offset of its `{`
  bool closed = true;       ///< all its brackets are closed where it ends
  std::size_t deepest = 0;  ///< strings and interpolations in one another
};

enum class Level : std::uint8_t {
  Top,  ///< a line that opens a top-level block starts a new statement, however many brackets are open
  Inner,
};

/// Cuts text[body]. Statements are in order and do not overlap; what lies between them is blank or comment.
[[nodiscard]] std::vector<Statement> cut_statements(std::string_view text, ByteRange body, Level level);

/// True if a line that starts at `at` opens a block that Terraform has at the top of a file (`resource "a" "b" {`).
[[nodiscard]] bool opens_top_block(std::string_view text, std::uint32_t at);

}  // namespace redtag::terraform
