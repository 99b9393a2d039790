// A module's declaration serves all of its callers: what each of them had can be compared only with what it has now.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "delta/directives.h"
#include "model/model.h"

namespace redtag {

/// One side's copies of modules' declarations, as single calls make them. Borrows the side and the blocks.
class CallCopies {
 public:
  /// `moved`: those of the side after the change, which say what a call is called there.
  CallCopies(const Model& model, Side side, const MovedBlocks& moved);
  /// What `declaration` is under the one call that `other`, the same declaration on the other side, serves; `declaration` itself where
  /// both serve as many, or where no copy was made.
  [[nodiscard]] const Resource& under_the_call_of(const Resource& declaration, const Resource& other) const;

 private:
  std::map<std::string_view, const Resource*> copies_;
  Side side_;
  const MovedBlocks& moved_;
};

}  // namespace redtag
