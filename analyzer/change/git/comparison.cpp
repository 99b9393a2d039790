#include "change/git/comparison.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "change/blob_id.h"
#include "change/git/raw_entry.h"
#include "change/patch_section.h"

namespace redtag {

namespace {

constexpr std::uint32_t type_bits = 0170000;
constexpr std::uint32_t link_mode = 0120000;
constexpr std::uint32_t submodule_mode = 0160000;

/// Larger binary files are not looked into: that a NUL is in them is git's word.
constexpr std::size_t probed_bytes = std::size_t{1} << 20;

ChangeStatus status_of(char letter) {
  switch (letter) {
    case 'A': return ChangeStatus::Added;
    case 'D': return ChangeStatus::Deleted;
    case 'R': return ChangeStatus::Renamed;
    case 'C': return ChangeStatus::Copied;
    case 'T': return ChangeStatus::TypeChanged;
    default: return ChangeStatus::Modified;
  }
}

void settle_side(Image& image, std::uint32_t mode, const std::string& id) {
  image.mode = mode;
  if (!is_null_id(id)) image.blob = id;  // a file of the work tree has none in the list, but the patch named one
}

/// The list says what a file is called and what happened to it; the patch, what is in it.
void settle(FileChange& change, const RawEntry& entry) {
  change.status = status_of(entry.status);
  change.before_path = entry.status == 'A' ? std::nullopt : std::optional(entry.before_path);
  change.after_path = entry.status == 'D' ? std::nullopt : std::optional(entry.after_path);
  if (change.before_path) settle_side(change.before, entry.before_mode, entry.before_id);
  if (change.after_path) settle_side(change.after, entry.after_mode, entry.after_id);
}

tl::unexpected<Error> out_of_step(const RawEntry& entry) {
  return fail(ErrorCode::Process,
              "git's patch does not show " + printable(entry.after_path) + " where its list of files does");
}

/// A file of the work tree that was touched, but not changed, is in the list; of its patch there is at most the first line.
bool may_be_equal(const RawEntry& entry) {
  return entry.status == 'M' && is_null_id(entry.after_id) && entry.before_mode == entry.after_mode;
}

/// The sections of one entry: two for a change of type, else one. nullopt if the contents are equal after all.
Expected<std::optional<FileChange>> read_entry(PatchText& text, FillerBudget& filler, const RawEntry& entry) {
  std::optional<FileChange> change;
  for (int sections = entry.status == 'T' ? 2 : 1; sections > 0; --sections) {
    const PatchText here = text;
    if (!opens_section(text)) {
      if (may_be_equal(entry)) return std::optional<FileChange>();
      return out_of_step(entry);
    }
    RT_TRY(std::optional<PatchSection> section, read_section(text, filler));
    if (!section) return std::optional<FileChange>();
    const auto& shown = section->after_path ? section->after_path : section->before_path;
    if (shown != (entry.status == 'D' ? entry.before_path : entry.after_path)) {
      if (!may_be_equal(entry)) return out_of_step(entry);
      text = here;
      return std::optional<FileChange>();
    }
    RT_TRY(FileChange next, file_change(std::move(*section), text, Images::Whole));
    if (!change) {
      change = std::move(next);
    } else if (!merge_type_change(*change, next)) {
      return out_of_step(entry);
    }
  }
  settle(*change, entry);
  return change;
}

bool hides(const Image& image) {
  if (image.kind == ImageKind::None || image.kind == ImageKind::Submodule || image.kind == ImageKind::Whole)
    return false;
  return image.kind != ImageKind::Symlink || image.text.empty();
}

void fill(Image& image, const std::optional<GitObject>& object) {
  image.known.clear();
  if (!object) {
    image.kind = ImageKind::Missing;
    return;
  }
  if (object->too_large) {
    image.kind = object->header.size > limits::file_bytes ? ImageKind::TooLarge : ImageKind::Binary;
    return;
  }
  const bool binary = object->content.find('\0') != std::string::npos;
  const bool link = (image.mode & type_bits) == link_mode;
  image.kind = link ? ImageKind::Symlink : binary ? ImageKind::Binary : ImageKind::Whole;
  image.text = image.kind == ImageKind::Binary ? std::string() : object->content;
}

Expected<void> fill_from(std::span<Image* const> images, ObjectReader& objects, std::size_t most) {
  // In portions, so that only a few contents are held twice.
  constexpr std::size_t portion = 256;
  for (std::size_t begin = 0; begin < images.size(); begin += portion) {
    const auto part = images.subspan(begin, std::min(portion, images.size() - begin));
    std::vector<std::string> ids;
    for (const Image* image : part) ids.push_back(image->blob);
    RT_TRY(const auto contents, objects.read(ids, most));
    for (std::size_t i = 0; i < part.size(); ++i) fill(*part[i], contents[i]);
  }
  return {};
}

}  // namespace

std::vector<std::string> comparison_options() {
  // Up to 4,000 files on either side are compared for similarity, four times git's default: more would be quadratic work that a
  // change could ask for at will. Beyond that git still finds moved files whose content is the same.
  return {"-r",
          "--raw",
          "-z",
          "-p",
          "-M",
          "-l4000",
          "-U1000000000",
          "--full-index",
          "--no-ext-diff",
          "--no-textconv",
          "--no-color",
          "--submodule=short",
          "--src-prefix=a/",
          "--dst-prefix=b/"};
}

Expected<std::vector<FileChange>> read_comparison(std::string_view output) {
  RT_TRY(const std::vector<RawEntry> entries, take_raw_entries(output));
  PatchText text(output, "git's patch");
  FillerBudget filler;
  std::vector<FileChange> files;
  for (const RawEntry& entry : entries) {
    if (entry.status == 'U') {
      return fail(ErrorCode::Input,
                  printable(entry.after_path) + " has a merge conflict in the index; resolve it first");
    }
    RT_TRY(std::optional<FileChange> change, read_entry(text, filler, entry));
    if (change) files.push_back(std::move(*change));
  }
  if (!text.at_end()) return fail(ErrorCode::Process, "git's patch goes on behind its last file");
  return files;
}

Expected<void> fill_images(std::vector<FileChange>& files, ObjectReader& objects) {
  std::vector<Image*> texts;
  std::vector<Image*> binaries;
  for (FileChange& file : files) {
    for (Image* image : {&file.before, &file.after}) {
      if (hides(*image) && image->kind != ImageKind::TooLarge)
        (image->kind == ImageKind::Binary ? binaries : texts).push_back(image);
    }
  }
  RT_TRY(fill_from(texts, objects, limits::file_bytes));
  return fill_from(binaries, objects, probed_bytes);
}

namespace {

Image listed_image(std::uint32_t mode, const std::string& id) {
  Image image;
  if (mode == 0) return image;
  image.mode = mode;
  image.blob = id;
  const bool submodule = (mode & type_bits) == submodule_mode;
  image.kind = submodule ? ImageKind::Submodule : ImageKind::Partial;
  if (submodule) image.text = id;
  return image;
}

/// A tree of just these entries, in our own object store.
Expected<std::string> write_tree(const SealedDirectory& sealed, std::string_view index_name,
                                 const std::string& entries) {
  const std::string index = "GIT_INDEX_FILE=" + sealed.path(index_name);
  Command update = sealed.git({"update-index", "-z", "--index-info"});
  update.environment.push_back(index);
  constexpr std::size_t output_limit = std::size_t{1} << 20;
  RT_TRY(const ProcessResult updated, run_process(update, entries, output_limit));
  Command write = sealed.git({"write-tree", "--missing-ok"});
  write.environment.push_back(index);
  RT_TRY(const ProcessResult written, run_process(write, "", output_limit));
  if (updated.status != 0 || written.status != 0) {
    return fail(ErrorCode::Process,
                "git cannot list the present files: " + printable(trim(updated.errors + written.errors)));
  }
  return std::string(trim(written.output));
}

std::string index_line(std::uint32_t mode, const std::string& id, const Path& path) {
  std::string octal;
  for (std::uint32_t rest = mode; rest > 0; rest /= 8) octal.insert(octal.begin(), static_cast<char>('0' + rest % 8));
  return octal + " " + id + "\t" + path + '\0';
}

/// Runs one comparison to its end.
Expected<std::string> compare_to_text(const SealedDirectory& sealed, std::vector<std::string> options,
                                      const std::string& before, const std::string& after) {
  options.insert(options.begin(), "diff-tree");
  options.push_back(before);
  options.push_back(after);
  RT_TRY(ProcessResult result, run_process(sealed.git(options), "", limits::patch_bytes));
  if (result.status != 0) {
    return fail(ErrorCode::Missing, "git cannot compare the trees: " + printable(trim(result.errors)) +
                                        "; bring what is missing with 'git fetch --refetch --filter=blob:none origin'");
  }
  return std::move(result.output);
}

}  // namespace

Expected<std::vector<FileChange>> compare_partial_trees(SealedDirectory& sealed, ObjectReader& objects,
                                                        const std::string& before_tree, const std::string& after_tree) {
  RT_TRY(const std::string list,
         compare_to_text(sealed, {"-r", "--raw", "-z", "--no-renames", "--no-abbrev"}, before_tree, after_tree));
  std::string_view rest = list;
  RT_TRY(const std::vector<RawEntry> entries, take_raw_entries(rest));
  std::vector<std::string> ids;
  for (const RawEntry& entry : entries) ids.insert(ids.end(), {entry.before_id, entry.after_id});
  RT_TRY(const auto headers, objects.find(ids));

  std::vector<FileChange> files;
  std::string before_lines, after_lines;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const RawEntry& entry = entries[i];
    const auto here = [&](std::uint32_t mode, std::size_t at) {
      return mode == 0 || (mode & type_bits) == submodule_mode || headers[at].has_value();
    };
    if (here(entry.before_mode, 2 * i) && here(entry.after_mode, 2 * i + 1)) {
      if (entry.before_mode != 0) before_lines += index_line(entry.before_mode, entry.before_id, entry.before_path);
      if (entry.after_mode != 0) after_lines += index_line(entry.after_mode, entry.after_id, entry.after_path);
      continue;
    }
    FileChange change;
    change.before = listed_image(entry.before_mode, entry.before_id);
    change.after = listed_image(entry.after_mode, entry.after_id);
    settle(change, entry);
    files.push_back(std::move(change));
  }
  RT_TRY(sealed.make_store());
  RT_TRY(const std::string before, write_tree(sealed, "present-before", before_lines));
  RT_TRY(const std::string after, write_tree(sealed, "present-after", after_lines));
  RT_TRY(const std::string patch, compare_to_text(sealed, comparison_options(), before, after));
  RT_TRY(std::vector<FileChange> present, read_comparison(patch));
  std::move(present.begin(), present.end(), std::back_inserter(files));
  return files;
}

}  // namespace redtag
