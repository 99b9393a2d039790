// Values that a file sets for whoever reads it: variables of a pipeline or a unit, lines of an environment file, entries of a list,
// members of a file of parameters. One form for all of them, whatever their syntax, so that two sides can be compared.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag::flow {

/// How a file is read for its values.
enum class ValueFile : std::uint8_t {
  None,
  Document,  ///< YAML and JSON
  Lines,     ///< `NAME=value` lines, a Makefile's variables, sections of a unit
  List,      ///< one entry a line
  Script,    ///< a shell's own text, for whoever sources it: its assignments, and any other line as it stands
};

/// One value with its place. `path` has no indexes: entries of one list share it (`groups[]`).
struct PlacedValue {
  std::string path;   ///< `deploy.variables.MODE`, `groups[]`; a line of a list is `[]`
  std::string group;  ///< the path of the mapping that holds it, with indexes; empty for the file's own
  std::string key;    ///< its last part: the name of a variable
  std::string value;
  ByteRange bytes;  ///< of the value, in the image
};

/// By name and first bytes alone.
[[nodiscard]] ValueFile value_file(std::string_view path, std::string_view text);

/// The values of a text in the order they stand; nothing where it does not parse. Bounded. Parses with a grammar: for children.
[[nodiscard]] std::vector<PlacedValue> values_in(ValueFile kind, std::string_view path, std::string_view text);

/// For the way out of a child.
[[nodiscard]] std::string to_bytes(const std::vector<PlacedValue>& values);
[[nodiscard]] std::vector<PlacedValue> values_from(std::string_view bytes);

}  // namespace redtag::flow
