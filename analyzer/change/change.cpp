#include "change/change.h"

#include <algorithm>

namespace redtag {

namespace {
struct Span {
  std::uint32_t first, count, other_first, other_count;
};
Span span_of(const Hunk& hunk, Side side) {
  if (side == Side::Before) return {hunk.before_first, hunk.before_count, hunk.after_first, hunk.after_count};
  return {hunk.after_first, hunk.after_count, hunk.before_first, hunk.before_count};
}
}  // namespace

LineMap::LineMap(const FileChange& change) : hunks_(change.hunks) {
  whole_file_[0] = change.status == ChangeStatus::Deleted;
  whole_file_[1] = change.status == ChangeStatus::Added;
}

bool LineMap::changed(Side side, std::uint32_t line) const {
  if (whole_file_[static_cast<int>(side)]) return true;
  return std::any_of(hunks_.begin(), hunks_.end(), [&](const Hunk& hunk) {
    const Span span = span_of(hunk, side);
    return span.first <= line && line < span.first + span.count;
  });
}

bool LineMap::touches(Side side, LineRange lines) const {
  if (whole_file_[static_cast<int>(side)]) return true;
  return std::any_of(hunks_.begin(), hunks_.end(), [&](const Hunk& hunk) {
    const Span span = span_of(hunk, side);
    if (span.count == 0) return lines.first < span.first && span.first <= lines.last;
    return span.first <= lines.last && lines.first < span.first + span.count;
  });
}

std::uint32_t LineMap::carry(Side from, std::uint32_t line) const {
  std::int64_t shift = 0;
  for (const Hunk& hunk : hunks_) {
    const Span span = span_of(hunk, from);
    if (line < span.first) break;
    if (line < span.first + span.count) {
      const std::uint32_t into = std::min(line - span.first, span.other_count > 0 ? span.other_count - 1 : 0);
      return std::max<std::uint32_t>(1, span.other_first + into);
    }
    shift = static_cast<std::int64_t>(span.other_first) + span.other_count - span.first - span.count;
  }
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, line + shift));
}

}  // namespace redtag
