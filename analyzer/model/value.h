// Values as a reviewer thinks of them: what is known, what is defaulted, what is absent, what cannot be known here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag {

enum class Presence : std::uint8_t {
  Known,      ///< written, or evaluated from what is written
  Defaulted,  ///< not written; the platform's or variable's default is known and given
  Absent,     ///< not written
  Unknown,    ///< written, but its value is decided elsewhere; `reason` says where
};

enum class Shape : std::uint8_t {
  Scalar,
  List,         ///< order matters
  Set,          ///< order and repetition do not matter
  Map,
  Block,        ///< a nested block; `entries` are its attributes
  Rules,        ///< ordered, the first match wins
  Permissions,  ///< an access document: `entries` as the source has them, compared by compare/permissions
  Addresses,    ///< CIDR blocks, hosts
  Quantity,     ///< a number with a unit; `text` in its canonical form
};

enum class ScalarType : std::uint8_t { String, Number, Bool, Null };

/// How an Unknown value was written, so that its front end can evaluate it once more files are known.
enum class Expression : std::uint8_t {
  None,         ///< a literal
  Reference,    ///< `text` is the dotted path, operands are the index expressions in it
  Call,         ///< `text` is the function, operands its arguments
  Template,     ///< operands are the parts of a string
  Conditional,  ///< operands: condition, then, else
  Operator,     ///< `text` is the operator, operands one or two
  For,          ///< a comprehension; operands: collection, key (null if none), value, condition (null if none); `text` the variables
  Opaque,       ///< something else; `text` is the source with blanks folded
};

struct Entry;

/// A value with its place. Compared by meaning with `same_value`, never with the text it was written in.
struct Value {
  Presence presence = Presence::Absent;
  Shape shape = Shape::Scalar;
  ScalarType type = ScalarType::String;
  Expression expression = Expression::None;
  bool sensitive = false;     ///< compared, never shown
  std::string text;           ///< Scalar: canonical value. Unknown: the expression as written, blanks folded
  std::string reason;         ///< Unknown only: what decides the value ("a variable without default")
  std::vector<Value> items;   ///< List, Set, Rules, Addresses: elements; expressions: operands
  std::vector<Entry> entries; ///< Map, Block, Permissions: in source order
  Region region;              ///< the bytes that decide the value; for an evaluated one, those of the literal it came from
  std::vector<Region> origins;  ///< further places that decide it, where it was composed or handed on; filled by link

  [[nodiscard]] bool known() const { return presence == Presence::Known || presence == Presence::Defaulted; }
  [[nodiscard]] bool is_null() const { return type == ScalarType::Null && shape == Shape::Scalar; }
};

/// One named part of a map or block. A repeated block appears once for each repetition.
struct Entry {
  std::string key;
  Value value;
  Region region;  ///< the whole `key = value` or block
};

[[nodiscard]] Value known_string(std::string text, Region region = {});
[[nodiscard]] Value known_number(std::string text, Region region = {});
[[nodiscard]] Value known_bool(bool value, Region region = {});
[[nodiscard]] Value unknown_value(std::string text, std::string reason, Region region = {});

/// The first entry called `key`, or nullptr.
[[nodiscard]] const Value* find_entry(const Value& map, std::string_view key);

/// Equal by meaning: places, sensitivity and the order of sets, maps and blocks do not count; numbers compare as numbers, a
/// string that spells a number or bool equals it (as Terraform and YAML users mean it), Defaulted equals Known. Two
/// Unknown values are equal when their expressions are.
[[nodiscard]] bool same_value(const Value& a, const Value& b);

/// The value on one line for people: strings quoted, unknown as the expression, sensitive as "(sensitive)", cut at `limit` bytes.
[[nodiscard]] std::string show(const Value& value, std::size_t limit = 80);

/// Canonical JSON-like text that is equal exactly when `same_value` holds; what fingerprints hash. Sensitive values come out
/// as the single word "sensitive".
[[nodiscard]] std::string canonical(const Value& value);

}  // namespace redtag
