// What the words of a command can hold where it runs: variables set in the same script, arguments of calls in the same file,
// and who checked them before.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lower/carrier.h"
#include "lower/shell/script.h"

namespace redtag::shell {

/// Why a piece of a value is not known.
enum class Hole : std::uint8_t {
  None,         ///< it is known
  Environment,  ///< a variable that the script never sets
  Argument,     ///< of the script or function
  Output,       ///< what another command prints
  Temporary,    ///< mktemp, $TMPDIR
  Location,     ///< $HOME, $PWD, $(pwd), $(dirname …): never empty
  Item,         ///< an element of a loop, an array or a number
  Input,        ///< read from the user, a file or a pipe
  Indirect,     ///< ${!x} of a name that is not known
  Several,      ///< too many values, or made by an expansion that is not followed
};

/// The hole in words ("a variable that this script never sets").
[[nodiscard]] std::string_view hole_name(Hole hole);

struct Piece {
  std::string text;  ///< the value, or the expansion as it is written
  Hole hole = Hole::None;
  bool quoted = false;
  bool glob = false;
  bool maybe_empty = false;  ///< holes only: nobody made sure that something is there
  bool defaulted = false;    ///< the default of a variable that a caller may set
};

/// One possible value of a word.
using Reading = std::vector<Piece>;

/// Its text with holes as they are written.
[[nodiscard]] std::string text_of(const Reading& reading);
/// Its text if all of it is known.
[[nodiscard]] std::optional<std::string> known_text(const Reading& reading);

/// One argument of a command.
struct Argument {
  const Word* word = nullptr;
  std::vector<Reading> readings;  ///< at least one, at most eight
  std::string text;               ///< for strip() and option readers: known text, or with variables marked
};

/// How much of the script is there to see.
enum class Sight : std::uint8_t {
  Whole,
  Window,  ///< what is not seen may stand outside: nothing is concluded from absence
};

/// Shell options and what is known of variables. Borrows the script.
class Scope {
 public:
  Scope(const Script& script, Sight sight, OnFailure on_failure = OnFailure::GoesOn);

  /// Possible values of a word of a command, at least one.
  [[nodiscard]] std::vector<Reading> read(const Word& word, std::size_t command) const;
  /// Words of a command; an unquoted variable that holds several words is several arguments.
  [[nodiscard]] std::vector<Argument> arguments(std::size_t command) const;
  /// The same command with the words that an alias of this script stands for, if its name is one; what that asks is left out.
  [[nodiscard]] std::optional<std::vector<Argument>> without_alias(std::size_t command,
                                                                   const std::vector<Argument>& arguments) const;
  struct Alias {
    std::size_t command;  ///< that defines it
    std::string text;
  };
  [[nodiscard]] const std::map<std::string, Alias>& aliases() const { return aliases_; }
  /// What an alias does with one argument that is not known (`$1`).
  [[nodiscard]] std::vector<Argument> words_of_alias(const std::string& name) const;
  /// The lines that a call of one of the script's functions comes to where that hands on all its arguments (`"$@"`), without those
  /// that `shift` took away.
  [[nodiscard]] std::vector<std::vector<Argument>> forwarded(const std::vector<Argument>& call) const;
  /// True if the variable was checked to be there before that command.
  [[nodiscard]] bool guarded(const std::string& name, std::size_t command) const;
  /// The command, and the calls of the functions that it stands in, as far as a few of them go.
  [[nodiscard]] std::vector<std::size_t> ways_to(std::size_t command) const;
  /// True if `set -u` is on for that command.
  [[nodiscard]] bool stops_on_unset(std::size_t command) const {
    return sight_ == Sight::Window || (nounset_ && *nounset_ <= command);
  }
  /// True if `set -e` is on for that command.
  [[nodiscard]] bool stops_on_error(std::size_t command) const {
    return sight_ == Sight::Window || (errexit_ && *errexit_ <= command);
  }

 private:
  struct Source {
    std::size_t command;
    BlockId owner;  ///< the function it is local to, or the script
    const std::vector<Part>* parts = nullptr;
    const std::vector<Word>* values = nullptr;
    Hole hole = Hole::None;               ///< for sources without text: read, arrays
    std::span<const Word> elements = {};  ///< of `(a b c)`
    bool array = false;                   ///< it gives an array those elements …
    bool appended = false;                ///< … beside those that it has
  };
  struct Element {
    const Word* word;
    std::size_t command;  ///< that makes it one
  };
  struct Guard {
    std::size_t after;
    BlockId block;
  };
  /// A command of a function that holds `"$@"`, and how many arguments are gone by then.
  struct Forward {
    std::size_t command;
    std::size_t shifted;
  };
  /// Where a variable is used, and how deep the values are followed already.
  struct Use {
    std::size_t command;
    unsigned depth;
  };

  [[nodiscard]] bool may_be_nothing(const Word& word, std::size_t index) const;
  void add_arguments(const Word& word, const std::vector<Part>& parts, std::size_t index,
                     std::vector<Argument>& arguments) const;
  [[nodiscard]] bool add_elements(const Word& word, const std::vector<Part>& parts, std::size_t index, unsigned depth,
                                  std::vector<Argument>& arguments) const;
  [[nodiscard]] static std::string position_name(std::string_view position, BlockId function);
  void collect_positions(std::size_t command);
  void collect_read(std::size_t command, const std::string& name);
  void collect_reference(std::size_t command, const Assignment& assignment, BlockId owner);
  [[nodiscard]] std::optional<std::vector<Element>> elements_of(const std::string& name, std::size_t command) const;
  [[nodiscard]] std::optional<std::vector<Element>> selected(const std::vector<Part>& parts, std::size_t command) const;
  [[nodiscard]] std::optional<std::vector<Reading>> read_element(const Part& part, Use use) const;
  [[nodiscard]] std::optional<std::vector<Reading>> read_given(const Part& part, Use use) const;
  void collect_sources(std::size_t command);
  void collect_aliases(std::size_t command);
  void collect_printed(std::size_t command);
  void collect_defaults(const std::vector<Part>& parts, std::size_t command);
  void collect_loops();
  void collect_guards();
  void collect_forwards();
  void guard_condition(const Block& block, BlockId id);
  void add_source(const std::string& name, Source source);

  [[nodiscard]] std::vector<Reading> read_parts(const std::vector<Part>& parts, Use use) const;
  [[nodiscard]] std::vector<Reading> read_part(const Part& part, Use use) const;
  [[nodiscard]] std::vector<Reading> read_variable(const Part& part, Use use) const;
  [[nodiscard]] std::vector<Reading> read_indirect(const Part& part, const std::vector<Reading>& names, Use use) const;
  [[nodiscard]] std::vector<Reading> read_argument(const Part& part, Use use) const;
  [[nodiscard]] std::vector<Reading> read_sources(const std::string& name, Use use, bool& found) const;
  [[nodiscard]] std::vector<Reading> read_source(std::size_t index) const;
  [[nodiscard]] std::vector<std::size_t> reaching(const std::string& name, std::size_t command) const;

  const Script& script_;
  Sight sight_;
  std::vector<Source> sources_;
  std::deque<std::vector<Part>> made_;                       // of variables that stand for others
  std::map<std::string, std::vector<std::size_t>> by_name_;  // sources in order of commands
  std::map<std::string, Alias> aliases_;
  std::map<std::string, std::vector<std::size_t>> calls_;  // commands by their name
  std::map<std::string, std::vector<Forward>> forwards_;   // of each function, by its name
  std::map<std::string, std::vector<Guard>> guards_;
  std::optional<std::size_t> nounset_;
  std::optional<std::size_t> errexit_;
  mutable std::map<std::size_t, std::vector<Reading>> memo_;  // of sources; an empty entry is being read
  mutable unsigned following_ = 0;                            // sources that are being read within one another
};

/// What an operator of `${x…}` makes of a value: `%.*`, `##*/`, `/a/b`, `:1:2`, `,,`. nullopt for one that is not followed.
[[nodiscard]] std::optional<std::string> transformed(std::string_view value, std::string_view operation);

/// `rm${IFS}-rf` and `{rm,-rf,/}` are several words. One element for any other word.
[[nodiscard]] std::vector<std::vector<Part>> words_in(const Word& word);

/// Names that a test makes sure of: `[ -n "$x" ]` proves x when it succeeds, `[ -z "$x" ]` when it fails.
struct Tested {
  std::vector<std::string> proven;   ///< there when the test succeeds
  std::vector<std::string> missing;  ///< there when the test fails
};
[[nodiscard]] Tested tested_names(const Command& command);

/// True if some command of the range ends the script, function or round of a loop.
[[nodiscard]] bool leaves(const Script& script, CommandRange range);

}  // namespace redtag::shell
