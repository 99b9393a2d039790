#include "report/json.h"
namespace redtag {
std::string write_json(const Review&) { return "{}\n"; }
}  // namespace redtag
