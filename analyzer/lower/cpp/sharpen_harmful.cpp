#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/cpp/names.h"
#include "lower/cpp/parse.h"
#include "lower/cpp/sharpen_side.h"

namespace redtag::cpp {

namespace {

constexpr std::size_t most_pairs = 40;  // of one function: each costs a search through it

/// A call that destroys, on both sides.
struct Pair {
  std::size_t before = 0;
  std::size_t after = 0;
};

/// What stands in front of a call: a decision without whose branch it is not reached.
struct Gate {
  std::uint32_t block = 0;
  bool holds = true;  ///< the branch where the condition is so
  std::string text;   ///< the condition, folded
  ByteRange bytes;
};

enum class State { Absent, Inverted, Guards };

bool turned(std::string_view text) {
  bool flips = text.starts_with("!") && !text.starts_with("!=");
  for (const std::string_view word : {"== false", "!= true", "!="}) {
    if (text.find(word) == std::string_view::npos) continue;
    flips = !flips;
    break;
  }
  return flips;
}

bool shares(const std::vector<std::string_view>& some, const std::vector<std::string_view>& others) {
  return std::any_of(some.begin(), some.end(), [&](std::string_view word) {
    return std::find(others.begin(), others.end(), word) != others.end();
  });
}

class Harmful {
 public:
  Harmful(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    std::vector<Pair> pairs = pair_calls();
    if (pairs.empty()) return;
    if (pairs.size() > most_pairs) pairs.resize(most_pairs);
    struct Kind {
      std::string_view name;
      SafeguardKind kind;
      bool wanted;  ///< what the condition has to be for the guard to guard
    };
    constexpr std::array kinds = std::to_array<Kind>({
        {"confirmation", SafeguardKind::Confirmation, true},
        {"dry-run", SafeguardKind::DryRun, false},
        {"permission", SafeguardKind::PermissionCheck, true},
        {"environment", SafeguardKind::EnvironmentCheck, true},
    });
    for (const Kind& kind : kinds) compare_kind(pairs, kind.name, kind.kind, kind.wanted);
    for (const Pair& pair : pairs) {
      compare_checks(pair);
      compare_result(pair);
    }
  }

 private:
  static const Call& call_of(const SharpSide& side, std::size_t index) { return side.meaning.function().calls[index]; }

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

  [[nodiscard]] static std::vector<Gate> gates_of(const SharpSide& side, std::size_t call) {
    std::vector<Gate> gates;
    const StepId* step = side.meaning.step_of(call);
    if (step == nullptr) return gates;
    const flow::Function& ways = side.meaning.ways();
    for (const EdgeId& edge : deciding(ways, step->block)) {
      const ByteRange bytes = ways.blocks[edge.block].condition;
      gates.push_back({edge.block, edge.branch == 0, folded(side.meaning.words(bytes)), bytes});
    }
    return gates;
  }

  // --- questions: may it, shall it, is it only tried ---

  [[nodiscard]] State state_of(const SharpSide& side, std::size_t call, std::string_view name, bool wanted,
                               ByteRange& place) const {
    State state = State::Absent;
    for (const Gate& gate : gates_of(side, call)) {
      const std::vector<std::string> asked = side.meaning.asked(gate.block);
      for (std::size_t i = 0; i < asked.size(); ++i) {
        if (!words_.names(name, asked[i])) continue;
        bool holds = gate.holds != turned(asked[0]);
        if (i > 0) holds = holds != turned(asked[i]);
        place = gate.bytes;
        // Which environment may is in the words; only that they are asked for is known, and that the answer is the same.
        if (holds == wanted || name == "environment") return State::Guards;
        state = State::Inverted;
      }
    }
    if (state == State::Absent && refuses_before(side, call, name)) return State::Guards;
    return state;
  }

  /// A call that does not come back where it may not be: `RequireAdmin(user);` in front of it on every way.
  [[nodiscard]] bool refuses_before(const SharpSide& side, std::size_t call, std::string_view name) const {
    const StepId* at = side.meaning.step_of(call);
    if (at == nullptr || name == "dry-run") return false;
    const auto asks = [&](StepId step) {
      for (const std::size_t i : side.meaning.calls_at(step)) {
        const Call& other = call_of(side, i);
        if (other.use == Use::Discarded && words_.names(name, lower_ascii(other.name) + "(")) return true;
      }
      return false;
    };
    bool behind = always_behind(side.meaning.ways(), asks, {})[at->block];
    for (std::uint32_t e = 0; e < at->event; ++e) behind = behind || asks({at->block, e});
    return behind;
  }

  void compare_kind(const std::vector<Pair>& pairs, std::string_view name, SafeguardKind kind, bool wanted) {
    int kept = 0;
    std::optional<ByteRange> was, lost;
    bool inverted = false;
    for (const Pair& pair : pairs) {
      ByteRange old_place = call_of(before_, pair.before).bytes, new_place = call_of(after_, pair.after).bytes;
      if (state_of(before_, pair.before, name, wanted, old_place) != State::Guards) continue;
      if (!was) was = old_place;
      const State now = state_of(after_, pair.after, name, wanted, new_place);
      if (now == State::Guards) {
        ++kept;
      } else if (!lost) {
        lost = new_place;
        inverted = now == State::Inverted;
      }
    }
    if (!was) return;
    before_.set(kind, name, Coverage::All, *was);
    if (!lost) {
      after_.set(kind, name, Coverage::All, after_.meaning.function().header);
    } else if (kept == 0 && !inverted) {
      after_.drop(kind, name);
    } else {
      after_.set(kind, name, kept > 0 ? Coverage::Some : Coverage::None, *lost);
    }
  }

  // --- bounds, null, existence ---

  /// What a call is about: the names in its operands, and those that local variables among them were made from.
  [[nodiscard]] static std::vector<std::string_view> subjects_of(const SharpSide& side, const Call& call) {
    std::vector<std::string_view> names = identifiers_of(call.qualifier);
    for (const Argument& argument : call.arguments) {
      for (const std::string_view name : identifiers_of(argument.text)) names.push_back(name);
    }
    return with_sources(side, std::move(names));
  }

  /// Names, and those that the local variables among them were made from.
  [[nodiscard]] static std::vector<std::string_view> with_sources(const SharpSide& side,
                                                                  std::vector<std::string_view> names) {
    constexpr std::size_t most_names = 40;
    for (std::size_t i = 0; i < names.size() && names.size() < most_names; ++i) {
      if (side.meaning.local_type(names[i]).data() == nullptr) continue;
      for (const flow::Block& block : side.meaning.ways().blocks) {
        for (const flow::Event& event : block.events) {
          if (event.kind != flow::EventKind::Store || event.name != names[i] || event.bytes.size() > 200) continue;
          for (const std::string_view name : identifiers_of(side.meaning.words(event.bytes))) {
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
          }
        }
      }
    }
    return names;
  }

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
      if (!shares(subjects_of(after_, other), identifiers_of(gate.text)) || is_called_before(other.name)) continue;
      return true;
    }
    return false;
  }

  [[nodiscard]] bool is_called_before(std::string_view name) const {
    const auto& calls = before_.meaning.function().calls;
    return std::any_of(calls.begin(), calls.end(), [&](const Call& call) { return call.name == name; });
  }

  void compare_checks(const Pair& pair) {
    if (before_.meaning.step_of(pair.before) == nullptr || after_.meaning.step_of(pair.after) == nullptr) return;
    const std::vector<std::string_view> subjects = subjects_of(before_, call_of(before_, pair.before));
    const std::vector<Gate> now = gates_of(after_, pair.after);
    for (const Gate& gate : gates_of(before_, pair.before)) {
      if (!shares(identifiers_of(gate.text), subjects) || !only_looks(before_, gate) || named_guard(before_, gate))
        continue;
      if (asked_elsewhere(pair, gate, now)) continue;
      before_.set(SafeguardKind::ExistenceCheck, gate.text.substr(0, 80), Coverage::All, gate.bytes);
      return;  // one for each call: they went together
    }
  }

  // --- results ---

  [[nodiscard]] static bool is_checked(const SharpSide& side, std::size_t index) {
    const Call& call = call_of(side, index);
    const std::string_view whole = side.meaning.words(side.meaning.function().bytes);
    const std::uint32_t start = side.meaning.function().bytes.begin;
    const auto used_behind = [&](std::string_view name, std::uint32_t from) {
      const std::string_view rest = whole.substr(std::min<std::size_t>(from - start, whole.size()));
      const auto names = identifiers_of(rest);
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const Argument& argument : call.arguments) {
      const auto names = identifiers_of(argument.text);
      if (names.size() == 1 && side.meaning.local_type(names[0]).ends_with("error_code") &&
          used_behind(names[0], call.bytes.end))
        return true;
    }
    if (call.use != Use::Used) return false;
    const std::string_view front = trim(whole.substr(0, std::min<std::size_t>(call.bytes.begin - start, whole.size())));
    for (const std::string_view cast : {"(void)", "static_cast<void>(", "std::ignore ="}) {
      if (front.ends_with(cast)) return false;
    }
    for (const flow::Block& block : side.meaning.ways().blocks) {
      for (const flow::Event& event : block.events) {
        const bool holds = event.bytes.begin <= call.bytes.begin && call.bytes.end <= event.bytes.end;
        if (event.kind == flow::EventKind::Store && holds && side.meaning.local_type(event.name).data() != nullptr) {
          return used_behind(event.name, event.bytes.end);
        }
      }
    }
    return true;
  }

  void compare_result(const Pair& pair) {
    const Call& call = call_of(before_, pair.before);
    const Call& now = call_of(after_, pair.after);
    if (!is_checked(before_, pair.before) || words_.names("prepares", now.name)) return;
    before_.set(SafeguardKind::ResultCheck, call.name, Coverage::All, call.bytes);
    after_.set(SafeguardKind::ResultCheck, call.name, is_checked(after_, pair.after) ? Coverage::All : Coverage::None,
               now.bytes);
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
