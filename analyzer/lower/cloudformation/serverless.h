// `serverless.yml`: the template that a service adds to its own stack, and what its functions may do.
#pragma once

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::cloudformation {

/// Whether a document is the description of a service of the Serverless Framework.
[[nodiscard]] bool is_service(const SourceFileView& file, const document::Node& root);

/// Declares what stands under `resources` as the template that it is, files that it takes in (`${file(tables.yml)}`) as nested
/// templates, and the statements of the functions' role. `${self:…}` is put in where the document itself says it.
void declare_service(const SourceFileView& file, document::Node root, const LoweringView& view, Model& model);

}  // namespace redtag::cloudformation
