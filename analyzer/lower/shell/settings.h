// What beside a command's own words decides on what it acts: variables that the script sets, options that name a host, and commands
// before it that choose a cluster, a project or a workspace. Fact rows (`aimed-by`, `aims`) say which of them matter to a program.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.h"
#include "lower/shell/line.h"

namespace redtag::shell {

/// The commands of a script that choose for those behind them. Borrows script and tables.
class Settings {
 public:
  Settings(const Script& script, const Scope& scope, const FactTables& facts);

  /// What decides for a command, one text each, in a fixed order: `with PGHOST=prod`, `after kubectl config use-context prod`.
  [[nodiscard]] std::vector<std::string> of(const LineView& line) const;
  /// Words behind the program that decide neither on what a command acts nor whether (`--verbose`, `--transfers 8`), by their index in
  /// the line; a cluster of letters (`-av`) is left without those that are such.
  struct Detail {
    std::size_t index;
    std::string left;  ///< what of the word still counts; empty for nothing
  };
  [[nodiscard]] std::vector<Detail> details(const LineView& line) const;
  /// The words behind the program, sorted, without details, and as the rows spell them: `-n` and `--namespace=`, `ns` and `namespace`.
  [[nodiscard]] std::string said(const LineView& line) const;
  /// Options that name what a database client connects to, with their values: `-h prod`.
  [[nodiscard]] std::vector<std::string> connection(const LineView& line) const;

 private:
  struct Choice {
    std::size_t command;
    FactRowView row;
    std::string text;
  };
  void add_choice(std::size_t command, const Invocation& run, const std::vector<Argument>& words);
  void add_source(std::size_t command);
  [[nodiscard]] bool is_open(const LineView& line) const;

  const Scope& scope_;
  const FactTables& facts_;
  std::vector<Choice> choices_;  // in order of commands
  struct Source {
    std::size_t command;
    std::string name;
  };
  std::vector<Source> sources_;  // files of an environment by their names, in order of commands
};

}  // namespace redtag::shell
