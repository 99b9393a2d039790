#include "report/text.h"
#include "report/words.h"
namespace redtag {
std::string write_text(const Review& review, const ReportOptions&) { return verdict_sentence(review) + "\n"; }
}  // namespace redtag
