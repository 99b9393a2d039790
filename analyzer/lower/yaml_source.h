// YAML and JSON as front ends read them: masked where a template engine has been before, with the way from the text that a
// scalar stands for back to the bytes it was written in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag {

/// A text of which lines had to be left out.
struct LenientYaml {
  std::vector<document::Node> roots;
  std::vector<ByteRange> left_out;  ///< whole lines, in the order in which they were found
  std::string whole;                ///< why nothing could be read; empty where something was
};

/// How many bytes may be parsed again, per text, for the lines that keep it from parsing.
constexpr std::size_t most_bytes_searched = std::size_t{8} << 20;

/// Reads what can be read: a line that keeps the text from parsing is found by halving and blanked. `budget` is what
/// may be spent on that, in bytes parsed, and shrinks.
[[nodiscard]] LenientYaml read_leniently(std::string_view text, std::size_t& budget);

/// The documents of one text. A line that does not parse is a gap of `stack` in `model`; so is all of the text where too many do not.
///
/// Directives of Jinja and its kin (`{% … %}`, `{# … #}`) are read as blanks where the text is no YAML with them, and `{{ … }}`
/// as a word; scalars come back with the words as written. Both branches of such a condition are read, one behind the other.
/// Of a window of a partial image, what stands before its first line of the least indentation is left out.
[[nodiscard]] std::vector<document::Node> read_yaml(const SourceFileView& file, Stack stack, Model& model);

/// The region of bytes of `file.text` in the image.
[[nodiscard]] Region region_in(const SourceFileView& file, ByteRange bytes);

/// A string as another language would see it, with a map to the image as embed() takes it.
struct PlacedText {
  std::string text;
  std::vector<std::uint32_t> map;  ///< text.size() + 1 offsets in the image; empty while nothing was added

  /// Adds what a scalar of `file` stands for.
  void add(const SourceFileView& file, const document::Node& scalar);
  /// Adds text that stands nowhere; it points at `offset` (in the image).
  void add(std::string_view made, std::uint32_t offset);
  /// Cuts out `count` bytes from `at`.
  void erase(std::size_t at, std::size_t count);
  [[nodiscard]] ByteRange bytes() const;
};

}  // namespace redtag
