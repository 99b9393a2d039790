#include "report/place.h"

#include <algorithm>

#include "report/encoding.h"

namespace redtag {
namespace {

/// The text of 1-based `line` without its line break.
std::string_view line_text(std::string_view text, const LineIndex& lines, std::uint32_t line) {
  const std::uint32_t begin = lines.start_of(line);
  std::string_view found = text.substr(begin, lines.start_of(line + 1) - begin);
  while (!found.empty() && (found.back() == '\n' || found.back() == '\r')) found.remove_suffix(1);
  return found;
}

std::uint32_t column_of(std::string_view text, const LineIndex& lines, std::uint32_t line, std::uint32_t offset) {
  const std::string_view whole = line_text(text, lines, line);
  const std::uint32_t begin = lines.start_of(line);
  const std::size_t before = offset > begin ? offset - begin : 0;
  return utf16_length(whole.substr(0, before)) + 1;
}

}  // namespace

const FileChange* PlacesView::file_of(const Region& region) const {
  return region.valid() && region.file.value < changes_.files.size() ? &changes_.file(region.file) : nullptr;
}

const LineIndex& PlacesView::lines(const FileChange& file, Side side) {
  const auto key = std::make_pair(file.id, side);
  const auto found = indexes_.find(key);
  if (found != indexes_.end()) return found->second;
  return indexes_.emplace(key, LineIndex(file.image(side).text)).first->second;
}

const LineMap& PlacesView::map(const FileChange& file) {
  const auto found = maps_.find(file.id);
  if (found != maps_.end()) return found->second;
  return maps_.emplace(file.id, LineMap(file)).first->second;
}

Span PlacesView::line_span(const FileChange& file, Side side, std::uint32_t line) {
  if (!file.image(side).readable()) return {};
  const std::string_view text = file.image(side).text;
  const LineIndex& index = lines(file, side);
  const std::uint32_t inside = std::clamp<std::uint32_t>(line, 1, std::max<std::uint32_t>(1, index.count()));
  return {inside, 1, inside, utf16_length(line_text(text, index, inside)) + 1};
}

Place PlacesView::own(const Region& region) {
  const FileChange* file = file_of(region);
  if (file == nullptr) return {};
  Place place;
  const Side side = file->path(region.side) ? region.side : other(region.side);
  place.path = *file->path(side);
  place.side = side;
  if (!file->image(side).readable()) return place;
  const std::string_view text = file->image(side).text;
  const LineIndex& index = lines(*file, side);
  Span& span = place.span;
  const std::uint32_t begin = region.bytes.begin;
  const std::uint32_t end = std::max(begin, region.bytes.end);
  span.first_line = index.line_of(begin);
  // A region that ends with a line break ends on the line that it breaks.
  span.last_line = std::max(span.first_line, index.line_of(end > begin ? end - 1 : end));
  span.first_column = column_of(text, index, span.first_line, begin);
  span.last_column = column_of(text, index, span.last_line, end);
  if (span.last_line - span.first_line >= region_lines) {
    span.last_line = span.first_line + region_lines - 1;
    span.last_column = line_span(*file, side, span.last_line).last_column;
  }
  return place;
}

Place PlacesView::exact(const Region& region) {
  const FileChange* file = file_of(region);
  if (file == nullptr || !file->path(region.side)) return {};
  const std::string_view text = file->image(region.side).text;
  const LineIndex& index = lines(*file, region.side);
  const auto position = [&](std::uint32_t offset) -> std::pair<std::uint32_t, std::uint32_t> {
    const bool behind = offset >= text.size() && (text.empty() || text.back() == '\n');
    if (behind) return {index.count() + 1, 1};
    const std::uint32_t line = index.line_of(offset);
    return {line, column_of(text, index, line, offset)};
  };
  const auto [first_line, first_column] = position(region.bytes.begin);
  const auto [last_line, last_column] = position(std::max(region.bytes.begin, region.bytes.end));
  return {*file->path(region.side), region.side, {first_line, first_column, last_line, last_column}};
}

Place PlacesView::shown(const Region& region) {
  const FileChange* file = file_of(region);
  if (file == nullptr) {  // evidence without a place: the change as a whole
    if (changes_.files.empty()) return {};
    const FileChange& first = changes_.files.front();
    return {first.shown_path(), first.after_path ? Side::After : Side::Before, {}};
  }
  if (!file->after_path) return {*file->before_path, Side::Before, {}};
  Place place = own(region);
  if (place.side == Side::Before) {
    const std::uint32_t line = map(*file).carry(Side::Before, place.span.first_line);
    return {*file->after_path, Side::After, line_span(*file, Side::After, line)};
  }
  if (!file->after.readable()) return place;
  const std::uint32_t last = lines(*file, Side::After).line_of(std::max(region.bytes.begin, region.bytes.end));
  if (last - place.span.first_line < region_lines) return place;
  const auto changed = std::find_if(file->hunks.begin(), file->hunks.end(), [&](const Hunk& hunk) {
    return hunk.after_count > 0 && hunk.after_first + hunk.after_count > place.span.first_line;
  });
  if (changed == file->hunks.end() || changed->after_first > last) return place;
  const std::uint32_t line = std::max(place.span.first_line, changed->after_first);
  const std::uint32_t cut = std::min(last, line + region_lines - 1);
  if (line > place.span.first_line) place.span.first_column = 1;
  place.span = {line, place.span.first_column, cut, line_span(*file, Side::After, cut).last_column};
  return place;
}

}  // namespace redtag
