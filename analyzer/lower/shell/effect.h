// What the fact tables know of a command line.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"
#include "lower/shell/line.h"
#include "model/model.h"

namespace redtag::shell {

struct Effect {
  std::optional<Verb> verb;  ///< nullopt: the row says that nothing happens
  Arming arming = Arming::Plain;
  FactRowView row;           ///< views the tables
  std::size_t operands = 0;  ///< index of the first word behind the subcommands
};

/// The rows of programs, parsed once and found by their first word. Borrows the tables.
class ProgramRows {
 public:
  explicit ProgramRows(const FactTables& facts) : facts_(facts) {}
  struct Rows {
    std::vector<FactRowView> all;
    std::map<std::string_view, std::vector<std::size_t>> by_word;  ///< first word of the path → rows
    std::map<std::string_view, std::string_view> spelled;  ///< other spellings of a word → the one that rows use
    std::vector<std::size_t> anywhere;  ///< rows whose first word may stand anywhere, or that have none
    std::vector<std::size_t> exposing;  ///< rows that say what opens something to the public
  };
  [[nodiscard]] const Rows& rows(const std::string& program);
  [[nodiscard]] const FactTables& facts() const { return facts_; }

 private:
  const FactTables& facts_;
  std::map<std::string, Rows> known_;
};

/// The row with the most words that the line has; nullopt where no row fits.
[[nodiscard]] std::optional<Effect> find_effect(ProgramRows& programs, const LineView& line);

/// The row of a DELETE request by the shape of its address, for requests as spell_request() writes them; nullopt where none knows it.
/// Cost: rows of requests times segments.
[[nodiscard]] std::optional<Effect> find_request(const FactTables& facts, const LineView& line);

/// What an effect's word means as a verb; nullopt for what does no harm.
[[nodiscard]] std::optional<Verb> verb_of(std::string_view effect);

/// The row by which the line opens something to the public, and where its operands begin; nullopt where none does.
[[nodiscard]] std::optional<Effect> find_exposure(ProgramRows& programs, const LineView& line);

/// The row of a program and words, for commands that are understood here and only cite it; nullopt if there is none.
[[nodiscard]] std::optional<FactRowView> find_row(const FactTables& facts, std::string_view program,
                                                  std::string_view words);

/// A command of a known platform's client whose last subcommand says that it deletes, for subcommands that no row knows.
[[nodiscard]] bool sounds_destructive(const LineView& line);

}  // namespace redtag::shell
