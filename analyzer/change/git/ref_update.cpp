#include "change/git/ref_update.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace redtag {
namespace {

constexpr std::size_t output_limit = std::size_t{256} << 20;
constexpr int attempts = 20;  // each loses only to somebody else's success

using Files = std::map<std::string, std::map<std::string, std::string>>;  // directory → name → blob

/// One state of the ref, and what is to become of it.
class Writer {
 public:
  Writer(const RefUpdate& update, const SealedDirectory& sealed) : update_(update), sealed_(sealed) {}

  /// The new commit, or empty if the ref moved meanwhile.
  Expected<std::string> write();

 private:
  Expected<std::string> git(std::vector<std::string> arguments, std::string_view input = {}) const;
  Expected<std::string> commit_of(const std::string& ref) const;
  Expected<bool> is_ancestor(const std::string& old, const std::string& young) const;
  Expected<void> take_files(const std::string& commit);
  Expected<void> add_files();
  Expected<std::string> write_tree() const;
  Expected<std::string> write_commit(const std::string& tree, const std::vector<std::string>& parents) const;

  const RefUpdate& update_;
  const SealedDirectory& sealed_;
  Files files_;
};

Expected<std::string> Writer::git(std::vector<std::string> arguments, std::string_view input) const {
  const std::string what = arguments[0];
  Command command = sealed_.git(std::move(arguments));
  const std::string date = fmt::format("@{} +0000", update_.date.seconds);
  for (const std::string_view who : {"AUTHOR", "COMMITTER"}) {
    command.environment.push_back(fmt::format("GIT_{}_NAME=redtag", who));
    command.environment.push_back(fmt::format("GIT_{}_EMAIL=redtag", who));
    command.environment.push_back(fmt::format("GIT_{}_DATE={}", who, date));
  }
  RT_TRY(ProcessResult result, run_process(command, input, output_limit));
  if (result.status == 0) return std::move(result.output);
  return fail(ErrorCode::Process, fmt::format("git {} failed: {}", what, printable(trim(result.errors))));
}

/// Empty where there is no such ref.
Expected<std::string> Writer::commit_of(const std::string& ref) const {
  const Command command = sealed_.git({"rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"});
  RT_TRY(const ProcessResult result, run_process(command, "", output_limit));
  return result.status == 0 ? std::string(trim(result.output)) : std::string();
}

Expected<bool> Writer::is_ancestor(const std::string& old, const std::string& young) const {
  RT_TRY(const ProcessResult result,
         run_process(sealed_.git({"merge-base", "--is-ancestor", old, young}), "", output_limit));
  return result.status == 0;
}

Expected<void> Writer::take_files(const std::string& commit) {
  RT_TRY(const std::string listed,
         git({"ls-tree", "-r", "-z", "--format=%(objecttype) %(objectname)%x09%(path)", commit}));
  for (const std::string_view entry : split(listed, '\0')) {
    const std::size_t tab = entry.find('\t');
    if (tab == std::string_view::npos || !entry.starts_with("blob ")) continue;
    const std::string_view path = entry.substr(tab + 1);
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos || path.find('/', slash + 1) != std::string_view::npos) continue;
    const std::string blob(entry.substr(5, tab - 5));
    files_[std::string(path.substr(0, slash))].emplace(path.substr(slash + 1), blob);
  }
  return {};
}

Expected<void> Writer::add_files() {
  for (const auto& [path, content] : update_.add) {
    RT_TRY(const std::string blob, git({"hash-object", "-w", "--stdin"}, content));
    const std::size_t slash = path.find('/');
    RT_ASSERT(slash != std::string::npos, "files of a ref stand in directories");
    files_[path.substr(0, slash)][path.substr(slash + 1)] = std::string(trim(blob));
  }
  for (const Path& path : update_.remove) {
    const std::size_t slash = path.find('/');
    if (slash != std::string::npos) files_[path.substr(0, slash)].erase(path.substr(slash + 1));
  }
  return {};
}

Expected<std::string> Writer::write_tree() const {
  std::string top;
  for (const auto& [directory, names] : files_) {
    if (names.empty()) continue;
    std::string entries;
    for (const auto& [name, blob] : names) {
      entries += fmt::format("100644 blob {}\t{}", blob, name);
      entries += '\0';
    }
    RT_TRY(const std::string tree, git({"mktree", "-z"}, entries));
    top += fmt::format("040000 tree {}\t{}", trim(tree), directory);
    top += '\0';
  }
  RT_TRY(const std::string tree, git({"mktree", "-z"}, top));
  return std::string(trim(tree));
}

Expected<std::string> Writer::write_commit(const std::string& tree, const std::vector<std::string>& parents) const {
  std::vector<std::string> arguments{"commit-tree", tree};
  for (const std::string& parent : parents) arguments.insert(arguments.end(), {"-p", parent});
  RT_TRY(const std::string commit, git(std::move(arguments), update_.message + "\n"));
  return std::string(trim(commit));
}

Expected<std::string> Writer::write() {
  files_.clear();
  RT_TRY(const std::string old, commit_of(update_.ref));
  std::vector<std::string> parents;
  if (!old.empty()) {
    RT_TRY(take_files(old));
    parents.push_back(old);
  }
  for (const std::string& other : update_.unite) {
    RT_TRY(const std::string commit, commit_of(other));
    if (commit.empty()) continue;
    RT_TRY(take_files(commit));
    RT_TRY(const bool known, old.empty() ? Expected<bool>(false) : is_ancestor(commit, old));
    if (!known && std::find(parents.begin(), parents.end(), commit) == parents.end()) parents.push_back(commit);
  }
  RT_TRY(add_files());
  RT_TRY(const std::string tree, write_tree());
  if (parents.size() == 1 && parents.front() == old) {
    RT_TRY(const std::string before, git({"rev-parse", old + "^{tree}"}));
    if (trim(before) == tree) return old;
  }
  RT_TRY(const std::string commit, write_commit(tree, parents));
  const std::string expected = old.empty() ? std::string(sealed_.id_size(), '0') : old;
  RT_TRY(const ProcessResult moved,
         run_process(sealed_.git({"update-ref", update_.ref, commit, expected}), "", output_limit));
  if (moved.status == 0) return commit;
  RT_TRY(const std::string now, commit_of(update_.ref));
  if (now != old) return std::string();
  return fail(ErrorCode::Process, "git cannot write " + update_.ref + ": " + printable(trim(moved.errors)));
}

}  // namespace

Expected<std::string> update_ref(const RefUpdate& update, const SealedDirectory& sealed) {
  Writer writer(update, sealed);
  for (int i = 0; i < attempts; ++i) {
    RT_TRY(std::string commit, writer.write());
    if (!commit.empty()) return commit;
  }
  return fail(ErrorCode::Process, update.ref + " is written by others all the time; try again");
}

}  // namespace redtag
