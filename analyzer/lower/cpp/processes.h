// Programs that are started by a list of words: execvp, posix_spawn, QProcess, boost::process.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lower/cpp/unit.h"

namespace redtag::cpp {

/// A command line as the shell would be told it, with the place of each of its bytes, and one more.
struct CommandLine {
  std::string text;
  std::vector<std::uint32_t> map;
};

/// What a call starts: its literals, those of lists in braces, and those of local arrays that it names, in order. What is decided when it
/// runs stands there as a variable. nullopt where no word is known.
[[nodiscard]] std::optional<CommandLine> command_line_of(const Call& call, const Function& function);

/// The variables that a function puts the processes into that it starts: `child = fork()`, `posix_spawn(&child, …)`.
[[nodiscard]] std::set<std::string> started_in(const Function& function, std::string_view text);

/// Whether a call that ends a process ends none of others: it only asks (signal 0), only tells it something, or means the program
/// itself or one that it started.
[[nodiscard]] bool spares_others(const Call& call, const std::set<std::string>& children);

}  // namespace redtag::cpp
