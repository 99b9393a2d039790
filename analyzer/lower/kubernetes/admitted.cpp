#include "lower/kubernetes/admitted.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "document/document.h"
#include "lower/kubernetes/references.h"

namespace redtag::kubernetes {

namespace {

constexpr std::size_t most_rules = 200;      // of one policy
constexpr std::size_t most_accounts = 1000;  // of one map
constexpr std::string_view all_power = "system:masters";

bool is_empty(const Value* value) {
  if (value == nullptr || value->presence == Presence::Absent || value->is_null()) return true;
  return value->known() && value->items.empty() && value->entries.empty() && value->text.empty();
}

bool says(const Value& list, std::initializer_list<std::string_view> words) {
  return std::any_of(list.items.begin(), list.items.end(), [&](const Value& item) {
    return item.known() && std::find(words.begin(), words.end(), item.text) != words.end();
  });
}

enum class Answer : std::uint8_t { No, Yes, Unknown };

/// A peer that is every address there is.
bool is_every_address(const Value& peer) {
  const Value* block = find_entry(peer, "ipBlock");
  const Value* range = block == nullptr ? nullptr : find_entry(*block, "cidr");
  if (range == nullptr || !range->known() || !is_empty(find_entry(*block, "except"))) return false;
  return range->text == "0.0.0.0/0" || range->text == "::/0";
}

Answer network_rule(const Value& rule) {
  const Value* peers = find_entry(rule, "from");
  if (is_empty(peers)) return Answer::Yes;
  if (!peers->known()) return Answer::Unknown;
  return std::any_of(peers->items.begin(), peers->items.end(), is_every_address) ? Answer::Yes : Answer::No;
}

Answer mesh_rule(const Value& rule) {
  return is_empty(find_entry(rule, "from")) && is_empty(find_entry(rule, "when")) ? Answer::Yes : Answer::No;
}

/// Without any of its selecting members a rule selects nobody to keep out; `fromEntities` may name everybody.
Answer cilium_rule(const Value& rule) {
  const bool selects = std::any_of(rule.entries.begin(), rule.entries.end(),
                                   [](const Entry& entry) { return entry.key.starts_with("from"); });
  if (!selects) return Answer::Yes;
  const Value* entities = find_entry(rule, "fromEntities");
  const Value* ranges = find_entry(rule, "fromCIDR");
  const bool everybody = (entities != nullptr && says(*entities, {"all", "world"})) ||
                         (ranges != nullptr && says(*ranges, {"0.0.0.0/0", "::/0"}));
  return everybody ? Answer::Yes : Answer::No;
}

struct Policy {
  std::string_view type;
  std::string_view rules;  ///< list below `spec`
  Answer (*admits)(const Value& rule);
};

constexpr std::array policies = std::to_array<Policy>({
    {"cilium.io/CiliumClusterwideNetworkPolicy", "ingress", cilium_rule},
    {"cilium.io/CiliumNetworkPolicy", "ingress", cilium_rule},
    {"networking.k8s.io/NetworkPolicy", "ingress", network_rule},
    {"security.istio.io/AuthorizationPolicy", "rules", mesh_rule},
});

/// Rules of a policy that refuses, or is about what leaves, let nobody in.
bool lets_in(const Resource& object) {
  const Value* action = value_at(object, {"spec", "action"});
  if (action != nullptr && !(action->known() && action->text == "ALLOW")) return false;
  const Value* kinds = value_at(object, {"spec", "policyTypes"});
  return kinds == nullptr || says(*kinds, {"Ingress"});
}

std::optional<Value> admitted_by(const Resource& object, const Policy& policy) {
  const Value* rules = value_at(object, {"spec", policy.rules});
  if (rules == nullptr || !rules->known() || rules->items.size() > most_rules || !lets_in(object)) return std::nullopt;
  if (rules->items.empty()) return known_string("none", rules->region);
  for (const Value& rule : rules->items) {
    const Answer answer = rule.known() ? policy.admits(rule) : Answer::Unknown;
    if (answer == Answer::Unknown) return std::nullopt;
    if (answer == Answer::Yes) return known_string("everyone", rule.region.valid() ? rule.region : rules->region);
  }
  return known_string("some", rules->region);
}

/// Adds the accounts of one text that are in the group of all power.
void add_masters(const Value& text, Value& masters) {
  const auto read = document::parse_yaml_stream(text.text, "accounts", document::Repeats::Kept);
  if (!read || read->size() != 1) return;
  for (const document::Node& account : read->front().items) {
    const document::Node* groups = account.find("groups");
    if (groups == nullptr || masters.items.size() >= most_accounts) continue;
    const bool all = std::any_of(groups->items.begin(), groups->items.end(),
                                 [](const document::Node& group) { return group.text == all_power; });
    for (const std::string_view key : {"rolearn", "userarn"}) {
      const document::Node* name = account.find(key);
      if (all && name != nullptr) masters.items.push_back(known_string(name->text, text.region));
    }
  }
}

void note_masters(Resource& accounts) {
  Value masters;
  masters.presence = Presence::Known;
  masters.shape = Shape::Set;
  for (const std::string_view key : {"mapRoles", "mapUsers"}) {
    const Value* text = value_at(accounts, {"data", key});
    if (text == nullptr) continue;
    if (!text->known() || text->text.find("{{-") != std::string::npos) return;
    if (!masters.region.valid()) masters.region = text->region;
    add_masters(*text, masters);
  }
  if (!masters.region.valid()) return;
  const Region region = masters.region;
  accounts.attributes.push_back({"masters", std::move(masters), region});
}

}  // namespace

void note_admitted(Resource& object) {
  if (object.type == "ConfigMap" && object.name == "aws-auth") return note_masters(object);
  for (const Policy& policy : policies) {
    if (policy.type != object.type) continue;
    std::optional<Value> admits = admitted_by(object, policy);
    if (!admits) return;
    const Region region = admits->region;
    object.attributes.push_back({"admits", std::move(*admits), region});
    return;
  }
}

}  // namespace redtag::kubernetes
