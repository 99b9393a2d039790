// What decides about the calls in a pipeline written in YAML, whoever runs it.
//
//   document ──jobs──> those that call redtag, those they build on ──flatten──> one GateUnit for each
//
// A unit has the keys around all jobs, the job's own, what runs before the call, and on which terms the jobs run that it waits for.
#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "gate/flatten.h"

namespace redtag {
namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::size_t most_units = 100;     ///< jobs with calls that are compared
constexpr std::size_t most_upstream = 100;  ///< jobs that one waits for
constexpr int most_parents = 12;            ///< templates above a job; their host allows eleven

template <std::size_t N>
bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

struct Job {
  std::string name;
  const Node* node = nullptr;
  std::string where;
  std::uint32_t line = 1;
};

bool is_job_of_gitlab(const Member& member) {
  constexpr auto keys =
      std::to_array<std::string_view>({"after_script", "before_script", "cache", "default", "image", "include",
                                       "services", "spec", "stages", "variables", "workflow"});
  return member.value.type == NodeType::Mapping && !among(keys, member.key);
}

/// Jobs of a pipeline, and the keys of the root that hold nothing else.
struct Layout {
  std::vector<Job> jobs;
  std::set<std::string_view> containers;
  OnFailure failure = OnFailure::Ends;
};

Layout layout_of(const Node& root, std::string_view host) {
  Layout layout;
  if (host == "gitlab") {
    for (const Member& member : root.members) {
      if (!is_job_of_gitlab(member)) continue;
      layout.jobs.push_back({member.key, &member.value, "/" + member.key, member.line});
      layout.containers.insert(member.key);
    }
    return layout;
  }
  for (const std::string_view key : {"jobs", "tasks", "stages", "commands", "scripts"}) {
    const Node* holder = root.find(key);
    if (holder == nullptr || holder->scalar()) continue;
    layout.containers.insert(key);
    for (const Member& member : holder->members)
      layout.jobs.push_back({member.key, &member.value, "/" + std::string(key) + "/" + member.key, member.line});
    for (const Node& item : holder->items) {
      std::string name;
      for (const std::string_view naming : {"job", "stage", "deployment", "name"}) {
        if (const Node* own = item.find(naming); own != nullptr && own->scalar()) name = own->text;
      }
      layout.jobs.push_back({name, &item, "/" + std::string(key) + "/" + name, item.line});
    }
  }
  return layout;
}

/// Names of jobs that one waits for or is made from.
std::set<std::string> named_by(const Job& job, std::initializer_list<std::string_view> keys) {
  std::set<std::string> names;
  for (const std::string_view key : keys) {
    const Node* node = job.node->find(key);
    if (node == nullptr) continue;
    for (std::string& name : scalars_of(*node)) names.insert(std::move(name));
  }
  return names;
}

class Reader {
 public:
  Reader(const Node& root, std::string_view path, const LeadsToCall& leads)
      : root_(root),
        host_(host_of(path)),
        finder_(leads),
        flat_(leads, host_ == "azure" ? OnFailure::GoesOn : OnFailure::Ends),
        layout_(layout_of(root, host_)) {}

  std::vector<GateUnit> read() {
    find_calls();
    std::vector<GateUnit> units;
    for (std::size_t i = 0; i < layout_.jobs.size() && units.size() < most_units; ++i) {
      if (calls_.count(i) > 0) units.push_back(unit_of(i));
    }
    // What calls it outside of all jobs: an included file, the steps of an action, a pipeline that is one list.
    const FoundCall outside = find_outside();
    if (outside) {
      GateUnit unit;
      unit.kind = outside.kind;
      unit.version = outside.version;
      unit.line = outside.line;
      add_frame(unit.facts);
      if (host_ == "gitlab") add_overrides(unit.facts);
      units.push_back(std::move(unit));
    }
    return units;
  }

 private:
  void find_calls() {
    for (std::size_t i = 0; i < layout_.jobs.size(); ++i) {
      if (const FoundCall found = finder_.find(*layout_.jobs[i].node)) calls_[i] = found;
    }
    // A job that is made from one that calls it, calls it.
    int depth = 0;
    for (bool more = true; more && depth < most_parents; ++depth) {
      more = false;
      for (std::size_t i = 0; i < layout_.jobs.size(); ++i) {
        if (calls_.count(i) > 0) continue;
        for (const std::string& name : named_by(layout_.jobs[i], {"extends"})) {
          const auto parent = std::find_if(calls_.begin(), calls_.end(),
                                           [&](const auto& one) { return layout_.jobs[one.first].name == name; });
          if (parent == calls_.end()) continue;
          const FoundCall inherited{parent->second.kind, parent->second.version, layout_.jobs[i].line};
          calls_[i] = inherited;
          more = true;
          break;
        }
      }
    }
  }

  FoundCall find_outside() const {
    FoundCall first;
    for (const Member& member : root_.members) {
      if (layout_.containers.count(member.key) > 0 || member.key == "name") continue;
      const FoundCall one = finder_.find(member.value, member.key);
      if (one && (!first || one.line < first.line)) first = one;
    }
    if (root_.type == NodeType::Sequence) first = finder_.find(root_);
    return first;
  }

  /// Triggers in one form: a name, a list of them and a mapping say the same.
  void add_triggers(const Node& on, std::map<std::string, std::string>& facts) const {
    if (on.scalar()) facts["/on/" + on.text] = "";
    for (const Node& item : on.items) facts["/on/" + item.text] = "";
    for (const Member& member : on.members) {
      facts["/on/" + member.key] = "";
      if (member.value.type == NodeType::Mapping) flat_.add(member.value, "/on/" + member.key, facts);
      if (member.value.type == NodeType::Sequence) facts["/on/" + member.key] = value_of(member.value);
    }
  }

  void add_frame(std::map<std::string, std::string>& facts) const {
    for (const Member& member : root_.members) {
      const bool text_only =
          member.key == "name" || member.key == "author" || member.key == "branding" || member.key == "inputs";
      if (layout_.containers.count(member.key) > 0 || says_nothing(member.key) || text_only) continue;
      if (host_ == "github" && (member.key == "on" || member.key == "true")) {
        add_triggers(member.value, facts);
      } else if (host_ == "circleci" && member.key == "workflows") {
        continue;  // looked at for each job
      } else if (is_step_list(member.key) || !member.value.scalar()) {
        Node holder;
        holder.type = NodeType::Mapping;
        holder.members.push_back(member);
        flat_.add(holder, "", facts);
      } else {
        facts["/" + member.key] = member.value.text;
      }
    }
    if (root_.type == NodeType::Sequence) facts["/"] = value_of(root_);
  }

  /// Jobs that are written over those of an included file: they run nothing of their own, or bear its name.
  void add_overrides(std::map<std::string, std::string>& facts) const {
    for (const Job& job : layout_.jobs) {
      const bool runs = job.node->find("script") != nullptr || job.node->find("trigger") != nullptr ||
                        job.node->find("run") != nullptr || job.node->find("extends") != nullptr;
      if ((runs && !names_redtag(job.name)) || job.name.starts_with('.')) continue;
      for (const Member& member : job.node->members) {
        if (says_nothing(member.key)) continue;
        Node holder;
        holder.type = NodeType::Mapping;
        holder.members.push_back(member);
        flat_.add(holder, "/over " + job.name, facts);
      }
    }
  }

  /// On which terms a workflow of CircleCI starts a job.
  void add_workflows(const Job& job, std::map<std::string, std::string>& facts) const {
    const Node* workflows = root_.find("workflows");
    if (host_ != "circleci" || workflows == nullptr) return;
    for (const Member& workflow : workflows->members) {
      const Node* jobs = workflow.value.find("jobs");
      if (jobs == nullptr) continue;
      for (const Node& item : jobs->items) {
        if (item.scalar() ? item.text != job.name : item.find(job.name) == nullptr) continue;
        facts["/started by/" + workflow.key] = value_of(item);
        for (const Member& member : workflow.value.members) {
          if (member.key != "jobs") facts["/started by/" + workflow.key + "/" + member.key] = value_of(member.value);
        }
      }
    }
  }

  /// The terms on which the jobs run that this one waits for: it is skipped with them.
  void add_upstream(const Job& job, std::map<std::string, std::string>& facts) const {
    std::set<std::string> seen{job.name},
        open = named_by(job, {"needs", "dependsOn", "requires", "deps", "dependencies", "extends"});
    while (!open.empty() && seen.size() < most_upstream) {
      const std::string name = *open.begin();
      open.erase(open.begin());
      if (!seen.insert(name).second) continue;
      for (const Job& other : layout_.jobs) {
        if (other.name != name) continue;
        for (const Member& member : other.node->members) {
          if (is_step_list(member.key) || is_script(member.key) || member.key == "name" || member.key == "env" ||
              says_nothing(member.key) || member.key == "runs-on")
            continue;
          facts["/waits for " + name + "/" + member.key] = value_of(member.value);
        }
        for (const std::string& further :
             named_by(other, {"needs", "dependsOn", "requires", "deps", "dependencies", "extends"}))
          open.insert(further);
      }
    }
  }

  /// Jobs that ask how this one ended: a merge rule may ask for them alone.
  void add_watchers(const Job& job, std::map<std::string, std::string>& facts) const {
    for (const Job& other : layout_.jobs) {
      if (&other == &job || named_by(other, {"needs", "dependsOn", "requires"}).count(job.name) == 0) continue;
      std::string asks;
      for (const std::string& text : scalars_of(*other.node)) {
        if (text.find("needs.") != std::string::npos || text.find("needs[") != std::string::npos) {
          for (const std::string& line : logical_lines(text)) asks += line + "\n";
        }
      }
      if (const Node* condition = other.node->find("if")) asks += "if " + condition->text;
      facts["/watched by " + other.name] = asks;
    }
  }

  GateUnit unit_of(std::size_t index) const {
    const Job& job = layout_.jobs[index];
    const FoundCall& found = calls_.at(index);
    GateUnit unit;
    unit.where = job.where;
    unit.kind = found.kind;
    unit.version = found.version;
    unit.line = found.line;
    const Node* name = job.node->find("name");
    unit.shown = name != nullptr && name->scalar() ? name->text : job.name;
    add_frame(unit.facts);
    for (const Member& member : job.node->members) {
      if (member.key == "name" && name != nullptr && name->scalar()) continue;
      if (says_nothing(member.key)) continue;
      Node holder;
      holder.type = NodeType::Mapping;
      holder.members.push_back(member);
      flat_.add(holder, "/job", unit.facts);
    }
    if (!job.node->items.empty() || job.node->scalar()) {
      Member whole;
      whole.key = "cmds";  // a task that is only its commands
      whole.value = *job.node;
      Node holder;
      holder.type = NodeType::Mapping;
      holder.members.push_back(std::move(whole));
      flat_.add(holder, "/job", unit.facts);
    }
    add_workflows(job, unit.facts);
    add_upstream(job, unit.facts);
    add_watchers(job, unit.facts);
    return unit;
  }

  const Node& root_;
  std::string host_;
  CallFinder finder_;
  Flattener flat_;
  Layout layout_;
  std::map<std::size_t, FoundCall> calls_;
};

}  // namespace

std::string host_of(std::string_view path) {
  const auto slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const bool yaml = name.ends_with(".yml") || name.ends_with(".yaml");
  if (yaml && slash != std::string_view::npos && path.substr(0, slash) == ".github/workflows") return "github";
  if (path == ".gitlab-ci.yml") return "gitlab";
  if (yaml && (name.ends_with(".gitlab-ci.yml") || name.ends_with(".gitlab-ci.yaml") || path.starts_with(".gitlab/")))
    return "gitlab";
  if (path == ".circleci/config.yml") return "circleci";
  if (path == "azure-pipelines.yml" || path == "azure-pipelines.yaml") return "azure";
  if (path == "bitbucket-pipelines.yml") return "bitbucket";
  if (path == ".drone.yml" || path == ".woodpecker.yml" || path == ".travis.yml" || path == "cloudbuild.yaml" ||
      path == "appveyor.yml" || path == ".appveyor.yml")
    return std::string(path);
  if (path == "Jenkinsfile") return "jenkins";
  return {};
}

std::vector<std::string> jobs_without_call(const Node& root, std::string_view path, const LeadsToCall& leads) {
  std::vector<std::string> names;
  const CallFinder finder(leads);
  for (const Job& job : layout_of(root, host_of(path)).jobs) {
    if (finder.find(*job.node)) continue;
    names.push_back(job.name);
    if (const Node* name = job.node->find("name"); name != nullptr && name->scalar()) names.push_back(name->text);
  }
  return names;
}

std::vector<GateUnit> pipeline_units(const Node& root, std::string_view path, const LeadsToCall& leads) {
  // A deployed copy of the program is no call of it; a pipeline that is an object of a cluster is.
  const Node* version = root.find("apiVersion");
  if (version != nullptr && root.find("kind") != nullptr && version->text.find("tekton") == std::string::npos &&
      version->text.find("argoproj") == std::string::npos)
    return {};
  return Reader(root, path, leads).read();
}

}  // namespace redtag
