// Which unchanged files may have to do with what a change does: those that the reference graph of a check is built from.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "change/source_tree.h"
#include "run/run.h"

namespace redtag {

/// What a search starts from.
struct Interest {
  std::set<std::string> directories;  ///< what stands in them belongs to it
  std::set<std::string> names;        ///< written elsewhere, they speak of it: buckets, hosts, identifiers
  std::set<std::string> words;      ///< a program that writes one of them may use it: columns, tables and their models
  std::set<std::string> functions;  ///< compiled code that writes one of them may call it
  std::size_t bytes = limits::graph_bytes;  ///< how much text the search is worth
  std::size_t files = limits::graph_files;  ///< and how many files the graph is
};

struct NearbyFiles {
  std::vector<Path> files;  ///< sorted
  bool complete = true;     ///< no limit was met
};

/// Files of the directories, files that write one of the names, the directories that bring those in (by the end of a path that is
/// quoted or stands alone), those that these bring in, and so on for a few rounds. Texts are searched, not parsed: that is what
/// makes a graph affordable in a gate. Reads at most `bytes` and limits::graph_bytes, nearest first, and names at most `files` and limits::graph_files.
[[nodiscard]] NearbyFiles find_nearby_files(SourceTree& tree, const Interest& interest, const RunOptions& options);

/// By its name alone, where that is enough to say no: what a front end reads that declares something others know it by, or text that
/// only a look can tell.
[[nodiscard]] bool may_declare(const Path& path, const RunOptions& options);

}  // namespace redtag
