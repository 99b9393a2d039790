// A patch from its first line to its last: files and what stands between them.
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "change/change_order.h"
#include "change/load.h"
#include "change/patch_mail.h"
#include "change/patch_names.h"
#include "change/patch_section.h"
#include "change/series.h"

namespace redtag {

namespace {

class PatchReader {
 public:
  PatchReader(std::string_view text, std::string_view name, Images images) : text_(text, name), images_(images) {}
  Expected<ChangeSet> read();

 private:
  Expected<void> read_file();
  Expected<void> read_other_line();
  Expected<void> read_unshown_binary();
  void add_file(FileChange change);
  std::vector<FileChange> net_files();

  PatchText text_;
  Images images_;
  FillerBudget filler_;
  PatchMail mail_;
  ChangeSet changes_;
  // Where another patch starts: at the next commit's first file, or at a file that the patch before has already.
  std::vector<std::size_t> parts_;
  std::size_t commits_ = 0;
  std::set<Path> seen_before_, seen_after_, added_, deleted_;
};

void PatchReader::add_file(FileChange change) {
  const bool taken_before =
      change.before_path && change.status != ChangeStatus::Copied && seen_before_.count(*change.before_path) != 0;
  const bool taken_after = change.after_path && seen_after_.count(*change.after_path) != 0;
  // In one patch a file may be moved away and another come in its place, but none is both added and deleted.
  const bool back_again = (change.status == ChangeStatus::Added && deleted_.count(*change.after_path) != 0) ||
                          (change.status == ChangeStatus::Deleted && added_.count(*change.before_path) != 0);
  if (parts_.empty() || commits_ != mail_.commits() || taken_before || taken_after || back_again) {
    parts_.push_back(changes_.files.size());
    commits_ = mail_.commits();
    for (std::set<Path>* paths : {&seen_before_, &seen_after_, &added_, &deleted_}) paths->clear();
  }
  if (change.before_path && change.status != ChangeStatus::Copied) seen_before_.insert(*change.before_path);
  if (change.after_path) seen_after_.insert(*change.after_path);
  if (change.status == ChangeStatus::Added) added_.insert(*change.after_path);
  if (change.status == ChangeStatus::Deleted) deleted_.insert(*change.before_path);
  mail_.note_file(change);
  changes_.files.push_back(std::move(change));
}

/// The files of all patches as one change, folded from the oldest to the newest.
std::vector<FileChange> PatchReader::net_files() {
  if (!mail_.newest_first() || parts_.size() < 2) return fold_series(std::move(changes_.files), parts_);
  std::vector<FileChange> files;
  std::vector<std::size_t> parts;
  std::size_t end = changes_.files.size();
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
    parts.push_back(files.size());
    for (std::size_t i = *part; i < end; ++i) files.push_back(std::move(changes_.files[i]));
    end = *part;
  }
  return fold_series(std::move(files), parts);
}

Expected<void> PatchReader::read_file() {
  if (changes_.files.size() >= limits::changed_files) {
    return text_.error_at(text_.number(), "more than " + std::to_string(limits::changed_files) + " files",
                          ErrorCode::Limit);
  }
  RT_TRY(std::optional<PatchSection> section, read_section(text_, filler_));
  if (!section) return {};
  RT_TRY(FileChange change, file_change(std::move(*section), text_, images_));
  if (!changes_.files.empty() && commits_ == mail_.commits() && merge_type_change(changes_.files.back(), change))
    return {};
  add_file(std::move(change));
  return {};
}

/// Subversion's way to say that a binary file changed: a name, a rule, a sentence.
Expected<void> PatchReader::read_unshown_binary() {
  const std::size_t name_at = std::string_view("Index: ").size();
  auto path = tree_path(trim(text_.line().substr(name_at)));
  if (!path) return text_.error("expected a path behind 'Index:', found " + text_.shown_line());
  FileChange change;
  change.before_path = change.after_path = std::move(path);
  change.before.kind = change.after.kind = ImageKind::Binary;
  add_file(std::move(change));
  text_.advance();
  return {};
}

Expected<void> PatchReader::read_other_line() {
  const std::string_view line = text_.line();
  if (line.starts_with("Index: ") && text_.line_ahead(2).starts_with("Cannot display: ")) return read_unshown_binary();
  if (!mail_.in_message()) {
    if (opens_hunk(line, 1) && line.find(" @@", 4) != std::string_view::npos) {
      return text_.error("a hunk without the two lines that name its file");
    }
    if (line.starts_with("***************"))
      return text_.error("a context diff; make the patch with 'diff -u' or 'git diff'");
    const bool only_in = line.starts_with("Only in ") && line.find(": ") != std::string_view::npos;
    if (only_in)
      return text_.error("a file that only one side has is not shown; make the patch with 'diff -urN' or 'git diff'");
  }
  RT_TRY(mail_.take_line(text_));
  text_.advance();
  return {};
}

Expected<ChangeSet> PatchReader::read() {
  if (text_.at_end()) return text_.error("expected a patch, found an empty text");
  while (!text_.at_end()) {
    if (opens_section(text_)) {
      RT_TRY(read_file());
    } else {
      RT_TRY(read_other_line());
    }
  }
  if (changes_.files.empty()) {
    return text_.error_at(1, "expected a patch as 'git diff' or 'diff -u' writes it, found none in the whole text");
  }
  changes_.files = net_files();
  mail_.finish(changes_);
  order_files(changes_);
  return std::move(changes_);
}

}  // namespace

Expected<ChangeSet> read_patch(std::string_view text, std::string_view name, Images images) {
  if (text.size() > limits::patch_bytes) {
    return fail(ErrorCode::Limit,
                printable(name) + ": a patch of more than " + std::to_string(limits::patch_bytes) + " bytes");
  }
  return PatchReader(text, name, images).read();
}

}  // namespace redtag
