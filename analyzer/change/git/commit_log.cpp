#include "change/git/commit_log.h"

#include <algorithm>
#include <array>

namespace redtag {

namespace {

// Four NULs open a commit. Its six fields may be empty, but are counted; file names are never empty, and git itself puts at most
// two NULs between them, so no name or message can pass for the start of another commit.
constexpr std::string_view mark("\0\0\0\0", 4);

std::string_view take_field(std::string_view& text) {
  const std::size_t end = std::min(text.find('\0'), text.size());
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

CommitRecord parse_commit(std::string_view& rest) {
  CommitRecord commit;
  const std::array<std::string*, 6> fields{
      &commit.id,     &commit.author_name, &commit.author_email, &commit.committer_name, &commit.committer_email,
      &commit.message};
  for (std::string* field : fields) *field = std::string(take_field(rest));
  while (commit.message.ends_with('\n')) commit.message.pop_back();
  // Behind the fields stands a NUL; then, if there are names, a line feed or (for a merge) another NUL.
  if (!rest.empty()) rest.remove_prefix(1);
  if (rest.starts_with(mark) || rest.empty()) return commit;
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '\0') commit.paths.emplace_back(take_field(rest));
  return commit;
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
          "--max-count=10000",
          "--format=%x00%x00%x00%x00%H%x00%an%x00%ae%x00%cn%x00%ce%x00%B%x00"};
}

std::vector<CommitRecord> parse_commit_log(std::string_view output) {
  std::vector<CommitRecord> commits;
  for (;;) {
    const std::size_t at = output.find(mark);
    if (at == std::string_view::npos) return commits;
    output.remove_prefix(at + mark.size());
    commits.push_back(parse_commit(output));
  }
}

}  // namespace redtag
