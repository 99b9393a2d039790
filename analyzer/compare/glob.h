// Globs compared with globs: `*` any run, `?` one byte, everything else itself.
#pragma once

#include <string>
#include <string_view>

namespace redtag {

/// The same pattern with each run of `*` and `?` written one way (`*?*` is `?*`), so that equal patterns look equal.
[[nodiscard]] std::string normal_glob(std::string_view pattern);

/// True if every text that `inner` matches is matched by `outer`. Both in normal form. Sound; for globs in normal form it misses
/// only cases in which several of `outer`'s parts share one `*` of `inner`. Cost: at most the product of the lengths.
[[nodiscard]] bool glob_covers(std::string_view outer, std::string_view inner);

/// True if some text is matched by both. Cost: the product of the lengths.
[[nodiscard]] bool globs_meet(std::string_view a, std::string_view b);

}  // namespace redtag
