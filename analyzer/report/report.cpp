#include "report/report.h"

#include <array>

#include "report/attestation.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/sarif.h"
#include "report/text.h"

namespace redtag {
namespace {
constexpr std::array<std::string_view, 6> formats{"text", "sarif", "github", "json", "attestation", "markdown"};
}

std::string_view format_name(Format format) { return formats[static_cast<std::uint8_t>(format)]; }

std::optional<Format> format_from_name(std::string_view name) {
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (formats[i] == name) return static_cast<Format>(i);
  }
  return std::nullopt;
}

std::string write_report(Format format, const Review& review, const ReportOptions& options) {
  switch (format) {
    case Format::Text: return write_text(review, options);
    case Format::Sarif: return write_sarif(review);
    case Format::Github: return write_github(review);
    case Format::Json: return write_json(review);
    case Format::Attestation: return write_attestation(review);
    case Format::Markdown: return write_markdown(review);
  }
  return {};
}

}  // namespace redtag
