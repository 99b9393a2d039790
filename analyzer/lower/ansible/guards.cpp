#include "lower/ansible/guards.h"

#include <algorithm>
#include <array>

#include "base/c_names.h"
#include "base/text.h"

namespace redtag::ansible {

namespace {

using document::Node;

struct Sign {
  std::string_view word;
  SafeguardKind kind;
};

/// Words of a condition, the most telling first.
constexpr std::array signs = std::to_array<Sign>({
    {"confirm", SafeguardKind::Confirmation},
    {"really", SafeguardKind::Confirmation},
    {"force", SafeguardKind::Confirmation},
    {"allow_", SafeguardKind::Confirmation},
    {"destroy", SafeguardKind::Confirmation},
    {"wipe", SafeguardKind::Confirmation},
    {"purge", SafeguardKind::Confirmation},
    {"delete", SafeguardKind::Confirmation},
    {"reset", SafeguardKind::Confirmation},
    {"ansible_check_mode", SafeguardKind::DryRun},
    {"dry_run", SafeguardKind::DryRun},
    {"prod", SafeguardKind::EnvironmentCheck},
    {"staging", SafeguardKind::EnvironmentCheck},
    {"environment", SafeguardKind::EnvironmentCheck},
    {"env ", SafeguardKind::EnvironmentCheck},
    {"env=", SafeguardKind::EnvironmentCheck},
    {"stage", SafeguardKind::EnvironmentCheck},
    {"inventory_hostname", SafeguardKind::EnvironmentCheck},
    {"group_names", SafeguardKind::EnvironmentCheck},
    {"groups[", SafeguardKind::EnvironmentCheck},
    {".stat.", SafeguardKind::ExistenceCheck},
    {"is defined", SafeguardKind::ExistenceCheck},
    {"length", SafeguardKind::ExistenceCheck},
    {"!= ''", SafeguardKind::ExistenceCheck},
    {"!= \"\"", SafeguardKind::ExistenceCheck},
});

std::string without_blanks(std::string_view text) {
  std::string kept;
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept), [](char c) { return c != ' ' && c != '\n'; });
  return kept;
}

/// `not wipe_db`: it runs unless somebody asks for it. A switch that holds it back (`not skip_wipe`) is a question like any other.
bool is_turned_round(std::string_view lowered, std::size_t at) {
  while (at > 0 && in_name(lowered[at - 1])) --at;
  const std::string_view before = trim(lowered.substr(0, at));
  static constexpr std::array holding = std::to_array<std::string_view>({"skip", "no", "keep", "disable", "prevent"});
  const bool holds = std::any_of(holding.begin(), holding.end(),
                                 [&](std::string_view word) { return lowered.substr(at).starts_with(word); });
  return (before == "not" || before.ends_with(" not") || before.ends_with("(not")) && !holds;
}

}  // namespace

ByteRange place_of_member(const Node& map, std::string_view key) {
  for (const document::Member& member : map.members) {
    if (member.key == key) return {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)};
  }
  return {};
}

std::string condition_of(const Node& task) {
  const Node* when = task.find("when");
  if (when == nullptr) return {};
  std::string text = when->scalar() ? when->text : std::string();
  for (const Node& item : when->items) text += (text.empty() ? "" : " and ") + item.text;
  return text;
}

bool is_left_out(const Node& task) {
  const Node* tags = task.find("tags");
  if (tags == nullptr) return false;
  return tags->text == "never" ||
         std::any_of(tags->items.begin(), tags->items.end(), [](const Node& tag) { return tag.text == "never"; });
}

std::optional<SafeguardKind> guard_in(std::string_view condition) {
  const std::string lowered = lower_ascii(condition) + " ";
  for (const Sign& sign : signs) {
    const std::size_t at = lowered.find(sign.word);
    if (at == std::string::npos) continue;
    if (sign.kind != SafeguardKind::Confirmation || !is_turned_round(lowered, at)) return sign.kind;
  }
  return std::nullopt;
}

Coverage coverage_of(std::string_view condition) {
  return condition.find(" or ") == std::string_view::npos ? Coverage::All : Coverage::Some;
}

bool says_missing(std::string_view condition, std::string_view name) {
  const std::string lowered = " " + lower_ascii(condition) + " ";
  if (name.empty() || lowered.find(" or ") != std::string::npos) return false;
  const std::string text = without_blanks(lowered);
  const std::string exists = lower_ascii(name) + ".stat.exists";
  const std::size_t at = text.find(exists);
  if (at == std::string::npos) return false;
  const std::string_view behind = std::string_view(text).substr(at + exists.size());
  const bool denied = at >= 3 && std::string_view(text).substr(at - 3, 3) == "not";
  return denied || behind.starts_with("==false") || behind.starts_with("isfalse");
}

}  // namespace redtag::ansible
