// What a template prints with given values, as far as that can be said without Helm.
//
// Prints loops, conditions and values that are known; a directive that is not understood is printed as it stands, so that what reads
// templates reads the result. Definitions and what includes them stay directives. Each byte of the result knows where it came from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"
#include "document/document.h"

namespace redtag::helm {

/// A part of what was printed. Layer 0 is the template, others are the values' in their order, from 1 on.
struct Segment {
  std::uint32_t begin = 0;  ///< in the printed text
  std::uint32_t layer = 0;
  ByteRange source;       ///< in that layer's text
  bool verbatim = false;  ///< byte for byte; otherwise all of it came from all of `source`
  std::uint32_t element =
      0;  ///< 0: outside of loops; else the index + 1 of the innermost loop's element in `Printed::elements`
  std::uint32_t decider =
      0;  ///< 0: no value decides whether it is printed; else the index + 1 of that value in `Printed::deciders`
};

struct Place {
  std::uint32_t layer = 0;
  ByteRange bytes;
};

struct Printed {
  std::string text;
  std::vector<Segment> segments;  ///< ordered, without gaps
  std::vector<Place> elements;    ///< what loops ran over
  std::vector<Place> deciders;    ///< values that conditions asked for
  bool complete = true;           ///< false where a limit cut it short: then nothing may be concluded

  /// The segment that holds a byte of the text; nullptr for an empty text.
  [[nodiscard]] const Segment* at(std::uint32_t byte) const;
};

/// `layers`: documents of values; what goes first stands first. Bounded in steps, output and depth.
[[nodiscard]] Printed print_template(std::string_view text, std::span<const document::Node* const> layers);

}  // namespace redtag::helm
