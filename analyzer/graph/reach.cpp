#include "graph/reach.h"

#include <algorithm>
#include <charconv>
#include <deque>

namespace redtag {

namespace {

constexpr std::uint64_t most_instances = 1'000'000;
constexpr unsigned deepest_call = 64;
constexpr std::size_t most_ways = 10'000;  // up through callers

bool counts(const GraphNode& node) {
  return node.kind == NodeKind::Thing || node.kind == NodeKind::LookUp || node.kind == NodeKind::Procedure;
}

/// One search outwards along the users, level by level.
class Search {
 public:
  explicit Search(const Graph& graph) : graph_(graph), seen_(graph.nodes().size(), false) {}

  /// What a mere chance of a name leads to is looked for last, so that it cannot hide what is sure.
  void run(NodeId start, Reached& reach) {
    seen_[start] = true;
    std::vector<Dependent> level{{start, 0, Certainty::Exact}};
    std::vector<Dependent> all = level;
    for (unsigned depth = 0; !level.empty(); ++depth) {
      level = users_of(level, Certainty::Likely);
      std::vector<Dependent>& into = depth == 0 ? reach.direct : reach.indirect;
      into.insert(into.end(), level.begin(), level.end());
      all.insert(all.end(), level.begin(), level.end());
    }
    for (level = std::move(all); !level.empty();) {
      level = users_of(level, Certainty::Partial);
      reach.perhaps.insert(reach.perhaps.end(), level.begin(), level.end());
    }
    for (std::vector<Dependent>* found : {&reach.direct, &reach.indirect, &reach.perhaps}) sort(*found);
  }

 private:
  /// What counts and uses one of `level`, at once or through what does not count.
  std::vector<Dependent> users_of(const std::vector<Dependent>& level, Certainty most) {
    std::vector<Dependent> found;
    std::deque<Dependent> open(level.begin(), level.end());
    while (!open.empty()) {
      const Dependent at = open.front();
      open.pop_front();
      for (const std::uint32_t index : graph_.users_of(at.node)) {
        const GraphEdge& edge = graph_.edges()[index];
        if (edge.certainty > most || seen_[edge.user]) continue;
        seen_[edge.user] = true;
        const Dependent next{edge.user, index, std::max(at.certainty, edge.certainty)};
        if (counts(graph_.nodes()[edge.user]))
          found.push_back(next);
        else
          open.push_back(next);
      }
    }
    return found;
  }

  void sort(std::vector<Dependent>& found) const {
    std::sort(found.begin(), found.end(), [&](const Dependent& a, const Dependent& b) {
      const auto key = [&](const Dependent& x) {
        return std::pair<std::string_view, NodeId>(graph_.nodes()[x.node].address, x.node);
      };
      return key(a) < key(b);
    });
  }

  const Graph& graph_;
  std::vector<bool> seen_;
};

/// A place on the way up: a scope, how often it has the node so far, and the call it was reached by.
struct Way {
  std::string scope;
  std::uint64_t instances = 1;
  NodeId caller = 0;
  unsigned level = 0;
};

void find_roots(const Graph& graph, NodeId node, Reached& reach) {
  const auto own = instance_count(graph.nodes()[node].instances);
  reach.at_least = !own;
  std::map<std::string, RootInstances> roots;
  std::deque<Way> open{{graph.nodes()[node].scope, own.value_or(1), node, 0}};
  for (std::size_t ways = 0; !open.empty(); ++ways) {
    const Way way = std::move(open.front());
    open.pop_front();
    const auto callers = graph.callers_of(way.scope);
    if (callers.empty() || way.level == deepest_call || ways >= most_ways) {
      reach.at_least = reach.at_least || !callers.empty();
      const auto [root, fresh] = roots.emplace(way.scope, RootInstances{way.scope, way.instances, way.caller});
      if (!fresh) root->second.instances = std::min(most_instances, root->second.instances + way.instances);
      continue;
    }
    for (const NodeId caller : callers) {
      const auto count = instance_count(graph.nodes()[caller].instances);
      if (!count) reach.at_least = true;
      const std::uint64_t product =
          std::min(most_instances, way.instances * std::min(most_instances, count.value_or(1)));
      open.push_back({graph.nodes()[caller].scope, product, caller, way.level + 1});
    }
  }
  reach.instances = 0;
  for (auto& [scope, root] : roots) {
    reach.instances = std::min(most_instances, reach.instances + root.instances);
    reach.roots.push_back(std::move(root));
  }
  reach.instances = std::max<std::uint64_t>(reach.instances, 1);
}

}  // namespace

std::optional<std::uint64_t> instance_count(std::string_view instances) {
  if (instances.empty()) return 1;
  if (instances.starts_with("count=")) {
    std::uint64_t count = 0;
    const std::string_view digits = instances.substr(6);
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    return code == std::errc() && end == digits.data() + digits.size() ? std::optional(count) : std::nullopt;
  }
  if (!instances.starts_with("each=[")) return std::nullopt;
  std::uint64_t keys = 0;
  bool quoted = false;
  for (std::size_t i = 6; i < instances.size(); ++i) {
    if (instances[i] == '\\') {
      ++i;
    } else if (instances[i] == '"') {
      keys += quoted ? 0 : 1;
      quoted = !quoted;
    }
  }
  return keys;
}

Reached reach_of(const Graph& graph, NodeId node) {
  Reached reach;
  Search(graph).run(node, reach);
  find_roots(graph, node, reach);
  return reach;
}

}  // namespace redtag
