#include "delta/reach.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "compare/quantity.h"
#include "compare/schedule.h"
#include "model/destination.h"
#include "model/spared.h"

namespace redtag {

namespace {

/// Half as often again: a job that moves from one hour to another does what it did.
constexpr double notably = 1.5;

std::map<std::string, std::string> spared_by(const Operation& operation) {
  std::map<std::string, std::string> found;
  for (const Value& argument : operation.arguments) {
    std::string_view text = argument.text;
    if (!text.starts_with(spared_mark)) continue;
    text.remove_prefix(spared_mark.size());
    const std::size_t sign = text.find('=');
    if (sign != std::string_view::npos) found.emplace(text.substr(0, sign), text.substr(sign + 1));
  }
  return found;
}

std::string_view schedule_of(const Operation& operation) {
  for (const Value& argument : operation.arguments) {
    const std::string_view text = argument.text;
    if (text.starts_with(schedule_mark)) return text.substr(schedule_mark.size());
  }
  return {};
}

/// Whether one of two lists of values, each perhaps a glob, holds all of the other: `index,placement*` of `index`. Different for neither
/// and for both.
Movement movement_of_values(std::string_view before, std::string_view after) {
  constexpr std::size_t most = 64;
  const std::vector<std::string_view> was = split(before, ','), is = split(after, ',');
  if (was.size() > most || is.size() > most || before.empty() || after.empty()) return Movement::Different;
  const auto holds = [](const std::vector<std::string_view>& outer, const std::vector<std::string_view>& inner) {
    return std::all_of(inner.begin(), inner.end(), [&](std::string_view each) {
      return std::any_of(outer.begin(), outer.end(),
                         [&](std::string_view value) { return value == each || glob_match(value, each); });
    });
  };
  const bool more = holds(is, was), less = holds(was, is);
  if (more == less) return Movement::Different;
  return more ? Movement::Wider : Movement::Narrower;
}

/// A test that leaves out what passes it: it limits nothing where one that had to be passed is gone.
bool is_turned(std::string_view test) { return test.starts_with("not "); }

}  // namespace

Movement movement_of_spared(const Operation& was, const Operation& is) {
  const std::map<std::string, std::string> before = spared_by(was), after = spared_by(is);
  bool wider = false, narrower = false, opened = false;
  for (const auto& [what, amount] : before) {
    const auto now = after.find(what);
    if (now == after.end()) {
      wider = true;
      opened = opened || !is_turned(what);
    } else if (now->second != amount) {
      const Comparison more = compare_quantities(known_string(amount), known_string(now->second)).outcome;
      Movement values = more == Comparison::Wider      ? Movement::Narrower
                        : more == Comparison::Narrower ? Movement::Wider
                                                       : movement_of_values(amount, now->second);
      if (is_turned(what) && values != Movement::Different)
        values = values == Movement::Wider ? Movement::Narrower : Movement::Wider;
      if (values == Movement::Different) return values;
      (values == Movement::Wider ? wider : narrower) = true;
    }
  }
  for (const auto& [what, amount] : after)
    narrower = narrower || (before.count(what) == 0 && !(opened && is_turned(what)));
  if (wider == narrower) return Movement::Different;
  return wider ? Movement::Wider : Movement::Narrower;
}

std::string chooses_more(const Operation& was, const Operation& is) {
  constexpr std::string_view chosen = "by ";
  if (movement_of_spared(was, is) != Movement::Wider) return {};
  const std::map<std::string, std::string> before = spared_by(was), after = spared_by(is);
  for (const auto& [what, amount] : before) {
    const auto now = after.find(what);
    const std::string_view name = is_turned(what) ? std::string_view(what).substr(4) : std::string_view(what);
    if (!name.starts_with(chosen) || (now != after.end() && now->second == amount)) continue;
    const std::string test = std::string(name.substr(chosen.size())) + (amount.empty() ? "" : " " + amount);
    return now == after.end()
               ? "what it acts on was chosen by `" + test + "` before, and is not any more"
               : "what it acts on was chosen by `" + test + "` before, and is by `" + now->second + "` now";
  }
  return {};
}

std::string runs_oftener(const Operation& was, const Operation& is) {
  const std::string_view before = schedule_of(was), after = schedule_of(is);
  if (before.empty() || after.empty() || before == after) return {};
  const std::optional<double> old_times = times_a_year(before), new_times = times_a_year(after);
  if (!old_times || !new_times || *new_times < *old_times * notably) return {};
  return "it ran at `" + std::string(before) + "` before, and runs more often at `" + std::string(after) + "`";
}

std::string turned_round(const Operation& was, const Operation& is) {
  const auto has = [](const Operation& operation, const std::string& text) {
    return std::any_of(operation.arguments.begin(), operation.arguments.end(),
                       [&](const Value& argument) { return argument.text == text; });
  };
  const std::string runs = surrounding("if", "").text, fails = surrounding("unless", "").text;
  for (const Value& argument : was.arguments) {
    for (const auto& [from, to] : {std::pair(runs, fails), std::pair(fails, runs)}) {
      if (!argument.text.starts_with(from)) continue;
      const std::string condition = argument.text.substr(from.size());
      if (!has(is, to + condition) || has(is, argument.text) || has(was, to + condition)) continue;
      return "it ran " + std::string(from == runs ? "where" : "unless") + " `" + condition +
             "` before, and does the opposite now";
    }
  }
  return {};
}

std::vector<std::string_view> new_starters(const Operation& was, const Operation& is) {
  std::vector<std::string_view> found;
  for (const Value& argument : is.arguments) {
    if (!std::string_view(argument.text).starts_with(starter_mark)) continue;
    const bool known = std::any_of(was.arguments.begin(), was.arguments.end(),
                                   [&](const Value& each) { return each.text == argument.text; });
    if (!known) found.push_back(std::string_view(argument.text).substr(starter_mark.size()));
  }
  return found;
}

std::string led_elsewhere(const Operation& was, const Operation& is) {
  const ReachView before = reach_of(was), after = reach_of(is);
  if (after.where < Destination::Elsewhere || before.where >= Destination::Elsewhere) return {};
  // A host of which nothing is known is news only where it was the machine itself, or a test, before.
  if (after.where == Destination::Elsewhere && before.where == Destination::Unknown) return {};
  std::string sentence =
      after.where == Destination::Production ? "it acts on production now" : "it acts on another host now";
  sentence += " (" + std::string(after.because) + ")";
  if (!before.because.empty()) sentence += ", and acted on " + std::string(before.because) + " before";
  return sentence;
}

}  // namespace redtag
