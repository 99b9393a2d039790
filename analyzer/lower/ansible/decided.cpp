#include "lower/ansible/decided.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/c_names.h"
#include "base/limits.h"
#include "base/text.h"
#include "lower/ansible/aimed.h"
#include "lower/ansible/guards.h"
#include "lower/ansible/reach.h"
#include "lower/ansible/tasks.h"
#include "lower/ansible/variables.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

constexpr std::string_view note_type = "decided task";
constexpr std::size_t most_wanted = 60;    // files of tasks of one side
constexpr std::size_t most_notes = 2000;   // tasks that are looked through
constexpr std::size_t most_names = 20000;  // variables that are asked about

bool is_yaml(std::string_view name) { return name.ends_with(".yml") || name.ends_with(".yaml"); }

/// Where a name stands in a text as a word of its own; npos for nowhere.
std::size_t find_name(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || (!in_name(text[at - 1]) && text[at - 1] != '.');
    if (begins && (end == text.size() || !in_name(text[end]))) return at;
  }
  return std::string_view::npos;
}

/// The role that a file belongs to: what stands before the directory of its kind; empty for a file of no role.
std::string_view role_of(std::string_view path) {
  for (const std::string_view kind : {"/defaults/", "/vars/", "/tasks/", "/handlers/"}) {
    const std::size_t at = path.rfind(kind);
    if (at != std::string_view::npos) return path.substr(0, at);
  }
  return {};
}

bool is_of_inventory(std::string_view path) {
  return path.find("group_vars/") != std::string_view::npos || path.find("host_vars/") != std::string_view::npos;
}

/// Variables of no role are at hand everywhere.
bool is_shared(std::string_view path) {
  return is_of_inventory(path) || (path.find("roles/") == std::string_view::npos);
}

/// Files whose tasks a play's own variables reach: its own, and what it brings in.
std::set<std::string> reached_from(const LoweredFile& file) {
  std::set<std::string> paths{file.path};
  for (const Resource& inclusion : file.model.resources) {
    if (!inclusion.type.ends_with("inclusion")) continue;
    for (const Reference& reference : inclusion.references) paths.insert(reference.target);
  }
  return paths;
}

/// The expressions of a task's text that a shell's operand came of, as `run_text` writes them for it.
std::string expressions_in(const Operation& operation, const document::Node& task) {
  std::string found;
  std::vector<const document::Node*> open{&task};
  while (!open.empty()) {
    const document::Node* at = open.back();
    open.pop_back();
    for (const document::Node& item : at->items) open.push_back(&item);
    for (const document::Member& member : at->members) open.push_back(&member.value);
    const std::string& text = at->text;
    for (std::size_t begin = text.find("{{"); begin != std::string::npos; begin = text.find("{{", begin + 2)) {
      const std::size_t end = text.find("}}", begin);
      if (end == std::string::npos) break;
      std::string name = text.substr(begin + 2, end - begin - 2);
      std::replace_if(name.begin(), name.end(), [](char c) { return !in_name(c); }, '_');
      if (operation.target.text.find(name) != std::string::npos) found += text.substr(begin, end + 2 - begin) + " ";
    }
  }
  return found;
}

/// What a loop of the task runs over, where a variable says so.
std::string loop_of(const document::Node& task) {
  for (const std::string_view key : {"loop", "with_items", "with_list", "with_fileglob"}) {
    const document::Node* over = task.find(key);
    if (over != nullptr && over->scalar() && over->text.find("{{") != std::string::npos) return over->text;
  }
  return {};
}

/// Everything, or whatever has a name of a kind.
bool is_catch_all(std::string_view entry) {
  return entry == "all" || entry == "_all" || entry == "/" || entry.find('*') != std::string_view::npos;
}

const Value* said(const Resource& note, std::string_view key) {
  const auto found = std::find_if(note.attributes.begin(), note.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == note.attributes.end() ? nullptr : &found->value;
}

enum class Sense : std::uint8_t { None, Arms, Disarms };

/// What a condition makes of a variable by itself: `wipe`, `wipe | bool`, `not wipe`. A comparison says more than can be told here.
Sense sense_of(std::string_view condition, std::string_view name) {
  const std::size_t at = find_name(condition, name);
  if (at == std::string_view::npos || condition.find(" or ") != std::string_view::npos) return Sense::None;
  std::string_view behind = trim(condition.substr(at + name.size()));
  if (behind.starts_with('|')) behind = trim(behind.substr(1));
  if (behind.starts_with("bool")) behind = trim(behind.substr(4));
  if (!behind.empty() && !behind.starts_with("and ") && behind.front() != ')') return Sense::None;
  const std::string_view before = trim(condition.substr(0, at));
  return before.ends_with("not") || before.ends_with("not (") ? Sense::Disarms : Sense::Arms;
}

void add(Resource& variable, std::string key, const std::string& text) {
  variable.attributes.push_back({std::move(key), known_string(text, variable.header), variable.header});
}

void add_catch_alls(Resource& variable) {
  const Value value = variable.attributes.front().value;
  Value set;
  set.presence = Presence::Known;
  set.shape = Shape::Set;
  set.region = value.region;
  for (const Value& item : value.items) {
    if (item.known() && is_catch_all(item.text)) set.items.push_back(item);
  }
  const bool known = std::any_of(variable.attributes.begin(), variable.attributes.end(),
                                 [](const Entry& entry) { return entry.key == "patterns"; });
  if (!set.items.empty() && !known) variable.attributes.push_back({"patterns", std::move(set), value.region});
}

/// Whether a task would destroy with this value of the variable that says its state.
bool is_armed(const Resource& variable, std::string_view armed) {
  const Value& value = variable.attributes.front().value;
  const std::vector<std::string_view> words = split(armed, '|');
  return value.known() && std::find(words.begin(), words.end(), lower_ascii(value.text)) != words.end();
}

void decide_state(Resource& variable, const Resource& note, const std::string& path) {
  if (!reads(said(note, "state")->text, variable.name)) return;
  add(variable, "makes", is_armed(variable, said(note, "armed")->text) ? "absent" : "present");
  if (said(note, "data") != nullptr) add(variable, "decides", "data");
  variable.references.push_back({path, "decides", variable.header});
}

void decide(Resource& variable, const Resource& note, const std::string& path) {
  if (said(note, "state") != nullptr) return decide_state(variable, note, path);
  const Value* when = said(note, "when");
  const Value* target = said(note, "target");
  const std::string does = said(note, "does")->text;
  const Sense sense = when == nullptr ? Sense::None : sense_of(when->text, variable.name);
  const bool aims = target != nullptr && find_name(target->text, variable.name) != std::string_view::npos;
  if (sense == Sense::None && !aims) return;
  if (aims) add(variable, "aims", does);
  if (aims) add_catch_alls(variable);
  if (sense != Sense::None) add(variable, sense == Sense::Arms ? "arms" : "disarms", does);
  if (said(note, "data") != nullptr) add(variable, "decides", "data");
  variable.references.push_back({path, "decides", variable.header});
}

/// Roles beside an inventory whose name begins the name of one of its variables: `db` for `db_wipe`.
void want_roles(const LoweredFile& file, SourceTree& tree, std::set<std::string>& roles) {
  const std::size_t at = std::min(file.path.find("group_vars/"), file.path.find("host_vars/"));
  std::string top = file.path.substr(0, at);
  for (int level = 0; level < 3; ++level) {
    for (const TreeEntry& entry : tree.list(top + "roles")) {
      const std::string prefix = entry.name + "_";
      const bool meant =
          entry.directory && std::any_of(file.model.resources.begin(), file.model.resources.end(),
                                         [&](const Resource& each) { return each.name.starts_with(prefix); });
      if (meant) roles.insert(top + "roles/" + entry.name);
    }
    if (top.empty()) break;
    top.pop_back();
    const std::size_t slash = top.rfind('/');
    top = slash == std::string::npos ? std::string() : top.substr(0, slash + 1);
  }
}

}  // namespace

void TaskReader::note_decided(const document::Node& task, std::size_t first) {
  const std::string condition = condition_of(task);
  for (std::size_t i = first; i < model_.operations.size(); ++i) {
    const Operation& operation = model_.operations[i];
    const bool harms = operation.verb == Verb::Destroy || operation.verb == Verb::Delete ||
                       operation.verb == Verb::Empty || operation.verb == Verb::Overwrite;
    const bool own = operation.stack == Stack::Ansible;
    std::string target = own && !operation.target.known() ? operation.target.text : std::string();
    if (operation.stack == Stack::Shell) target = expressions_in(operation, task);
    const bool of_item = reads(target, "item") || (own && target.empty() && !operation.target.known());
    if (of_item) target += " " + loop_of(task);
    const bool open = target.find("{{") != std::string::npos;
    if (!harms || operation.harmless_target || (!own && operation.stack != Stack::Shell)) continue;
    if (condition.empty() && !open) continue;
    Resource note;
    note.stack = Stack::Ansible;
    note.declares = Declares::Setting;
    note.type = note_type;
    note.scope = file_.path;
    note.address = std::string(file_.path) + ":decided " + std::to_string(i);
    note.region = note.header = operation.region;
    const auto say = [&](std::string key, std::string text) {
      note.attributes.push_back({std::move(key), known_string(std::move(text), operation.region), operation.region});
    };
    if (!condition.empty()) say("when", condition);
    if (open) say("target", target);
    say("does", operation.program + " " + operation.action + " " + operation.target.text);
    const bool kept =
        operation.object == "data directory" || operation.object == "database" || operation.object == "storage";
    if (kept || (!own && destroys_data(operation))) say("data", "true");
    model_.resources.push_back(std::move(note));
    return;
  }
}

void TaskReader::note_state(const document::Node& task, const document::Member& module, const FactRowView& row) {
  const std::size_t equals = row.path.find('=');
  if (equals == std::string_view::npos) return;
  const std::string argument = argument_of(task, module, row.path.substr(0, equals)).value_or("");
  if (argument.find("{{") == std::string::npos || model_.resources.size() >= limits::entities_per_file) return;
  Resource note;
  note.stack = Stack::Ansible;
  note.declares = Declares::Setting;
  note.type = note_type;
  note.scope = file_.path;
  note.region = note.header = region_in(file_, module.key_bytes);
  note.address = std::string(file_.path) + ":decided state " + std::to_string(note.region.bytes.begin);
  const auto say = [&](std::string key, std::string text) {
    note.attributes.push_back({std::move(key), known_string(std::move(text), note.region), note.region});
  };
  say("state", argument);
  say("armed", std::string(row.path.substr(equals + 1)));
  say("does", std::string(last_name(module.key)) + " " + std::string(row.path));
  std::string name;
  for (const std::string_view key : {"path", "dest", "name", "db", "dev", "lv", "volume_name"}) {
    if (name.empty()) name = argument_of(task, module, key).value_or("");
  }
  if (row.cls == "database" || row.cls == "storage" || keeps_data(name)) say("data", "true");
  model_.resources.push_back(std::move(note));
}

void want_deciding_tasks(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted) {
  std::set<std::string> roles;
  for (const LoweredFile& file : files) {
    if (file.context || !holds_variables(file.path)) continue;
    if (is_of_inventory(file.path)) {
      want_roles(file, tree, roles);
    } else if (const std::string_view role = role_of(file.path); !role.empty()) {
      roles.emplace(role);
    }
  }
  std::size_t taken = 0;
  for (const std::string& role : roles) {
    for (const TreeEntry& entry : tree.list(role + "/tasks")) {
      if (!entry.directory && is_yaml(entry.name) && ++taken <= most_wanted)
        wanted.insert(role + "/tasks/" + entry.name);
    }
  }
}

void link_decided(std::span<LoweredFile> files) {
  struct Noted {
    const LoweredFile* file;
    Resource note;
  };
  std::vector<Noted> notes;
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) {
      if (resource.type == note_type && notes.size() < most_notes) notes.push_back({&file, std::move(resource)});
    }
    std::erase_if(file.model.resources,
                  [](const Resource& resource) { return resource.type == note_type || resource.type.empty(); });
  }
  if (notes.empty()) return;
  std::size_t asked = 0;
  for (LoweredFile& file : files) {
    const bool shared = holds_variables(file.path);
    if (!shared && file.context) continue;
    const std::set<std::string> own = shared ? std::set<std::string>() : reached_from(file);
    for (Resource& variable : file.model.resources) {
      if (!variable.type.ends_with("variable") || ++asked > most_names) continue;
      for (const Noted& each : notes) {
        const bool reaches = shared ? is_shared(file.path) || role_of(file.path) == role_of(each.file->path)
                                    : own.contains(each.file->path);
        if (reaches) decide(variable, each.note, each.file->path);
      }
    }
  }
}

}  // namespace redtag::ansible
