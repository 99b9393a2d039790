// Which commands and actions are checks that something has to pass, and whether their failure can still stop anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "lower/ci/pipeline.h"

namespace redtag::ci {

/// A check found in a step.
struct FoundGate {
  std::string label;    ///< `test`, `lint`, `scan`, `smoke`, `rollback`, `redtag` …
  std::string text;     ///< the command or action, folded
  bool masked = false;  ///< its failure is swallowed
  ByteRange bytes;      ///< in the image
};

/// What a step does to what runs elsewhere, as far as its command or action says.
enum class Deploys : std::uint8_t { Nothing, Changes, Destroys };

/// Rows of the fact tables about pipelines, read once.
class GateFacts {
 public:
  explicit GateFacts(const FactTables& facts);
  /// The gates of a step, in order; its own conditions are the caller's business.
  [[nodiscard]] std::vector<FoundGate> gates_of(const SourceFileView& file, const Step& step) const;
  [[nodiscard]] Deploys deploys(const Step& step) const;
  /// What stands behind the commands that deploy, word by word.
  [[nodiscard]] std::vector<std::string> deploying_words(const Step& step) const;
  /// True if the step's script has text in it, before a shell reads it, that whoever asks for a merge or comments may choose.
  [[nodiscard]] bool takes_told_text(const Step& step) const;
  /// True for a program that acts on the database which its application is configured with, where `variables` (name and value, as the
  /// pipeline hands them) name no other than one beside the job: a service, localhost, or none at all.
  [[nodiscard]] bool acts_beside_job(std::string_view program, const std::vector<Setting>& variables) const;
  /// Says of a job that runs tests where the database is that its variables name (attribute `test_database`): `beside` it, on
  /// `production`, one `of its own`, or `elsewhere`. Nothing is added where none is named.
  void note_test_database(const SourceFileView& file, const Pipeline& pipeline, Job& job) const;
  /// True for programs that reach no further than the machine they run on.
  [[nodiscard]] bool is_local(std::string_view program) const;

 private:
  [[nodiscard]] std::optional<std::string> label_of(const std::vector<std::string_view>& words) const;
  [[nodiscard]] std::size_t skip_wrappers(const std::vector<std::string_view>& words) const;
  [[nodiscard]] bool is_lenient(const std::vector<std::string_view>& words) const;
  void find_in_script(const Step& step, std::vector<FoundGate>& found) const;

  std::vector<FactRowView> commands_, actions_, names_, wrappers_, lenient_, local_, idle_, deploys_, deploy_actions_,
      told_, application_database_, database_variables_;
};

}  // namespace redtag::ci
