#include "trait/ports.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/text.h"

namespace redtag {

namespace {

constexpr unsigned last_port = 65535;
constexpr std::size_t most_resources = 20'000;

struct PortRule {
  std::string list;  ///< what it belongs to, as it is written there
  bool out = false;
  std::string protocol, network;
  unsigned first = 0, last = last_port;
  Region region;
};

const Value* at(const std::vector<Entry>& entries, std::initializer_list<std::string_view> names) {
  for (const Entry& entry : entries) {
    if (std::find(names.begin(), names.end(), entry.key) != names.end()) return &entry.value;
  }
  return nullptr;
}

std::string text_at(const std::vector<Entry>& entries, std::initializer_list<std::string_view> names) {
  const Value* const value = at(entries, names);
  return value == nullptr ? std::string() : lower_ascii(value->text);
}

bool read_port(const std::string& text, unsigned& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port <= last_port;
}

/// One rule out of its parts; false for what refuses, or has no ports that can be known.
bool read_rule(const std::vector<Entry>& entries, PortRule& rule) {
  if (text_at(entries, {"rule_action", "action", "RuleAction"}) != "allow") return false;
  rule.protocol = text_at(entries, {"protocol", "Protocol"});
  rule.network = text_at(entries, {"cidr_block", "CidrBlock", "ipv6_cidr_block", "Ipv6CidrBlock"});
  if (rule.protocol == "-1" || rule.protocol == "all") return true;
  const Value* const range = at(entries, {"PortRange"});
  const std::vector<Entry>& ports = range == nullptr ? entries : range->entries;
  return read_port(text_at(ports, {"from_port", "From"}), rule.first) &&
         read_port(text_at(ports, {"to_port", "To"}), rule.last);
}

std::vector<PortRule> rules_of(const Resource& resource) {
  std::vector<PortRule> rules;
  PortRule own;
  own.list = resource.scope + " " + text_at(resource.attributes, {"network_acl_id", "NetworkAclId"});
  own.out = text_at(resource.attributes, {"egress", "Egress"}) == "true";
  own.region = resource.header;
  if (read_rule(resource.attributes, own)) rules.push_back(own);
  for (const Entry& entry : resource.attributes) {
    PortRule inner;
    inner.list = resource.address;
    inner.out = entry.key == "egress";
    inner.region = entry.region;
    const bool block = entry.key == "ingress" || entry.key == "egress";
    if (block && read_rule(entry.value.entries, inner)) rules.push_back(inner);
  }
  return rules;
}

bool lets_through(const PortRule& wide, const PortRule& rule) {
  const bool any_network = wide.network == "0.0.0.0/0" || wide.network == "::/0";
  const bool any_protocol = wide.protocol == "-1" || wide.protocol == "all";
  return wide.list == rule.list && wide.out == rule.out && (any_protocol || wide.protocol == rule.protocol) &&
         (any_network || wide.network == rule.network);
}

}  // namespace

TraitResult ports_stay_open(const DeltaView& view, const Resource& resource) {
  const std::vector<PortRule> before = rules_of(resource);
  if (before.empty() || view.sides.after.resources.size() > most_resources) return {};
  std::vector<PortRule> after;
  for (const Resource& other : view.sides.after.resources) {
    if (other.stack != resource.stack || other.scope != resource.scope) continue;
    for (PortRule& rule : rules_of(other)) after.push_back(std::move(rule));
  }
  std::sort(after.begin(), after.end(), [](const PortRule& a, const PortRule& b) { return a.first < b.first; });
  const PortRule* last = nullptr;
  for (const PortRule& rule : before) {
    unsigned next = rule.first;
    for (const PortRule& other : after) {
      if (!lets_through(other, rule) || other.first > next || other.last < next) continue;
      next = other.last + 1;
      last = &other;
    }
    if (next <= rule.last) return {};
  }
  return {Answer::Yes, {{last->region, "what it let through is still let through here"}}};
}

}  // namespace redtag
