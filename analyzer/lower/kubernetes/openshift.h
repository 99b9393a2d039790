// Templates of OpenShift: objects with parameters in their texts.
#pragma once

#include "document/document.h"

namespace redtag::kubernetes {

/// The objects of a Template (its `objects`), with the defaults of its parameters in the place of `${NAME}` and `${{NAME}}`. What has no
/// default stays as it is written, and so do texts over several lines, whose places have to stay true. An empty
/// node for what is no Template. Works in the size of the template; defaults are filled in once.
[[nodiscard]] document::Node template_objects(const document::Node& root);

}  // namespace redtag::kubernetes
