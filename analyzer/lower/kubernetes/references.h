// What an object refers to: by name, by owner, by the labels that it selects.
#pragma once

#include "model/model.h"

namespace redtag::kubernetes {

/// Fills `references` from the attributes. A target is what the other object's address says behind its scope
/// (`ConfigMap/shop/settings`), or `labels:app=web,tier=front` for a selector.
void add_references(Resource& object);

/// The namespace that an address behind its scope names; empty for none.
[[nodiscard]] std::string_view namespace_of(const Resource& object);

}  // namespace redtag::kubernetes
