#include <algorithm>
#include <map>

#include "base/text.h"
#include "lower/cpp/names.h"
#include "lower/cpp/sharpen_side.h"

namespace redtag::cpp {

namespace {

class Locks {
 public:
  Locks(SharpSide& before, SharpSide& after, const GuardWords& words) : before_(before), after_(after), words_(words) {}

  void run() {
    compare_releases();
    const Safeguard* was = before_.find(SafeguardKind::Lock, "lock");
    if (was == nullptr || !on_a_way(before_)) return;
    ByteRange unused, bare = after_.meaning.function().header;
    const auto before = under_lock(before_, unused), after = under_lock(after_, bare);
    int kept = 0, lost = 0, covered = 0;
    for (const auto& [what, then] : before) {
      if (then.first == 0 || words_.names("outcome", what.second)) continue;
      ++covered;
      const auto found = after.find(what);
      if (found == after.end()) continue;
      if (found->second.first < then.first && found->second.second > then.second) ++lost;
      if (found->second.first > 0) ++kept;
    }
    before_.set(SafeguardKind::Lock, "lock", Coverage::All, before_.place(*was));
    // Let go of earlier, for what needs none: counters, notices. What destroys does need it.
    const bool shortened = kept > 0 && !destroys_bare();
    if (lost == 0 || shortened || (kept == 0 && 2 * lost < covered)) {
      // Nothing that it covered happens without one now: it went with what it was for, or another stands there.
      after_.set(SafeguardKind::Lock, "lock", Coverage::All, after_.meaning.function().header);
    } else if (kept == 0 && after_.find(SafeguardKind::Lock, "lock") == nullptr && !after_.guarded.harmful.empty()) {
      return;  // gone, as words alone have it
    } else {
      after_.set(SafeguardKind::Lock, "lock", kept > 0 ? Coverage::Some : Coverage::None, bare);
    }
  }

 private:
  /// Whether a lock is taken on the ways that are known; one in a lambda that is handed on is not, and words alone speak for it.
  [[nodiscard]] bool on_a_way(const SharpSide& side) const {
    const Meaning& meaning = side.meaning;
    for (std::uint32_t b = 0; b < meaning.ways().blocks.size(); ++b) {
      for (std::uint32_t e = 0; e < meaning.ways().blocks[b].events.size(); ++e) {
        const flow::Event& event = meaning.event({b, e});
        const bool object =
            event.kind == flow::EventKind::Local && words_.names("lock", base_name(plain_name(event.type)));
        if (object || (event.kind == flow::EventKind::Call && locks(meaning, {b, e}))) return true;
      }
    }
    return false;
  }

  /// What a lock by hand is of: the object that it is called on, or its first argument.
  static std::string object_of(const Call& call) {
    const std::string text = call.member              ? plain_name(call.qualifier)
                             : call.arguments.empty() ? std::string()
                                                      : call.arguments[0].text;
    const std::vector<std::string_view> names = identifiers_of(text);
    return names.empty() ? std::string() : std::string(names.back());
  }

  /// Locks by hand that some way leaves the function with, and that others let go of: by what they lock, with the place of the call.
  [[nodiscard]] std::map<std::string, ByteRange> kept_locks(const SharpSide& side) const {
    const Meaning& meaning = side.meaning;
    std::map<std::string, ByteRange> kept;
    const auto about = [&](StepId step, std::string_view object, bool locking) {
      return std::any_of(meaning.calls_at(step).begin(), meaning.calls_at(step).end(), [&](std::size_t i) {
        const Call& call = meaning.function().calls[i];
        return (locking ? words_.locks(call) : words_.names("unlock-call", call.name)) && object_of(call) == object;
      });
    };
    for (const Call& call : meaning.function().calls) {
      const std::string object = object_of(call);
      if (object.empty() || !words_.locks(call) || kept.count(object) > 0) continue;
      const StepTest takes = [&](StepId step) { return about(step, object, true); };
      const StepTest gives = [&](StepId step) {
        const flow::Event& event = meaning.event(step);
        return about(step, object, false) || (event.kind == flow::EventKind::Destroy && event.name == object);
      };
      const auto& calls = meaning.function().calls;
      const bool given = std::any_of(calls.begin(), calls.end(), [&](const Call& other) {
        return words_.names("unlock-call", other.name) && object_of(other) == object;
      });
      if (given && maybe_behind(meaning.ways(), takes, gives)[meaning.ways().exit]) kept.emplace(object, call.bytes);
    }
    return kept;
  }

  /// What was let go of on every way, by an object or by hand, and is kept on one now.
  void compare_releases() {
    const auto was = kept_locks(before_), is = kept_locks(after_);
    for (const auto& [object, bytes] : is) {
      if (was.count(object) > 0) continue;
      const Function& function = before_.meaning.function();
      const auto of_it = [&](std::string_view text) {
        const auto names = identifiers_of(text);
        return std::find(names.begin(), names.end(), object) != names.end();
      };
      const auto local = std::find_if(function.locals.begin(), function.locals.end(), [&](const Local& x) {
        return words_.names("lock", base_name(x.type)) && of_it(x.text);
      });
      const auto call = std::find_if(function.calls.begin(), function.calls.end(),
                                     [&](const Call& x) { return words_.locks(x) && object_of(x) == object; });
      if (local == function.locals.end() && call == function.calls.end()) continue;
      const std::string text = "unlock " + object;
      before_.set(SafeguardKind::CleanUp, text, Coverage::All,
                  local != function.locals.end() ? local->bytes : call->bytes);
      after_.set(SafeguardKind::CleanUp, text, Coverage::Some, bytes);
    }
  }

  /// Calls by the object that they go through and their name: how many of them under a lock, how many not.
  using Calls = std::map<std::pair<std::string, std::string>, std::pair<int, int>>;

  /// Whether something that destroys was under a lock and is not any more.
  [[nodiscard]] bool destroys_bare() const {
    ByteRange unused;
    const Calls before = under_lock(before_, unused), after = under_lock(after_, unused);
    return std::any_of(after_.guarded.harmful.begin(), after_.guarded.harmful.end(), [&](const HarmfulCall& harmful) {
      const auto what = named(after_.meaning.function().calls[harmful.call]);
      const auto was = before.find(what), is = after.find(what);
      return was != before.end() && is != after.end() && was->second.first > 0 &&
             is->second.second > was->second.second;
    });
  }

  static std::pair<std::string, std::string> named(const Call& call) {
    return {call.member ? plain_name(call.qualifier) : std::string(), call.name};
  }

  [[nodiscard]] Calls under_lock(const SharpSide& side, ByteRange& bare) const {
    const Meaning& meaning = side.meaning;
    const StepTest begins = [&](StepId step) {
      const flow::Event& event = meaning.event(step);
      return (event.kind == flow::EventKind::Local && words_.names("lock", base_name(plain_name(event.type)))) ||
             (event.kind == flow::EventKind::Call && locks(meaning, step));
    };
    const StepTest ends = [&](StepId step) {
      const flow::Event& event = meaning.event(step);
      if (event.kind == flow::EventKind::Destroy) return words_.names("lock", base_name(plain_name(event.type)));
      for (const std::size_t i : meaning.calls_at(step)) {
        if (words_.names("unlock-call", meaning.function().calls[i].name)) return true;
      }
      return false;
    };
    const std::vector<bool> held = always_behind(meaning.ways(), begins, ends), live = reached(meaning.ways());
    Calls calls;
    for (std::uint32_t b = 0; b < held.size(); ++b) {
      bool now = held[b];
      for (std::uint32_t e = 0; live[b] && e < meaning.ways().blocks[b].events.size(); ++e) {
        if (ends({b, e})) now = false;
        if (begins({b, e})) now = true;
        for (const std::size_t i : meaning.calls_at({b, e})) {
          const Call& call = meaning.function().calls[i];
          if (call.use == Use::Asserted) continue;  // no more than a look, and gone where assertions are off
          (now ? calls[named(call)].first : calls[named(call)].second)++;
          if (!now) bare = call.bytes;
        }
      }
    }
    return calls;
  }

  [[nodiscard]] bool locks(const Meaning& meaning, StepId step) const {
    for (const std::size_t i : meaning.calls_at(step)) {
      const Call& call = meaning.function().calls[i];
      if (words_.locks(call) && call.use != Use::Asserted) return true;
    }
    return false;
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_locks(SharpSide& before, SharpSide& after, const GuardWords& words) { Locks(before, after, words).run(); }

}  // namespace redtag::cpp
