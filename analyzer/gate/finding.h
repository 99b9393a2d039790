// One finding about the gate, as its readers make it. Internal to gate/.
#pragma once

#include <string>
#include <string_view>

#include "change/change.h"
#include "finding/finding.h"

namespace redtag {

/// What differs from finding to finding.
struct GateFinding {
  std::string_view rule;  ///< `redtag/weaken-policy`
  Severity severity{};
  std::string entity;
  std::string change;  ///< for the fingerprint
  std::string says;
  std::string because;
  std::string instead;
  std::string before_text;
  std::string after_text;
  Region region;
  Certainty certainty = Certainty::Exact;
};

[[nodiscard]] Finding finding_of(GateFinding made);

/// True if an image holds all of its file's text.
[[nodiscard]] bool whole_text(const Image& image);
/// The file's text on a side, empty where there is none that can be read.
[[nodiscard]] std::string_view text_on(const FileChange& file, Side side);
/// True if the file has this path on the side.
[[nodiscard]] bool is_at(const FileChange& file, Side side, std::string_view path);
/// A region of a file: the bytes of a line (1-based), or its start where there is no such line.
[[nodiscard]] Region line_region(const FileChange& file, Side side, std::uint32_t line);

}  // namespace redtag
