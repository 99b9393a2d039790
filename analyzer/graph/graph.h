// What uses what: the references of many files at once, joined on the neutral model.
//
//   Model (linked) ──build_graph──> nodes: resources, look-ups, module calls, settings, procedures
//                                   edges: user → used, each with its place and how sure it is
//
// It knows no stack and no syntax. A front end joins by filling `references` (model.h says what a target may be). Where nobody wrote
// an address, a name may still cross from one stack to another: a bucket in a script, a host in a connection string. Those edges say
// so, and how far to trust them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace redtag {

using NodeId = std::uint32_t;  ///< index into Graph::nodes()

/// What a node is to somebody who counts dependents.
enum class NodeKind : std::uint8_t {
  Thing,      ///< a resource or table: it counts
  LookUp,     ///< a data source: what stands behind it breaks first, and it counts as one user
  Container,  ///< a call of a module, chart or overlay
  Procedure,  ///< a script, a migration, a job
  Setting,    ///< variables, outputs, back ends …: uses go through it, and it never counts
};

struct GraphNode {
  NodeKind kind{};
  Stack stack{};
  std::string type;
  std::string name;
  std::string address;
  std::string scope;
  std::string instances;  ///< as Resource::instances
  Region region;          ///< its header
};

enum class Link : std::uint8_t {
  Reference,  ///< an address
  Name,       ///< a name that crosses files or stacks
};

struct GraphEdge {
  NodeId user = 0;
  NodeId used = 0;
  Link link{};
  Certainty certainty = Certainty::Exact;
  std::string through;  ///< attribute path or word that holds it
  Region region;
};

/// The graph of one side.
class Graph {
 public:
  [[nodiscard]] const std::vector<GraphNode>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<GraphEdge>& edges() const { return edges_; }
  /// The node of that address; for an address that several files declare, the first.
  [[nodiscard]] std::optional<NodeId> find(std::string_view address) const;
  /// Edges that lead to a node, as indexes into edges(), in order of the users' addresses.
  [[nodiscard]] std::span<const std::uint32_t> users_of(NodeId node) const { return users_[node]; }
  /// Edges that lead away from a node, in the order they are written.
  [[nodiscard]] std::span<const std::uint32_t> uses_of(NodeId node) const { return uses_[node]; }
  /// Things that have a name, if not too many do.
  [[nodiscard]] std::span<const NodeId> named(std::string_view name) const;
  /// Containers that bring in a scope.
  [[nodiscard]] std::span<const NodeId> callers_of(std::string_view scope) const;

 private:
  friend class GraphBuilder;
  std::vector<GraphNode> nodes_;
  std::vector<GraphEdge> edges_;
  std::vector<std::vector<std::uint32_t>> users_;
  std::vector<std::vector<std::uint32_t>> uses_;
  std::map<std::string, NodeId, std::less<>> by_address_;
  std::map<std::string, std::vector<NodeId>, std::less<>> names_;
  std::map<std::string, std::vector<NodeId>, std::less<>> callers_;
};

/// The graph of a model whose front ends have linked it. Reads at most limits::graph_edges edges. Cost: linear in the model's text.
[[nodiscard]] Graph build_graph(const Model& model);

/// Names under which a resource can be reached from elsewhere, as far as its attributes show: a bucket's or queue's name, an
/// identifier, a host.
[[nodiscard]] std::vector<std::string> outside_names(const Resource& resource);

/// True for a name that hardly anything else would be called by chance.
[[nodiscard]] bool is_distinctive(std::string_view name);

}  // namespace redtag
