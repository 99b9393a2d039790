// What applies directories of this repository to a cluster: Argo CD's applications and Flux's kustomizations, wherever they stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/lowered_cache.h"
#include "run/whole_tree.h"

namespace redtag {

/// One directory that is applied.
struct Applied {
  std::string directory;
  bool below = false;   ///< with all that lies below it
  bool prunes = false;  ///< what is no longer found there is deleted
  std::string by;       ///< address of the object that says so
};

struct Appliers {
  std::vector<Applied> all;
  bool complete =
      true;  ///< false where more applies than can be said: too many files, generators that look for directories
};

/// Reads the YAML files of a side that write the group of such an object, within limits, nearest to the top first.
[[nodiscard]] Expected<Appliers> find_appliers(SourceTree& tree, Side side, const FactTables& facts,
                                               const RunOptions& options, LoweredCache& cache);

/// One that applies and prunes the file at `path` as it stands there, with no kustomization in between; nullptr for none.
[[nodiscard]] const Applied* pruner_of(const Appliers& appliers, const std::string& path, SourceTree& tree);

/// True if something may apply what lies at `path`.
[[nodiscard]] bool may_apply(const Appliers& appliers, const std::string& path, SourceTree& tree);

}  // namespace redtag
