// The seam for a front end that can be told more by a program of its own, in a process of its own.
//
//   parent                                 child (forked)
//   gather(): what the program may see ──> lower(): both sides of one file, with what the program says of them
//
// What the program adds sharpens what the front end finds by itself and never replaces it: without the program there is less, not
// something else.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "change/source_tree.h"
#include "lower/frontend.h"

namespace redtag {

/// One file's models, and what went wrong.
struct Assisted {
  std::vector<Model> models;  ///< one for each view, in their order
  std::string trouble;        ///< why the program's word is missing; empty if it is not
};

class Assistant {
 public:
  virtual ~Assistant() = default;
  /// Reads what the program will need of both trees, within limits. Called once, before any child is forked.
  virtual void gather(const ChangeSet& changes, SourceTree& before, SourceTree& after) = 0;
  /// Lowers the views of one file: one side or both, whole images. Called in a child; the program is started at the first call.
  [[nodiscard]] virtual Assisted lower(std::span<const SourceFileView> views, const LoweringView& view) = 0;
  /// What of the trees was not done as it asks, in sentences; known once gathered.
  [[nodiscard]] virtual std::vector<std::string> remarks() const = 0;
  /// Why there is no program; empty where there is one.
  [[nodiscard]] virtual std::string absent() const = 0;
};

/// The assistant of a stack, nullptr for a stack that has none. `directory` is where its program is looked for; it need not be there.
[[nodiscard]] std::unique_ptr<Assistant> make_assistant(Stack stack, const std::string& directory);

}  // namespace redtag
