#include <algorithm>
#include <map>
#include <optional>

#include "base/text.h"
#include "lower/cpp/names.h"
#include "lower/cpp/sharpen_side.h"
#include "lower/cpp/slice.h"

namespace redtag::cpp {

namespace {

constexpr std::size_t most_clean_ups = 12;  // of one function: each costs a look at all its ways

/// How many branches of decisions about one subject are covered.
struct Tally {
  int decisions = 0;
  int covered = 0;
  ByteRange bare;  ///< of a decision with a branch that is not covered
};

using Tallies = std::map<std::string, Tally>;

class WaysBack {
 public:
  WaysBack(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    compare_rollback();
    compare_clean_up();
  }

 private:
  static Tallies tally(const SharpSide& side, const StepTest& test) {
    const flow::Function& ways = side.meaning.ways();
    const std::vector<bool> ahead = always_ahead(ways, test), live = reached(ways);
    Tallies tallies;
    for (std::uint32_t b = 0; b < ways.blocks.size(); ++b) {
      const flow::Block& block = ways.blocks[b];
      if (!live[b] || block.condition.size() == 0 || block.next.size() < 2) continue;
      Tally& tally = tallies[side.meaning.subject_of(b)];
      ++tally.decisions;
      for (const std::uint32_t next : block.next) {
        if (next == flow::no_block) continue;
        if (ahead[next])
          ++tally.covered;
        else
          tally.bare = block.condition;
      }
    }
    return tallies;
  }

  [[nodiscard]] static int calls_of(const SharpSide& side, std::string_view name) {
    const auto& calls = side.meaning.function().calls;
    return static_cast<int>(
        std::count_if(calls.begin(), calls.end(), [&](const Call& call) { return call.name == name; }));
  }

  /// Where a path that was covered no longer is; nullopt where none is lost. `total` becomes what is covered at all.
  std::optional<ByteRange> lost_path(const StepTest& before_test, const StepTest& after_test, int& left) const {
    const Tallies was = tally(before_, before_test), is = tally(after_, after_test);
    left = 0;
    for (const auto& [subject, now] : is) left += now.covered;
    std::optional<ByteRange> lost;
    for (const auto& [subject, then] : was) {
      if (then.covered == 0) continue;
      const auto found = is.find(subject);
      if (found == is.end()) {
        // Nobody asks how it went any more, though it is still called.
        const int calls = calls_of(after_, subject);
        if (calls == 0 || calls < calls_of(before_, subject) || covered_behind(subject, after_test)) continue;
        if (!lost) lost = place_of_call(subject);
        continue;
      }
      const Tally& now = found->second;
      const bool fewer = now.covered < then.covered;
      const int bare_then = 2 * then.decisions - then.covered, bare_now = 2 * now.decisions - now.covered;
      // Let go of before it is asked how it went: no way is without it.
      if (fewer && bare_now > bare_then && !taken_behind(subject, after_test) && !lost) lost = now.bare;
    }
    return lost;
  }

  [[nodiscard]] ByteRange place_of_call(std::string_view name) const {
    for (const Call& call : after_.meaning.function().calls) {
      if (call.name == name) return call.bytes;
    }
    return after_.meaning.function().header;
  }

  [[nodiscard]] bool taken_from(StepId from, const StepTest& test) const {
    constexpr int most_blocks = 16;
    const flow::Function& ways = after_.meaning.ways();
    const ByteRange own = after_.meaning.event(from).bytes;
    std::uint32_t begin = from.event + 1;
    for (int i = 0; i < most_blocks; ++i, begin = 0) {
      const flow::Block& block = ways.blocks[from.block];
      for (std::uint32_t e = begin; e < block.events.size(); ++e) {
        // What one macro wrote lies in one place.
        const bool other = block.events[e].kind == flow::EventKind::Call && block.events[e].bytes != own;
        if (other && test({from.block, e})) return true;
      }
      if (block.next.size() != 1 || block.next[0] == flow::no_block) return false;
      from.block = block.next[0];
    }
    return false;
  }

  /// Whether behind each call of that name the step is taken before anything is decided.
  [[nodiscard]] bool taken_behind(std::string_view name, const StepTest& test) const {
    const auto& calls = after_.meaning.function().calls;
    bool any = false;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const StepId* step = calls[i].name == name ? after_.meaning.step_of(i) : nullptr;
      if (step == nullptr) continue;
      if (!taken_from(*step, test)) return false;
      any = true;
    }
    return any;
  }

  /// Whether from each call of that name on, every way has the step: an object's destructor stands ready.
  [[nodiscard]] bool covered_behind(std::string_view name, const StepTest& test) const {
    const flow::Function& ways = after_.meaning.ways();
    const std::vector<bool> ahead = always_ahead(ways, test);
    const auto& calls = after_.meaning.function().calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const StepId* step = calls[i].name == name ? after_.meaning.step_of(i) : nullptr;
      if (step == nullptr) continue;
      bool covered = ahead[step->block];
      for (const std::uint32_t next : ways.blocks[step->block].next)
        covered = covered || (next != flow::no_block && ahead[next]);
      if (!covered) return false;
    }
    return true;
  }

  void compare_rollback() {
    const auto test = [](const SharpSide& side) -> StepTest {
      return [&side](StepId step) { return side.meaning.does(step, "rollback-call"); };
    };
    const bool was = before_.meaning.does_somewhere("rollback-call"),
               is = after_.meaning.does_somewhere("rollback-call");
    if (!was) return;
    const Safeguard* known = before_.find(SafeguardKind::Rollback, "rollback");
    const ByteRange at = known != nullptr ? before_.place(*known) : before_.meaning.function().header;
    before_.set(SafeguardKind::Rollback, "rollback", Coverage::All, at);
    if (!is) {
      // What is left of it stands in an assertion, or nothing is.
      const Safeguard* left = after_.find(SafeguardKind::Rollback, "rollback");
      if (left != nullptr && left->coverage == Coverage::All && !unmapped_rollback() && !holds_a_way_back())
        after_.drop(SafeguardKind::Rollback, "rollback");
      return;
    }
    int left = 0;
    const std::optional<ByteRange> lost = lost_path(test(before_), test(after_), left);
    const Safeguard* now = after_.find(SafeguardKind::Rollback, "rollback");
    // What is left is in a macro or a callee: by its words it is gone, and is one thing to clear with and without the ways.
    if (lost && now == nullptr) return;
    const ByteRange place = lost ? *lost : now != nullptr ? after_.place(*now) : after_.meaning.function().header;
    after_.set(SafeguardKind::Rollback, "rollback",
               !lost      ? Coverage::All
               : left > 0 ? Coverage::Some
                          : Coverage::None,
               place);
  }

  /// A rollback that stands where no way leads as far as is known: in a lambda that is handed on.
  [[nodiscard]] bool unmapped_rollback() const {
    const auto& calls = after_.meaning.function().calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (after_.meaning.step_of(i) == nullptr && after_.meaning.call_does(calls[i], "rollback-call")) return true;
    }
    return false;
  }

  /// An object that takes back unless it is told that all went well: on the ways where nothing throws it always is.
  [[nodiscard]] bool holds_a_way_back() const {
    const auto& locals = after_.meaning.function().locals;
    return std::any_of(locals.begin(), locals.end(),
                       [&](const Local& local) { return words_.names("rollback", base_name(local.type)); });
  }

  /// A clean-up by its name and what it lets go of: `close(fd)`.
  struct CleanUp {
    std::string name;
    std::string object;
    auto operator<=>(const CleanUp&) const = default;
  };

  std::map<CleanUp, ByteRange> clean_ups(const SharpSide& side) const {
    std::map<CleanUp, ByteRange> found;
    for (const Call& call : side.meaning.function().calls) {
      if (call.use == Use::Asserted || !words_.names("let-go", call.name)) continue;
      if (call.member && call.name == "remove") continue;  // out of a list: nobody lets go of what was in it
      const std::string object = !call.arguments.empty() ? call.arguments[0].text : plain_name(call.qualifier);
      const bool plain = !object.empty() && identifiers_of(object).size() == 1 && object.size() < 60;
      if (plain && found.size() < most_clean_ups)
        found.emplace(CleanUp{call.name, std::string(identifiers_of(object)[0])}, call.bytes);
    }
    return found;
  }

  [[nodiscard]] StepTest lets_go(const SharpSide& side, const CleanUp& what) const {
    return [&side, what](StepId step) {
      const flow::Event& event = side.meaning.event(step);
      if (event.kind == flow::EventKind::Destroy) {
        if (event.name == what.object) return true;
        const std::vector<std::string_view> held = identifiers_of(side.meaning.words(event.bytes));
        return std::find(held.begin(), held.end(), what.object) != held.end() && !side.meaning.dismissed(step);
      }
      for (const std::size_t i : side.meaning.calls_at(step)) {
        const Call& call = side.meaning.function().calls[i];
        if (call.use == Use::Asserted) continue;
        const bool about = call.qualifier == what.object ||
                           std::any_of(call.arguments.begin(), call.arguments.end(), [&](const Argument& argument) {
                             const auto names = identifiers_of(argument.text);
                             return std::find(names.begin(), names.end(), what.object) != names.end();
                           });
        if (about && (call.name == what.name || side.meaning.call_does(call, "let-go"))) return true;
      }
      // Handed over: whoever takes it lets go of it.
      return event.kind == flow::EventKind::Return && side.meaning.words(event.bytes) == what.object;
    };
  }

  /// Whether the name is an object's now that was a pointer's or of another type, and nobody lets go of it by hand: its destructor does.
  [[nodiscard]] bool held_by_an_object(const CleanUp& what) const {
    const auto named = [&](const SharpSide& side) -> const Local* {
      for (const Local& local : side.meaning.function().locals) {
        const std::vector<std::string_view> names = identifiers_of(local.name);
        if (names.size() == 1 && names[0] == what.object) return &local;
      }
      return nullptr;
    };
    const Local* was = named(before_);
    const Local* is = named(after_);
    if (is == nullptr || (was != nullptr && was->type == is->type)) return false;
    const bool pointer = is->text.find('*') < is->text.find(what.object);
    const auto& all = after_.meaning.function().calls;
    return !pointer && std::none_of(all.begin(), all.end(), [&](const Call& call) {
      const std::vector<std::string_view> given =
          call.arguments.empty() ? std::vector<std::string_view>() : identifiers_of(call.arguments[0].text);
      return call.name == what.name && !given.empty() && given[0] == what.object;
    });
  }

  void compare_clean_up() {
    for (const auto& [what, bytes] : clean_ups(before_)) {
      if (held_by_an_object(what)) continue;
      const std::string text = what.name;
      const Safeguard* left = after_.find(SafeguardKind::CleanUp, text);
      if (left != nullptr && left->coverage == Coverage::None) continue;  // in an assertion
      const std::string whole = without_comments(after_.meaning.words(after_.meaning.function().bytes));
      const auto names = identifiers_of(whole);
      if (std::find(names.begin(), names.end(), what.object) == names.end()) continue;  // what it let go of is gone
      int covered = 0;
      const std::optional<ByteRange> lost = lost_path(lets_go(before_, what), lets_go(after_, what), covered);
      if (!lost) continue;
      before_.set(SafeguardKind::CleanUp, text, Coverage::All, bytes);
      after_.set(SafeguardKind::CleanUp, text, covered > 0 ? Coverage::Some : Coverage::None, *lost);
    }
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_ways_back(SharpSide& before, SharpSide& after, const GuardWords& words) {
  WaysBack(before, after, words).run();
}

}  // namespace redtag::cpp
