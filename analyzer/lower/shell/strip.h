// Which command really runs: behind sudo, env, xargs, find -exec, docker exec, ssh; and which words are programs of their own.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/shell/script.h"

namespace redtag::shell {

/// A variable that stands for a whole word (`$SUDO`) is written so in the texts that strip() reads.
inline constexpr char variable_begin = '\x01';
inline constexpr char variable_end = '\x02';

/// The words of a command as strip() and the option readers see them: literal text, with variables in markers.
[[nodiscard]] std::string marked_text(const std::vector<Part>& parts);

/// On whose files a command works, beside those of the machine that runs the script.
enum class Whereabouts : std::uint8_t {
  Here,
  Elsewhere,  ///< another host, or a container that was there before
  Container,  ///< one that is started for this, with nothing mounted into it
};

/// A command line without its wrappers: words `begin` to `end`, `begin` being the program.
struct Invocation {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string program;                ///< last path component; empty where it is not known
  bool reads_operands = false;        ///< xargs: further operands come from its input
  bool query = false;                 ///< `command -v x`: nothing runs
  std::optional<std::size_t> search;  ///< `find`: index of the find word whose hits are the operands
  Whereabouts whereabouts = Whereabouts::Here;
};

/// What a program such as ssh is told: a text that is read on its own, or words that came out of a variable and stand nowhere else.
enum class Told : std::uint8_t { Text, Words };

/// All commands that one command line runs: one, or for find also each -exec.
[[nodiscard]] std::vector<Invocation> strip(std::span<const std::string> texts, Told told = Told::Text);

/// A shell text that a command runs.
struct NestedText {
  std::size_t first = 0;                ///< words that are joined by blanks …
  std::size_t last = 0;                 ///< … this one not included; none for a here-document
  std::optional<std::size_t> redirect;  ///< the redirection whose text it is
  std::size_t skip = 0;                 ///< bytes in front of the text in its first word (`--command=`)
  bool table = false;                   ///< a table of jobs: times stand in front of each command
  bool trap = false;                    ///< runs when the script or function ends
  bool escapes = false;                 ///< lines of another language, of which some are handed to a shell
  bool recipes = false;                 ///< a Makefile
  bool list = false;                    ///< the value of `commands`: one text, or a JSON list of lines
  struct Range {
    std::size_t first = 0, last = 0;
  };
  std::optional<Range> given;  ///< words behind the text of a shell: its `$0`, `$1` …
  bool fed = false;            ///< find or xargs puts words of its own there
  Whereabouts whereabouts = Whereabouts::Here;
};
[[nodiscard]] std::vector<NestedText> nested_texts(const Command& command, std::span<const std::string> texts);

/// True for programs with a language of their own that can hand a line to a shell: editors, debuggers, `expect`.
[[nodiscard]] bool escapes_to_shell(std::string_view program);
/// True for `make -f -`.
[[nodiscard]] bool reads_recipes(std::span<const std::string> texts, const Invocation& run);

/// True if the command is a shell that reads what it runs from its input.
[[nodiscard]] bool runs_input(std::span<const std::string> texts);
/// On whose files a command works that reads what it runs from its input.
[[nodiscard]] Whereabouts where_input_runs(std::span<const std::string> texts);

/// True for names of shells (`bash`, `sh`, …).
[[nodiscard]] bool is_shell(std::string_view program);

/// Last component of a path, which keeps a marked variable whole.
[[nodiscard]] std::string_view base_name(std::string_view path);

}  // namespace redtag::shell
