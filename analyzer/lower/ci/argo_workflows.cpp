// Argo Workflows: templates that run containers, and the steps or graph that say in which order.
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

std::string text_of(const Node* node) { return node != nullptr && node->scalar() ? node->text : std::string(); }

class ArgoReader {
 public:
  explicit ArgoReader(const SourceFileView& file) : file_(file) {}

  Pipeline run(const Node& root) {
    const Node* spec = root.find("spec");
    if (const Node* inner = at(spec, "workflowSpec")) spec = inner;
    const Node* templates = at(spec, "templates");
    if (templates == nullptr) return {};
    for (const Node& each : templates->items) templates_.emplace(text_of(each.find("name")), &each);
    for (const Node& each : templates->items) {
      if (const Node* steps = each.find("steps")) read_steps(*steps);
      if (const Node* tasks = at(each.find("dag"), "tasks")) read_tasks(*tasks);
    }
    // A single container is the whole of it.
    if (pipeline_.jobs.empty()) {
      for (const Node& each : templates->items) read_task(each, text_of(each.find("name")), &each, {});
    }
    return std::move(pipeline_);
  }

 private:
  /// Groups that run one behind the other; what stands in one group runs at once.
  void read_steps(const Node& groups) {
    std::vector<Need> waits;
    for (const Node& group : groups.items) {
      std::vector<Need> next;
      const Node* list = group.find("name") == nullptr ? &group : nullptr;
      const auto read_one = [&](const Node& step) {
        const std::string name = text_of(step.find("name"));
        read_task(step, name, template_of(step), waits);
        next.push_back({name, step.bytes});
      };
      if (list == nullptr) {
        read_one(group);
      } else {
        for (const Node& step : list->items) read_one(step);
      }
      waits = std::move(next);
    }
  }

  void read_tasks(const Node& tasks) {
    for (const Node& task : tasks.items) {
      std::vector<Need> needs;
      if (const Node* before = task.find("dependencies")) {
        for (const Node& item : before->items) needs.push_back({item.text, item.bytes});
      }
      if (const Node* depends = task.find("depends")) add_depends(*depends, needs);
      read_task(task, text_of(task.find("name")), template_of(task), needs);
    }
  }

  /// `a && (b.Succeeded || c)`: every name in it is waited for.
  static void add_depends(const Node& depends, std::vector<Need>& needs) {
    std::string name;
    for (const char c : depends.text + " ") {
      const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                        c == '_' || c == '.';
      if (part) {
        name += c;
      } else if (!name.empty()) {
        needs.push_back({name.substr(0, name.find('.')), depends.bytes});
        name.clear();
      }
    }
  }

  [[nodiscard]] const Node* template_of(const Node& task) const {
    if (const Node* own = task.find("inline")) return own;
    const auto found = templates_.find(text_of(task.find("template")));
    return found == templates_.end() ? nullptr : found->second;
  }

  void read_task(const Node& task, const std::string& name, const Node* called, const std::vector<Need>& needs) {
    if (name.empty() || pipeline_.jobs.size() >= most_tasks) return;
    Job job;
    job.name = name;
    job.bytes = task.bytes;
    job.header = task.find("name") == nullptr ? task.bytes : task.find("name")->bytes;
    job.needs = needs;
    for (const Member& member : task.members) {
      if (member.key == "when") {
        job.condition = condition_text(member.value.text);
        job.runs = runs_under(job.condition);
        job.softened = whole(member);
      }
      const Node* failed = member.key == "continueOn" ? member.value.find("failed") : nullptr;
      if (failed == nullptr || failed->text != "true") continue;
      job.soft = true;
      job.softened = whole(member);
    }
    if (at(called, "suspend") != nullptr) job.approvals.push_back({"manual", "manual", job.header});
    for (const std::string_view key : {"container", "script"}) {
      if (const Node* container = at(called, key)) read_container(*container, job);
    }
    if (const Node* set = at(called, "containerSet")) {
      if (const Node* containers = set->find("containers")) {
        for (const Node& each : containers->items) read_container(each, job);
      }
    }
    pipeline_.jobs.push_back(std::move(job));
  }

  /// `sh -c SCRIPT`, a program with its words, or a script's text.
  void read_container(const Node& container, Job& job) const {
    Step step;
    step.name = job.name + (job.steps.empty() ? "" : " #" + std::to_string(job.steps.size() + 1));
    step.bytes = step.header = container.bytes;
    step.stops_on_error = false;
    if (const Node* source = container.find("source")) step.script.add(file_, *source);
    std::vector<const Node*> words;
    for (const std::string_view key : {"command", "args"}) {
      const Node* list = container.find(key);
      if (list == nullptr || !step.script.text.empty()) continue;
      for (const Node& item : list->items) words.push_back(&item);
    }
    const bool shell = words.size() > 2 && words[0]->text.ends_with("sh") && words[1]->text.starts_with('-') &&
                       words[1]->text.ends_with('c');
    for (std::size_t i = shell ? 2 : 0; i < words.size() && (!shell || i == 2); ++i) {
      if (i > 0 && !shell) step.script.add(" ", file_.offset + words[i]->bytes.begin);
      step.script.add(file_, *words[i]);
    }
    if (!step.script.text.empty()) job.steps.push_back(std::move(step));
  }

  const SourceFileView& file_;
  std::map<std::string, const Node*> templates_;
  Pipeline pipeline_;
};

}  // namespace

bool is_argo_workflow(const Node& root) {
  const Node *version = root.find("apiVersion"), *kind = root.find("kind");
  constexpr std::array kinds =
      std::to_array<std::string_view>({"ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowTemplate"});
  return version != nullptr && version->text.starts_with("argoproj.io/") && kind != nullptr &&
         std::find(kinds.begin(), kinds.end(), kind->text) != kinds.end();
}

Pipeline read_argo(const SourceFileView& file, const Node& root) { return ArgoReader(file).run(root); }

}  // namespace redtag::ci
