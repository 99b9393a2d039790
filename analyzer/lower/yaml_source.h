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

/// The documents of one text. What does not parse is a gap of `stack` in `model`, and the list empty.
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
