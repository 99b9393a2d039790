// How a repository's gate could be skipped today, read from its own files.
//
// A gate is as strong as what calls it: a pipeline that a change may edit, a job that may fail without consequence, a path that is
// filtered out, signers that nobody guards. Each such way is named with its place and with what closes it. What only the host knows
// (which checks are required, who may push past them) cannot be read here and is listed as questions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "change/source_tree.h"

namespace redtag {

/// A way past the gate.
struct WayPast {
  std::string file;        ///< empty for the repository as a whole
  std::uint32_t line = 0;  ///< 1-based; 0 for the file as a whole
  std::string says;
  std::string mend;
  bool operator==(const WayPast&) const = default;
};

/// All ways that the files of a tree show, in order of file and line.
[[nodiscard]] std::vector<WayPast> examine(SourceTree& tree);

/// What only the host can answer, in sentences.
[[nodiscard]] std::vector<std::string> questions_for_the_host();

}  // namespace redtag
