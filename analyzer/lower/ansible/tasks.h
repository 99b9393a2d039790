// Tasks of a play, a role or a file of handlers.
#pragma once

#include <string>

#include "document/document.h"
#include "lower/frontend.h"

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
  void read_command(const document::Member& module, ProcedureId procedure);
  void add_operation(const document::Node& task, const document::Member& module, const FactRowView& row,
                     ProcedureId procedure);

  const SourceFileView& file_;
  const LoweringView& view_;
  Model& model_;
};

}  // namespace redtag::ansible
