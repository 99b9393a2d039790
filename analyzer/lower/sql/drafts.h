// Procedures while their statements are read, and the way from effects to the model's operations. Scripts of SQL are read through
// it, and so are the migrations of frameworks, whose own words and whose strings of SQL act on the same tables in one order.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/frontend.h"
#include "lower/sql/effect.h"
#include "lower/sql/lex.h"
#include "lower/sql/read.h"
#include "lower/sql/split.h"

namespace redtag::sql {

/// Where a run of statements stands.
struct Place {
  std::size_t procedure = 0;  ///< index into drafts
  Certainty certainty = Certainty::Exact;
  bool conditional = false;
  bool body = false;         ///< inside a routine or block, where unknown words are no gap
  std::uint32_t offset = 0;  ///< of the lexed text in the image, or in the text that `map` carries over
  unsigned depth = 0;        ///< code in strings in code
  unsigned blocks = 0;       ///< blocks in blocks
  std::span<const std::uint32_t>
      map;  ///< offsets in the image for a text that does not stand there byte for byte; else empty
};

/// A procedure while its statements are read.
struct Draft {
  Procedure procedure;
  std::vector<Effect> effects;
  std::vector<std::string> texts;  ///< as written, one for each effect
  bool open = false;               ///< between BEGIN and COMMIT
  std::size_t opened = 0;          ///< how many effects stood before what is open, or before the last COMMIT
  std::uint32_t unit = 0;          ///< of its statements: the last one's
  bool acts_outside = false;
  bool acts_inside = false;
  Region transaction;           ///< the first BEGIN
  Region split;                 ///< a COMMIT that ends the transaction which the tool put around the whole
  std::string routine;          ///< its name, if it is the body of one
  std::size_t maker = 0;        ///< the draft that makes the routine
  std::set<std::string> calls;  ///< names that are called in it
  /// A statement that stops it unless something holds.
  struct Guard {
    SafeguardKind kind{};
    std::string text;
    Region region;
    std::size_t before = 0;  ///< the first effect that stands behind it
  };
  std::vector<Guard> guards;
};

/// The drafts of one text. Borrows the file and the view.
class Drafts {
 public:
  Drafts(const SourceFileView& file, const LoweringView& view, Stack stack) : file_(file), view_(view), stack_(stack) {}

  std::vector<Draft> drafts;

  /// Reads all statements of a text that is SQL.
  void read(std::string_view text, const Place& place);
  /// Reads one statement of a lexed text.
  void read_one(const LexedView& lexed, const Statement& statement, const Place& place);
  /// A shell runs what stands at `bytes` of a lexed text.
  void run_command(const LexedView& lexed, ByteRange bytes, const Place& place);
  /// psql's `\set name value`: a statement may be the name alone.
  void set_variable(std::string name, std::string value) { variables_[std::move(name)] = std::move(value); }
  /// psql's `\set ON_ERROR_STOP`: whether an error keeps what stands behind it from running.
  enum class OnError : std::uint8_t {
    AsTheToolHasIt,  ///< a migration's tool stops; what a script is handed to may go on
    Stop,
    GoOn,
  };
  void on_error(OnError what) { on_error_ = what; }
  /// Adds an effect whose bytes are offsets in the image already. `text` is what its author wrote.
  void add(Effect effect, std::string text, const Place& place);
  [[nodiscard]] Stack stack() const { return stack_; }
  [[nodiscard]] Region region(ByteRange bytes) const { return {file_.file, file_.side, bytes}; }
  /// Says that a region was not understood, and that the procedure's operations are not all there are.
  void gap(ByteRange bytes, std::size_t procedure, std::string reason);
  /// What the drafts come to. Leaves them empty.
  [[nodiscard]] Model finish();

 private:
  [[nodiscard]] ByteRange in_image(ByteRange bytes, const Place& place) const;
  void not_understood(ByteRange bytes, const Place& place, std::string reason);
  void read_inner(const LexedView& lexed, const InnerCode& inner, const Place& place);
  void read_variable(const LexedView& lexed, std::size_t token, const Place& place);
  void read_composed(const InnerCode& inner, Place inside, const Place& place);
  std::size_t open_routine(const InnerCode& inner, const Place& place);
  void note_calls(const LexedView& lexed, const Statement& statement, Draft& draft);
  void run_called_routines();
  void settle();
  void note_choice(WordsView words);
  void note_control(Control control, ByteRange bytes, const Place& place);
  [[nodiscard]] std::uint32_t unit_of(Draft& draft) const;
  [[nodiscard]] std::string chosen_for(const LexedView& lexed, std::uint32_t offset) const;
  void emit_operations(Draft& draft, ProcedureId id);
  void add_safeguards(const Effect& effect, const Operation& operation);
  void add_guards(const Draft& draft);
  void forget_first_procedure();

  const SourceFileView& file_;
  const LoweringView& view_;
  Stack stack_;
  Model model_;
  std::size_t count_ = 0;
  std::map<std::string, std::string> choices_;  // by kind, as folded text
  std::vector<Model> commands_;                 // what shells run
  std::map<std::string, std::string> variables_;
  OnError on_error_ = OnError::AsTheToolHasIt;
  bool lenient_ = false;  // MySQL's sql_mode was set to one that is not strict
};

}  // namespace redtag::sql
