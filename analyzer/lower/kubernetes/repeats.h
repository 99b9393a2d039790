// Keys that stand twice in one mapping: branches of a template, or a mistake that the platform's tool settles silently.
#pragma once

#include <string>
#include <vector>

#include "document/document.h"

namespace redtag::kubernetes {

/// A key that stands again in the same mapping.
struct RepeatedKey {
  std::string path;  ///< dotted, without indexes
  ByteRange bytes;   ///< of the later key
};

/// Where repeated keys come from.
enum class RepeatsMean : std::uint8_t {
  Branches,  ///< of a template's condition: both are kept, what they disagree on is unknown
  Mistake,   ///< the last one counts, as the platform's tools read it
};

/// Leaves each key once. Returns what stood repeatedly, in order; nothing for branches.
[[nodiscard]] std::vector<RepeatedKey> settle_repeats(document::Node& root, RepeatsMean meaning);

}  // namespace redtag::kubernetes
