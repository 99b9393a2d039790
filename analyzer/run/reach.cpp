#include "run/reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/path.h"
#include "graph/names.h"
#include "graph/reach.h"
#include "graph/tables.h"
#include "run/nearby.h"
#include "run/reach_words.h"
#include "run/whole_tree.h"
#include "trait/environment.h"

namespace redtag {

namespace {

constexpr std::size_t shown_dependents = 8;
constexpr std::size_t shown_callers = 6;
constexpr std::size_t searched_bytes = std::size_t{512} << 10;
constexpr std::size_t searched_bytes_per_file = std::size_t{64} << 10;
constexpr std::size_t graph_files = 32;
constexpr std::size_t graph_files_per_file = 8;
constexpr std::size_t searched_bytes_where_severe = std::size_t{4} << 20;
constexpr std::size_t most_subjects =
    200;  // findings that a graph is asked about; a change of more is bad enough without

const Resource* resource_at(const Model& model, const std::string& address) {
  const auto found = std::find_if(model.resources.begin(), model.resources.end(),
                                  [&](const Resource& resource) { return resource.address == address; });
  return found == model.resources.end() ? nullptr : &*found;
}

/// One side's files and their graph.
struct SideGraph {
  TreeModel tree;
  Graph graph;
};

/// A dependent as both sides together see it.
struct Use {
  Side side = Side::After;  ///< where it says so
  Dependent dependent;
  bool direct = false;
};

class ReachFinder {
 public:
  ReachFinder(std::vector<Finding>& findings, Analysis& analysis, SourceTree& before, const FactTables& facts,
              const RunOptions& options)
      : findings_(findings),
        analysis_(analysis),
        before_(before),
        after_(before, analysis.changes, Side::After),
        facts_(facts),
        options_(options) {}

  Expected<void> run() {
    Interest interest = interest_of_findings();
    if (interest.directories.empty()) return {};
    NearbyFiles nearby = find_nearby_files(after_, interest, options_);
    RT_TRY(build(nearby));
    // Who calls the callers is known by now, and may stand in files that do not name what they call in the end.
    if (add_callers(interest)) {
      nearby = find_nearby_files(after_, interest, options_);
      RT_TRY(build(nearby));
    }
    complete_ = nearby.complete;
    for (Finding& finding : findings_) tell(finding);
    return {};
  }

 private:
  /// Where the findings' entities stand and what they are called. Nothing at all where no finding names an entity that could be used.
  [[nodiscard]] Interest interest_of_findings() const {
    Interest interest;
    std::size_t subjects = 0;
    for (const Finding& finding : findings_) {
      if (finding.entity.empty() || !finding.region.valid() || subjects == most_subjects) continue;
      std::vector<std::string> names;
      const Resource* resource = resource_at(analysis_.sides.before, finding.entity);
      if (resource == nullptr) resource = resource_at(analysis_.sides.after, finding.entity);
      if (resource != nullptr) {
        for (std::string& name : outside_names(*resource)) {
          if (is_distinctive(name)) names.push_back(std::move(name));
        }
      } else if (const Procedure* function = function_of(finding)) {
        interest.functions.insert(last_part(function->address));
      } else {
        for_each_name(finding.entity, [&](std::string_view piece) {
          if (is_distinctive(piece)) names.emplace_back(piece);
        });
        if (!add_words(stored_in(finding), interest) && names.empty()) continue;
      }
      ++subjects;
      const FileChange& file = analysis_.changes.file(finding.region.file);
      interest.directories.insert(directory_of(file.shown_path()));
      interest.names.insert(names.begin(), names.end());
    }
    limit(interest);
    return interest;
  }

  /// The function of compiled code that a finding speaks of, or that runs the operation it speaks of; nullptr for none.
  [[nodiscard]] const Procedure* function_of(const Finding& finding) const {
    if (!finding.rule.starts_with("cpp/") || !finding.region.valid()) return nullptr;
    for (const Side side : {Side::After, Side::Before}) {
      const Model& model = analysis_.sides.model(side);
      for (const Procedure& procedure : model.procedures) {
        if (procedure.stack == Stack::Cpp && procedure.subject && procedure.address == finding.entity)
          return &procedure;
      }
      for (const Operation& operation : model.operations) {
        if (operation.stack == Stack::Cpp && operation.region == finding.region && operation.procedure.valid())
          return &model.procedures[operation.procedure.value];
      }
    }
    return nullptr;
  }

  static std::string last_part(const std::string& symbol) {
    const std::size_t colons = symbol.rfind("::");
    return colons == std::string::npos ? symbol : symbol.substr(colons + 2);
  }

  /// Adds the functions that call what the findings speak of; false where there are none that were not looked for.
  [[nodiscard]] bool add_callers(Interest& interest) const {
    constexpr std::size_t most_functions = 64;
    if (interest.functions.empty()) return false;
    const std::size_t known = interest.functions.size();
    for (const Finding& finding : findings_) {
      const Procedure* function = function_of(finding);
      const auto node = function == nullptr ? std::nullopt : graph(Side::After).find(function->address);
      if (!node) continue;
      for (const Dependent& user : reach_of(graph(Side::After), *node).direct) {
        if (interest.functions.size() < most_functions && !in_a_test(user.node, Side::After))
          interest.functions.insert(last_part(graph(Side::After).nodes()[user.node].address));
      }
    }
    return interest.functions.size() > known;
  }

  /// Functions of tests call much that they put at no risk.
  [[nodiscard]] bool in_a_test(NodeId node, Side side) const {
    const GraphNode& one = graph(side).nodes()[node];
    return one.stack == Stack::Cpp && one.region.valid() &&
           is_test_source(sides_[static_cast<std::size_t>(side)].tree.files[one.region.file.value]);
  }

  /// In proportion to the change; but what will keep somebody busy with a clearance may take some time here.
  void limit(Interest& interest) const {
    const auto counted = std::count_if(analysis_.changes.files.begin(), analysis_.changes.files.end(),
                                       [](const FileChange& file) { return !file.is_context(); });
    const auto changed = static_cast<std::size_t>(counted);
    interest.bytes = searched_bytes + searched_bytes_per_file * changed;
    interest.files = graph_files + graph_files_per_file * changed;
    const bool severe = std::any_of(findings_.begin(), findings_.end(),
                                    [](const Finding& finding) { return finding.severity >= Severity::High; });
    if (!severe) return;
    interest.bytes = std::max(interest.bytes, searched_bytes_where_severe);
    interest.files = limits::graph_files;
  }

  /// The statement that drops or alters a table or column that a finding speaks of; nullptr for anything else.
  [[nodiscard]] const Operation* stored_in(const Finding& finding) const {
    for (const Operation& operation : analysis_.sides.after.operations) {
      if (operation.region != finding.region || !operation.target.known()) continue;
      const bool stored = operation.object == "column" || operation.object == "table" || operation.object == "view" ||
                          operation.object == "collection" || operation.object == "schema" ||
                          operation.object == "type";
      if (stored && finding.entity.ends_with(operation.target.text)) return &operation;
    }
    return nullptr;
  }

  /// What programs call it; false where there is nothing to call.
  static bool add_words(const Operation* stored, Interest& interest) {
    if (stored == nullptr) return false;
    const std::string last = stored->target.text.substr(stored->target.text.rfind('.') + 1);
    if (stored->object == "column") {
      interest.words.insert(last);
    } else {
      for (std::string& form : forms_of_table(last)) interest.words.insert(std::move(form));
    }
    return true;
  }

  Expected<void> build(const NearbyFiles& nearby) {
    std::vector<Path> was = nearby.files;
    for (const FileChange& file : analysis_.changes.files) {
      if (!file.is_context() && file.before_path) was.push_back(*file.before_path);
    }
    std::sort(was.begin(), was.end());
    was.erase(std::unique(was.begin(), was.end()), was.end());
    ChangedTree start(before_, analysis_.changes, Side::Before);  // a patch shows what its tree may not have
    RT_TRY(sides_[0].tree, lower_tree(start, Side::Before, was, facts_, options_, analysis_.lowered));
    RT_TRY(sides_[1].tree, lower_tree(after_, Side::After, nearby.files, facts_, options_, analysis_.lowered));
    for (SideGraph& side : sides_) {
      side.graph = build_graph(side.tree.model);
      for (const Path& path : side.tree.unfinished) {
        analysis_.complete = false;
        analysis_.incomplete_because.push_back(path + ": the analysis did not end within the time limit");
      }
    }
    return {};
  }

  [[nodiscard]] const Graph& graph(Side side) const { return sides_[static_cast<std::size_t>(side)].graph; }

  /// The node that a finding speaks of: its address; or the declaration that one of many instances is made from; or the thing whose
  /// name its operand writes.
  [[nodiscard]] std::optional<NodeId> node_of(const Finding& finding, Side side) const {
    if (const auto found = graph(side).find(finding.entity)) return found;
    if (const Procedure* function = function_of(finding)) return graph(side).find(function->address);
    const Resource* resource = resource_at(analysis_.sides.model(side), finding.entity);
    if (resource != nullptr) return declared_at(resource->header, side);
    if (const Operation* stored = stored_in(finding)) return graph(side).find(stored->target.text);
    std::optional<NodeId> named;
    for_each_name(finding.entity, [&](std::string_view piece) {
      const auto nodes = graph(side).named(piece);
      if (!named && nodes.size() == 1 && is_distinctive(piece)) named = nodes.front();
    });
    return named ? named : procedure_at(finding, side);
  }

  /// What runs the operation that a finding speaks of: who calls it is reached by what it does.
  [[nodiscard]] std::optional<NodeId> procedure_at(const Finding& finding, Side side) const {
    if (!finding.region.valid() || finding.region.side != side) return std::nullopt;
    const auto& path = analysis_.changes.file(finding.region.file).path(side);
    const std::vector<Path>& files = sides_[static_cast<std::size_t>(side)].tree.files;
    const GraphNode* narrowest = nullptr;
    for (const GraphNode& node : graph(side).nodes()) {
      const ByteRange& bytes = node.region.bytes;
      const bool holds = node.kind == NodeKind::Procedure && node.region.valid() &&
                         bytes.begin <= finding.region.bytes.begin && finding.region.bytes.end <= bytes.end;
      if (!holds || !path || files[node.region.file.value] != *path) continue;
      if (narrowest == nullptr || bytes.size() < narrowest->region.bytes.size()) narrowest = &node;
    }
    return narrowest == nullptr ? std::nullopt : graph(side).find(narrowest->address);
  }

  [[nodiscard]] std::optional<NodeId> declared_at(const Region& header, Side side) const {
    if (!header.valid()) return std::nullopt;
    const auto& path = analysis_.changes.file(header.file).path(side);
    const std::vector<Path>& files = sides_[static_cast<std::size_t>(side)].tree.files;
    const std::vector<GraphNode>& nodes = graph(side).nodes();
    for (NodeId node = 0; path && node < nodes.size(); ++node) {
      const Region& region = nodes[node].region;
      if (region.valid() && region.bytes == header.bytes && files[region.file.value] == *path) return node;
    }
    return std::nullopt;
  }

  void tell(Finding& finding) {
    ReachWords words;
    std::map<std::string, Use> uses;
    std::optional<Reached> widest;
    Side widest_side = Side::After;
    std::size_t perhaps = 0;
    for (const Side side : {Side::After, Side::Before}) {
      const auto node = node_of(finding, side);
      if (!node) continue;
      Reached reach = reach_of(graph(side), *node);
      if (side == Side::After) add_entries(finding, reach, words);
      collect(reach.direct, side, true, uses);
      collect(reach.indirect, side, false, uses);
      perhaps = std::max(perhaps, reach.perhaps.size());
      if (widest && widest->instances >= reach.instances) continue;
      widest = std::move(reach);
      widest_side = side;
    }
    if (!widest) return;
    words.complete = complete_ && !widest->at_least;
    words.perhaps = perhaps;
    count(finding, uses, words);
    keep_decided(finding, *widest);
    // One instance of a declaration has its users, but is not all the others.
    if (graph(widest_side).find(finding.entity)) count(finding, *widest, widest_side, words);
    lower_by_roots(finding);
    finding.reach_text = in_words(words);
  }

  /// Functions that lead to it and that nothing calls: what the program is entered by, or hands to somebody else to call.
  void add_entries(Finding& finding, const Reached& reach, ReachWords& words) {
    constexpr std::size_t shown_entries = 3;
    const Graph& whole = graph(Side::After);
    for (const std::vector<Dependent>* found : {&reach.direct, &reach.indirect}) {
      for (const Dependent& one : *found) {
        const GraphNode& node = whole.nodes()[one.node];
        const bool entry =
            node.stack == Stack::Cpp && node.kind == NodeKind::Procedure && whole.users_of(one.node).empty();
        if (!entry || in_a_test(one.node, Side::After)) continue;
        words.entries.push_back(node.address);
        if (words.entries.size() <= shown_entries)
          add_evidence(finding, Side::After, node.region, node.address + " leads to it");
      }
    }
    std::sort(words.entries.begin(), words.entries.end());
  }

  /// What stands after the change and used the entity on either side. What goes with it in the same change needs it no more.
  void collect(const std::vector<Dependent>& found, Side side, bool direct, std::map<std::string, Use>& uses) const {
    for (const Dependent& one : found) {
      const std::string& address = graph(side).nodes()[one.node].address;
      if (in_a_test(one.node, side)) continue;
      if (side == Side::Before && !graph(Side::After).find(address)) continue;
      const auto [use, fresh] = uses.emplace(address, Use{side, one, direct});
      if (!fresh && direct && !use->second.direct) use->second = Use{side, one, direct};
    }
  }

  void count(Finding& finding, const std::map<std::string, Use>& uses, ReachWords& words) {
    for (const auto& [address, use] : uses) {
      if (address == finding.entity) continue;
      if (!use.direct) {
        ++words.indirect;
        continue;
      }
      words.users.push_back(address);
      if (words.users.size() > shown_dependents) continue;
      const GraphEdge& edge = graph(use.side).edges()[use.dependent.edge];
      const std::string how = edge.through.empty() ? "" : " (" + edge.through + ")";
      add_evidence(finding, use.side, edge.region, address + " uses it" + how);
    }
    finding.dependents = std::max(finding.dependents, static_cast<std::uint32_t>(words.users.size()));
    finding.indirect_dependents = std::max(finding.indirect_dependents, static_cast<std::uint32_t>(words.indirect));
  }

  /// What a root hands to a module is decided for that root: the others give what they gave. Only those count in which something changed.
  /// False where no root decides it.
  bool keep_decided(const Finding& finding, Reached& reach) const {
    if (!finding.region.valid()) return false;
    const auto folder = [](std::string_view path) {
      const auto slash = path.rfind('/');
      return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    };
    std::set<std::string_view> changed;
    for (const FileChange& file : analysis_.changes.files) {
      if (!file.is_context()) changed.insert(folder(file.shown_path()));
    }
    const std::string_view place = folder(analysis_.changes.file(finding.region.file).shown_path());
    const bool of_root = std::any_of(reach.roots.begin(), reach.roots.end(),
                                     [&](const RootInstances& root) { return root.scope == place; });
    if (!of_root || reach.roots.size() < 2) return of_root;
    std::erase_if(reach.roots, [&](const RootInstances& root) { return !changed.contains(root.scope); });
    reach.instances = 0;
    for (const RootInstances& root : reach.roots) reach.instances += root.instances;
    return true;
  }

  /// Where nothing else says, and the roots that decide it were low environments before the change and are now, it is no more than that.
  /// Not for what the module itself says: others may bring it in from another repository, or from this one at another commit.
  void lower_by_roots(Finding& finding) const {
    if (finding.environment != Environment::Unknown || !complete_ || !graph(Side::Before).find(finding.entity)) return;
    std::optional<Environment> worst;
    for (const Side side : {Side::Before, Side::After}) {
      const auto node = node_of(finding, side);
      if (!node) continue;
      Reached reach = reach_of(graph(side), *node);
      if (!keep_decided(finding, reach)) return;
      for (const RootInstances& root : reach.roots) {
        const GraphNode& caller = graph(side).nodes()[root.caller];
        const Environment here = environment_of(root, caller, side);
        if (root.caller == *node || !low_environment(here)) return;
        worst = worst ? worse(*worst, here) : here;
      }
    }
    if (!worst) return;
    finding.environment = *worst;
    finding.environment_proven = true;
  }

  void count(Finding& finding, const Reached& reach, Side side, ReachWords& words) {
    finding.instances = std::max(finding.instances, static_cast<std::uint32_t>(reach.instances));
    words.instances = reach.instances;
    words.roots = reach.roots.size();
    const bool called = reach.roots.size() > 1 ||
                        reach.roots.front().scope != graph(side).nodes()[reach.roots.front().caller].scope ||
                        graph(side).nodes()[reach.roots.front().caller].kind == NodeKind::Container;
    if (!called) {
      words.roots = 0;
      return;
    }
    Environment worst = Environment::Unknown;
    bool any = false;
    std::map<Environment, std::size_t> shown;
    std::size_t evidence = 0;
    for (const RootInstances& root : reach.roots) {
      const GraphNode& caller = graph(side).nodes()[root.caller];
      const Environment environment = environment_of(root, caller, side);
      words.environments[environment] += root.instances;
      worst = any ? worse(worst, environment) : environment;
      any = true;
      if (shown[environment]++ >= 2 || evidence++ >= shown_callers) continue;
      const std::string named =
          environment == Environment::Unknown ? "" : " (" + std::string(environment_name(environment)) + ")";
      add_evidence(finding, side, caller.region, caller.address + " brings it in" + named);
    }
    const bool told = worst == Environment::Production || worst == Environment::Shared;
    if (told && finding.environment == Environment::Unknown) finding.environment = worst;
    // A module is where its callers are, whatever its directory is called.
    if (low_environment(finding.environment) && !low_environment(worst)) {
      finding.environment = worst;
      finding.environment_proven = false;
    }
  }

  /// By the root's path and the call's name, else by what its back end, provider or the call's arguments are called.
  [[nodiscard]] Environment environment_of(const RootInstances& root, const GraphNode& caller, Side side) const {
    const Environment said = environment_in(root.scope + "/" + caller.name);
    if (said != Environment::Unknown) return said;
    Environment found = Environment::Unknown;
    for (const Resource& resource : sides_[static_cast<std::size_t>(side)].tree.model.resources) {
      if (resource.scope != root.scope) continue;
      const bool root_wide = resource.declares == Declares::Backend || resource.declares == Declares::Provider;
      if (!root_wide && resource.address != caller.address) continue;
      for (const Entry& entry : resource.attributes) {
        const bool text = entry.value.known() && entry.value.shape == Shape::Scalar && entry.key != "source";
        const Environment here = text ? environment_in(entry.value.text) : Environment::Unknown;
        if (here != Environment::Unknown) found = found == Environment::Unknown ? here : worse(found, here);
      }
    }
    return found;
  }

  void add_evidence(Finding& finding, Side side, const Region& region, std::string sentence) {
    const Region placed = place(side, region);
    if (!placed.valid()) return;
    const bool there = std::any_of(finding.evidence.begin(), finding.evidence.end(),
                                   [&](const Evidence& known) { return known.region == placed; });
    if (!there) finding.evidence.push_back({placed, std::move(sentence)});
  }

  /// The region in the change set, with its file added as context if it is not there yet.
  Region place(Side side, Region region) {
    if (!region.valid()) return region;
    const TreeModel& tree = sides_[static_cast<std::size_t>(side)].tree;
    const Path& path = tree.files[region.file.value];
    if (file_ids_[0].empty() && file_ids_[1].empty()) index_files();
    auto& ids = file_ids_[static_cast<std::size_t>(side)];
    const auto known = ids.find(path);
    if (known == ids.end()) {
      FileChange file;
      file.id = FileId{static_cast<std::uint32_t>(analysis_.changes.files.size())};
      file.status = ChangeStatus::Unchanged;
      file.before_path = file.after_path = path;
      file.before.kind = file.after.kind = ImageKind::Whole;
      file.before.text = file.after.text = tree.texts[region.file.value];
      for (auto& side_ids : file_ids_) side_ids.emplace(path, file.id);
      region.file = file.id;
      analysis_.changes.files.push_back(std::move(file));
    } else {
      region.file = known->second;
    }
    return region;
  }

  void index_files() {
    for (const FileChange& file : analysis_.changes.files) {
      if (file.before_path) file_ids_[0].emplace(*file.before_path, file.id);
      if (file.after_path) file_ids_[1].emplace(*file.after_path, file.id);
    }
  }

  std::vector<Finding>& findings_;
  Analysis& analysis_;
  SourceTree& before_;
  ChangedTree after_;
  const FactTables& facts_;
  const RunOptions& options_;
  SideGraph sides_[2];
  std::map<Path, FileId> file_ids_[2];
  bool complete_ = true;
};

}  // namespace

Expected<void> add_reach(std::vector<Finding>& findings, Analysis& analysis, SourceTree& before,
                         const FactTables& facts, const RunOptions& options) {
  if (findings.empty() || !analysis.complete) return {};  // what the clock had to end once, it would have to end again
  return ReachFinder(findings, analysis, before, facts, options).run();
}

}  // namespace redtag
