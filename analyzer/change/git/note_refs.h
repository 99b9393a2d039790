// Which commits have a git note of a kind that says who made them.
#pragma once

#include <vector>

#include "base/expected.h"
#include "change/change.h"
#include "change/git/object_reader.h"
#include "change/git/repository.h"

namespace redtag {

/// Notes can be rewritten by anybody who may push them, so they are worth a hint and no more; only that
/// there is one is asked. One question where a repository has no such notes.
[[nodiscard]] Expected<std::vector<CommitNote>> find_notes(const std::vector<CommitRecord>& commits,
                                                           ObjectReader& objects);

}  // namespace redtag
