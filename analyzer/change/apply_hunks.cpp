#include "change/apply_hunks.h"

#include <algorithm>

namespace redtag {

bool shows(const Image& partial, const LinesView& whole) {
  const LinesView shown(partial.text);
  return std::all_of(partial.known.begin(), partial.known.end(), [&](const LineRange& range) {
    return range.last <= whole.count() && shown.block(range.first, range.last) == whole.block(range.first, range.last);
  });
}

std::optional<std::string> apply_hunks(std::span<const Hunk> hunks, std::string_view text, const Image& other) {
  const LinesView before(text);
  const LinesView after(other.text);
  std::string result;
  std::uint32_t next = 1;
  std::int64_t shift = 0;
  for (const Hunk& hunk : hunks) {
    // A combined diff leaves out hunks, and a patch made by hand may count wrongly: then line numbers of the two sides disagree.
    const bool placed = hunk.before_first >= next && hunk.before_first + hunk.before_count <= before.count() + 1 &&
                        static_cast<std::int64_t>(hunk.before_first) + shift == hunk.after_first;
    if (!placed) return std::nullopt;
    result += before.block(next, hunk.before_first - 1);
    result += after.block(hunk.after_first, hunk.after_first + hunk.after_count - 1);
    next = hunk.before_first + hunk.before_count;
    shift += static_cast<std::int64_t>(hunk.after_count) - hunk.before_count;
  }
  result += before.block(next, before.count());
  return shows(other, LinesView(result)) ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace redtag
