// Reports: one file for each format. The only module that knows lines and columns, and the one place where foreign text is
// escaped for where it goes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "judge/review.h"

namespace redtag {

enum class Format : std::uint8_t { Text, Sarif, Github, Json, Attestation, Markdown };
[[nodiscard]] std::string_view format_name(Format format);
[[nodiscard]] std::optional<Format> format_from_name(std::string_view name);

enum class Color : std::uint8_t { Never, Always };

/// What an attestation states: the predicate type of its in-toto statement.
inline constexpr std::string_view verdict_predicate = "urn:redtag:verdict:v1";

struct ReportOptions {
  Color color = Color::Never;  ///< text only
};

/// The whole report as text. Deterministic: no clock, no host paths.
[[nodiscard]] std::string write_report(Format format, const Review& review, const ReportOptions& options);

}  // namespace redtag
