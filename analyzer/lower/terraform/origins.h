// Where a module or provider comes from, and which versions of it are taken.
//
// Written in many ways (`git::https://host/acme/vpc.git//net?ref=v1.2.0`, `acme/vpc/aws` with a version beside it, `~> 1.2`), they
// are compared by what they mean: origin, version, whether that is fixed, and the major number.
#pragma once

#include "model/model.h"

namespace redtag::terraform {

/// Puts the source of a module call into its one form and adds what follows from it: `version` where the source holds one,
/// `pinned` (the same text brings the same code tomorrow) and `major`. To a provider or setting: `major`, and `bounded` (a next major version is not
/// taken by itself). What is not known from the text is left out. To be called when values are settled.
void note_origin(Resource& resource);

}  // namespace redtag::terraform
