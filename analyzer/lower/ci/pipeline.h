// One pipeline in one form, whichever tool reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/document.h"
#include "lower/frontend.h"
#include "lower/yaml_source.h"

namespace redtag::ci {

/// A name, its value and where both stand (bytes of the text).
struct Setting {
  std::string key;
  std::string value;
  ByteRange bytes;
};

/// Whether something runs, as far as its conditions tell.
enum class Runs : std::uint8_t { Always, Sometimes, Never };

/// What a condition says about runs that come from any branch or request.
enum class Keeps : std::uint8_t { Nothing, Unknown, Out };

/// In which language the lines of a step are.
enum class Language : std::uint8_t { Shell, PowerShell, Batch, Python, JavaScript };

struct Step {
  std::string name;   ///< unique in its job
  std::string uses;   ///< an action, orb or template, with its version
  PlacedText script;  ///< command lines
  Language language = Language::Shell;
  std::vector<Setting> with;  ///< inputs and environment
  std::string directory;      ///< that it runs in, where it is told
  std::string condition;
  Runs runs = Runs::Always;
  bool soft = false;           ///< its failure does not fail the job
  bool stops_on_error = true;  ///< its shell stops at the first failure
  bool pipefail = false;
  ByteRange bytes;
  ByteRange header;    ///< what names it
  ByteRange softened;  ///< what makes it soft, or its condition; empty for none
};

struct Need {
  std::string job;
  ByteRange bytes;
};

struct Job {
  std::string name;
  std::vector<Need> needs;
  std::vector<std::string> follows;  ///< jobs of earlier stages, where it names none that it needs
  std::string condition;
  Runs runs = Runs::Always;
  bool soft = false;
  bool ignores_needs = false;      ///< it runs whatever became of the jobs before it
  bool manual = false;             ///< somebody starts it
  bool by_hand = false;            ///< nothing but a person starts it, though nobody is asked to agree
  bool own_machine = false;        ///< it runs on a machine of the house
  std::optional<Keeps> limit;      ///< what its filters keep out, where they are no expression in `condition`
  std::vector<Setting> approvals;  ///< environments, and what else asks a person
  std::vector<Setting> permissions;
  std::vector<Setting> attributes;
  std::vector<Setting> variables;  ///< environment of all its steps
  std::vector<Step> steps;
  ByteRange bytes;
  ByteRange header;
  ByteRange softened;
};

struct Pipeline {
  std::vector<Setting> triggers;  ///< event → canonical filters
  std::vector<Setting> starts;  ///< event → `any` branch or request, `some` (those that its filter names) or by `hand`
  std::vector<Setting> permissions;
  std::vector<Setting> attributes;
  std::vector<Setting> variables;
  std::vector<Setting>
      included;  ///< files of this tree whose jobs run with those of this one: `include` → path from the top
  std::vector<Setting> borrowed;   ///< files of jobs of other projects → how firmly their version is named
  Runs on_request = Runs::Always;  ///< whether it runs for a merge or pull request
  bool has_filters = false;        ///< path or branch filters on that
  bool for_strangers = false;      ///< what anybody writes starts it with the repository's rights
  bool tells_order = false;        ///< all that runs before a job is in this file, or named
  bool called = false;             ///< other pipelines bring it in: a reusable workflow, a composite action
  Trigger trigger = Trigger::Unknown;
  std::vector<Job> jobs;
  ByteRange header;
};

using Reader = Pipeline (*)(const SourceFileView& file, const document::Node& root);

[[nodiscard]] Pipeline read_github(const SourceFileView& file, const document::Node& root);
/// Jobs at the top level, as files that a GitLab pipeline includes have them.
[[nodiscard]] bool is_gitlab(const document::Node& root);
[[nodiscard]] Pipeline read_gitlab(const SourceFileView& file, const document::Node& root);
/// An object of Tekton that runs tasks or steps.
[[nodiscard]] bool is_tekton(const document::Node& root);
/// An object of Argo Workflows.
[[nodiscard]] bool is_argo_workflow(const document::Node& root);
[[nodiscard]] Pipeline read_argo(const SourceFileView& file, const document::Node& root);
/// Adds the jobs and gates of such an object of a cluster; what its scripts do is told by the stack that the object is of. Places in `root` are those of `file`.
void add_cluster_gates(const SourceFileView& file, const document::Node& root, const LoweringView& view, Model& model);
[[nodiscard]] Pipeline read_azure(const SourceFileView& file, const document::Node& root);
[[nodiscard]] Pipeline read_circle(const SourceFileView& file, const document::Node& root);
/// Travis, Drone, Bitbucket, Cloud Build, CodeBuild, Buildkite and the like: lists of command lines wherever they stand.
[[nodiscard]] Pipeline read_lines(const SourceFileView& file, const document::Node& root);
[[nodiscard]] Pipeline read_jenkins(const SourceFileView& file);
/// Concourse: a list of jobs with plans.
[[nodiscard]] bool is_concourse(const document::Node& root);
[[nodiscard]] Pipeline read_concourse(const SourceFileView& file, const document::Node& root);
/// Prow: jobs before and after a merge, and by the clock.
[[nodiscard]] Pipeline read_prow(const SourceFileView& file, const document::Node& root);
/// True for a mapping that holds Prow's jobs.
[[nodiscard]] bool is_prow(const document::Node& root);

/// Adds what the pipeline is and does to the model.
void declare(const SourceFileView& file, Pipeline&& pipeline, const LoweringView& view, Model& model);

// ---- what the readers share

/// The member of a mapping that may not be there.
[[nodiscard]] inline const document::Node* at(const document::Node* node, std::string_view key) {
  return node == nullptr ? nullptr : node->find(key);
}
[[nodiscard]] ByteRange whole(const document::Member& member);
/// One line for comparison: maps and lists of scalars in canonical order.
[[nodiscard]] std::string flat(const document::Node& node);
/// A condition as written, without `${{ }}` and with blanks folded.
[[nodiscard]] std::string condition_text(std::string_view written);
/// What a condition says by itself: `false` never, `always()` always.
[[nodiscard]] Runs runs_under(std::string_view condition);
/// Adds a scalar's or a list of scalars' lines.
void add_script(const SourceFileView& file, const document::Node& node, PlacedText& script);
/// Adds each member as a setting.
void add_settings(const document::Node& map, std::string_view prefix, std::vector<Setting>& into);

}  // namespace redtag::ci
