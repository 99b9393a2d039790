// YAML that is parsed as one of two images of a file.
#pragma once

#include <string_view>
#include <vector>

#include "document/document.h"
#include "syntax/tree.h"

namespace redtag::document {

/// parse_yaml_stream(), with what stands unchanged in the twin's other text; `twin` may be nullptr. The values are the same.
[[nodiscard]] Expected<std::vector<Node>> parse_yaml_stream(std::string_view text, std::string_view name,
                                                            Repeats repeats, syntax::Twin* twin);

}  // namespace redtag::document
