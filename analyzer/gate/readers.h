// The readers of gate/: each looks at one file of a change. Internal to gate/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "change/change.h"
#include "change/source_tree.h"
#include "finding/finding.h"
#include "judge/policy.h"

namespace redtag {

void read_policy_file(const FileChange& file, std::vector<Finding>& findings);
void read_signer_file(const FileChange& file, std::vector<Finding>& findings);
void read_pack_file(const FileChange& file, const Policy& policy, std::vector<Finding>& findings);
/// Fact tables that the policy begins to name: rows that came before they counted.
void read_new_tables(const ChangeSet& changes, SourceTree* base, std::vector<Finding>& findings);
void read_attributes(const FileChange& file, const ChangeSet& changes, std::vector<Finding>& findings);
/// CODEOWNERS, at all places where a host looks for it. `base` may be nullptr.
void read_owners(const ChangeSet& changes, SourceTree* base, std::vector<Finding>& findings);

/// Calls of redtag in pipelines and scripts: all files at once, because a call may move. `base` may be nullptr: then what a pipeline
/// calls by way of another file is not followed.
void read_calls(const ChangeSet& changes, SourceTree* base, std::vector<Finding>& findings);

}  // namespace redtag
