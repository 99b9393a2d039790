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
    const Safeguard* was = before_.find(SafeguardKind::Lock, "lock");
    if (was == nullptr) return;
    ByteRange unused, bare = after_.meaning.function().header;
    const auto before = under_lock(before_, unused), after = under_lock(after_, bare);
    int kept = 0, lost = 0;
    for (const auto& [name, then] : before) {
      const auto found = after.find(name);
      if (then.first == 0 || found == after.end() || words_.names("outcome", name)) continue;
      if (found->second.first < then.first && found->second.second > then.second) ++lost;
      if (found->second.first > 0) ++kept;
    }
    before_.set(SafeguardKind::Lock, "lock", Coverage::All, before_.place(*was));
    if (lost == 0) {
      // Nothing that it covered happens without one now: it went with what it was for, or another stands there.
      after_.set(SafeguardKind::Lock, "lock", Coverage::All, after_.meaning.function().header);
    } else if (kept == 0 && after_.find(SafeguardKind::Lock, "lock") == nullptr && !after_.guarded.harmful.empty()) {
      return;  // gone, as words alone have it
    } else {
      after_.set(SafeguardKind::Lock, "lock", kept > 0 ? Coverage::Some : Coverage::None, bare);
    }
  }

 private:
  [[nodiscard]] std::map<std::string, std::pair<int, int>> under_lock(const SharpSide& side, ByteRange& bare) const {
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
    std::map<std::string, std::pair<int, int>> calls;  // by name: under a lock, not
    for (std::uint32_t b = 0; b < held.size(); ++b) {
      bool now = held[b];
      for (std::uint32_t e = 0; live[b] && e < meaning.ways().blocks[b].events.size(); ++e) {
        if (ends({b, e})) now = false;
        if (begins({b, e})) now = true;
        for (const std::size_t i : meaning.calls_at({b, e})) {
          const Call& call = meaning.function().calls[i];
          (now ? calls[call.name].first : calls[call.name].second)++;
          if (!now) bare = call.bytes;
        }
      }
    }
    return calls;
  }

  [[nodiscard]] bool locks(const Meaning& meaning, StepId step) const {
    for (const std::size_t i : meaning.calls_at(step)) {
      const Call& call = meaning.function().calls[i];
      if (words_.names("lock-call", call.name) && call.use != Use::Asserted) return true;
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
