// Terragrunt: a unit is the root of its own state, which calls one module with `inputs`.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "lower/terraform/declare.h"

namespace redtag::terraform {

/// True for files that Terragrunt reads.
[[nodiscard]] bool is_terragrunt(std::string_view path);

/// Declares what a file of Terragrunt says, from its blocks and attributes: the call of its module with its inputs, where the
/// state is kept, and what guards it. Whatever else it holds is declared as it stands.
void declare_terragrunt(std::vector<Block> blocks, std::vector<Entry> attributes, Declarer& declarer);

/// Where the `=` of `terragrunt = {` stands: until version 0.19 a unit was written so in a file of variables, with blocks inside of an object,
/// which is no HCL 2. Without the `=` it is a block. nullopt where there is none.
[[nodiscard]] std::optional<std::size_t> old_unit(std::string_view path, std::string_view text);

/// Declares such a unit, read as a block; the variables beside it are its inputs, and stay what they are.
void declare_old_unit(Block unit, Declarer& declarer);

}  // namespace redtag::terraform
