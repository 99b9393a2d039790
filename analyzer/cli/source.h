// Opens what a command is asked about: the change, the tree it starts from, and the tree that policy is read from.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/expected.h"
#include "change/change.h"
#include "change/git/repository.h"
#include "change/source_tree.h"
#include "check/check.h"
#include "cli/commands.h"
#include "judge/review.h"
#include "judge/policy.h"
#include "run/run.h"

namespace redtag::cli {

/// A change and its surroundings. The trees may use the repository: keep all together.
struct Source {
  std::unique_ptr<Repository> repository;  ///< null for a bare patch
  ChangeSet changes;
  std::optional<std::string> plan;         ///< text of a plan; then there is no change, and `before` is what was planned
  std::unique_ptr<SourceTree> before;      ///< the tree the change starts from; empty for a bare patch
  std::unique_ptr<SourceTree> target;      ///< the tip of the target branch as named; null for a bare patch
};

[[nodiscard]] Expected<Source> open_source(const ChangeOptions& options);

/// The whole way from an opened change to verdicts, without clearances. Takes the changes out of `source`.
[[nodiscard]] Expected<Review> review_of(Source& source, const CheckOptions& options);

/// `--policy FILE`, else `.redtag.yaml` of the target, else the defaults; tightened to the organisation's policy if there is one.
/// An error if the policy wants a newer redtag.
[[nodiscard]] Expected<Policy> find_policy(const Source& source, const PolicyOptions& options);

/// All rules: those of the checks, and those about redtag's own gate.
[[nodiscard]] std::vector<RuleView> all_rules(const CheckSet& checks);

/// `--at TIME` as a day (`YYYY-MM-DD`); today by the clock where it is empty.
[[nodiscard]] Expected<std::string> day_of(const std::string& at);

/// Built-in checks, the packs that the policy names (read from the target's tree), and directories given by hand.
[[nodiscard]] Expected<CheckSet> find_checks(const Source& source, const Policy& policy, const std::vector<std::string>& directories);

/// The id that the linker gave this program: the same for the same bytes. Empty where there is none.
[[nodiscard]] std::string build_id();
/// What a run needs besides its source. Borrows everything.
struct RunInputsView {
  const CheckSet& checks;
  const Policy& policy;
  const RunOptions& options;
};

/// Judges the change, or the plan. Takes the change out of the source.
[[nodiscard]] Expected<Review> review_source(Source& source, const ChangeOptions& named, const RunInputsView& inputs);
/// The same up to what differs.
[[nodiscard]] Expected<Analysis> analyse_source(Source& source, const ChangeOptions& named, const FactTables& facts,
                                                const RunOptions& options);

/// A directory of the disk as a tree.
[[nodiscard]] std::unique_ptr<SourceTree> disk_tree(std::string root);

/// A file's bytes; `-` is standard input. Errors name the file.
[[nodiscard]] Expected<std::string> read_file(const std::string& path);
/// Writes a file as a whole or not at all.
[[nodiscard]] Expected<void> write_file(const std::string& path, const std::string& text);
/// Writes to standard output; an error if that does not take it all.
[[nodiscard]] Expected<void> print_out(const std::string& text);
/// One line on standard error; returns exit status 2.
int complain(const Error& error);

}  // namespace redtag::cli
