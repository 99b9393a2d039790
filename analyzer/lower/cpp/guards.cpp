#include "lower/cpp/guards.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "lower/cpp/meaning.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

constexpr std::array guards = std::to_array<std::string_view>({"backup",         "begin",
                                                               "check-macro",    "checked",
                                                               "clean-up",       "confirmation",
                                                               "deadline",       "denial",
                                                               "dismiss",        "dry-run",
                                                               "durable-flag",   "empties",
                                                               "environment",    "in-memory",
                                                               "insecure-asked", "keeps",
                                                               "let-go",         "lock",
                                                               "lock-call",      "lock-method",
                                                               "look",           "makes-temporary",
                                                               "opens",          "others-read",
                                                               "others-write",   "outcome",
                                                               "peer-check",     "permission",
                                                               "prepares",       "privilege-drop",
                                                               "privileged",     "rename",
                                                               "rollback",       "rollback-call",
                                                               "sets-mode",      "sync",
                                                               "test-macro",     "transaction-word",
                                                               "tries",          "unlock-call",
                                                               "write-open",     "write-through"});

class Finder {
 public:
  Finder(const Function& function, const std::vector<HarmfulCall>& harmful, const SourceFileView& file,
         const GuardWords& words)
      : function_(function), harmful_(harmful), file_(file), words_(words) {}

  std::vector<Safeguard> run() {
    find_locals();
    find_ways_back();
    find_conditions();
    find_checked_results();
    find_clean_up();
    find_handlers();
    find_durable_writes();
    find_access();
    find_tries();
    find_copies();
    find_hardening();
    std::vector<Safeguard> found;
    for (auto& [key, safeguard] : found_) found.push_back(std::move(safeguard));
    return found;
  }

 private:
  void add(SafeguardKind kind, std::string_view text, ByteRange bytes, Coverage coverage = Coverage::All) {
    Safeguard safeguard;
    safeguard.stack = Stack::Cpp;
    safeguard.kind = kind;
    safeguard.coverage = coverage;
    safeguard.protects = function_.symbol;
    safeguard.text = std::string(text);
    safeguard.region = {file_.file, file_.side, {bytes.begin + file_.offset, bytes.end + file_.offset}};
    const auto [place, added] = found_.try_emplace({kind, safeguard.text}, safeguard);
    // Several of the same words: the best covered one speaks for them.
    if (!added && coverage < place->second.coverage) place->second = safeguard;
  }

  [[nodiscard]] bool named(std::string_view guard, std::string_view name) const { return words_.names(guard, name); }

  void find_locals() {
    for (const Local& local : function_.locals) {
      const std::string_view type = base_name(local.type);
      if (named("lock", type)) add(SafeguardKind::Lock, "lock", local.bytes);
      // What a pointer points to outlives the function.
      const bool object = local.text.find('*') > local.text.find(local.name);
      if (object && named("rollback", type)) add(SafeguardKind::Rollback, "rollback", local.bytes);
    }
    for (const Call& call : function_.calls) {
      if (words_.locks(call)) add(SafeguardKind::Lock, "lock", call.bytes);
    }
  }

  void find_ways_back() {
    if (named("rollback-call", base_name(function_.symbol))) return;  // it is the way back
    for (const Call& call : function_.calls) {
      const bool by_name = words_.takes_back(call, function_);
      const bool by_text = std::any_of(call.arguments.begin(), call.arguments.end(), [](const Argument& argument) {
        return argument.literal && starts_with_ignoring_case(trim(*argument.literal), "rollback");
      });
      if (by_name || by_text)
        add(SafeguardKind::Rollback, "rollback", call.bytes,
            call.use == Use::Asserted ? Coverage::None : Coverage::All);
    }
  }

  /// Whether a condition lets through when what it names is so: a comparison with `false`, or by `!=`, turns it round.
  static bool lets_through(const Condition& condition) {
    bool turned = condition.negated;
    for (const std::string_view word : {"== false", "!= true", "!="}) {
      if (condition.text.find(word) == std::string::npos) continue;
      turned = !turned;
      break;
    }
    return !turned;
  }

  void find_conditions() {
    struct Guard {
      std::string_view name;
      SafeguardKind kind;
      bool wanted;  ///< what the condition has to be for the guard to guard
    };
    constexpr std::array kinds = std::to_array<Guard>({
        {"confirmation", SafeguardKind::Confirmation, true},
        {"dry-run", SafeguardKind::DryRun, false},
        {"permission", SafeguardKind::PermissionCheck, true},
    });
    for (const HarmfulCall& harmful : harmful_) {
      for (const Condition& condition : function_.calls[harmful.call].conditions) {
        const std::string lower = lower_ascii(condition.text);
        for (const Guard& guard : kinds) {
          if (!named(guard.name, lower)) continue;
          add(guard.kind, guard.name, condition.bytes,
              lets_through(condition) == guard.wanted ? Coverage::All : Coverage::None);
        }
        // Which environment may is in the words; only that they are asked for is known.
        if (named("environment", lower)) add(SafeguardKind::EnvironmentCheck, "environment", condition.bytes);
      }
    }
  }

  void find_checked_results() {
    for (const HarmfulCall& harmful : harmful_) {
      const Call& call = function_.calls[harmful.call];
      if (call.name.empty() || named("prepares", call.name)) continue;  // how it went is told when it runs
      const Coverage coverage = call.use == Use::Used ? Coverage::All : Coverage::None;
      add(SafeguardKind::ResultCheck, call.name, call.bytes, coverage);
    }
  }

  /// Calls that let go of something: inside an assert they are gone where assertions are off.
  void find_clean_up() {
    for (const Call& call : function_.calls) {
      if (!named("clean-up", call.name)) continue;
      add(SafeguardKind::CleanUp, call.name, call.bytes, call.use == Use::Asserted ? Coverage::None : Coverage::All);
    }
  }

  void find_handlers() {
    for (const Handler& handler : function_.handlers) {
      add(SafeguardKind::ErrorHandler, handler.text, handler.bytes, handler.empty ? Coverage::None : Coverage::All);
    }
  }

  /// What is renamed into its place has reached the disk before. Where nothing is renamed, nothing needs it.
  void find_durable_writes() {
    const auto calls = [&](std::string_view guard) {
      return std::find_if(function_.calls.begin(), function_.calls.end(),
                          [&](const Call& call) { return named(guard, call.name); });
    };
    const auto renames = calls("rename"), syncs = calls("sync");
    if (renames == function_.calls.end() || syncs == function_.calls.end()) return;
    if (syncs->bytes.begin < renames->bytes.begin) add(SafeguardKind::DurableWrite, "sync before rename", syncs->bytes);
  }

  /// What asks who may, or where, in front of a call that needs a privilege: a condition, or a call of such a name. What destroys has
  /// its own. Words do not tell whether a callee asks now, so that it is covered on some ways for all that is known.
  void find_access() {
    for (std::size_t i = 0; i < function_.calls.size(); ++i) {
      const Call& call = function_.calls[i];
      const bool harms =
          std::any_of(harmful_.begin(), harmful_.end(), [&](const HarmfulCall& x) { return x.call == i; });
      if (harms || !named("privileged", call.name)) continue;
      find_question("permission", SafeguardKind::PermissionCheck, call);
      find_question("environment", SafeguardKind::EnvironmentCheck, call);
    }
  }

  void find_question(std::string_view question, SafeguardKind kind, const Call& call) {
    const std::string text = access_text(question, call.name, true);
    for (const Condition& condition : call.conditions) {
      if (named(question, lower_ascii(condition.text))) return add(kind, text, condition.bytes, Coverage::Some);
    }
    for (const Call& other : function_.calls) {
      const bool before = other.bytes.begin < call.bytes.begin && other.use != Use::Asserted && !other.name.empty();
      if (before && named(question, lower_ascii(other.name) + "(")) return add(kind, text, other.bytes, Coverage::Some);
    }
  }

  /// A loop that counts how often it tried. Where nothing ends a loop and none counts, there is no limit.
  void find_tries() {
    const Condition* endless = nullptr;
    for (const Condition& loop : function_.loops) {
      if (loop.text.empty()) endless = &loop;
      if (named("tries", lower_ascii(loop.text))) return add(SafeguardKind::Limit, tries_text, loop.bytes);
    }
    if (endless != nullptr) add(SafeguardKind::Limit, tries_text, endless->bytes, Coverage::None);
  }

  /// What is copied before it is destroyed.
  void find_copies() {
    for (const HarmfulCall& harmful : harmful_) {
      const Call& destroys = function_.calls[harmful.call];
      if (harmful.harmless_target) continue;
      for (const Call& call : function_.calls) {
        if (call.bytes.begin >= destroys.bytes.begin || !words_.copies(call)) continue;
        if (share_a_name(call, destroys)) add(SafeguardKind::Backup, call.name, call.bytes);
      }
    }
  }

  /// What makes the program weaker than it might be, or asks whom it talks to; and files that are on disk when a write comes back.
  void find_hardening() {
    for (const Call& call : function_.calls) {
      for (const Hardening& kind : hardening) {
        if (words_.hardens(call, kind)) add(kind.kind, kind.text, call.bytes);
      }
    }
  }

  static bool share_a_name(const Call& a, const Call& b) {
    for (const Argument& one : a.arguments) {
      const std::vector<std::string_view> names = identifiers_of(one.text);
      for (const Argument& other : b.arguments) {
        for (const std::string_view name : identifiers_of(other.text)) {
          if (std::find(names.begin(), names.end(), name) != names.end()) return true;
        }
      }
    }
    return false;
  }

  const Function& function_;
  const std::vector<HarmfulCall>& harmful_;
  const SourceFileView& file_;
  const GuardWords& words_;
  std::map<std::pair<SafeguardKind, std::string>, Safeguard> found_;
};

}  // namespace

GuardWords::GuardWords(const FactTables& facts) {
  for (const std::string_view guard : guards) {
    for (const FactRowView& row : facts.rows("cpp", "guard:" + std::string(guard), "guards")) {
      for (const std::string_view glob : split(row.value, '|')) globs_[guard].push_back(glob);
    }
  }
}

bool GuardWords::names(std::string_view guard, std::string_view text) const {
  const auto found = globs_.find(guard);
  return found != globs_.end() && std::any_of(found->second.begin(), found->second.end(),
                                              [&](std::string_view glob) { return glob_match(glob, text); });
}

std::string access_text(std::string_view question, std::string_view call, bool privileged) {
  return std::string(question) + (privileged ? " for privileged " : " for ") + std::string(call);
}

bool GuardWords::takes_back(const Call& call, const Function& function) const {
  if (!names("rollback-call", call.name)) return false;
  const std::string object = call.member ? plain_name(call.qualifier) : std::string();
  for (const Local& local : function.locals) {
    // What is put together in memory can be cut back as well.
    if (local.name == object) return !names("in-memory", base_name(local.type));
  }
  return true;
}

bool GuardWords::hardens(const Call& call, const Hardening& kind) const {
  if (call.name.empty() || call.use == Use::Asserted || !names(kind.calls, call.name)) return false;
  if (kind.flags.empty()) return true;
  return std::any_of(call.arguments.begin(), call.arguments.end(), [&](const Argument& argument) {
    for (const std::string_view flag : split(argument.text, '|')) {
      if (names(kind.flags, trim(flag))) return true;
    }
    return false;
  });
}

bool GuardWords::copies(const Call& call) const {
  const std::string qualifier = call.member ? std::string() : plain_name(call.qualifier) + "::";
  return call.use != Use::Asserted && !call.name.empty() && names("backup", qualifier + call.name);
}

bool GuardWords::locks(const Call& call) const {
  // `weak.lock()` asks for what it gives back; a mutex gives nothing.
  return names("lock-call", call.name) ||
         (call.member && call.use == Use::Discarded && names("lock-method", call.name));
}

std::vector<Safeguard> find_guards(const Function& function, const std::vector<HarmfulCall>& harmful,
                                   const SourceFileView& file, const GuardWords& words) {
  return Finder(function, harmful, file, words).run();
}

}  // namespace redtag::cpp
