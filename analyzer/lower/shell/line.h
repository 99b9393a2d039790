// One command line as the programs' own handlers see it: options, operands and where it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lower/shell/place.h"
#include "lower/shell/strip.h"
#include "model/value.h"

namespace redtag::shell {

class Settings;

/// A program with its arguments. Views a vector of Argument that outlives it.
struct LineView {
  const Script& script;
  const Scope& scope;
  const Creations& created;
  std::size_t command = 0;  ///< index of the command in the script
  Invocation invocation;
  const std::vector<Argument>& words;  ///< of the whole command, wrappers included
  Reading directory;                   ///< where an earlier `cd` went; empty where none did
  const Settings* settings = nullptr;  ///< what decides beside its words; nullptr: nobody asks

  [[nodiscard]] const Command& as_written() const { return script.commands[command]; }
  /// Arguments behind the program's name.
  [[nodiscard]] std::size_t first() const { return invocation.begin + 1; }
  [[nodiscard]] std::size_t last() const { return invocation.end; }
  [[nodiscard]] const std::string& text(std::size_t index) const { return words[index].text; }

  /// True if the option stands there: `-r` alone or in a cluster (`-rf`), `--force`, `--force=…`, `-force`.
  [[nodiscard]] bool has(std::string_view option) const;
  [[nodiscard]] bool has_any(std::initializer_list<std::string_view> options) const;
  /// True if some argument is exactly that text.
  [[nodiscard]] bool has_word(std::string_view word) const;
  /// The value of an option (`--name x`, `--name=x`, `-nx`), as an index of its word; npos where absent.
  [[nodiscard]] std::size_t value_of(std::string_view option) const;
  /// Indexes of arguments that are no options; `valued` lists options that take the next word, blank-separated.
  [[nodiscard]] std::vector<std::size_t> operands(std::string_view valued = {}) const;

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
};

/// The value of a word for the model: known, defaulted, or unknown with the reason.
[[nodiscard]] Value value_of(const Argument& argument);
[[nodiscard]] Value value_of(const std::vector<Reading>& readings, const std::string& source, Region region);

}  // namespace redtag::shell
