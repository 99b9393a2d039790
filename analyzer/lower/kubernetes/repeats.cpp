#include "lower/kubernetes/repeats.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace redtag::kubernetes {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// Two branches of one key: mappings and lists hold what either holds; a scalar covers both, and with them the directive between.
void join_branches(Node& first, Node&& second) {
  if (first.type == NodeType::Mapping && second.type == NodeType::Mapping) {
    std::move(second.members.begin(), second.members.end(), std::back_inserter(first.members));
    return;
  }
  if (first.type == NodeType::Sequence && second.type == NodeType::Sequence) {
    std::move(second.items.begin(), second.items.end(), std::back_inserter(first.items));
    return;
  }
  if (first.scalar() && second.scalar()) {
    first.text += " | " + second.text;
    first.plain = false;
    first.bytes.end = std::max(first.bytes.end, second.bytes.end);
    return;
  }
  if (first.scalar()) first = std::move(second);
}

struct Open {
  Node* node;
  std::string path;
};

}  // namespace

std::vector<RepeatedKey> settle_repeats(Node& root, RepeatsMean meaning) {
  std::vector<RepeatedKey> found;
  std::vector<Open> open{{&root, {}}};
  while (!open.empty()) {
    const Open at = std::move(open.back());
    open.pop_back();
    for (Node& item : at.node->items) open.push_back({&item, at.path});
    std::vector<Member> kept;
    std::unordered_map<std::string, std::size_t> places;
    for (Member& member : at.node->members) {
      const auto [known, fresh] = places.emplace(member.key, kept.size());
      if (fresh) {
        kept.push_back(std::move(member));
      } else if (meaning == RepeatsMean::Branches) {
        join_branches(kept[known->second].value, std::move(member.value));
      } else {
        found.push_back({at.path.empty() ? member.key : at.path + "." + member.key, member.key_bytes});
        kept[known->second] = std::move(member);
      }
    }
    at.node->members = std::move(kept);
    for (Member& member : at.node->members) {
      open.push_back({&member.value, at.path.empty() ? member.key : at.path + "." + member.key});
    }
  }
  std::sort(found.begin(), found.end(), [](const RepeatedKey& a, const RepeatedKey& b) { return a.bytes < b.bytes; });
  return found;
}

}  // namespace redtag::kubernetes
