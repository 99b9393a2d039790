#include "change/git/commit_walk.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace redtag {

namespace {

constexpr std::size_t commit_bytes = std::size_t{16} << 20;

/// `Name <address> 1700000000 +0000`
void set_person(std::string_view text, std::string& name, std::string& email) {
  const std::size_t open = text.find('<');
  if (open == std::string_view::npos) return;
  name = std::string(trim(text.substr(0, open)));
  email = std::string(text.substr(open + 1, text.find('>', open) - open - 1));
}

}  // namespace

Expected<std::optional<CommitRecord>> read_only_commit(const std::string& base, const std::string& head,
                                                       ObjectReader& objects) {
  RT_TRY(const std::optional<GitObject> object, objects.read(head, commit_bytes));
  if (!object || object->too_large || object->header.type != ObjectType::Commit) return std::optional<CommitRecord>();
  std::string_view rest = object->content;
  CommitRecord commit;
  commit.id = head;
  std::size_t parents = 0;
  bool only = false;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.empty()) break;
    if (line.starts_with("parent ")) only = ++parents == 1 && line.substr(7) == base;
    if (line.starts_with("author ")) set_person(line.substr(7), commit.author_name, commit.author_email);
    if (line.starts_with("committer ")) set_person(line.substr(10), commit.committer_name, commit.committer_email);
    if (line.starts_with("encoding ")) return std::optional<CommitRecord>();  // git knows how to decode it
  }
  if (!only) return std::optional<CommitRecord>();
  commit.message = std::string(rest.substr(0, rest.find('\0')));
  while (commit.message.ends_with('\n')) commit.message.pop_back();
  return std::optional(std::move(commit));
}

}  // namespace redtag
