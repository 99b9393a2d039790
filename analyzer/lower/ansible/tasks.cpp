#include "lower/ansible/tasks.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/ansible/guards.h"
#include "lower/ansible/reach.h"
#include "lower/ansible/roles.h"
#include "lower/around.h"
#include "lower/yaml_source.h"
#include "model/spared.h"

namespace redtag::ansible {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// What stands beside a module in a task.
constexpr std::array keywords = std::to_array<std::string_view>({"name",
                                                                 "when",
                                                                 "register",
                                                                 "tags",
                                                                 "become",
                                                                 "become_user",
                                                                 "become_method",
                                                                 "notify",
                                                                 "with_items",
                                                                 "loop",
                                                                 "loop_control",
                                                                 "vars",
                                                                 "args",
                                                                 "delegate_to",
                                                                 "ignore_errors",
                                                                 "failed_when",
                                                                 "changed_when",
                                                                 "environment",
                                                                 "until",
                                                                 "retries",
                                                                 "delay",
                                                                 "run_once",
                                                                 "no_log",
                                                                 "block",
                                                                 "rescue",
                                                                 "always",
                                                                 "listen",
                                                                 "check_mode",
                                                                 "any_errors_fatal",
                                                                 "async",
                                                                 "poll",
                                                                 "throttle",
                                                                 "connection",
                                                                 "remote_user",
                                                                 "hosts",
                                                                 "module_defaults",
                                                                 "diff",
                                                                 "debugger",
                                                                 "delegate_facts",
                                                                 "first_available_file",
                                                                 "sudo",
                                                                 "sudo_user",
                                                                 "with_dict",
                                                                 "with_fileglob"});

constexpr std::array command_modules =
    std::to_array<std::string_view>({"shell", "command", "raw", "script", "win_shell", "win_command"});

/// What names the thing that a module works on, the most telling first.
constexpr std::array target_names = std::to_array<std::string_view>(
    {"path",    "dest", "name",         "pkg", "package", "db",     "volume_name", "device", "dev",  "src",
     "from_ip", "from", "instance_ids", "id",  "zone",    "record", "key",         "repo",   "user", "group"});

/// What says where that thing is: a clearance is for this place and no other.
constexpr std::array place_names = std::to_array<std::string_view>(
    {"login_host", "login_unix_socket", "login_port", "login_db",        "host",    "hostname",       "server",
     "url",        "api_url",           "endpoint",   "region",          "profile", "kubeconfig",     "context",
     "namespace",  "filters",           "tags",       "subscription_id", "project", "resource_group", "vpc_id",
     "cluster",    "datacenter",        "schema"});

bool is_keyword(std::string_view key) {
  return std::find(keywords.begin(), keywords.end(), key) != keywords.end() || key.starts_with("with_");
}

}  // namespace

std::optional<std::string> argument_of(const Node& task, const Member& module, std::string_view name) {
  if (const Node* found = module.value.find(name)) {
    std::string text = found->text;
    for (const Node& item : found->items) text += (text.empty() ? "" : ", ") + item.text;
    for (const Member& part : found->members) text += (text.empty() ? "" : ", ") + part.key + "=" + part.value.text;
    return text;
  }
  if (const Node* args = task.find("args")) {
    if (const Node* found = args->find(name)) return found->text;
  }
  if (!module.value.scalar()) return std::nullopt;
  const std::string& words = module.value.text;
  const std::string key = std::string(name) + "=";
  for (std::size_t at = words.find(key); at != std::string::npos; at = words.find(key, at + 1)) {
    if (at != 0 && words[at - 1] != ' ') continue;
    std::size_t begin = at + key.size();
    const char quote = begin < words.size() && (words[begin] == '"' || words[begin] == '\'') ? words[begin] : ' ';
    if (quote != ' ') ++begin;
    // An expression holds blanks.
    std::size_t end = begin;
    unsigned depth = 0;
    while (end < words.size() && (depth > 0 || words[end] != quote)) {
      if (words[end] == '{') ++depth;
      if (words[end] == '}' && depth > 0) --depth;
      ++end;
    }
    return words.substr(begin, end - begin);
  }
  return std::nullopt;
}

namespace {

/// `state=absent`, `state=absent|purged`, `force=true`, or empty for any.
bool arguments_match(const Node& task, const Member& module, std::string_view path) {
  if (path == "*") return true;
  const std::size_t equals = path.find('=');
  const std::optional<std::string> value = argument_of(task, module, path.substr(0, equals));
  if (!value) return false;
  const std::string text = lower_ascii(*value);
  return equals == std::string_view::npos || text == path.substr(equals + 1) ||
         (path.substr(equals + 1) == "true" && text == "yes");
}

bool is_temporary(std::string_view path) {
  for (const std::string_view part : {"/tmp/", "/var/tmp/", "/var/cache/", ".cache/", "/run/", ".tmp", ".lock", ".pid",
                                      ".tar", ".zip", ".gz", ".deb", ".rpm", "tmp_", "temp"}) {
    if (path.find(part) != std::string_view::npos) return true;
  }
  return path == "/tmp";
}

/// Behind the address of what a task stands in; empty for one without a name.
std::string named(const Node& task) {
  const Node* name = task.find("name");
  return name == nullptr || !name->scalar() || name->text.empty() ? std::string() : ":" + name->text;
}

bool does_harm(const Operation& operation) {
  return operation.verb == Verb::Destroy || operation.verb == Verb::Delete || operation.verb == Verb::Empty ||
         operation.verb == Verb::Overwrite || operation.verb == Verb::Detach;
}

bool is_yes(const Node* node) { return node != nullptr && (node->text == "true" || lower_ascii(node->text) == "yes"); }

std::optional<Verb> verb_of(std::string_view effect) {
  if (effect == "destroys") return Verb::Destroy;
  if (effect == "detaches") return Verb::Detach;
  if (effect == "interrupts") return Verb::Interrupt;
  if (effect == "steers") return Verb::Steer;
  if (effect == "unguards") return Verb::Unguard;
  return std::nullopt;
}

}  // namespace

std::string_view last_name(std::string_view module) {
  const std::size_t dot = module.rfind('.');
  return dot == std::string_view::npos ? module : module.substr(dot + 1);
}

ProcedureId TaskReader::add_procedure(std::string address, Region region, Direction direction) {
  Procedure procedure;
  procedure.stack = Stack::Ansible;
  procedure.address = std::move(address);
  procedure.region = region;
  procedure.trigger = Trigger::Deploy;
  procedure.direction = direction;
  procedure.unread = file_.partial;
  model_.procedures.push_back(std::move(procedure));
  return ProcedureId{static_cast<std::uint32_t>(model_.procedures.size() - 1)};
}

ProcedureId TaskReader::procedure_of(const Node& task, ProcedureId outer) {
  const std::string name = named(task);
  if (name.empty()) return outer;
  const Procedure holder = model_.procedures[outer.value];
  return add_procedure(holder.address + name, region_in(file_, task.bytes), holder.direction);
}

void TaskReader::read(const Node& tasks, ProcedureId procedure, unsigned depth) {
  if (depth > limits::nesting) return;
  for (const Node& task : tasks.items) {
    if (task.type == NodeType::Mapping && model_.operations.size() < limits::entities_per_file)
      read_task(task, procedure, depth);
  }
}

void TaskReader::read_task(const Node& task, ProcedureId procedure, unsigned depth) {
  const std::size_t first = model_.operations.size();
  for (const Member& member : task.members) {
    const bool cleans = member.key == "rescue" || member.key == "always";
    if (member.key == "block") read(member.value, procedure, depth + 1);
    if (cleans) {
      const std::string address = model_.procedures[procedure.value].address + "/" + member.key;
      read(member.value, add_procedure(address, region_in(file_, member.value.bytes), Direction::CleanUp), depth + 1);
    }
    if (!is_keyword(member.key)) read_module(task, member, procedure);
  }
  guard_operations(task, first);
  note_decided(task, first);
  bind_operations(task, first);
}

void TaskReader::bind_operations(const Node& task, std::size_t first) {
  Around around(view_.facts);
  std::string commands;
  for (const Member& member : task.members) {
    if (is_keyword(member.key)) continue;
    commands += member.value.text + "\n";
    for (const std::string_view key : {"cmd", "_raw_params", "argv"}) {
      const Node* words = member.value.find(key);
      if (words == nullptr) continue;
      commands += words->text + "\n";
      for (const Node& word : words->items) commands += word.text + " ";
    }
    around.say("directory", argument_of(task, member, "chdir").value_or(""));
  }
  if (task.find("block") != nullptr)
    around.say_all("environment", task.find("environment"));
  else
    around.set_all(task.find("environment"));
  if (const Node* other = task.find("delegate_to")) around.say("delegate_to", other->text);
  around.bind(std::span(model_.operations).subspan(first), commands);
}

void TaskReader::read_module(const Node& task, const Member& module, ProcedureId procedure) {
  std::string name(last_name(module.key));
  if (name == "action" || name == "local_action") {
    if (const Node* inner = module.value.find("module")) {
      name = last_name(inner->text);
    } else if (module.value.scalar()) {
      name = last_name(std::string_view(module.value.text).substr(0, module.value.text.find(' ')));
    }
  }
  if (name == "copy" || name == "template" || name == "get_url") {
    if (const std::optional<std::string> made = argument_of(task, module, "dest")) written_.insert(*made);
  }
  if (name == "stat") {
    const std::optional<std::string> path = argument_of(task, module, "path");
    const Node* registered = task.find("register");
    if (path && registered != nullptr && registered->scalar()) looked_at_[registered->text] = *path;
  }
  if (name == "find") {
    const Node* registered = task.find("register");
    const std::optional<std::string> where = argument_of(task, module, "paths");
    const std::string what = argument_of(task, module, "patterns").value_or("");
    if (where && registered != nullptr && registered->scalar())
      found_[registered->text] = *where + (what.empty() ? "" : "/" + what);
  }
  static constexpr std::array bring_files =
      std::to_array<std::string_view>({"include", "include_tasks", "import_tasks"});
  if (std::find(bring_files.begin(), bring_files.end(), name) != bring_files.end()) {
    const Node* path = module.value.find("file");
    const std::string_view named = path == nullptr ? std::string_view(module.value.text) : std::string_view(path->text);
    return include(named.substr(0, named.find(' ')), IsRole::No, task, procedure);
  }
  if (name == "include_role" || name == "import_role") {
    const Node* role = module.value.find("name");
    if (role != nullptr) include(role->text, IsRole::Yes, task, procedure);
    return;
  }
  if (name == "service" || name == "systemd" || name == "systemd_service" || name == "sysvinit") {
    const std::optional<std::string> unit = argument_of(task, module, "name");
    if (unit && argument_of(task, module, "state").value_or("") == "restarted")
      note_restart(*unit, region_in(file_, task.bytes), file_, model_);
    else if (unit)
      add_unit(*unit, task, module, file_, model_);
  }
  read_play_guard(task, name, module, procedure);
  note_provision(task, name, module, procedure);
  if (std::find(command_modules.begin(), command_modules.end(), name) != command_modules.end())
    return read_command(task, module, procedure);
  if (name == "cron") read_job(task, module, procedure);
  if (name == "uri") read_request(task, module, procedure);
  read_texts(task, name, module, procedure);
  read_unchecked(task, name, module, procedure);
  const FactRowView* best = nullptr;
  const std::vector<FactRowView> rows = view_.facts.rows("ansible", name);
  for (const FactRowView& row : rows) {
    const bool speaks =
        !row.path.empty() && (verb_of(row.effect) || row.effect == "none") && arguments_match(task, module, row.path);
    if (speaks && (best == nullptr || row.path.size() > best->path.size())) best = &row;
  }
  if (best != nullptr && best->effect != "none") return add_operation(task, module, *best, procedure);
  for (const FactRowView& row : rows) {
    if (best == nullptr && row.effect == "destroys") note_state(task, module, row);
  }
}

void TaskReader::read_command(const Node& task, const Member& module, ProcedureId procedure) {
  const Node* line = &module.value;
  for (const std::string_view key : {"cmd", "_raw_params"}) {
    if (const Node* found = module.value.find(key)) line = found;
  }
  if (const Node* words = module.value.find("argv")) line = words;
  PlacedText text;
  if (line->scalar()) text.add(file_, *line);
  for (const Node& word : line->items) {
    if (!text.text.empty()) text.add(" ", file_.offset + word.bytes.begin);
    if (word.scalar()) text.add(file_, word);
  }
  run_text(task, std::move(text), procedure, Trigger::Deploy);
}

/// `cron: job=…`: a command that a clock starts on the host from then on.
void TaskReader::read_job(const Node& task, const Member& module, ProcedureId procedure) {
  const std::string state = argument_of(task, module, "state").value_or("present");
  if (state == "absent" || is_yes(module.value.find("disabled")) || is_yes(module.value.find("env"))) return;
  PlacedText text;
  if (const Node* job = module.value.find("job")) {
    text.add(file_, *job);
  } else if (const std::optional<std::string> said = argument_of(task, module, "job")) {
    text.add(*said, file_.offset + module.value.bytes.begin);
  }
  const std::size_t known = model_.operations.size();
  run_text(task, std::move(text), procedure, Trigger::Schedule);
  std::string times = argument_of(task, module, "special_time").value_or("");
  if (!times.empty()) times.insert(0, 1, '@');
  for (const std::string_view field : {"minute", "hour", "day", "month", "weekday"}) {
    if (times.starts_with('@')) break;
    times += (times.empty() ? "" : " ") + argument_of(task, module, field).value_or("*");
  }
  for (std::size_t i = known; i < model_.operations.size(); ++i) {
    model_.operations[i].arguments.push_back(schedule(times));
  }
}

void TaskReader::run_text(const Node& task, PlacedText text, ProcedureId procedure, Trigger trigger) {
  if (text.text.empty()) return;
  // An expression is a variable to a shell.
  for (std::size_t at = text.text.find("{{"); at != std::string::npos; at = text.text.find("{{", at)) {
    const std::size_t end = text.text.find("}}", at);
    if (end == std::string::npos) break;
    for (std::size_t i = at; i < end + 2; ++i) {
      const char c = text.text[i];
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      text.text[i] = i == at ? '$' : i == at + 1 ? '{' : i == end + 1 ? '}' : word ? c : '_';
    }
    at = end + 2;
  }
  append_run(task, embed(Stack::Shell, file_, text.text, text.bytes(), text.map, Certainty::Exact, view_), procedure,
             trigger);
}

void TaskReader::append_run(const Node& task, Model&& inner, ProcedureId procedure, Trigger trigger) {
  const Procedure& outer = model_.procedures[procedure.value];
  const std::string address = outer.address + named(task);
  for (Procedure& each : inner.procedures) {
    if (each.address.starts_with(file_.path)) each.address = address + each.address.substr(file_.path.size());
    each.trigger = trigger;
    if (each.direction == Direction::Unknown) each.direction = outer.direction;
  }
  // A copy that one task makes stands in front of the tasks behind it.
  std::erase_if(inner.safeguards, [](const Safeguard& each) { return each.kind != SafeguardKind::Backup; });
  for (Safeguard& each : inner.safeguards) {
    each.stack = Stack::Ansible;
    each.protects = outer.address;
    if (is_yes(task.find("ignore_errors"))) each.coverage = Coverage::None;
  }
  append(model_, std::move(inner));
}

void TaskReader::guard_operations(const Node& task, std::size_t first) {
  const std::string condition = condition_of(task);
  const bool only_looks = is_yes(task.find("check_mode"));
  std::string protects;
  for (std::size_t i = first; i < model_.operations.size(); ++i) {
    Operation& operation = model_.operations[i];
    if (does_harm(operation) && protects.empty() && operation.procedure.valid())
      protects = model_.procedures[operation.procedure.value].address;
    if (only_looks) operation.arming = Arming::Disarmed;
    // What a block wrote, the clean-up behind it takes away.
    const bool cleans =
        operation.procedure.valid() && model_.procedures[operation.procedure.value].direction == Direction::CleanUp;
    if (cleans && operation.target.known() && written_.contains(operation.target.text))
      operation.harmless_target = true;
    for (const auto& [name, path] : looked_at_) {
      // What is not there is not lost: the very path that the task works on was looked at.
      if (operation.target.known() && operation.target.text == path && says_missing(condition, name))
        operation.harmless_target = true;
    }
  }
  if (protects.empty()) return;
  const auto guard = [&](SafeguardKind kind, const std::string& text, std::string_view key) {
    const Coverage coverage = key == "when" ? coverage_of(condition) : Coverage::All;
    model_.safeguards.push_back(
        {Stack::Ansible, kind, coverage, protects, shortened(text, 200), region_in(file_, place_of_member(task, key))});
  };
  if (const std::optional<SafeguardKind> kind = guard_in(condition)) guard(*kind, "when: " + condition, "when");
  if (is_left_out(task)) guard(SafeguardKind::Confirmation, "tags: never", "tags");
  if (only_looks) guard(SafeguardKind::DryRun, "check_mode: true", "check_mode");
  // A command that is not run again where its mark stands.
  for (const Member& member : task.members) {
    const std::optional<std::string> mark =
        is_keyword(member.key) ? std::nullopt : argument_of(task, member, "creates");
    if (mark) guard(SafeguardKind::ExistenceCheck, "creates: " + *mark, member.key);
  }
}

bool TaskReader::keeps_data(std::string_view path) const {
  const std::vector<FactRowView> rows = view_.facts.rows("ansible", "data directory");
  return std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) { return glob_match(row.path, path); });
}

bool TaskReader::comes_with_package(std::string_view path) const {
  const std::vector<FactRowView> rows = view_.facts.rows("ansible", "installed file");
  return std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) { return glob_match(row.path, path); });
}

void TaskReader::add_operation(const Node& task, const Member& module, const FactRowView& row, ProcedureId procedure) {
  Operation operation;
  operation.stack = Stack::Ansible;
  operation.verb = *verb_of(row.effect);
  operation.program = last_name(module.key);
  operation.action = row.path;
  operation.object = row.cls;
  operation.fact = row.source;
  operation.cited = row.source.starts_with("http");
  operation.procedure = procedure_of(task, procedure);
  operation.region = region_in(file_, {module.key_bytes.begin, std::max(module.key_bytes.end, module.value.bytes.end)});
  for (const Member& member : module.value.members) {
    if (!row.path.starts_with(member.key + "=")) continue;
    operation.region =
        region_in(file_, {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
  }
  for (const std::string_view name : target_names) {
    std::optional<std::string> target = argument_of(task, module, name);
    // The account without a name, which a new server brings along.
    if (target && target->empty() && name == "name") operation.harmless_target = true;
    if (!target || target->empty()) continue;
    // An object of a cluster is known by its kind as well.
    if (const std::optional<std::string> kind = argument_of(task, module, "kind")) *target = *kind + " " + *target;
    const bool open = target->find("{{") != std::string::npos;
    operation.harmless_target = is_temporary(*target);
    operation.target = open ? unknown_value(*target, "decided when it runs", operation.region)
                            : known_string(*target, operation.region);
    operation.arguments.push_back(operation.target);
    if (row.cls == "other" && keeps_data(*target)) operation.object = "data directory";
    if (row.cls == "other" && comes_with_package(*target)) operation.harmless_target = true;
    break;
  }
  // Of a loop, what it runs over is what it aims at.
  for (const std::string_view loop : {"with_items", "loop"}) {
    const Node* items = task.find(loop);
    if (items == nullptr || operation.target.known()) continue;
    std::string all;
    for (const Node& item : items->items) all += (all.empty() ? "" : ", ") + item.text;
    for (const auto& [registered, place] : found_) {
      if (items->scalar() && items->text.find(registered + ".files") != std::string::npos) all = place;
    }
    if (row.cls == "other" && keeps_data(all)) operation.object = "data directory";
    if (all.empty()) continue;
    operation.harmless_target = is_temporary(all);
    operation.target = known_string(shortened(all, 400), region_in(file_, items->bytes));
    operation.arguments = {operation.target};
  }
  for (const std::string_view place : place_names) {
    const std::optional<std::string> said = argument_of(task, module, place);
    if (said)
      operation.arguments.push_back(known_string(std::string(place) + "=" + shortened(*said, 200), operation.region));
  }
  if (const Node* other = task.find("delegate_to"))
    operation.arguments.push_back(known_string("delegate_to=" + shortened(other->text, 200), operation.region));
  // Two rules in one file are two operations.
  for (const std::string_view detail : {"line", "regexp", "block"}) {
    const std::optional<std::string> said =
        operation.verb == Verb::Steer ? argument_of(task, module, detail) : std::nullopt;
    if (said) operation.arguments.push_back(known_string(shortened(*said, 400), operation.region));
  }
  // A package that only a variable names is mostly the predecessor of one that is installed.
  static constexpr std::array packages =
      std::to_array<std::string_view>({"apt", "dnf", "homebrew", "package", "pacman", "pip", "snap", "yum", "zypper"});
  const bool package = std::find(packages.begin(), packages.end(), operation.program) != packages.end();
  if (package && operation.verb == Verb::Destroy && !operation.target.known()) operation.harmless_target = true;
  const Node* name = task.find("name");
  operation.text = shortened(
      operation.program + " " + std::string(row.path) + (name == nullptr ? "" : " (" + name->text + ")"), 400);
  operation.position = static_cast<std::uint32_t>(model_.operations.size());
  model_.operations.push_back(std::move(operation));
}

}  // namespace redtag::ansible
