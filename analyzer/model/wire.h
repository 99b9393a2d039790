// A Model as bytes, to cross a process border: analysis children and, later, the Clang helper answer in this form.
// Little-endian, versioned, self-delimiting. A reader never trusts it: a damaged message is an error.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "model/model.h"

namespace redtag {

[[nodiscard]] std::string to_wire(const Model& model);
[[nodiscard]] Expected<Model> from_wire(std::string_view bytes);

}  // namespace redtag
