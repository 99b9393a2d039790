#include "report/anchor.h"

#include <algorithm>
#include <iterator>
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

/// Length of the directories that both paths have in common, with the last `/`.
std::size_t shared_directories(std::string_view a, std::string_view b) {
  std::size_t shared = 0;
  for (std::size_t i = 0; i < a.size() && i < b.size() && a[i] == b[i]; ++i) {
    if (a[i] == '/') shared = i + 1;
  }
  return shared;
}

}  // namespace

AnchorsView::AnchorsView(const ChangeSet& changes, PlacesView& places) : changes_(changes), places_(places) {
  for (const FileChange& file : changes.files) {
    if (file.is_context() || !file.after_path || !file.after.readable()) continue;
    auto added = added_lines(file, places.lines(file, Side::After).count());
    if (!added.empty()) visible_.push_back({file.id, std::move(added)});
  }
  std::sort(visible_.begin(), visible_.end(), [](const Visible& a, const Visible& b) { return a.file < b.file; });
  for (std::size_t i = 0; i < visible_.size(); ++i) by_path_.push_back(i);
  std::sort(by_path_.begin(), by_path_.end(), [&](std::size_t a, std::size_t b) { return path_of(a) < path_of(b); });
}

const AnchorsView::Visible* AnchorsView::of(FileId file) const {
  const auto found = std::lower_bound(visible_.begin(), visible_.end(), file,
                                      [](const Visible& visible, FileId id) { return visible.file < id; });
  return found != visible_.end() && found->file == file ? &*found : nullptr;
}

const AnchorsView::Visible& AnchorsView::nearest_to(const Path& path) const {
  const auto from = [&](std::string_view text) {
    return std::lower_bound(by_path_.begin(), by_path_.end(), text,
                            [&](std::size_t index, std::string_view wanted) { return path_of(index) < wanted; });
  };
  // In sorted order, one of the two neighbours shares as much as any.
  const auto next = from(path);
  std::size_t most = 0;
  if (next != by_path_.end()) most = shared_directories(path, path_of(*next));
  if (next != by_path_.begin()) most = std::max(most, shared_directories(path, path_of(*std::prev(next))));
  return visible_[*from(std::string_view(path).substr(0, most))];
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
    visible = &nearest_to(shown.path);
    return place_at(*visible, {visible->added.front().first, visible->added.front().first});
  }
  const LineRange wanted{shown.span.first_line, shown.span.last_line};
  const auto behind = std::lower_bound(visible->added.begin(), visible->added.end(), wanted.first,
                                       [](LineRange added, std::uint32_t line) { return added.last < line; });
  if (behind != visible->added.end() && behind->first <= wanted.last) {
    const LineRange overlap{std::max(behind->first, wanted.first), std::min(behind->last, wanted.last)};
    Place place = place_at(*visible, overlap);
    if (overlap == wanted) place.span = shown.span;  // exact columns only where every line of the region is shown
    return place;
  }
  const bool none_behind = behind == visible->added.end();
  const bool none_before = behind == visible->added.begin();
  const bool earlier =
      none_behind || (!none_before && wanted.first - std::prev(behind)->last <= behind->first - wanted.first);
  const std::uint32_t line = earlier ? std::prev(behind)->last : behind->first;
  return place_at(*visible, {line, line});
}

}  // namespace redtag
