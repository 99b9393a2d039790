#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "lower/cpp/gates.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

constexpr std::size_t most_calls = 60;  // of one function: each costs a search through it

/// What a question stood in front of goes on without it. Calls that destroy are compared by themselves; here the question has to be
/// gone from the function as a whole, or turned round, since what is guarded is told by nothing but that it was.
class Access {
 public:
  Access(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    constexpr std::array questions = std::to_array<Question>({
        {"permission", SafeguardKind::PermissionCheck, true},
        {"environment", SafeguardKind::EnvironmentCheck, true},
        {"confirmation", SafeguardKind::Confirmation, true},
        {"dry-run", SafeguardKind::DryRun, false},
    });
    for (const Question& question : questions) {
      if (before_.find(question.kind, question.name) == nullptr && asks_somewhere(before_, words_, question))
        compare(question);
    }
  }

 private:
  void compare(const Question& question) {
    if (words_.names(question.name, lower_ascii(base_name(before_.meaning.function().symbol)) + "(")) return;
    const bool asked = asks_somewhere(after_, words_, question);
    Lost first;
    bool all_lost = true, privileged = false;
    for (const auto& [old_call, new_call] : steps()) {
      Lost now = lost_at(question, old_call, new_call, asked);
      if (!now.asked) continue;
      const std::string& name = call_of(before_, old_call).name;
      all_lost = all_lost && now.lost;
      if (words_.names("privileged", name)) {
        privileged = true;
        settle(question, access_text(question.name, name, true), now);
      } else if (!first.asked) {
        first = now;
        first.name = name;
      }
    }
    // What needs no privilege by its name may have been asked about for any reason: only a question that is gone altogether counts.
    if (first.asked && all_lost && !privileged) settle(question, access_text(question.name, first.name, false), first);
  }

  struct Lost {
    bool asked = false;  ///< on the before side
    bool lost = false;
    bool inverted = false;
    std::string name;
    ByteRange was;
    ByteRange now;
  };

  [[nodiscard]] Lost lost_at(const Question& question, std::size_t old_call, std::size_t new_call, bool asked) const {
    Lost step;
    step.was = call_of(before_, old_call).bytes;
    step.now = call_of(after_, new_call).bytes;
    step.asked = state_of(before_, words_, old_call, question, step.was) == GateState::Guards;
    // A variable may hold the outcome of a step whose name has such a word (`OpenForReadOnly`): the condition itself has to ask.
    const std::string condition = lower_ascii(before_.meaning.words(step.was));
    if (question.name == "environment" && !words_.names(question.name, condition)) step.asked = false;
    if (!step.asked) return step;
    const GateState now = state_of(after_, words_, new_call, question, step.now);
    step.inverted = now == GateState::Inverted;
    step.lost = step.inverted || (now == GateState::Absent && !asked && !asked_by_another(step.was, new_call));
    return step;
  }

  void settle(const Question& question, const std::string& text, const Lost& step) {
    before_.set(question.kind, text, Coverage::All, step.was);
    if (step.lost && !step.inverted) return after_.drop(question.kind, text);
    after_.set(question.kind, text, step.lost ? Coverage::None : Coverage::All, step.now);
  }

  /// Steps of both sides: the same call with the same operands, or of a name that stands once on both sides.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> steps() const {
    std::map<std::string, std::vector<std::size_t>> was = named(before_), is = named(after_);
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (const auto& [name, old_calls] : was) {
      const auto found = is.find(name);
      if (found == is.end() || old_calls.size() != found->second.size()) continue;
      for (std::size_t i = 0; i < old_calls.size() && pairs.size() < most_calls; ++i)
        pairs.emplace_back(old_calls[i], found->second[i]);
    }
    return pairs;
  }

  /// Calls that do something: no looks, no outcomes, nothing that is only shown.
  [[nodiscard]] std::map<std::string, std::vector<std::size_t>> named(const SharpSide& side) const {
    std::map<std::string, std::vector<std::size_t>> found;
    const auto& all = side.meaning.function().calls;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Call& call = all[i];
      const bool does = !call.name.empty() && call.use != Use::Asserted && !words_.names("look", call.name) &&
                        !words_.names("outcome", call.name) && side.meaning.step_of(i) != nullptr && !harms(side, i);
      if (does) found[call.name].push_back(i);
    }
    return found;
  }

  [[nodiscard]] static bool harms(const SharpSide& side, std::size_t call) {
    const auto& harmful = side.guarded.harmful;
    return std::any_of(harmful.begin(), harmful.end(), [&](const HarmfulCall& x) { return x.call == call; });
  }

  /// A new call in front that is given the same thing, or decides, may ask in its own words.
  [[nodiscard]] bool asked_by_another(ByteRange question, std::size_t step) const {
    const std::vector<std::string_view> subjects = identifiers_of(before_.meaning.words(question));
    const Call& guarded = call_of(after_, step);
    for (const Call& other : after_.meaning.function().calls) {
      if (other.name.empty() || other.use == Use::Asserted || other.bytes.begin >= guarded.bytes.begin) continue;
      if (!calls(before_, other.name) && shares(subjects_of(after_, other), subjects)) return true;
    }
    return false;
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_access(SharpSide& before, SharpSide& after, const GuardWords& words) {
  Access(before, after, words).run();
}

}  // namespace redtag::cpp
