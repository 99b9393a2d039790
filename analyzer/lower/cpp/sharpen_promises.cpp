#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "lower/cpp/gates.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

constexpr std::string_view whole = "all or nothing";

class Promises {
 public:
  Promises(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    compare_transaction();
    compare_tries();
    compare_flags();
  }

 private:
  // --- transactions ---

  [[nodiscard]] bool begins(const SharpSide& side, const Call& call) const {
    if (call.use == Use::Asserted) return false;
    if (words_.names("begin", call.name)) return true;
    // `x.begin()` is mostly an iterator: as a statement of its own it is none.
    if (call.member && call.use == Use::Discarded && call.arguments.empty() && call.name == "begin") return ends(side);
    const bool lambda = std::any_of(call.arguments.begin(), call.arguments.end(),
                                    [](const Argument& x) { return x.text.starts_with("["); });
    if (lambda && words_.names("transaction-word", lower_ascii(call.name))) return true;
    return std::any_of(call.arguments.begin(), call.arguments.end(), [](const Argument& argument) {
      if (!argument.literal) return false;
      const std::string text = lower_ascii(trim(*argument.literal).substr(0, 32));
      return text == "begin" || text.starts_with("begin;") || text.starts_with("begin ") ||
             text.starts_with("start transaction");
    });
  }

  [[nodiscard]] bool ends(const SharpSide& side) const {
    return calls(side, "commit") || calls(side, "Commit") || calls(side, "rollback") || calls(side, "Rollback");
  }

  [[nodiscard]] const Call* begin_of(const SharpSide& side) const {
    for (const Call& call : side.meaning.function().calls) {
      if (begins(side, call)) return &call;
    }
    return nullptr;
  }

  /// Whether anything in the function, its parameters included, is a transaction by its name.
  [[nodiscard]] bool names_one(const SharpSide& side) const {
    const std::vector<std::string_view> names = identifiers_of(side.meaning.words(side.meaning.function().bytes));
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return words_.names("transaction-word", lower_ascii(name)); });
  }

  /// What was to happen as one thing, and happens in steps now. A single step needs no transaction, and one that is handed in is its
  /// owner's to begin.
  void compare_transaction() {
    constexpr int enough_steps = 2;
    const Call* was = begin_of(before_);
    if (was == nullptr || begin_of(after_) != nullptr || names_one(after_)) return;
    int steps = 0;
    for (const Call& call : after_.meaning.function().calls) {
      const bool step = !call.name.empty() && call.use != Use::Asserted && !words_.names("outcome", call.name) &&
                        !words_.names("look", call.name) && !words_.names("rollback-call", call.name) &&
                        !words_.names("dismiss", call.name) && !says_end(call) && call.name != was->name;
      if (step && calls(before_, call.name)) ++steps;
    }
    if (steps < enough_steps) return;
    const auto& all = after_.meaning.function().calls;
    const bool in_callee = std::any_of(all.begin(), all.end(), [&](const Call& call) {
      return !calls(before_, call.name) && after_.meaning.call_does(call, "begin");
    });
    if (!in_callee) before_.set(SafeguardKind::Transaction, whole, Coverage::All, was->bytes);
  }

  static bool says_end(const Call& call) {
    return std::any_of(call.arguments.begin(), call.arguments.end(), [](const Argument& argument) {
      if (!argument.literal) return false;
      const std::string_view text = trim(*argument.literal);
      return starts_with_ignoring_case(text, "commit") || starts_with_ignoring_case(text, "rollback");
    });
  }

  // --- tries ---

  /// Blocks from which some way leads back to them.
  [[nodiscard]] static bool in_circle(const flow::Function& ways, std::uint32_t block) {
    std::vector<bool> seen(ways.blocks.size(), false);
    std::vector<std::uint32_t> waiting{block};
    while (!waiting.empty()) {
      const std::uint32_t at = waiting.back();
      waiting.pop_back();
      for (const std::uint32_t next : ways.blocks[at].next) {
        if (next == block) return true;
        if (next == flow::no_block || seen[next]) continue;
        seen[next] = true;
        waiting.push_back(next);
      }
    }
    return false;
  }

  /// The decisions that count how often something was tried.
  [[nodiscard]] std::optional<ByteRange> counted(const SharpSide& side) const {
    const flow::Function& ways = side.meaning.ways();
    for (std::uint32_t b = 0; b < ways.blocks.size(); ++b) {
      const std::string text = lower_ascii(side.meaning.words(ways.blocks[b].condition));
      if (!text.empty() && words_.names("tries", text) && in_circle(ways, b)) return ways.blocks[b].condition;
    }
    return std::nullopt;
  }

  /// A call that is made again and again on both sides, where nothing counts any more how often.
  void compare_tries() {
    const std::optional<ByteRange> was = counted(before_);
    if (!was) {
      before_.drop(SafeguardKind::Limit, tries_text);
      return after_.drop(SafeguardKind::Limit, tries_text);
    }
    before_.set(SafeguardKind::Limit, tries_text, Coverage::All, *was);
    const Safeguard* endless = after_.find(SafeguardKind::Limit, tries_text);
    if (counted(after_) || timed(after_) || repeated() == nullptr) {
      after_.set(SafeguardKind::Limit, tries_text, Coverage::All, after_.meaning.function().header);
    } else if (endless != nullptr) {
      // Where words have it: one thing, in one place, whoever reads it.
      after_.set(SafeguardKind::Limit, tries_text, Coverage::None, after_.place(*endless));
    }
  }

  /// Whether a deadline may end what is tried.
  [[nodiscard]] bool timed(const SharpSide& side) const {
    const std::vector<std::string_view> names = identifiers_of(side.meaning.words(side.meaning.function().bytes));
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return words_.names("deadline", lower_ascii(name)); });
  }

  /// A call that stands in a loop on both sides.
  [[nodiscard]] const Call* repeated() const {
    std::set<std::string_view> names;
    for (const Call& call : before_.meaning.function().calls) {
      if (call.in_loop && !call.name.empty() && !words_.names("outcome", call.name)) names.insert(call.name);
    }
    for (const Call& call : after_.meaning.function().calls) {
      if (call.in_loop && names.count(call.name) > 0) return &call;
    }
    return nullptr;
  }

  // --- flags ---

  /// A flag of an object that is set to the value with which what is written is on disk: `options.sync = true`.
  struct Flag {
    std::string object;
    std::string name;
    auto operator<=>(const Flag&) const = default;
  };

  struct Setting {
    bool safe = false;
    ByteRange bytes;
  };

  [[nodiscard]] static std::string object_of(const SharpSide& side, const flow::Event& store) {
    const ByteRange function = side.meaning.function().bytes;
    constexpr std::uint32_t most = 120;
    if (store.bytes.begin <= function.begin) return {};
    const std::uint32_t begin = std::max(function.begin, store.bytes.begin - std::min(store.bytes.begin, most));
    std::string_view front = side.meaning.words({begin, store.bytes.begin});
    const std::size_t equals = front.rfind('=');
    if (equals == std::string_view::npos) return {};
    front = trim(front.substr(0, equals));
    if (!front.ends_with(store.name)) return {};
    front.remove_suffix(store.name.size());
    front.remove_suffix(front.ends_with("->") ? 2 : front.ends_with(".") ? 1 : 0);
    const std::vector<std::string_view> names = identifiers_of(front.substr(front.find_last_of(" ;{}()\n") + 1));
    return names.empty() ? std::string() : std::string(names.back());
  }

  [[nodiscard]] std::map<Flag, Setting> flags_of(const SharpSide& side) const {
    std::map<Flag, Setting> found;
    for (const flow::Block& block : side.meaning.ways().blocks) {
      for (const flow::Event& event : block.events) {
        if (event.kind != flow::EventKind::Store) continue;
        const std::string_view value = trim(side.meaning.words(event.bytes));
        if (value != "true" && value != "false") continue;
        const bool safe = words_.names("durable-flag", event.name + "=" + std::string(value));
        const bool other = words_.names("durable-flag", event.name + (value == "true" ? "=false" : "=true"));
        if (safe || other) found[{object_of(side, event), event.name}] = {safe, event.bytes};
      }
    }
    return found;
  }

  /// Whether a call of the side is given the object.
  [[nodiscard]] static const Call* user_of(const SharpSide& side, std::string_view object) {
    for (const Call& call : side.meaning.function().calls) {
      for (const Argument& argument : call.arguments) {
        const std::vector<std::string_view> names = identifiers_of(argument.text);
        if (std::find(names.begin(), names.end(), object) != names.end()) return &call;
      }
    }
    return nullptr;
  }

  void compare_flags() {
    const std::map<Flag, Setting> was = flags_of(before_), is = flags_of(after_);
    for (const auto& [flag, now] : is) {
      const auto then = was.find(flag);
      const bool known = then != was.end() ? then->second.safe : user_of(before_, flag.object) != nullptr;
      if (!now.safe && known) lose_flag(flag, then == was.end() ? ByteRange{} : then->second.bytes, now.bytes);
    }
    for (const auto& [flag, then] : was) {
      const Call* user = flag.object.empty() ? nullptr : user_of(after_, flag.object);
      const bool elsewhere =
          std::any_of(is.begin(), is.end(), [&](const auto& x) { return x.first.name == flag.name; });
      if (then.safe && user != nullptr && !elsewhere) lose_flag(flag, then.bytes, user->bytes);
    }
  }

  void lose_flag(const Flag& flag, ByteRange was, ByteRange now) {
    before_.set(SafeguardKind::DurableWrite, flag.name, Coverage::All,
                was.size() == 0 ? before_.meaning.function().header : was);
    after_.set(SafeguardKind::DurableWrite, flag.name, Coverage::None, now);
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_promises(SharpSide& before, SharpSide& after, const GuardWords& words) {
  Promises(before, after, words).run();
}

}  // namespace redtag::cpp
