// A patch laid over an object, as the platform's tools do it: strategic merge, and the operations of RFC 6902.
#pragma once

#include <vector>

#include "model/value.h"

namespace redtag::kustomize {

/// Lays `patch` over `object`: mappings are merged, lists of mappings by the key that names their elements (containers by `name`, ports by
/// `containerPort`), everything else is replaced; a null takes away. What the patch brings keeps the patch's places.
void merge_strategic(std::vector<Entry>& object, const std::vector<Entry>& patch);

/// Carries out the operations `add`, `replace` and `remove` (entries `operation` with `op`, `path`, `value`); others, and those whose path is not
/// there, change nothing.
void apply_operations(std::vector<Entry>& object, const std::vector<Entry>& operations);

}  // namespace redtag::kustomize
