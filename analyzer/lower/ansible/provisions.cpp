// What tasks keep in place on their machines, and what stands in front of the tasks behind them.
#include <algorithm>
#include <array>

#include "base/limits.h"
#include "base/text.h"
#include "facts/match.h"
#include "lower/ansible/guards.h"
#include "lower/ansible/tasks.h"
#include "lower/engine.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

using document::Member;
using document::Node;

constexpr std::size_t most_words = 400;  // bytes that are searched for what a task is about

/// Modules that put something in its place for good; a command that copies a file aside once does not.
constexpr std::array keeping = std::to_array<std::string_view>(
    {"apt",        "copy",    "cron", "dnf",     "docker_container", "firewalld",       "get_url",  "git", "iptables",
     "lineinfile", "package", "pip",  "service", "systemd",          "systemd_service", "template", "ufw", "unarchive",
     "yum",        "helm",    "k8s"});

/// Arguments that say what a task is about.
constexpr std::array telling = std::to_array<std::string_view>(
    {"name", "pkg", "package", "dest", "path", "src", "job", "cron_file", "url", "repo", "image"});

/// Values of `state` under which a task takes something away, or only talks to it.
constexpr std::array taking =
    std::to_array<std::string_view>({"absent", "stopped", "disabled", "restarted", "reloaded", "reset"});

std::string state_of(const Node& task, const Member& module) {
  const Node* state = module.value.find("state");
  if (state == nullptr) {
    if (const Node* args = task.find("args")) state = args->find("state");
  }
  if (state != nullptr) return lower_ascii(state->text);
  if (!module.value.scalar()) return {};
  for (const std::string_view word : split(module.value.text, ' ')) {
    if (word.starts_with("state=")) return lower_ascii(word.substr(6));
  }
  return {};
}

std::string words_of(const Node& task, std::string_view module, const Member& member) {
  std::string words(module);
  if (const Node* name = task.find("name")) words += " " + name->text;
  if (member.value.scalar()) words += " " + member.value.text;
  for (const std::string_view key : telling) {
    if (const Node* value = member.value.find(key)) words += " " + value->text;
  }
  return lower_ascii(shortened(words, most_words));
}

}  // namespace

std::string_view class_of_words(const FactTables& facts, std::string_view words) {
  for (const FactRowView& row : facts.rows("ansible", "provides")) {
    if (glob_match(row.path, words)) return row.cls;
  }
  return {};
}

void TaskReader::note_container(const Node& task, const Member& member) {
  const std::string image = argument_of(task, member, "image").value_or("");
  const std::string name = argument_of(task, member, "name").value_or("");
  const bool mounts = member.value.find("volumes") != nullptr || member.value.find("mounts") != nullptr;
  const std::string engine = mounts ? engine_of(image, view_.facts) : std::string();
  if (engine.empty() || model_.resources.size() >= limits::entities_per_file) return;
  Resource container;
  container.stack = Stack::Ansible;
  container.type = "container";
  container.name = name;
  container.scope = file_.path;
  container.address = std::string(file_.path) + ":container/" + name;
  container.region = container.header = region_in(file_, task.bytes);
  const Node* said = member.value.find("image");
  const Region place = region_in(file_, said == nullptr ? task.bytes : said->bytes);
  container.attributes.push_back({"engine", known_string(engine, place), place});
  model_.resources.push_back(std::move(container));
}

void TaskReader::note_provision(const Node& task, std::string_view module, const Member& member,
                                ProcedureId procedure) {
  if (module == "docker_container" || module == "podman_container") note_container(task, member);
  const std::string state = state_of(task, member);
  const bool takes = std::find(taking.begin(), taking.end(), state) != taking.end();
  if (takes || std::find(keeping.begin(), keeping.end(), module) == keeping.end()) return;
  const std::string_view found = class_of_words(view_.facts, words_of(task, module, member));
  if (found.empty()) return;
  const Procedure& holder = model_.procedures[procedure.value];
  const Node* name = task.find("name");
  const std::string type = std::string(found) + " tasks";
  const Region region = region_in(file_, task.bytes);
  const Value said = known_string(name == nullptr ? std::string(module) : name->text, region);
  for (Resource& known : model_.resources) {
    if (known.type != type || known.scope != holder.address) continue;
    known.attributes.front().value.items.push_back(said);
    return;
  }
  Resource provision;
  provision.stack = Stack::Ansible;
  provision.type = type;
  provision.name = found;
  provision.scope = holder.address;
  provision.address = holder.address + ":" + type;
  provision.region = region;
  provision.header = task.members.empty() ? region : region_in(file_, place_of_member(task, task.members[0].key));
  Value all;
  all.presence = Presence::Known;
  all.shape = Shape::Set;
  all.region = region;
  all.items.push_back(said);
  provision.attributes.push_back({"tasks", std::move(all), region});
  model_.resources.push_back(std::move(provision));
}

void TaskReader::read_play_guard(const Node& task, std::string_view module, const Member& member,
                                 ProcedureId procedure) {
  SafeguardKind kind = SafeguardKind::Confirmation;
  std::string text = std::string(module) + ": ";
  if (module == "pause" && member.value.find("prompt") != nullptr) {
    text += member.value.find("prompt")->text;
  } else if (module == "assert") {
    std::string said;
    if (const Node* that = member.value.find("that")) {
      if (that->scalar()) said += that->text;
      for (const Node& item : that->items) said += item.text + "; ";
    }
    text += said;
    // What only asks whether a variable is given says nothing of where the play runs.
    kind = guard_in(said).value_or(SafeguardKind::EnvironmentCheck);
  } else if (module == "meta" && member.value.text.starts_with("end_") && !condition_of(task).empty()) {
    kind = SafeguardKind::EnvironmentCheck;
    text += member.value.text + " when " + condition_of(task);
  } else if (module == "fail" && !condition_of(task).empty()) {
    kind = SafeguardKind::EnvironmentCheck;
    text += "when " + condition_of(task);
  } else {
    const std::vector<FactRowView> rows = view_.facts.rows("ansible", module, "backs-up");
    const std::string state = "state=" + state_of(task, member);
    const bool copies = std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) {
      return row.path == state || (row.path == "*" && state != "state=absent");
    });
    if (!copies) return;
    kind = SafeguardKind::Backup;
    if (const Node* name = task.find("name")) text += name->text;
  }
  model_.safeguards.push_back({Stack::Ansible, kind, Coverage::All, model_.procedures[procedure.value].address,
                               shortened(text, 200), region_in(file_, task.bytes)});
}

}  // namespace redtag::ansible
