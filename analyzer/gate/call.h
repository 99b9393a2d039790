// A call of redtag in a script or a pipeline. Internal to gate/.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "change/change.h"

namespace redtag {

struct GateCall {
  std::string kind;             ///< `check`, `verify` …, or `uses` for an action that is called by name
  std::string question;         ///< arguments that decide what is asked, without those that say where the report goes
  std::string version;          ///< of an action: what stands behind `@`
  std::set<std::string> masks;  ///< what keeps the call's status from counting (`||`, `set +e`)
  std::string where;            ///< way to it in a pipeline (`jobs/gate/steps`); empty in a script
  std::map<std::string, std::string> surroundings;  ///< keys on the way that decide whether it runs and counts
  FileId file;
  std::uint32_t line = 1;  ///< 1-based
};

/// Calls in a script, from line `first` on. Comments are passed over.
[[nodiscard]] std::vector<GateCall> calls_in_script(std::string_view text, std::uint32_t first);

/// Calls in a pipeline written in YAML; empty where it does not parse, which `parsed` says.
[[nodiscard]] std::vector<GateCall> calls_in_pipeline(std::string_view text, std::string_view name, bool& parsed);

}  // namespace redtag
