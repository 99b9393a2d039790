// From a section of a patch, as written, to a file change, as meant.
#include <algorithm>

#include "change/blob_id.h"
#include "change/patch_section.h"

namespace redtag {

namespace {

constexpr std::uint32_t type_bits = 0170000;
constexpr std::uint32_t link_mode = 0120000;
constexpr std::uint32_t submodule_mode = 0160000;
constexpr std::string_view submodule_line = "Subproject commit ";

/// The commit in `Subproject commit <id>`; empty if the text says nothing of the kind.
std::string submodule_commit(std::string_view text) {
  if (!text.starts_with(submodule_line)) return {};
  text.remove_prefix(submodule_line.size());
  const std::string_view id = text.substr(0, text.find_first_not_of("0123456789abcdef"));
  return id.size() >= 40 ? std::string(id) : std::string();
}

/// A combined diff of a submodule names no mode; its lines have a form that nothing else has.
bool is_bare_submodule(const PatchSection& section) {
  const auto says_nothing_else = [](const PatchImage& image) {
    return image.text().empty() || !submodule_commit(image.text()).empty();
  };
  return section.form.parents > 1 && section.before_mode == 0 && section.after_mode == 0 && section.content.any &&
         says_nothing_else(section.content.before) && says_nothing_else(section.content.after);
}

void settle_presence(PatchSection& section) {
  const std::vector<Hunk>& hunks = section.content.hunks;
  if (!section.content.any || hunks.size() != 1) return;
  const bool all_new = section.content.before.known().empty() && hunks[0].before_first == 1;
  const bool all_gone = section.content.after.known().empty() && hunks[0].after_first == 1;
  if (section.before_doubtful && all_new) {
    section.added = true;
    section.before_path.reset();
  } else if (section.after_doubtful && all_gone) {
    section.deleted = true;
    section.after_path.reset();
  }
}

Expected<void> check_one_sided(const PatchSection& section, const PatchText& text) {
  const bool old_lines = section.added && !section.content.before.known().empty();
  const bool new_lines = section.deleted && !section.content.after.known().empty();
  if (old_lines) return text.error_at(section.line, "an added file with old lines");
  if (new_lines) return text.error_at(section.line, "a deleted file with new lines");
  const PatchImage& only = section.added ? section.content.after : section.content.before;
  const bool one_sided = section.form.parents == 1 && (section.added || section.deleted);
  if (one_sided && !only.contiguous())
    return text.error_at(section.line, "an added or deleted file whose lines are not all shown");
  return {};
}

ChangeStatus status_of(const PatchSection& section) {
  if (section.added) return ChangeStatus::Added;
  if (section.deleted) return ChangeStatus::Deleted;
  if (section.copied) return ChangeStatus::Copied;
  return section.renamed ? ChangeStatus::Renamed : ChangeStatus::Modified;
}

/// Facts about one side of a section.
struct SectionSide {
  PatchImage& image;
  const std::string& blob;
  std::uint32_t mode;
  bool present;
  bool alone;  ///< there is no file on the other side, so the hunks show all of this one
  const std::optional<std::string>& commit;
};

ImageKind kind_of_text(const PatchSection& section, const SectionSide& side, Images images) {
  if (side.image.too_large()) return ImageKind::TooLarge;
  if (side.image.text().find('\0') != std::string::npos) return ImageKind::Binary;
  const bool nothing_shown = !section.content.any;
  // `git diff -D` leaves out what a deleted file held.
  if (nothing_shown && side.alone && !side.blob.empty() && !is_blob_id(side.blob, "")) return ImageKind::Missing;
  if (!side.image.contiguous()) return ImageKind::Partial;
  const bool all_shown = (side.alone && section.form.parents == 1) || (images == Images::Whole && section.content.any);
  if (all_shown || is_blob_id(side.blob, side.image.text())) return ImageKind::Whole;
  return ImageKind::Partial;
}

Image image_of(const PatchSection& section, SectionSide side, Images images) {
  Image image;
  if (!side.present) return image;
  image.mode = side.mode;
  image.blob = side.blob;
  if ((side.mode & type_bits) == submodule_mode) {
    image.kind = ImageKind::Submodule;
    image.text = side.commit ? *side.commit : submodule_commit(side.image.text());
    if (image.text.empty()) image.text = side.blob;
    if (image.blob.empty()) image.blob = image.text;
    return image;
  }
  image.kind = section.binary ? ImageKind::Binary : kind_of_text(section, side, images);
  if (image.readable() && (side.mode & type_bits) == link_mode) {
    // A target may hold line feeds, and then a patch may show it in part only: it is not known.
    const bool all_shown =
        image.kind == ImageKind::Whole || (side.image.contiguous() && !side.image.text().ends_with('\n'));
    image.kind = ImageKind::Symlink;
    image.text = all_shown ? side.image.take_text() : std::string();
  }
  if (image.readable()) image.text = side.image.take_text();
  if (image.kind == ImageKind::Partial) image.known = side.image.take_known();
  return image;
}

bool has_lines(const Image& image) {
  const bool link = image.kind == ImageKind::Symlink && !image.text.empty();
  return image.readable() || image.kind == ImageKind::None || link || image.kind == ImageKind::Submodule;
}

/// With the caller's word for it, every hunk starts on line 1; a second one, or another start, refutes it.
Expected<void> check_whole(const PatchSection& section, const PatchText& text) {
  if (!section.content.any || section.binary) return {};
  if (section.content.before.contiguous() && section.content.after.contiguous()) return {};
  return text.error_at(section.line,
                       "expected the whole file in one hunk from line 1 on both sides (git diff -U999999)");
}

}  // namespace

Expected<FileChange> file_change(PatchSection section, const PatchText& text, Images images) {
  settle_presence(section);
  RT_TRY(check_one_sided(section, text));
  if (images == Images::Whole) RT_TRY(check_whole(section, text));
  if (is_bare_submodule(section)) section.before_mode = section.after_mode = submodule_mode;
  if (section.before_mode == 0 && !section.added) section.before_mode = section.after_mode;
  if (section.after_mode == 0 && !section.deleted) section.after_mode = section.before_mode;
  const bool shows_nothing = !section.content.any && !section.binary && !section.after_commit && !section.before_commit;
  const bool differs = section.before_blob != section.after_blob && !section.added && !section.deleted;
  if (shows_nothing && differs && (section.before_mode == section.after_mode || section.ended_text)) {
    return text.error_at(section.line, "two different blobs, but no hunk shows how they differ");
  }
  FileChange change;
  change.status = status_of(section);
  change.before_path = section.added ? std::nullopt : section.before_path;
  change.after_path = section.deleted ? std::nullopt : section.after_path;
  change.before = image_of(section,
                           {section.content.before, section.before_blob, section.added ? 0 : section.before_mode,
                            !section.added, section.deleted, section.before_commit},
                           images);
  change.after = image_of(section,
                          {section.content.after, section.after_blob, section.deleted ? 0 : section.after_mode,
                           !section.deleted, section.added, section.after_commit},
                          images);
  if (has_lines(change.before) && has_lines(change.after)) change.hunks = std::move(section.content.hunks);
  return change;
}

bool merge_type_change(FileChange& first, FileChange& second) {
  const bool same_path = first.status == ChangeStatus::Deleted && second.status == ChangeStatus::Added &&
                         first.before_path == second.after_path;
  if (!same_path || (first.before.mode & type_bits) == (second.after.mode & type_bits)) return false;
  Hunk hunk;
  for (const Hunk& gone : first.hunks) hunk.before_count += gone.before_count;
  for (const Hunk& come : second.hunks) hunk.after_count += come.after_count;
  first.status = ChangeStatus::TypeChanged;
  first.after_path = std::move(second.after_path);
  first.after = std::move(second.after);
  first.hunks.clear();
  const bool all_shown = first.before.kind != ImageKind::Partial && first.after.kind != ImageKind::Partial;
  const bool lines = has_lines(first.before) && has_lines(first.after) && hunk.before_count + hunk.after_count > 0;
  if (all_shown && lines) first.hunks.push_back(hunk);
  return true;
}

}  // namespace redtag
