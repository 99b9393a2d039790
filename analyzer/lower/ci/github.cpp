// GitHub Actions: workflows, reusable workflows and composite actions.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/ci/pipeline.h"
#include "lower/ci/strangers.h"

namespace redtag::ci {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr unsigned most_steps = 20'000;

/// `actions/checkout@v4` → `actions/checkout`.
std::string without_version(std::string_view uses) { return std::string(uses.substr(0, uses.find('@'))); }

std::string name_of(const Node& step, std::size_t index) {
  for (const std::string_view key : {"id", "name"}) {
    const Node* named = step.find(key);
    if (named != nullptr && named->scalar() && !named->text.empty()) return named->text;
  }
  if (const Node* uses = step.find("uses")) return without_version(uses->text);
  if (const Node* run = step.find("run"))
    return shortened(std::string(trim(run->text.substr(0, run->text.find('\n')))), 60);
  return "step " + std::to_string(index + 1);
}

bool is_true(const Node* node) { return node != nullptr && node->scalar() && condition_text(node->text) == "true"; }

/// A template that may come out as true counts: whoever writes it wants it to, sometimes.
bool may_be_true(const Node* node) {
  return node != nullptr && node->scalar() && !node->text.empty() && condition_text(node->text) != "false";
}

ByteRange place_of_member(const Node& map, std::string_view key) {
  for (const Member& member : map.members) {
    if (member.key == key) return whole(member);
  }
  return {};
}

class GithubReader {
 public:
  GithubReader(const SourceFileView& file, const Node& root) : file_(file), root_(root) {}

  Pipeline run() {
    if (const Node* defaults = root_.find("defaults")) {
      shell_ = shell_in(*defaults, shell_);
      directory_ = directory_in(*defaults, directory_);
    }
    for (const Member& member : root_.members) {
      const bool on = member.key == "on" || member.key == "true";  // YAML 1.1 reads the key as a boolean
      if (on) read_triggers(member);
      if (member.key == "permissions") read_permissions(member, pipeline_.permissions);
      if (member.key == "env") add_settings(member.value, "", pipeline_.variables);
      if (member.key == "concurrency")
        pipeline_.attributes.push_back({"concurrency", flat(member.value), whole(member)});
      if (member.key == "jobs") {
        for (const Member& job : member.value.members) read_job(job);
      }
      if (member.key == "runs") read_action(member);
      if (member.key == "name") pipeline_.header = whole(member);
    }
    if (pipeline_.header.size() == 0 && !root_.members.empty()) pipeline_.header = root_.members[0].key_bytes;
    note_strangers_code(pipeline_);
    return std::move(pipeline_);
  }

 private:
  static std::string shell_in(const Node& defaults, const std::string& otherwise) {
    const Node* run = defaults.find("run");
    const Node* shell = run == nullptr ? nullptr : run->find("shell");
    return shell == nullptr ? otherwise : shell->text;
  }

  static std::string directory_in(const Node& defaults, const std::string& otherwise) {
    const Node* run = defaults.find("run");
    const Node* directory = run == nullptr ? nullptr : run->find("working-directory");
    return directory == nullptr ? otherwise : directory->text;
  }

  static Language language_of(std::string_view shell) {
    if (shell.starts_with("pwsh") || shell.starts_with("powershell")) return Language::PowerShell;
    if (shell.starts_with("cmd")) return Language::Batch;
    if (shell.find("python") != std::string_view::npos) return Language::Python;
    return shell.starts_with("node") ? Language::JavaScript : Language::Shell;
  }

  /// Whether an event comes from any branch or from whoever asks for a merge, writes an issue or comments.
  static std::string_view starts_from(std::string_view event, const Node* filters) {
    static constexpr std::array anybodys = std::to_array<std::string_view>(
        {"issue_comment", "issues", "discussion", "discussion_comment", "pull_request_review_comment"});
    if (event == "workflow_dispatch") return "hand";
    if (event.starts_with("pull_request") || std::find(anybodys.begin(), anybodys.end(), event) != anybodys.end())
      return "any";
    if (event != "push") return "some";
    const Node* branches = filters == nullptr ? nullptr : filters->find("branches");
    if (branches == nullptr) return filters != nullptr && filters->find("tags") != nullptr ? "some" : "any";
    const auto is_any = [](const Node& name) { return name.text == "*" || name.text == "**"; };
    const bool any = is_any(*branches) || std::any_of(branches->items.begin(), branches->items.end(), is_any);
    return any ? "any" : "some";
  }

  void read_triggers(const Member& member) {
    const auto add = [&](const std::string& event, const Node* filters, ByteRange bytes) {
      pipeline_.triggers.push_back({event, filters == nullptr ? "" : flat(*filters), bytes});
      pipeline_.starts.push_back({event, std::string(starts_from(event, filters)), bytes});
      if (event == "pull_request" || event == "pull_request_target" || event == "merge_group") {
        requested_ = true;
        const bool filtered =
            filters != nullptr && (filters->find("paths") != nullptr || filters->find("paths-ignore") != nullptr ||
                                   filters->find("branches-ignore") != nullptr);
        pipeline_.has_filters = pipeline_.has_filters || filtered;
      }
    };
    const Node& on = member.value;
    if (on.scalar()) add(on.text, nullptr, whole(member));
    for (const Node& item : on.items) add(item.text, nullptr, item.bytes);
    for (const Member& each : on.members) add(each.key, &each.value, whole(each));
    pipeline_.for_strangers = has("pull_request_target") || has("workflow_run") || has("issues") ||
                              has("issue_comment") || has("discussion") || has("discussion_comment");
    const bool called = has("workflow_call");
    pipeline_.called = called;
    pipeline_.tells_order = !called && !has("workflow_run") && !has("workflow_dispatch") && !has("repository_dispatch");
    pipeline_.on_request = requested_ || called ? Runs::Always : Runs::Never;
    if (has("schedule"))
      pipeline_.trigger = Trigger::Schedule;
    else if (has("push"))
      pipeline_.trigger = Trigger::Merge;
    else if (has("release") || has("deployment") || called)
      pipeline_.trigger = Trigger::Deploy;
    else if (has("workflow_run") || has("repository_dispatch") || has("issue_comment") || has("issues"))
      pipeline_.trigger = Trigger::Event;
    else if (has("workflow_dispatch"))
      pipeline_.trigger = Trigger::ByHand;
    else if (requested_)
      pipeline_.trigger = Trigger::Test;
  }

  [[nodiscard]] bool has(std::string_view event) const {
    return std::any_of(pipeline_.triggers.begin(), pipeline_.triggers.end(),
                       [&](const Setting& each) { return each.key == event; });
  }

  static void read_permissions(const Member& member, std::vector<Setting>& into) {
    if (member.value.scalar()) {
      into.push_back({"*", member.value.text == "write-all" ? "write" : member.value.text, whole(member)});
      return;
    }
    if (member.value.members.empty()) into.push_back({"*", "none", whole(member)});
    add_settings(member.value, "", into);
  }

  void read_job(const Member& member) {
    const Node& node = member.value;
    Job job;
    job.name = member.key;
    job.bytes = whole(member);
    job.header = member.key_bytes;
    std::string shell = shell_;
    std::string directory = directory_;
    if (const Node* defaults = node.find("defaults")) {
      shell = shell_in(*defaults, shell);
      directory = directory_in(*defaults, directory);
    }
    if (const Node* needs = node.find("needs")) {
      if (needs->scalar()) job.needs.push_back({needs->text, needs->bytes});
      for (const Node& item : needs->items) job.needs.push_back({item.text, item.bytes});
    }
    if (const Node* condition = node.find("if")) {
      job.condition = condition_text(condition->text);
      job.runs = runs_under(job.condition);
      job.ignores_needs = job.condition.find("always()") != std::string::npos ||
                          job.condition.find("cancelled()") != std::string::npos ||
                          job.condition.find("failure()") != std::string::npos;
      job.softened = place_of_member(node, "if");
      job.attributes.push_back({"if", job.condition, job.softened});
    }
    if (may_be_true(node.find("continue-on-error"))) {
      job.soft = is_true(node.find("continue-on-error")) || node.find("strategy") == nullptr;
      job.softened = place_of_member(node, "continue-on-error");
    }
    read_job_settings(node, job);
    if (const Node* uses = node.find("uses")) {
      Step step;
      step.name = without_version(uses->text);
      step.uses = uses->text;
      step.bytes = job.bytes;
      step.header = place_of_member(node, "uses");
      if (const Node* with = node.find("with")) add_settings(*with, "with.", step.with);
      if (const Node* secrets = node.find("secrets")) {
        if (secrets->scalar()) step.with.push_back({"secrets", "secrets." + secrets->text, secrets->bytes});
        add_settings(*secrets, "secrets.", step.with);
      }
      job.steps.push_back(std::move(step));
    }
    const Node* where = node.find("runs-on");
    if (shell.empty() && where != nullptr && where->scalar() && where->text.starts_with("windows")) shell = "pwsh";
    if (const Node* steps = node.find("steps")) read_steps(*steps, shell, directory, job);
    pipeline_.jobs.push_back(std::move(job));
  }

  static void read_job_settings(const Node& node, Job& job) {
    for (const Member& each : node.members) {
      if (each.key == "permissions") read_permissions(each, job.permissions);
      if (each.key == "env") add_settings(each.value, "", job.variables);
      if (each.key == "concurrency") job.attributes.push_back({"concurrency", flat(each.value), whole(each)});
      if (each.key == "environment") {
        const Node* name = each.value.find("name");
        job.approvals.push_back({"environment", name == nullptr ? flat(each.value) : name->text, whole(each)});
      }
      if (each.key == "runs-on") {
        const std::string where = flat(each.value);
        job.own_machine = where.find("self-hosted") != std::string::npos;
        job.attributes.push_back({"runs_on", where, whole(each)});
      }
      if (each.key == "container" || each.key == "services") {
        const std::string text = flat(each.value);
        if (text.find("--privileged") != std::string::npos || text.find("/var/run/docker.sock") != std::string::npos) {
          job.attributes.push_back({"privileged", "true", whole(each)});
        }
      }
    }
  }

  void read_action(const Member& member) {
    const Node* steps = member.value.find("steps");
    pipeline_.on_request = Runs::Always;
    pipeline_.called = true;
    if (steps == nullptr) return;
    Job job;
    job.name = "runs";
    job.bytes = whole(member);
    job.header = member.key_bytes;
    read_steps(*steps, shell_, directory_, job);
    pipeline_.jobs.push_back(std::move(job));
  }

  void read_steps(const Node& steps, const std::string& shell, const std::string& directory, Job& job) {
    for (std::size_t i = 0; i < steps.items.size() && i < most_steps; ++i) {
      const Node& node = steps.items[i];
      if (node.type != NodeType::Mapping) continue;
      Step step;
      step.name = name_of(node, i);
      const auto same = std::count_if(job.steps.begin(), job.steps.end(), [&](const Step& other) {
        return other.name == step.name || other.name.starts_with(step.name + " #");
      });
      if (same > 0) step.name += " #" + std::to_string(same + 1);
      step.bytes = node.bytes;
      step.header = node.members.empty() ? node.bytes : whole(node.members[0]);
      step.directory = directory;
      if (const Node* own = node.find("working-directory")) step.directory = own->text;
      read_step(node, shell, step);
      job.steps.push_back(std::move(step));
    }
  }

  void read_step(const Node& node, const std::string& outer_shell, Step& step) const {
    if (const Node* uses = node.find("uses")) {
      step.uses = uses->text;
      step.header = place_of_member(node, "uses");
    }
    std::string shell = outer_shell;
    if (const Node* own = node.find("shell")) shell = own->text;
    step.pipefail = shell == "bash" || shell.find("pipefail") != std::string::npos;
    step.stops_on_error = shell.find("{0}") == std::string::npos || shell.find("-e") != std::string::npos;
    step.language = language_of(shell);
    if (const Node* run = node.find("run"); run != nullptr && run->scalar()) step.script.add(file_, *run);
    if (const Node* condition = node.find("if")) {
      step.condition = condition_text(condition->text);
      step.runs = runs_under(step.condition);
      step.softened = place_of_member(node, "if");
    }
    if (may_be_true(node.find("continue-on-error"))) {
      step.soft = true;
      step.softened = place_of_member(node, "continue-on-error");
    }
    if (const Node* with = node.find("with")) {
      add_settings(*with, "with.", step.with);
      const Node* script = with->find("script");
      if (script != nullptr && script->scalar() && step.uses.starts_with("actions/github-script")) {
        step.language = Language::JavaScript;
        step.script.add(file_, *script);
      }
    }
    if (const Node* env = node.find("env")) add_settings(*env, "env.", step.with);
  }

  const SourceFileView& file_;
  const Node& root_;
  Pipeline pipeline_;
  std::string shell_;
  std::string directory_;
  bool requested_ = false;
};

}  // namespace

Pipeline read_github(const SourceFileView& file, const Node& root) { return GithubReader(file, root).run(); }

}  // namespace redtag::ci
