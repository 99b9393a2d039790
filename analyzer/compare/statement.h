// One statement of an access document, read from the normal form; and which of its parts another statement covers.
#pragma once

#include <string>
#include <vector>

#include "compare/comparison.h"
#include "model/value.h"

namespace redtag {

/// Whether one thing holds another; Maybe where a value is not known.
enum class Holds : std::uint8_t { No, Maybe, Yes };

/// One principal, action or resource.
struct Member {
  std::string text;    ///< normal form for comparing
  std::string shown;   ///< as written
  bool known = true;
};

enum class Part : std::uint8_t { Principals, Actions, Resources };

/// The members of one part of a statement.
struct Extent {
  enum class Kind : std::uint8_t {
    Everything,  ///< the statement does not have this part
    Only,
    Except,
  };
  Kind kind = Kind::Everything;
  std::vector<Member> members;
  /// How many pieces it has to be looked at in: an Except is one.
  [[nodiscard]] std::size_t pieces() const { return kind == Kind::Only ? members.size() : 1; }
};

/// `operator|key` with the values of which one must hold (or, for a negated operator, none may).
struct Condition {
  std::string test;    ///< operator without `IfExists`, lower case
  std::string key;     ///< lower case, as condition keys are compared
  bool if_exists = false;
  bool known = true;
  std::vector<std::string> values;
  [[nodiscard]] std::string shown() const;
};

enum class StatementEffect : std::uint8_t { Allow, Deny, Unknown };

struct Statement {
  StatementEffect effect = StatementEffect::Allow;
  Extent principals;
  Extent actions;
  Extent resources;
  std::vector<Condition> conditions;
  std::string identity;  ///< equal for statements that are the same
  std::string shown;     ///< for a statement that is not known
};

/// Statements of a document in order; of one that is not known, a single unknown statement.
[[nodiscard]] std::vector<Statement> read_statements(const Value& document);

/// Whether `outer` holds the piece `index` of `inner`.
[[nodiscard]] Holds covers_piece(Part part, const Extent& outer, const Extent& inner, std::size_t index, StepBudget& budget);

/// Whether whatever meets `inner` meets `outer` too. No conditions at all are the weakest.
[[nodiscard]] Holds conditions_cover(const std::vector<Condition>& outer, const std::vector<Condition>& inner, StepBudget& budget);

/// True for what stands for everyone, every action or every resource.
[[nodiscard]] bool is_universal(Part part, const Member& member);

/// The piece in words: `s3:GetObject`, "everything but …", "everything".
[[nodiscard]] std::string show_piece(const Extent& extent, std::size_t index);

}  // namespace redtag
