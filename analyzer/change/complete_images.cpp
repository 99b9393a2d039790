// Puts a patch's hunks into the tree that the patch applies to, at their exact places.
#include <algorithm>
#include <optional>

#include "base/limits.h"
#include "base/text.h"
#include "change/load.h"

namespace redtag {

namespace {

/// The lines of a text with their ends, by 1-based number.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text), index_(text) {}
  [[nodiscard]] std::uint32_t count() const { return index_.count(); }
  /// Lines `first` to `last`, both included, as they stand.
  [[nodiscard]] std::string_view block(std::uint32_t first, std::uint32_t last) const {
    const std::uint32_t begin = index_.start_of(first);
    return last < first ? std::string_view() : text_.substr(begin, index_.start_of(last + 1) - begin);
  }

 private:
  std::string_view text_;
  LineIndex index_;
};

/// True if all that the partial image shows stands in the whole text at the same lines.
bool shows(const Image& partial, const Lines& whole) {
  const Lines shown(partial.text);
  return std::all_of(partial.known.begin(), partial.known.end(), [&](const LineRange& range) {
    return range.last <= whole.count() && shown.block(range.first, range.last) == whole.block(range.first, range.last);
  });
}

/// The post-image, or nullopt where a hunk does not fit. The pre-image is known to show what the patch shows of it.
std::optional<std::string> apply_hunks(const FileChange& change, std::string_view before_text) {
  const Lines before(before_text);
  const Lines after(change.after.text);
  std::string result;
  std::uint32_t next = 1;
  std::int64_t shift = 0;
  for (const Hunk& hunk : change.hunks) {
    // A combined diff leaves out hunks, and a patch made by hand may count wrongly: then line numbers of the two sides disagree.
    const bool placed = hunk.before_first >= next && hunk.before_first <= before.count() + 1 &&
                        static_cast<std::int64_t>(hunk.before_first) + shift == hunk.after_first;
    if (!placed) return std::nullopt;
    result += before.block(next, hunk.before_first - 1);
    result += after.block(hunk.after_first, hunk.after_first + hunk.after_count - 1);
    next = hunk.before_first + hunk.before_count;
    shift += static_cast<std::int64_t>(hunk.after_count) - hunk.before_count;
  }
  result += before.block(next, before.count());
  return shows(change.after, Lines(result)) ? std::optional(std::move(result)) : std::nullopt;
}

void make_whole(Image& image, std::string text) {
  const bool too_large = text.size() > limits::file_bytes;
  image.kind = too_large ? ImageKind::TooLarge : text.find('\0') != std::string::npos ? ImageKind::Binary : ImageKind::Whole;
  image.text = image.kind == ImageKind::Whole ? std::move(text) : std::string();
  image.known.clear();
}

/// A file that was only moved, and is a link or a submodule in the tree: then that is what both images are. False if it is neither.
bool settle_moved(FileChange& change, SourceTree& base) {
  if (!change.hunks.empty() || !change.before.known.empty() || !change.after.known.empty()) return false;
  const std::size_t slash = change.before_path->rfind('/');
  const std::string_view path = *change.before_path;
  const std::string_view directory = slash == Path::npos ? std::string_view() : path.substr(0, slash);
  const std::string_view name = slash == Path::npos ? path : path.substr(slash + 1);
  for (const TreeEntry& entry : base.list(directory)) {
    if (entry.name != name || (entry.mode != 0120000 && entry.mode != 0160000)) continue;
    for (Image* image : {&change.before, &change.after}) {
      image->kind = entry.mode == 0120000 ? ImageKind::Symlink : ImageKind::Submodule;
      image->mode = entry.mode;
    }
    return true;
  }
  return false;
}

/// False if the file's hunks do not fit the tree.
bool complete(FileChange& change, SourceTree& base) {
  const bool partial = change.before.kind == ImageKind::Partial || change.after.kind == ImageKind::Partial;
  if (change.before_path && change.before.kind == ImageKind::Whole && !partial) return base.read(*change.before_path) == change.before.text;
  if (change.status == ChangeStatus::Added) return !base.read(*change.after_path).has_value();
  if (!partial || !change.before_path) return true;
  std::optional<std::string> before = base.read(*change.before_path);
  if (!before) return settle_moved(change, base);
  if (!change.before.readable()) return true;  // binary, and the patch has shown what it shows
  if (!shows(change.before, Lines(*before))) return false;
  if (change.before.kind == ImageKind::Whole && change.before.text != *before) return false;
  if (change.after.kind == ImageKind::Partial) {
    std::optional<std::string> after = apply_hunks(change, *before);
    if (!after) return false;
    make_whole(change.after, std::move(*after));
  }
  make_whole(change.before, std::move(*before));
  if (!change.before.readable() || !change.after.readable()) change.hunks.clear();
  return true;
}

}  // namespace

Expected<void> complete_images(ChangeSet& changes, SourceTree& base, std::vector<Path>& unapplied) {
  for (FileChange& change : changes.files) {
    if (!change.is_context() && !complete(change, base)) unapplied.push_back(change.shown_path());
  }
  return {};
}

}  // namespace redtag
