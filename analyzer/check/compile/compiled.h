// Compiled checks: flat tables over one text, without pointers between them, so that the built-in pack is constant data in the
// program and a pack of users is a few vectors. Views everywhere: PackStorage (compile.h) or the program owns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "check/compile/vocabulary.h"
#include "finding/finding.h"

namespace redtag {

/// A piece of PackTablesView::text.
struct TextRef {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
};

/// Consecutive rows of another table.
struct RowRange {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

inline constexpr std::uint32_t no_row = UINT32_MAX;

enum class ConditionOp : std::uint8_t {
  All,      ///< of `children`
  Any,      ///< of `children`
  Unless,   ///< not (all of `children`)
  Trait,    ///< trait number `bits`
  Names,    ///< the field's name (or one of its names) is in `bits`
  Is,       ///< text equals one of `operands`
  Glob,     ///< text matches one of `operands`
  Fact,     ///< the type has a row with the effect, or the class, in `operands`
  Present,  ///< there is a value
  Absent,   ///< there is none
  Flag,     ///< the flag equals `bits`
  Factor,   ///< the quantity moved by a factor of at least `bits` thousandths
};

/// One node of a condition.
struct ConditionRow {
  ConditionOp op{};
  Field field = Field::None;
  RowRange children;  ///< rows of `conditions`
  RowRange operands;  ///< rows of `texts`
  TextRef path;       ///< FieldKind::Attributes: which attribute
  std::uint64_t bits = 0;
};

/// A stretch of a message: literal text, or a field's value.
struct MessageRow {
  TextRef literal;
  Field field = Field::None;
};

enum class SeverityBy : std::uint8_t { Word, Class };

/// One alternative of a check's severity; the first whose condition holds is taken.
struct SeverityRow {
  std::uint32_t condition = no_row;  ///< none: always
  SeverityBy by{};
  Severity severity{};  ///< the word, or what an unknown class gets
};

/// Where a finding is shown.
enum class At : std::uint8_t { Header, Cause, Because, Whole, Attribute, Operation, Safeguard, Procedure, Reverse };

struct CheckRow {
  TextRef name;
  TextRef title;
  TextRef help;  ///< README.md
  TextRef since;
  Category category{};
  Action action{};
  At at{};
  SubjectKind subject{};
  std::uint32_t stacks = 0;   ///< bits of Stack
  std::uint64_t changes = 0;  ///< bits of the subject's fates that can match (Attribute: of its resource)
  std::uint64_t effects = 0;  ///< Attribute: it has one of these effects; 0 for no such demand
  std::uint32_t match = no_row;
  std::uint32_t unless = no_row;
  RowRange severities;
  RowRange says;
  RowRange because;
  RowRange instead;
  RowRange supersedes;     ///< rows of `texts`: names of checks
  std::uint32_t fold = 0;  ///< more findings of one scope on the same values than this are one; 0 for never
  std::optional<FixKind> fix;
};

/// A check on one stack: what users see.
struct RuleRow {
  TextRef id;
  std::uint32_t check = 0;
  Stack stack{};
};

/// A whole pack. The tables view what PackStorage or the program owns.
struct PackTablesView {
  std::string_view name;    ///< empty for the built-in pack
  std::string_view digest;  ///< SHA-256 of everything in it that can decide a finding
  std::string_view text;
  std::span<const TextRef> texts;
  std::span<const ConditionRow> conditions;
  std::span<const MessageRow> messages;
  std::span<const SeverityRow> severities;
  std::span<const CheckRow> checks;  ///< sorted by name
  std::span<const RuleRow> rules;    ///< sorted by id
  std::string_view fact_words;       ///< FactWords::lines of the pack's own fact tables

  [[nodiscard]] std::string_view view(TextRef ref) const { return text.substr(ref.begin, ref.size); }
};

}  // namespace redtag
