// A Dockerfile as instructions: continuation lines joined, comments left out, here-documents kept with their instruction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"
#include "lower/yaml_source.h"

namespace redtag::docker {

struct Instruction {
  std::string keyword;             ///< upper case
  std::vector<std::string> flags;  ///< `--mount=…`, `--from=…`
  PlacedText arguments;            ///< with line continuations as blanks; the lines of a here-document follow
  ByteRange bytes;
};

/// Reads a whole text. Never fails: a line that is no instruction is one with an unknown keyword. Linear.
[[nodiscard]] std::vector<Instruction> read_instructions(const SourceFileView& file);

}  // namespace redtag::docker
