#include "delta/access.h"

#include <algorithm>
#include <set>
#include <string>

#include "compare/addresses.h"
#include "compare/permissions.h"
#include "facts/match.h"

namespace redtag {

namespace {

Movement movement_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::Equal: return Movement::Same;
    case Comparison::Wider: return Movement::Wider;
    case Comparison::Narrower: return Movement::Narrower;
    case Comparison::Both: return Movement::Both;
    case Comparison::Unknown: break;
  }
  return Movement::Unknown;
}

/// What came or went as a whole keeps that movement: it says more than "wider".
bool on_both_sides(const AttributeChange& change) {
  return change.before.presence != Presence::Absent && change.after.presence != Presence::Absent;
}

}  // namespace

namespace {

/// The account in `AWS:arn:aws:iam::123456789012:root`, which stands for all of it; empty for every other principal.
std::string_view whole_account(std::string_view principal) {
  constexpr std::string_view start = ":iam::", end = ":root";
  const std::size_t at = principal.find(start);
  if (at == std::string_view::npos || !principal.ends_with(end)) return {};
  return principal.substr(at + start.size(), principal.size() - at - start.size() - end.size());
}

/// An expression that says so, or the account that what the statement speaks of stands in.
bool is_own(std::string_view account, const Value& statement) {
  for (const std::string_view own : {"caller_identity", "AWS::AccountId", "local.account_id", "var.account_id",
                                     "var.aws_account_id", "local.aws_account_id"}) {
    if (account.find(own) != std::string_view::npos) return true;
  }
  const Value* resources = find_entry(statement, "resources");
  return resources != nullptr && std::any_of(resources->items.begin(), resources->items.end(), [&](const Value& arn) {
           return arn.text.find(account) != std::string::npos;
         });
}

/// A new document that lets in whoever another account lets in.
bool trusts_an_account(const Value& document) {
  return std::any_of(document.items.begin(), document.items.end(), [](const Value& statement) {
    const Value* effect = find_entry(statement, "effect");
    const Value* principals = find_entry(statement, "principals");
    if (principals == nullptr || (effect != nullptr && effect->text == "Deny")) return false;
    return std::any_of(principals->items.begin(), principals->items.end(), [&](const Value& principal) {
      const std::string_view account = whole_account(principal.text);
      return !account.empty() && !is_own(account, statement);
    });
  });
}

}  // namespace

Refined refine_access(AttributeChange& change) {
  if (change.before.shape != Shape::Permissions && change.after.shape != Shape::Permissions) return Refined::Changed;
  const PermissionDifference found = compare_permissions(change.before, change.after);
  const Comparison outcome = found.difference.outcome();
  if (outcome == Comparison::Equal) return Refined::NoChange;
  if (on_both_sides(change)) change.movement = movement_of(outcome);
  change.difference = found.difference.sentence();
  const Certainty certainty = found.difference.certain() ? Certainty::Exact : Certainty::Likely;
  const auto hit = [&](AttributeEffect effect) { change.effects.push_back({effect, certainty, {}}); };
  if (found.opened_to_anyone) hit(AttributeEffect::OpensToAnyone);
  if (found.every_action) hit(AttributeEffect::GrantsEverything);
  if (found.condition_dropped) hit(AttributeEffect::ConditionDropped);
  if (found.denial_dropped) hit(AttributeEffect::DenialDropped);
  if (change.before.presence == Presence::Absent && trusts_an_account(change.after))
    change.effects.push_back({AttributeEffect::TrustsAnother, Certainty::Likely, {}});
  return Refined::Changed;
}

namespace {

Value document_of(std::vector<Value> statements) {
  Value document;
  document.presence = Presence::Known;
  document.shape = Shape::Permissions;
  document.items = std::move(statements);
  return document;
}

/// Statements of `document` that do not stand word for word in `other`.
std::vector<Value> own_statements(const Value& document, const Value& other) {
  std::multiset<std::string> twins;
  for (const Value& statement : other.items) twins.insert(canonical(statement));
  std::vector<Value> own;
  for (const Value& statement : document.items) {
    const auto twin = twins.find(canonical(statement));
    if (twin == twins.end()) {
      own.push_back(statement);
    } else {
      twins.erase(twin);
    }
  }
  return own;
}

/// The principals that a document's allowing statements name, but for services: those act for whoever may use them.
std::set<std::string> trusted(const Value& document) {
  std::set<std::string> found;
  for (const Value& statement : document.items) {
    const Value* effect = find_entry(statement, "effect");
    const Value* principals = find_entry(statement, "principals");
    if (principals == nullptr || (effect != nullptr && effect->text == "Deny")) continue;
    for (const Value& principal : principals->items) {
      if (!principal.text.starts_with("Service:")) found.insert(canonical(principal));
    }
  }
  return found;
}

void note_trust(const AttributeChange& whole, AttributeChange& part) {
  const std::set<std::string> before = trusted(whole.before), after = trusted(part.after);
  if (std::includes(before.begin(), before.end(), after.begin(), after.end())) return;
  part.effects.push_back({AttributeEffect::TrustsAnother, Certainty::Likely, {}});
}

/// How much two statements speak of the same: pairs a rewritten one with what it was.
int kinship(const Value& a, const Value& b) {
  int alike = 0;
  for (const Entry& entry : a.entries) {
    const Value* twin = find_entry(b, entry.key);
    if (twin != nullptr && same_value(entry.value, *twin)) alike += entry.key == "effect" ? 1 : 2;
  }
  return alike;
}

/// A statement that was split off, merged or moved gains and loses nothing measured against the whole document.
bool matters(const AttributeChange& whole, const AttributeChange& part) {
  return !compare_permissions(whole.before, part.after).difference.gained.empty() ||
         !compare_permissions(part.before, whole.after).difference.lost.empty();
}

constexpr std::size_t most_statements = 64;  // beyond that the document is reported as one

}  // namespace

std::vector<AttributeChange> by_statement(const AttributeChange& change) {
  const bool readable = change.before.shape == Shape::Permissions && change.after.shape == Shape::Permissions;
  std::vector<Value> old_ones = own_statements(change.before, change.after);
  std::vector<Value> new_ones = own_statements(change.after, change.before);
  if (!readable || old_ones.size() + new_ones.size() > most_statements || new_ones.empty()) return {change};
  std::vector<AttributeChange> parts;
  for (Value& statement : new_ones) {
    if (!statement.region.valid()) return {change};
    AttributeChange part = change;
    part.effects.clear();
    part.place = change.place + "[" + std::to_string(parts.size()) + "]";
    part.after = document_of({statement});
    part.after_region = statement.region;
    const auto kin = std::max_element(old_ones.begin(), old_ones.end(), [&](const Value& a, const Value& b) {
      return kinship(a, statement) < kinship(b, statement);
    });
    if (kin != old_ones.end() && kinship(*kin, statement) > 1) {
      part.before = document_of({*kin});
      if (kin->region.valid()) part.before_region = kin->region;
      old_ones.erase(kin);
    } else {
      part.before = document_of({});
    }
    if (!matters(change, part) || refine_access(part) == Refined::NoChange) continue;
    note_trust(change, part);
    parts.push_back(std::move(part));
  }
  for (const Value& statement : old_ones) {
    AttributeChange part = change;
    part.effects.clear();
    part.place = change.place + "[" + std::to_string(parts.size()) + "]";
    part.before = document_of({statement});
    part.after = document_of({});
    if (statement.region.valid()) part.before_region = statement.region;
    part.after_region = {};
    if (matters(change, part) && refine_access(part) == Refined::Changed) parts.push_back(std::move(part));
  }
  return parts.empty() ? std::vector{change} : parts;
}

bool names_power(const FactRowView& row, const Value& value) {
  std::string_view text = value.text;
  while (!text.empty() && (text.back() == '"' || text.back() == '}')) text.remove_suffix(1);
  if (!text.empty() && value.presence != Presence::Absent) {
    const std::size_t slash = text.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? text : text.substr(slash + 1);
    if (value_matches(row.value, name)) return true;
  }
  return std::any_of(value.items.begin(), value.items.end(), [&](const Value& item) { return names_power(row, item); });
}

Exposure refine_addresses(AttributeChange& change) {
  const AddressDifference found = compare_addresses(change.before, change.after);
  const Comparison outcome = found.difference.outcome();
  if (on_both_sides(change) || outcome == Comparison::Equal) change.movement = movement_of(outcome);
  change.difference = found.difference.sentence();
  switch (found.gained) {
    case AddressScope::None: return Exposure::None;
    case AddressScope::Private: return Exposure::Private;
    case AddressScope::Public: return Exposure::Public;
    case AddressScope::Internet: break;
  }
  return Exposure::Internet;
}

}  // namespace redtag
