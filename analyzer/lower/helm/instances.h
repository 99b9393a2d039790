// Objects that a chart prints once for each element of a list of values, and those that it prints with one environment's values.
#pragma once

#include <span>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag::helm {

/// Prints the unchanged templates of charts whose values change, and adds what comes out to the file of values: the objects of loops
/// with the chart's own values; with those of an environment, all but workloads, in a scope of their own. Bounded.
void add_instances(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

}  // namespace redtag::helm
