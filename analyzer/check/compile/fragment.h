// A check as its author wrote it, with the lines that messages name. compile.h turns it into flat tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "check/compile/compiled.h"
#include "document/document.h"

namespace redtag {

/// Levels that a condition may be nested; nobody reads more.
inline constexpr std::uint32_t condition_levels = 12;

struct ConditionFragment {
  ConditionOp op = ConditionOp::All;
  Field field = Field::None;
  std::string path;  ///< FieldKind::Attributes
  std::vector<std::string> operands;
  std::uint64_t bits = 0;
  std::vector<ConditionFragment> children;
  std::uint32_t line = 1;
};

struct MessagePiece {
  std::string literal;
  Field field = Field::None;
};

struct SeverityFragment {
  std::optional<ConditionFragment> condition;
  SeverityBy by = SeverityBy::Word;
  Severity severity = Severity::High;
  std::uint32_t line = 1;
};

struct CheckFragment {
  std::string file;     ///< of check.yaml, for messages
  std::string name;     ///< the folder's
  Category category{};  ///< the folder's parent
  std::string title;
  std::string help;  ///< README.md
  std::string since;
  std::vector<Stack> stacks;
  Action action{};
  SubjectKind subject{};
  At at{};
  ConditionFragment match;
  std::optional<ConditionFragment> unless;
  std::vector<SeverityFragment> severities;
  std::vector<MessagePiece> says;
  std::vector<MessagePiece> because;
  std::vector<MessagePiece> instead;
  std::vector<std::string> supersedes;
  std::uint32_t fold = 0;  ///< more findings of one scope on the same values than this are one; 0 for never
  std::optional<FixKind> fix;
  std::uint32_t match_line = 1;
};

/// Where a check stands: its folder and the folder above decide name and category.
struct CheckPlace {
  std::string file;      ///< path of check.yaml as messages show it
  std::string category;  ///< name of the folder above the check's
  std::string name;      ///< name of the check's folder
};

/// Reads one check.yaml. Errors are one line: file, line, what was expected, what came.
[[nodiscard]] Expected<CheckFragment> read_check(std::string_view yaml, const CheckPlace& place, std::string readme);

// The parts of reading, each in a file of its own.

/// What reading a condition or a message needs to know of its check.
struct ReadingView {
  std::string_view file;
  SubjectKind subject{};

  /// The subjects whose fields may stand here: the check's own, and what it belongs to.
  [[nodiscard]] bool allows(SubjectKind other) const;
  /// An error at a line of the file.
  [[nodiscard]] tl::unexpected<Error> wrong(std::uint32_t line, std::string_view what) const;
};

/// The subject that a `match` speaks of; an error where it mixes subjects that do not belong together.
[[nodiscard]] Expected<SubjectKind> find_subject(const document::Node& match, std::string_view file);
/// A condition: a mapping (all of it must hold) or a list of them (one must hold).
[[nodiscard]] Expected<ConditionFragment> read_condition(const document::Node& node, const ReadingView& reading);
/// What a value, or one key of a `from`/`to` mapping, is tested for.
[[nodiscard]] Expected<ConditionFragment> read_test(const document::Node& node, const FieldInfo& field,
                                                    std::string_view path, const ReadingView& reading,
                                                    std::uint32_t depth);
/// A sentence with {subject.field} in it.
[[nodiscard]] Expected<std::vector<MessagePiece>> read_message(const document::Node& node, const ReadingView& reading);

/// Says why a check can never fire, or nothing. Known from the check alone: names that exclude each other, an `unless` that
/// covers the whole `match`.
[[nodiscard]] std::optional<std::string> find_contradiction(const CheckFragment& check);

}  // namespace redtag
