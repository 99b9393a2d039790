// Checks: declarative folders over the neutral model, and nothing else. See docs/adding-a-check.md.
//
//   check.yaml ──document──> fragment (as written, with places) ──compile──> CompiledCheckView (flat tables) ──run──> findings
//
// The built-in pack is compiled when redtag is built; packs of users are compiled when they are read. Both end in the same tables.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "change/source_tree.h"
#include "finding/finding.h"
#include "trait/trait.h"

namespace redtag {

/// One check's metadata for listings, explain, SARIF rules.
struct RuleView {
  std::string_view id;     ///< `terraform/replace-stateful-resource`; a pack's name stands in front for packs of users
  std::string_view check;  ///< folder name
  Category category{};
  Severity severity{};  ///< the highest it can have
  std::string_view title;
  std::string_view help;  ///< README.md of the folder, Markdown
  std::string_view since;
  std::string_view pack;  ///< empty for the built-in pack
};

struct Pack;  // pack.h

/// The checks that a run uses.
class CheckSet {
 public:
  /// Those in the binary. Cheap: nothing is parsed.
  [[nodiscard]] static CheckSet builtin();
  /// Adds a pack of users: every CATEGORY/NAME/check.yaml below `directory` of `tree`, and every `*.tsv` in its `facts/`. Its name
  /// is what its pack.yaml says (`name: acme`), else the last part of `called` (its path, as the caller has it) that is neither
  /// `checks` nor `.redtag`, else `house`.
  [[nodiscard]] Expected<void> add_pack(std::string_view called, SourceTree& tree, std::string_view directory);
  /// As add_pack, for packs given by hand while checks are written: if it is the built-in pack's sources (`name: redtag`), they
  /// take the place of what is in the program.
  [[nodiscard]] Expected<void> add_pack_by_hand(std::string_view called, SourceTree& tree, std::string_view directory);
  /// Adds a fact table by itself.
  void add_facts(std::string name, std::string text);
  /// Fact tables that added packs brought: name and text.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& fact_tables() const { return fact_tables_; }
  /// All rules sorted by id, one for each stack of each check.
  [[nodiscard]] std::vector<RuleView> rules() const;
  /// Digest of everything that can decide a finding: checks and fact tables.
  [[nodiscard]] std::string digest() const;

  [[nodiscard]] const std::vector<std::shared_ptr<const Pack>>& packs() const { return packs_; }

 private:
  [[nodiscard]] Expected<void> add(std::string name, SourceTree& tree, std::string_view directory);

  std::vector<std::shared_ptr<const Pack>> packs_;
  std::vector<std::pair<std::string, std::string>> fact_tables_;
  std::string own_facts_;  // of tables that came without a pack, for the digest
};

/// Whether a pack's files are those that the built-in pack was made of (what the readmes say aside).
[[nodiscard]] bool is_builtin_pack(SourceTree& tree, std::string_view directory);

/// Runs all checks over a delta. Findings come in a stable order (rule, place) and without fingerprints.
[[nodiscard]] std::vector<Finding> run_checks(const CheckSet& checks, const DeltaView& view);

}  // namespace redtag
