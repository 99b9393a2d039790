// Which rows speak of a changed attribute, and whether a value is the one that a row means.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace redtag {

/// The condition of a row that speaks only of a value that goes from one to another: where the line comes or goes, the platform's own
/// choice is the same value.
inline constexpr std::string_view given_on_both_sides = "given on both sides";

/// The condition of a row on replacement that holds as surely where the line comes or goes: the platform keeps no value of its own.
inline constexpr std::string_view also_where_it_comes_or_goes = "also where it comes or goes";
/// The condition of a row that speaks only of less: the platform lets it grow.
inline constexpr std::string_view growth_only = "growth is allowed";
/// The condition of a row on a list of which the platform fixes the first entry alone; where the list is not given, it chose one.
inline constexpr std::string_view first_entry_only = "first entry only";
/// The platform compares the value without its blanks and its case.
inline constexpr std::string_view spelling_aside = "blanks and case aside";
/// The condition of a row that speaks only of what goes.
inline constexpr std::string_view removal_only = "removal only";
/// The condition of a row whose quantity weakens when it grows.
inline constexpr std::string_view more_is_weaker = "more is weaker";
/// Of what names a size of machine: a smaller one is less.
inline constexpr std::string_view by_size = "by size";

/// What changed at a path.
enum class PathChange : std::uint8_t {
  Value,  ///< an attribute; of a map attribute, anything in it
  Block,  ///< a nested block appears, vanishes, or stands there another number of times
};

/// How a row's path meets a changed path.
enum class RowReach : std::uint8_t {
  Exact,  ///< the same path
  Above,  ///< `a.*`, and the changed path is `a` or lies below it
  Whole,  ///< `*`: everything in the resource but what is exempt
  Below,  ///< the changed path is a block, and the row speaks of something in it that comes or goes with it
};

struct FactMatchView {
  FactRowView row;
  RowReach reach{};
};

/// Rows that speak of a change at `path` (dotted, without indexes), nearest reach first, else in table order. Rows of the type
/// itself (with no path) are not among them. A path `*.a.b` means a.b at any depth, and rows of type `*` with such a path speak of
/// every type of the stack. `*` (and `a.*` of what is rejected) leaves out what `exempt` rows of the type or of type `*` name, and the type's
/// own guards and dangers.
[[nodiscard]] std::vector<FactMatchView> matching_rows(const FactTables& facts, std::string_view stack, std::string_view type,
                                                       std::string_view path, PathChange change);

/// True if `value` (as Value::text has it; empty for absent) is one that a row's value cell means: alternatives joined by `|`,
/// `*` for any non-empty one, `7..30` for a range, else the same text or number. An empty cell means any value.
[[nodiscard]] bool value_matches(std::string_view cell, std::string_view value);

}  // namespace redtag
