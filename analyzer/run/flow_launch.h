// A command line that starts a script: its words, and the variables that stand in front of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace redtag {

/// How a line starts a script.
struct Launch {
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> variables;
};

/// The first line of `text` that starts a script of that name. What a justfile or a pipeline puts in stands there as the shell's variable.
[[nodiscard]] std::optional<Launch> launch_of(std::string_view text, std::string_view script);

/// The last part of a path, of Windows as well.
[[nodiscard]] std::string_view name_of(std::string_view path);
/// Whether a text can be a variable's name; one letter alone says too little.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace redtag
