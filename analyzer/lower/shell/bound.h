// A script with what it gets from elsewhere in its place: variables of whoever starts it, its arguments, values and entries of files
// that it reads. What it does with them is then told as if they stood in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lower/carrier.h"
#include "lower/flow/values.h"
#include "lower/shell/decide.h"

namespace redtag::shell {

/// Stands in the text of an operation in front of what finds its operands, where these are not known.
inline constexpr std::string_view origin_mark = " #of ";

/// What surrounds an operation of such a script: a condition, still open with its values, on which it depends whether it runs.
inline constexpr std::string_view bound_condition = "open";

/// What is known of a run of a script.
struct Bound {
  std::vector<std::pair<std::string, std::string>> variables;
  Names empty;                                        ///< variables that nobody sets
  std::optional<std::vector<std::string>> arguments;  ///< in order; a word that is not known is empty
  std::string file;                                   ///< the file that sets them, by its path from the top
  std::string text;  ///< what stands in front: its text, where a Makefile includes it; of a script what that sources
  std::vector<flow::PlacedValue> values;  ///< of that file
  std::vector<flow::PlacedValue> fresh;  ///< entries of lists in it that a loop is followed for; none: it stays unknown
  Trigger trigger = Trigger::Unknown;
  Ground ground = Ground::Machine;
};

/// A script with the values in their places and without what cannot run then.
[[nodiscard]] Script read_bound(const SourceFileView& file, Dialect dialect, const Bound& bound);

/// The text that a script is read as: assignments of its variables in front of it, in its own language. `shift` is how many bytes
/// stand in front.
[[nodiscard]] std::string bound_text(std::string_view path, std::string_view text, const Bound& bound,
                                     std::size_t& shift);

/// Lowers a script that was read so.
[[nodiscard]] Model lower_script(const SourceFileView& file, const LoweringView& view, const Carrier& carrier,
                                 const Bound& bound);

/// Lowers a script as it runs with those values. Places are those of bound_text().
[[nodiscard]] Model lower_bound(std::string_view path, std::string_view text, const Bound& bound,
                                const FactTables& facts);

}  // namespace redtag::shell
