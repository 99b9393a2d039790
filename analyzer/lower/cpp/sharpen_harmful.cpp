#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/cpp/gates.h"
#include "lower/cpp/names.h"
#include "lower/cpp/parse.h"

namespace redtag::cpp {

namespace {

constexpr std::size_t most_pairs = 40;  // of one function: each costs a search through it

/// A call that destroys, on both sides.
struct Pair {
  std::size_t before = 0;
  std::size_t after = 0;
};

class Harmful {
 public:
  Harmful(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    std::vector<Pair> pairs = pair_calls();
    if (pairs.empty()) return;
    if (pairs.size() > most_pairs) pairs.resize(most_pairs);
    constexpr std::array questions = std::to_array<Question>({
        {"confirmation", SafeguardKind::Confirmation, true},
        {"dry-run", SafeguardKind::DryRun, false},
        {"permission", SafeguardKind::PermissionCheck, true},
        {"environment", SafeguardKind::EnvironmentCheck, true},
    });
    for (const Question& question : questions) compare_question(pairs, question);
    for (const Pair& pair : pairs) {
      compare_checks(pair);
      compare_insisting(pair);
      compare_result(pair);
      compare_steps(pair);
      compare_copies(pair);
    }
  }

 private:
  static std::string arguments_of(const Call& call) {
    std::string text;
    for (const Argument& argument : call.arguments) text += argument.text + '\1';
    return text;
  }

  /// The same call with the same arguments; of the rest those whose name stands once on both sides.
  [[nodiscard]] std::vector<Pair> pair_calls() const {
    std::vector<Pair> pairs;
    std::set<std::size_t> taken, done;
    const auto match = [&](const auto& key_of, bool only) {
      std::map<std::string, std::vector<std::size_t>> was, is;
      const auto sort = [&](const SharpSide& side, auto& into, const std::set<std::size_t>& skip) {
        for (const HarmfulCall& harmful : side.guarded.harmful) {
          const Call& call = call_of(side, harmful.call);
          if (!call.name.empty() && !harmful.harmless_target && skip.count(harmful.call) == 0)
            into[key_of(call)].push_back(harmful.call);
        }
      };
      sort(before_, was, done);
      sort(after_, is, taken);
      for (const auto& [key, old_calls] : was) {
        const auto found = is.find(key);
        if (found == is.end() || (only && (old_calls.size() > 1 || found->second.size() > 1))) continue;
        for (std::size_t i = 0; i < std::min(old_calls.size(), found->second.size()); ++i) {
          pairs.push_back({old_calls[i], found->second[i]});
          done.insert(old_calls[i]);
          taken.insert(found->second[i]);
        }
      }
    };
    match([](const Call& call) { return call.name + '\0' + arguments_of(call); }, false);
    match([](const Call& call) { return call.name; }, true);
    return pairs;
  }

  // --- questions: may it, shall it, is it only tried ---

  void compare_question(const std::vector<Pair>& pairs, const Question& question) {
    int kept = 0;
    std::optional<ByteRange> was, lost;
    bool inverted = false;
    for (const Pair& pair : pairs) {
      ByteRange old_place = call_of(before_, pair.before).bytes, new_place = call_of(after_, pair.after).bytes;
      if (state_of(before_, words_, pair.before, question, old_place) != GateState::Guards) continue;
      if (!was) was = old_place;
      const GateState now = state_of(after_, words_, pair.after, question, new_place);
      if (now == GateState::Guards) {
        ++kept;
      } else if (!lost) {
        lost = new_place;
        inverted = now == GateState::Inverted;
      }
    }
    if (!was) return;
    before_.set(question.kind, question.name, Coverage::All, *was);
    if (!lost) {
      after_.set(question.kind, question.name, Coverage::All, after_.meaning.function().header);
    } else if (kept == 0 && !inverted) {
      after_.drop(question.kind, question.name);
    } else {
      after_.set(question.kind, question.name, kept > 0 ? Coverage::Some : Coverage::None, *lost);
    }
  }

  // --- bounds, null, existence ---

  /// A look at a value, not a step that may fail: no call in it but those that only look.
  [[nodiscard]] bool only_looks(const SharpSide& side, const Gate& gate) const {
    for (const Call& call : side.meaning.function().calls) {
      const bool inside = gate.bytes.begin <= call.bytes.begin && call.bytes.end <= gate.bytes.end;
      if (inside && !call.name.empty() && !words_.names("look", call.name) && !words_.names("outcome", call.name))
        return false;
    }
    return true;
  }

  [[nodiscard]] bool named_guard(const SharpSide& side, const Gate& gate) const {
    const std::vector<std::string> asked = side.meaning.asked(gate.block);
    return std::any_of(asked.begin(), asked.end(), [&](const std::string& text) {
      return words_.names("confirmation", text) || words_.names("dry-run", text) || words_.names("permission", text) ||
             words_.names("environment", text);
    });
  }

  static std::string plain(const Gate& gate) {
    std::string out;
    for (const char c : gate.text) {
      if (c != ' ' && c != '(' && c != ')' && c != '!') out += c;
    }
    return out;
  }

  [[nodiscard]] bool asked_elsewhere(const Pair& pair, const Gate& gate, const std::vector<Gate>& now) const {
    const Call& call = call_of(after_, pair.after);
    const std::vector<std::string_view> subjects = subjects_of(after_, call);
    const std::vector<Gate> then = gates_of(before_, pair.before);
    const bool before_holds = gate.holds != turned(gate.text);
    for (const Gate& other : now) {
      const bool same = plain(other) == plain(gate);
      if (same && (other.holds != turned(other.text)) == before_holds) return true;
      const bool old = std::any_of(then.begin(), then.end(), [&](const Gate& x) { return plain(x) == plain(other); });
      if (!same && !old && shares(with_sources(after_, identifiers_of(other.text)), subjects)) return true;
    }
    // A callee that refuses: a new call in front of it that is given the same thing.
    for (std::size_t i = 0; i < after_.meaning.function().calls.size(); ++i) {
      const Call& other = call_of(after_, i);
      if (i == pair.after || other.use == Use::Asserted || other.bytes.begin > call.bytes.begin) continue;
      if (!shares(subjects_of(after_, other), identifiers_of(gate.text)) || calls(before_, other.name)) continue;
      return true;
    }
    return false;
  }

  /// The same words let through where they did not, and nothing lets through where they did.
  static bool turned_round(const Gate& gate, const std::vector<Gate>& now) {
    const bool held = gate.holds != turned(gate.text);
    const auto same = [&](const Gate& other, bool holds) {
      return plain(other) == plain(gate) && (other.holds != turned(other.text)) == holds;
    };
    return std::any_of(now.begin(), now.end(), [&](const Gate& x) { return same(x, !held); }) &&
           std::none_of(now.begin(), now.end(), [&](const Gate& x) { return same(x, held); });
  }

  /// Calls that do not come back where what they are given is not so, on every way to a call: `CHECK(d.IsEmpty(id));`.
  [[nodiscard]] std::vector<std::size_t> insists_before(const SharpSide& side, std::size_t harmful) const {
    std::vector<std::size_t> found;
    const StepId* at = side.meaning.step_of(harmful);
    const Call& guarded = call_of(side, harmful);
    const std::vector<std::string_view> subjects = subjects_of(side, guarded);
    const auto& all = side.meaning.function().calls;
    for (std::size_t i = 0; at != nullptr && i < all.size(); ++i) {
      if (all[i].use != Use::Discarded || all[i].bytes.end > guarded.bytes.begin) continue;
      if (!words_.names("check-macro", all[i].name) || !shares(subjects_of(side, all[i]), subjects)) continue;
      if (all[i].conditions.size() <= guarded.conditions.size()) found.push_back(i);
    }
    return found;
  }

  void compare_insisting(const Pair& pair) {
    const std::vector<std::size_t> was = insists_before(before_, pair.before);
    if (was.empty() || after_.meaning.step_of(pair.after) == nullptr) return;
    const Call& check = call_of(before_, was.front());
    const Call& now = call_of(after_, pair.after);
    std::vector<std::string_view> asked = subjects_of(before_, check);
    // Asked by another macro, a callee, a decision: anything in front that is given the same.
    for (const Call& other : after_.meaning.function().calls) {
      const bool in_front = other.bytes.end <= now.bytes.begin && other.use != Use::Asserted && !other.name.empty();
      const bool looks = words_.names("look", other.name) || words_.names("outcome", other.name);
      const bool insists = words_.names("check-macro", other.name) || !calls(before_, other.name);
      if (in_front && insists && !looks && shares(subjects_of(after_, other), asked)) return;
    }
    const std::vector<Gate> then = gates_of(before_, pair.before);
    for (const Gate& gate : gates_of(after_, pair.after)) {
      const bool old = std::any_of(then.begin(), then.end(), [&](const Gate& x) { return plain(x) == plain(gate); });
      if (!old && shares(with_sources(after_, identifiers_of(gate.text)), asked)) return;
    }
    const std::string text = folded(before_.meaning.words(check.bytes)).substr(0, 80);
    before_.set(SafeguardKind::ExistenceCheck, text, Coverage::All, check.bytes);
  }

  void compare_checks(const Pair& pair) {
    if (before_.meaning.step_of(pair.before) == nullptr || after_.meaning.step_of(pair.after) == nullptr) return;
    const std::vector<std::string_view> subjects = subjects_of(before_, call_of(before_, pair.before));
    const std::vector<Gate> now = gates_of(after_, pair.after);
    for (const Gate& gate : gates_of(before_, pair.before)) {
      if (!named_guard(before_, gate) && turned_round(gate, now)) {
        const std::string text = gate.text.substr(0, 80);
        before_.set(SafeguardKind::ExistenceCheck, text, Coverage::All, gate.bytes);
        after_.set(SafeguardKind::ExistenceCheck, text, Coverage::None, call_of(after_, pair.after).bytes);
        return;
      }
      if (!shares(identifiers_of(gate.text), subjects) || !only_looks(before_, gate) || named_guard(before_, gate))
        continue;
      if (asked_elsewhere(pair, gate, now)) continue;
      before_.set(SafeguardKind::ExistenceCheck, gate.text.substr(0, 80), Coverage::All, gate.bytes);
      return;  // one for each call: they went together
    }
  }

  // --- results ---

  void compare_result(const Pair& pair) {
    const Call& call = call_of(before_, pair.before);
    const Call& now = call_of(after_, pair.after);
    if (!is_checked(before_, pair.before) || words_.names("prepares", now.name)) return;
    before_.set(SafeguardKind::ResultCheck, call.name, Coverage::All, call.bytes);
    after_.set(SafeguardKind::ResultCheck, call.name, is_checked(after_, pair.after) ? Coverage::All : Coverage::None,
               now.bytes);
  }

  // --- steps that have to succeed first ---

  /// `if (!copied.ok()) return;` in front of what destroys the original: on the after side the copy is made, and nobody asks how it went.
  void compare_steps(const Pair& pair) {
    for (const Gate& gate : gates_of(before_, pair.before)) {
      const std::string step = before_.meaning.subject_of(gate.block);
      const bool is_step = calls(before_, step) && step != call_of(before_, pair.before).name &&
                           !words_.names("look", step) && !words_.names("outcome", step);
      if (!is_step || named_guard(before_, gate)) continue;
      const Call* ignored = ignored_call(step, call_of(after_, pair.after).bytes.begin);
      if (ignored == nullptr) ignored = undecided_call(step, pair, gate);
      if (ignored == nullptr) continue;
      before_.set(SafeguardKind::ResultCheck, step, Coverage::All, gate.bytes);
      after_.set(SafeguardKind::ResultCheck, step, Coverage::None, ignored->bytes);
      return;
    }
  }

  /// The call of that name in front of the other, where its outcome is asked for as before, but leads nowhere else: it was told, and goes
  /// on. Nothing new may decide there instead.
  [[nodiscard]] const Call* undecided_call(std::string_view name, const Pair& pair, const Gate& gate) const {
    const std::vector<Gate> then = gates_of(before_, pair.before), now = gates_of(after_, pair.after);
    const auto known = [&](const Gate& x) {
      return std::any_of(then.begin(), then.end(), [&](const Gate& y) { return plain(x) == plain(y); });
    };
    for (const Gate& other : now) {
      if (!known(other) || after_.meaning.subject_of(other.block) == name || plain(other) == plain(gate))
        return nullptr;
    }
    const Call* step = nullptr;
    for (const Call& call : after_.meaning.function().calls) {
      if (call.name == name && call.bytes.end <= call_of(after_, pair.after).bytes.begin) step = &call;
    }
    const auto& blocks = after_.meaning.ways().blocks;
    const bool asked = std::any_of(blocks.begin(), blocks.end(), [&](const flow::Block& block) {
      return folded(after_.meaning.words(block.condition)) == gate.text;
    });
    return asked ? step : nullptr;
  }

  /// The call of that name in front of a place whose result goes nowhere, where all such calls' do.
  [[nodiscard]] const Call* ignored_call(std::string_view name, std::uint32_t end) const {
    const Call* found = nullptr;
    const auto& all = after_.meaning.function().calls;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].name != name || all[i].bytes.begin > end) continue;
      if (all[i].use == Use::Used && is_checked(after_, i)) return nullptr;
      found = &all[i];
    }
    return found;
  }

  // --- copies ---

  /// The calls of a side that copy what a call is about, on every way to it.
  [[nodiscard]] std::vector<std::size_t> copies_before(const SharpSide& side, std::size_t harmful) const {
    std::vector<std::size_t> found;
    const StepId* at = side.meaning.step_of(harmful);
    if (at == nullptr) return found;
    const std::vector<std::string_view> subjects = subjects_of(side, call_of(side, harmful));
    const auto& all = side.meaning.function().calls;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const StepId* copied = words_.copies(all[i]) ? side.meaning.step_of(i) : nullptr;
      if (copied == nullptr || all[i].bytes.begin > call_of(side, harmful).bytes.begin) continue;
      const StepTest is_it = [&](StepId step) { return step.block == copied->block && step.event == copied->event; };
      const bool same_block = copied->block == at->block && copied->event < at->event;
      if (!same_block && !always_behind(side.meaning.ways(), is_it, {})[at->block]) continue;
      if (shares(subjects_of(side, all[i]), subjects)) found.push_back(i);
    }
    return found;
  }

  void compare_copies(const Pair& pair) {
    const std::vector<std::size_t> was = copies_before(before_, pair.before);
    if (was.empty() || after_.meaning.step_of(pair.after) == nullptr) return;
    const Call& copy = call_of(before_, was.front());
    // Another copy, or a callee that makes one.
    const auto& all = after_.meaning.function().calls;
    const std::uint32_t end = call_of(after_, pair.after).bytes.begin;
    const bool left = std::any_of(all.begin(), all.end(), [&](const Call& call) {
      if (call.bytes.begin > end) return false;  // what is gone cannot be copied
      return words_.copies(call) || (call.use != Use::Asserted && after_.meaning.call_does(call, "backup"));
    });
    before_.set(SafeguardKind::Backup, copy.name, Coverage::All, copy.bytes);
    if (left) after_.set(SafeguardKind::Backup, copy.name, Coverage::All, after_.meaning.function().header);
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_harmful(SharpSide& before, SharpSide& after, const GuardWords& words) {
  Harmful(before, after, words).run();
}

}  // namespace redtag::cpp
