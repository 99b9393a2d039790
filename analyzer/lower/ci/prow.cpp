// Prow: presubmits, postsubmits and periodics, each a pod that runs a command.
#include <algorithm>
#include <array>

#include "lower/ci/pipeline.h"

namespace redtag::ci {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::array kinds = std::to_array<std::string_view>({"presubmits", "postsubmits", "periodics"});
constexpr std::array shells = std::to_array<std::string_view>({"sh", "bash", "dash", "ash"});
constexpr std::size_t most_jobs = 20'000;

bool is(const Node* node, std::string_view text) { return node != nullptr && node->text == text; }

bool is_shell(std::string_view word) {
  return std::find(shells.begin(), shells.end(), word.substr(word.rfind('/') + 1)) != shells.end();
}

class ProwReader {
 public:
  ProwReader(const SourceFileView& file, const Node& root) : file_(file), root_(root) {}

  Pipeline run() {
    if (!root_.members.empty()) pipeline_.header = root_.members[0].key_bytes;
    const bool on_request = root_.find("presubmits") != nullptr;
    const bool merged = root_.find("postsubmits") != nullptr;
    pipeline_.on_request = on_request ? Runs::Always : Runs::Never;
    pipeline_.trigger = merged ? Trigger::Merge : on_request ? Trigger::Test : Trigger::Schedule;
    for (const Member& member : root_.members) {
      if (std::find(kinds.begin(), kinds.end(), member.key) == kinds.end()) continue;
      for (const Node& job : member.value.items) read_job(job, member.key);
      for (const Member& repository : member.value.members) {
        for (const Node& job : repository.value.items) read_job(job, member.key + "/" + repository.key);
      }
    }
    return std::move(pipeline_);
  }

 private:
  void read_job(const Node& node, const std::string& holder) {
    const Node* name = node.find("name");
    if (name == nullptr || pipeline_.jobs.size() >= most_jobs) return;
    Job job;
    job.name = holder + "/" + name->text;
    job.bytes = node.bytes;
    job.header = name->bytes;
    for (const Member& member : node.members) {
      const bool tolerated = (member.key == "optional" || member.key == "skip_report") && member.value.text == "true";
      if (tolerated) {
        job.soft = true;
        job.softened = whole(member);
      }
      if (member.key == "run_if_changed" || member.key == "skip_if_only_changed") {
        job.runs = Runs::Sometimes;
        job.softened = whole(member);
      }
      if (member.key == "always_run" && member.value.text == "false" && node.find("run_if_changed") == nullptr) {
        job.runs = Runs::Sometimes;
        job.softened = whole(member);
      }
    }
    const Node* spec = node.find("spec");
    const Node* containers = spec == nullptr ? nullptr : spec->find("containers");
    if (containers != nullptr) {
      for (const Node& container : containers->items) read_container(container, job);
    }
    pipeline_.jobs.push_back(std::move(job));
  }

  void read_container(const Node& container, Job& job) {
    if (const Node* context = container.find("securityContext");
        context != nullptr && is(context->find("privileged"), "true"))
      job.attributes.push_back({"privileged", "true", context->bytes});
    std::vector<const Node*> words;
    for (const std::string_view key : {"command", "args"}) {
      const Node* list = container.find(key);
      if (list == nullptr) continue;
      for (const Node& item : list->items) {
        if (item.scalar()) words.push_back(&item);
      }
    }
    if (words.empty()) return;
    Step step;
    step.name = "container " + std::to_string(job.steps.size() + 1);
    step.bytes = container.bytes;
    step.header = words.front()->bytes;
    const bool script = is_shell(words.front()->text) && words.size() > 1;
    if (script) {
      // The word behind `-c`, which is the last one in all but a few jobs.
      const auto flag = std::find_if(words.begin() + 1, words.end() - 1, [](const Node* word) {
        return word->text.size() < 10 && word->text.starts_with('-') && word->text.ends_with('c');
      });
      const Node* text = flag == words.end() - 1 ? words.back() : *(flag + 1);
      step.script.add(file_, *text);
    } else {
      for (const Node* word : words) {
        if (!step.script.text.empty()) step.script.add(" ", file_.offset + word->bytes.begin);
        step.script.add(file_, *word);
      }
    }
    job.steps.push_back(std::move(step));
  }

  const SourceFileView& file_;
  const Node& root_;
  Pipeline pipeline_;
};

}  // namespace

bool is_prow(const Node& root) {
  return std::any_of(kinds.begin(), kinds.end(), [&](std::string_view kind) { return root.find(kind) != nullptr; });
}

Pipeline read_prow(const SourceFileView& file, const Node& root) { return ProwReader(file, root).run(); }

}  // namespace redtag::ci
