// What an operand is by where its function has it from, whatever it is called there.
#pragma once

#include <string>

#include "lower/cpp/unit.h"

namespace redtag::cpp {

/// `parameter 2`; of a local what it is made with, its own name left out; of what runs through a range or is an iterator over it
/// `each of RANGE`, so that a loop may be written anew. Empty where the text is no such name.
[[nodiscard]] std::string operand_of(const std::string& target, const Function& function);

}  // namespace redtag::cpp
