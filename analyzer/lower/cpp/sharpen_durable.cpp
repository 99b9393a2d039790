#include <algorithm>

#include "base/text.h"
#include "lower/cpp/names.h"
#include "lower/cpp/sharpen_side.h"

namespace redtag::cpp {

namespace {

constexpr std::string_view synced = "sync before rename";
constexpr std::string_view beside = "written beside and renamed";

class Durable {
 public:
  Durable(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    const std::vector<std::size_t> was = renames(before_), is = renames(after_);
    if (was.empty()) return;
    if (is.empty()) return compare_in_place(was);
    if (!all_synced(before_, was)) return;
    const Call& first = before_.meaning.function().calls[was.front()];
    before_.set(SafeguardKind::DurableWrite, synced, Coverage::All, first.bytes);
    if (all_synced(after_, is)) {
      after_.set(SafeguardKind::DurableWrite, synced, Coverage::All, after_.meaning.function().header);
    } else if (after_.meaning.does_somewhere("sync")) {
      after_.set(SafeguardKind::DurableWrite, synced, Coverage::Some,
                 after_.meaning.function().calls[is.front()].bytes);
    } else {
      after_.drop(SafeguardKind::DurableWrite, synced);
    }
  }

 private:
  [[nodiscard]] std::vector<std::size_t> renames(const SharpSide& side) const {
    std::vector<std::size_t> found;
    const auto& calls = side.meaning.function().calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (words_.names("rename", calls[i].name) && side.meaning.step_of(i) != nullptr) found.push_back(i);
    }
    return found;
  }

  [[nodiscard]] static bool all_synced(const SharpSide& side, const std::vector<std::size_t>& renames) {
    const StepTest syncs = [&](StepId step) { return side.meaning.does(step, "sync"); };
    const std::vector<bool> behind = always_behind(side.meaning.ways(), syncs, {});
    return std::all_of(renames.begin(), renames.end(), [&](std::size_t call) {
      const StepId* at = side.meaning.step_of(call);
      bool synced_before = behind[at->block];
      for (std::uint32_t e = 0; e <= at->event; ++e) synced_before = synced_before || syncs({at->block, e});
      return synced_before;
    });
  }

  /// The last argument of a rename is what it puts in place; where something opens that for writing instead, it is written in place.
  void compare_in_place(const std::vector<std::size_t>& was) {
    const Call& rename = before_.meaning.function().calls[was.front()];
    const std::string target = rename.arguments.size() < 2 ? std::string() : rename.arguments[1].text;
    std::vector<std::string_view> names = identifiers_of(target);
    std::erase_if(names, [&](std::string_view name) { return words_.names("outcome", name); });
    const bool renames = after_.meaning.does_somewhere("rename");
    const std::optional<ByteRange> opened = names.empty() || renames ? std::nullopt : opens(after_, names);
    if (!opened) {
      // It went with what it was for, or a callee does it, which then has to bring it to disk as well.
      const bool kept = !renames || after_.meaning.does_somewhere("sync");
      if (kept && before_.find(SafeguardKind::DurableWrite, synced) != nullptr)
        after_.set(SafeguardKind::DurableWrite, synced, Coverage::All, after_.meaning.function().header);
      return;
    }
    if (before_.find(SafeguardKind::DurableWrite, synced) != nullptr) return;  // that one's loss says it
    before_.set(SafeguardKind::DurableWrite, beside, Coverage::All, rename.bytes);
  }

  [[nodiscard]] std::optional<ByteRange> opens(const SharpSide& side,
                                               const std::vector<std::string_view>& names) const {
    const auto about = [&](std::string_view text) {
      const auto here = identifiers_of(text);
      return std::all_of(names.begin(), names.end(), [&](std::string_view name) {
        return std::find(here.begin(), here.end(), name) != here.end();
      });
    };
    for (const Call& call : side.meaning.function().calls) {
      if (words_.names("write-open", call.name) && about(side.meaning.words(call.bytes))) return call.bytes;
    }
    for (const Local& local : side.meaning.function().locals) {
      if (words_.names("write-open", base_name(local.type)) && about(local.text)) return local.bytes;
    }
    return std::nullopt;
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_durable(SharpSide& before, SharpSide& after, const GuardWords& words) {
  Durable(before, after, words).run();
}

}  // namespace redtag::cpp
