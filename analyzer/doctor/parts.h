// The parts of the examination. Internal to doctor/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doctor/doctor.h"

namespace redtag {

/// Pipelines: workflows of GitHub, and the one file of the other hosts. Adds a way if nothing runs redtag at all.
void examine_pipelines(SourceTree& tree, std::vector<WayPast>& ways);

/// A pipeline of another host than GitHub. True if it runs redtag.
bool examine_other_host(SourceTree& tree, const std::string& file, const std::string& text, std::vector<WayPast>& ways);

/// What keeps the status of a command in a script from counting; empty for nothing.
[[nodiscard]] std::string masked_by(std::string_view script);

/// Policy, people and signers.
void examine_signers(SourceTree& tree, std::vector<WayPast>& ways);

/// Who must review the files that the gate stands on.
void examine_owners(SourceTree& tree, std::vector<WayPast>& ways);

}  // namespace redtag
