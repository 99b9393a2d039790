// What the steps of a function's ways mean: Clang's events joined to what tree-sitter read at the same bytes, named by the fact table.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lower/cpp/guards.h"
#include "lower/cpp/ways.h"

namespace redtag::cpp {

/// Bodies of a translation unit by symbol, for what a callee or a destructor does. Views the answer.
class Bodies {
 public:
  explicit Bodies(const flow::Unit& unit);
  /// Whether the body of `symbol`, or of what it calls there, has a word that the test takes. A few calls deep.
  [[nodiscard]] bool have(std::string_view symbol, const std::function<bool(std::string_view)>& test) const;

 private:
  std::map<std::string_view, const flow::Summary*> by_symbol_;
  std::map<std::string_view, const flow::Summary*> by_name_;  // where only one has that last part
};

/// One side of one function. Borrows everything.
class Meaning {
 public:
  Meaning(const Function& function, const flow::Function& ways, std::string_view text, const GuardWords& words,
          const Bodies& bodies);

  [[nodiscard]] const Function& function() const { return function_; }
  [[nodiscard]] const flow::Function& ways() const { return ways_; }
  [[nodiscard]] const flow::Event& event(StepId step) const { return ways_.blocks[step.block].events[step.event]; }
  [[nodiscard]] std::string_view words(ByteRange bytes) const;
  /// The calls of the unit that this step makes; indexes into Function::calls.
  [[nodiscard]] const std::vector<std::size_t>& calls_at(StepId step) const;
  /// Where a call of the unit is made; nullptr where no step makes it.
  [[nodiscard]] const StepId* step_of(std::size_t call) const;

  /// Whether a step does what rows `guard:NAME` name: itself, in its callee, in the lambda that it calls, or in the destructor that
  /// it runs. An object that was let go of (`dismiss`, `commit`) does nothing in its destructor.
  [[nodiscard]] bool does(StepId step, std::string_view guard) const;
  /// Whether a call of the unit, or the body behind it, does.
  [[nodiscard]] bool call_does(const Call& call, std::string_view guard) const;
  /// Whether the body behind a call asks what rows `guard:NAME` name by the words of a condition.
  [[nodiscard]] bool call_asks(const Call& call, std::string_view guard) const;
  /// Whether any step does.
  [[nodiscard]] bool does_somewhere(std::string_view guard) const;
  /// Whether the object that a Destroy step ends has been let go of on some way to it.
  [[nodiscard]] bool dismissed(StepId step) const;

  /// What decides at the end of a block, by what it is about: the call whose outcome is asked, else the condition's words.
  [[nodiscard]] std::string subject_of(std::uint32_t block) const;
  /// The condition's words, then what the local variables in it were last set to, and the calls that a macro makes of it; lower case.
  [[nodiscard]] std::vector<std::string> asked(std::uint32_t block) const;
  /// The type of a local variable as Clang names it; empty for what is no local.
  [[nodiscard]] std::string_view local_type(std::string_view name) const;

 private:
  [[nodiscard]] bool body_does(std::string_view symbol, std::string_view guard) const;
  void join();
  void find_dismissals();
  [[nodiscard]] bool named_call(const Call& call, std::string_view guard) const;
  [[nodiscard]] const flow::Event* last_store(std::string_view name, std::uint32_t block) const;
  [[nodiscard]] std::string telling_call(ByteRange bytes) const;
  [[nodiscard]] const flow::Event* local_named(std::string_view name) const;
  void add_hidden_calls(std::uint32_t block, std::vector<std::string>& asked) const;

  const Function& function_;
  const flow::Function& ways_;
  std::string_view text_;
  const GuardWords& words_;
  const Bodies& bodies_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::size_t>> calls_;
  std::map<std::size_t, StepId> steps_;
  std::vector<std::vector<std::uint32_t>> before_;  // predecessors of each block
  mutable std::map<std::string, bool>
      known_bodies_;  // by guard and symbol: the same callee is asked for at each of its calls
  std::map<std::string, std::vector<bool>> dismissed_;  // by object: for each block, at its start
};

/// The identifiers of a text, each once, in order.
[[nodiscard]] std::vector<std::string_view> identifiers_of(std::string_view text);

}  // namespace redtag::cpp
