// What the fact tables make of attribute changes: replacements, guards, dangers, backups, steering.
#pragma once

#include "delta/delta.h"
#include "delta/provider_versions.h"

namespace redtag {

/// A zero, false, empty or disabled value: nothing is kept, nothing is done.
[[nodiscard]] bool is_off(const Value& value);

/// Fills `effects` of every attribute of `change`, whose resource has that stack and type.
void add_effects(ResourceChange& change, Stack stack, std::string_view type, const FactTables& facts);

/// Drops effects that do not hold for this resource: of rows under a condition `if PATH=VALUE` that it did not meet before the change or
/// `unless PATH=VALUE` (`*` for any value) that it meets after it, and of settings that merely go with the block that they stand in.
void drop_unmet(ResourceChange& change, const Resource& before, const Resource& after);

/// Decides rows under a condition `before version 4 of the provider`, optionally `or if PATH=VALUE` for what later versions do on request, where
/// it is known which versions apply the resource: they do not hold, or surely do.
void settle_versions(ResourceChange& change, const Resource& after, const ProviderVersions& versions);

/// The attribute whose change makes the platform destroy the resource and build a new one, and how sure that is; nullopt when
/// an update in place suffices. `change.attributes` must have their effects. Source: the replacement rows.
struct Replacement {
  std::size_t cause = 0;
  Certainty certainty = Certainty::Exact;
};
[[nodiscard]] std::optional<Replacement> find_replacement(const ResourceChange& change);

/// Paths named by the resource's `lifecycle.ignore_changes`; `*` for all of them.
[[nodiscard]] std::vector<std::string> ignored_paths(const Resource& resource);

/// Where `ignore_changes` no longer holds back a change that forces a replacement, its own change may be one: what the platform has may long
/// be another value than what the text says. For attributes that the resource gives; nobody here knows, so that it is a guess.
void add_unignored(ResourceChange& change, const Resource& before, const Resource& after, const FactTables& facts);

}  // namespace redtag
