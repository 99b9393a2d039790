// A shell text as commands in order. Knows words, quotes and blocks; knows no program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag::syntax {
class Twin;
}

namespace redtag::shell {

/// Where the bytes of a text stand in its file: at `base`, or where `map` says (one entry a byte, and one for the end).
struct Origin {
  FileId file;
  Side side = Side::After;
  std::uint32_t base = 0;
  std::vector<std::uint32_t> map;

  [[nodiscard]] std::uint32_t at(std::size_t index) const {
    if (map.empty()) return base + static_cast<std::uint32_t>(index);
    return map[index < map.size() ? index : map.size() - 1];
  }
  [[nodiscard]] Region region(std::size_t begin, std::size_t end) const {
    return Region{file, side, ByteRange{at(begin), at(end)}};
  }
};

enum class PartKind : std::uint8_t {
  Text,      ///< literal bytes
  Variable,  ///< $x, ${x…}
  Output,    ///< $(…), `…`, <(…)
  Number,    ///< $((…)), $#, ${#x}
};

/// What `${x…}` does besides reading x.
enum class Expand : std::uint8_t {
  Plain,      ///< $x, ${x}
  Default,    ///< ${x:-…}, ${x-…}
  Assign,     ///< ${x:=…}
  Require,    ///< ${x:?…}: the shell stops when x is unset or empty
  Alternate,  ///< ${x:+…}
  Indirect,   ///< ${!x}: the variable whose name x holds
  Transform,  ///< ${x%…}, ${x/…} …: something made of it; `operand` is the operator where it is one of case
};

/// One piece of a word.
struct Part {
  PartKind kind = PartKind::Text;
  Expand expand = Expand::Plain;
  bool quoted = false;
  bool glob = false;          ///< Text: holds `*`, `?` or `[…]` that the shell expands
  std::string text;           ///< Text: without quotes and escapes. Variable: its name. Otherwise: the source inside
  std::vector<Part> operand;  ///< of `${x…word}`
  std::vector<std::uint32_t>
      map;                  ///< file offset of each byte of `text`; empty where they follow each other from `begin`
  std::uint32_t begin = 0;  ///< file offset

  [[nodiscard]] std::uint32_t at(std::size_t index) const {
    return map.empty() ? begin + static_cast<std::uint32_t>(index) : map[index];
  }
};

/// One word: name, argument, file of a redirection or value of an assignment.
struct Word {
  std::vector<Part> parts;
  std::string source;  ///< as written
  Region region;
};

struct Assignment {
  std::string name;
  Word value;
  bool append = false;  ///< `+=`
  bool array = false;
  std::vector<Word> elements;  ///< of `(a b c)`
};

enum class RedirectKind : std::uint8_t { Read, Write, Append, Here, HereString };

struct Redirect {
  RedirectKind kind{};
  Word word;               ///< the file; for Here and HereString the text with its expansions
  bool standard = true;    ///< of standard input or output, no other descriptor
  std::string descriptor;  ///< its number as written; empty for the standard one
};

struct BlockId {
  std::uint32_t value = 0;  ///< index into Script::blocks; 0 is the script itself
  auto operator<=>(const BlockId&) const = default;
};

enum class BlockKind : std::uint8_t {
  Script,
  Function,  ///< `name` is its name
  Then,      ///< runs when `condition` succeeded
  Else,      ///< runs when `condition` failed
  Loop,      ///< `name` and `values` of a for; `condition` of a while
  Select,    ///< someone chooses
  Case,      ///< `name` is the pattern, `values[0]` the word looked at
  Subshell,
  Output,  ///< inside $(…)
};

/// Commands `first` to `last`, the last one not included.
struct CommandRange {
  std::size_t first = 0;
  std::size_t last = 0;
  [[nodiscard]] bool empty() const { return first >= last; }
};

struct Block {
  BlockKind kind{};
  BlockId parent;
  std::string name;
  std::vector<Word> values;
  CommandRange condition;
  CommandRange body;
  Region region;
  bool elsewhere = false;    ///< on another host, or in a container that was there before
  std::string through;       ///< elsewhere: the words that lead there (`ssh db1`), blanks folded
  bool thrown_away = false;  ///< in a container that is started for this and has nothing mounted
  /// Of a text that a shell is told with words behind it (`sh -c '…' _ a b`): where `$0`, `$1` … stand.
  struct Given {
    std::size_t command = 0;
    std::size_t first = 0;  ///< the word that is `$0`
    std::size_t last = 0;   ///< the one behind the last
    bool fed = false;       ///< find or xargs puts words of its own there
  };
  std::optional<Given> given;
};

/// One simple command (or assignment, declaration, test, redirection on its own).
struct Command {
  std::vector<Assignment> assignments;
  std::vector<Word> words;  ///< name first; `[` and `[[` tests are flattened to words
  std::vector<Redirect> redirects;
  BlockId block;
  std::optional<std::size_t> piped;  ///< the command whose output it reads
  bool feeds_pipe = false;           ///< its output goes to another command
  bool negated = false;
  bool recovered = false;    ///< found beside text that does not parse
  bool read_inside = false;  ///< the text that it runs stands here and was read
  Region region;
  std::string source;
};

struct Script {
  std::vector<Command> commands;  ///< in the order they stand
  std::vector<Block> blocks;      ///< parents before children
  std::vector<Region> unread;     ///< text that does not parse
};

/// True if `inner` is `outer` or stands inside it.
[[nodiscard]] bool within(const Script& script, BlockId inner, BlockId outer);
/// The function that holds a block, or the script.
[[nodiscard]] BlockId procedure_of(const Script& script, BlockId block);

/// What a command prints whose output stands in the script: `echo words`, `printf FORMAT words`, `cat <<END`. nullopt for any other,
/// and where a part of it is decided when it runs.
[[nodiscard]] std::optional<std::string> printed_text(std::string_view source);
/// The body of the here-document that `cat <<END` prints, as it stands; nullopt for any other command.
[[nodiscard]] std::optional<std::string_view> printed_document(std::string_view source);

/// Reads a text. Never fails: what does not parse is in `unread`, and commands beside it are `recovered`.
[[nodiscard]] Script read_script(std::string_view text, const Origin& origin, syntax::Twin* twin = nullptr);

/// A text with the place of each of its bytes, and of its end, in the one that it was made of.
struct JoinedText {
  std::string text;
  std::vector<std::uint32_t> places;
};
/// The text with words that go on behind a line's end in one piece and `$IFS` in braces. nullopt where it has none.
[[nodiscard]] std::optional<JoinedText> joined_words(std::string_view text);

/// A text of the same length in which what a template engine puts in (`{{ … }}`) is a number that is not known, and its directives
/// (`{{#if}}`, `{% … %}`, `{# … #}`) are blanks: all branches are read, one behind the other.
[[nodiscard]] std::string without_templates(std::string_view text);

/// The same for the command languages of Windows: commands and their words, blocks as far as they guard or repeat. Deleting
/// commands come with the options of `rm` (`del /s /q` is `del -r -f`) and `/` in paths.
[[nodiscard]] Script read_powershell(std::string_view text, const Origin& origin);
[[nodiscard]] Script read_batch(std::string_view text, const Origin& origin);

enum class Quoting : std::uint8_t {
  Word,      ///< quotes and escapes mean something
  Document,  ///< the body of a here-document: expansions and a few escapes only
  Verbatim,  ///< nothing means anything
};

/// Lexes one word (or a document) that begins at `begin` of a text with that origin.
[[nodiscard]] std::vector<Part> lex_parts(std::string_view text, std::size_t begin, const Origin& origin,
                                          Quoting quoting);

}  // namespace redtag::shell
