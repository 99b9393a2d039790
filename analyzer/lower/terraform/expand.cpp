#include "lower/terraform/expand.h"

#include <algorithm>
#include <set>

#include "lower/terraform/functions.h"
#include "lower/terraform/json.h"
#include "lower/terraform/reasons.h"
#include "lower/terraform/terragrunt.h"
#include "lower/terraform/text_file.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t most_ways = 400;
constexpr std::size_t most_copies = 20'000;
constexpr std::size_t most_keys = 200;
constexpr std::size_t most_numbers = 64;
constexpr std::size_t deepest_way = 8;
constexpr unsigned deepest_choice = 64;

bool is_configuration(std::string_view path) {
  return path.ends_with(".tf") || path.ends_with(".tofu") || path.ends_with(".tf.json") || path.ends_with(".tofu.json");
}

bool is_variable_file(std::string_view path) { return path.ends_with(".tfvars") || path.ends_with(".tfvars.json"); }

bool is_given_by_hand(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return is_variable_file(name) && name != "terraform.tfvars" && name != "terraform.tfvars.json" &&
         !name.ends_with(".auto.tfvars") && !name.ends_with(".auto.tfvars.json");
}

bool is_reference_to(const Value& value, std::string_view name) {
  return value.presence == Presence::Unknown && value.expression == Expression::Reference &&
         value.text.starts_with(name) && value.text.substr(name.size()).starts_with('.');
}

/// Whether an expression below asks for what each instance has of its own: `each.…` or `count.…`.
bool asks_for(const Value& value, std::string_view name, unsigned levels) {
  if (levels == 0) return false;
  if (is_reference_to(value, name)) return true;
  return std::any_of(value.items.begin(), value.items.end(),
                     [&](const Value& item) { return asks_for(item, name, levels - 1); }) ||
         std::any_of(value.entries.begin(), value.entries.end(),
                     [&](const Entry& entry) { return asks_for(entry.value, name, levels - 1); });
}

/// Whether an attribute chooses from something with what each instance has of its own: its text holds all that it chooses from.
bool chooses(const Value& value, std::string_view name) {
  return value.presence == Presence::Unknown && !is_reference_to(value, name) && asks_for(value, name, deepest_choice);
}

const Value* find_attribute(const Resource& resource, std::string_view key) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == resource.attributes.end() ? nullptr : &found->value;
}

/// The key and the value of each element that a known for_each walks over; empty where it is not known, or too long.
std::vector<Value> eaches_of(const Value& collection) {
  std::vector<Value> eaches;
  const std::size_t count = collection.items.size() + collection.entries.size();
  if (!collection.known() || collection.shape == Shape::Scalar || count > most_keys) return eaches;
  const auto add = [&](Value key, const Value& value, const Region& region) {
    Value each;
    each.presence = Presence::Known;
    each.shape = Shape::Map;
    each.region = region;
    each.entries = {{"key", std::move(key), region}, {"value", value, region}};
    eaches.push_back(std::move(each));
  };
  for (const Entry& entry : collection.entries) add(known_string(entry.key, entry.region), entry.value, entry.region);
  for (const Value& item : collection.items) {
    if (!as_text(item)) return {};
    add(item, item, item.region);
  }
  return eaches;
}

/// The number of each instance that a known count makes; empty where it is not known, or too large.
std::vector<Value> numbers_of(const Value& count) {
  std::vector<Value> numbers;
  const auto number = as_number(count);
  if (!number || *number < 1 || *number > static_cast<double>(most_numbers)) return numbers;
  for (std::size_t i = 0; static_cast<double>(i) < *number; ++i) {
    Value each;
    each.presence = Presence::Known;
    each.shape = Shape::Map;
    each.region = count.region;
    each.entries = {{"index", number_value(static_cast<double>(i), count.region), count.region}};
    numbers.push_back(std::move(each));
  }
  return numbers;
}

std::string key_of(const Value& each) {
  if (each.entries[0].key == "index") return "[" + each.entries[0].value.text + "]";
  return "[" + write_json(known_string(each.entries[0].value.text)).value_or("?") + "]";
}

std::string local_address(const Resource& resource, std::string_view scope) {
  const std::string prefix = scope.empty() ? std::string() : std::string(scope) + ":";
  return resource.address.starts_with(prefix) ? resource.address.substr(prefix.size()) : resource.address;
}

}  // namespace

Expansion::Expansion(Scopes& scopes, std::span<LoweredFile> files) : scopes_(scopes), files_(files) {
  std::set<std::string, std::less<>> given, decided, readers;
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    const std::string directory(directory_of(file.path));
    if (is_configuration(file.path) || is_terragrunt(file.path)) changed_[directory] = true;
    if (is_given_by_hand(file.path)) given.insert(directory);
    if (is_variable_file(file.path)) {
      for (const std::string_view reader : scopes.readers_of(file.path)) {
        changed_[std::string(reader)] = true;
        readers.emplace(reader);
      }
    }
    // What stands in a variable file, a table or a template decides in the folders that may read it.
    const bool text = is_text_file(file.path);
    std::string_view above = directory;
    for (unsigned level = 0; text || is_variable_file(file.path); ++level) {
      decided.emplace(above);
      if (above.empty() || level == (text ? text_levels : variable_file_levels)) break;
      above = directory_of(above);
    }
    for (const LoweredFile& reader : files) {  // from wherever it writes the text's name
      if (text && is_configuration(reader.path) && texts_read_by(reader).contains(file.path))
        decided.emplace(directory_of(reader.path));
    }
  }
  for (const std::string& directory : decided) {
    const auto read = scopes.directories().find(directory);
    if (read != scopes.directories().end()) changed_[directory] = true;
  }
  if (changed_.empty()) return;
  find_reached();
  find_workspaces();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string directory(directory_of(files[i].path));
    const Directory& seen = scopes.of(files[i].path);
    const bool wanted = !seen.callers.empty() || readers.contains(directory) ||
                        std::any_of(given.begin(), given.end(), [&](const std::string& below) {
                          return below == directory || directory.empty() || below.starts_with(directory + "/") ||
                                 stands_below(directory, below);
                        });
    if (!wanted && !workspaces_.contains(directory)) continue;
    for (const Resource& resource : files[i].model.resources) raw_[directory].emplace_back(i, resource);
  }
}

/// Of changed roots; a module is told by its callers.
void Expansion::find_workspaces() {
  for (const LoweredFile& file : files_) {
    const std::string directory(directory_of(file.path));
    if (!changed_.contains(directory) || !scopes_.of(file.path).callers.empty()) continue;
    for (const Resource& resource : file.model.resources) declared_[directory].push_back(&resource);
  }
  for (const LoweredFile& file : files_) {
    if (is_text_file(file.path)) texts_.push_back(file.path);
  }
  for (const auto& [directory, resources] : declared_) {
    Workspaces found(resources, directory, texts_);
    if (found.names().empty()) {
      const std::string_view variable = unset_switch(directory, resources);
      if (!variable.empty()) found = Workspaces(resources, directory, texts_, variable);
    }
    if (!found.names().empty()) workspaces_.emplace(directory, std::move(found));
  }
}

/// Of the variables that only a deployment sets, the one that is asked most, as `var.name`. A default stands for nothing where the
/// variable says which environment it is.
std::string_view Expansion::unset_switch(std::string_view directory, std::span<const Resource* const> resources) {
  const auto scope = scopes_.directories().find(directory);
  if (scope == scopes_.directories().end()) return {};
  std::string_view best;
  std::size_t most = 0;
  for (const auto& [reference, times] : Workspaces::asked(resources)) {
    const std::string_view name = std::string_view(reference).substr(reference.find('.') + 1);
    const auto variable = scope->second.variables.find(name);
    if (times <= most || variable == scope->second.variables.end() || !variable->second.declared) continue;
    const auto& assigned = variable->second.assigned;
    const bool unset = variable->second.fallback == nullptr || Workspaces::is_of_environments(name);
    if (!unset ||
        std::any_of(assigned.begin(), assigned.end(), [](const auto& each) { return !is_given_by_hand(each.first); }))
      continue;
    most = times;
    best = *switches_.insert(reference).first;
  }
  return best;
}

/// What is handed down from a changed folder decides in the modules below it.
void Expansion::find_reached() {
  std::vector<std::string> open;
  for (const auto& [directory, changed] : changed_) open.push_back(directory);
  while (!open.empty()) {
    const std::string at = std::move(open.back());
    open.pop_back();
    if (!reached_.insert(at).second) continue;
    const auto found = scopes_.directories().find(at);
    if (found == scopes_.directories().end()) continue;
    for (const ModuleCall& call : found->second.calls) open.push_back(call.to->path);
  }
}

/// Whether one caller gives a module something that it has a default for, and another does not: to the one, the default says nothing.
bool Expansion::leaves_to_default(const Directory& module) {
  if (module.callers.size() < 2) return false;
  return std::any_of(module.variables.begin(), module.variables.end(), [&](const auto& variable) {
    if (variable.second.fallback == nullptr) return false;
    const auto given = std::count_if(module.callers.begin(), module.callers.end(), [&](const ModuleCall& caller) {
      return std::any_of(caller.call->attributes.begin(), caller.call->attributes.end(),
                         [&](const Entry& entry) { return entry.key == variable.first; });
    });
    return given > 0 && static_cast<std::size_t>(given) < module.callers.size();
  });
}

bool Expansion::leads_to_change(const std::string& directory) const {
  std::set<std::string> seen;
  std::vector<std::string> open{directory};
  while (!open.empty()) {
    const std::string at = std::move(open.back());
    open.pop_back();
    if (!seen.insert(at).second) continue;
    const auto found = scopes_.directories().find(at);
    if (found == scopes_.directories().end()) continue;
    if (changed_.contains(at) && (!found->second.calls.empty() || leaves_to_default(found->second))) return true;
    for (const ModuleCall& call : found->second.calls) open.push_back(call.to->path);
  }
  return false;
}

std::vector<std::string_view> Expansion::var_files_of(const Directory& root) const {
  std::set<std::string_view> assigned, beside, found;
  for (const auto& [name, variable] : root.variables) {
    for (const auto& [path, value] : variable.assigned) assigned.insert(path);
    for (const auto& [path, value] : variable.beside) beside.insert(path);
  }
  for (const LoweredFile& file : files_) {
    const bool given = beside.contains(file.path) || (is_given_by_hand(file.path) && assigned.contains(file.path));
    if (!file.context && given) found.insert(file.path);
  }
  return {found.begin(), found.end()};
}

std::vector<PlacedCopy> Expansion::expand(Evaluator& evaluator) {
  for (std::size_t i = 0; i < files_.size(); ++i) {  // tables that a for_each of an original walks over
    Directory& directory = scopes_.of(files_[i].path);
    evaluator.begin();
    const std::string prefix = directory.path.empty() ? std::string() : directory.path + ":";
    for (Resource& resource : files_[i].model.resources) add_keys(resource, i, directory, prefix, evaluator);
  }
  for (auto& [path, directory] : scopes_.directories()) {
    if (!directory.callers.empty()) continue;
    if (leads_to_change(path)) walk(start(directory, {}), evaluator);
    for (const std::string_view file : var_files_of(directory)) {
      Way& way = start(directory, {file, {}, {}});
      evaluator.begin();
      take(way, evaluator);
      walk(way, evaluator);
    }
    const auto named = workspaces_.find(path);
    if (named == workspaces_.end()) continue;
    for (const std::string& workspace : named->second.names()) {
      Way& way = start(directory, {{}, workspace, named->second.variable()});
      evaluator.begin();
      take(way, evaluator);
      walk(way, evaluator);
    }
  }
  return std::move(copies_);
}

Expansion::Way& Expansion::start(Directory& root, Choice choice) {
  Way& way = ways_.emplace_back();
  way.path = way.scope = root.path;
  way.directory = &root;
  way.changed = changed_.contains(root.path) || !choice.var_file.empty();
  way.above = {root.path};
  std::string name = root.path;
  if (!choice.var_file.empty() || !choice.workspace.empty()) {
    way.single = false;
    way.of_workspace = !choice.workspace.empty();
    const std::string_view chosen = way.of_workspace ? choice.workspace : choice.var_file;
    name += "[" + std::string(chosen.substr(chosen.rfind('/') + 1)) + "]";
    fill(way);
    way.own.var_file = choice.var_file;
    if (way.of_workspace) way.own.workspace = known_string(std::string(choice.workspace));
    way.own.chosen_by = choice.variable;
    for (auto& [variable, own] : way.own.variables) {
      const auto original = root.variables.find(variable);
      if (original == root.variables.end()) continue;
      own.assigned = original->second.assigned;
      own.beside = original->second.beside;
    }
  }
  way.prefix = name.empty() ? std::string() : name + ":";
  return way;
}

/// The directory's own copy, made from what was written.
void Expansion::fill(Way& way) {
  const auto raw = raw_.find(way.path);
  way.own.path = way.path;
  if (const auto written = scopes_.directories().find(way.path); written != scopes_.directories().end())
    way.own.unread = written->second.unread;
  way.own.texts = scopes_.directories().begin()->second.texts;
  way.own.tree = scopes_.directories().begin()->second.tree;
  way.directory = &way.own;
  if (raw == raw_.end()) return;
  for (const PlacedCopy& written : raw->second) way.resources.push_back(written);
  for (auto& [file, resource] : way.resources) Scopes::define(way.own, files_[file], resource);
  const auto original = scopes_.directories().find(way.path);
  if (original == scopes_.directories().end()) return;
  way.own.modules = original->second.modules;
  for (const ModuleCall& call : original->second.calls) {
    const auto copy = std::find_if(way.resources.begin(), way.resources.end(), [&](const PlacedCopy& candidate) {
      return candidate.second.declares == Declares::Module && candidate.second.address == call.call->address;
    });
    if (copy != way.resources.end()) way.own.calls.push_back({&way.own, &copy->second, nullptr, call.to});
  }
}

void Expansion::walk(Way& way, Evaluator& evaluator) {
  if (way.above.size() > deepest_way) return;
  const std::vector<ModuleCall> calls = way.directory->calls;
  const bool decides = way.changed || changed_.contains(way.path);
  for (const ModuleCall& call : calls) {
    // Of a workspace, what it decides on the first level says which calls it can change.
    const bool root = way.above.size() == 1;
    if (way.of_workspace && root && !workspaces_.at(way.path).decide(*call.call)) continue;
    if (decides || leads_to_change(call.to->path)) step(way, call, evaluator);
  }
}

void Expansion::step(Way& way, const ModuleCall& call, Evaluator& evaluator) {
  if (std::find(way.above.begin(), way.above.end(), call.to->path) != way.above.end()) return;
  std::vector<Value> eaches;
  evaluator.begin();
  if (const Value* each = find_attribute(*call.call, "for_each"))
    eaches = eaches_of(evaluator.evaluated(*each, *way.directory));
  const std::size_t before = ways_.size();
  if (eaches.empty()) enter(way, call, nullptr);
  for (Value& each : eaches) enter(way, call, &way.keys.emplace_back(std::move(each)));
  const std::size_t after = ways_.size();
  for (std::size_t i = before; i < after; ++i) {
    evaluator.begin();
    if (ways_[i].changed && !ways_[i].single) take(ways_[i], evaluator);
    walk(ways_[i], evaluator);
  }
}

void Expansion::enter(Way& way, const ModuleCall& call, const Value* each) {
  if (ways_.size() >= most_ways) return;
  Way& next = ways_.emplace_back();
  next.path = call.to->path;
  next.scope = way.scope;
  next.prefix = way.prefix + "module." + call.call->name + (each == nullptr ? "" : key_of(*each)) + ".";
  next.changed =
      way.changed || changed_.contains(way.path) || (changed_.contains(next.path) && leaves_to_default(*call.to));
  next.single = way.single && each == nullptr && call.to->callers.size() == 1;
  next.above = way.above;
  next.above.push_back(next.path);
  fill(next);
  next.of_workspace = way.of_workspace;
  next.own.workspace = way.directory->workspace;
  next.own.chosen_by = way.directory->chosen_by;
  next.own.callers = {{way.directory, call.call, each, call.to}};
}

void Expansion::take(Way& way, Evaluator& evaluator) {
  for (auto& [file, resource] : way.resources) {
    if (resource.declares != Declares::Resource) continue;
    if (way.of_workspace && way.above.size() == 1 && !workspaces_.at(way.path).decide(resource)) continue;
    evaluator.evaluate(resource, *way.directory);
    add_keys(resource, file, *way.directory, way.prefix, evaluator);
    add(resource, file, way.prefix + local_address(resource, way.path), way.scope);
  }
}

void Expansion::add_keys(Resource& resource, std::size_t file, Directory& directory, const std::string& prefix,
                         Evaluator& evaluator) {
  if (resource.declares != Declares::Resource) return;
  const Value* const table = find_attribute(resource, "for_each");
  const Value* const count = find_attribute(resource, "count");
  if (table == nullptr && count == nullptr) return;
  const std::string_view name = table != nullptr ? "each" : "count";
  const bool asks = std::any_of(resource.attributes.begin(), resource.attributes.end(),
                                [&](const Entry& entry) { return asks_for(entry.value, name, deepest_choice); });
  const bool choice = std::any_of(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return chooses(entry.value, name); });
  if (!asks || (!choice && !reached_.contains(directory.path))) return;
  const std::vector<Value> eaches = table != nullptr ? eaches_of(*table) : numbers_of(*count);
  const auto line = std::find_if(resource.attributes.begin(), resource.attributes.end(), [&](const Entry& entry) {
    return &entry.value == (table != nullptr ? table : count);
  });
  const Region walks = line->region;
  std::vector<Resource> copies;
  for (const Value& each : eaches) {
    Resource& copy = copies.emplace_back(resource);
    std::erase_if(copy.attributes, [](const Entry& entry) { return entry.key == "for_each" || entry.key == "count"; });
    evaluator.evaluate(copy, directory, {name, &each});
    // The row that an instance is made from, and the line that names the table, decide together.
    for (Entry& made : copy.attributes) {
      const auto written = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                        [&](const Entry& entry) { return entry.key == made.key; });
      if (written != resource.attributes.end() && asks_for(written->value, name, deepest_choice))
        made.value.origins.push_back(walks);
    }
  }
  leave_choices(resource, name, copies);
  for (std::size_t i = 0; i < copies.size(); ++i)
    add(std::move(copies[i]), file, prefix + local_address(resource, directory.path) + key_of(eaches[i]),
        resource.scope);
}

/// What every copy knows of itself is theirs to tell: the original's text would differ with each element that comes or goes. Where all of them
/// have the same, it is the original's too.
void Expansion::leave_choices(Resource& resource, std::string_view name, const std::vector<Resource>& copies) {
  if (copies.empty()) return;
  for (Entry& entry : resource.attributes) {
    const bool own = entry.key != "for_each" && entry.key != "count" && chooses(entry.value, name);
    const bool known = own && std::all_of(copies.begin(), copies.end(), [&](const Resource& copy) {
                         const Value* value = find_attribute(copy, entry.key);
                         return value != nullptr && wholly_known(*value);
                       });
    if (!known) continue;
    const Value& first = *find_attribute(copies.front(), entry.key);
    const bool alike = copies.size() > 1 && std::all_of(copies.begin(), copies.end(), [&](const Resource& copy) {
                         return same_value(*find_attribute(copy, entry.key), first);
                       });
    if (alike) {  // said once, of all of them
      const bool hidden = entry.value.sensitive;
      entry.value = first;
      entry.value.reason = reasons::each_instance;
      entry.value.sensitive = entry.value.sensitive || hidden;
      continue;
    }
    Value left =
        unknown_value(entry.key + " of each instance", std::string(reasons::each_instance), entry.value.region);
    left.expression = Expression::Opaque;
    left.sensitive = entry.value.sensitive;
    entry.value = std::move(left);
  }
}

void Expansion::add(Resource copy, std::size_t file, std::string address, const std::string& scope) {
  if (copies_.size() >= most_copies) return;
  copy.address = std::move(address);
  copy.scope = scope;
  copy.subject = false;
  copy.expanded = true;
  copy.references.clear();  // they are the original's, which says them once
  copies_.emplace_back(file, std::move(copy));
}

namespace {

/// Ways to a directory, from its callers upwards: addresses and instances.
struct WayUp {
  std::string address;  ///< `module.shop.module.db`, without the root
  std::string instances;
  Region region;
  const Directory* at = nullptr;
  std::size_t levels = 0;
};

std::vector<Call> calls_of(const Directory& directory) {
  constexpr std::size_t most_calls = 256;
  std::vector<Call> calls;
  std::deque<WayUp> open;
  const auto up = [&](const WayUp& from) {
    for (const ModuleCall& caller : from.at->callers) {
      if (open.size() + calls.size() >= most_calls || from.levels >= deepest_way) return;
      WayUp next;
      next.address = "module." + caller.call->name + (from.address.empty() ? "" : "." + from.address);
      next.instances = caller.call->instances;
      if (!from.instances.empty()) next.instances += (next.instances.empty() ? "" : " ") + from.instances;
      next.region = from.at == &directory ? caller.call->header : from.region;
      next.at = caller.from;
      next.levels = from.levels + 1;
      open.push_back(std::move(next));
    }
  };
  up({{}, {}, {}, &directory, 0});
  while (!open.empty()) {
    const WayUp way = std::move(open.front());
    open.pop_front();
    if (way.at->callers.empty())
      calls.push_back({(way.at->path.empty() ? "" : way.at->path + ":") + way.address, way.instances, way.region});
    else
      up(way);
  }
  return calls;
}

}  // namespace

void note_calls(Scopes& scopes, std::span<LoweredFile> files) {
  std::map<const Directory*, std::vector<Call>> known;
  for (LoweredFile& file : files) {
    const Directory& directory = scopes.of(file.path);
    if (directory.callers.empty()) continue;
    const auto [found, fresh] = known.try_emplace(&directory);
    if (fresh) found->second = calls_of(directory);
    for (Resource& resource : file.model.resources) {
      if (resource.declares == Declares::Resource || resource.declares == Declares::Module ||
          resource.declares == Declares::Moved)
        resource.calls = found->second;
    }
  }
}

}  // namespace redtag::terraform
