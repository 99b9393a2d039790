// How far the loss of one node reaches: who uses it, and how many of it there are.
//
//   node ──users──> things that use it directly ──users──> things behind those
//     └─ scope ──callers──> roots: each way up is an instance
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"

namespace redtag {

/// A thing, look-up or script that needs the node.
struct Dependent {
  NodeId node = 0;
  std::uint32_t edge = 0;  ///< the last edge of the way to it, as an index into Graph::edges(): where it says so
  Certainty certainty = Certainty::Exact;  ///< of the weakest edge on the way that was found
  bool operator==(const Dependent&) const = default;
};

/// A scope that nobody calls, and how often it brings the node about.
struct RootInstances {
  std::string scope;
  std::uint64_t instances = 1;
  NodeId caller = 0;  ///< the topmost call on the way from it; the node itself where it stands in the root
  bool operator==(const RootInstances&) const = default;
};

struct Reached {
  std::vector<Dependent> direct;     ///< in order of address
  std::vector<Dependent> indirect;   ///< behind those, in order of address
  std::vector<Dependent> perhaps;    ///< only by a name that may be chance: shown, never counted
  std::vector<RootInstances> roots;  ///< in order of scope; more than one only for what stands in a called scope
  std::uint64_t instances = 1;       ///< over all roots, counts of calls multiplied, its own count too
  bool at_least = false;             ///< a count on the way is not known, or a limit was met
};

/// Settings and containers are gone through and never counted. Cost: linear in the part of the graph that is reached.
[[nodiscard]] Reached reach_of(const Graph& graph, NodeId node);

/// The number that an instance text (`count=3`, `each=["a","b"]`) stands for; nullopt where it is not known.
[[nodiscard]] std::optional<std::uint64_t> instance_count(std::string_view instances);

}  // namespace redtag
