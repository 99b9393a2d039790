#include "lower/ci/included.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "lower/shell/follow.h"

namespace redtag::ci {

namespace {

constexpr std::size_t most_wanted = 40;    // files of one side
constexpr std::size_t most_parents = 200;  // that jobs of one side extend

const Entry* attribute_of(const Resource& resource, std::string_view key) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == resource.attributes.end() ? nullptr : &*found;
}

/// The names in `extends: .a` and `extends: [.a, .b]`, the one that decides first.
std::vector<std::string> parents_of(const Resource& job) {
  const Entry* extends = job.type == "job" ? attribute_of(job, "extends") : nullptr;
  std::vector<std::string> names(1);
  if (extends == nullptr) return {};
  for (const char c : extends->value.text) {
    const bool parts = c == ' ' || c == ',' || c == '[' || c == ']' || c == '"' || c == '\'';
    if (!parts) {
      names.back() += c;
    } else if (!names.back().empty()) {
      names.emplace_back();
    }
  }
  std::erase(names, std::string());
  std::reverse(names.begin(), names.end());
  return names;
}

std::set<std::string> jobs_of(const LoweredFile& file) {
  std::set<std::string> names;
  for (const Resource& each : file.model.resources) {
    if (each.type == "job") names.insert(each.name);
  }
  return names;
}

bool extends_another_file(const LoweredFile& file) {
  const std::set<std::string> own = jobs_of(file);
  return std::any_of(file.model.resources.begin(), file.model.resources.end(), [&](const Resource& job) {
    const std::vector<std::string> parents = parents_of(job);
    return std::any_of(parents.begin(), parents.end(), [&](const std::string& name) { return !own.contains(name); });
  });
}

/// A job of some other file, with what keeps it.
struct Parent {
  const Resource* job = nullptr;
  std::vector<const Safeguard*> gates;
};

using Parents = std::map<std::string, Parent>;

/// Jobs that others may extend, by name; one that two files have is none.
Parents parents_in(std::span<const LoweredFile> files) {
  Parents parents;
  std::set<std::string> doubled;
  for (const LoweredFile& file : files) {
    for (const Resource& each : file.model.resources) {
      if (each.type != "job" || parents.size() >= most_parents) continue;
      const auto [known, fresh] = parents.try_emplace(each.name);
      if (!fresh) doubled.insert(each.name);
      known->second.job = &each;
      for (const Safeguard& gate : file.model.safeguards) {
        if (gate.protects == each.address) known->second.gates.push_back(&gate);
      }
    }
  }
  std::erase_if(parents, [&](const auto& parent) { return doubled.contains(parent.first); });
  return parents;
}

bool has_step(const Model& model, const Resource& job, std::string_view name) {
  const std::string address = job.address + "/" + std::string(name);
  return std::any_of(model.resources.begin(), model.resources.end(),
                     [&](const Resource& each) { return each.address == address; });
}

/// What a job has of its own stands; what its rules say of when it starts stands in place of all that the other says.
void inherit(Model& model, Resource& job, const Parent& parent) {
  const Entry* extends = attribute_of(job, "extends");
  const bool own_rules = attribute_of(job, "if") != nullptr;
  const bool own_script = has_step(model, job, "script");
  const Entry* environment = attribute_of(*parent.job, "environment");
  const Region place = extends->region;
  std::vector<Safeguard> fresh;
  for (const Safeguard* gate : parent.gates) {
    const bool approval = gate->text.starts_with("approval: ");
    if (approval ? own_rules : own_script || gate->text.starts_with("limit: ")) continue;
    const bool known = std::any_of(model.safeguards.begin(), model.safeguards.end(), [&](const Safeguard& own) {
      return own.protects == job.address && own.text == gate->text;
    });
    if (known) continue;
    fresh.push_back(*gate);
    fresh.back().protects = job.address;
    fresh.back().region = place;
    fresh.back().subject = true;
  }
  model.safeguards.insert(model.safeguards.end(), fresh.begin(), fresh.end());
  if (environment != nullptr && attribute_of(job, "environment") == nullptr) {
    Value value = environment->value;
    value.region = place;
    job.attributes.push_back({"environment", std::move(value), place});
  }
}

/// What a job of this tree that another pipeline calls checks; who is asked there, and in which order, is told there.
bool is_check(const Safeguard& gate) {
  static constexpr std::array others = std::to_array<std::string_view>(
      {"approval: ", "needs: ", "limit: ", "trigger: ", "job: ", "include: ", "redtag: ", "saved plan: "});
  return gate.kind == SafeguardKind::Gate && std::none_of(others.begin(), others.end(), [&](std::string_view start) {
           return gate.text.starts_with(start);
         });
}

/// The job of this file that a step of it stands in.
std::string holder_of(const Resource& step) {
  for (const Reference& each : step.references) {
    if (each.through == "job") return step.scope + ":" + each.target;
  }
  return {};
}

/// A job that calls a workflow or an action of this tree has the checks of that one, as long as it calls it.
void take_called(LoweredFile& file, std::span<const LoweredFile> files) {
  std::vector<Safeguard> fresh;
  for (const Resource& step : file.model.resources) {
    if (step.type != "step") continue;
    const std::string job = holder_of(step);
    for (const Reference& call : step.references) {
      if (call.through != "uses" || job.empty() || fresh.size() >= most_parents) continue;
      for (const LoweredFile& called : files) {
        if (!called.context || called.path != call.target) continue;
        for (const Safeguard& gate : called.model.safeguards) {
          if (!is_check(gate)) continue;
          fresh.push_back(gate);
          fresh.back().protects = job;
          fresh.back().region = call.region;
          fresh.back().subject = true;
        }
      }
    }
  }
  file.model.safeguards.insert(file.model.safeguards.end(), fresh.begin(), fresh.end());
}

bool calls(const LoweredFile& file, std::string_view path) {
  const std::vector<Resource>& all = file.model.resources;
  return std::any_of(all.begin(), all.end(), [&](const Resource& step) {
    return std::any_of(step.references.begin(), step.references.end(),
                       [&](const Reference& each) { return each.through == "uses" && each.target == path; });
  });
}

}  // namespace

std::vector<Path> wanted_jobs(std::span<const LoweredFile> files, SourceTree& tree) {
  std::vector<Path> wanted = shell::wanted_files(files, tree);
  std::size_t included = 0;
  for (const LoweredFile& file : files) {
    for (const Resource& step : file.model.resources) {
      for (const Reference& each : step.references) {
        const bool local = each.through == "uses" && each.target.starts_with(".github/");
        if (!file.context && local && ++included <= most_wanted) wanted.push_back(each.target);
      }
    }
    if (file.context || !extends_another_file(file)) continue;
    for (const Resource& workflow : file.model.resources) {
      if (workflow.type != "workflow") continue;
      for (const Reference& each : workflow.references) {
        const bool fits = each.through == "include" && each.target.find('*') == std::string::npos;
        if (fits && ++included <= most_wanted) wanted.push_back(each.target);
      }
    }
  }
  return wanted;
}

void link_extended(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  static_cast<void>(tree);
  static_cast<void>(facts);
  const bool asked = std::any_of(files.begin(), files.end(), [&](const LoweredFile& file) {
    const auto called = [&](const LoweredFile& other) { return other.context && calls(file, other.path); };
    return !file.context && (extends_another_file(file) || std::any_of(files.begin(), files.end(), called));
  });
  if (!asked) return;
  // What is handed on is a copy: parents are looked at as they stand in their own files.
  const std::vector<LoweredFile> standing(files.begin(), files.end());
  const Parents parents = parents_in(standing);
  for (LoweredFile& file : files) {
    if (file.context || file.partial) continue;
    take_called(file, standing);
    const std::set<std::string> own = jobs_of(file);
    for (Resource& job : file.model.resources) {
      for (const std::string& name : parents_of(job)) {
        const auto parent = own.contains(name) ? parents.end() : parents.find(name);
        if (parent != parents.end()) inherit(file.model, job, parent->second);
      }
    }
  }
}

}  // namespace redtag::ci
