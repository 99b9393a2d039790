// Wrappers in the tree: a target of make, a script of a package manager, a task, another script, a function of a sourced file. A
// command that calls one does what that does.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lower/frontend.h"
#include "lower/shell/operation.h"

namespace redtag::shell {

/// The object of an operation that is a call. Its target is the address of what it calls, as far as the line says it
/// (`Makefile:nuke`, `package.json:db:reset`, `scripts/reset.sh`, `:wipe` for a function of some sourced file).
inline constexpr std::string_view call_object = "call";

/// The calls that a line makes. Their files are unknown to it: link() finds them.
[[nodiscard]] std::vector<Operation> calls_of(const LineView& line);
/// A command that no table knows, in a script that sources others: perhaps a function of theirs.
[[nodiscard]] Operation call_of_function(const LineView& line);

/// A target of the Makefile at `path` that another one of it needs.
[[nodiscard]] Operation call_of_target(std::string_view path, std::string_view target, Region region);
/// A file of variables that all commands of a file find in force: it counts as one that they source.
[[nodiscard]] Operation load_of_file(std::string_view path, Region region);
/// Says of what a file's procedures destroy which others of the same file start them (model/spared.h).
void tell_starters(Model& model, std::string_view path);

[[nodiscard]] bool is_call(const Operation& operation);
/// A variable that the one who calls sets, as an argument of the call: it counts where what is called names it.
[[nodiscard]] std::string variable_of_call(std::string_view name, std::string_view value);

/// Files that calls name, on one side.
[[nodiscard]] std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree);
/// Gives calls of unchanged files the effect of what they call, and forgets the other calls. What is called in a changed file is
/// reported there. A call whose target is harmless runs on a machine that is thrown away: what stays on that machine is none.
void follow_calls(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

}  // namespace redtag::shell
