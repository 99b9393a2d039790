// Small text work that every phase needs: lines, trimming, globs, and making a stranger's bytes safe to print.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace redtag {

/// Start offsets of the lines of a text, for turning bytes into 1-based lines and columns. Views nothing: it owns offsets only.
class LineIndex {
 public:
  explicit LineIndex(std::string_view text);
  /// 1-based line that holds `offset`; the last line for an offset at or behind the end.
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const;
  /// Offset of the first byte of 1-based `line`; the text's size for a line behind the last.
  [[nodiscard]] std::uint32_t start_of(std::uint32_t line) const;
  /// Number of lines; a text that ends in a newline has no further empty line; the empty text has 0.
  [[nodiscard]] std::uint32_t count() const;

 private:
  std::vector<std::uint32_t> starts_;
  std::uint32_t size_ = 0;
};

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
[[nodiscard]] std::string lower_ascii(std::string_view text);
[[nodiscard]] bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

/// Shell-like match of a whole text: `*` any run, `?` one byte. Linear in text times pattern; never recursive.
[[nodiscard]] bool glob_match(std::string_view pattern, std::string_view text);

/// Makes foreign text safe for a terminal or a log line: control bytes, escape sequences, bidirectional controls,
/// zero-width characters and invalid UTF-8 come out as \xNN or \u{NNNN}. Printable UTF-8 stays.
[[nodiscard]] std::string printable(std::string_view text);

/// `text` cut to at most `limit` bytes at a character border, with "…" at its end if something was cut.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t limit);

/// True if the bytes are well-formed UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace redtag
