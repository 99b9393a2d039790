// What the readers of PowerShell and batch files share: a script that grows by commands, and words by parts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lower/shell/script.h"

namespace redtag::shell {

class ScriptBuilder {
 public:
  ScriptBuilder(std::string_view text, const Origin& origin);

  void add_char(char c, std::size_t at, bool quoted);
  void add_part(PartKind kind, std::string name, std::size_t at, bool quoted, Expand expand = Expand::Plain);
  /// Makes sure that a word is begun, for `""`.
  void begin_word(std::size_t at);
  void end_word(std::size_t at);
  /// Ends the command, if there is one. Its output goes to the next one if `piped`.
  enum class Then : std::uint8_t { Ends, Pipes };
  void end_command(std::size_t at, Then then);
  [[nodiscard]] bool in_word() const { return begun_; }
  [[nodiscard]] Command& command() { return command_; }

  /// Opens a block whose condition is the command before, if `condition`.
  void open(BlockKind kind, std::string name, std::size_t at);
  /// What the block that was opened last goes through.
  void go_through(std::vector<Word> values);
  void close();
  [[nodiscard]] std::size_t depth() const { return open_.size(); }
  [[nodiscard]] Script finish();

  /// A word of literal text that stands for what is at `at`.
  [[nodiscard]] Word literal(std::string text, std::size_t at) const;

 private:
  std::string_view text_;
  const Origin& origin_;
  Script script_;
  Command command_;
  Word word_;
  bool begun_ = false;
  std::size_t word_begin_ = 0;
  std::optional<std::size_t> pipe_;
  std::vector<BlockId> open_;
};

/// Where a text begins behind the mark of its encoding, which editors of Windows put in front.
[[nodiscard]] constexpr std::size_t behind_mark(std::string_view text) {
  return text.starts_with("\xef\xbb\xbf") ? 3 : 0;
}

/// A variable that the system sets to the same on nearly every machine: `SystemDrive` is `C:`. Empty for any other.
[[nodiscard]] std::string_view windows_place(std::string_view name);

/// Writes the options of robocopy, which it takes in either case, as its documentation does. `at` is where the command ends.
void respell_mirror(std::vector<Word>& words, const ScriptBuilder& builder, std::size_t at);

/// Adds the words of a test to the command that is being built: what `inside`, a condition of PowerShell in its brackets, asks.
void add_powershell_test(std::string_view inside, std::size_t begin, ScriptBuilder& out);

/// Variables of Windows under the names that this folder knows.
[[nodiscard]] std::string windows_variable(std::string_view name);

}  // namespace redtag::shell
