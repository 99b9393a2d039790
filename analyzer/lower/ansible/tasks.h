// Tasks of a play, a role or a file of handlers.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "document/document.h"
#include "lower/ansible/roles.h"
#include "lower/frontend.h"
#include "lower/yaml_source.h"

namespace redtag::ansible {

/// Lowers lists of tasks of one file into operations. Borrows everything.
class TaskReader {
 public:
  TaskReader(const SourceFileView& file, const LoweringView& view, Model& model)
      : file_(file), view_(view), model_(model) {}

  /// Reads a list of tasks into the procedure at `procedure`; `direction` is that of blocks around them.
  void read(const document::Node& tasks, ProcedureId procedure, unsigned depth);
  /// Adds a procedure and returns its id.
  [[nodiscard]] ProcedureId add_procedure(std::string address, Region region, Direction direction);

 private:
  void read_task(const document::Node& task, ProcedureId procedure, unsigned depth);
  void read_module(const document::Node& task, const document::Member& module, ProcedureId procedure);
  /// A file of tasks or a role that a task brings in, with the variables that it is given.
  void include(std::string_view named, IsRole is_role, const document::Node& task, ProcedureId procedure);
  void read_command(const document::Node& task, const document::Member& module, ProcedureId procedure);
  void read_job(const document::Node& task, const document::Member& module, ProcedureId procedure);
  void run_text(const document::Node& task, PlacedText text, ProcedureId procedure, Trigger trigger);
  /// Statements and lines of configuration that a module is handed as text.
  void read_texts(const document::Node& task, std::string_view module, const document::Member& member,
                  ProcedureId procedure);
  /// A request that deletes, as the command line that would make it.
  void read_request(const document::Node& task, const document::Member& member, ProcedureId procedure);
  /// A download whose server may be anybody.
  void read_unchecked(const document::Node& task, std::string_view module, const document::Member& member,
                      ProcedureId procedure);
  /// Adds what was lowered out of a task's text, as run by the task.
  void append_run(const document::Node& task, Model&& inner, ProcedureId procedure, Trigger trigger);
  /// What of a harmful task is decided by variables of other files: its condition, and what it works on.
  void note_decided(const document::Node& task, std::size_t first);
  /// An argument that a variable gives, and that destroys with the value of `row`.
  void note_state(const document::Node& task, const document::Member& module, const FactRowView& row);
  /// A directory in which services keep data.
  [[nodiscard]] bool keeps_data(std::string_view path) const;
  /// A file that a package, or whoever packages the service, puts in its place.
  [[nodiscard]] bool comes_with_package(std::string_view path) const;
  void add_operation(const document::Node& task, const document::Member& module, const FactRowView& row,
                     ProcedureId procedure);
  /// A task with a name is a procedure of its own.
  ProcedureId procedure_of(const document::Node& task, ProcedureId outer);
  /// What stands in front of a task's operations, from `first` on, and what makes them harmless.
  void guard_operations(const document::Node& task, std::size_t first);
  /// What a task says beside its module, for its operations from `first` on.
  void bind_operations(const document::Node& task, std::size_t first);
  /// Questions, assertions and copies, which stand in front of everything in the procedure.
  void read_play_guard(const document::Node& task, std::string_view module, const document::Member& member,
                       ProcedureId procedure);
  /// A container of an engine that keeps data in what is mounted, with the engine's version.
  void note_container(const document::Node& task, const document::Member& member);
  /// What the task keeps in place on its machines: copies, watchers, barriers.
  void note_provision(const document::Node& task, std::string_view module, const document::Member& member,
                      ProcedureId procedure);

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
  std::map<std::string, std::string> looked_at_;  ///< name that a `stat` is registered under → path
  std::map<std::string, std::string> found_;      ///< name that a `find` is registered under → where it looks for what
  std::set<std::string> written_;                 ///< files that tasks so far have put in place
};

/// An argument of a task: given as a map, or as `name=value` words behind the module.
[[nodiscard]] std::optional<std::string> argument_of(const document::Node& task, const document::Member& module,
                                                     std::string_view name);
/// The module's own name, without collection.
[[nodiscard]] std::string_view last_name(std::string_view module);
/// The class that fact rows give to words of a task, role or file that keeps something in place (`ansible provides`); empty for none.
[[nodiscard]] std::string_view class_of_words(const FactTables& facts, std::string_view words);

}  // namespace redtag::ansible
