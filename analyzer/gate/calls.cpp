// Compares the calls of redtag on both sides of a change.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "change/blob_id.h"
#include "gate/call.h"
#include "gate/finding.h"
#include "gate/readers.h"

namespace redtag {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;  ///< of a pipeline; nobody writes a larger one

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }
std::string directory_of(std::string_view path) {
  return std::string(path.substr(0, path.size() - name_of(path).size()));
}
bool is_yaml(std::string_view path) { return path.ends_with(".yml") || path.ends_with(".yaml"); }

/// Files that may lead to a call without the program's name in them.
bool may_lead(std::string_view path) {
  constexpr auto names =
      std::to_array<std::string_view>({"Makefile", "GNUmakefile", "makefile", "Taskfile.yml", "Taskfile.yaml",
                                       "action.yml", "action.yaml", "package.json"});
  return !host_of(path).empty() || path.ends_with(".sh") ||
         std::find(names.begin(), names.end(), name_of(path)) != names.end();
}

/// One side of a file with the calls in it.
struct SideFile {
  const FileChange* file = nullptr;
  std::string path;
  std::string host;
  std::vector<GateUnit> units;
  std::vector<std::string> other_jobs;
  std::vector<bool> taken;
};

SideFile read_side(const FileChange& file, Side side, const LeadsToCall& leads) {
  SideFile read;
  read.file = &file;
  if (!file.path(side)) return read;
  read.path = *file.path(side);
  read.host = host_of(read.path);
  const std::string_view text = text_on(file, side);
  const bool named = lower_ascii(text).find("redtag") != std::string::npos;
  if (is_prose(read.path) || text.size() > most_bytes || (!named && !may_lead(read.path))) return read;
  if (!whole_text(file.image(side))) {
    read.units = line_units(text, leads);
  } else if (const auto documents =
                 is_yaml(read.path) ? document::parse_yaml_stream(text, read.path) : fail(ErrorCode::Input, "");
             documents) {
    for (const document::Node& root : *documents) {
      for (GateUnit& unit : pipeline_units(root, read.path, leads)) read.units.push_back(std::move(unit));
      if (read.host == "github") {
        for (std::string& name : jobs_without_call(root, read.path, leads)) read.other_jobs.push_back(std::move(name));
      }
    }
  } else {
    read.units = is_yaml(read.path) ? line_units(text, leads) : script_units(text, read.path, leads);
  }
  read.taken.resize(read.units.size());
  return read;
}

class Comparer {
 public:
  explicit Comparer(std::vector<Finding>& findings) : findings_(findings) {}

  void gone(const SideFile& file, const GateUnit& before) {
    say(file, Side::Before, before,
        {Severity::High, "gone", fmt::format("the call `{}` goes, and none takes its place", shown_call(before))}, "",
        "");
  }

  void impostor(const SideFile& file, const GateUnit& before) {
    GateUnit at = before;
    at.line = 1;
    say(file, Side::After, at,
        {Severity::High, "another job of its name",
         fmt::format("another job takes the name `{}` of the one that runs redtag",
                     shortened(printable(before.shown), 60))},
        "", before.shown);
  }

  void compare(const SideFile& file, const GateUnit& before, const GateUnit& after) {
    if (before.version != after.version) {
      const bool pinned = is_object_id(before.version), stays = is_object_id(after.version);
      say(file, Side::After, after,
          {pinned && !stays ? Severity::High : Severity::Medium, "version", "another version of redtag is called"},
          before.version, after.version);
    }
    if (before.where != after.where || before.shown != after.shown) {
      say(file, Side::After, after,
          {hides(after.where) && !hides(before.where) ? Severity::High : Severity::Medium, "renamed",
           "the job that calls redtag has another name: a merge rule that asks for the old one asks for nothing"},
          before.where + " " + before.shown, after.where + " " + after.shown);
    }
    std::map<std::string, std::pair<const std::string*, const std::string*>> facts;
    for (const auto& [path, value] : before.facts) facts[path].first = &value;
    for (const auto& [path, value] : after.facts) facts[path].second = &value;
    for (const auto& [path, values] : facts) {
      const auto [was, is] = values;
      if (was != nullptr && is != nullptr && *was == *is) continue;
      if (const auto severity = weight_of(path, was, is, after)) fact(file, after, path, *severity, was, is);
    }
  }

 private:
  struct Saying {
    Severity severity{};
    std::string change, says;
  };

  /// A job that is only a template for others.
  static bool hides(std::string_view where) { return name_of(where).starts_with('.'); }

  static std::string shown_call(const GateUnit& unit) {
    const bool own = unit.kind.find(' ') == std::string::npos;
    return own ? "redtag " + unit.kind : shortened(printable(unit.kind), 60);
  }

  void fact(const SideFile& file, const GateUnit& unit, const std::string& path, Severity severity,
            const std::string* was, const std::string* is) {
    const std::string key(name_of(path));
    const bool runs = key == "steps" || key == "script" || key == "text" || key == "line" || key == "commands" ||
                      key == "cmds" || key == "run";
    say(file, Side::After, unit,
        {severity, "around " + path,
         runs ? fmt::format("what runs `{}`, or runs before it, is not the same any more", shown_call(unit))
              : fmt::format("`{}` decides whether the call of redtag runs and counts, and it changes",
                            shortened(printable(path.substr(1)), 80))},
        was == nullptr ? "" : *was, is == nullptr ? "" : *is);
  }

  void say(const SideFile& file, Side side, const GateUnit& unit, Saying saying, std::string before,
           std::string after) {
    GateFinding made;
    made.rule = "redtag/weaken-call";
    made.severity = saying.severity;
    made.entity =
        fmt::format("{}{}:{}", file.path, unit.where.starts_with("/redtag ") ? "" : unit.where, shown_call(unit));
    made.change = std::move(saying.change);
    made.says = std::move(saying.says);
    made.because = "the call stands there on the base side, and all that decides about it was compared";
    made.instead =
        "keep the call and what leads to it as they are; what must hold whatever a change does to this file is "
        "required from outside of it";
    made.before_text = std::move(before);
    made.after_text = std::move(after);
    made.region = line_region(*file.file, side, unit.line);
    findings_.push_back(finding_of(std::move(made)));
  }

  std::vector<Finding>& findings_;
};

class Calls {
 public:
  Calls(const ChangeSet& changes, SourceTree* base, std::vector<Finding>& findings)
      : base_(base),
        carriers_(base),
        comparer_(findings),
        leads_([this](std::string_view line) { return carriers_.leads(line); }) {
    for (const FileChange& file : changes.files) {
      if (file.is_context()) continue;
      // The original of a copy still stands and is no part of the change.
      if (file.status != ChangeStatus::Copied && file.before_path)
        before_.push_back(read_side(file, Side::Before, leads_));
      if (file.after_path) after_.push_back(read_side(file, Side::After, leads_));
    }
  }

  void compare() {
    for (SideFile& file : before_) {
      if (file.units.empty()) continue;
      SideFile* const successor = successor_of(file);
      for (const GateUnit& unit : file.units) compare(file, unit, successor);
    }
    impostors();
    shadows();
  }

 private:
  /// The file that stands at the same place after the change, else where it went if that is as good a place.
  SideFile* successor_of(const SideFile& before) {
    for (SideFile& file : after_) {
      if (file.path == before.path) return &file;
    }
    for (SideFile& file : after_) {
      if (file.file == before.file && file.host == before.host && (file.host.empty() || file.host == "github"))
        return &file;
    }
    return nullptr;
  }

  void compare(const SideFile& file, const GateUnit& unit, SideFile* successor) {
    if (successor != nullptr) {
      if (GateUnit* found = take(*successor, [&](const GateUnit& other) {
            return other.where == unit.where && other.facts == unit.facts;
          }))
        return comparer_.compare(*successor, unit, *found);
      if (GateUnit* found = take(*successor, [&](const GateUnit& other) { return other.where == unit.where; }))
        return comparer_.compare(*successor, unit, *found);
      const auto fresh = [&](const GateUnit& other) {
        return std::none_of(file.units.begin(), file.units.end(),
                            [&](const GateUnit& old) { return old.where == other.where; });
      };
      if (GateUnit* found = take(*successor, fresh)) return comparer_.compare(*successor, unit, *found);
    }
    // The same job in another pipeline of the same host, on the same terms.
    for (SideFile& other : after_) {
      if (other.host != file.host || other.host.empty() || other.host == "gitlab") continue;
      if (GateUnit* found = take(other, [&](const GateUnit& one) { return one.facts == unit.facts; }))
        return comparer_.compare(other, unit, *found);
    }
    comparer_.gone(file, unit);
  }

  template <class Fits>
  static GateUnit* take(SideFile& file, const Fits& fits) {
    for (std::size_t i = 0; i < file.units.size(); ++i) {
      if (file.taken[i] || !fits(file.units[i])) continue;
      file.taken[i] = true;
      return &file.units[i];
    }
    return nullptr;
  }

  /// A host tells jobs apart by their names alone, whichever file they stand in.
  void impostors() {
    std::vector<const SideFile*> calling;
    const std::vector<SideFile> untouched = untouched_workflows();
    for (const SideFile& file : before_) calling.push_back(&file);
    for (const SideFile& file : untouched) calling.push_back(&file);
    for (const SideFile* before : calling) {
      if (before->host != "github") continue;
      for (const GateUnit& unit : before->units) {
        for (const SideFile& after : after_) {
          if (after.host == "github" && has(after.other_jobs, unit.shown) && !was_there(after.path, unit.shown))
            comparer_.impostor(after, unit);
        }
      }
    }
  }

  [[nodiscard]] bool was_there(const std::string& path, const std::string& job) const {
    return std::any_of(before_.begin(), before_.end(),
                       [&](const SideFile& old) { return old.path == path && has(old.other_jobs, job); });
  }

  /// Workflows of the base that the change leaves alone, if it touches others.
  std::vector<SideFile> untouched_workflows() {
    std::vector<SideFile> files;
    const bool asks = base_ != nullptr && std::any_of(after_.begin(), after_.end(), [](const SideFile& file) {
                        return file.host == "github" && !file.other_jobs.empty();
                      });
    if (!asks) return files;
    constexpr std::string_view directory = ".github/workflows";
    for (const TreeEntry& entry : base_->list(directory)) {
      const std::string path = fmt::format("{}/{}", directory, entry.name);
      const bool touched =
          std::any_of(before_.begin(), before_.end(), [&](const SideFile& file) { return file.path == path; });
      if (touched || host_of(path) != "github") continue;
      const std::string text = base_->read(path).value_or("");
      if (text.size() > most_bytes || lower_ascii(text).find("redtag") == std::string::npos) continue;
      SideFile file;
      file.path = path;
      file.host = "github";
      if (const auto documents = document::parse_yaml_stream(text, path)) {
        for (const document::Node& root : *documents) file.units = pipeline_units(root, path, leads_);
      }
      files.push_back(std::move(file));
    }
    return files;
  }

  static bool has(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }

  /// A makefile that make prefers to the one with the call.
  void shadows() {
    for (const SideFile& file : after_) {
      const bool preferred = name_of(file.path) == "GNUmakefile" || name_of(file.path) == "makefile";
      if (!preferred || base_ == nullptr || file.file->before_path == file.path || !file.units.empty()) continue;
      const auto shadowed = base_->read(directory_of(file.path) + "Makefile");
      if (!shadowed) continue;
      for (const GateUnit& unit : script_units(*shadowed, "Makefile", leads_)) comparer_.gone(file, unit);
    }
  }

  SourceTree* base_;
  Carriers carriers_;
  Comparer comparer_;
  LeadsToCall leads_;
  std::vector<SideFile> before_, after_;
};

}  // namespace

void read_calls(const ChangeSet& changes, SourceTree* base, std::vector<Finding>& findings) {
  Calls(changes, base, findings).compare();
}

}  // namespace redtag
