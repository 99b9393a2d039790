// SARIF 2.1.0, one run, for any reader or for a host with rules of its own. Internal to report/.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "judge/review.h"
#include "report/place.h"

namespace redtag {

/// Who reads the file.
enum class SarifReader : std::uint8_t { Any, Github };

/// Which finding goes where.
struct SarifPlacement {
  std::size_t finding = 0;  ///< index into Review::findings
  Place place;
  bool elsewhere = false;  ///< `place` is only the nearest line that the reader shows
};

struct SarifPlan {
  SarifReader reader = SarifReader::Any;
  std::vector<SarifPlacement> results;
  std::vector<std::size_t> without_place;  ///< findings for a job summary, because the reader has no line for them
  std::size_t left_out = 0;                ///< findings beyond what the reader takes
};

/// Texts of a file are cut to this many UTF-16 units, because one reader drops results with more than 1,024.
inline constexpr std::size_t sarif_text_units = 1000;

[[nodiscard]] std::string print_sarif(const Review& review, const SarifPlan& plan, PlacesView& places);

/// The two formats.
[[nodiscard]] std::string write_sarif(const Review& review);
[[nodiscard]] std::string write_github(const Review& review);

}  // namespace redtag
