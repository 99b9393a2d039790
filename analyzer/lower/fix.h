// What front ends can do besides lowering: mend a text, and read files that are no stack's own. A seam of its own, so that those who
// only lower need not know of it.
#pragma once

#include <optional>
#include <string_view>

#include "change/source_tree.h"
#include "model/fix.h"
#include "model/model.h"

namespace redtag {

/// What a fix is asked for. Borrows everything.
struct FixRequestView {
  FixKind kind{};
  const Resource* before = nullptr;  ///< nullptr where it does not exist on that side
  const Resource* after = nullptr;
  std::string_view path;                 ///< attribute that the finding speaks of, in fact form; empty for all of the resource
  const Safeguard* safeguard = nullptr;  ///< the one that went, for findings about safeguards
  const Operation* operation = nullptr;  ///< the one that a finding about an operation speaks of
  const Procedure* procedure = nullptr;  ///< the one that a finding about a procedure speaks of
  const Procedure* reverse = nullptr;    ///< what takes that procedure back, where something does
  const Model* side = nullptr;           ///< the after side
  FileId file;                           ///< where the edit goes
  std::string_view text;                 ///< that file's post-image
  bool whole = true;                     ///< `text` is all of the file
  std::uint32_t place = 0;               ///< start of the line in `text` at which what went stood
};

/// The edits of a fix in the words of a stack, or nullopt where it has none (what can be put back as it was written is put back
/// without asking).
[[nodiscard]] std::optional<Fix> write_stack_fix(Stack stack, const FixRequestView& request);

/// The stack whose files may read a changed file that is no stack's own (a policy that `file` names); Stack::None for none.
[[nodiscard]] Stack stack_that_reads(std::string_view path, SourceTree& tree);
/// The stack that may read a changed file of another one as a text (a script that a machine starts with); Stack::None for none.
[[nodiscard]] Stack also_read_by(Stack own, std::string_view path, SourceTree& tree);

}  // namespace redtag
