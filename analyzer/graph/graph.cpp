#include "graph/graph.h"

#include <algorithm>
#include <tuple>

#include "base/limits.h"
#include "graph/names.h"
#include "graph/tables.h"

namespace redtag {

namespace {

constexpr std::size_t most_namesakes = 4;  // a name that more things have says nothing
constexpr std::size_t most_functions_of_a_name = 8;
constexpr std::string_view by_name_of_function = "call";

NodeKind kind_of(Declares declares) {
  switch (declares) {
    case Declares::Resource:
    case Declares::Table: return NodeKind::Thing;
    case Declares::Data: return NodeKind::LookUp;
    case Declares::Module: return NodeKind::Container;
    case Declares::Setting:
    case Declares::Backend:
    case Declares::Provider:
    case Declares::Moved:
    case Declares::Removed:
    case Declares::Import: break;
  }
  return NodeKind::Setting;
}

std::string in_scope(std::string_view scope, std::string_view target) {
  return scope.empty() ? std::string(target) : std::string(scope) + ":" + std::string(target);
}

}  // namespace

std::optional<NodeId> Graph::find(std::string_view address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? std::nullopt : std::optional(found->second);
}

std::span<const NodeId> Graph::named(std::string_view name) const {
  const auto found = names_.find(name);
  const bool says_something = found != names_.end() && found->second.size() <= most_namesakes;
  return says_something ? std::span<const NodeId>(found->second) : std::span<const NodeId>();
}

std::span<const NodeId> Graph::callers_of(std::string_view scope) const {
  const auto found = callers_.find(scope);
  return found == callers_.end() ? std::span<const NodeId>() : std::span<const NodeId>(found->second);
}

/// Nodes first, then all that names them, then the edges.
class GraphBuilder {
 public:
  explicit GraphBuilder(const Model& model) : model_(model) {}

  Graph build() {
    for (const Resource& resource : model_.resources) add_node(resource);
    for (const Procedure& procedure : model_.procedures) add_node(procedure);
    Tables tables = tables_of(model_);
    for (GraphNode& table : tables.nodes) {
      if (!graph_.find(table.address)) add(std::move(table));
    }
    for (NodeId node = 0; node < model_.resources.size(); ++node) publish(model_.resources[node], node);
    for (std::size_t i = 0; i < model_.procedures.size(); ++i)
      publish(model_.procedures[i].references, procedure_node(i));
    for (NodeId node = 0; node < model_.resources.size(); ++node) {
      for (const Reference& reference : model_.resources[node].references)
        refer(node, model_.resources[node].scope, reference);
    }
    for (std::size_t i = 0; i < model_.procedures.size(); ++i) {
      for (const Reference& reference : model_.procedures[i].references) refer(procedure_node(i), {}, reference);
    }
    link_resolved();
    for (const TableUse& use : tables.uses) link(use);
    for (NodeId node = 0; node < model_.resources.size(); ++node) read_names(model_.resources[node], node);
    for (const Operation& operation : model_.operations) read_names(operation);
    index();
    return std::move(graph_);
  }

 private:
  [[nodiscard]] NodeId procedure_node(std::size_t index) const {
    return static_cast<NodeId>(model_.resources.size() + index);
  }

  void add_node(const Resource& resource) {
    GraphNode node{kind_of(resource.declares),
                   resource.stack,
                   resource.type,
                   resource.name,
                   resource.address,
                   resource.scope,
                   resource.instances,
                   resource.header.valid() ? resource.header : resource.region};
    scopes_.insert(resource.scope);
    add(std::move(node));
    if (resource.type == "output") outputs_[{resource.scope, resource.name}] = last();
    if (resource.type == "variable") variables_[{resource.scope, resource.name}] = last();
  }

  void add_node(const Procedure& procedure) {
    add({NodeKind::Procedure,
         procedure.stack,
         "procedure",
         procedure.address,
         procedure.address,
         {},
         {},
         procedure.region});
  }

  void add(GraphNode node) {
    const auto id = static_cast<NodeId>(graph_.nodes_.size());
    if (!node.address.empty()) graph_.by_address_.emplace(node.address, id);
    graph_.nodes_.push_back(std::move(node));
  }

  [[nodiscard]] NodeId last() const { return static_cast<NodeId>(graph_.nodes_.size() - 1); }

  /// What a resource is called elsewhere.
  void publish(const Resource& resource, NodeId node) {
    for (const std::string& name : outside_names(resource)) graph_.names_[name].push_back(node);
    publish(resource.references, node);
  }

  void publish(const std::vector<Reference>& references, NodeId node) {
    for (const Reference& reference : references) {
      if (reference.through.empty()) aliases_[reference.target].push_back(node);
    }
  }

  void link(NodeId user, NodeId used, Link how, Certainty certainty, std::string_view through, Region region) {
    if (user == used || graph_.edges_.size() >= limits::graph_edges) return;
    if (!linked_.insert({user, used}).second) return;  // the first and surest says enough
    graph_.edges_.push_back({user, used, how, certainty, std::string(through), region});
  }

  void link(const TableUse& use) {
    const auto user = graph_.find(use.user), used = graph_.find(use.used);
    if (user && used) link(*user, *used, use.link, use.certainty, use.through, use.region);
  }

  /// The node of a target as written in a scope. Steps behind what is declared are left out one by one: they name attributes.
  [[nodiscard]] std::optional<NodeId> resolve(std::string_view scope, std::string_view target,
                                              std::string_view& rest) const {
    for (std::string_view head = target; !head.empty();) {
      rest = target.substr(head.size());
      if (const auto found = graph_.find(in_scope(scope, head))) return found;
      if (const auto found = graph_.find(head)) return found;
      const std::size_t dot = head.find_last_of(".[");
      head = dot == std::string_view::npos ? std::string_view() : head.substr(0, dot);
    }
    return std::nullopt;
  }

  /// A path that may be relative to the directory of the file that writes it.
  [[nodiscard]] std::optional<NodeId> beside(std::string_view file, std::string_view target) const {
    const std::size_t slash = file.rfind('/');
    if (slash == std::string_view::npos) return std::nullopt;
    return graph_.find(std::string(file.substr(0, slash + 1)) + std::string(target));
  }

  void refer(NodeId user, std::string_view scope, const Reference& reference) {
    if (reference.through.empty() || reference.through == plain_word) return;
    const auto alias = aliases_.find(reference.target);
    if (alias != aliases_.end() && reference.through.starts_with(by_name_of_function)) {
      // Whichever function of the name it is: one of a class and of those derived from it, as a rule.
      const std::vector<NodeId>& named = alias->second;
      if (named.size() > most_functions_of_a_name) return;
      const Certainty certainty = reference.through != by_name_of_function ? Certainty::Partial
                                  : named.size() == 1                      ? Certainty::Exact
                                                                           : Certainty::Likely;
      for (const NodeId used : named) link(user, used, Link::Reference, certainty, reference.through, reference.region);
      return;
    }
    if (alias != aliases_.end()) {
      for (const NodeId used : alias->second)
        link(user, used, Link::Reference, Certainty::Exact, reference.through, reference.region);
      if (!alias->second.empty()) portals_[user] = graph_.nodes_[alias->second.front()].scope;
      return;
    }
    if (graph_.nodes_[user].kind == NodeKind::Container && scopes_.contains(reference.target)) {
      graph_.callers_[reference.target].push_back(user);
      portals_[user] = reference.target;
      return;
    }
    std::string_view rest;
    std::optional<NodeId> used = resolve(scope, reference.target, rest);
    if (!used && graph_.nodes_[user].kind == NodeKind::Procedure)
      used = beside(graph_.nodes_[user].address, reference.target);
    if (used) resolved_.push_back({user, *used, std::string(rest), &reference});
  }

  /// A value that comes out of another scope, or goes into one, comes from what stands there: who reads one output of a module does
  /// not use the others, and an argument is used where the variable is.
  void link_resolved() {
    for (const Resolved& one : resolved_) {
      const NodeId used = output_behind(one).value_or(one.used);
      link(one.user, used, Link::Reference, Certainty::Exact, one.reference->through, one.reference->region);
      const auto into = portals_.find(one.user);
      if (into == portals_.end() || graph_.nodes_[one.user].kind != NodeKind::Container) continue;
      const std::string argument = one.reference->through.substr(0, one.reference->through.find_first_of(".["));
      const auto variable = variables_.find({into->second, argument});
      if (variable != variables_.end())
        link(variable->second, used, Link::Reference, Certainty::Exact, one.reference->through, one.reference->region);
    }
  }

  void read_names(const Resource& resource, NodeId user) {
    if (graph_.names_.empty() || resource.declares == Declares::Setting) return;
    std::vector<const Value*> open;
    for (const Entry& entry : resource.attributes) {
      const bool own = resource.declares == Declares::Resource && is_one_name(entry.value.text) &&
                       names_itself(entry.key, resource.type);
      if (own) continue;  // another thing of the same name
      open.assign(1, &entry.value);
      while (!open.empty()) {
        const Value& value = *open.back();
        open.pop_back();
        for (const Value& item : value.items) open.push_back(&item);
        for (const Entry& inner : value.entries) open.push_back(&inner.value);
        if (value.known() && value.shape == Shape::Scalar && !value.sensitive)
          read_names(user, resource.type, entry.key, value);
      }
    }
  }

  void read_names(const Operation& operation) {
    if (graph_.names_.empty() || !operation.procedure.valid()) return;
    const NodeId user = procedure_node(operation.procedure.value);
    const auto read = [&](const Value& value) {
      if (value.known() && value.shape == Shape::Scalar) read_names(user, {}, operation.program, value);
    };
    read(operation.target);
    for (const Value& argument : operation.arguments) read(argument);
  }

  void read_names(NodeId user, std::string_view type, std::string_view key, const Value& value) {
    for_each_name(value.text, [&](std::string_view piece) {
      const std::span<const NodeId> namesakes = graph_.named(piece);
      for (const NodeId used : namesakes) {
        const GraphNode& node = graph_.nodes_[used];
        const bool same_type = node.type == type;  // a look-up of that very type, by that very name
        if (!same_type && !is_distinctive(piece)) continue;
        const bool sure = namesakes.size() == 1 && (same_type || names_itself(key, node.type) || piece.size() >= 12);
        link(user, used, Link::Name, sure ? Certainty::Likely : Certainty::Partial, key, value.region);
      }
    });
  }

  void index() {
    const std::vector<GraphNode>& nodes = graph_.nodes_;
    graph_.users_.resize(nodes.size());
    graph_.uses_.resize(nodes.size());
    for (std::uint32_t i = 0; i < graph_.edges_.size(); ++i) {
      graph_.users_[graph_.edges_[i].used].push_back(i);
      graph_.uses_[graph_.edges_[i].user].push_back(i);
    }
    const auto key = [&](std::uint32_t edge) {
      const NodeId user = graph_.edges_[edge].user;
      return std::pair<std::string_view, NodeId>(nodes[user].address, user);
    };
    for (auto& users : graph_.users_)
      std::sort(users.begin(), users.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    for (auto& [scope, callers] : graph_.callers_)
      std::sort(callers.begin(), callers.end(),
                [&](NodeId a, NodeId b) { return std::tie(nodes[a].address, a) < std::tie(nodes[b].address, b); });
  }

  /// A reference whose target is known.
  struct Resolved {
    NodeId user;
    NodeId used;
    std::string rest;  // of the target, behind the node's own address
    const Reference* reference;
  };

  [[nodiscard]] std::optional<NodeId> output_behind(const Resolved& one) const {
    const auto scope = portals_.find(one.used);
    const std::size_t dot = one.rest.rfind('.');
    if (scope == portals_.end() || dot == std::string::npos) return std::nullopt;
    const auto output = outputs_.find({scope->second, one.rest.substr(dot + 1)});
    return output == outputs_.end() ? std::nullopt : std::optional(output->second);
  }

  const Model& model_;
  Graph graph_;
  std::set<std::string, std::less<>> scopes_;
  std::map<std::string, std::vector<NodeId>, std::less<>> aliases_;
  std::map<std::pair<std::string, std::string>, NodeId> outputs_;    // scope and name
  std::map<std::pair<std::string, std::string>, NodeId> variables_;  // scope and name
  std::map<NodeId, std::string> portals_;  // containers and state look-ups, to the scope behind
  std::vector<Resolved> resolved_;
  std::set<std::pair<NodeId, NodeId>> linked_;
};

Graph build_graph(const Model& model) { return GraphBuilder(model).build(); }

}  // namespace redtag
