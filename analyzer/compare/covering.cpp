// Which principals, actions, resources and conditions hold which others.
#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "compare/address_range.h"
#include "compare/glob.h"
#include "compare/statement.h"

namespace redtag {
namespace {

/// A longer pattern is compared by its text alone.
constexpr std::size_t longest_pattern = 2048;

Holds certainly(bool yes) { return yes ? Holds::Yes : Holds::No; }

bool within_budget(std::string_view outer, std::string_view inner, StepBudget& budget) {
  if (outer.size() > longest_pattern || inner.size() > longest_pattern) return false;
  const auto stars = std::count(outer.begin(), outer.end(), '*');
  return budget.spend(1 + (stars > 1 ? outer.size() * inner.size() : outer.size() + inner.size()) / 16);
}

/// `AWS:arn:aws:iam::111122223333:` for the root of an account, which stands for all of its identities; else empty.
std::string_view account_prefix(std::string_view principal) {
  constexpr std::string_view tail = "root";
  const bool is_root = principal.starts_with("AWS:arn:") && principal.ends_with(":root");
  return is_root ? principal.substr(0, principal.size() - tail.size()) : std::string_view{};
}

bool principal_covers(std::string_view outer, std::string_view inner) {
  if (const std::string_view account = account_prefix(outer); !account.empty()) {
    if (inner.starts_with(account)) return true;
    // An assumed role is named by the token service, with the same account.
    const std::size_t service = account.find(":iam::");
    if (service != std::string_view::npos) {
      std::string assumed(account);
      assumed.replace(service, 6, ":sts::");
      return inner.starts_with(assumed);
    }
  }
  if (outer == "allAuthenticatedUsers") return inner.find(':') != std::string_view::npos && !inner.starts_with("AWS:");
  if (outer.starts_with("domain:")) {
    const std::string host = "@" + std::string(outer.substr(7));
    return (inner.starts_with("user:") || inner.starts_with("group:")) && inner.ends_with(host);
  }
  return false;
}

bool action_covers(std::string_view outer, std::string_view inner) {
  if (outer == "roles/owner") return inner == "roles/editor" || inner == "roles/viewer";
  return outer == "roles/editor" && inner == "roles/viewer";
}

Holds member_covers(Part part, const Member& outer, const Member& inner, StepBudget& budget) {
  if (is_universal(part, outer)) return Holds::Yes;
  if (outer.known == inner.known && outer.text == inner.text) return Holds::Yes;
  if (!outer.known || !inner.known) return Holds::Maybe;
  if (!within_budget(outer.text, inner.text, budget)) return Holds::Maybe;
  if (part == Part::Principals && principal_covers(outer.text, inner.text)) return Holds::Yes;
  if (part == Part::Actions && action_covers(outer.text, inner.text)) return Holds::Yes;
  return certainly(glob_covers(outer.text, inner.text));
}

/// Whether one of `outer` holds all of `inner`.
Holds any_covers(Part part, const std::vector<Member>& outer, const Member& inner, StepBudget& budget) {
  Holds best = Holds::No;
  for (const Member& member : outer) {
    best = std::max(best, member_covers(part, member, inner, budget));
    if (best == Holds::Yes || budget.exhausted()) break;
  }
  return best;
}

/// Whether nothing that `member` stands for is among `excluded`.
Holds none_meets(const std::vector<Member>& excluded, const Member& member, StepBudget& budget) {
  Holds worst = Holds::Yes;
  for (const Member& out : excluded) {
    if (out.known == member.known && out.text == member.text) return Holds::No;
    if (!out.known || !member.known || out.text.size() > longest_pattern || member.text.size() > longest_pattern ||
        !budget.spend(1 + out.text.size() * member.text.size() / 16)) {
      worst = Holds::Maybe;
    } else if (globs_meet(out.text, member.text)) {
      return Holds::No;
    }
  }
  return worst;
}

Holds covers_member(Part part, const Extent& outer, const Member& inner, StepBudget& budget) {
  return outer.kind == Extent::Kind::Only ? any_covers(part, outer.members, inner, budget) : none_meets(outer.members, inner, budget);
}

/// Whether `outer` holds everything but `excluded`.
Holds covers_rest(Part part, const Extent& outer, const std::vector<Member>& excluded, StepBudget& budget) {
  if (outer.kind == Extent::Kind::Only) {
    const bool universal = std::any_of(outer.members.begin(), outer.members.end(), [&](const Member& m) { return is_universal(part, m); });
    const bool known = std::all_of(outer.members.begin(), outer.members.end(), [](const Member& m) { return m.known; });
    return universal ? Holds::Yes : known ? Holds::No : Holds::Maybe;
  }
  Holds worst = Holds::Yes;
  for (const Member& member : outer.members) worst = std::min(worst, any_covers(part, excluded, member, budget));
  return worst;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_negated(std::string_view test) { return test.find("not") != std::string_view::npos; }

/// Whether a value of a test lets through all that another value of it does; `test` without negation.
bool value_covers(std::string_view test, const std::string& outer, const std::string& inner, StepBudget& budget) {
  if (outer == inner) return true;
  if (test.find("ipaddress") != std::string_view::npos) {
    const auto wide = parse_address_range(outer);
    const auto narrow = parse_address_range(inner);
    return wide && narrow && covers({*wide}, *narrow);
  }
  const auto bound = number(outer);
  const auto given = number(inner);
  if (bound && given && test.find("numericlessthan") != std::string_view::npos) return *given <= *bound;
  if (bound && given && test.find("numericgreaterthan") != std::string_view::npos) return *given >= *bound;
  if (test.find("ignorecase") != std::string_view::npos) return lower_ascii(outer) == lower_ascii(inner);
  const bool is_glob = test.find("like") != std::string_view::npos || test.find("arn") != std::string_view::npos;
  const std::string wide = is_glob ? normal_glob(outer) : std::string();
  const std::string narrow = is_glob ? normal_glob(inner) : std::string();
  return is_glob && within_budget(wide, narrow, budget) && glob_covers(wide, narrow);
}

bool all_covered(std::string_view test, const std::vector<std::string>& outer, const std::vector<std::string>& inner, StepBudget& budget) {
  return std::all_of(inner.begin(), inner.end(), [&](const std::string& value) {
    return std::any_of(outer.begin(), outer.end(), [&](const std::string& wide) { return value_covers(test, wide, value, budget); });
  });
}

/// True if `wide` asks the same question as `narrow`, or a looser form of it (`StringLike` for `StringEquals`).
bool same_question(const std::string& wide, const std::string& narrow) {
  if (wide == narrow) return true;
  for (const std::string_view family : {"string", "arn"}) {
    const std::size_t at = wide.find(family);
    if (at == std::string::npos || is_negated(wide) || is_negated(narrow)) continue;
    std::string equals = wide;
    if (wide.substr(at) == std::string(family) + "like") equals.replace(at + family.size(), 4, "equals");
    if (equals == narrow) return true;
  }
  return false;
}

/// Whether meeting `inner` implies meeting `outer`.
Holds implies(const Condition& outer, const Condition& inner, StepBudget& budget) {
  if (!outer.key.empty() && !inner.key.empty() && outer.key != inner.key) return Holds::No;
  if (!outer.known || !inner.known) {
    const bool same = outer.known == inner.known && outer.test == inner.test && outer.key == inner.key &&
                      outer.values == inner.values && outer.if_exists == inner.if_exists;
    return same ? Holds::Yes : Holds::Maybe;
  }
  if (!same_question(outer.test, inner.test)) return Holds::No;
  if (inner.if_exists && !outer.if_exists) return Holds::No;
  if (!budget.spend(1 + outer.values.size() * inner.values.size())) return Holds::Maybe;
  const bool holds = is_negated(outer.test) ? all_covered(outer.test, inner.values, outer.values, budget)
                                            : all_covered(outer.test, outer.values, inner.values, budget);
  return certainly(holds);
}

}  // namespace

Holds covers_piece(Part part, const Extent& outer, const Extent& inner, std::size_t index, StepBudget& budget) {
  if (outer.kind == Extent::Kind::Everything) return Holds::Yes;
  switch (inner.kind) {
    case Extent::Kind::Everything: return covers_rest(part, outer, {}, budget);
    case Extent::Kind::Only: return covers_member(part, outer, inner.members[index], budget);
    case Extent::Kind::Except: return covers_rest(part, outer, inner.members, budget);
  }
  return Holds::No;
}

Holds conditions_cover(const std::vector<Condition>& outer, const std::vector<Condition>& inner, StepBudget& budget) {
  Holds worst = Holds::Yes;
  for (const Condition& wanted : outer) {
    Holds best = Holds::No;
    for (const Condition& given : inner) {
      if (budget.exhausted()) return Holds::Maybe;
      best = std::max(best, implies(wanted, given, budget));
    }
    worst = std::min(worst, best);
  }
  return worst;
}

}  // namespace redtag
