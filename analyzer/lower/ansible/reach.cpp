#include "lower/ansible/reach.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/path.h"
#include "base/text.h"
#include "lower/ansible/aimed.h"
#include "lower/ansible/tasks.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

namespace {

constexpr std::string_view note_type = "restarting task";
constexpr std::size_t most_inventories = 20;
constexpr std::size_t most_hosts = 5000;   // of one pattern
constexpr std::size_t most_steps = 20000;  // from group to group, and from file to file
constexpr int most_levels = 3;             // above a play that inventories are looked for

using Words = std::set<std::string>;

// ---- what is done

/// Words of a path or device by which people name a place that keeps data.
constexpr std::array data_words = std::to_array<std::string_view>(
    {"data", "disk", "/dev/", "/var/lib/", "/srv/", "device", "volume", "storage", "pgdata"});

constexpr std::array data_objects = std::to_array<std::string_view>(
    {"data directory", "database", "storage", "device", "disk", "volume", "file system"});

template <std::size_t N>
bool mentions(std::string_view text, const std::array<std::string_view, N>& words) {
  const std::string lowered = lower_ascii(text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lowered.find(word) != std::string::npos; });
}

}  // namespace

bool destroys_data(const Operation& operation) {
  const bool harms = operation.verb == Verb::Destroy || operation.verb == Verb::Delete ||
                     operation.verb == Verb::Empty || operation.verb == Verb::Overwrite;
  if (!harms || operation.harmless_target || operation.arming == Arming::Disarmed) return false;
  if (std::find(data_objects.begin(), data_objects.end(), operation.object) != data_objects.end()) return true;
  static constexpr std::array formatting =
      std::to_array<std::string_view>({"wipefs", "blkdiscard", "sgdisk", "shred", "dd", "parted", "filesystem"});
  const bool formats = operation.program.starts_with("mkfs") ||
                       std::find(formatting.begin(), formatting.end(), operation.program) != formatting.end();
  return formats || mentions(operation.target.text, data_words);
}

namespace {

bool reboots(const Operation& operation) {
  return operation.verb == Verb::Interrupt &&
         (operation.program == "reboot" || operation.program == "shutdown" || operation.program == "kexec");
}

/// `restarts dns`; empty for what keeps and steers nothing.
std::string restarted(std::string_view unit, const FactTables& facts) {
  if (unit.ends_with(".service")) unit.remove_suffix(8);
  for (const FactRowView& row : facts.rows("shell", "unit")) {
    if (glob_match(row.path, unit)) return "restarts " + std::string(row.cls);
  }
  return {};
}

void add_deeds(const Operation& operation, Words& into) {
  if (destroys_data(operation)) into.insert("destroys data");
  if (reboots(operation)) into.insert("reboots");
}

/// What the tasks of each file do, and which files they bring in.
struct Deeds {
  std::map<std::string, Words> done;
  std::map<std::string, std::set<std::string>> brings;
};

/// `roles/named/tasks/main.yml` → `roles/named/handlers/main.yml`.
std::optional<std::string> handlers_of(std::string_view tasks) {
  const std::size_t at = tasks.rfind("/tasks/main.");
  if (at == std::string_view::npos) return std::nullopt;
  return std::string(tasks.substr(0, at)) + "/handlers/" + std::string(tasks.substr(at + 7));
}

Deeds deeds_of(std::span<LoweredFile> files, const FactTables& facts) {
  Deeds deeds;
  for (const LoweredFile& file : files) {
    for (const Operation& operation : file.model.operations) add_deeds(operation, deeds.done[file.path]);
    for (const Resource& each : file.model.resources) {
      if (each.type == note_type) {
        if (std::string word = restarted(each.name, facts); !word.empty()) deeds.done[file.path].insert(word);
      } else if (each.type.ends_with("inclusion")) {
        for (const Reference& reference : each.references) deeds.brings[file.path].insert(reference.target);
      }
    }
  }
  return deeds;
}

void add_file(const Deeds& deeds, const std::string& path, Words& into) {
  std::set<std::string> seen{path};
  std::vector<std::string> open{path};
  while (!open.empty() && seen.size() < most_steps) {
    const std::string at = std::move(open.back());
    open.pop_back();
    const auto done = deeds.done.find(at);
    if (done != deeds.done.end()) into.insert(done->second.begin(), done->second.end());
    std::vector<std::string> next;
    if (const auto brings = deeds.brings.find(at); brings != deeds.brings.end())
      next.assign(brings->second.begin(), brings->second.end());
    if (std::optional<std::string> handlers = handlers_of(at)) next.push_back(std::move(*handlers));
    for (std::string& each : next) {
      if (seen.insert(each).second) open.push_back(std::move(each));
    }
  }
}

bool is_inside(const Region& outer, const Region& inner) {
  return outer.valid() && inner.valid() && outer.file == inner.file && outer.bytes.begin <= inner.bytes.begin &&
         inner.bytes.end <= outer.bytes.end;
}

/// A task's condition, as it was noted for variables that decide it.
bool is_conditional(const Operation& operation, const Model& model) {
  return std::any_of(model.resources.begin(), model.resources.end(), [&](const Resource& note) {
    return note.type == "decided task" && note.region == operation.region &&
           std::any_of(note.attributes.begin(), note.attributes.end(),
                       [](const Entry& entry) { return entry.key == "when"; });
  });
}

Words done_by(const Resource& play, const LoweredFile& file, const Deeds& deeds, const FactTables& facts) {
  Words words;
  for (const Operation& operation : file.model.operations) {
    if (is_inside(play.region, operation.region)) add_deeds(operation, words);
  }
  for (const Resource& each : file.model.resources) {
    if (!is_inside(play.region, each.region)) continue;
    if (each.type == note_type) {
      if (std::string word = restarted(each.name, facts); !word.empty()) words.insert(word);
    } else if (each.type.ends_with("inclusion")) {
      for (const Reference& reference : each.references) add_file(deeds, reference.target, words);
    }
  }
  return words;
}

/// What files that this change leaves alone destroy, asking for nothing, once the play brings them in: asked neither here nor there.
Words brought_by(const Resource& play, const LoweredFile& file,
                 const std::map<std::string, const LoweredFile*>& unchanged) {
  Words words;
  for (const Resource& each : file.model.resources) {
    const bool asked = std::any_of(each.attributes.begin(), each.attributes.end(),
                                   [](const Entry& entry) { return entry.key == "asked"; });
    if (!each.type.ends_with("inclusion") || asked || !is_inside(play.region, each.region)) continue;
    for (const Reference& reference : each.references) {
      const auto found = unchanged.find(reference.target);
      if (found == unchanged.end()) continue;
      const Model& model = found->second->model;
      const bool destroys = std::any_of(
          model.operations.begin(), model.operations.end(),
          [&](const Operation& operation) { return destroys_data(operation) && !is_conditional(operation, model); });
      if (destroys) words.insert(each.name);
    }
  }
  return words;
}

// ---- whom it is done to

struct Group {
  Words hosts, children;
};

using Groups = std::map<std::string, Group>;

Groups groups_of(std::span<LoweredFile> files) {
  Groups groups;
  for (const LoweredFile& file : files) {
    for (const Resource& each : file.model.resources) {
      if (each.type != "group") continue;
      Group& group = groups[each.name];
      for (const Entry& entry : each.attributes) {
        Words& into = entry.key == "hosts" ? group.hosts : group.children;
        for (const Value& member : entry.value.items) into.insert(member.text);
      }
    }
  }
  return groups;
}

/// The words of a pattern: `web:db:!canary`, `web,db`. What stands in brackets is one host.
std::vector<std::string> words_of(std::string_view pattern) {
  std::vector<std::string> words(1);
  unsigned depth = 0;
  for (const char c : pattern) {
    if (c == '[') ++depth;
    if (c == ']' && depth > 0) --depth;
    if ((c == ':' || c == ',') && depth == 0) {
      words.emplace_back();
    } else if (c != ' ') {
      words.back() += c;
    }
  }
  std::erase(words, std::string());
  return words;
}

/// The hosts of a group with those of its children; nullopt for a name that no inventory knows.
std::optional<Words> members_of(const Groups& groups, const std::string& name) {
  Words hosts;
  if (name == "all" || name == "*") {
    for (const auto& [each, group] : groups) hosts.insert(group.hosts.begin(), group.hosts.end());
    return groups.empty() ? std::nullopt : std::optional(std::move(hosts));
  }
  if (!groups.contains(name)) {
    const bool known =
        std::any_of(groups.begin(), groups.end(), [&](const auto& group) { return group.second.hosts.contains(name); });
    return known ? std::optional(Words{name}) : std::nullopt;
  }
  Words seen{name};
  std::vector<std::string> open{name};
  while (!open.empty() && seen.size() < most_steps) {
    const auto group = groups.find(open.back());
    open.pop_back();
    if (group == groups.end()) continue;
    hosts.insert(group->second.hosts.begin(), group->second.hosts.end());
    for (const std::string& child : group->second.children) {
      if (seen.insert(child).second) open.push_back(child);
    }
  }
  return hosts;
}

struct Reached {
  Words hosts, spared;
};

/// By the inventories, or nullopt where they do not know a word.
std::optional<Reached> by_inventory(const std::vector<std::string>& words, const Groups& groups) {
  Reached reached;
  for (const char kind : {'+', '&', '!'}) {
    for (const std::string& word : words) {
      const bool marked = word.front() == '!' || word.front() == '&';
      if ((marked ? word.front() : '+') != kind) continue;
      const std::optional<Words> members = members_of(groups, marked ? word.substr(1) : word);
      if (!members) return std::nullopt;
      if (kind == '+') reached.hosts.insert(members->begin(), members->end());
      if (kind != '+')
        std::erase_if(reached.hosts, [&](const std::string& host) { return members->contains(host) == (kind == '!'); });
    }
  }
  return reached.hosts.size() <= most_hosts ? std::optional(std::move(reached)) : std::nullopt;
}

Reached by_words(const std::vector<std::string>& words) {
  Reached reached;
  for (const std::string& word : words) {
    const bool marked = word.front() == '!' || word.front() == '&';
    (marked ? reached.spared : reached.hosts).insert(word);
  }
  return reached;
}

void add_set(Resource& play, std::string key, const Words& words, const Region& place) {
  if (words.empty()) return;
  Value set;
  set.presence = Presence::Known;
  set.shape = Shape::Set;
  set.region = place;
  for (const std::string& word : words) set.items.push_back(known_string(word, place));
  play.attributes.push_back({std::move(key), std::move(set), place});
}

/// The pattern of a play with what is known of its variables; nullopt where a word of it stays open.
std::optional<std::string> pattern_of(const Resource& play, const Variables& variables) {
  const auto hosts = std::find_if(play.attributes.begin(), play.attributes.end(),
                                  [](const Entry& each) { return each.key == "hosts"; });
  if (hosts == play.attributes.end()) return std::nullopt;
  std::string text = hosts->value.text;
  for (const Value& item : hosts->value.items) text += (text.empty() ? "" : ",") + item.text;
  return hosts->value.known() ? std::optional(text) : filled_in(text, variables);
}

void note_reach(Resource& play, const Groups& groups, const Variables& variables) {
  const std::optional<std::string> pattern = pattern_of(play, variables);
  if (!pattern) return;
  const auto hosts = std::find_if(play.attributes.begin(), play.attributes.end(),
                                  [](const Entry& each) { return each.key == "hosts"; });
  const Region place = hosts->region;
  const std::vector<std::string> words = words_of(*pattern);
  const Reached reached = by_inventory(words, groups).value_or(by_words(words));
  add_set(play, "reaches", reached.hosts, place);
  add_set(play, "spares", reached.spared, place);
}

/// The groups that hosts are in, without the numbers by which people tell one batch from the next.
Words kinds_of(const Words& hosts, const Groups& groups) {
  Words kinds;
  for (const auto& [name, group] : groups) {
    const bool holds =
        std::any_of(hosts.begin(), hosts.end(), [&](const std::string& host) { return group.hosts.contains(host); });
    if (!holds) continue;
    std::string kind = name;
    std::erase_if(kind, [](char c) { return c >= '0' && c <= '9'; });
    kinds.insert(std::move(kind));
  }
  return kinds;
}

/// The pattern of a play that variables decide; empty for any other.
std::string open_hosts_of(const Resource& play) {
  const auto hosts = std::find_if(play.attributes.begin(), play.attributes.end(),
                                  [](const Entry& each) { return each.key == "hosts"; });
  return hosts == play.attributes.end() || hosts->value.known() ? std::string() : hosts->value.text;
}

/// Says of the variables that decide a play's hosts which these are, and what becomes of them there.
void note_aims(std::span<LoweredFile> files, const Resource& play, const Words& does, const Groups& groups,
               const Variables& variables) {
  const std::string text = does.empty() ? std::string() : open_hosts_of(play);
  const std::optional<std::string> pattern = text.empty() ? std::nullopt : filled_in(text, variables);
  if (!pattern) return;
  const std::vector<std::string> words = words_of(*pattern);
  const std::optional<Reached> known = by_inventory(words, groups);
  const Reached reached = known ? *known : by_words(words);
  for (LoweredFile& file : files) {
    if (!is_aimed_by(play, file)) continue;
    for (Resource& variable : file.model.resources) {
      if (!variable.type.ends_with("variable") || !reads(text, variable.name)) continue;
      add_set(variable, "reaches", reached.hosts, variable.region);
      add_set(variable, "kinds", known ? kinds_of(reached.hosts, groups) : Words(), variable.region);
      add_set(variable, "does", does, variable.region);
      variable.references.push_back({play.scope, "aims", variable.header});
    }
  }
}

bool names_inventory(std::string_view name) {
  return name.starts_with("inventor") || name.starts_with("hosts") || name == "production" || name == "staging";
}

/// Inventories in a directory: files of that name, and what lies in a directory of that name, two levels deep.
void want_inventories(const std::string& directory, SourceTree& tree, std::set<Path>& found) {
  for (const TreeEntry& entry : tree.list(directory)) {
    if (!names_inventory(entry.name)) continue;
    const std::string path = joined_path(directory, entry.name);
    if (!entry.directory && found.size() < most_inventories) found.insert(path);
    if (!entry.directory) continue;
    for (const TreeEntry& inner : tree.list(path)) {
      const std::string below = joined_path(path, inner.name);
      if (!inner.directory && found.size() < most_inventories) found.insert(below);
      if (!inner.directory || inner.name.ends_with("_vars")) continue;
      for (const TreeEntry& last : tree.list(below)) {
        if (!last.directory && found.size() < most_inventories) found.insert(joined_path(below, last.name));
      }
    }
  }
}

bool holds_play(const LoweredFile& file) {
  return std::any_of(file.model.resources.begin(), file.model.resources.end(),
                     [](const Resource& each) { return each.type == "play"; });
}

}  // namespace

void note_restart(std::string_view unit, Region place, const SourceFileView& file, Model& model) {
  if (model.resources.size() >= limits::entities_per_file) return;
  Resource note;
  note.stack = Stack::Ansible;
  note.declares = Declares::Setting;
  note.type = note_type;
  note.name = unit;
  note.scope = file.path;
  note.address = std::string(file.path) + ":restart " + std::to_string(model.resources.size());
  note.region = note.header = place;
  model.resources.push_back(std::move(note));
}

void add_unit(std::string_view unit, const document::Node& task, const document::Member& module,
              const SourceFileView& file, Model& model) {
  if (model.resources.size() >= limits::entities_per_file || unit.find("{{") != std::string_view::npos) return;
  Resource setting;
  setting.stack = Stack::Ansible;
  setting.declares = Declares::Setting;
  setting.type = "unit";
  setting.name = unit;
  setting.scope = file.path;
  setting.address = std::string(file.path) + ":unit/" + std::string(unit);
  setting.region = region_in(file, task.bytes);
  setting.header = region_in(file, {module.key_bytes.begin, std::max(module.key_bytes.end, module.value.bytes.end)});
  for (const std::string_view key : {"state", "enabled"}) {
    const std::optional<std::string> said = argument_of(task, module, key);
    if (!said || said->empty()) continue;
    Region place = setting.header;
    for (const document::Member& member : module.value.members) {
      if (member.key == key) place = region_in(file, {member.key_bytes.begin, member.value.bytes.end});
    }
    const bool open = said->find("{{") != std::string::npos;
    setting.attributes.push_back(
        {std::string(key), open ? unknown_value(*said, "decided when it runs", place) : known_string(*said, place),
         place});
  }
  if (!setting.attributes.empty()) model.resources.push_back(std::move(setting));
}

void want_reach(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted) {
  std::set<std::string> directories;
  for (const LoweredFile& file : files) {
    const bool meant = holds_play(file) && (!file.context || holds_aimed_play(file, files));
    if (!meant) continue;
    std::string at = directory_of(file.path);
    for (int level = 0; level < most_levels; ++level) {
      directories.insert(at);
      if (at.empty()) break;
      at = directory_of(at);
    }
  }
  if (directories.empty()) return;
  std::set<Path> inventories, handlers;
  for (const std::string& directory : directories) want_inventories(directory, tree, inventories);
  for (const Path& path : wanted) {
    const std::optional<std::string> handler = handlers_of(path);
    if (handler && tree.read(*handler)) handlers.insert(*handler);
  }
  wanted.insert(inventories.begin(), inventories.end());
  wanted.insert(handlers.begin(), handlers.end());
}

void link_reach(std::span<LoweredFile> files, const FactTables& facts) {
  const bool asked = std::any_of(files.begin(), files.end(), [&](const LoweredFile& file) {
    return holds_play(file) && (!file.context || holds_aimed_play(file, files));
  });
  if (asked) {
    const Deeds deeds = deeds_of(files, facts);
    const Groups groups = groups_of(files);
    const Variables variables = variables_at_hand(files);
    std::map<std::string, const LoweredFile*> unchanged;
    for (const LoweredFile& file : files) {
      if (file.context) unchanged.emplace(file.path, &file);
    }
    for (LoweredFile& file : files) {
      if (file.partial) continue;
      for (Resource& play : file.model.resources) {
        if (play.type != "play") continue;
        const Words does = done_by(play, file, deeds, facts);
        note_aims(files, play, does, groups, variables);
        if (file.context) continue;
        note_reach(play, groups, variables);
        add_set(play, "does", does, play.header);
        add_set(play, "brings", brought_by(play, file, unchanged), play.header);
      }
    }
  }
  for (LoweredFile& file : files)
    std::erase_if(file.model.resources, [](const Resource& each) { return each.type == note_type; });
}

}  // namespace redtag::ansible
