// Texts with places in them that are filled elsewhere: what can be said of two without what fills them.
#pragma once

#include "model/value.h"

namespace redtag {

/// True if the two differ whatever fills their places: `"${var.env}-web"` and `"${var.env}-site"`, `"app"` and `"app-${var.env}"`; so do two
/// elements of one list that a look-up gives, and two parts of one network. Each is a known string or an unknown value of
/// Expression::Template. A place that both have is filled with the same text; false where some filling makes them equal, and for anything
/// else.
[[nodiscard]] bool surely_differ(const Value& before, const Value& after);

}  // namespace redtag
