#include <algorithm>
#include <charconv>

#include "delta/resources.h"

namespace redtag {

namespace {

/// The quoted strings of `["a","b\"c"]`.
std::vector<std::string> quoted_strings(std::string_view text) {
  std::vector<std::string> found;
  bool inside = false, escaped = false;
  std::string current;
  for (const char c : text) {
    if (!inside) {
      inside = c == '"';
      continue;
    }
    if (escaped) {
      current += c;
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
    } else if (c == '"') {
      found.push_back(std::move(current));
      current.clear();
      inside = false;
    } else {
      current += c;
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Instances read_instances(std::string_view text) {
  Instances instances;
  if (text.empty()) return instances;
  instances.kind = Instances::Kind::Unknown;
  constexpr std::string_view count = "count=", each = "each=";
  if (text.starts_with(count)) {
    const std::string_view digits = text.substr(count.size());
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), instances.count);
    if (error == std::errc() && end == digits.data() + digits.size()) instances.kind = Instances::Kind::Count;
  } else if (text.starts_with(each)) {
    instances.kind = Instances::Kind::Keys;
    instances.keys = quoted_strings(text.substr(each.size()));
    instances.count = instances.keys.size();
  }
  return instances;
}

}  // namespace redtag
