// Programs that reach data: which files of general languages hold a call, or a statement in a string, that can lose what is stored.
#pragma once

#include <string_view>

namespace redtag {

/// True for a program that could lose data. A file without any of the words is not read: there are many, and parsing them is not free.
[[nodiscard]] bool may_lose_data(std::string_view path, std::string_view text);

}  // namespace redtag
