// redtag graph: what uses what in a tree.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "change/git/repository.h"
#include "change/read_file.h"
#include "cli/commands.h"
#include "cli/source.h"
#include "graph/print.h"
#include "run/whole_tree.h"

namespace redtag::cli {

namespace {

using Json = nlohmann::json;

// Somebody asked for all of it: more than a gate would look at.
constexpr std::size_t most_directories = 200'000;
constexpr std::size_t largest_program = std::size_t{1} << 30;

Json node_json(const Graph& graph, NodeId id, const PlaceText& place) {
  const GraphNode& node = graph.nodes()[id];
  const Reached reach = reach_of(graph, id);
  return {{"id", id},
          {"address", node.address},
          {"stack", stack_name(node.stack)},
          {"type", node.type},
          {"kind", node_kind_name(node.kind)},
          {"place", place(node.region)},
          {"direct", reach.direct.size()},
          {"indirect", reach.indirect.size()},
          {"instances", reach.instances},
          {"instancesAtLeast", reach.at_least}};
}

std::string print_json(const Graph& graph, const std::vector<NodeId>& nodes, const PlaceText& place) {
  Json all = {{"nodes", Json::array()}, {"edges", Json::array()}};
  for (const NodeId id : nodes) all["nodes"].push_back(node_json(graph, id, place));
  for (const GraphEdge& edge : graph.edges()) {
    const bool shown = std::binary_search(nodes.begin(), nodes.end(), edge.user) &&
                       std::binary_search(nodes.begin(), nodes.end(), edge.used);
    if (!shown) continue;
    all["edges"].push_back({{"user", edge.user},
                            {"used", edge.used},
                            {"by", edge.link == Link::Name ? "name" : "reference"},
                            {"certainty", certainty_name(edge.certainty)},
                            {"through", edge.through},
                            {"place", place(edge.region)}});
  }
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Expected<LoweredCache> open_cache(const std::string& directory) {
  if (directory.empty()) return LoweredCache();
  RT_TRY(const std::string program, redtag::read_file("/proc/self/exe", largest_program));
  return LoweredCache::on_disk(directory, sha256_hex(program));
}

PlaceText places_in(const TreeModel& tree) {
  std::vector<LineIndex> lines;
  for (const std::string& text : tree.texts) lines.emplace_back(text);
  return [&tree, lines = std::move(lines)](const Region& region) -> std::string {
    if (!region.valid()) return {};
    const std::uint32_t file = region.file.value;
    return tree.files[file] + ":" + std::to_string(lines[file].line_of(region.bytes.begin));
  };
}

Expected<std::optional<NodeId>> node_named(const Graph& graph, const std::string& address) {
  if (address.empty()) return std::optional<NodeId>();
  if (const auto found = graph.find(address)) return found;
  const auto named = graph.named(address);
  if (named.size() == 1) return std::optional(named.front());
  return fail(ErrorCode::Usage, "nothing in this tree has the address '" + printable(address) +
                                    "'; `redtag graph` without one lists all");
}

Expected<std::string> graph_text(const GraphOptions& options) {
  if (options.format != "text" && options.format != "dot" && options.format != "json")
    return fail(ErrorCode::Usage, "expected a format (text, dot, json), got '" + printable(options.format) + "'");
  RT_TRY(LoweredCache cache, open_cache(options.cache));
  RT_TRY(const auto repository, Repository::open(options.repository.empty() ? "." : options.repository));
  RT_TRY(const auto tree, repository->tree(options.revision.empty() ? "HEAD" : options.revision));
  const TreeWalk walk = walk_tree(*tree, {}, most_directories);
  RunOptions run_options;
  run_options.workers = options.workers;
  const FactTables facts = FactTables::builtin();
  RT_TRY(const TreeModel model, lower_tree(*tree, Side::After, walk.files, facts, run_options, cache));
  if (!model.unfinished.empty())
    return fail(ErrorCode::Limit,
                printable(model.unfinished.front()) + ": the analysis did not end within the time limit");
  const Graph graph = build_graph(model.model);
  RT_TRY(const auto around, node_named(graph, options.address));
  std::vector<NodeId> nodes = shown_nodes(graph, around);
  const PlaceText place = places_in(model);
  if (options.format == "dot") return print_dot(graph, nodes);
  if (options.format == "json") {
    std::sort(nodes.begin(), nodes.end());
    return print_json(graph, nodes, place);
  }
  if (around) nodes.assign(1, *around);
  return print_text(graph, nodes, place);
}

}  // namespace

int graph(const GraphOptions& options) {
  const Expected<std::string> text = graph_text(options);
  if (!text) return complain(text.error());
  const Expected<void> printed = print_out(*text);
  return printed ? 0 : complain(printed.error());
}

}  // namespace redtag::cli
