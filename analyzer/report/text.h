// The report for a terminal. Internal to report/.
#pragma once

#include <string>

#include "report/report.h"

namespace redtag {

[[nodiscard]] std::string write_text(const Review& review, const ReportOptions& options);

}  // namespace redtag
