// Calls of libraries that lose what is stored, by the rows of code.tsv.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "lower/code/code.h"
#include "lower/sql/effect.h"

namespace redtag::program {

/// What a call comes to.
struct Loss {
  std::optional<sql::Effect> effect;
  const code::Node* statement = nullptr;  ///< a string of SQL that runs, where there is no effect
  const code::Node* command = nullptr;    ///< a string that a shell runs, where there is neither
  bool guessed = false;                   ///< the table's name follows from a model's
};

/// Reads calls of one language. Borrows the tables.
class Calls {
 public:
  Calls(code::Language language, const FactTables& facts);

  /// The table that a call fills, by its model; empty for any other call.
  [[nodiscard]] std::string filled_by(const code::Node& call) const;
  /// What a call loses. `behind` are the calls that its result is chained into, nearest first: `delete(User).where(…)`.
  [[nodiscard]] std::optional<Loss> read(const code::Node& call, const std::vector<std::string_view>& behind) const;

 private:
  struct Shape;
  [[nodiscard]] bool fits(const code::Node& call, const FactRowView& row,
                          const std::vector<std::string_view>& behind) const;
  [[nodiscard]] std::string target_of(const code::Node& call, std::string_view how) const;
  [[nodiscard]] bool picks(const code::Node& call, const std::vector<std::string_view>& behind) const;
  [[nodiscard]] std::string model_of(const code::Node& chain) const;
  [[nodiscard]] std::string table_named(std::string_view model) const;
  [[nodiscard]] bool is_model(std::string_view word) const;
  [[nodiscard]] std::optional<Loss> loss_of(const code::Node& call, const FactRowView& row,
                                            const std::vector<std::string_view>& behind) const;

  code::Language language_;
  const FactTables& facts_;
  std::vector<std::string_view> no_models_;
  std::vector<std::string_view> whole_;   // links of a chain that pick nothing
  std::vector<std::string_view> refill_;  // calls that write rows
};

}  // namespace redtag::program
