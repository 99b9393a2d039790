// The parts of the examination. Internal to doctor/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doctor/doctor.h"

namespace redtag {

/// Pipelines: workflows of GitHub, and the one file of the other hosts. Adds a way if nothing runs redtag at all.
void examine_pipelines(SourceTree& tree, std::vector<WayPast>& ways);

/// Policy, people and signers.
void examine_signers(SourceTree& tree, std::vector<WayPast>& ways);

/// Who must review the files that the gate stands on.
void examine_owners(SourceTree& tree, std::vector<WayPast>& ways);

}  // namespace redtag
