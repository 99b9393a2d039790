// Addresses of what a root is for one choice: a workspace, a variable file, a value of the variable that says which environment it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// `infra:a.b` of `infra[prod]:a.b`, `a.b` of `[prod]:a.b`: the address that stands for all choices; nullopt where none is named.
[[nodiscard]] std::optional<std::string> without_choice(std::string_view address);

}  // namespace redtag
