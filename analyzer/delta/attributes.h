// Attribute by attribute: what differs between two versions of one resource.
#pragma once

#include <vector>

#include "delta/delta.h"

namespace redtag {

/// The differences between two attribute lists, by meaning, in source order. Repeated blocks are paired by equality, then by
/// likeness, so that inserting one does not make all behind it differ. Paths and movements are set; effects are not.
[[nodiscard]] std::vector<AttributeChange> compare_attributes(const std::vector<Entry>& before,
                                                              const std::vector<Entry>& after);

/// The same of what a module is called with: objects and lists of objects are also compared member by member, since what is handed on in
/// one (`settings = { deletion_protection = false }`) is as much an argument as one of its own. What only one side has is not looked into.
[[nodiscard]] std::vector<AttributeChange> compare_arguments(const std::vector<Entry>& before,
                                                             const std::vector<Entry>& after);

/// How a value moved.
[[nodiscard]] Movement movement_of(const Value& before, const Value& after);

/// Share of attributes that two resources have alike, 0 to 1; names and addresses do not count.
[[nodiscard]] double likeness(const Resource& a, const Resource& b);

}  // namespace redtag
