// Puts a patch's hunks into the tree that the patch applies to, at their exact places.
#include <algorithm>
#include <optional>
#include <set>

#include "base/limits.h"
#include "change/apply_hunks.h"
#include "change/load.h"

namespace redtag {

namespace {

void make_whole(Image& image, std::string text) {
  const bool too_large = text.size() > limits::file_bytes;
  image.kind = too_large                              ? ImageKind::TooLarge
               : text.find('\0') != std::string::npos ? ImageKind::Binary
                                                      : ImageKind::Whole;
  image.text = image.kind == ImageKind::Whole ? std::move(text) : std::string();
  image.known.clear();
}

/// The tree's mode bits of a path; 0 if there is nothing.
std::uint32_t mode_in(SourceTree& base, std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view directory = slash == Path::npos ? std::string_view() : path.substr(0, slash);
  const std::string_view name = slash == Path::npos ? path : path.substr(slash + 1);
  const std::vector<TreeEntry> entries = base.list(directory);
  const auto entry =
      std::find_if(entries.begin(), entries.end(), [&](const TreeEntry& one) { return one.name == name; });
  return entry == entries.end() ? 0 : entry->mode;
}

/// A file that was only moved, and is a link or a submodule in the tree: then that is what both images are. False if it is neither.
bool settle_moved(FileChange& change, SourceTree& base) {
  if (!change.hunks.empty() || !change.before.known.empty() || !change.after.known.empty()) return false;
  const std::uint32_t mode = mode_in(base, *change.before_path);
  if (mode != 0120000 && mode != 0160000) return false;
  for (Image* image : {&change.before, &change.after}) {
    image->kind = mode == 0120000 ? ImageKind::Symlink : ImageKind::Submodule;
    image->mode = mode;
  }
  return true;
}

/// A patch that only moves a file does not say its mode.
void settle_modes(FileChange& change, SourceTree& base) {
  if (change.before.mode == 0) change.before.mode = mode_in(base, *change.before_path);
  if (change.after.mode == 0) change.after.mode = change.before.mode;
}

/// False if the file's hunks do not fit the tree. `vacated` are the paths that other files of the change leave.
bool complete(FileChange& change, SourceTree& base, const std::set<Path>& vacated) {
  const bool partial = change.before.kind == ImageKind::Partial || change.after.kind == ImageKind::Partial;
  if (change.before_path && change.before.kind == ImageKind::Whole && !partial)
    return base.read(*change.before_path) == change.before.text;
  if (change.status == ChangeStatus::Added)
    return vacated.count(*change.after_path) != 0 || !base.read(*change.after_path).has_value();
  if (!partial || !change.before_path) return true;
  std::optional<std::string> before = base.read(*change.before_path);
  if (!before) return settle_moved(change, base);
  if (!change.before.readable()) return true;  // binary, and the patch has shown what it shows
  if (!shows(change.before, LinesView(*before))) return false;
  if (change.before.kind == ImageKind::Whole && change.before.text != *before) return false;
  if (change.after.kind == ImageKind::Partial) {
    std::optional<std::string> after = apply_hunks(change.hunks, *before, change.after);
    if (!after) return false;
    make_whole(change.after, std::move(*after));
  }
  make_whole(change.before, std::move(*before));
  settle_modes(change, base);
  if (!change.before.readable() || !change.after.readable()) change.hunks.clear();
  return true;
}

}  // namespace

Expected<void> complete_images(ChangeSet& changes, SourceTree& base, std::vector<Path>& unapplied) {
  std::set<Path> vacated;
  for (const FileChange& change : changes.files) {
    if (change.before_path && change.status != ChangeStatus::Copied && change.before_path != change.after_path)
      vacated.insert(*change.before_path);
  }
  for (FileChange& change : changes.files) {
    if (!change.is_context() && !complete(change, base, vacated)) unapplied.push_back(change.shown_path());
  }
  return {};
}

}  // namespace redtag
