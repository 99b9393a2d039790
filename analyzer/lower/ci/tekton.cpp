// Tekton: tasks and their steps, and the order that a pipeline gives them.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "lower/ci/pipeline.h"

namespace redtag::ci {

namespace {

using document::Member;
using document::Node;

constexpr std::size_t most_tasks = 2000;

const Member* member_of(const Node& node, std::string_view key) {
  const auto found =
      std::find_if(node.members.begin(), node.members.end(), [&](const Member& each) { return each.key == key; });
  return found == node.members.end() ? nullptr : &*found;
}

class TektonReader {
 public:
  explicit TektonReader(const SourceFileView& file) : file_(file) {}

  Pipeline run(const Node& root) {
    const Node* spec = root.find("spec");
    if (const Node* inner = at(spec, "pipelineSpec")) spec = inner;
    if (const Node* inner = at(spec, "taskSpec")) spec = inner;
    if (spec == nullptr) return {};
    for (const std::string_view key : {"tasks", "finally"}) {
      const Node* tasks = spec->find(key);
      if (tasks == nullptr) continue;
      for (const Node& task : tasks->items) read_task(task, key == "finally");
    }
    const Node* name = at(root.find("metadata"), "name");
    if (spec->find("steps") != nullptr && name != nullptr) read_alone(*spec, *name);
    return std::move(pipeline_);
  }

 private:
  void read_task(const Node& task, bool at_the_end) {
    const Node* name = task.find("name");
    if (name == nullptr || pipeline_.jobs.size() >= most_tasks) return;
    Job job;
    job.name = name->text;
    job.bytes = task.bytes;
    job.header = name->bytes;
    job.ignores_needs = at_the_end;
    if (const Node* after = task.find("runAfter")) {
      for (const Node& item : after->items) job.needs.push_back({item.text, item.bytes});
    }
    if (const Member* when = member_of(task, "when")) {
      job.runs = Runs::Sometimes;
      job.softened = whole(*when);
    }
    if (const Member* goes_on = member_of(task, "onError"); goes_on != nullptr && goes_on->value.text == "continue") {
      job.soft = true;
      job.softened = whole(*goes_on);
    }
    const Node* reference = task.find("taskRef");
    const Node* kind = at(reference, "kind");
    if (kind != nullptr && kind->text.find("Approval") != std::string::npos)
      job.approvals.push_back({"manual", "manual", reference->bytes});
    if (const Node* called = at(reference, "name"); called != nullptr && job.approvals.empty()) {
      Step step;
      step.name = job.name;
      step.uses = "tekton/" + called->text;
      step.bytes = task.bytes;
      step.header = name->bytes;
      job.steps.push_back(std::move(step));
    }
    if (const Node* spec = task.find("taskSpec")) read_steps(*spec, job);
    pipeline_.jobs.push_back(std::move(job));
  }

  void read_alone(const Node& spec, const Node& name) {
    Job job;
    job.name = name.text;
    job.bytes = spec.bytes;
    job.header = name.bytes;
    read_steps(spec, job);
    pipeline_.jobs.push_back(std::move(job));
  }

  void read_steps(const Node& spec, Job& job) const {
    const Node* steps = spec.find("steps");
    if (steps == nullptr) return;
    for (const Node& item : steps->items) {
      const Node* script = item.find("script");
      if (script == nullptr) continue;
      const Node* name = item.find("name");
      Step step;
      step.name = name == nullptr ? "step " + std::to_string(job.steps.size() + 1) : name->text;
      step.bytes = item.bytes;
      step.header = name == nullptr ? script->bytes : name->bytes;
      if (const Member* goes_on = member_of(item, "onError"); goes_on != nullptr && goes_on->value.text == "continue") {
        step.soft = true;
        step.softened = whole(*goes_on);
      }
      step.script.add(file_, *script);
      job.steps.push_back(std::move(step));
    }
  }

  const SourceFileView& file_;
  Pipeline pipeline_;
};

/// A task that only waits for somebody holds back those that wait for it: should it go, they no longer wait.
void hand_on_approvals(Pipeline& pipeline) {
  std::map<std::string, std::vector<Setting>> asking;
  for (const Job& job : pipeline.jobs) {
    if (!job.approvals.empty() && job.steps.empty()) asking.emplace(job.name, job.approvals);
  }
  for (Job& job : pipeline.jobs) {
    for (const Need& need : job.needs) {
      const auto found = asking.find(need.job);
      if (found == asking.end()) continue;
      for (Setting approval : found->second) {
        approval.value += " in " + need.job;
        job.approvals.push_back(std::move(approval));
      }
    }
  }
}

}  // namespace

bool is_tekton(const Node& root) {
  const Node* version = root.find("apiVersion");
  const Node* kind = root.find("kind");
  constexpr std::array kinds =
      std::to_array<std::string_view>({"ClusterTask", "Pipeline", "PipelineRun", "Task", "TaskRun"});
  return version != nullptr && version->text.starts_with("tekton.dev/") && kind != nullptr &&
         std::find(kinds.begin(), kinds.end(), kind->text) != kinds.end();
}

void add_cluster_gates(const SourceFileView& file, const Node& root, const LoweringView& view, Model& model) {
  Model declared;
  Pipeline pipeline = is_tekton(root) ? TektonReader(file).run(root) : read_argo(file, root);
  hand_on_approvals(pipeline);
  declare(file, std::move(pipeline), view, declared);
  for (Resource& job : declared.resources) {
    if (job.type == "job") model.resources.push_back(std::move(job));
  }
  for (Safeguard& gate : declared.safeguards) {
    if (gate.stack == Stack::Ci && !gate.text.starts_with("trigger: ")) model.safeguards.push_back(std::move(gate));
  }
}

}  // namespace redtag::ci
