// Plays whose hosts a variable decides: `hosts: "{{ target | default('lab') }}"`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag::ansible {

/// What variables are at hand: a name with several values is not known.
using Variables = std::map<std::string, std::optional<std::string>, std::less<>>;

/// The values that the files of variables at hand give, lists as `a,b`.
[[nodiscard]] Variables variables_at_hand(std::span<const LoweredFile> files);

/// A pattern of hosts with the values in the places of its expressions, or their defaults; nullopt where neither is known.
[[nodiscard]] std::optional<std::string> filled_in(std::string_view pattern, const Variables& variables);

/// Whether an expression of the text reads the variable.
[[nodiscard]] bool reads(std::string_view text, std::string_view variable);

/// Whether a changed file sets the hosts of this play. Plays of no such file are no concern of theirs.
[[nodiscard]] bool is_aimed_by(const Resource& play, const LoweredFile& variables);

/// Whether a play of this file takes its hosts from a changed file of variables among `files`.
[[nodiscard]] bool holds_aimed_play(const LoweredFile& file, std::span<const LoweredFile> files);

/// Plays around changed files of variables whose hosts these decide; bounded.
void want_aimed_plays(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted);

/// True for a file of variables that plays of the tree around it may name (`vars_files`, `-e @vars/x.yml`).
[[nodiscard]] bool reads_as_variables(std::string_view path, SourceTree& tree);

}  // namespace redtag::ansible
