// Instances whose keys are decided elsewhere, and what the text of a change still says of them: where the keys came from.
#pragma once

#include <string>

#include "model/value.h"

namespace redtag {

/// Says why a `for_each` or `count` that cannot be known makes other instances, or fewer, than it did; empty where it does not, or
/// where the text cannot tell.
///
///     merge(local.a, local.b)               merge(local.a)                      local.b no longer gives any
///     {for x in var.all : x.id => x}        {for x in var.all : x.id => x if x.live}    a condition leaves some out
///     {for x in var.all : x.id => x}        {for x in var.all : x.name => x}    its instances have other keys
///
/// What is gained beside a loss may be the same under another name, so that nothing is said of that.
[[nodiscard]] std::string lost_keys(const Value& before, const Value& after);

}  // namespace redtag
