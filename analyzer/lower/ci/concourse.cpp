// Concourse: jobs that fetch resources and run tasks, and start by themselves where a fetch triggers them.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/ci/pipeline.h"

namespace redtag::ci {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr unsigned deepest = 40;
constexpr std::size_t most_steps = 20'000;

class ConcourseReader {
 public:
  ConcourseReader(const SourceFileView& file, const Node& root) : file_(file), root_(root) {}

  Pipeline run() {
    pipeline_.trigger = Trigger::Merge;
    pipeline_.on_request = Runs::Never;
    if (!root_.members.empty()) pipeline_.header = root_.members[0].key_bytes;
    pipeline_.starts.push_back({"resource", "some", pipeline_.header});
    if (const Node* jobs = root_.find("jobs")) {
      for (const Node& item : jobs->items) read_job(item);
    }
    return std::move(pipeline_);
  }

 private:
  void read_job(const Node& node) {
    const Node* name = node.find("name");
    const Node* plan = node.find("plan");
    if (name == nullptr || plan == nullptr) return;
    Job job;
    job.name = name->text;
    job.bytes = node.bytes;
    job.header = name->bytes;
    job.by_hand = true;
    job.softened = job.header;
    read_plan(*plan, 0, job);
    for (const std::string_view hook : {"on_success", "on_failure", "on_error", "on_abort", "ensure"}) {
      if (const Node* step = node.find(hook)) read_step(*step, 0, job);
    }
    pipeline_.jobs.push_back(std::move(job));
  }

  void read_plan(const Node& steps, unsigned depth, Job& job) {
    for (const Node& step : steps.items) read_step(step, depth, job);
  }

  void read_step(const Node& step, unsigned depth, Job& job) {
    if (depth > deepest || job.steps.size() > most_steps) return;
    if (step.find("get") != nullptr) read_get(step, job);
    if (const Node* task = step.find("task")) read_task(step, *task, job);
    for (const std::string_view group : {"in_parallel", "aggregate", "do", "try", "steps", "on_success", "on_failure",
                                         "on_error", "on_abort", "ensure"}) {
      const Node* inner = step.find(group);
      if (inner == nullptr) continue;
      if (inner->type == NodeType::Sequence) {
        read_plan(*inner, depth + 1, job);
      } else {
        read_step(*inner, depth + 1, job);
      }
    }
  }

  void read_get(const Node& step, Job& job) const {
    const Node* trigger = step.find("trigger");
    if (trigger != nullptr && trigger->text == "true") {
      job.by_hand = false;
      job.softened = trigger->bytes;
    }
    if (const Node* passed = step.find("passed")) {
      for (const Node& other : passed->items) job.needs.push_back({other.text, other.bytes});
    }
  }

  void read_task(const Node& node, const Node& name, Job& job) const {
    Step step;
    const auto same = std::count_if(job.steps.begin(), job.steps.end(), [&](const Step& other) {
      return other.name == name.text || other.name.starts_with(name.text + " #");
    });
    step.name = name.text + (same > 0 ? " #" + std::to_string(same + 1) : "");
    step.bytes = node.bytes;
    step.header = name.bytes;
    const Node* config = node.find("config");
    for (const Node* from : {config, &node}) {
      const Node* params = from == nullptr ? nullptr : from->find("params");
      if (params != nullptr) add_settings(*params, "env.", step.with);
    }
    if (const Node* file = node.find("file")) step.with.push_back({"file", file->text, file->bytes});
    const Node* run = config == nullptr ? nullptr : config->find("run");
    if (run != nullptr) read_command(*run, step);
    job.steps.push_back(std::move(step));
  }

  /// `path` with its `args`; what a shell gets behind `-c` is the script.
  void read_command(const Node& run, Step& step) const {
    const Node* path = run.find("path");
    const Node* args = run.find("args");
    if (path == nullptr) return;
    const std::string program = path->text.substr(path->text.rfind('/') + 1);
    const bool shell = program == "sh" || program == "bash" || program == "ash" || program == "dash";
    if (!shell) {
      step.script.add(file_, *path);
      for (std::size_t i = 0; args != nullptr && i < args->items.size(); ++i) {
        step.script.add(" ", file_.offset + args->items[i].bytes.begin);
        if (args->items[i].scalar()) step.script.add(file_, args->items[i]);
      }
      return;
    }
    step.stops_on_error = false;
    for (std::size_t i = 0; args != nullptr && i < args->items.size(); ++i) {
      const std::string& option = args->items[i].text;
      if (!option.starts_with('-') && !option.starts_with('+')) continue;
      if (option.find('e') != std::string::npos) step.stops_on_error = true;
      if (option.ends_with('c') && i + 1 < args->items.size()) {
        if (args->items[i + 1].scalar()) step.script.add(file_, args->items[i + 1]);
        return;
      }
    }
  }

  const SourceFileView& file_;
  const Node& root_;
  Pipeline pipeline_;
};

}  // namespace

bool is_concourse(const Node& root) {
  const Node* jobs = root.find("jobs");
  return jobs != nullptr && std::any_of(jobs->items.begin(), jobs->items.end(), [](const Node& job) {
           return job.find("plan") != nullptr && job.find("name") != nullptr;
         });
}

Pipeline read_concourse(const SourceFileView& file, const Node& root) { return ConcourseReader(file, root).run(); }

}  // namespace redtag::ci
