// Files that are read for the reference graph alone: programs, whose words say which tables and columns they use.
#pragma once

#include <string_view>

#include "lower/frontend.h"

namespace redtag {

/// The front end that reads a file for the graph, by its path; nullptr where it tells the graph nothing but what its stack does.
[[nodiscard]] const Frontend* find_graph_reader(std::string_view path);

}  // namespace redtag
