#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "base/text.h"
#include "change/blob_id.h"
#include "doctor/parts.h"
#include "doctor/upstream.h"
#include "document/document.h"
#include "gate/sound.h"

namespace redtag {
namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::string_view workflows = ".github/workflows";
constexpr std::size_t most_value = 200;  // of a variable that is put in
constexpr std::size_t most_uses = 100;   // of one variable in a script

/// Files of the other hosts and tools that may run redtag; their languages are looked at by their words.
constexpr std::array<std::string_view, 5> other_pipelines{
    ".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".circleci/config.yml", "Jenkinsfile"};

bool holds(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

/// Variables as a workflow's `env` gives them, inner ones over outer ones.
using Environment = std::map<std::string, std::string>;

Environment with_environment(Environment outer, const Node& node) {
  const Node* env = node.find("env");
  if (env == nullptr) return outer;
  for (const Member& member : env->members) {
    if (member.value.scalar()) outer[member.key] = member.value.text;
  }
  return outer;
}

/// A script with those variables put in; what the host puts in when it runs stays a variable.
std::string with_values(std::string script, const Environment& environment) {
  for (const auto& [name, value] : environment) {
    if (name.empty() || value.size() > most_value || holds(value, "${{") || holds(value, "$")) continue;
    for (const std::string& form : {"${" + name + "}", "$" + name}) {
      std::size_t budget = most_uses;
      for (std::size_t at = script.find(form); at != std::string::npos && budget > 0;
           at = script.find(form, at), --budget) {
        const std::size_t end = at + form.size();
        const bool longer = form.back() != '}' && end < script.size() &&
                            (std::isalnum(static_cast<unsigned char>(script[end])) != 0 || script[end] == '_');
        if (!longer) script.replace(at, form.size(), value);
        at += longer ? form.size() : value.size();
      }
    }
  }
  return script;
}

class Workflow {
 public:
  Workflow(std::string file, const Node& root, std::vector<WayPast>& ways)
      : file_(std::move(file)), root_(root), ways_(ways) {}

  /// True if it runs redtag.
  bool examine() {
    const Node* jobs = root_.find("jobs");
    if (jobs == nullptr) return false;
    bool runs = false;
    for (const Member& job : jobs->members) runs = examine_job(job) || runs;
    if (runs) examine_triggers();
    return runs;
  }

 private:
  void add(std::uint32_t line, std::string says, std::string mend) {
    ways_.push_back({file_, line, std::move(says), std::move(mend)});
  }

  /// `on:` is true to a reader of YAML 1.1 and a word to one of 1.2.
  const Node* triggers() const {
    const Node* on = root_.find("on");
    return on != nullptr ? on : root_.find("true");
  }

  bool triggered_by(std::string_view event) const {
    const Node* on = triggers();
    if (on == nullptr) return false;
    if (on->text == event || on->find(event) != nullptr) return true;
    return std::any_of(on->items.begin(), on->items.end(), [&](const Node& item) { return item.text == event; });
  }

  void examine_triggers() {
    const Node* on = triggers();
    if (on == nullptr) return;
    const bool from_base = triggered_by("pull_request_target");
    if (triggered_by("pull_request") && !from_base) {
      add(on->line, "it runs as the change has it: a change can edit the workflow that judges it",
          "require it from an organisation's ruleset, or run it on `pull_request_target` without checking the head "
          "out");
    }
    if (!triggered_by("pull_request") && !from_base && !triggered_by("workflow_call")) {
      add(on->line, "no pull request starts it", "add `pull_request_target`");
    }
    if (!triggered_by("merge_group")) add(on->line, "the merge queue does not start it", "add `merge_group`");
    for (const std::string_view event : {"pull_request", "pull_request_target"}) {
      const Node* filter = on->find(event);
      if (filter == nullptr) continue;
      for (const Member& key : filter->members) {
        if (key.key == "types") examine_types(key);
        if (key.key == "paths" || key.key == "paths-ignore" || key.key == "branches-ignore") {
          add(key.line, fmt::format("`{}` skips it for some changes, and a skipped check may count as passed", key.key),
              "let it run always: what is harmless takes redtag milliseconds");
        }
      }
    }
  }

  /// Without these a change is opened, or pushed to, and nothing looks at it.
  void examine_types(const Member& types) {
    for (const std::string_view needed : {"opened", "synchronize", "reopened"}) {
      const bool named =
          types.value.text == needed || std::any_of(types.value.items.begin(), types.value.items.end(),
                                                    [&](const Node& item) { return item.text == needed; });
      if (!named)
        add(types.line, fmt::format("`types` leaves out `{}`: such a change is not judged", needed), "remove `types`");
    }
  }

  bool examine_job(const Member& job) {
    const Node* steps = job.value.find("steps");
    if (steps == nullptr) return false;
    bool runs = false;
    const Environment environment = with_environment(with_environment({}, root_), job.value);
    for (const Node& step : steps->items) runs = examine_step(step, with_environment(environment, step)) || runs;
    if (!runs) return false;
    examine_switches(job.value, "job");
    examine_place(job.value);
    examine_before(*steps);
    for (const Node& step : steps->items) examine_checkout(step);
    std::string scripts;
    for (const Node& step : steps->items) {
      if (const Node* run = step.find("run")) scripts += run->text + "\n";
    }
    if (!scripts.empty() && names_judging_call(scripts) && !holds(scripts, "refs/redtag")) {
      add(job.line, "it does not fetch refs/redtag/*: no clearance counts here, and people will look for another way",
          "git fetch origin '+refs/redtag/*:refs/redtag/*' before the check");
    }
    return true;
  }

  /// Steps before the call share its machine: they can put another program in its place.
  void examine_before(const Node& steps) {
    std::string call;
    for (const Node& step : steps.items) {
      const Node* run = step.find("run");
      if (run != nullptr && names_judging_call(run->text)) call += run->text;
    }
    const std::string mend = "call redtag in a job of its own that runs nothing else";
    std::string scripts;
    for (const Node& step : steps.items) {
      const Node* run = step.find("run");
      const Node* uses = step.find("uses");
      if (run != nullptr) scripts += run->text + "\n";
      if (run != nullptr) {
        if (const std::string why = undone_by(run->text, call); !why.empty())
          add(run->line, fmt::format("what runs before redtag {}", why), mend);
        if (runs_the_tree(run->text))
          add(run->line, "the change's own code runs before redtag in its job: it can put another program in its place",
              mend);
        if (names_judging_call(run->text)) break;
      }
      if (uses == nullptr) continue;
      if (holds(lower_ascii(uses->text), "redtag")) break;
      if (uses->text.starts_with("./"))
        add(uses->line,
            "an action of the checked-out tree runs before redtag in its job: it can put another program in its place",
            mend);
    }
    if (brings_unchecked(scripts))
      add(steps.line, "redtag is downloaded and not compared with a digest", "compare its SHA-256 before it runs");
  }

  /// What a job waits for, and what it runs in.
  void examine_place(const Node& job) {
    const Node* condition = job.find("if");
    const bool always = condition != nullptr && holds(condition->text, "always()");
    if (const Node* needs = job.find("needs"); needs != nullptr && !always) {
      add(needs->line, "`needs` lets other jobs decide whether it runs, and a skipped check may count as passed",
          "let it wait for nothing");
    }
    const Node* container = job.find("container");
    if (container != nullptr && !container->scalar()) container = container->find("image");
    if (container != nullptr && container->scalar() && !holds(container->text, "@sha256:")) {
      add(container->line,
          fmt::format("the image '{}' can be moved to other code", shortened(printable(container->text), 60)),
          "pin it by digest");
    }
  }

  bool examine_step(const Node& step, const Environment& environment) {
    const Node* run = step.find("run");
    const Node* uses = step.find("uses");
    const bool action = uses != nullptr && holds(lower_ascii(uses->text), "redtag");
    if (!action && (run == nullptr || !names_judging_call(run->text))) return false;
    examine_switches(step, "step");
    if (action) {
      examine_version(*uses);
      return true;
    }
    const Node* shell = step.find("shell");
    const bool ends = shell == nullptr || shell->text == "bash" || shell->text == "sh";
    const std::string script = with_values(run->text, environment);
    if (const std::string mask = masked_by(script); !mask.empty()) {
      add(run->line, fmt::format("{} hides the check's status: a held change passes", mask),
          "let the status of `redtag check` be the step's");
    } else if (const std::string why = unsound_call(script, ends); !why.empty()) {
      add(run->line, fmt::format("the call of redtag {}: a held change passes", why),
          "run `redtag check --merge TARGET HEAD` as a command of its own, and let its status be the step's");
    }
    if (holds(run->text, "${{")) {
      add(run->line, "an expression is pasted into the script: a branch's name can become a command",
          "hand it over in `env` and quote it");
    }
    return true;
  }

  void examine_switches(const Node& node, std::string_view what) {
    for (const Member& key : node.members) {
      if (key.key == "continue-on-error" && key.value.text != "false") {
        add(key.line, fmt::format("`continue-on-error` lets a held change pass this {}", what), "remove it");
      }
      if (key.key == "if" && !holds(key.value.text, "always()")) {
        add(key.line, fmt::format("`if` may skip this {}, and a skipped check may count as passed", what),
            "remove the condition");
      }
    }
  }

  void examine_version(const Node& uses) {
    const std::size_t at = uses.text.rfind('@');
    const std::string version = at == std::string::npos ? "" : uses.text.substr(at + 1);
    if (uses.text.starts_with("./")) {
      add(uses.line, "the action is the one of the checked-out tree", "name it by repository and commit id");
    } else if (!is_object_id(version)) {
      add(uses.line, fmt::format("'{}' can be moved to other code", shortened(printable(version), 60)),
          "pin it to a commit id");
    }
  }

  void examine_checkout(const Node& step) {
    const Node* uses = step.find("uses");
    if (uses == nullptr || !uses->text.starts_with("actions/checkout@")) return;
    const Node* with = step.find("with");
    const Node* depth = with == nullptr ? nullptr : with->find("fetch-depth");
    if (depth == nullptr || depth->text != "0") {
      add(uses->line, "the clone has no history: the check ends with status 2 for want of a merge base",
          "set `fetch-depth: 0`");
    }
    const Node* ref = with == nullptr ? nullptr : with->find("ref");
    if (ref != nullptr && triggered_by("pull_request_target") && holds(ref->text, "head")) {
      add(ref->line, "the change's tree is checked out where secrets are: what it runs, runs with them",
          "check out nothing; redtag reads objects and needs no work tree");
    }
  }

  std::string file_;
  const Node& root_;
  std::vector<WayPast>& ways_;
};

bool examine_workflow(std::string file, const std::string& text, std::vector<WayPast>& ways) {
  if (!holds(text, "redtag")) return false;
  const Expected<Node> root = document::parse_yaml(text, file);
  if (!root) {
    ways.push_back({std::move(file), 0, "it names redtag and cannot be read: " + root.error().message, "mend it"});
    return false;
  }
  return Workflow(std::move(file), *root, ways).examine();
}

}  // namespace

std::string masked_by(std::string_view script) {
  const bool keeps_status = holds(script, "status=$?") || holds(script, "PIPESTATUS");
  for (const std::string_view raw : split(script, '\n')) {
    const std::string_view line = trim(raw.substr(0, raw.find(" #")));
    if (line.starts_with("set +e") && !keeps_status) return "`set +e`";
    if (!names_judging_call(line)) continue;
    for (const std::string_view mask : {"|| true", "|| :", "|| exit 0", "||true", "; true", "; exit 0"}) {
      if (holds(line, mask)) return fmt::format("`{}`", mask);
    }
    if (holds(line, " | ") && !holds(script, "pipefail")) return "a pipe, whose status is its last command's";
    if (holds(line, "--advise")) return "`--advise`";
  }
  return {};
}

void examine_pipelines(SourceTree& tree, std::vector<WayPast>& ways) {
  bool runs = false;
  for (const TreeEntry& entry : tree.list(workflows)) {
    if (!entry.name.ends_with(".yml") && !entry.name.ends_with(".yaml")) continue;
    std::string file = fmt::format("{}/{}", workflows, entry.name);
    if (const auto text = tree.read(file)) runs = examine_workflow(std::move(file), *text, ways) || runs;
  }
  for (const std::string_view file : other_pipelines) {
    if (const auto text = tree.read(file)) runs = examine_other_host(tree, std::string(file), *text, ways) || runs;
  }
  if (runs) return;
  const bool hook = tree.read(".pre-commit-config.yaml").value_or("").find("redtag") != std::string::npos;
  ways.push_back({"", 0,
                  hook ? "only a hook on people's machines runs redtag, and every one of them can leave it out"
                       : "no pipeline here runs redtag: every change passes",
                  "see integrations/ for GitHub and GitLab, or require it from outside of the repository"});
}

}  // namespace redtag
