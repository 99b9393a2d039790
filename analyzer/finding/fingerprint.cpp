#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <numeric>
#include <utility>

#include "base/expected.h"
#include "base/hash.h"
#include "base/text.h"
#include "finding/finding.h"

namespace redtag {
namespace {

/// Appends `text` as a JSON string in the canonical form of RFC 8785: only what must be escaped is.
void append_string(std::string& json, std::string_view text) {
  json += '"';
  for (const char c : text) {
    switch (c) {
      case '"': json += "\\\""; break;
      case '\\': json += "\\\\"; break;
      case '\b': json += "\\b"; break;
      case '\f': json += "\\f"; break;
      case '\n': json += "\\n"; break;
      case '\r': json += "\\r"; break;
      case '\t': json += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          std::array<char, 8> buffer{};
          std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(c));
          json += buffer.data();
        } else {
          json += c;
        }
    }
  }
  json += '"';
}

/// A member's value. Names need not be UTF-8 but JSON must be, so other bytes are told apart by their type: two different
/// names never make the same text.
void append_member(std::string& json, std::string_view key, std::string_view text) {
  if (json.size() > 1) json += ',';
  append_string(json, key);
  json += ':';
  if (is_utf8(text)) {
    append_string(json, text);
    return;
  }
  json += "{\"bytes\":\"";
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : text) {
    json += digits[static_cast<unsigned char>(c) >> 4U];
    json += digits[static_cast<unsigned char>(c) & 0xFU];
  }
  json += "\"}";
}

/// What makes two findings equal: everything but the ordinal and how many equals there are. Keys in sorted order, as the canonical form
/// wants them; `of` and `ordinal` sort behind `facts` and before `rule`, so the text is cut there.
std::pair<std::string, std::string> identity(const Finding& finding, std::string_view environment) {
  std::string head = "{";
  append_member(head, "after", finding.after_text);
  append_member(head, "before", finding.before_text);
  append_member(head, "change", finding.change);
  append_member(head, "entity", finding.entity);
  if (!environment.empty()) append_member(head, "environment", environment);
  if (!finding.facts.empty()) append_member(head, "facts", finding.facts);
  std::string tail = ",";
  append_member(tail, "rule", finding.rule);
  tail.erase(0, 1);
  return {std::move(head), std::move(tail)};
}

}  // namespace

void fingerprint(std::vector<Finding>& findings, const std::vector<std::string>& declared_environment) {
  RT_ASSERT(declared_environment.size() == findings.size(), "one declared environment for each finding");
  std::vector<std::size_t> order(findings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return findings[a].region < findings[b].region; });
  using Identity = std::pair<std::string, std::string>;
  std::map<Identity, std::vector<std::size_t>> equals;  // in order of their place
  for (const std::size_t i : order) equals[identity(findings[i], declared_environment[i])].push_back(i);
  for (const auto& [texts, members] : equals) {
    // Who cleared one of three accepted one of three: when one of them goes, no other may step into its place.
    const std::string of = members.size() == 1 ? "" : ",\"of\":" + std::to_string(members.size());
    for (std::size_t ordinal = 0; ordinal < members.size(); ++ordinal) {
      const std::string json = texts.first + of + ",\"ordinal\":" + std::to_string(ordinal) + "," + texts.second + "}";
      findings[members[ordinal]].fingerprint = "redtag/v1:" + sha256_hex(json);
    }
  }
}

}  // namespace redtag
