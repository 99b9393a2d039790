#include "judge/policy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "document/document.h"

namespace redtag {
namespace {

constexpr std::array<std::string_view, 3> profiles{"advise", "standard", "strict"};
constexpr std::array<std::string_view, 2> verdicts{"note", "hold"};

/// A policy error: one line that names the place and what is expected there.
tl::unexpected<Error> expected_at(const std::string& origin, std::uint32_t line, std::string_view what) {
  return fail(ErrorCode::Input, fmt::format("{}:{}: {}", origin, line, what));
}

Expected<void> read_profile(const document::Node& value, Policy& policy) {
  const auto found = std::find(profiles.begin(), profiles.end(), value.text);
  if (value.type != document::NodeType::String || found == profiles.end()) {
    return expected_at(
        policy.origin, value.line,
        fmt::format("`profile` must be advise, standard or strict, not '{}'", shortened(printable(value.text), 40)));
  }
  policy.profile = static_cast<Profile>(found - profiles.begin());
  return {};
}

/// True for a path that stays below the top of the tree, so that a policy cannot name a directory of the host.
bool inside_tree(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  const auto parts = split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") == parts.end();
}

Expected<void> read_packs(const document::Node& value, Policy& policy) {
  constexpr std::string_view wanted = "`packs` must be a list of directories of the repository, like [.redtag/checks]";
  if (value.type != document::NodeType::Sequence) return expected_at(policy.origin, value.line, wanted);
  for (const document::Node& item : value.items) {
    if (item.type != document::NodeType::String || !inside_tree(item.text)) {
      return expected_at(policy.origin, item.line, wanted);
    }
    policy.packs.push_back(item.text);
  }
  return {};
}

}  // namespace

std::string_view profile_name(Profile profile) { return profiles[static_cast<std::uint8_t>(profile)]; }
std::string_view verdict_name(Verdict verdict) { return verdicts[static_cast<std::uint8_t>(verdict)]; }

Expected<Policy> read_policy(std::string_view text, std::string origin) {
  Policy policy;
  policy.digest = sha256_hex(text);
  policy.origin = std::move(origin);
  RT_TRY(document::Node root, document::parse_yaml(text, policy.origin));
  if (root.type == document::NodeType::Null) return policy;  // a file of comments only
  if (root.type != document::NodeType::Mapping) {
    return expected_at(policy.origin, root.line, "a policy must be a mapping with the keys `profile` and `packs`");
  }
  for (const document::Member& member : root.members) {
    if (member.key == "profile") {
      RT_TRY(read_profile(member.value, policy));
    } else if (member.key == "packs") {
      RT_TRY(read_packs(member.value, policy));
    } else {
      return expected_at(policy.origin, member.line,
                         fmt::format("unknown key '{}'; a policy has the keys `profile` and `packs`",
                                     shortened(printable(member.key), 40)));
    }
  }
  return policy;
}

}  // namespace redtag
