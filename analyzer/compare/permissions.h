// Access documents compared by what they allow.
//
// The normal form, made by front ends: Shape::Permissions, `items` are statements, each a Map with the scalar `effect`
// (`Allow` if absent), sets of strings `principals` or `not_principals` (`AWS:arn:…`, `Service:…`, `*`), `actions` or `not_actions`,
// `resources` or `not_resources`, and the set `conditions` of `operator|key|value`. What a statement does not have is not
// limited. A statement, a set or an element may be unknown.
//
// Each statement is a box: principals × actions × resources, under conditions. A side gains where a point of one of its allowing
// boxes lies in no allowing box of the other side, or where the other side's denying boxes had a point that it has not. So split,
// merged, repeated and reordered statements are equal, and so are `"x"` and `["x"]`. One box must hold the whole point:
// `s3:*` is not recognised as the sum of all actions there are, and denials are not subtracted from what is allowed, because a
// denial also limits what other documents allow.
#pragma once

#include "compare/comparison.h"
#include "model/value.h"

namespace redtag {

struct PermissionDifference {
  Difference difference;
  bool opened_to_anyone = false;    ///< an allowance without conditions that anyone may use was gained
  bool every_action = false;        ///< an allowance for `*` or `service:*` was gained
  bool condition_dropped = false;   ///< something that was allowed only under a condition needs it no longer
  bool denial_dropped = false;      ///< something that was denied no longer is
};

/// Compares two access documents; an absent one allows nothing. Input without bound costs at most a fixed number of steps, and is
/// then Unknown with `gave_up` set.
[[nodiscard]] PermissionDifference compare_permissions(const Value& before, const Value& after);

}  // namespace redtag
