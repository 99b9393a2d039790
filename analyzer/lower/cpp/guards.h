// What stands between a function's harm and damage: locks, ways back, questions, checks.
#pragma once

#include <array>
#include <map>
#include <string_view>
#include <vector>

#include "lower/cpp/unit.h"
#include "lower/frontend.h"

namespace redtag::cpp {

/// A call of the unit that destroys something.
struct HarmfulCall {
  std::size_t call = 0;  ///< index into Function::calls
  bool harmless_target = false;
};

/// What a program does once so that less can go wrong afterwards. Known by calls of rows `guard:CALLS`, with one of the flags of rows
/// `guard:FLAGS` where that is not empty.
struct Hardening {
  std::string_view calls;
  std::string_view flags;
  SafeguardKind kind{};
  std::string_view text;
};

inline constexpr std::array hardening = std::to_array<Hardening>({
    {"privilege-drop", "", SafeguardKind::PermissionCheck, "gives up privileges"},
    {"peer-check", "", SafeguardKind::PermissionCheck, "checks whom it talks to"},
    {"opens", "write-through", SafeguardKind::DurableWrite, "writes through to the disk"},
});

/// What the fact rows `cpp / guard:…` name, by guard. Views the tables.
class GuardWords {
 public:
  explicit GuardWords(const FactTables& facts);
  /// Whether a row of that guard (`lock`, `rollback-call`) names the type, callee or condition.
  [[nodiscard]] bool names(std::string_view guard, std::string_view text) const;
  /// Whether a call takes a lock by hand: `pthread_mutex_lock(&m)`, `m.lock();`.
  [[nodiscard]] bool locks(const Call& call) const;
  /// Whether a call takes back what was begun: by its name, and what it is called on may be a transaction.
  [[nodiscard]] bool takes_back(const Call& call, const Function& function) const;
  /// Whether a call is such a step.
  [[nodiscard]] bool hardens(const Call& call, const Hardening& kind) const;
  /// Whether a call makes a copy that something can be restored from.
  [[nodiscard]] bool copies(const Call& call) const;

 private:
  std::map<std::string_view, std::vector<std::string_view>> globs_;
};

/// How a limit of a loop that tries again is named, and what asks in front of a call: both parsers say the same of the same thing.
inline constexpr std::string_view tries_text = "number of tries";
[[nodiscard]] std::string access_text(std::string_view question, std::string_view call, bool privileged);

/// The safeguards of one function. Regions are offset by `file.offset`.
[[nodiscard]] std::vector<Safeguard> find_guards(const Function& function, const std::vector<HarmfulCall>& harmful,
                                                 const SourceFileView& file, const GuardWords& words);

}  // namespace redtag::cpp
