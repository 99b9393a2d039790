// Who refers to a file: what production brings in from a directory called `tests` or `dev` is no test, and is production.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "run/appliers.h"
#include "run/run.h"
#include "trait/trait.h"

namespace redtag {

/// Looks for them on both sides of a change: first in the texts that may speak against a claim, for those that write a path into such
/// a directory, then at what the front ends make of these, and of what they lead to. Module calls, bases of overlays, included tasks
/// and scripts that scripts run count; what a test run calls does not. Nothing that makes the claim itself is read to find who
/// refers to it, so that no number of files hides one; where there is more than the search is worth, the claim is not believed. A
/// symbolic link into such a directory counts as long as it stands where somebody may speak from: who goes through it is not asked.
class ReferrerSearch final : public Referrers {
 public:
  /// Borrows everything.
  ReferrerSearch(Analysis& analysis, SourceTree& before, const FactTables& facts, const RunOptions& options)
      : analysis_(analysis), before_(before), facts_(facts), options_(options) {}

  [[nodiscard]] std::optional<std::string> against(Claim claim, const Path& path) override;
  [[nodiscard]] std::optional<std::string> leaves_behind(const Path& before, const Path& after) override;

  /// What went wrong in the searches so far: analysis children that could not be started.
  [[nodiscard]] Expected<void> outcome() const { return outcome_; }

 private:
  struct Speakers {
    std::vector<Path> files;
    std::map<Path, Path> links;  ///< where they lead → a link
    bool complete = true;
  };

  Expected<std::optional<std::string>> search(Side side, Claim claim, const Path& path);
  Expected<std::optional<std::string>> follow(Side side, Claim claim, const Path& path, SourceTree& tree,
                                              std::set<Path> read);
  const Speakers& speakers(Side side, Claim claim, SourceTree& tree, const std::string& directory);
  void collect_links(Side side, Claim claim, const std::vector<Path>& links, Speakers& found);
  std::optional<std::string> target_of(Side side, const Path& link);

  Analysis& analysis_;
  SourceTree& before_;
  const FactTables& facts_;
  const RunOptions& options_;
  std::map<std::tuple<Side, Claim, std::string>, Speakers> speakers_;  // by the directory's name
  std::map<std::pair<Claim, Path>, std::optional<std::string>> known_;
  std::map<Side, Appliers> appliers_;
  Expected<void> outcome_;
};

}  // namespace redtag
