// Attributes that say who may do what, or from where: compared by what they allow.
#pragma once

#include "delta/delta.h"

namespace redtag {

enum class Refined : std::uint8_t { Changed, NoChange };
/// Gives an access document's change its movement, difference and effects. NoChange: both sides allow the same. Leaves other
/// attributes as they are.
[[nodiscard]] Refined refine_access(AttributeChange& change);

/// A change of an access document as one change for each statement that gained or lost something, each at its own place; the
/// change itself where no statement can be told apart.
[[nodiscard]] std::vector<AttributeChange> by_statement(const AttributeChange& change);

/// A role or policy that allows everything, by its name (a row `grants-everything`): the last part of
/// `arn:aws:iam::aws:policy/AdministratorAccess`, also where an expression stands before it, or one of a list.
[[nodiscard]] bool names_power(const FactRowView& row, const Value& value);

enum class Exposure : std::uint8_t { None, Private, Public, Internet };
/// Gives an address set's change its movement (Same if both sides cover the same) and difference; says what newly comes in.
[[nodiscard]] Exposure refine_addresses(AttributeChange& change);

}  // namespace redtag
