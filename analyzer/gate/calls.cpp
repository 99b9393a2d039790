// Compares the calls of redtag on both sides of a change.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "gate/call.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;  ///< of a pipeline; nobody writes a larger one

std::string_view ending(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos || path.find('/', dot) != std::string_view::npos ? std::string_view()
                                                                                        : path.substr(dot);
}

bool is_yaml(std::string_view path) { return ending(path) == ".yml" || ending(path) == ".yaml"; }

/// Prose speaks of commands and runs none.
bool is_prose(std::string_view path) {
  constexpr auto endings =
      std::to_array<std::string_view>({".adoc", ".diff", ".html", ".lock", ".md", ".patch", ".rst", ".txt"});
  return std::find(endings.begin(), endings.end(), ending(path)) != endings.end();
}

std::string_view directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// Calls of one side of the change, with the directory of their files.
struct SideCall {
  GateCall call;
  std::string directory;  ///< a pipeline counts only where its host looks for it
  bool pipeline = false;
  bool taken = false;
};

void read_side(const FileChange& file, Side side, std::vector<SideCall>& calls) {
  if (!file.path(side) || is_prose(*file.path(side))) return;
  const std::string_view text = text_on(file, side);
  if (text.size() > most_bytes || text.find("redtag") == std::string_view::npos) return;
  const Path& path = *file.path(side);
  bool pipeline = is_yaml(path) && whole_text(file.image(side));
  std::vector<GateCall> found;
  if (pipeline) found = calls_in_pipeline(text, path, pipeline);
  if (!pipeline) found = calls_in_script(text, 1);
  for (GateCall& call : found) {
    call.file = file.id;
    calls.push_back({std::move(call), std::string(directory_of(path)), pipeline, false});
  }
}

/// The first call on the other side that nobody has taken and that `same` accepts.
template <class Same>
SideCall* partner(std::vector<SideCall>& calls, const Same& same) {
  for (SideCall& call : calls) {
    if (!call.taken && same(call)) {
      call.taken = true;
      return &call;
    }
  }
  return nullptr;
}

bool is_true(std::string_view value) {
  return value.find("true") != std::string_view::npos || value.find("yes") != std::string_view::npos;
}

std::string_view last_key(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// How bad it is that a key on the way to the call has another value; nullopt for what makes the call run more.
std::optional<Severity> weight(std::string_view path, const std::string* before, const std::string* after) {
  const std::string_view key = last_key(path);
  if (one_of(key, {"continue-on-error", "allow_failure", "continueOnError"})) {
    return after != nullptr && is_true(*after) ? std::optional(Severity::High) : std::nullopt;
  }
  // Less of a condition runs more often; but without its trigger nothing runs at all.
  const bool condition = one_of(key, {"if", "when", "rules", "only", "except", "needs", "dependsOn", "condition",
                                      "paths", "paths-ignore", "branches", "branches-ignore", "types"});
  if (condition) return after == nullptr ? std::nullopt : std::optional(Severity::High);
  if (one_of(key, {"on", "pr", "trigger", "workflow", "strategy", "shell", "defaults", "with", "entrypoint",
                   "working-directory", "enabled"}))
    return Severity::High;
  if (one_of(key, {"container", "image"}))
    return before == nullptr || after == nullptr ? Severity::High : Severity::Medium;
  return Severity::Medium;
}

class Comparer {
 public:
  explicit Comparer(std::vector<Finding>& findings) : findings_(findings) {}

  void gone(const FileChange& file, const SideCall& before) {
    say(file, Side::Before, before.call, Severity::High, "gone",
        fmt::format("the call `redtag {}` goes, and none takes its place", before.call.kind), before.call.question, "");
  }

  void compare(const FileChange& file, const SideCall& before, const SideCall& after) {
    for (const std::string& mask : after.call.masks) {
      if (before.call.masks.count(mask) > 0) continue;
      say(file, Side::After, after.call, Severity::High, "masked " + mask,
          fmt::format("the status of `redtag {}` no longer counts (`{}`)", after.call.kind, mask), "", mask);
    }
    if (before.call.question != after.call.question) {
      say(file, Side::After, after.call, Severity::High, "question",
          fmt::format("`redtag {}` is asked something else", after.call.kind), before.call.question,
          after.call.question);
    }
    if (before.call.version != after.call.version) {
      say(file, Side::After, after.call, Severity::Medium, "version", "another version of redtag is called",
          before.call.version, after.call.version);
    }
    if (before.call.where != after.call.where) {
      say(file, Side::After, after.call, Severity::Medium, "renamed",
          "the job that calls redtag has another name: a merge rule that asks for the old one asks for nothing",
          before.call.where, after.call.where);
    }
    surroundings(file, before.call, after.call);
  }

 private:
  void surroundings(const FileChange& file, const GateCall& before, const GateCall& after) {
    std::set<std::string> paths;
    for (const auto& [path, value] : before.surroundings) paths.insert(path);
    for (const auto& [path, value] : after.surroundings) paths.insert(path);
    if (before.where != after.where) return;  // all ways differ; the new name says enough
    for (const std::string& path : paths) {
      const auto old_value = before.surroundings.find(path), new_value = after.surroundings.find(path);
      const std::string* was = old_value == before.surroundings.end() ? nullptr : &old_value->second;
      const std::string* is = new_value == after.surroundings.end() ? nullptr : &new_value->second;
      if (was != nullptr && is != nullptr && *was == *is) continue;
      const auto severity = weight(path, was, is);
      if (!severity) continue;
      say(file, Side::After, after, *severity, "around " + path,
          fmt::format("`{}` decides whether the call of redtag runs and counts, and it changes", path),
          was == nullptr ? "" : *was, is == nullptr ? "" : *is);
    }
  }

  void say(const FileChange& file, Side side, const GateCall& call, Severity severity, std::string change,
           std::string says, std::string before, std::string after) {
    GateFinding made;
    made.rule = "redtag/weaken-call";
    made.severity = severity;
    made.entity = fmt::format("{}{}:redtag {}", *file.path(side), call.where, call.kind);
    made.change = std::move(change);
    made.says = std::move(says);
    made.because = "the call stands there on the base side, and what surrounds it was compared by structure";
    made.instead =
        "keep the call as it is; what must hold whatever a change does to this file is required from outside of it";
    made.before_text = std::move(before);
    made.after_text = std::move(after);
    made.region = line_region(file, side, call.line);
    findings_.push_back(finding_of(std::move(made)));
  }

  std::vector<Finding>& findings_;
};

}  // namespace

void read_calls(const ChangeSet& changes, std::vector<Finding>& findings) {
  std::vector<SideCall> before, after;
  for (const FileChange& file : changes.files) {
    if (file.is_context()) continue;
    // The original of a copy still stands and is no part of the change.
    if (file.status != ChangeStatus::Copied) read_side(file, Side::Before, before);
    read_side(file, Side::After, after);
  }
  Comparer comparer(findings);
  const auto pair_up = [&](const auto& same) {
    for (SideCall& old_call : before) {
      if (old_call.taken) continue;
      SideCall* const found = partner(after, [&](const SideCall& other) { return same(old_call, other); });
      if (found == nullptr) continue;
      old_call.taken = true;
      comparer.compare(changes.file(found->call.file), old_call, *found);
    }
  };
  const auto alike = [](const SideCall& a, const SideCall& b) {
    return a.call.kind == b.call.kind && a.pipeline == b.pipeline && (!a.pipeline || a.directory == b.directory);
  };
  pair_up([&](const SideCall& a, const SideCall& b) {
    return alike(a, b) && a.call.where == b.call.where && a.call.question == b.call.question;
  });
  pair_up([&](const SideCall& a, const SideCall& b) { return alike(a, b) && a.call.where == b.call.where; });
  pair_up(alike);
  for (const SideCall& old_call : before) {
    if (!old_call.taken) comparer.gone(changes.file(old_call.call.file), old_call);
  }
}

}  // namespace redtag
