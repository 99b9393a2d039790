// The closed vocabulary of checks: subjects, fields and their kinds, and the names that each closed set knows.
// field.def is the list; everything here is made from it and from the lists of the modules that own the sets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "trait/trait.h"

namespace redtag {

enum class FieldKind : std::uint8_t {
#define REDTAG_FIELD(enumerator, subject, name, kind, sentence)
#define REDTAG_KIND(enumerator, tests) enumerator,
#include "check/compile/field.def"
#undef REDTAG_KIND
#undef REDTAG_FIELD
};

enum class Field : std::uint8_t {
#define REDTAG_FIELD(enumerator, subject, name, kind, sentence) enumerator,
#include "check/compile/field.def"
#undef REDTAG_FIELD
  None,  ///< literal text in a message
};

/// What a field is, for reading checks and for the page that lists them.
struct FieldInfo {
  Field field{};
  SubjectKind subject{};
  std::string_view name;
  FieldKind kind{};
  std::string_view sentence;
};

[[nodiscard]] std::span<const FieldInfo> fields();
[[nodiscard]] const FieldInfo& field_info(Field field);
/// The field of that subject and name, or nullptr.
[[nodiscard]] const FieldInfo* find_field(SubjectKind subject, std::string_view name);

[[nodiscard]] std::string_view subject_name(SubjectKind subject);
[[nodiscard]] std::optional<SubjectKind> subject_from_name(std::string_view name);

/// The tests that a kind takes, in words.
[[nodiscard]] std::string_view tests_of(FieldKind kind);
/// The names of a closed set in the order of its enum; empty for kinds that are no closed set. At most 64.
[[nodiscard]] std::span<const std::string_view> names_of(FieldKind kind);
/// Index of a name in its closed set.
[[nodiscard]] std::optional<std::size_t> name_index(FieldKind kind, std::string_view name);

/// The names joined for a message: "a, b or c".
[[nodiscard]] std::string one_of(std::span<const std::string_view> names);

}  // namespace redtag
