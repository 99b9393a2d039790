// A migration while it is read: its ways up and down, the steps of each, and how its framework takes each step back.
//
//   framework's words ──┐
//   strings of SQL ─────┼──> Plan ──> procedures `path#up` and `path#down`, operations in order
//   what can be derived ┘
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/code/code.h"
#include "lower/frontend.h"
#include "lower/migration/effects.h"
#include "lower/program/calls.h"
#include "lower/sql/drafts.h"

namespace redtag::migration {

/// How the framework takes a step back by itself, where one text serves both ways.
enum class Back : std::uint8_t {
  Derived,  ///< by the opposite
  Cannot,   ///< it stops with an error
  Same,     ///< by running the same again
  Skipped,  ///< it runs on the way up only
};

/// Where a step stands.
struct Scope {
  std::size_t draft = 0;
  bool conditional = false;
  bool inverted = false;  ///< Rails' `revert`
  bool likely = false;    ///< a name was guessed by convention
  std::string table;      ///< the table whose block this is
  std::string handle;     ///< what the block calls it
  unsigned depth = 0;     ///< functions that were followed into
};

class Plan {
 public:
  /// Borrows both. The procedures are made by `open`.
  Plan(const SourceFileView& file, const LoweringView& view, Stack stack);

  /// Opens a way up or down; `bytes` is what a reviewer is shown when all of it is meant.
  std::size_t open(Direction direction, ByteRange bytes);
  [[nodiscard]] Procedure& procedure(std::size_t draft) { return drafts_.drafts[draft].procedure; }
  [[nodiscard]] const std::vector<sql::Effect>& effects(std::size_t draft) const {
    return drafts_.drafts[draft].effects;
  }
  [[nodiscard]] bool has(Direction direction) const;

  /// Something is done at `at`.
  void act(sql::Effect effect, const code::Node& at, const Scope& scope, Back back = Back::Derived);
  /// What a default comes to: `'x'`, `sa.text("'x'")`, `Value("x")`, or else the code as written.
  [[nodiscard]] std::string_view text_of_default(const code::Node& value) const;
  /// What is written as a column's default becomes its default, if anything is: `value` may be nullptr.
  void set_default(std::string_view table, std::string_view column, const code::Node* value, const code::Node& at,
                   const Scope& scope, Back back = Back::Derived);
  /// A raise: the way refuses to run, if nothing decides whether it is reached. False for any other node.
  bool refuse(const code::Node& node, const Scope& scope, Back back = Back::Derived);
  /// A call of a library that takes a store away beside the database: a cache, a search engine's index, a topic, a collection. False
  /// for any other node.
  bool read_store(const code::Node& node, const Scope& scope);
  /// A string of SQL runs.
  void run_sql(const code::Node& string, const Scope& scope, Back back = Back::Cannot);
  /// Each effect of `up`, last first, as the framework takes it back, into `down`.
  void derive_down(std::size_t up, std::size_t down);
  void gap(ByteRange bytes, std::size_t draft, std::string reason) { drafts_.gap(bytes, draft, std::move(reason)); }

  /// The text that a node stands for in the image.
  [[nodiscard]] std::string_view text_at(ByteRange bytes) const;
  [[nodiscard]] const SourceFileView& file() const { return file_; }
  [[nodiscard]] Model finish();

 private:
  void spell_alike();
  [[nodiscard]] sql::Place place_of(const Scope& scope) const;

  const SourceFileView& file_;
  sql::Drafts drafts_;
  std::optional<program::Calls> calls_;
  struct Step {
    std::size_t draft;
    sql::Effect effect;
    std::string text;
    Back back;
    bool conditional;
  };
  std::vector<Step> steps_;
};

/// Does something about a call, raise, assignment, loop or bare name (which is a call in Ruby) and returns true; false: look inside.
using Handler = std::function<bool(const code::Node& node, const Scope& scope)>;

/// Visits code in the order in which it runs. Named functions and classes are not entered: they run when they are called.
void walk(const std::vector<code::Node>& nodes, const Scope& scope, const Handler& handler);

/// A function of the migration's own runs where it is called: reads its body, a few calls deep. False for none, and for one too deep.
bool follow_own(const code::Node* function, const Scope& scope, const Handler& handler);

/// A framework whose migrations are functions: their bodies are read by its own words. Borrows the plan.
class FunctionReader {
 public:
  FunctionReader(const FunctionReader&) = delete;
  FunctionReader& operator=(const FunctionReader&) = delete;
  /// A window of a patch without what stands around it: its statements, whichever way they lead.
  void run_fragment(const code::Node& root);

 protected:
  explicit FunctionReader(Plan& plan) : plan_(plan) {}
  virtual ~FunctionReader() = default;
  /// Opens a way and reads what the function does in it.
  void run_function(const code::Node& function, Direction direction, bool in_transaction = false);
  void read_all(const std::vector<code::Node>& nodes, const Scope& scope) { walk(nodes, scope, handler()); }
  [[nodiscard]] Handler handler() {
    return [this](const code::Node& node, const Scope& in) { return read(node, in) || plan_.read_store(node, in); };
  }
  /// As a Handler.
  virtual bool read(const code::Node& node, const Scope& scope) = 0;

  Plan& plan_;
};

/// What bounds an act on rows in a chain of calls: the text of its filters, as written. Empty for none.
[[nodiscard]] std::string filters_in(const code::Node& chain, const Plan& plan,
                                     std::span<const std::string_view> filters);

}  // namespace redtag::migration
