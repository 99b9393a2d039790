// Terragrunt: a unit is the root of its own state, which calls one module with `inputs`.
#pragma once

#include "lower/terraform/declare.h"

namespace redtag::terraform {

/// True for files that Terragrunt reads.
[[nodiscard]] bool is_terragrunt(std::string_view path);

/// Declares what a file of Terragrunt says, from its blocks and attributes: the call of its module with its inputs, where the
/// state is kept, and what guards it. Whatever else it holds is declared as it stands.
void declare_terragrunt(std::vector<Block> blocks, std::vector<Entry> attributes, Declarer& declarer);

}  // namespace redtag::terraform
