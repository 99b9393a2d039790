// What a change does to redtag itself: its policy, its packs, who may clear, who must review, and the call that runs it.
//
// Nothing of this is obeyed by the run that reads the change (policy comes from the target's tip), so each edit is judged before it
// counts. Only what lets more pass is a finding; what lets less pass is none. These findings belong to no pack: a policy or a pack
// that could silence them would be the first thing to change.
//
//   policy ──read both sides, compare──┐
//   packs, fact tables, signers ───────┼──> findings of stack `redtag`
//   CODEOWNERS, .gitattributes ────────┤
//   calls of redtag in pipelines ──────┘
#pragma once

#include <vector>

#include "change/change.h"
#include "change/source_tree.h"
#include "check/check.h"
#include "finding/finding.h"
#include "judge/policy.h"

namespace redtag {

/// Findings about the gate. `policy` is the one that judges; it says where packs and fact tables lie. `base` is the tree before the
/// change, for what a changed file names; nullptr where there is none.
[[nodiscard]] std::vector<Finding> gate_findings(const ChangeSet& changes, const Policy& policy, SourceTree* base);

/// The rules of those findings, sorted by id.
[[nodiscard]] const std::vector<RuleView>& gate_rules();

}  // namespace redtag
