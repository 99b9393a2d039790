// Calls of redtag in scripts and pipelines, and everything around them that decides whether they run and count. Internal to gate/ and doctor/.
//
// Finding a call is generous: a word in a comment is passed over, everything else that may be one is taken for one. Comparing is
// strict: all that decides about the call is written down in one form, and whatever differs between the sides is a finding unless it is
// known to be harmless. So nothing here needs to know each way to mask a status.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "change/source_tree.h"
#include "document/document.h"
#include "finding/finding.h"

namespace redtag {

/// What decides whether one call, or the calls of one job, run and count.
struct GateUnit {
  std::string where;    ///< way to the job (`/jobs/gate`); empty where the file is one unit
  std::string kind;     ///< the first call's command: `check`, `uses`, or the command that leads to one (`make gate`)
  std::string shown;    ///< the job's name as the host shows it
  std::string version;  ///< behind `@` or `:` where redtag is called by name
  std::map<std::string, std::string> facts;  ///< way to a key, relative to the job → its value in one form
  std::uint32_t line = 1;                    ///< 1-based
};

/// True if a logical line of a script leads to a call of redtag.
using LeadsToCall = std::function<bool(std::string_view line)>;

/// The lines of a shell text: comments gone, continued lines joined, blanks folded.
[[nodiscard]] std::vector<std::string> logical_lines(std::string_view text);
/// True if a line may run a command of redtag's that judges.
[[nodiscard]] bool names_call(std::string_view line);
/// The first such command's name; empty for none.
[[nodiscard]] std::string call_kind(std::string_view line);
/// True for one simple command whose status is the line's: no operator, substitution, redirection, block or keyword.
[[nodiscard]] bool plain_line(std::string_view line);
/// `owner/redtag@v1`, `registry/redtag:1.2`: a thing of that name.
[[nodiscard]] bool names_redtag(std::string_view text);

/// Whether a shell ends at the first command that fails, before the script says anything about it.
enum class OnFailure : std::uint8_t { GoesOn, Ends };

/// What of a script decides about its calls.
struct ScriptForm {
  std::vector<std::string> lines;
  bool calls = false;
  bool sound =
      false;  ///< every call is a plain command, with only plain ones before it, and its failure is the script's
};
[[nodiscard]] ScriptForm script_form(std::string_view text, OnFailure failure, const LeadsToCall& leads);

/// The units of a pipeline in YAML.
[[nodiscard]] std::vector<GateUnit> pipeline_units(const document::Node& root, std::string_view path,
                                                   const LeadsToCall& leads);
/// Names of the jobs of a pipeline that do not call redtag, as keys and as shown.
[[nodiscard]] std::vector<std::string> jobs_without_call(const document::Node& root, std::string_view path,
                                                         const LeadsToCall& leads);
/// The units of any other file: a Makefile, a Jenkinsfile, a package.json, a shell script.
[[nodiscard]] std::vector<GateUnit> script_units(std::string_view text, std::string_view path,
                                                 const LeadsToCall& leads);
/// Only the lines with calls, for files that are not whole or whose language is unknown.
[[nodiscard]] std::vector<GateUnit> line_units(std::string_view text, const LeadsToCall& leads);

/// Text that speaks of commands and runs none.
[[nodiscard]] bool is_prose(std::string_view path);

/// How bad it is that one fact of a unit has another value; nullopt for what takes nothing away. nullptr: not there.
[[nodiscard]] std::optional<Severity> weight_of(const std::string& path, const std::string* before,
                                                const std::string* after, const GateUnit& unit);

/// The host that runs a file because of its name, as `github`, `gitlab` …; empty for a file that something else must name.
[[nodiscard]] std::string host_of(std::string_view path);

/// Targets of a Makefile whose recipes, or whose prerequisites' recipes, call redtag. The first target comes first if it is one.
struct MakeTargets {
  std::vector<std::string> gate;
  std::string first;
};
[[nodiscard]] MakeTargets gate_targets(std::string_view makefile, const LeadsToCall& leads);

/// Follows `make gate`, `./ci/gate.sh`, `uses: ./action` to files of the base that call redtag. Each file that is named, by a pipeline or by
/// another such file, is read a few times at most, however they name one another.
class Carriers {
 public:
  explicit Carriers(SourceTree* base) : base_(base) {}
  /// True if a line of a script leads to a call, by itself or by what it names.
  [[nodiscard]] bool leads(std::string_view line);

 private:
  /// A script, an action or a Makefile.
  struct Carrier {
    bool calls = false;   ///< of a script: a line of it leads to a call
    MakeTargets targets;  ///< of a Makefile: those that do
  };
  using Key = std::pair<std::string, bool>;  ///< a path, and whether it is read as a Makefile

  const std::string& text(const std::string& path);
  const Carrier& carrier(const std::string& path, bool makefile);
  bool leads_as_far_as_known(std::string_view line);
  bool names_carrier(std::string_view word, bool action);
  bool task_calls(const std::string& file, const std::string& task);
  bool make_calls(const std::vector<std::string>& words, std::size_t at);
  bool read_again(const Key& key);
  void settle();

  SourceTree* base_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, bool> tasks_;
  std::map<Key, Carrier> carriers_;
  std::vector<Key> open_;  ///< named, and not yet known for good
  std::size_t bytes_read_ = 0;
};

}  // namespace redtag
