// Files that are opened for writing, and whether what is in them stays.
#pragma once

#include <string>
#include <vector>

#include "lower/cpp/guards.h"

namespace redtag::cpp {

struct OpenedFile {
  std::string callee;             ///< `open`, `ofstream`
  std::string target;             ///< as written, folded
  Arming arming = Arming::Plain;  ///< Armed: emptied; Disarmed: kept, or refused where it exists
  ByteRange bytes;
};

/// What a function opens, by calls and by streams among its locals. Rows `guard:opens`, `guard:empties` and `guard:keeps` name callees and
/// flags; a stream that is only written empties its file if nothing is said.
[[nodiscard]] std::vector<OpenedFile> opened_files(const Function& function, const GuardWords& words);

}  // namespace redtag::cpp
