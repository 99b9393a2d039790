#include "delta/reach.h"

#include <algorithm>
#include <map>
#include <optional>

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

}  // namespace

Movement movement_of_spared(const Operation& was, const Operation& is) {
  const std::map<std::string, std::string> before = spared_by(was), after = spared_by(is);
  bool wider = false, narrower = false;
  for (const auto& [what, amount] : before) {
    const auto now = after.find(what);
    if (now == after.end()) {
      wider = true;
    } else if (now->second != amount) {
      const Comparison more = compare_quantities(known_string(amount), known_string(now->second)).outcome;
      if (more != Comparison::Wider && more != Comparison::Narrower) return Movement::Different;
      (more == Comparison::Wider ? narrower : wider) = true;
    }
  }
  for (const auto& [what, amount] : after) narrower = narrower || before.count(what) == 0;
  if (wider == narrower) return Movement::Different;
  return wider ? Movement::Wider : Movement::Narrower;
}

std::string runs_oftener(const Operation& was, const Operation& is) {
  const std::string_view before = schedule_of(was), after = schedule_of(is);
  if (before.empty() || after.empty() || before == after) return {};
  const std::optional<double> old_times = times_a_year(before), new_times = times_a_year(after);
  if (!old_times || !new_times || *new_times < *old_times * notably) return {};
  return "it ran at `" + std::string(before) + "` before, and runs more often at `" + std::string(after) + "`";
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
