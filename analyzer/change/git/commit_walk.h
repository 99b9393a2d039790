// The commits of a short range, from objects alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "change/change.h"
#include "change/git/object_reader.h"

namespace redtag {

/// The record of `head` if it is the only commit of the range: its first and only parent is `base`. Its paths are left empty: they
/// are those of the change. nullopt for every other range, which is `git log`'s business. Spares a process in the most frequent case.
[[nodiscard]] Expected<std::optional<CommitRecord>> read_only_commit(const std::string& base, const std::string& head,
                                                                     ObjectReader& objects);

}  // namespace redtag
