// Azure Pipelines, CircleCI, and tools whose pipelines are little more than lists of command lines.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/limits.h"
#include "lower/ci/pipeline.h"

namespace redtag::ci {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

bool is_true(const Node* node) { return node != nullptr && node->text == "true"; }

std::string text_of(const Node& node, std::string_view key, std::string otherwise) {
  const Node* found = node.find(key);
  return found != nullptr && found->scalar() && !found->text.empty() ? found->text : std::move(otherwise);
}

ByteRange place_in(const Node& map, std::string_view key) {
  for (const Member& member : map.members) {
    if (member.key == key) return whole(member);
  }
  return {};
}

// ---- Azure Pipelines: stages of jobs of steps, each level optional

class AzureReader {
 public:
  AzureReader(const SourceFileView& file, const Node& root) : file_(file), root_(root) {}

  Pipeline run() {
    pipeline_.trigger = Trigger::Merge;
    for (const Member& member : root_.members) {
      if (pipeline_.header.size() == 0) pipeline_.header = member.key_bytes;
      if (member.key == "trigger" || member.key == "pr" || member.key == "schedules") {
        pipeline_.triggers.push_back({member.key, flat(member.value), whole(member)});
      }
      if (member.key == "pr") {
        if (member.value.text == "none") pipeline_.on_request = Runs::Never;
        const Node* paths = member.value.find("paths");
        pipeline_.has_filters = pipeline_.has_filters || paths != nullptr;
      }
    }
    if (const Node* stages = root_.find("stages")) {
      for (const Node& stage : stages->items) read_stage(stage);
    }
    if (const Node* jobs = root_.find("jobs")) read_jobs(*jobs, {}, "");
    if (const Node* steps = root_.find("steps")) {
      Job job;
      job.name = "steps";
      job.bytes = steps->bytes;
      job.header = place_in(root_, "steps");
      read_steps(*steps, job);
      pipeline_.jobs.push_back(std::move(job));
    }
    return std::move(pipeline_);
  }

 private:
  void read_stage(const Node& stage) {
    const std::string name = text_of(stage, "stage", "stage");
    std::vector<Need> stages, needs;
    const Node* before = stage.find("dependsOn");
    if (before != nullptr) {
      add_needs(*before, stages);
    } else if (!last_stage_.empty()) {
      stages.push_back({last_stage_, place_in(stage, "stage")});  // a stage waits for the one above it
    }
    for (const Need& waited : stages) {
      for (const std::string& job : jobs_of_[waited.job]) needs.push_back({job, waited.bytes});
    }
    const std::size_t first = pipeline_.jobs.size();
    if (const Node* jobs = stage.find("jobs")) read_jobs(*jobs, needs, name + "/");
    for (std::size_t i = first; i < pipeline_.jobs.size(); ++i) jobs_of_[name].push_back(pipeline_.jobs[i].name);
    last_stage_ = name;
  }

  static void add_needs(const Node& node, std::vector<Need>& needs) {
    if (node.scalar() && !node.text.empty()) needs.push_back({node.text, node.bytes});
    for (const Node& item : node.items) needs.push_back({item.text, item.bytes});
  }

  void read_jobs(const Node& jobs, const std::vector<Need>& needs, const std::string& prefix) {
    for (const Node& node : jobs.items) {
      Job job;
      job.name = prefix + text_of(node, "deployment", text_of(node, "job", "job"));
      job.bytes = node.bytes;
      job.header = node.members.empty() ? node.bytes : whole(node.members[0]);
      job.needs = needs;
      if (const Node* before = node.find("dependsOn")) add_needs(*before, job.needs);
      if (const Node* condition = node.find("condition")) {
        job.condition = condition_text(condition->text);
        job.runs = runs_under(job.condition);
        job.ignores_needs = job.condition.find("always()") != std::string::npos;
        job.softened = place_in(node, "condition");
      }
      if (is_true(node.find("continueOnError"))) {
        job.soft = true;
        job.softened = place_in(node, "continueOnError");
      }
      if (const Node* environment = node.find("environment")) {
        job.approvals.push_back(
            {"environment",
             environment->scalar() ? environment->text : text_of(*environment, "name", flat(*environment)),
             place_in(node, "environment")});
      }
      if (const Node* steps = node.find("steps")) read_steps(*steps, job);
      if (const Node* strategy = node.find("strategy")) read_strategy(*strategy, job);
      pipeline_.jobs.push_back(std::move(job));
    }
  }

  /// `strategy: runOnce: deploy: steps:`, and what stands beside `deploy`.
  void read_strategy(const Node& strategy, Job& job) {
    for (const Member& kind : strategy.members) {
      for (const Member& phase : kind.value.members) {
        if (const Node* steps = phase.value.find("steps")) read_steps(*steps, job);
      }
    }
  }

  void read_steps(const Node& steps, Job& job) {
    for (std::size_t i = 0; i < steps.items.size(); ++i) {
      const Node& node = steps.items[i];
      if (node.type != NodeType::Mapping || node.members.empty()) continue;
      Step step;
      step.name = text_of(node, "displayName", text_of(node, "name", "step " + std::to_string(i + 1)));
      step.bytes = node.bytes;
      step.header = whole(node.members[0]);
      step.stops_on_error = false;  // the last command's status decides
      step.uses = text_of(node, "task", text_of(node, "template", ""));
      const Node* inputs = node.find("inputs");
      for (const Node* holder : {&node, inputs}) {
        if (holder == nullptr) continue;
        for (const std::string_view key : {"script", "bash", "inlineScript", "Inline"}) {
          if (const Node* script = holder->find(key)) add_script(file_, *script, step.script);
        }
      }
      if (inputs != nullptr) add_settings(*inputs, "with.", step.with);
      if (const Node* env = node.find("env")) add_settings(*env, "env.", step.with);
      step.directory = text_of(node, "workingDirectory", "");
      if (const Node* condition = node.find("condition")) {
        step.condition = condition_text(condition->text);
        step.runs = runs_under(step.condition);
        step.softened = place_in(node, "condition");
      }
      if (is_true(node.find("continueOnError"))) {
        step.soft = true;
        step.softened = place_in(node, "continueOnError");
      }
      if (step.uses.starts_with("ManualValidation")) job.approvals.push_back({"manual", "manual", step.header});
      job.steps.push_back(std::move(step));
    }
  }

  const SourceFileView& file_;
  const Node& root_;
  Pipeline pipeline_;
  std::string last_stage_;
  std::map<std::string, std::vector<std::string>> jobs_of_;  // of each stage
};

// ---- CircleCI

class CircleReader {
 public:
  CircleReader(const SourceFileView& file, const Node& root) : file_(file), root_(root) {}

  Pipeline run() {
    pipeline_.trigger = Trigger::Merge;
    if (!root_.members.empty()) pipeline_.header = root_.members[0].key_bytes;
    if (const Node* jobs = root_.find("jobs")) {
      for (const Member& member : jobs->members) read_job(member);
    }
    if (const Node* workflows = root_.find("workflows")) {
      for (const Member& workflow : workflows->members) read_workflow(workflow);
    }
    return std::move(pipeline_);
  }

 private:
  void read_job(const Member& member) {
    Job job;
    job.name = member.key;
    job.bytes = whole(member);
    job.header = member.key_bytes;
    const Node* steps = member.value.find("steps");
    if (steps == nullptr) return;
    for (std::size_t i = 0; i < steps->items.size(); ++i) {
      const Node& node = steps->items[i];
      Step step;
      step.name = "step " + std::to_string(i + 1);
      step.bytes = step.header = node.bytes;
      step.pipefail = true;  // the tool's shell is `bash -eo pipefail`
      if (node.scalar()) step.uses = node.text;
      if (const Node* run = node.find("run")) {
        if (run->scalar()) add_script(file_, *run, step.script);
        if (const Node* command = run->find("command")) add_script(file_, *command, step.script);
        step.name = text_of(*run, "name", step.name);
        const std::string when = text_of(*run, "when", "");
        if (when == "always") step.condition = "always()";
      } else if (!node.members.empty()) {
        step.uses = node.members[0].key;
        add_settings(node.members[0].value, "with.", step.with);
      }
      job.steps.push_back(std::move(step));
    }
    pipeline_.jobs.push_back(std::move(job));
  }

  /// The jobs of a workflow with what they require: where approvals and order stand.
  void read_workflow(const Member& workflow) {
    const Node* jobs = workflow.value.type == NodeType::Mapping ? workflow.value.find("jobs") : nullptr;
    if (jobs == nullptr) return;
    for (const Node& node : jobs->items) {
      if (node.members.empty()) continue;
      const Member& called = node.members[0];
      Job use;
      use.name = workflow.key + "/" + text_of(called.value, "name", called.key);
      use.bytes = whole(called);
      use.header = called.key_bytes;
      if (const Node* before = called.value.find("requires")) {
        for (const Node& item : before->items) use.needs.push_back({item.text, item.bytes});
      }
      if (text_of(called.value, "type", "") == "approval") use.approvals.push_back({"manual", "manual", use.bytes});
      if (const Node* filters = called.value.find("filters")) {
        use.attributes.push_back({"if", flat(*filters), place_in(called.value, "filters")});
      }
      pipeline_.jobs.push_back(std::move(use));
    }
  }

  const SourceFileView& file_;
  const Node& root_;
  Pipeline pipeline_;
};

// ---- Lists of lines

constexpr std::array line_keys = std::to_array<std::string_view>(
    {"script", "commands", "command", "before_script", "install", "before_install", "after_script", "after_success",
     "before_deploy", "run", "build_script", "test_script", "deploy_script", "on_failure"});

bool holds_lines(std::string_view key) { return std::find(line_keys.begin(), line_keys.end(), key) != line_keys.end(); }

void collect_lines(const SourceFileView& file, const Node& node, const std::string& path, unsigned depth, Job& job) {
  if (depth > 40 || job.steps.size() > limits::entities_per_file / 100) return;
  for (const Member& member : node.members) {
    const std::string name = path.empty() ? member.key : path + "/" + member.key;
    // Buildkite's block step, and a step of Bitbucket that a person starts.
    if (member.key == "block" && member.value.scalar())
      job.approvals.push_back({"manual", member.value.text.empty() ? "block" : member.value.text, whole(member)});
    if (member.key == "trigger" && member.value.text == "manual")
      job.approvals.push_back({"manual", path.empty() ? "manual" : path, whole(member)});
    const bool lines = holds_lines(member.key) && (member.value.scalar() || member.value.type == NodeType::Sequence);
    if (!lines) {
      collect_lines(file, member.value, name, depth + 1, job);
      continue;
    }
    Step step;
    step.name = name;
    step.bytes = whole(member);
    step.header = member.key_bytes;
    add_script(file, member.value, step.script);
    if (!step.script.text.empty()) job.steps.push_back(std::move(step));
    for (const Node& item : member.value.items) collect_lines(file, item, name, depth + 1, job);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string label = text_of(node.items[i], "name", text_of(node.items[i], "label", std::to_string(i + 1)));
    collect_lines(file, node.items[i], path.empty() ? label : path + "/" + label, depth + 1, job);
  }
}

}  // namespace

Pipeline read_azure(const SourceFileView& file, const Node& root) { return AzureReader(file, root).run(); }

Pipeline read_circle(const SourceFileView& file, const Node& root) { return CircleReader(file, root).run(); }

Pipeline read_lines(const SourceFileView& file, const Node& root) {
  Pipeline pipeline;
  pipeline.trigger = Trigger::Merge;
  if (!root.members.empty()) pipeline.header = root.members[0].key_bytes;
  Job job;
  job.name = "pipeline";
  job.bytes = root.bytes;
  job.header = pipeline.header;
  collect_lines(file, root, "", 0, job);
  pipeline.jobs.push_back(std::move(job));
  return pipeline;
}

}  // namespace redtag::ci
