// Files of settings that servers of data read, which are the same whether they run in a container or not.
#pragma once

#include <string_view>

namespace redtag {

/// `postgresql.conf`, `redis.conf`, `my.cnf` and their kin, by name and, where that is a common one, by section.
[[nodiscard]] bool is_server_settings(std::string_view path, std::string_view text);

}  // namespace redtag
