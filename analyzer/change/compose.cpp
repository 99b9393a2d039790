// Two changes of one file as one. Hunks are merged where they meet in the text between the two; what either patch shows of
// that text, and the other does not touch, is shown by the result on both sides.
#include <algorithm>
#include <string_view>

#include "change/apply_hunks.h"
#include "change/patch_image.h"
#include "change/series.h"

namespace redtag {

namespace {

constexpr std::uint32_t type_bits = 0170000;

struct KnownLine {
  std::uint32_t number = 0;
  std::string_view text;  // with its end
};
using KnownLines = std::vector<KnownLine>;  // by number

/// Adds what `image` shows and the other patch does not touch, under its numbers on the far side of that patch.
void add_known(KnownLines& lines, const Image& image, const LineMap* map, Side side) {
  const LinesView text(image.text);
  const auto old_size = static_cast<std::ptrdiff_t>(lines.size());
  const std::vector<LineRange> whole{{1, text.count()}};
  for (const LineRange& range : image.kind == ImageKind::Partial ? image.known : whole) {
    for (std::uint32_t line = range.first; line <= range.last; ++line) {
      if (map != nullptr && map->changed(side, line)) continue;
      lines.push_back({map != nullptr ? map->carry(side, line) : line, text.block(line, line)});
    }
  }
  const auto less = [](const KnownLine& a, const KnownLine& b) { return a.number < b.number; };
  const auto same = [](const KnownLine& a, const KnownLine& b) { return a.number == b.number; };
  KnownLines merged(lines.size());
  std::merge(lines.begin(), lines.begin() + old_size, lines.begin() + old_size, lines.end(), merged.begin(), less);
  merged.erase(std::unique(merged.begin(), merged.end(), same), merged.end());
  lines = std::move(merged);
}

/// A partial image of just these lines. nullopt if there are lines behind one that ends the file: the patches contradict one another.
std::optional<Image> partial_image(const Image& like, const KnownLines& lines) {
  PatchImage built;
  FillerBudget filler;
  for (const auto& [number, line] : lines) {
    const bool ended = !line.ends_with('\n');
    if (!built.seek(number) || !built.append(ended ? line : line.substr(0, line.size() - 1), filler))
      return std::nullopt;
    if (ended && !built.end_without_newline()) return std::nullopt;
  }
  Image image = like;
  image.kind = built.too_large() ? ImageKind::TooLarge : ImageKind::Partial;
  image.text = built.too_large() ? std::string() : built.take_text();
  image.known = built.too_large() ? std::vector<LineRange>() : built.take_known();
  return image;
}

Image whole_image(const Image& like, std::string text) {
  Image image = like;
  const bool too_large = text.size() > limits::file_bytes;
  image.kind = too_large ? ImageKind::TooLarge : ImageKind::Whole;
  image.text = too_large ? std::string() : std::move(text);
  image.known.clear();
  return image;
}

std::vector<Hunk> reversed(std::vector<Hunk> hunks) {
  for (Hunk& hunk : hunks) hunk = {hunk.after_first, hunk.after_count, hunk.before_first, hunk.before_count};
  return hunks;
}

/// True if two images of one text show the same where both show something.
bool agree(const Image& a, const Image& b) {
  if (!a.readable() || !b.readable()) return true;
  if (a.kind == ImageKind::Whole && b.kind == ImageKind::Whole) return a.text == b.text;
  const LinesView a_lines(a.text), b_lines(b.text);
  if (a.kind == ImageKind::Whole) return shows(b, a_lines);
  if (b.kind == ImageKind::Whole) return shows(a, b_lines);
  for (std::size_t i = 0, k = 0; i < a.known.size() && k < b.known.size();) {
    const std::uint32_t first = std::max(a.known[i].first, b.known[k].first);
    const std::uint32_t last = std::min(a.known[i].last, b.known[k].last);
    if (first <= last && a_lines.block(first, last) != b_lines.block(first, last)) return false;
    a.known[i].last < b.known[k].last ? ++i : ++k;
  }
  return true;
}

/// The first pre-image, with what the second patch shows of it.
std::optional<Image> outer_before(const FileChange& first, const FileChange& second) {
  if (first.before.kind != ImageKind::Partial) return first.before;
  if (second.before.kind == ImageKind::Whole) {
    if (auto text = apply_hunks(reversed(first.hunks), second.before.text, first.before))
      return whole_image(first.before, std::move(*text));
  }
  KnownLines lines;
  const LineMap map(first);
  add_known(lines, first.before, nullptr, Side::Before);
  add_known(lines, second.before, &map, Side::After);
  return partial_image(first.before, lines);
}

/// The last post-image, with what the first patch shows of it.
std::optional<Image> outer_after(const FileChange& first, const FileChange& second) {
  if (second.after.kind != ImageKind::Partial) return second.after;
  if (first.after.kind == ImageKind::Whole) {
    if (auto text = apply_hunks(second.hunks, first.after.text, second.after))
      return whole_image(second.after, std::move(*text));
  }
  KnownLines lines;
  const LineMap map(second);
  add_known(lines, second.after, nullptr, Side::After);
  add_known(lines, first.after, &map, Side::Before);
  return partial_image(second.after, lines);
}

/// How far line numbers have moved behind a hunk.
std::int64_t shift_behind(const Hunk& hunk) {
  return (static_cast<std::int64_t>(hunk.after_first) + hunk.after_count) -
         (static_cast<std::int64_t>(hunk.before_first) + hunk.before_count);
}

/// Takes off equal lines at both ends of a hunk: what the second patch took back.
void trim(Hunk& hunk, const LinesView& before, const LinesView& after) {
  const auto equal = [&](std::uint32_t a, std::uint32_t b) { return before.block(a, a) == after.block(b, b); };
  while (hunk.before_count > 0 && hunk.after_count > 0 && equal(hunk.before_first, hunk.after_first)) {
    ++hunk.before_first, ++hunk.after_first, --hunk.before_count, --hunk.after_count;
  }
  while (hunk.before_count > 0 && hunk.after_count > 0 &&
         equal(hunk.before_first + hunk.before_count - 1, hunk.after_first + hunk.after_count - 1)) {
    --hunk.before_count, --hunk.after_count;
  }
}

std::vector<Hunk> merged_hunks(const std::vector<Hunk>& first, const std::vector<Hunk>& second, const LinesView& before,
                               const LinesView& after) {
  std::vector<Hunk> merged;
  std::size_t i = 0, k = 0;
  std::int64_t shift_first = 0, shift_second = 0;
  while (i < first.size() || k < second.size()) {
    // A group of hunks that overlap or touch in the text between: from `low` to before `high` there.
    const bool take_first = k == second.size() || (i < first.size() && first[i].after_first <= second[k].before_first);
    const std::uint32_t low = take_first ? first[i].after_first : second[k].before_first;
    std::uint32_t high = low;
    const std::int64_t before_first = low - shift_first;
    const std::int64_t after_first = low + shift_second;
    for (bool grown = true; grown;) {
      grown = false;
      if (i < first.size() && first[i].after_first <= high) {
        high = std::max(high, first[i].after_first + first[i].after_count);
        shift_first = shift_behind(first[i++]);
        grown = true;
      }
      if (k < second.size() && second[k].before_first <= high) {
        high = std::max(high, second[k].before_first + second[k].before_count);
        shift_second = shift_behind(second[k++]);
        grown = true;
      }
    }
    Hunk hunk{static_cast<std::uint32_t>(before_first), static_cast<std::uint32_t>(high - shift_first - before_first),
              static_cast<std::uint32_t>(after_first), static_cast<std::uint32_t>(high + shift_second - after_first)};
    trim(hunk, before, after);
    if (hunk.before_count + hunk.after_count > 0) merged.push_back(hunk);
  }
  return merged;
}

ChangeStatus status_of(const FileChange& change, const FileChange& first) {
  if (!change.before_path) return ChangeStatus::Added;
  if (!change.after_path) return ChangeStatus::Deleted;
  if (first.status == ChangeStatus::Copied) return ChangeStatus::Copied;
  const bool modes = change.before.mode != 0 && change.after.mode != 0;
  if (modes && (change.before.mode & type_bits) != (change.after.mode & type_bits)) return ChangeStatus::TypeChanged;
  return change.before_path == change.after_path ? ChangeStatus::Modified : ChangeStatus::Renamed;
}

bool has_lines(const Image& image) {
  return image.readable() || (image.kind == ImageKind::Symlink && !image.text.empty()) ||
         image.kind == ImageKind::Submodule;
}

/// A file that a patch moved, or gave another mode, without showing anything of it.
bool only_moves(const FileChange& change) {
  return change.hunks.empty() && change.before.kind == ImageKind::Partial && change.after.kind == ImageKind::Partial &&
         change.before.known.empty() && change.after.known.empty();
}

void keep_mode(Image& image, std::uint32_t mode) {
  if (mode != 0) image.mode = mode;
}

std::vector<Hunk> outer_hunks(const FileChange& first, const FileChange& second, const FileChange& change) {
  const LinesView before(change.before.text);
  const LinesView after(change.after.text);
  const bool readable =
      (has_lines(change.before) || !first.before_path) && (has_lines(change.after) || !second.after_path);
  if (!readable) return {};
  if (first.after.readable() && second.before.readable()) return merged_hunks(first.hunks, second.hunks, before, after);
  if (change.before.kind == ImageKind::Partial || change.after.kind == ImageKind::Partial) return {};
  Hunk all{1, before.count(), 1, after.count()};
  trim(all, before, after);
  return all.before_count + all.after_count > 0 ? std::vector<Hunk>{all} : std::vector<Hunk>();
}

}  // namespace

std::optional<FileChange> compose(const FileChange& first, const FileChange& second) {
  if (!agree(first.after, second.before)) return std::nullopt;
  FileChange change;
  if (only_moves(second)) {
    change = first;
    keep_mode(change.after, second.after.mode);
  } else if (only_moves(first)) {
    change = second;
    keep_mode(change.before, first.before.mode);
  } else {
    const bool through_text = first.after.readable() && second.before.readable();
    std::optional<Image> before = through_text ? outer_before(first, second) : first.before;
    std::optional<Image> after = through_text ? outer_after(first, second) : second.after;
    if (!before || !after) return std::nullopt;
    change.before = std::move(*before);
    change.after = std::move(*after);
    if (first.before_path) keep_mode(change.before, change.before.mode != 0 ? 0 : second.before.mode);
    change.hunks = outer_hunks(first, second, change);
  }
  change.before_path = first.before_path;
  change.after_path = second.after_path;
  change.status = status_of(change, first);
  return change;
}

}  // namespace redtag
