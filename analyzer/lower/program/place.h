// What starts a program, as far as its place in the tree says it.
#pragma once

#include <string_view>

#include "facts/facts.h"
#include "model/model.h"

namespace redtag::program {

struct Start {
  Trigger trigger = Trigger::Request;
  bool once = false;  ///< it works on all there is, by hand or by a timer, and not on what a user asks for
};

/// By the directories of a path, its ending and the text's first line. Words are rows of code.tsv.
[[nodiscard]] Start started_by(std::string_view path, std::string_view text, const FactTables& facts);

}  // namespace redtag::program
