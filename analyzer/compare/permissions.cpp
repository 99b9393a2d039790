#include "compare/permissions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compare/statement.h"

namespace redtag {
namespace {

constexpr std::size_t step_limit = 4'000'000;  // about a tenth of a second
constexpr std::size_t names_shown = 4;

/// Which pieces of a statement's three parts lie, in some combination, outside what the other side has.
struct Outside {
  std::vector<bool> principals;
  std::vector<bool> actions;
  std::vector<bool> resources;
  bool certain = false;  ///< at least one combination surely lies outside
  bool any = false;
  bool conditions_only = true;             ///< each of them lies inside once conditions are left away …
  const Statement* conditional = nullptr;  ///< … of this statement
};

/// How far one statement of the other side holds each piece.
struct Holding {
  const Statement* statement = nullptr;
  std::vector<Holds> principals;
  std::vector<Holds> actions;
  std::vector<Holds> resources;
  Holds conditions = Holds::No;
};

std::vector<Holds> holding_of(Part part, const Extent& outer, const Extent& inner, StepBudget& budget) {
  std::vector<Holds> held(inner.pieces(), Holds::Maybe);
  for (std::size_t i = 0; i < held.size() && !budget.exhausted(); ++i)
    held[i] = covers_piece(part, outer, inner, i, budget);
  return held;
}

bool holds_nothing(const std::vector<Holds>& held) {
  return std::all_of(held.begin(), held.end(), [](Holds one) { return one == Holds::No; });
}

/// The statements of the other side that may hold some of `inner`.
std::vector<Holding> holdings(const Statement& inner, const std::vector<Statement>& others, StepBudget& budget) {
  std::vector<Holding> result;
  for (const Statement& outer : others) {
    if (outer.effect != inner.effect || budget.exhausted()) continue;
    Holding holding;
    holding.statement = &outer;
    holding.actions = holding_of(Part::Actions, outer.actions, inner.actions, budget);
    if (holds_nothing(holding.actions)) continue;
    holding.principals = holding_of(Part::Principals, outer.principals, inner.principals, budget);
    if (holds_nothing(holding.principals)) continue;
    holding.resources = holding_of(Part::Resources, outer.resources, inner.resources, budget);
    if (holds_nothing(holding.resources)) continue;
    holding.conditions = conditions_cover(outer.conditions, inner.conditions, budget);
    result.push_back(std::move(holding));
  }
  return result;
}

/// Looks at one combination of pieces.
void look_at(const std::vector<Holding>& held, std::size_t p, std::size_t a, std::size_t r, Outside& outside) {
  Holds best = Holds::No;
  const Statement* but_for_conditions = nullptr;
  for (const Holding& holding : held) {
    const Holds box = std::min({holding.principals[p], holding.actions[a], holding.resources[r]});
    best = std::max(best, std::min(box, holding.conditions));
    if (best == Holds::Yes) return;
    if (box == Holds::Yes) but_for_conditions = holding.statement;
  }
  outside.any = true;
  outside.certain = outside.certain || best == Holds::No;
  outside.conditions_only = outside.conditions_only && but_for_conditions != nullptr;
  if (but_for_conditions != nullptr) outside.conditional = but_for_conditions;
  outside.principals[p] = outside.actions[a] = outside.resources[r] = true;
}

Outside find_outside(const Statement& inner, const std::vector<Statement>& others, StepBudget& budget) {
  Outside outside;
  outside.principals.resize(inner.principals.pieces());
  outside.actions.resize(inner.actions.pieces());
  outside.resources.resize(inner.resources.pieces());
  const std::vector<Holding> held = holdings(inner, others, budget);
  for (std::size_t p = 0; p < outside.principals.size(); ++p) {
    for (std::size_t a = 0; a < outside.actions.size(); ++a) {
      for (std::size_t r = 0; r < outside.resources.size(); ++r) {
        if (!budget.spend(1 + held.size())) return outside;
        look_at(held, p, a, r, outside);
      }
    }
  }
  return outside;
}

std::string names(const Extent& extent, const std::vector<bool>& chosen) {
  std::vector<std::string> shown;
  std::size_t rest = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (!chosen[i]) continue;
    if (shown.size() < names_shown) {
      shown.push_back(show_piece(extent, i));
    } else {
      ++rest;
    }
  }
  std::string text = fmt::format("{}", fmt::join(shown, " + "));
  if (rest != 0) text += fmt::format(" + {} more", rest);
  return text;
}

std::string describe(const Statement& statement, const Outside& outside, StepBudget& budget) {
  std::string text = names(statement.actions, outside.actions);
  if (statement.resources.kind != Extent::Kind::Everything)
    text += " on " + names(statement.resources, outside.resources);
  if (statement.principals.kind != Extent::Kind::Everything)
    text += " for " + names(statement.principals, outside.principals);
  if (!outside.conditions_only || outside.conditional == nullptr) return text;
  for (const Condition& condition : outside.conditional->conditions) {
    if (conditions_cover({condition}, statement.conditions, budget) != Holds::Yes)
      text += " without the condition " + condition.shown();
  }
  return text;
}

bool chosen_is_universal(Part part, const Extent& extent, const std::vector<bool>& chosen) {
  if (extent.kind == Extent::Kind::Except) return true;
  for (std::size_t i = 0; i < chosen.size() && extent.kind == Extent::Kind::Only; ++i) {
    if (chosen[i] && is_universal(part, extent.members[i])) return true;
  }
  return false;
}

/// It reaches all that an account has of a service, and not what it names: everything, `*`, `arn:aws:rds:*:*:*`.
bool reaches_widely(const Extent& resources) {
  if (resources.kind != Extent::Kind::Only) return true;
  return std::any_of(resources.members.begin(), resources.members.end(), [](const Member& member) {
    if (!member.known || is_universal(Part::Resources, member)) return true;
    const std::string_view last = std::string_view(member.text).substr(member.text.rfind(':') + 1);
    return last == "*" || last == "*/*";
  });
}

bool chosen_is_every_action(const Extent& extent, const std::vector<bool>& chosen) {
  if (chosen_is_universal(Part::Actions, extent, chosen)) return true;
  for (std::size_t i = 0; i < chosen.size() && extent.kind == Extent::Kind::Only; ++i) {
    const std::string& action = extent.members[i].text;
    if (chosen[i] && extent.members[i].known && (action.ends_with(":*") || action == "roles/owner")) return true;
  }
  return false;
}

bool has_unknown(const std::vector<Statement>& statements, const std::set<std::string>& elsewhere) {
  return std::any_of(statements.begin(), statements.end(), [&](const Statement& statement) {
    return statement.effect == StatementEffect::Unknown && !elsewhere.contains(statement.identity);
  });
}

std::set<std::string> identities(const std::vector<Statement>& statements) {
  std::set<std::string> all;
  for (const Statement& statement : statements) all.insert(statement.identity);
  return all;
}

/// Which way of looking: what the later side has and the earlier has not, or the reverse.
enum class Way : std::uint8_t { Forward, Backward };

void note_flags(const Statement& statement, const Outside& outside, PermissionDifference& result) {
  if (statement.effect == StatementEffect::Deny) return;
  const bool anyone = chosen_is_universal(Part::Principals, statement.principals, outside.principals);
  result.opened_to_anyone = result.opened_to_anyone || (anyone && statement.conditions.empty());
  // Every action on what a statement names is its owner's right, every action on everything of a service is power over others.
  const bool every =
      chosen_is_universal(Part::Actions, statement.actions, outside.actions) ||
      (chosen_is_every_action(statement.actions, outside.actions) && reaches_widely(statement.resources));
  result.every_action = result.every_action || every;
  result.condition_dropped = result.condition_dropped || outside.conditions_only;
}

/// Records what `statements` have and `others` have not. More allowed is a gain of its side, more denied a loss.
void record(const std::vector<Statement>& statements, const std::vector<Statement>& others, Way way, StepBudget& budget,
            PermissionDifference& result) {
  std::set<std::string> seen = identities(others);
  const bool others_may_have_it = has_unknown(others, identities(statements));
  for (const Statement& statement : statements) {
    if (!seen.insert(statement.identity).second) continue;
    if (statement.effect == StatementEffect::Unknown) {
      result.difference.gained.add_possible(statement.shown);
      result.difference.lost.add_possible(statement.shown);
      continue;
    }
    const Outside outside = find_outside(statement, others, budget);
    if (!outside.any) continue;
    const bool denies = statement.effect == StatementEffect::Deny;
    const bool is_gain = (way == Way::Forward) != denies;
    DifferenceSide& side = is_gain ? result.difference.gained : result.difference.lost;
    const std::string text =
        (denies ? is_gain ? "what was denied: " : "what is now denied: " : "") + describe(statement, outside, budget);
    const bool certain = outside.certain && !others_may_have_it;
    if (certain) {
      side.add(text);
    } else {
      side.add_possible(text);
    }
    if (!is_gain) continue;
    note_flags(statement, outside, result);
    result.denial_dropped = result.denial_dropped || denies;
  }
}

}  // namespace

PermissionDifference compare_permissions(const Value& before, const Value& after) {
  PermissionDifference result;
  const std::vector<Statement> earlier = read_statements(before);
  const std::vector<Statement> later = read_statements(after);
  StepBudget budget(step_limit);
  record(later, earlier, Way::Forward, budget, result);
  record(earlier, later, Way::Backward, budget, result);
  if (budget.exhausted()) result.difference.gave_up = "the access document is too large to compare";
  return result;
}

}  // namespace redtag
