// Who or what made a change, as far as its commits say so.
//
// A marker can only add review; its absence means nothing, because every marker can be switched off, stripped or forged. So the
// answer is never "a human": where there is no evidence it is Unknown. Evidence is a marker's id and a commit's id, never a
// person's name or address.
//
// Markers are rows of checks/provenance/markers.tsv, with the source of each. Most changes have no commit that any of them
// fits, so a pattern is compiled only after a text that it needs was found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/expected.h"
#include "change/change.h"

namespace redtag {

enum class Maker : std::uint8_t {
  Unknown,   ///< no evidence, or only hints
  Bot,       ///< automation that is no language model wrote every commit
  Assisted,  ///< a commit names an agent that helped
  Agent,     ///< an agent is the author of a commit
};
[[nodiscard]] std::string_view maker_name(Maker maker);

/// How sure a marker is. A hint is shown and decides nothing.
enum class MarkerStrength : std::uint8_t { Hint, Likely, Certain };
[[nodiscard]] std::string_view marker_strength_name(MarkerStrength strength);

struct ProvenanceEvidence {
  std::string marker;  ///< id of the marker (`trailer/claude-code`)
  std::string agent;   ///< which agent or bot it stands for (`claude-code`)
  std::string commit;  ///< id of the commit; empty for a message that came without one
  Maker maker{};
  MarkerStrength strength{};
  std::string source;  ///< where the marker is documented
  bool operator==(const ProvenanceEvidence&) const = default;
};

struct Provenance {
  Maker maker = Maker::Unknown;
  std::vector<std::string> agents;           ///< sorted, without repetition; those that decided
  std::vector<ProvenanceEvidence> evidence;  ///< in the order of commits, then of markers; at most 100
  bool operator==(const Provenance&) const = default;
};

/// What the caller says beside the commits. It can only add review: nothing of it lowers a class.
struct Testimony {
  Maker maker = Maker::Unknown;  ///< `--provenance`
  std::string agent;             ///< which one, if the caller knows
  std::string actor;             ///< login of who opened or pushed the change; compared with markers, never kept
  std::string branch;            ///< name of the head's branch
  std::vector<std::pair<std::string, std::string>>
      notes;  ///< refs that hold a git note of a commit, and the commit's id
};

/// `agent`, `assisted` or `bot`, and perhaps `=NAME`. There is no word for a human.
[[nodiscard]] Expected<Testimony> read_testimony(std::string_view provenance);

/// Looks for markers in the commits and messages of a change. Without any, nothing is compiled or read. Linear in their bytes.
[[nodiscard]] Provenance detect(const ChangeSet& changes, const Testimony& testimony = {});

}  // namespace redtag
