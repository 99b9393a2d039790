#include "change/git/commit_log.h"

#include <algorithm>
#include <array>
#include <string>

#include "change/blob_id.h"

namespace redtag {

namespace {

// Four NULs open a commit. Its six fields may be empty, but are counted, and none of them can hold a NUL; file names are never empty,
// so two NULs end their list. Between fields and names git puts a NUL and a line feed, or two NULs for a merge.
constexpr std::size_t mark_size = 4;

std::string_view take_field(std::string_view& text) {
  const std::size_t end = std::min(text.find('\0'), text.size());
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

/// How many NULs stood in front; they are gone then.
std::size_t take_nuls(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of('\0'), text.size());
  text.remove_prefix(count);
  return count;
}

/// Reads one commit, whose mark is gone already, and the mark of the next one. False if that is not what stands there.
bool take_commit(std::string_view& rest, CommitRecord& commit) {
  const std::array<std::string*, 6> fields{
      &commit.id,     &commit.author_name, &commit.author_email, &commit.committer_name, &commit.committer_email,
      &commit.message};
  for (std::string* field : fields) *field = std::string(take_field(rest));
  if (!is_object_id(commit.id)) return false;
  while (commit.message.ends_with('\n')) commit.message.pop_back();
  const std::size_t between = take_nuls(rest);
  if (between >= mark_size || rest.empty()) return true;
  const bool merge = between > 1;
  if (!merge && !rest.starts_with('\n')) return false;
  if (!merge) rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '\0') commit.paths.emplace_back(take_field(rest));
  return rest.empty() || take_nuls(rest) == mark_size;
}

}  // namespace

std::vector<std::string> commit_log_arguments() {
  return {"log",
          "--stdin",
          "-z",
          "--name-only",
          "--no-renames",
          "--diff-merges=combined",
          "--no-color",
          "--no-ext-diff",
          "--no-mailmap",
          "--no-show-signature",
          "--no-notes",
          "--encoding=UTF-8",
          "--max-count=" + std::to_string(most_commits + 1),
          "--format=%x00%x00%x00%x00%H%x00%an%x00%ae%x00%cn%x00%ce%x00%B%x00"};
}

Expected<std::vector<CommitRecord>> parse_commit_log(std::string_view output) {
  std::vector<CommitRecord> commits;
  bool good = output.empty() || take_nuls(output) == mark_size;
  while (good && !output.empty()) good = take_commit(output, commits.emplace_back());
  if (!good) return fail(ErrorCode::Process, "git printed a list of commits that redtag cannot read");
  if (commits.size() > most_commits)
    return fail(ErrorCode::Limit, "the change has more than " + std::to_string(most_commits) + " commits; split it");
  return commits;
}

}  // namespace redtag
