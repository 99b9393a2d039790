#include <algorithm>
#include <map>
#include <string>

#include "base/c_names.h"
#include "base/text.h"
#include "lower/cpp/gates.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

class Hardenings {
 public:
  Hardenings(SharpSide& before, SharpSide& after, const GuardWords& words)
      : before_(before), after_(after), words_(words) {}

  void run() {
    for (const Hardening& kind : hardening) {
      if (before_.find(kind.kind, kind.text) == nullptr || after_.find(kind.kind, kind.text) != nullptr) continue;
      if (kind.flags.empty() ? done_elsewhere(kind) : !still_opens(kind))
        after_.set(kind.kind, kind.text, Coverage::All, after_.meaning.function().header);
    }
    compare_results();
  }

 private:
  /// How often a text calls something by that name.
  static std::size_t calls_in(std::string_view text, std::string_view name) {
    std::size_t found = 0;
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + name.size())) {
      const bool starts = at == 0 || !in_name(text[at - 1]);
      if (starts && text.substr(at + name.size()).starts_with('(')) ++found;
    }
    return found;
  }

  /// A callee does it, or another function of the file, to which it moved.
  [[nodiscard]] bool done_elsewhere(const Hardening& kind) const {
    const auto& now = after_.meaning.function().calls;
    if (std::any_of(now.begin(), now.end(),
                    [&](const Call& call) { return !call.name.empty() && after_.meaning.call_does(call, kind.calls); }))
      return true;
    const auto& then = before_.meaning.function().calls;
    return std::any_of(then.begin(), then.end(), [&](const Call& call) {
      return words_.hardens(call, kind) &&
             calls_in(after_.file.text, call.name) >= calls_in(before_.file.text, call.name);
    });
  }

  /// The same file is opened without the flag, and nothing is brought to disk by hand.
  [[nodiscard]] bool still_opens(const Hardening& kind) const {
    if (after_.meaning.does_somewhere("sync")) return false;
    for (const Call& was : before_.meaning.function().calls) {
      if (!words_.hardens(was, kind)) continue;
      for (const Call& is : after_.meaning.function().calls) {
        if (is.name == was.name && shares(subjects_of(before_, was), subjects_of(after_, is))) return true;
      }
    }
    return false;
  }

  using Calls = std::map<std::string, std::vector<std::size_t>>;

  /// Calls that write, or that have to succeed before anything else may happen, by what they are given.
  [[nodiscard]] Calls writes(const SharpSide& side) const {
    Calls found;
    const auto& calls = side.meaning.function().calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const Call& call = calls[i];
      if (!words_.names("checked", call.name) || call.use == Use::Asserted || call.in_handler) continue;
      std::string key = call.name + '\0' + call.qualifier;
      for (const Argument& argument : call.arguments) key += '\0' + argument.text;
      if (!shown(lower_ascii(key))) found[key].push_back(i);
    }
    return found;
  }

  static bool shown(std::string_view lower) {
    return lower.find("stderr") != std::string_view::npos || lower.find("stdout") != std::string_view::npos;
  }

  void compare_results() {
    const Calls was = writes(before_), is = writes(after_);
    for (const auto& [key, then] : was) {
      const auto now = is.find(key);
      if (now == is.end() || now->second.size() != then.size()) continue;
      for (std::size_t i = 0; i < then.size(); ++i) {
        const Call& call = call_of(before_, then[i]);
        if (before_.find(SafeguardKind::ResultCheck, call.name) != nullptr) continue;
        if (!is_checked(before_, then[i]) || is_checked(after_, now->second[i])) continue;
        before_.set(SafeguardKind::ResultCheck, call.name, Coverage::All, call.bytes);
        after_.set(SafeguardKind::ResultCheck, call.name, Coverage::None, call_of(after_, now->second[i]).bytes);
      }
    }
  }

  SharpSide& before_;
  SharpSide& after_;
  const GuardWords& words_;
};

}  // namespace

void compare_hardening(SharpSide& before, SharpSide& after, const GuardWords& words) {
  Hardenings(before, after, words).run();
}

}  // namespace redtag::cpp
