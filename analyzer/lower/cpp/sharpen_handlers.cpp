#include <algorithm>
#include <map>

#include "base/text.h"
#include "lower/cpp/gates.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

/// A handler that is gone altogether. That alone is no loss: the caller may be the better place to deal with what went wrong. It is one
/// where the handler let go of something that is still let go of by hand, and where nobody can catch what leaves.
class Handlers {
 public:
  Handlers(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    const Function& was = before_.meaning.function();
    const Function& is = after_.meaning.function();
    if (was.handlers.size() <= is.handlers.size() || !goes_on()) return;
    if (const Call* lost = lost_clean_up()) return lose(lost->name, lost->bytes);
    if (is.handlers.empty() && nobody_catches()) lose(was.handlers.front().text, was.handlers.front().bytes);
  }

 private:
  void lose(const std::string& what, ByteRange bytes) {
    const std::string text = "handler with " + what;
    before_.set(SafeguardKind::ErrorHandler, text, Coverage::All, bytes);
    after_.set(SafeguardKind::ErrorHandler, text, Coverage::None, after_.meaning.function().header);
  }

  /// Whether what may throw is still done: some step outside of the handlers stands on both sides.
  [[nodiscard]] bool goes_on() const {
    for (const Call& call : before_.meaning.function().calls) {
      const bool step = !call.in_handler && !call.name.empty() && !words_.names("outcome", call.name) &&
                        !words_.names("let-go", call.name);
      if (step && calls(after_, call.name)) return true;
    }
    return false;
  }

  static std::string object_of(const Call& call) {
    const std::string& text = call.arguments.empty() ? call.qualifier : call.arguments[0].text;
    const std::vector<std::string_view> names = identifiers_of(text);
    return names.size() == 1 ? std::string(names[0]) : std::string();
  }

  /// A call in a handler that lets go of what is let go of by hand, as often as before, on the way where nothing went wrong.
  [[nodiscard]] const Call* lost_clean_up() const {
    const auto count = [&](const SharpSide& side, const std::string& object, bool in_handler) {
      const auto& all = side.meaning.function().calls;
      std::size_t found = 0;
      for (std::size_t i = 0; i < all.size(); ++i) {
        // What no way leads to stands in a lambda, which an object may run.
        const bool lets_go = all[i].in_handler == in_handler && all[i].use != Use::Asserted &&
                             words_.names("let-go", all[i].name) && object_of(all[i]) == object;
        if (lets_go && side.meaning.step_of(i) != nullptr) ++found;
      }
      return found;
    };
    for (const Call& call : before_.meaning.function().calls) {
      const std::string object = object_of(call);
      if (!call.in_handler || object.empty() || !words_.names("let-go", call.name)) continue;
      const auto by_hand = count(after_, object, false);
      if (by_hand == 0 || by_hand > count(before_, object, false) || count(after_, object, true) > 0) continue;
      return &call;
    }
    return nullptr;
  }

  /// A destructor, a function that says that it throws nothing, and where a program or a thread starts: what leaves ends the process.
  [[nodiscard]] bool nobody_catches() const {
    const Function& is = after_.meaning.function();
    const std::string_view name = base_name(is.symbol);
    if (name.starts_with("~") || name == "main") return true;
    const std::string_view whole = after_.meaning.words(is.bytes);
    const std::string_view head = whole.substr(0, whole.find('{'));
    const std::size_t at = head.find("noexcept");
    return at != std::string_view::npos && head.find("noexcept(false)") == std::string_view::npos;
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_handlers(SharpSide& before, SharpSide& after, const GuardWords& words) {
  Handlers(before, after, words).run();
}

}  // namespace redtag::cpp
