// Texts that configuration reads by `file` and `templatefile`: policies, tables, templates.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/frontend.h"
#include "lower/terraform/evaluate.h"

namespace redtag::terraform {

/// How many folders above its own a text is looked for by the configuration that reads it.
inline constexpr unsigned text_levels = 3;

/// True for paths that are not configuration themselves: they are here because a configuration reads them.
[[nodiscard]] bool is_text_file(std::string_view path);

/// A setting of type `file` named by the path, with its text twice: as `value`, and read as a template as `template`. JSON
/// keeps its structure, with exact places.
[[nodiscard]] Model lower_text_file(const SourceFileView& file);

/// True for a changed file that configuration beside it or in a folder above may read, or that one in a folder beside writes out.
[[nodiscard]] bool adopts_text(std::string_view path, SourceTree& tree);

/// Folders beside a text's own (`network` of `generated/prefixes.yaml`), and one below those, in which a configuration writes its name.
[[nodiscard]] std::vector<std::string> readers_beside(std::string_view path, SourceTree& tree);

/// Paths of the texts that the declarations of these files read, as far as they are written out.
[[nodiscard]] std::set<std::string> texts_read_by(const LoweredFile& file);

/// `path` as a call of `file` in `directory` names it: normal, from the top of the tree; empty where it leaves the tree.
[[nodiscard]] std::string resolve_text_path(std::string_view directory, std::string_view path);

}  // namespace redtag::terraform
