// What generators of a kustomization make: config maps and secrets, as they would stand in a file.
#pragma once

#include <optional>
#include <string_view>

#include "lower/frontend.h"
#include "lower/kubernetes/value.h"

namespace redtag::kustomize {

/// The kind that a list of generators makes; empty for any other key.
[[nodiscard]] std::string_view generated_kind(std::string_view key);

/// Adds an object for each item: its literals by key, its files by name. An item whose `behavior` is merge or replace speaks of an object that
/// the overlay includes, and is laid over that (`generated: merge`).
void add_generated(std::string_view kind, const document::Node& list, const SourceFileView& file,
                   const kubernetes::NodePlace& place, const LoweringView& view, Model& model);

/// Objects of generators among those of an overlay, in the order of its text: new ones come, others are laid over what is there.
void lay_generated(const Resource& made, std::vector<Resource>& objects);

/// True for what `add_generated` made.
[[nodiscard]] bool is_generated(const Resource& resource);

}  // namespace redtag::kustomize
