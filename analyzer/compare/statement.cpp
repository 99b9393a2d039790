#include "compare/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "compare/glob.h"

namespace redtag {
namespace {

constexpr std::size_t shown_bytes = 120;

bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string normal_principal(std::string_view text) {
  if (text == "*" || text == "AWS:*" || text == "allUsers" || text == "*:*") return "*";
  if (text.starts_with("AWS:") && is_account(text.substr(4))) return fmt::format("AWS:arn:aws:iam::{}:root", text.substr(4));
  return std::string(text);
}

std::string normal_text(Part part, std::string_view text) {
  switch (part) {
    case Part::Principals: return normal_principal(text);
    case Part::Actions: return normal_glob(lower_ascii(text));
    case Part::Resources: return normal_glob(text);
  }
  return {};
}

/// `aws_iam_role.r[0].arn` is `aws_iam_role.r.arn`: what gets a count keeps its first instance, and one that is counted no more is that.
std::string without_first_keys(std::string text) {
  constexpr std::string_view first = "[0].";
  for (std::size_t at = text.find(first); at != std::string::npos; at = text.find(first, at))
    text.erase(at, first.size() - 1);
  return text;
}

Member read_member(Part part, const Value& value) {
  const bool known = value.known() && value.shape == Shape::Scalar;
  Member member{known ? normal_text(part, value.text) : without_first_keys(canonical(value)), {}, known};
  member.shown = known ? shortened(value.sensitive ? "(sensitive)" : value.text, shown_bytes) : show(value);
  return member;
}

void read_members(Part part, const Value& value, std::vector<Member>& members) {
  if (value.known() && value.shape != Shape::Scalar) {
    for (const Value& item : value.items) members.push_back(read_member(part, item));
  } else if (value.presence != Presence::Absent) {
    members.push_back(read_member(part, value));
  }
  const auto less = [](const Member& a, const Member& b) { return std::tie(a.known, a.text, a.shown) < std::tie(b.known, b.text, b.shown); };
  const auto same = [](const Member& a, const Member& b) { return a.known == b.known && a.text == b.text; };
  std::sort(members.begin(), members.end(), less);
  members.erase(std::unique(members.begin(), members.end(), same), members.end());
}

Extent read_extent(Part part, const Value& statement, std::string_view name) {
  Extent extent;
  const Value* only = find_entry(statement, name);
  const Value* except = find_entry(statement, "not_" + std::string(name));
  if (only != nullptr && only->presence != Presence::Absent && !only->is_null()) {
    extent.kind = Extent::Kind::Only;
    read_members(part, *only, extent.members);
  } else if (except != nullptr && except->presence != Presence::Absent && !except->is_null()) {
    extent.kind = Extent::Kind::Except;
    read_members(part, *except, extent.members);
  }
  return extent;
}

void read_condition(const Value& value, std::map<std::string, Condition>& conditions) {
  const std::size_t first = value.text.find('|');
  const std::size_t second = first == std::string::npos ? first : value.text.find('|', first + 1);
  // An expression may have the three cells in its text too (`StringEquals|aws:SourceVpc|var.vpc`); then only its value is unknown.
  if (second == std::string::npos || value.shape != Shape::Scalar) {
    Condition opaque;
    opaque.test = value.known() ? value.text : canonical(value);
    opaque.known = value.known();
    conditions.emplace("?" + opaque.test, std::move(opaque));
    return;
  }
  std::string test = lower_ascii(std::string_view(value.text).substr(0, first));
  const std::string key = lower_ascii(std::string_view(value.text).substr(first + 1, second - first - 1));
  const bool if_exists = test.ends_with("ifexists");
  if (if_exists) test.resize(test.size() - 8);
  Condition& condition = conditions[fmt::format("{}|{}|{}", test, key, if_exists ? "e" : "")];
  condition.test = test;
  condition.key = key;
  condition.if_exists = if_exists;
  condition.known = condition.known && value.known();
  condition.values.push_back(value.text.substr(second + 1));
}

std::vector<Condition> read_conditions(const Value& statement) {
  std::map<std::string, Condition> grouped;
  if (const Value* set = find_entry(statement, "conditions")) {
    if (set->known() && set->shape != Shape::Scalar) {
      for (const Value& item : set->items) read_condition(item, grouped);
    } else if (set->presence != Presence::Absent && !set->is_null()) {
      read_condition(*set, grouped);
    }
  }
  std::vector<Condition> conditions;
  for (auto& [name, condition] : grouped) {
    std::sort(condition.values.begin(), condition.values.end());
    condition.values.erase(std::unique(condition.values.begin(), condition.values.end()), condition.values.end());
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

StatementEffect read_effect(const Value& statement) {
  const Value* effect = find_entry(statement, "effect");
  if (effect == nullptr || effect->presence == Presence::Absent) return StatementEffect::Allow;
  if (!effect->known()) return StatementEffect::Unknown;
  const std::string word = lower_ascii(effect->text);
  if (word == "deny") return StatementEffect::Deny;
  return word == "allow" || word.empty() ? StatementEffect::Allow : StatementEffect::Unknown;
}

void identify(const Extent& extent, std::string& identity) {
  identity += fmt::format("{}[", static_cast<int>(extent.kind));
  for (const Member& member : extent.members) identity += fmt::format("{}{}:{},", member.known ? '=' : '?', member.text.size(), member.text);
  identity += ']';
}

Statement read_statement(const Value& value) {
  Statement statement;
  if (!value.known() || value.shape == Shape::Scalar) {
    statement.effect = StatementEffect::Unknown;
    statement.identity = canonical(value);
    statement.shown = show(value);
    return statement;
  }
  statement.effect = read_effect(value);
  statement.principals = read_extent(Part::Principals, value, "principals");
  statement.actions = read_extent(Part::Actions, value, "actions");
  statement.resources = read_extent(Part::Resources, value, "resources");
  statement.conditions = read_conditions(value);
  statement.identity = fmt::format("{}", static_cast<int>(statement.effect));
  for (const Extent* extent : {&statement.principals, &statement.actions, &statement.resources}) identify(*extent, statement.identity);
  for (const Condition& condition : statement.conditions) statement.identity += condition.shown() + (condition.known ? ";" : "?;");
  if (statement.effect == StatementEffect::Unknown) {
    statement.identity = canonical(value);
    statement.shown = show(value);
  }
  return statement;
}

}  // namespace

std::string Condition::shown() const {
  std::string text = test + (if_exists ? "ifexists " : " ") + key;
  return fmt::format("{} {}", text, fmt::join(values, " or "));
}

std::vector<Statement> read_statements(const Value& document) {
  std::vector<Statement> statements;
  if (document.presence == Presence::Absent || document.is_null()) return statements;
  if (!document.known() || document.shape == Shape::Scalar) {
    statements.push_back(read_statement(document));
    return statements;
  }
  for (const Value& item : document.items) statements.push_back(read_statement(item));
  return statements;
}

bool is_universal(Part part, const Member& member) {
  if (!member.known) return false;
  return member.text == "*" || (part == Part::Actions && member.text == "*:*");
}

std::string show_piece(const Extent& extent, std::size_t index) {
  switch (extent.kind) {
    case Extent::Kind::Everything: return "everything";
    case Extent::Kind::Only: return extent.members[index].shown;
    case Extent::Kind::Except: break;
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < extent.members.size() && i < 3; ++i) names.push_back(extent.members[i].shown);
  return fmt::format("everything but {}{}", fmt::join(names, ", "), extent.members.size() > 3 ? " …" : "");
}

}  // namespace redtag
