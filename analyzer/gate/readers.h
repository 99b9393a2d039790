// The readers of gate/: each looks at one file of a change. Internal to gate/.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "change/change.h"
#include "finding/finding.h"
#include "judge/policy.h"

namespace redtag {

void read_policy_file(const FileChange& file, std::vector<Finding>& findings);
void read_signer_file(const FileChange& file, std::vector<Finding>& findings);
void read_pack_file(const FileChange& file, const Policy& policy, std::vector<Finding>& findings);
void read_attributes(const FileChange& file, const ChangeSet& changes, std::vector<Finding>& findings);
void read_owners(const FileChange& file, std::vector<Finding>& findings);

/// Calls of redtag in pipelines and scripts: all files at once, because a call that moves to another file is still there.
void read_calls(const ChangeSet& changes, std::vector<Finding>& findings);

}  // namespace redtag
