// How files of the tree are compiled, as far as a parser may be told: from a compile_commands.json in the tree, made harmless.
//
// A compile database is text under review. It may name a plugin, a response file, another compiler, a script, an output. Of all that
// only what shapes a parse is taken: macros, include directories inside the tree and the language's version. Everything else is
// dropped, and what would have loaded or run something is told.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace redtag::cpp {

struct CompileCommands {
  std::map<std::string, std::vector<std::string>> arguments;  ///< by path in the tree; words of a parser's command line
  std::vector<std::string> refused;  ///< words that would have loaded or run something, sorted, each once
};

/// `paths` are the files that are asked for. Errors where the text is no such database.
[[nodiscard]] Expected<CompileCommands> read_compile_commands(std::string_view text,
                                                              const std::vector<std::string>& paths);

/// The words of a shell-like command line: quotes and backslashes as a POSIX shell reads them, nothing expanded.
[[nodiscard]] std::vector<std::string> split_command(std::string_view command);

}  // namespace redtag::cpp
