// Reads the grammar's tree into a Script. The only place that knows node kinds of the shell grammar.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "lower/shell/script.h"
#include "lower/shell/strip.h"
#include "syntax/tree.h"

namespace redtag::shell {

using syntax::NodeView;

/// Shells in shells (`ssh h "bash -c '…'"`) are followed so deep.
inline constexpr unsigned nested_shells = 6;

/// Numbers of the node kinds that are looked at.
struct Kinds {
  std::uint16_t list, pipeline, redirected, command, declaration, unset, test, negated, for_loop, while_loop, c_for,
      if_block, elif, else_block, case_block, case_item, function, subshell, assignment, assignments, output, process,
      file_redirect, here, here_string, here_start, here_body, command_name, word, string, raw_string, ansi_string,
      translated, number, expansion, simple_expansion, concatenation, arithmetic, braces, descriptor, variable_name,
      do_group, subscript, regex, extglob, test_operator, comment, here_end;
};

[[nodiscard]] const Kinds& kinds();
/// True for what can stand where a word can.
[[nodiscard]] bool is_word_kind(std::uint16_t kind);

/// Walks trees into one Script. Recursion is bounded by limits::nesting.
class Reader {
 public:
  explicit Reader(Script& script, syntax::Twin* twin = nullptr) : script_(script), twin_(twin) {}

  void read(std::string_view text, const Origin& origin, BlockId block, unsigned shells);

 private:
  BlockId open(BlockKind kind, BlockId parent, const NodeView& node, CommandRange condition = {});
  void close(BlockId block) { script_.blocks[block.value].body.last = script_.commands.size(); }

  [[nodiscard]] CommandRange since(std::size_t first) const { return {first, script_.commands.size()}; }

  void visit_children(const NodeView& node, BlockId block);
  void visit(const NodeView& node, BlockId block);
  void visit_statement(const NodeView& node, BlockId block);
  void read_list(const NodeView& node, BlockId block);
  void read_pipeline(const NodeView& node, BlockId block, std::optional<std::size_t> source);
  [[nodiscard]] bool inside_output(BlockId inner, BlockId outer) const;
  [[nodiscard]] bool inside_nested(BlockId inner, BlockId outer) const;
  [[nodiscard]] std::size_t last_outside_outputs(std::size_t first, BlockId block) const;
  void read_if(const NodeView& node, BlockId block);
  void read_for(const NodeView& node, BlockId block);
  void read_while(const NodeView& node, BlockId block);
  void read_case(const NodeView& node, BlockId block);
  void read_function(const NodeView& node, BlockId block);
  void read_negated(const NodeView& node, BlockId block);
  /// Text that does not parse: statements inside it are visited, loose words on one line become a recovered command.
  void read_broken(const NodeView& node, BlockId block);
  void note_unread(const NodeView& node);
  void read_command(const NodeView& node, BlockId block);
  void read_command_parts(const NodeView& node, BlockId block, Command& command);
  void take_brace(const syntax::NodeView& node, Word& word);
  void read_assignment(const NodeView& node, BlockId block, Command& command);
  /// `[ … ]` in the order it is written: words and operators alike.
  void read_test(const NodeView& node, BlockId block);
  void read_redirected(const NodeView& node, BlockId block);
  void read_redirect(const NodeView& node, BlockId block, Command& command);
  void read_here_document(const NodeView& node, BlockId block, Command& command);
  /// What stands behind `<<EOF` on its line: a pipe, or a command that runs depending on this one.
  void read_behind_here_document(const NodeView& node, BlockId block, std::size_t source);
  void push(Command command, BlockId block, ByteRange bytes);
  Word read_word(const NodeView& node);
  /// Commands inside $(…) and <(…) anywhere below a word; they run before the command that holds them.
  void read_outputs(const NodeView& node, BlockId block);
  enum class Nested : std::uint8_t { Words, HereDocuments };
  void read_nested(std::size_t index, Nested which);
  void note_forwards(BlockId function);
  /// `cat > x.sh <<EOF`: the text of a file that a later command may run.
  void note_written(std::size_t index);
  void read_written(std::size_t index, std::span<const std::string> texts);
  /// `bash < x.sh`, `bash <&3`.
  void read_fed(std::size_t index);
  /// `PROMPT_COMMAND='…'`, `BASH_ENV=x.sh`: variables whose text, or file, a shell runs.
  void read_set(std::size_t index);
  void note_opened(const Command& command);
  void note_text(const std::string& path, std::vector<Part> text);
  [[nodiscard]] std::string read_file_of(const Command& command) const;
  void read_parts_inside(std::size_t index, const std::vector<Part>& parts,
                         Whereabouts whereabouts = Whereabouts::Here);
  void read_nested_text(std::size_t index, const NestedText& nested);
  /// `echo … | sh`, `echo … | base64 -d | sh`: the program that stands in the pipe.
  void read_piped(std::size_t index);
  [[nodiscard]] std::vector<Part> printed_by(std::size_t index) const;
  /// A block of the command's own for a shell text that it runs.
  void read_inner(std::size_t index, const std::string& text, Origin origin, const NestedText& how);
  [[nodiscard]] std::string_view text_of(const NodeView& node) const { return syntax::text_of(node, text_); }
  [[nodiscard]] Region region(const NodeView& node) const {
    return origin_->region(node.bytes().begin, node.bytes().end);
  }

  Script& script_;
  syntax::Twin* twin_;
  std::string_view text_;
  const Origin* origin_ = nullptr;
  std::set<std::string> forwards_;                    // functions so far that run their arguments
  std::map<std::string, std::vector<Part>> written_;  // files that the script writes, with their text
  unsigned runs_written_ = 0;
  unsigned depth_ = 0;
  unsigned shells_ = 0;
};

/// Takes away what stands in front of the command in each line of a table of jobs: five fields, or a word such as `@daily`. `map` has a
/// place for each byte.
void drop_times(std::string& text, std::vector<std::uint32_t>& map);
/// Keeps the lines that a language of another program hands to a shell (`!cmd`, `shell cmd`, `spawn cmd`, `1e cmd`).
void keep_escapes(std::string& text, std::vector<std::uint32_t>& map);
/// Keeps the recipes of a Makefile.
void keep_recipes(std::string& text, std::vector<std::uint32_t>& map);
/// Keeps of `commands=…` or `{"commands": […]}` the lines that run.
void keep_commands(std::string& text, std::vector<std::uint32_t>& map);

}  // namespace redtag::shell
