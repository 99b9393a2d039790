// What it means for a call that a key around it has another value.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "gate/call.h"

namespace redtag {
namespace {

bool one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string_view last_key(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::set<std::string> entries_of(const std::string& list) {
  std::set<std::string> entries;
  for (const std::string_view line : split(list, '\n')) {
    if (!line.empty()) entries.emplace(line);
  }
  return entries;
}

/// True if `more` has every entry of `less`, and no entry that takes something out again.
bool extends(const std::string& more, const std::string& less) {
  const std::set<std::string> all = entries_of(more), some = entries_of(less);
  const bool negates = std::any_of(all.begin(), all.end(), [&](const std::string& entry) {
    return some.count(entry) == 0 && entry.find('!') != std::string::npos;
  });
  return !negates && std::includes(all.begin(), all.end(), some.begin(), some.end());
}

/// A condition that lets a job run although one before it failed: without it the job is skipped.
bool insists(const std::string& condition) {
  return condition.find("always") != std::string::npos || condition.find("cancelled") != std::string::npos ||
         condition.find("failure") != std::string::npos;
}

/// A variable counts if something of the unit reads it, or if a shell or git does.
bool is_read(std::string_view name, const GateUnit& unit) {
  constexpr auto read_by_programs =
      std::to_array<std::string_view>({"BASH_ENV", "BASHOPTS", "ENV", "HOME", "IFS", "PATH", "SHELL", "SHELLOPTS"});
  if (std::find(read_by_programs.begin(), read_by_programs.end(), name) != read_by_programs.end()) return true;
  for (const std::string_view prefix : {"GIT_", "LD_", "DYLD_", "REDTAG", "CI_", "GITHUB_"}) {
    if (name.starts_with(prefix)) return true;
  }
  return std::any_of(unit.facts.begin(), unit.facts.end(), [&](const auto& fact) {
    for (auto at = fact.second.find(name); at != std::string::npos; at = fact.second.find(name, at + 1)) {
      if (at > 0 && (fact.second[at - 1] == '$' || fact.second[at - 1] == '{' || fact.second[at - 1] == '.'))
        return true;
    }
    return false;
  });
}

/// The name of the variable that a fact is about; empty for none.
std::string_view variable_of(std::string_view path) {
  for (const std::string_view holder : {"/env/", "/variables/", "/environment/", "/vars/"}) {
    const auto at = path.find(holder);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = path.substr(at + holder.size());
    return rest.substr(0, rest.find('/'));
  }
  return {};
}

std::string_view without_tag(std::string_view image) {
  const auto cut = image.find_first_of(":@", image.rfind('/') == std::string_view::npos ? 0 : image.rfind('/'));
  return image.substr(0, cut);
}

bool hosted(const std::string& runner) {
  return runner.starts_with("ubuntu-") || runner.starts_with("macos-") || runner.starts_with("windows-");
}

std::optional<Severity> weight_of_condition(std::string_view key, const std::string* before, const std::string* after) {
  // Less of a condition runs more often.
  if (after == nullptr) return before != nullptr && insists(*before) ? std::optional(Severity::High) : std::nullopt;
  if (one_of(key, {"branches", "paths", "tags", "types"}) && before != nullptr && extends(*after, *before))
    return std::nullopt;
  if (one_of(key, {"branches-ignore", "paths-ignore", "tags-ignore"}) && before != nullptr && extends(*before, *after))
    return std::nullopt;
  return Severity::High;
}

}  // namespace

std::optional<Severity> weight_of(const std::string& path, const std::string* before, const std::string* after,
                                  const GateUnit& unit) {
  const std::string_view key = last_key(path);
  const bool trigger = path.starts_with("/on/");
  if (trigger && path.find('/', 4) == std::string::npos)
    return after == nullptr ? std::optional(Severity::High) : std::nullopt;
  if (one_of(key, {"continue-on-error", "allow_failure", "continueOnError", "ignore_error"})) {
    return after == nullptr || *after == "false" ? std::nullopt : std::optional(Severity::High);
  }
  if (one_of(key, {"if", "when", "rules", "only", "except", "condition", "paths", "paths-ignore", "branches",
                   "branches-ignore", "tags-ignore", "types"}) ||
      (trigger && key == "tags"))
    return weight_of_condition(key, before, after);
  if (const std::string_view variable = variable_of(path); !variable.empty()) {
    return is_read(variable, unit) ? std::optional(Severity::High) : std::nullopt;
  }
  if (one_of(key, {"stages", "include"}) && before != nullptr && after != nullptr && extends(*after, *before))
    return std::nullopt;
  if (key == "runs-on")
    return before != nullptr && after != nullptr && hosted(*before) && hosted(*after) ? Severity::Medium
                                                                                      : Severity::High;
  if (one_of(key, {"container", "image"}) && before != nullptr && after != nullptr)
    return without_tag(*before) == without_tag(*after) ? Severity::Medium : Severity::High;
  if (one_of(key, {"timeout", "timeout-minutes", "retry", "interruptible", "concurrency", "group", "cancel-in-progress",
                   "tags"}))
    return Severity::Medium;
  return Severity::High;
}

}  // namespace redtag
