#include "lower/ci/pinned.h"

#include <algorithm>

namespace redtag::ci {

std::string_view firmness_of(std::string_view ref) {
  const bool digest = ref.size() >= 40 && std::all_of(ref.begin(), ref.end(), [](char c) {
                        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                      });
  if (digest) return "digest";
  if (ref.starts_with('v') || ref.starts_with('V')) ref.remove_prefix(1);
  return !ref.empty() && ref[0] >= '0' && ref[0] <= '9' ? "version" : "branch";
}

std::string_view pinned(std::string_view uses) {
  if (uses.starts_with("./") || uses.starts_with("../")) return "local";
  if (uses.starts_with("docker://")) return uses.find("@sha256:") == std::string_view::npos ? "image" : "digest";
  const std::size_t at = uses.find('@');
  return at == std::string_view::npos ? std::string_view("unversioned") : firmness_of(uses.substr(at + 1));
}

}  // namespace redtag::ci
