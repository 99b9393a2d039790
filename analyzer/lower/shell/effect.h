// What the fact tables know of a command line.
#pragma once

#include <optional>
#include <string_view>

#include "facts/facts.h"
#include "lower/shell/line.h"
#include "model/model.h"

namespace redtag::shell {

struct Effect {
  std::optional<Verb> verb;    ///< nullopt: the row says that nothing happens
  Arming arming = Arming::Plain;
  FactRowView row;             ///< views the tables
  std::size_t operands = 0;    ///< index of the first word behind the subcommands
};

/// The row with the most words that the line has; nullopt where no row fits.
[[nodiscard]] std::optional<Effect> find_effect(const FactTables& facts, const LineView& line);

/// The row of a program and words, for commands that are understood here and only cite it; nullopt if there is none.
[[nodiscard]] std::optional<FactRowView> find_row(const FactTables& facts, std::string_view program, std::string_view words);

/// A command of a known platform's client whose last subcommand says that it deletes, for subcommands that no row knows.
[[nodiscard]] bool sounds_destructive(const LineView& line);

}  // namespace redtag::shell
