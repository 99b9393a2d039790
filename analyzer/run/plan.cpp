#include "run/plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "delta/planned.h"
#include "run/lowering.h"
#include "run/plan_source.h"

namespace redtag {

namespace {

using terraform::Plan;
using terraform::PlannedChange;

bool does(const PlannedChange& change, std::string_view action) {
  return std::find(change.actions.begin(), change.actions.end(), action) != change.actions.end();
}

std::string key_of(const std::string& address) {
  const auto open = address.rfind('[');
  return !address.empty() && address.back() == ']' && open != std::string::npos
             ? address.substr(open + 1, address.size() - open - 2)
             : std::string();
}

/// A key as the text says it: an address quotes it.
std::string bare(std::string key) {
  const bool quoted = key.size() >= 2 && key.front() == '"' && key.back() == '"';
  return quoted ? key.substr(1, key.size() - 2) : key;
}

std::string sentence_of_keys(const std::vector<std::string>& keys) {
  constexpr std::size_t most = 8;
  std::string out = "these keys are gone: ";
  for (std::size_t i = 0; i < keys.size() && i < most; ++i) out += (i == 0 ? "" : ", ") + keys[i];
  return keys.size() > most ? out + " and " + std::to_string(keys.size() - most) + " more" : out;
}

/// Gives planned values the places where their text stands, block by block.
void place_entries(std::vector<Entry>& planned, const std::vector<Entry>& written) {
  std::map<std::string_view, std::size_t> seen;
  for (Entry& entry : planned) {
    std::size_t nth = seen[entry.key]++;
    for (const Entry& text : written) {
      if (text.key != entry.key || nth-- > 0) continue;
      entry.region = text.region;
      entry.value.region = text.value.region;
      place_entries(entry.value.entries, text.value.entries);
      break;
    }
  }
}

/// Instances of one declaration that meet the same fate for the same reasons.
struct Group {
  std::vector<const PlannedChange*> instances;
  std::vector<std::string> causes;
};

class Joiner {
 public:
  Joiner(const Plan& plan, std::string root, const Model& written, FileId file)
      : plan_(plan), root_(std::move(root)), nowhere_{file, Side::After, {0, 0}} {
    directories_ = module_directories(plan, root_);
    for (const Resource& resource : written.resources) {
      if (!resource.expanded) written_.emplace(resource.address, &resource);
    }
    for (const auto& [address, count] : plan.instances) standing_[place_of(address).address] += count;
  }

  std::vector<PlannedFate> join() {
    std::map<std::tuple<std::string, ResourceFate, std::string>, Group> groups;
    std::map<std::string, std::vector<const PlannedChange*>> modules;  // that go, by their address with keys
    for (const PlannedChange& change : plan_.changes) {
      const std::optional<ResourceFate> fate = fate_of(change);
      if (!fate) continue;
      if (change.reason == "delete_because_no_module") {  // told with the call that goes, as the text has it
        modules[module_of(change.address)].push_back(&change);
        continue;
      }
      std::string causes;
      for (const std::string& path : change.replace_paths) causes += path + "\n";
      Group& group = groups[{terraform::without_keys(change.address), *fate, causes}];
      group.instances.push_back(&change);
      group.causes = change.replace_paths;
    }
    for (const auto& [address, changes] : modules) add_module(address, changes);
    for (const auto& [key, group] : groups) add(std::get<0>(key), std::get<1>(key), group);
    return std::move(fates_);
  }

  Sides take_sides() { return std::move(sides_); }

 private:
  /// Where a declaration stands, in the words of the text's model.
  struct Placed {
    std::string scope;
    std::string address;
  };

  /// `module.shop["eu"].aws_x.y` → `module.shop["eu"]`.
  static std::string module_of(const std::string& address) {
    const std::string bare = terraform::without_keys(address);
    const auto last = bare.rfind("module.");
    const auto end = last == std::string::npos ? last : bare.find('.', last + 7);
    if (end == std::string::npos) return {};
    std::size_t at = 0, bare_at = 0;  // the same place in the address with its keys
    unsigned depth = 0;
    bool quoted = false;
    for (; at < address.size() && bare_at < end + 1; ++at) {
      if (address[at] == '"') quoted = !quoted;
      if (!quoted && address[at] == '[') ++depth;
      if (depth == 0) ++bare_at;
      if (!quoted && address[at] == ']' && depth > 0) --depth;
    }
    return address.substr(0, at == 0 ? 0 : at - 1);
  }

  [[nodiscard]] Placed place_of(const std::string& declaration) const {
    const std::string module = module_of(declaration);
    const auto directory = module.empty() ? directories_.end() : directories_.find(module);
    const bool local = directory != directories_.end();
    Placed placed;
    placed.scope = local ? directory->second : root_;
    placed.address = (placed.scope.empty() ? "" : placed.scope + ":") +
                     (local ? declaration.substr(module.size() + 1) : declaration);
    return placed;
  }

  static std::optional<ResourceFate> fate_of(const PlannedChange& change) {
    const bool goes = does(change, "delete"), comes = does(change, "create");
    if (does(change, "forget")) return ResourceFate::Forgotten;
    if (goes && comes) return ResourceFate::Replaced;
    if (goes) return ResourceFate::Removed;
    if (change.importing) return ResourceFate::Imported;
    if (comes) return ResourceFate::Added;
    if (!change.previous_address.empty()) return ResourceFate::Moved;
    if (does(change, "update")) return ResourceFate::Updated;
    return std::nullopt;
  }

  void add(const std::string& declaration, ResourceFate fate, const Group& group) {
    const PlannedChange& first = *group.instances.front();
    const Placed placed = place_of(declaration);
    PlannedFate planned;
    planned.fate = fate;
    planned.causes = group.causes;
    const bool keyed = !key_of(first.address).empty();
    const auto standing = standing_.find(placed.address);
    const bool others = standing != standing_.end() && standing->second > 0;
    if (fate == ResourceFate::Removed && others) {
      planned.fate = ResourceFate::Shrunk;
      std::vector<std::string> keys;
      for (const PlannedChange* change : group.instances)
        keys.push_back(keyed ? bare(key_of(change->address)) : change->address);
      std::sort(keys.begin(), keys.end());
      planned.because = sentence_of_keys(keys);
    }
    const std::size_t affected = group.instances.size();
    const auto make = [&](const std::vector<Entry>& attributes) {
      Resource resource;
      resource.stack = Stack::Terraform;
      resource.type = first.type;
      resource.name = first.name;
      resource.scope = placed.scope;
      resource.address = placed.address;
      resource.attributes = attributes;
      if (affected > 1) resource.instances = "count=" + std::to_string(affected);
      resource.region = resource.header = nowhere_;
      if (const Resource* text = written(placed.address)) {
        resource.region = text->region;
        resource.header = text->header;
        place_entries(resource.attributes, text->attributes);
      }
      return resource;
    };
    if (fate != ResourceFate::Added && fate != ResourceFate::Imported)
      planned.before = put(sides_.before, make(first.before));
    const bool stands = fate != ResourceFate::Removed && fate != ResourceFate::Forgotten;
    if (stands || planned.fate == ResourceFate::Shrunk) planned.after = put(sides_.after, make(first.after));
    fates_.push_back(std::move(planned));
  }

  /// A module call that goes: one change for the call, as the text would have it.
  void add_module(const std::string& address, const std::vector<const PlannedChange*>& changes) {
    const std::string bare = terraform::without_keys(address);
    const auto above = bare.rfind(".module.");
    const std::string around = above == std::string::npos ? std::string() : bare.substr(0, above);
    const auto directory = directories_.find(around);
    Resource call;
    call.stack = Stack::Terraform;
    call.declares = Declares::Module;
    call.type = "module";
    call.scope = directory == directories_.end() ? root_ : directory->second;
    const std::string local = directory == directories_.end() ? bare : bare.substr(around.size() + 1);
    call.name = bare.substr(bare.rfind('.') + 1);
    call.address = (call.scope.empty() ? "" : call.scope + ":") + local;
    if (!told_modules_.insert(call.address).second) return;
    PlannedFate planned;
    const bool others = std::any_of(plan_.instances.begin(), plan_.instances.end(),
                                    [&](const auto& standing) { return standing.first.starts_with(bare + "."); });
    planned.fate = others ? ResourceFate::Shrunk : ResourceFate::Removed;
    if (others) planned.because = sentence_of_keys({key_of(address)});
    if (!others)
      planned.because = "with it goes " + changes.front()->address +
                        (changes.size() > 1 ? " and " + std::to_string(changes.size() - 1) + " more" : "");
    call.region = call.header = nowhere_;
    if (const Resource* text = written(call.address)) {
      call.region = text->region;
      call.header = text->header;
    }
    // What goes with it has no fate of its own; its type tells what is lost.
    for (const PlannedChange* change : changes) {
      Resource inner;
      inner.stack = Stack::Terraform;
      inner.type = change->type;
      inner.name = change->name;
      inner.scope = call.scope;
      inner.address = call.address + "." + change->type + "." + change->name;
      inner.region = inner.header = nowhere_;
      put(sides_.before, std::move(inner));
    }
    if (others) planned.after = put(sides_.after, call);
    planned.before = put(sides_.before, std::move(call));
    fates_.push_back(std::move(planned));
  }

  [[nodiscard]] const Resource* written(const std::string& address) const {
    const auto found = written_.find(address);
    return found == written_.end() ? nullptr : found->second;
  }

  static ResourceId put(Model& model, Resource resource) {
    model.resources.push_back(std::move(resource));
    return {static_cast<std::uint32_t>(model.resources.size() - 1)};
  }

  const Plan& plan_;
  std::string root_;
  Region nowhere_;  ///< the plan itself, for what stands in no text
  std::map<std::string, std::string> directories_;
  std::map<std::string, const Resource*> written_;
  std::map<std::string, std::uint64_t> standing_;  ///< declarations: instances that stand afterwards
  std::set<std::string> told_modules_;
  std::vector<PlannedFate> fates_;
  Sides sides_;
};

FileChange plan_file(const std::string& name, std::size_t id) {
  FileChange file;
  file.id = FileId{static_cast<std::uint32_t>(id)};
  file.before_path = file.after_path = name;
  file.before.kind = file.after.kind = ImageKind::Whole;
  return file;
}

}  // namespace

Expected<Analysis> analyse_plan(const PlanInput& input, const FactTables& facts, const RunOptions& options) {
  RT_TRY(const Plan plan, terraform::read_plan(input.text, input.name));
  Analysis analysis;
  std::string root = input.root;
  if (input.tree != nullptr) {
    if (root.empty()) root = find_planned_root(plan, *input.tree).value_or("");
    std::set<std::string> directories{root};
    for (const auto& [address, directory] : module_directories(plan, root)) directories.insert(directory);
    analysis.changes.files = planned_files({directories.begin(), directories.end()}, *input.tree);
    RT_TRY(lower_both_sides(analysis, *input.tree, facts, options));
  }
  analysis.changes.files.push_back(plan_file(input.name, analysis.changes.files.size()));
  Joiner joiner(plan, root, analysis.sides.after, analysis.changes.files.back().id);
  const std::vector<PlannedFate> fates = joiner.join();
  analysis.sides = joiner.take_sides();
  analysis.delta = compare_planned(analysis.sides, fates, facts);
  return analysis;
}

Expected<Review> run_plan(const PlanInput& input, const CheckSet& checks, const Policy& policy,
                          const RunOptions& options) {
  RT_TRY(const FactTables facts, fact_tables_of(checks));
  RT_TRY(Analysis analysis, analyse_plan(input, facts, options));
  MemoryTree nothing({});
  SourceTree& tree = input.tree != nullptr ? *input.tree : static_cast<SourceTree&>(nothing);
  return review(std::move(analysis), {tree, facts, checks, policy}, options);
}

}  // namespace redtag
