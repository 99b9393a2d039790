// Tasks of a play, a role or a file of handlers.
#pragma once

#include <map>
#include <set>
#include <string>

#include "document/document.h"
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
  void read_command(const document::Node& task, const document::Member& module, ProcedureId procedure);
  void read_job(const document::Node& task, const document::Member& module, ProcedureId procedure);
  void run_text(const document::Node& task, PlacedText text, ProcedureId procedure, Trigger trigger);
  /// A directory in which services keep data.
  [[nodiscard]] bool keeps_data(std::string_view path) const;
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
  /// What the task keeps in place on its machines: copies, watchers, barriers.
  void note_provision(const document::Node& task, std::string_view module, const document::Member& member,
                      ProcedureId procedure);

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
  std::map<std::string, std::string> looked_at_;  ///< name that a `stat` is registered under → path
  std::set<std::string> written_;                 ///< files that tasks so far have put in place
};

/// The module's own name, without collection.
[[nodiscard]] std::string_view last_name(std::string_view module);
/// The class that fact rows give to words of a task, role or file that keeps something in place (`ansible provides`); empty for none.
[[nodiscard]] std::string_view class_of_words(const FactTables& facts, std::string_view words);

}  // namespace redtag::ansible
