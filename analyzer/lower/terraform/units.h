// What a Terragrunt unit takes from other files: the configurations that it reads and includes.
//
//     locals  { env = read_terragrunt_config(find_in_parent_folders("env.hcl")) }      env.hcl        locals { name = "orders" }
//     include "root" { path = find_in_parent_folders("root.hcl") }                     root.hcl       inputs = { region = "eu-west-1" }
//     inputs = { name = local.env.locals.name }
//
// A folder above is a unit's only by name, so that each unit gets its own copy, with the places of what it was taken from.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lower/frontend.h"

namespace redtag::terraform {

/// True for a file of Terragrunt that is no unit itself by its name: `env.hcl`, `root.hcl`.
[[nodiscard]] bool is_unit_part(std::string_view path);
/// Files above that a unit, or what it includes, names: the nearest of each name.
[[nodiscard]] std::vector<Path> parts_named_by(const LoweredFile& file, SourceTree& tree);
/// Folders of units a few levels below a folder.
[[nodiscard]] std::vector<std::string> units_below(std::string_view directory, SourceTree& tree);
/// Puts what units read and include in its place. To be done before anything is evaluated.
void join_units(std::span<LoweredFile> files);

}  // namespace redtag::terraform
