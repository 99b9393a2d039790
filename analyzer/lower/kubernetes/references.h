// What an object refers to: by name, by owner, by the labels that it selects.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "lower/frontend.h"
#include "model/model.h"

namespace redtag::kubernetes {

/// Fills `references` from the attributes. A target is what the other object's address says behind its scope
/// (`ConfigMap/shop/settings`), or `labels:app=web,tier=front` for a selector.
void add_references(Resource& object);

/// What stands at a path of an object, from its top-level key on; null where nothing does. `path` is not empty.
[[nodiscard]] const Value* value_at(const Resource& object, std::initializer_list<std::string_view> path);

/// The namespace that an address behind its scope names; empty for none.
[[nodiscard]] std::string_view namespace_of(const Resource& object);

/// Gives what selects pods by labels a reference to each workload of its namespace whose pods have them. `files` are one side's. At most
/// a few workloads for one selector.
void link_selectors(std::span<LoweredFile> files);

}  // namespace redtag::kubernetes
