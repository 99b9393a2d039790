// Operations, safeguards and procedures of both sides, matched by what they say, then by where they stand.
#pragma once

#include "delta/delta.h"

namespace redtag {

void compare_operations(const Sides& sides, Delta& delta);
void compare_safeguards(const Sides& sides, Delta& delta);
void compare_procedures(const Sides& sides, Delta& delta);

}  // namespace redtag
