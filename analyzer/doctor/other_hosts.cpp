// Pipelines of GitLab, Azure, CircleCI and Bitbucket, by the same units that a change of them is compared by: what skips the job that
// calls redtag, what hides its status, and what it is made from.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "change/blob_id.h"
#include "doctor/parts.h"
#include "doctor/upstream.h"
#include "document/document.h"
#include "gate/call.h"
#include "gate/flatten.h"
#include "gate/sound.h"

namespace redtag {
namespace {

using document::Member;
using document::Node;
using document::NodeType;

bool holds(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

bool one_of(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string_view last_key(std::string_view path) { return path.substr(path.rfind('/') + 1); }

class Pipeline {
 public:
  Pipeline(std::string file, const Node& root, std::vector<WayPast>& ways)
      : file_(std::move(file)), host_(host_of(file_)), root_(root), ways_(ways) {}

  /// True if it calls redtag.
  bool examine(const LeadsToCall& leads) {
    const std::vector<GateUnit> units = pipeline_units(root_, file_, leads);
    for (const GateUnit& unit : units) examine_unit(unit);
    const bool includes = examine_includes();
    if (units.empty() && !includes) return false;
    examine_scripts();
    return true;
  }

 private:
  void add(std::uint32_t line, std::string says, std::string mend) {
    WayPast way{file_, line, std::move(says), std::move(mend)};
    if (std::find(ways_.begin(), ways_.end(), way) == ways_.end()) ways_.push_back(std::move(way));
  }

  void examine_unit(const GateUnit& unit) {
    std::string all;
    for (const auto& [path, value] : unit.facts) {
      all += value + "\n";
      examine_fact(unit, path, value);
    }
    if (unit.where.find("/.") != std::string::npos)
      add(unit.line, "the job is a template that nothing runs by itself", "give it a name without a dot");
    if (unit.kind != "check") return;
    if (!holds(all, "refs/redtag"))
      add(unit.line, "it does not fetch refs/redtag/*: no clearance counts here, and people will look for another way",
          "git fetch origin '+refs/redtag/*:refs/redtag/*' before the check");
    const bool fetches = holds(all, "git fetch") || holds(all, "git clone");
    const auto depth = unit.facts.find("/job/variables/GIT_DEPTH");
    const bool whole = depth != unit.facts.end() && depth->second == "0";
    if (host_ == "gitlab" && !fetches && !whole)
      add(unit.line, "the clone has little history: the check ends with status 2 for want of a merge base",
          "set `GIT_DEPTH: 0`, or fetch the target and the change as integrations/gitlab does");
  }

  /// One thing that decides whether the job runs and counts.
  void examine_fact(const GateUnit& unit, const std::string& path, const std::string& value) {
    const std::string_view key = last_key(path);
    const std::string shown = shortened(printable(path.substr(1)), 60);
    if (one_of(key, {"allow_failure", "continueOnError", "ignore_error"}) || holds(path, "/allow_failure/")) {
      if (value != "false") add(unit.line, fmt::format("`{}` lets a held change pass", shown), "remove it");
      return;
    }
    if (is_step_list(key) && holds(value, "continueOnError: true"))
      add(unit.line, "`continueOnError` lets a failed step pass", "if it is the step that runs redtag, remove it");
    if (key == "when" && one_of(value, {"manual", "never", "delayed", "on_failure"})) {
      add(unit.line,
          fmt::format("`{}` is {}: the job need not run, and one that did not run may count as passed", shown, value),
          "let it run at every merge request");
      return;
    }
    if (path.starts_with("/waits for ")) return examine_upstream(unit, path, key);
    if (one_of(key, {"rules", "only", "except"}) || holds(path, "/only/") || holds(path, "/except/") ||
        holds(path, "/rules"))
      return examine_rules(unit, path, key, value);
    if (one_of(key, {"if", "condition", "filters", "branches", "paths", "changesets"}) && host_ != "gitlab")
      add(unit.line, fmt::format("`{}` may skip it, and a skipped check may count as passed", shown), "remove it");
    if (key == "image" && names_redtag(value) && !holds(value, "@sha256:"))
      add(unit.line, fmt::format("the image '{}' can be moved to other code", shortened(printable(value), 60)),
          "pin it by digest");
  }

  void examine_rules(const GateUnit& unit, const std::string& path, std::string_view key, const std::string& value) {
    const std::string shown = shortened(printable(path.substr(1)), 60);
    if (holds(path, "except") || holds(path, "changes") || holds(path, "exists") || holds(value, "changes:") ||
        holds(value, "exists:"))
      add(unit.line, fmt::format("`{}` skips it for some changes, and a job that is not there cannot fail", shown),
          "let it run at every merge request: what is harmless takes redtag milliseconds");
    if (holds(value, "allow_failure: true"))
      add(unit.line, fmt::format("`{}` lets a held change pass", shown), "remove `allow_failure`");
    if (holds(value, "when: manual"))
      add(unit.line, fmt::format("`{}` waits for somebody to start it by hand", shown), "remove `when: manual`");
    const bool asks = (key == "rules" || key == "only" || key == "refs") && !value.empty();
    if (asks && !holds(value, "merge_request") && !holds(value, "CI_MERGE_REQUEST") && !path.starts_with("/waits"))
      add(unit.line, fmt::format("by `{}` no merge request starts it", shown),
          "add `if: $CI_PIPELINE_SOURCE == \"merge_request_event\"`");
  }

  void examine_upstream(const GateUnit& unit, const std::string& path, std::string_view key) {
    const std::string name = path.substr(11, path.find('/', 11) - 11);
    if (one_of(key, {"rules", "only", "except", "when", "if", "condition"}))
      add(unit.line,
          fmt::format("it waits for `{}`, which runs on terms of its own: with it the check is skipped",
                      shortened(printable(name), 40)),
          "let it wait for nothing");
  }

  /// Scripts as they are written: every list or text that runs.
  void examine_scripts() {
    std::vector<const Node*> open{&root_};
    while (!open.empty()) {
      const Node* at = open.back();
      open.pop_back();
      for (const Node& item : at->items) open.push_back(&item);
      std::string before;
      for (const Member& member : at->members) {
        if (member.key == "before_script") before = joined(member.value);
      }
      for (const Member& member : at->members) {
        open.push_back(&member.value);
        if (is_script(member.key)) examine_script(member, before);
      }
    }
  }

  static std::string joined(const Node& node) {
    std::string text = node.scalar() ? node.text : std::string();
    for (const Node& item : node.items) {
      if (item.scalar()) text += item.text + "\n";
    }
    return text;
  }

  void examine_script(const Member& member, const std::string& before) {
    const std::string script = joined(member.value);
    if (!names_judging_call(script)) return;
    const std::uint32_t line = member.line;
    const bool ends = host_ != "azure";
    if (const std::string mask = masked_by(script); !mask.empty()) {
      add(line, fmt::format("{} hides the check's status: a held change passes", mask), "let its status count");
    } else if (const std::string why = unsound_call(script, ends); !why.empty()) {
      add(line, fmt::format("the call of redtag {}: a held change passes", why),
          "run `redtag check --merge TARGET HEAD` as a command of its own, and let its status be the job's");
    }
    for (const std::string& text : {before, script}) {
      if (const std::string why = undone_by(text, script); !why.empty())
        add(line, fmt::format("what runs before redtag {}", why),
            "call redtag in a job of its own that runs nothing else");
      if (runs_the_tree(text))
        add(line, "the change's own code runs in the job before redtag: it can put another program in its place",
            "call redtag in a job of its own that runs nothing else");
    }
    if (brings_unchecked(before + script))
      add(line, "redtag is downloaded and not compared with a digest",
          "compare its SHA-256, as integrations/gitlab does");
  }

  /// Where the job comes from another file, and what this one writes over it.
  bool examine_includes() {
    const Node* include = root_.find("include");
    if (include == nullptr) return false;
    std::vector<const Node*> entries{include};
    for (const Node& item : include->items) entries.push_back(&item);
    bool brings = false;
    for (const Node* entry : entries) {
      const std::string said = lower_ascii(entry->scalar() ? entry->text : value_of(*entry));
      if (!holds(said, "redtag") || entry->type == NodeType::Sequence) continue;
      brings = true;
      examine_include(*entry);
    }
    const Node* over = brings ? root_.find("redtag") : nullptr;
    if (over == nullptr) return brings;
    for (const Member& member : over->members) {
      if (one_of(member.key, {"allow_failure", "rules", "only", "except", "when", "script", "before_script", "extends",
                              "image", "needs"}))
        add(member.line, fmt::format("`{}` is written over what the included job says", member.key),
            "leave the included job as it is");
    }
    return brings;
  }

  void examine_include(const Node& entry) {
    const Node* project = entry.find("project");
    const Node* remote = entry.find("remote");
    const Node* component = entry.find("component");
    if (project != nullptr) {
      const Node* ref = entry.find("ref");
      if (ref == nullptr || !is_object_id(ref->text))
        add(entry.line, "the included job is another project's, by a name that can be moved", "give `ref` a commit id");
    } else if (component != nullptr) {
      const std::string version = component->text.substr(component->text.rfind('@') + 1);
      if (!is_object_id(version))
        add(entry.line, fmt::format("'{}' can be moved to other code", shortened(printable(version), 60)),
            "pin it to a commit id");
    } else if (remote != nullptr || holds(entry.text, "://")) {
      if (entry.find("integrity") == nullptr)
        add(entry.line, "the included job is whatever that address gives",
            "add `integrity`, or include it by project and commit id");
    } else {
      add(entry.line, "the included job is a file of the change's own tree",
          "include it from a project that changes cannot edit");
    }
  }

  std::string file_;
  std::string host_;
  const Node& root_;
  std::vector<WayPast>& ways_;
};

/// A language that is looked at by its words.
bool examine_words(const std::string& file, const std::string& text, std::vector<WayPast>& ways) {
  if (!names_judging_call(text)) return false;
  std::uint32_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.starts_with("#")) continue;
    if (const std::string mask = masked_by(line); !mask.empty())
      ways.push_back({file, number, fmt::format("{} hides the check's status: a held change passes", mask),
                      "let its status count"});
    for (const std::string_view mask : {"catchError", "returnStatus: true", "warnError", "unstable("}) {
      if (holds(line, mask))
        ways.push_back({file, number, fmt::format("`{}` lets a failed step pass", mask),
                        "if it is around the step that runs redtag, remove it"});
    }
  }
  return true;
}

}  // namespace

bool examine_other_host(SourceTree& tree, const std::string& file, const std::string& text,
                        std::vector<WayPast>& ways) {
  Carriers carriers(&tree);
  const LeadsToCall leads = [&](std::string_view line) { return carriers.leads(line); };
  bool runs = false;
  const bool yaml = file.ends_with(".yml") || file.ends_with(".yaml");
  const auto documents = yaml ? document::parse_yaml_stream(text, file) : fail(ErrorCode::Input, "");
  if (documents) {
    for (const Node& root : *documents) runs = Pipeline(file, root, ways).examine(leads) || runs;
  } else if (yaml && holds(lower_ascii(text), "redtag")) {
    ways.push_back({file, 0, "it names redtag and cannot be read", "mend it"});
  } else {
    runs = examine_words(file, text, ways);
  }
  if (runs)
    ways.push_back(
        {file, 0, "it runs as the change has it: a change can edit the pipeline that judges it",
         "require it from outside of the repository (a compliance or execution policy, a protected template)"});
  return runs;
}

}  // namespace redtag
