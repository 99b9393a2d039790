// `$patch: delete` beside an object's kind and name: the overlay that applies the patch goes without that object.
#pragma once

#include "lower/frontend.h"
#include "lower/kubernetes/documents.h"

namespace redtag::kustomize {

/// A document that takes an object away.
[[nodiscard]] bool is_deletion(const document::Node& root);

/// Adds the deletion as an operation of the file's procedure, which is made if it is the first. `name` and `whole` are where the
/// object is named and the patch stands.
void add_deletion(const document::Node& root, const SourceFileView& file, Region name, Region whole,
                  const FactTables& facts, Model& model);

}  // namespace redtag::kustomize
