#include "change/patch_section.h"

#include <array>
#include <charconv>

#include "base/text.h"
#include "change/blob_id.h"
#include "change/patch_names.h"

namespace redtag {

namespace {

/// Takes `prefix` off the front of `line`.
bool take(std::string_view& line, std::string_view prefix) {
  if (!line.starts_with(prefix)) return false;
  line.remove_prefix(prefix.size());
  return true;
}

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_names_pair(std::string_view first, std::string_view second) {
  return first.starts_with("--- ") && second.starts_with("+++ ");
}

/// The extended header lines between a `diff` line and the first hunk.
class HeaderReader {
 public:
  HeaderReader(PatchText& text, PatchSection& section) : text_(text), section_(section) {}

  Expected<void> read_git();
  Expected<void> read_plain();

 private:
  Expected<bool> read_extended_line(std::string_view line);
  Expected<bool> read_mode_line(std::string_view line);
  bool read_move_line(std::string_view line);
  Expected<void> read_index_line(std::string_view line);
  Expected<void> read_modes(std::string_view text, bool before, bool after);
  Expected<void> read_file_names();
  Expected<void> name_by_files();
  Expected<void> settle_git_names();
  Expected<Path> path_of(std::string_view name) const;

  PatchText& text_;
  PatchSection& section_;
  std::optional<std::string> header_name_;  // what both halves of the diff line mean
  std::optional<std::string> moved_from_;
  std::optional<std::string> moved_to_;
  std::optional<NamedFile> before_file_;  // the --- and +++ lines
  std::optional<NamedFile> after_file_;
};

Expected<Path> HeaderReader::path_of(std::string_view name) const {
  auto path = tree_path(name);
  if (!path) return text_.error_at(section_.line, "'" + printable(name) + "' is no path inside a tree");
  return std::move(*path);
}

/// One octal mode, or the comma-separated modes of a combined diff's parents, of which the first is ours.
Expected<void> HeaderReader::read_modes(std::string_view text, bool before, bool after) {
  std::uint32_t mode = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
  if (code != std::errc() || mode > 0777777)
    return text_.error("expected an octal file mode, found " + text_.shown_line());
  if (before) section_.before_mode = mode;
  if (after) section_.after_mode = mode;
  return {};
}

Expected<bool> HeaderReader::read_mode_line(std::string_view line) {
  if (take(line, "old mode ")) {
    RT_TRY(read_modes(line, true, false));
  } else if (take(line, "new mode ")) {
    RT_TRY(read_modes(line, false, true));
  } else if (take(line, "deleted file mode ")) {
    section_.deleted = true;
    RT_TRY(read_modes(line, true, false));
  } else if (take(line, "new file mode ")) {
    section_.added = true;
    RT_TRY(read_modes(line, false, true));
  } else if (take(line, "mode ")) {
    RT_TRY(read_modes(line, true, false));
    const std::size_t dots = line.find("..");
    if (dots == std::string_view::npos)
      return text_.error("expected two modes with '..' between, found " + text_.shown_line());
    RT_TRY(read_modes(line.substr(dots + 2), false, true));
  } else {
    return false;
  }
  return true;
}

bool HeaderReader::read_move_line(std::string_view line) {
  if (take(line, "rename from ") || take(line, "rename old ")) {
    section_.renamed = true;
    moved_from_ = read_name(line);
  } else if (take(line, "rename to ") || take(line, "rename new ")) {
    section_.renamed = true;
    moved_to_ = read_name(line);
  } else if (take(line, "copy from ")) {
    section_.copied = true;
    moved_from_ = read_name(line);
  } else if (take(line, "copy to ")) {
    section_.copied = true;
    moved_to_ = read_name(line);
  } else {
    return take(line, "similarity index ") || take(line, "dissimilarity index ");
  }
  return true;
}

/// `index 1234..5678 100644`; with several parents `index 1234,2345..5678`.
Expected<void> HeaderReader::read_index_line(std::string_view line) {
  const std::size_t dots = line.find("..");
  if (dots == std::string_view::npos)
    return text_.error("expected two blob ids with '..' between, found " + text_.shown_line());
  std::string_view before = line.substr(0, dots);
  std::string_view after = line.substr(dots + 2);
  before = before.substr(0, before.find(','));
  const std::size_t blank = after.find(' ');
  if (blank != std::string_view::npos) RT_TRY(read_modes(after.substr(blank + 1), true, true));
  after = after.substr(0, blank);
  if (!is_hexadecimal(before) || !is_hexadecimal(after)) {
    return text_.error("expected hexadecimal blob ids, found " + text_.shown_line());
  }
  if (!is_null_id(before)) section_.before_blob = std::string(before);
  if (!is_null_id(after)) section_.after_blob = std::string(after);
  return {};
}

Expected<bool> HeaderReader::read_extended_line(std::string_view line) {
  RT_TRY(const bool mode, read_mode_line(line));
  if (mode || read_move_line(line)) return true;
  if (take(line, "index ")) {
    RT_TRY(read_index_line(line));
    return true;
  }
  if (line == "GIT binary patch" || line.starts_with("Binary files ") || line.starts_with("Binary file ")) {
    section_.binary = true;
    section_.binary_data = line.starts_with("GIT");
    return true;
  }
  return false;
}

/// A `--- ` line, its further copies for the other parents of a combined diff, and the `+++ ` line.
Expected<void> HeaderReader::read_file_names() {
  const auto read_one = [&](std::optional<NamedFile>& into, std::string_view line) -> Expected<void> {
    section_.form.carriage_return = section_.form.carriage_return || line.ends_with('\r');
    into = read_named_file(without_carriage_return(line).substr(4));
    if (!into) return text_.error("expected a file name, found " + text_.shown_line());
    text_.advance();
    return {};
  };
  RT_TRY(read_one(before_file_, text_.line()));
  for (std::size_t i = 1; i < section_.form.parents && text_.line().starts_with("--- "); ++i) text_.advance();
  if (!text_.line().starts_with("+++ ")) return text_.error("expected a line '+++ name', found " + text_.shown_line());
  return read_one(after_file_, text_.line());
}

/// Names from the `--- ` and `+++ ` lines alone.
Expected<void> HeaderReader::name_by_files() {
  if (before_file_->null_device() && after_file_->null_device()) return text_.error("a file that neither side has");
  if (before_file_->null_device() || after_file_->null_device()) {
    const Side side = before_file_->null_device() ? Side::After : Side::Before;
    const std::string& name = side == Side::After ? after_file_->name : before_file_->name;
    RT_TRY(Path path, path_of(without_prefix(name, side)));
    (side == Side::After ? section_.added : section_.deleted) = true;
    (side == Side::After ? section_.after_path : section_.before_path) = std::move(path);
    return {};
  }
  std::string_view before = without_prefix(before_file_->name, Side::Before);
  std::string_view after = without_prefix(after_file_->name, Side::After);
  const auto shared = shared_name(before_file_->name, after_file_->name);
  // Two files compared under two names (`x.orig` and `x`) are one file that changed; git says so in words if it is a rename.
  if (shared) before = after = *shared;
  RT_TRY(section_.after_path, path_of(after));
  section_.before_path = section_.after_path;
  section_.before_doubtful = before_file_->seems_missing();
  section_.after_doubtful = after_file_->seems_missing();
  return {};
}

Expected<void> HeaderReader::settle_git_names() {
  if (section_.renamed || section_.copied) {
    if (!moved_from_ || !moved_to_)
      return text_.error_at(section_.line, "a rename or copy that does not name both files");
    RT_TRY(section_.before_path, path_of(*moved_from_));
    RT_TRY(section_.after_path, path_of(*moved_to_));
  } else if (header_name_) {
    RT_TRY(section_.before_path, path_of(*header_name_));
    section_.after_path = section_.before_path;
    if (before_file_ && before_file_->null_device()) section_.added = true;
    if (after_file_ && after_file_->null_device()) section_.deleted = true;
  } else if (before_file_ && after_file_) {
    RT_TRY(name_by_files());
  } else {
    return text_.error_at(section_.line, "cannot tell the two names of this line apart");
  }
  if (section_.added && section_.deleted) return text_.error_at(section_.line, "a file that neither side has");
  const auto agrees = [](const std::optional<NamedFile>& file, const std::optional<Path>& path) {
    return !file || file->null_device() || !path || means_path(file->name, *path);
  };
  if (header_name_ && (!agrees(before_file_, section_.before_path) || !agrees(after_file_, section_.after_path))) {
    return text_.error_at(section_.line, "the header's lines name different files");
  }
  if (section_.added) section_.before_path.reset();
  if (section_.deleted) section_.after_path.reset();
  return {};
}

Expected<void> HeaderReader::read_git() {
  std::string_view first = text_.line();
  section_.form.carriage_return = first.ends_with('\r');
  first = without_carriage_return(first);
  if (take(first, "diff --git ")) {
    header_name_ = shared_git_name(first);
  } else {
    header_name_ = read_name(first.substr(first.find(' ', 5) + 1));
    section_.form.parents = 2;  // until the first hunk says it
  }
  text_.advance();
  for (bool more = true; more && !text_.at_end();) {
    const std::string_view line = without_carriage_return(text_.line());
    if (is_names_pair(line, text_.line_ahead(1)) || (section_.form.parents > 1 && line.starts_with("--- "))) {
      section_.extended = true;
      RT_TRY(read_file_names());
      break;
    }
    RT_TRY(more, read_extended_line(line));
    if (!more) break;
    section_.extended = true;
    text_.advance();
    if (section_.binary) break;
  }
  section_.ended_text = text_.at_end();
  return settle_git_names();
}

Expected<void> HeaderReader::read_plain() {
  section_.extended = true;
  RT_TRY(read_file_names());
  return name_by_files();
}

/// The data of `GIT binary patch`: one or two blocks of lines, each closed by an empty line. Nobody needs the bytes.
Expected<void> skip_binary_data(PatchText& text) {
  const auto opens_block = [&] { return text.line().starts_with("literal ") || text.line().starts_with("delta "); };
  if (!opens_block()) return text.error("expected the data of a binary patch, found " + text.shown_line());
  while (opens_block()) {
    text.advance();
    while (!trim(text.line()).empty()) text.advance();
    if (text.at_end()) return text.error("the text ends inside the data of a binary patch");
    text.advance();
  }
  return {};
}

/// Lines behind the last hunk that look like more of it: the counts were too small, and whoever applies the patch by its
/// counts does something else than a reader sees.
Expected<void> refuse_stray_lines(const PatchText& text) {
  const std::string_view line = without_carriage_return(text.line());
  const bool stray =
      line.starts_with('+') || (line.starts_with('-') && line != "--" && line != "-- ") || line.starts_with("@@");
  if (!stray || opens_section(text) || line.starts_with("---")) return {};
  return text.error("a line behind the end of the hunk above, whose counts are all used: " + text.shown_line());
}

Expected<void> read_hunks(PatchText& text, FillerBudget& filler, PatchSection& section) {
  if (section.form.parents > 1 && text.line().starts_with("@@@")) {
    section.form.parents = text.line().find_first_not_of('@') - 1;
    constexpr std::size_t most_parents = 64;
    if (section.form.parents > most_parents) return text.error("a combined diff of more than 64 parents");
  }
  while (opens_hunk(text.line(), section.form.parents)) {
    RT_TRY(read_hunk(text, section.form, filler, section.content));
  }
  if (section.content.any) RT_TRY(refuse_stray_lines(text));
  if (!section.content.any && text.line().starts_with("@@")) {
    return text.error("expected a hunk header like '@@ -1,3 +1,4 @@', found " + text.shown_line());
  }
  return {};
}

constexpr std::string_view changed_word = " has changed";

/// `Binary files a/x and b/x differ`, as diff -r says it, or Mercurial's `Binary file x has changed`.
Expected<PatchSection> read_binary_remark(PatchText& text) {
  PatchSection section;
  section.line = text.number();
  section.binary = section.extended = true;
  std::string_view line = without_carriage_return(text.line());
  if (take(line, "Binary file ")) {
    section.before_path = section.after_path = tree_path(line.substr(0, line.size() - changed_word.size()));
    if (!section.after_path) return text.error("cannot tell which file differs: " + text.shown_line());
    text.advance();
    return section;
  }
  take(line, "Binary files ") || take(line, "Files ");
  line.remove_suffix(std::string_view(" differ").size());
  for (std::size_t at = line.find(" and "); at != std::string_view::npos; at = line.find(" and ", at + 1)) {
    const std::string_view before = line.substr(0, at);
    const std::string_view after = line.substr(at + 5);
    section.added = before == "/dev/null";
    section.deleted = after == "/dev/null";
    const auto name = section.added     ? std::optional(std::string(without_prefix(after, Side::After)))
                      : section.deleted ? std::optional(std::string(without_prefix(before, Side::Before)))
                                        : shared_name(before, after);
    const auto path = name ? tree_path(*name) : std::nullopt;
    if (!path) continue;
    if (!section.added) section.before_path = path;
    if (!section.deleted) section.after_path = path;
    text.advance();
    return section;
  }
  return text.error("cannot tell which file differs: " + text.shown_line());
}

constexpr std::string_view submodule_word = "Submodule ";

/// `Submodule path 1234567..89abcde:` with a list of commits below, as diff.submodule=log writes it.
std::optional<PatchSection> parse_submodule_summary(std::string_view line) {
  PatchSection section;
  if (!take(line, submodule_word)) return std::nullopt;
  line = without_carriage_return(line);
  const std::size_t dots = line.find("..", line.rfind(' ', line.find("..")) + 1);
  const std::size_t blank = dots == std::string_view::npos ? dots : line.rfind(' ', dots);
  if (blank == std::string_view::npos || blank == 0) return std::nullopt;
  const std::string_view before = line.substr(blank + 1, dots - blank - 1);
  std::string_view after = line.substr(dots + 2);
  if (after.starts_with('.')) after.remove_prefix(1);
  after = after.substr(0, after.find_first_not_of("0123456789abcdef"));
  const auto path = tree_path(line.substr(0, blank));
  if (!is_hexadecimal(before) || !is_hexadecimal(after) || !path) return std::nullopt;
  section.added = is_null_id(before);
  section.deleted = is_null_id(after);
  section.extended = true;
  if (!section.added) section.before_path = path;
  if (!section.deleted) section.after_path = path;
  if (!section.added) section.before_commit = std::string(before);
  if (!section.deleted) section.after_commit = std::string(after);
  section.before_mode = section.added ? 0 : 0160000;
  section.after_mode = section.deleted ? 0 : 0160000;
  return section;
}

bool is_binary_remark(std::string_view line) {
  line = without_carriage_return(line);
  if (line.starts_with("Binary file ")) return line.ends_with(changed_word);
  return (line.starts_with("Binary files ") || line.starts_with("Files ")) && line.ends_with(" differ") &&
         line.find(" and ") != std::string_view::npos;
}

bool is_git_line(std::string_view line) {
  return line.starts_with("diff --git ") || line.starts_with("diff --cc ") || line.starts_with("diff --combined ");
}

}  // namespace

bool opens_section(const PatchText& text) {
  const std::string_view line = text.line();
  if (line.empty()) return false;
  switch (line.front()) {
    case 'd': return is_git_line(line);
    case '-': return is_names_pair(line, text.line_ahead(1)) && text.line_ahead(2).starts_with("@@ -");
    case 'B':
    case 'F': return is_binary_remark(line);
    case 'S': return parse_submodule_summary(line).has_value();
    default: return false;
  }
}

Expected<std::optional<PatchSection>> read_section(PatchText& text, FillerBudget& filler) {
  const std::string_view line = text.line();
  if (is_binary_remark(line)) return read_binary_remark(text);
  if (auto summary = parse_submodule_summary(line)) {
    summary->line = text.number();
    text.advance();
    return summary;
  }
  PatchSection section;
  section.line = text.number();
  HeaderReader header(text, section);
  if (is_git_line(line)) {
    RT_TRY(header.read_git());
  } else {
    RT_TRY(header.read_plain());
  }
  if (section.binary_data) {
    RT_TRY(skip_binary_data(text));
  } else if (!section.binary) {
    RT_TRY(read_hunks(text, filler, section));
  }
  if (!section.extended && section.ended_text) return text.error("the text ends behind a file's first header line");
  if (!section.extended && !section.content.any) return std::optional<PatchSection>();
  return std::optional(std::move(section));
}

}  // namespace redtag
