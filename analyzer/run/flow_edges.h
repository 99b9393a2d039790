// Which values of a changed file are others than before, and which scripts read them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "change/change.h"
#include "lower/flow/values.h"
#include "lower/shell/bound.h"
#include "run/flow_readers.h"

namespace redtag {

/// A value that one side has and the other has not, or has otherwise.
struct ChangedValue {
  std::optional<flow::PlacedValue> before;
  std::optional<flow::PlacedValue> after;
  [[nodiscard]] const flow::PlacedValue& any() const { return after ? *after : *before; }
};

/// A changed file with its values on both sides.
struct Setter {
  FileId file;
  Path path;
  std::array<std::string_view, 2> text;  ///< by side
  std::array<std::vector<flow::PlacedValue>, 2> values;
  std::vector<ChangedValue> changed;
  flow::ValueFile kind = flow::ValueFile::None;
  bool program = false;   ///< a script that is made to be run, and not to be taken in by others
  bool pipeline = false;  ///< what it starts runs on a machine made for it, with variables that others may set as well
};

/// One script under what the two sides of a setter say.
struct Flow {
  std::size_t setter = 0;
  ReaderText reader;
  std::array<shell::Bound, 2> bound;  ///< by side
  std::vector<ChangedValue> causes;
  bool list = false;         ///< entries that are new on the after side are what it works on
  std::string starter = {};  ///< text of what starts the script with the values, where that is neither of both
  std::vector<std::pair<std::string, std::string>> statements = {};  ///< files of SQL that it hands over: name and text
  std::string named_in = {};                    ///< a file that still speaks of the entry; empty for none
  std::array<std::size_t, 2> own = {};          ///< by side: bytes of the setter's own text in front of the reader's
  std::optional<std::string> before_text = {};  ///< the reader's old text, where it is the setter itself
};

/// Fills `changed` from `values`.
void compare_values(Setter& setter);

/// The flows out of a setter, in the order of the scripts. Bounded.
[[nodiscard]] std::vector<Flow> flows_of(const std::vector<Setter>& setters, std::size_t index, FlowReaders& readers);

}  // namespace redtag
