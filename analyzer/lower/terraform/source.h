// The text that is being lowered, and where it stands.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "lower/frontend.h"
#include "syntax/tree.h"

namespace redtag::terraform {

/// A parsed text and the way from its offsets to the image's. `text` may be a piece of the file's.
struct SourceView {
  const SourceFileView& file;
  std::string_view text;
  std::uint32_t offset = 0;  ///< of `text` in the image

  /// What a grammar closes for the author (a string, a here-document at the end of the text) ends with the file's text all the same.
  [[nodiscard]] Region region(ByteRange bytes) const {
    const std::uint32_t last = file.offset + static_cast<std::uint32_t>(file.text.size());
    const std::uint32_t end = std::min(bytes.end + offset, last);
    return {file.file, file.side, {std::min(bytes.begin + offset, end), end}};
  }
  [[nodiscard]] Region region(const syntax::NodeView& node) const { return region(node.bytes()); }
  [[nodiscard]] std::string_view of(const syntax::NodeView& node) const { return syntax::text_of(node, text); }
};

/// `text` with runs of blanks and newlines as one blank; a digest takes the place of what is over 4 KiB.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace redtag::terraform
