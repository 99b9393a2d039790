// From a unit to a model, in two steps, so that what is found of each function can be sharpened in between.
#pragma once

#include <string>
#include <vector>

#include "lower/cpp/sharpen.h"

namespace redtag::cpp {

/// A model without its safeguards, and the functions that they belong to, in order. Functions point into the unit.
struct LoweredUnit {
  Model model;
  std::vector<GuardedFunction> functions;
};

[[nodiscard]] LoweredUnit lower_unit(const Unit& unit, const SourceFileView& file, const LoweringView& view);

/// The model with the functions' safeguards.
[[nodiscard]] Model whole_model(LoweredUnit&& lowered);

/// The model of a text that cannot be read.
[[nodiscard]] Model unread_model(const SourceFileView& file, const std::string& reason);

}  // namespace redtag::cpp
