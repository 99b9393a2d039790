// What joins directories: a module call and the directory it brings in, a state and those who read it.
#pragma once

#include "lower/frontend.h"

namespace redtag::terraform {

/// Adds to the resources of a linked file the references that no expression spells: of a call of a local module to its directory, of
/// a `terraform_remote_state` to the state it reads; and to a back end the name of its state.
void add_joins(LoweredFile& file);

}  // namespace redtag::terraform
