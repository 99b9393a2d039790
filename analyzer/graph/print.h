// The graph as text and as DOT, for people and for drawing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "graph/reach.h"

namespace redtag {

/// `path:line` of a region; only the caller knows texts.
using PlaceText = std::function<std::string(const Region&)>;

/// Nodes to show: all that use something or are used; or a node, what it uses, and all that depends on it.
[[nodiscard]] std::vector<NodeId> shown_nodes(const Graph& graph, std::optional<NodeId> around);

/// A paragraph for each node: where it stands, what it uses and what uses it, with the places that say so.
[[nodiscard]] std::string print_text(const Graph& graph, const std::vector<NodeId>& nodes, const PlaceText& place);
/// A directed graph from users to what they use; names that may be chance are dotted.
[[nodiscard]] std::string print_dot(const Graph& graph, const std::vector<NodeId>& nodes);

/// `thing`, `look-up`, `container`, `procedure` or `setting`.
[[nodiscard]] std::string_view node_kind_name(NodeKind kind);

}  // namespace redtag
