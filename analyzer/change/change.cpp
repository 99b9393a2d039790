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
bool reaches(const Hunk& hunk, Side side, std::uint32_t line) {
  const Span span = span_of(hunk, side);
  return line < span.first + span.count;
}
}  // namespace

LineMap::LineMap(const FileChange& change) : hunks_(change.hunks) {
  whole_file_[0] = change.status == ChangeStatus::Deleted;
  whole_file_[1] = change.status == ChangeStatus::Added;
}

const Hunk* LineMap::last_from(Side side, std::uint32_t line) const {
  const auto behind = std::upper_bound(hunks_.begin(), hunks_.end(), line, [&](std::uint32_t wanted, const Hunk& hunk) {
    return wanted < span_of(hunk, side).first;
  });
  return behind == hunks_.begin() ? nullptr : &*(behind - 1);
}

bool LineMap::changed(Side side, std::uint32_t line) const {
  if (whole_file_[static_cast<int>(side)]) return true;
  const Hunk* hunk = last_from(side, line);
  if (hunk == nullptr) return false;
  const Span span = span_of(*hunk, side);
  return line < span.first + span.count;
}

bool LineMap::touches(Side side, LineRange lines) const {
  if (whole_file_[static_cast<int>(side)]) return true;
  if (lines.last < lines.first) return false;
  const Hunk* hunk = last_from(side, lines.last);
  if (hunk == nullptr) return false;
  const Span span = span_of(*hunk, side);
  // Hunks are disjoint, so if the last that starts in or before the range does not reach it, none does.
  if (span.count == 0)
    return lines.first < span.first || (hunk != hunks_.data() && reaches(hunk[-1], side, lines.first));
  return lines.first < span.first + span.count;
}

std::uint32_t LineMap::carry(Side from, std::uint32_t line) const {
  const Hunk* hunk = last_from(from, line);
  if (hunk == nullptr) return std::max<std::uint32_t>(1, line);
  const Span span = span_of(*hunk, from);
  if (line < span.first + span.count) {
    const std::uint32_t into = std::min(line - span.first, span.other_count > 0 ? span.other_count - 1 : 0);
    return std::max<std::uint32_t>(1, span.other_first + into);
  }
  const std::int64_t shift = static_cast<std::int64_t>(span.other_first) + span.other_count - span.first - span.count;
  return static_cast<std::uint32_t>(std::max<std::int64_t>(1, line + shift));
}

}  // namespace redtag
