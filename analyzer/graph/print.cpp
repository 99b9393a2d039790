#include "graph/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"

namespace redtag {

namespace {

/// In quotes as DOT wants them; bytes that could do harm in a terminal are spelled out first.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string name_of(const GraphNode& node) { return printable(node.address.empty() ? node.name : node.address); }

std::string edge_line(const Graph& graph, const GraphEdge& edge, NodeId other, std::string_view arrow,
                      const PlaceText& place) {
  std::string line = fmt::format("  {} {}", arrow, name_of(graph.nodes()[other]));
  if (!edge.through.empty()) line += " (" + printable(edge.through) + ")";
  if (edge.link == Link::Name) line += edge.certainty == Certainty::Partial ? ", perhaps, by name" : ", by name";
  return line + "  " + printable(place(edge.region)) + "\n";
}

void add_reach(const Graph& graph, NodeId node, std::string& out) {
  const Reached reach = reach_of(graph, node);
  if (reach.direct.empty() && reach.roots.size() < 2 && reach.instances == 1) return;
  out += fmt::format("  reach: {} direct, {} behind, {} instance{}{}", reach.direct.size(), reach.indirect.size(),
                     reach.instances, reach.instances == 1 ? "" : "s", reach.at_least ? " or more" : "");
  if (reach.roots.size() > 1) out += fmt::format(" in {} roots", reach.roots.size());
  out += '\n';
}

}  // namespace

std::string_view node_kind_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::Thing: return "thing";
    case NodeKind::LookUp: return "look-up";
    case NodeKind::Container: return "container";
    case NodeKind::Procedure: return "procedure";
    case NodeKind::Setting: return "setting";
  }
  return {};
}

std::vector<NodeId> shown_nodes(const Graph& graph, std::optional<NodeId> around) {
  std::set<NodeId> chosen;
  if (around) {
    chosen.insert(*around);
    for (const std::uint32_t edge : graph.uses_of(*around)) chosen.insert(graph.edges()[edge].used);
    std::vector<NodeId> open{*around};
    while (!open.empty()) {
      const NodeId at = open.back();
      open.pop_back();
      for (const std::uint32_t edge : graph.users_of(at)) {
        if (chosen.insert(graph.edges()[edge].user).second) open.push_back(graph.edges()[edge].user);
      }
    }
  } else {
    for (const GraphEdge& edge : graph.edges()) chosen.insert({edge.user, edge.used});
  }
  std::vector<NodeId> nodes(chosen.begin(), chosen.end());
  std::sort(nodes.begin(), nodes.end(), [&](NodeId a, NodeId b) {
    return std::pair<std::string_view, NodeId>(graph.nodes()[a].address, a) <
           std::pair<std::string_view, NodeId>(graph.nodes()[b].address, b);
  });
  return nodes;
}

std::string print_text(const Graph& graph, const std::vector<NodeId>& nodes, const PlaceText& place) {
  std::string out;
  for (const NodeId id : nodes) {
    const GraphNode& node = graph.nodes()[id];
    out += fmt::format("{} ({}, {})  {}\n", name_of(node), stack_name(node.stack), printable(node.type),
                       printable(place(node.region)));
    for (const std::uint32_t edge : graph.uses_of(id))
      out += edge_line(graph, graph.edges()[edge], graph.edges()[edge].used, "->", place);
    for (const std::uint32_t edge : graph.users_of(id))
      out += edge_line(graph, graph.edges()[edge], graph.edges()[edge].user, "<-", place);
    for (const NodeId caller : graph.callers_of(node.scope)) {
      if (node.kind == NodeKind::Thing) out += "  brought in by " + name_of(graph.nodes()[caller]) + "\n";
    }
    add_reach(graph, id, out);
  }
  return out;
}

std::string print_dot(const Graph& graph, const std::vector<NodeId>& nodes) {
  const std::set<NodeId> shown(nodes.begin(), nodes.end());
  std::string out = "digraph redtag {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const NodeId id : nodes) {
    const GraphNode& node = graph.nodes()[id];
    const bool setting = node.kind == NodeKind::Setting;
    out += fmt::format("  n{} [label={}{}];\n", id, quoted(name_of(node)), setting ? ", style=dashed" : "");
  }
  for (const GraphEdge& edge : graph.edges()) {
    if (!shown.contains(edge.user) || !shown.contains(edge.used)) continue;
    out += fmt::format("  n{} -> n{}{};\n", edge.user, edge.used,
                       edge.certainty == Certainty::Partial ? " [style=dotted]" : "");
  }
  return out + "}\n";
}

}  // namespace redtag
