#include "change/git/work_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/limits.h"
#include "base/text.h"
#include "change/blob_id.h"
#include "change/git/comparison.h"
#include "change/read_file.h"

namespace redtag {

namespace {

constexpr std::size_t index_bytes = std::size_t{4} << 30;
constexpr std::size_t list_bytes = std::size_t{1} << 30;

/// The line of git's complaints that tells most: the first that says what it could not open, or the last.
std::string complaint(const std::string& errors) {
  std::string_view found;
  for (std::string_view line : split(trim(errors), '\n')) {
    if (found.find("open") == std::string_view::npos) found = line;
  }
  for (const std::string_view word : {"error: ", "fatal: ", "warning: "}) {
    if (found.starts_with(word)) found.remove_prefix(word.size());
  }
  return printable(found);
}

}  // namespace

/// Our own copy may be given entries for untracked files. Its time of change must be the original's: git compares it with the
/// files' to know which of them could have changed unseen in the same moment.
Expected<void> WorkTree::copy_index() {
  const std::string original = places_.git_directory + "/index";
  RT_TRY(const std::string directory, sealed_.scratch());
  index_ = directory + "/index";
  struct stat status{};
  if (stat(original.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};  // nothing was ever added
    return fail(ErrorCode::Disk, "cannot read " + printable(original) + ": " + std::strerror(errno));
  }
  RT_TRY(const std::string bytes, read_file(original, index_bytes));
  RT_TRY(write_file(index_, bytes));
  const struct timespec times[2] = {status.st_atim, status.st_mtim};
  if (utimensat(AT_FDCWD, index_.c_str(), times, 0) != 0)
    return fail(ErrorCode::Disk, "cannot set the time of " + printable(index_));
  return sealed_.link_index_parts();
}

Command WorkTree::git(std::vector<std::string> arguments) const {
  return sealed_.git_in_work_tree(std::move(arguments), index_);
}

Expected<std::vector<Path>> WorkTree::untracked() {
  const Command list = git({"ls-files", "--others", "--exclude-standard", "-z"});
  RT_TRY(const ProcessResult listed, run_process(list, "", list_bytes));
  const bool unreadable = listed.errors.find("could not open directory") != std::string::npos;
  if (listed.status != 0 || unreadable) {
    return fail(ErrorCode::Disk, "cannot list the untracked files: " + complaint(listed.errors));
  }
  std::vector<Path> paths;
  for (const std::string_view path : split(listed.output, '\0')) {
    // A repository inside the work tree ends in a slash; its files are its own affair.
    if (!path.empty() && !path.ends_with('/')) paths.emplace_back(path);
  }
  if (paths.size() > limits::changed_files) {
    return fail(ErrorCode::Limit, "more than " + std::to_string(limits::changed_files) + " untracked files");
  }
  return paths;
}

Expected<std::vector<FileChange>> WorkTree::compare(std::vector<std::string> options, const std::string& tree) {
  const std::vector<std::string> common = comparison_options();
  options.insert(options.begin(), "diff-index");
  options.insert(options.end(), common.begin(), common.end());
  options.emplace_back(
      "--ignore-submodules=dirty");  // to see more, git would run inside them, with their configuration
  options.push_back(tree);
  options.emplace_back("--");
  RT_TRY(const ProcessResult result, run_process(git(options), "", limits::patch_bytes));
  const bool unreadable =
      result.errors.find("could not open") != std::string::npos || result.errors.find("open(") != std::string::npos;
  if (result.status != 0 || unreadable)
    return fail(ErrorCode::Disk, "cannot compare the work tree: " + complaint(result.errors));
  return read_comparison(result.output);
}

/// Files of the disk have no object to ask, so their size decides here what kind of unread they are.
void WorkTree::settle_sizes(std::vector<FileChange>& files) const {
  for (FileChange& file : files) {
    if (file.after.kind != ImageKind::Binary || !file.after_path) continue;
    struct stat status{};
    const std::string path = places_.work_tree + "/" + *file.after_path;
    if (lstat(path.c_str(), &status) == 0 && static_cast<std::size_t>(status.st_size) > limits::file_bytes)
      file.after.kind = ImageKind::TooLarge;
  }
}

Expected<std::vector<FileChange>> WorkTree::staged(const std::string& tree) {
  RT_TRY(copy_index());
  return compare({"--cached"}, tree);
}

Expected<std::vector<FileChange>> WorkTree::all(const std::string& tree) {
  RT_TRY(copy_index());
  RT_TRY(const std::vector<Path> paths, untracked());
  if (!paths.empty()) {
    std::string lines;
    for (const Path& path : paths) lines += path + '\0';
    // Noted as to be added: then git compares them like tracked files, and finds where they were moved from. For that it writes
    // an empty object, into a store of ours.
    RT_TRY(sealed_.make_store());
    Command note = git({"add", "--intent-to-add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"});
    note.environment.emplace_back("GIT_LITERAL_PATHSPECS=1");
    RT_TRY(const ProcessResult noted, run_process(note, lines, list_bytes));
    if (noted.status != 0) return fail(ErrorCode::Disk, "cannot read the untracked files: " + complaint(noted.errors));
  }
  RT_TRY(std::vector<FileChange> files, compare({}, tree));
  settle_sizes(files);
  return files;
}

}  // namespace redtag
