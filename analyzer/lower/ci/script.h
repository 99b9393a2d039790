// A script of a pipeline cut into its commands: enough to see what stands behind a check, not to understand it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace redtag::ci {

/// How a command is followed by the next one.
enum class Join : std::uint8_t { End, Then, And, Or, Pipe, Background };

/// One simple command. Views the script.
struct CommandView {
  std::vector<std::string_view> words;
  std::size_t begin = 0, end = 0;  ///< in the script
  Join next = Join::End;
  bool condition = false;  ///< it decides a branch or a loop
  bool negated = false;
};

/// The commands of `script` in order; comments are left out. Linear.
[[nodiscard]] std::vector<CommandView> commands_of(std::string_view script);

}  // namespace redtag::ci
