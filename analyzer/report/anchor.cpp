#include "report/anchor.h"

#include <algorithm>
#include <string_view>

namespace redtag {
namespace {

/// The added lines of a file that a host shows: text only, and none behind the end of the image.
std::vector<LineRange> added_lines(const FileChange& file, std::uint32_t count) {
  std::vector<LineRange> added;
  for (const Hunk& hunk : file.hunks) {
    if (hunk.after_count == 0 || hunk.after_first > count) continue;
    added.push_back({hunk.after_first, std::min(count, hunk.after_first + hunk.after_count - 1)});
  }
  if (added.empty() && !file.before_path && count > 0) added.push_back({1, count});  // a new file is added as a whole
  return added;
}

std::size_t shared_directories(std::string_view a, std::string_view b) {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size() && a[i] == b[i]; ++i) shared += a[i] == '/';
  return shared;
}

std::uint32_t distance(LineRange range, std::uint32_t line) {
  if (line < range.first) return range.first - line;
  return line > range.last ? line - range.last : 0;
}

}  // namespace

AnchorsView::AnchorsView(const ChangeSet& changes, PlacesView& places) : changes_(changes), places_(places) {
  for (const FileChange& file : changes.files) {
    if (file.is_context() || !file.after_path || !file.after.readable()) continue;
    auto added = added_lines(file, places.lines(file, Side::After).count());
    if (!added.empty()) visible_.push_back({file.id, std::move(added)});
  }
  std::sort(visible_.begin(), visible_.end(), [](const Visible& a, const Visible& b) { return a.file < b.file; });
}

const AnchorsView::Visible* AnchorsView::of(FileId file) const {
  const auto found = std::lower_bound(visible_.begin(), visible_.end(), file,
                                      [](const Visible& visible, FileId id) { return visible.file < id; });
  return found != visible_.end() && found->file == file ? &*found : nullptr;
}

const AnchorsView::Visible* AnchorsView::nearest_to(const Path& path) const {
  const Visible* best = nullptr;
  std::size_t most = 0;
  for (const Visible& visible : visible_) {
    const std::size_t shared = shared_directories(path, *changes_.file(visible.file).after_path);
    if (best != nullptr && shared <= most) continue;
    best = &visible;
    most = shared;
  }
  return best;
}

Place AnchorsView::place_at(const Visible& visible, LineRange lines) {
  const FileChange& file = changes_.file(visible.file);
  lines.last = std::min(lines.last, lines.first + PlacesView::region_lines - 1);
  Span span = places_.line_span(file, Side::After, lines.first);
  const Span end = places_.line_span(file, Side::After, lines.last);
  span.last_line = end.last_line;
  span.last_column = end.last_column;
  return {*file.after_path, Side::After, span};
}

std::optional<Place> AnchorsView::anchor(const Region& region) {
  if (visible_.empty()) return std::nullopt;
  const Place shown = places_.shown(region);
  const Visible* visible = region.valid() ? of(region.file) : nullptr;
  if (visible == nullptr) {
    visible = nearest_to(shown.path);
    return place_at(*visible, {visible->added.front().first, visible->added.front().first});
  }
  const LineRange wanted{shown.span.first_line, shown.span.last_line};
  const LineRange* nearest = nullptr;
  for (const LineRange& added : visible->added) {
    const LineRange overlap{std::max(added.first, wanted.first), std::min(added.last, wanted.last)};
    if (overlap.first <= overlap.last) {
      const bool whole = overlap == wanted;
      Place place = place_at(*visible, overlap);
      if (whole) place.span = shown.span;  // the exact columns are shown only where every line is
      return place;
    }
    if (nearest == nullptr || distance(added, wanted.first) < distance(*nearest, wanted.first)) nearest = &added;
  }
  const std::uint32_t line = std::clamp(wanted.first, nearest->first, nearest->last);
  return place_at(*visible, {line, line});
}

}  // namespace redtag
