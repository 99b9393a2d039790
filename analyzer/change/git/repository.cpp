#include "change/git/repository.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "base/limits.h"
#include "base/text.h"
#include "change/change_order.h"
#include "change/git/commit_log.h"
#include "change/git/commit_walk.h"
#include "change/git/comparison.h"
#include "change/git/note_refs.h"
#include "change/git/object_reader.h"
#include "change/git/revisions.h"
#include "change/git/sealed_directory.h"
#include "change/git/tree_view.h"
#include "change/git/work_tree.h"

namespace redtag {

namespace {

constexpr std::size_t small_output = std::size_t{64} << 20;

/// Reads a started program to its end.
Expected<ProcessResult> finish(Child& child, std::size_t limit) {
  ProcessResult result;
  for (;;) {
    RT_TRY(const bool more, child.read(result.output));
    if (!more) break;
    if (result.output.size() > limit)
      return fail(ErrorCode::Limit, "git printed more than " + std::to_string(limit) + " bytes");
  }
  RT_TRY(result.status, child.wait());
  result.errors = child.errors();
  return result;
}

Command object_reader_command(const SealedDirectory& sealed) {
  return sealed.git({"cat-file", "--batch-command", "--buffer"});
}

class GitRepository final : public Repository {
 public:
  GitRepository(RepositoryPlaces places, SealedDirectory sealed, ObjectReader objects)
      : places_(std::move(places)), sealed_(std::move(sealed)), objects_(std::move(objects)) {}

  Expected<ChangeSet> range(std::string_view range) override;
  Expected<ChangeSet> merge(std::string_view base, std::string_view head) override;
  Expected<ChangeSet> staged() override;
  Expected<ChangeSet> worktree() override;
  Expected<std::unique_ptr<SourceTree>> tree(std::string_view revision) override;
  Expected<Identity> tree_of(std::string_view revision) override {
    RT_TRY(const std::vector<Revision> found, resolve_names({std::string(revision)}));
    return Identity{found[0].commit, found[0].tree};
  }
  Expected<std::vector<CommitNote>> notes(const std::vector<CommitRecord>& commits) override {
    return find_notes(commits, objects_);
  }

 private:
  Expected<Child> start_comparison();
  Expected<ChangeSet> compare(Child patch, Endpoints endpoints);
  Expected<std::vector<FileChange>> compare_trees(Child& patch, const std::string& before, const std::string& after);
  Expected<void> read_commits(ChangeSet& changes, std::optional<Child> log, std::optional<CommitRecord> only);
  Expected<std::vector<CommitRecord>> read_log(Child log, const Endpoints& endpoints);
  Expected<std::vector<Revision>> resolve_names(const std::vector<std::string>& names);
  Expected<std::string> merge_trees(std::string_view base_name, std::string_view head_name, const Endpoints& endpoints);
  Expected<ChangeSet> compare_with_head(Origin origin);
  Expected<std::vector<Revision>> resolve_and_remember(const std::vector<std::string>& names);

  RepositoryPlaces places_;
  SealedDirectory sealed_;
  ObjectReader objects_;
  std::map<std::string, Revision> resolved_;  // a name is looked up once, so that it means one thing in a run
  std::map<std::string, std::unique_ptr<TreeView>>
      views_;  // by tree id; each knows what views of the same tree have read
};

/// The program waits for the trees on its standard input, so that it can start before they are known: two programs that start
/// one behind the other would take most of a small change's time.
Expected<Child> GitRepository::start_comparison() {
  std::vector<std::string> options = comparison_options();
  options.insert(options.begin(), {"diff-tree", "--stdin"});
  return Child::start(sealed_.git(options));
}

Expected<std::vector<FileChange>> GitRepository::compare_trees(Child& patch, const std::string& before,
                                                               const std::string& after) {
  RT_TRY(const ProcessResult result, finish(patch, limits::patch_bytes));
  if (result.status != 0) {
    // A blob that this copy has not ends the patch. Where blobs are left out on purpose, that is the normal case.
    return compare_partial_trees(sealed_, objects_, before, after);
  }
  std::string_view output = result.output;
  output.remove_prefix(std::min(output.size(), output.find('\n') + 1));  // the two ids that we asked for
  return read_comparison(output);
}

std::string log_input(const Endpoints& endpoints) {
  return endpoints.head_commit + "\n" + (endpoints.base_commit.empty() ? "" : "^" + endpoints.base_commit + "\n");
}

Expected<std::vector<CommitRecord>> GitRepository::read_log(Child log, const Endpoints& endpoints) {
  RT_TRY(ProcessResult result, finish(log, limits::patch_bytes));
  if (result.status == 0) return parse_commit_log(result.output);
  // In a copy without trees, who wrote the commits can still be read, and what they touch cannot.
  std::vector<std::string> arguments = commit_log_arguments();
  std::erase(arguments, "--name-only");
  arguments.emplace_back("--no-patch");
  RT_TRY(result, run_process(sealed_.git(arguments), log_input(endpoints), limits::patch_bytes));
  if (result.status != 0)
    return fail(ErrorCode::Missing, "git cannot list the commits: " + printable(trim(result.errors)));
  return parse_commit_log(result.output);
}

Expected<void> GitRepository::read_commits(ChangeSet& changes, std::optional<Child> log,
                                           std::optional<CommitRecord> only) {
  if (log) {
    RT_TRY(changes.commits, read_log(std::move(*log), changes.endpoints));
  } else if (only) {
    for (const FileChange& file : changes.files) {
      if (file.after_path) only->paths.push_back(*file.after_path);
      if (file.before_path && file.before_path != file.after_path && file.status != ChangeStatus::Copied)
        only->paths.push_back(*file.before_path);
    }
    std::sort(only->paths.begin(), only->paths.end());
    only->paths.erase(std::unique(only->paths.begin(), only->paths.end()), only->paths.end());
    changes.commits.push_back(std::move(*only));
  }
  return {};
}

Expected<ChangeSet> GitRepository::compare(Child patch, Endpoints endpoints) {
  ChangeSet changes;
  patch.feed(endpoints.base_tree + " " + endpoints.head_tree + "\n");
  patch.finish_input();
  changes.endpoints = std::move(endpoints);
  const Endpoints& ends = changes.endpoints;
  // A bare tree has no history; but before the empty tree there was none, so all of the head's belongs to the change.
  const bool has_commits =
      !ends.head_commit.empty() && (!ends.base_commit.empty() || ends.base_tree == empty_tree(sealed_));
  std::optional<CommitRecord> only;
  std::optional<Child> log;
  if (has_commits) {
    RT_TRY(only, read_only_commit(ends.base_commit, ends.head_commit, objects_));
  }
  if (has_commits && (!only || ends.origin == Origin::Merge)) {
    RT_TRY(log, Child::start(sealed_.git(commit_log_arguments())));
    log->feed(log_input(ends));
    log->finish_input();
  }
  RT_TRY(changes.files, compare_trees(patch, ends.base_tree, ends.head_tree));
  RT_TRY(fill_images(changes.files, objects_));
  order_files(changes);
  RT_TRY(read_commits(changes, std::move(log), std::move(only)));
  return changes;
}

Expected<std::vector<Revision>> GitRepository::resolve_names(const std::vector<std::string>& names) {
  const bool remembered = std::any_of(names.begin(), names.end(),
                                      [](const std::string& name) { return name.find("@{") != std::string::npos; });
  if (remembered) sealed_.link_logs();
  return resolve_and_remember(names);
}

Expected<std::vector<Revision>> GitRepository::resolve_and_remember(const std::vector<std::string>& names) {
  std::vector<std::string> unknown;
  for (const std::string& name : names) {
    if (!resolved_.contains(name)) unknown.push_back(name);
  }
  RT_TRY(std::vector<Revision> found, resolve(unknown, objects_, sealed_));
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    if (!found[i].tree.empty()) resolved_.emplace(found[i].tree, Revision{"", found[i].tree});
    resolved_.emplace(unknown[i], std::move(found[i]));
  }
  std::vector<Revision> all;
  for (const std::string& name : names) all.push_back(resolved_.at(name));
  return all;
}

Expected<ChangeSet> GitRepository::range(std::string_view range) {
  RT_TRY(const RevisionRange names, parse_range(range));
  RT_TRY(Child patch, start_comparison());
  RT_TRY(std::vector<Revision> sides, resolve_names({names.before, names.after}));
  Endpoints endpoints;
  endpoints.origin = Origin::Range;
  if (names.from_merge_base) {
    RT_TRY(endpoints.merge_base, merge_base(sides[0], sides[1], sealed_));
    RT_TRY(const std::vector<Revision> base, resolve_names({endpoints.merge_base}));
    sides[0] = base[0];
  }
  endpoints.base_commit = sides[0].commit;
  endpoints.base_tree = sides[0].tree;
  endpoints.head_commit = sides[1].commit;
  endpoints.head_tree = sides[1].tree;
  return compare(std::move(patch), std::move(endpoints));
}

Expected<std::string> GitRepository::merge_trees(std::string_view base_name, std::string_view head_name,
                                                 const Endpoints& endpoints) {
  const Command command = sealed_.git({"merge-tree", "--write-tree", "-z", "--name-only", "--no-messages",
                                       endpoints.base_commit, endpoints.head_commit});
  RT_TRY(const ProcessResult result, run_process(command, "", small_output));
  const std::vector<std::string_view> fields = split(result.output, '\0');
  if (result.status == 0 && fields[0].size() == sealed_.id_size()) return std::string(fields[0]);
  const std::string what = "merging '" + printable(head_name) + "' into '" + printable(base_name) + "'";
  if (result.status != 1) return fail(ErrorCode::Process, what + " failed: " + printable(trim(result.errors)));
  std::string paths;
  for (std::size_t i = 1; i < fields.size() && !fields[i].empty(); ++i)
    paths += (paths.empty() ? "" : ", ") + printable(fields[i]);
  return fail(ErrorCode::Input, what + " conflicts in " + shortened(paths, 400) + "; merge or rebase by hand first");
}

Expected<ChangeSet> GitRepository::merge(std::string_view base, std::string_view head) {
  RT_TRY(const std::vector<Revision> sides, resolve_names({std::string(base), std::string(head)}));
  Endpoints endpoints;
  endpoints.origin = Origin::Merge;
  RT_TRY(endpoints.merge_base, merge_base(sides[0], sides[1], sealed_));
  endpoints.base_commit = sides[0].commit;
  endpoints.base_tree = sides[0].tree;
  endpoints.head_commit = sides[1].commit;
  RT_TRY(sealed_.make_store());
  RT_TRY(objects_.restart(object_reader_command(sealed_)));
  RT_TRY(endpoints.head_tree, merge_trees(base, head, endpoints));
  RT_TRY(Child patch, start_comparison());
  return compare(std::move(patch), std::move(endpoints));
}

Expected<ChangeSet> GitRepository::compare_with_head(Origin origin) {
  if (places_.work_tree.empty())
    return fail(ErrorCode::Usage, "a bare repository has no work tree and no index; name a range like BASE..HEAD");
  RT_TRY(const std::vector<Revision> head, resolve_and_remember({"HEAD"}));
  ChangeSet changes;
  changes.endpoints.origin = origin;
  changes.endpoints.base_commit = head[0].commit;
  changes.endpoints.base_tree = head[0].tree;
  WorkTree work_tree(places_, sealed_);
  if (origin == Origin::Staged) {
    RT_TRY(changes.files, work_tree.staged(head[0].tree));
  } else {
    RT_TRY(changes.files, work_tree.all(head[0].tree));
  }
  RT_TRY(fill_images(changes.files, objects_));
  order_files(changes);
  return changes;
}

Expected<ChangeSet> GitRepository::staged() { return compare_with_head(Origin::Staged); }
Expected<ChangeSet> GitRepository::worktree() { return compare_with_head(Origin::Worktree); }

Expected<std::unique_ptr<SourceTree>> GitRepository::tree(std::string_view revision) {
  RT_TRY(const std::vector<Revision> found, resolve_and_remember({std::string(revision)}));
  std::unique_ptr<TreeView>& view = views_[found[0].tree];
  if (view == nullptr) view = std::make_unique<TreeView>(objects_, found[0].tree, sealed_.id_size());
  return view->again();
}

void read_environment(const char* name, std::string& into) {
  const char* value = std::getenv(name);
  if (value != nullptr && *value != '\0') into = value;
}

}  // namespace

Expected<std::unique_ptr<Repository>> Repository::open(std::string directory) {
  RT_TRY(RepositoryPlaces places, find_repository(directory));
  Surroundings surroundings;
  read_environment("PATH", surroundings.search_path);
  read_environment("TMPDIR", surroundings.temporary);
  read_environment("GIT_QUARANTINE_PATH", surroundings.quarantine);
  RT_TRY(SealedDirectory sealed, SealedDirectory::create(places, surroundings));
  RT_TRY(ObjectReader objects, ObjectReader::start(object_reader_command(sealed)));
  return std::make_unique<GitRepository>(std::move(places), std::move(sealed), std::move(objects));
}

}  // namespace redtag
