// Functions that a change moves from one file to another, by their names, then by likeness.
//
// Files are compared one by one, each in a process of its own. What one loses and another gains has to be known before: it is found
// here in the texts alone, and both processes then compare the same two functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "change/change.h"

namespace redtag::cpp {

/// A function with a body, found by its text.
struct TextFunction {
  std::string name;       ///< last part: `Close` of `DBImpl::Close`
  std::string_view body;  ///< in the text that was searched
};

/// The functions with a body in a text whose comments and quotes are blank. A superset: a macro with a block looks like one.
[[nodiscard]] std::vector<TextFunction> functions_in(std::string_view code);

struct Move {
  std::string from_path;
  std::string from_name;
  std::string to_path;
  std::string to_name;
};

struct Moves {
  std::vector<Move> moves;
  std::map<std::string, std::string> before;    ///< texts of the files that functions left, by path
  std::map<std::string, std::string> after;     ///< of those that they went to
  std::map<std::string, std::string> vanished;  ///< paths of functions that one file alone defined, by name
  std::map<std::string, std::string> appeared;
};

/// What moved between the changed C and C++ files of a change, within limits. Cost: linear in their texts, plus vanished times appeared
/// functions.
[[nodiscard]] Moves find_moves(const ChangeSet& changes);

}  // namespace redtag::cpp
