// Which provider a declaration is made through, told by what that provider points at instead of by its alias.
//
// A resource that is made through another account or region is another resource: the old one drops out of the state and stays, a new
// one is created. An alias that is only called something else is nothing.
#pragma once

#include <span>

#include "lower/frontend.h"

namespace redtag::terraform {

/// Rewrites `provider` and `providers` of one side, and adds `account` to provider blocks that assume a role. What a provider points at is
/// the attributes that have a `replaces` row for the type `provider`. To be called when values are settled.
void name_providers(std::span<LoweredFile> files, const FactTables& facts);

}  // namespace redtag::terraform
