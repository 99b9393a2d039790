// What the statements before one have done: the same DROP loses everything, or nothing, depending on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lower/sql/effect.h"

namespace redtag::sql {

/// Follows one procedure in order and completes each effect with what is known at its place.
class History {
 public:
  /// Takes the effects of one procedure in order. Changes verbs, actions and certainty where earlier or later statements of
  /// the same procedure decide them. Returns for each effect 1 if what it aims at is temporary or made here, else 0.
  [[nodiscard]] std::vector<char> complete(std::vector<Effect>& effects);

 private:
  bool is_harmless(const Effect& effect) const;
  [[nodiscard]] bool is_temporary(const Name& name) const;
  void note_demand(Effect& effect);
  void note_choice_of_rows(Effect& effect, const std::string& name) const;
  void note_picked(Effect& effect, const std::string& name);
  void note_guard(Effect& effect, const std::string& name);
  void remember(Effect& effect, std::size_t index, std::vector<Effect>& effects);
  void convert(Effect& effect);
  void forgive_remade(const Effect& effect, std::size_t index);
  void forget_made_from(const std::string& table);

  std::set<std::string> temporary_;
  std::set<std::string> made_;                // tables and other things created here that hold nothing else's rows
  std::set<std::string> made_once_;           // the same, even if they now hold all that is left of another table
  std::set<std::string> made_columns_;        // table.column
  std::map<std::string, std::string> types_;  // table.column → canonical type
  std::multimap<std::string, std::string> copied_;  // source → copies made of it
  std::map<std::string, std::string> picked_;       // temporary table → the one of which it holds chosen rows
  std::set<std::string> picked_from_;               // tables of which a copy took rows by what they hold
  std::map<std::string, std::size_t> dropped_;      // table or table.column → index of the effect that dropped it
  std::map<std::string, std::size_t> renamed_;      // name before → index of the effect that renamed it
  std::map<std::string, std::size_t>
      gone_;  // kind and name of what holds no data → index of the effect that dropped it
  std::map<std::string, std::pair<std::string, std::uint32_t>>
      empty_;  // tables that a statement before asked for rows, and stopped if there were any → where it ran, and its unit
  std::set<std::string> filled_;   // columns that were given values here
  std::set<std::string> cleaned_;  // tables of which rows were deleted here
  bool replaces_ = false;          // an index or a constraint went here: the next one may be its successor
  std::vector<char> harmless_;
};

/// Says of each rule and right that goes in one way of a text whether nothing takes its place there: `drop-constraint`, `disable-rule`,
/// `revoke`. Tools run one text's change sets one after the other, so all of them count.
void settle_rules(std::vector<Effect*>& effects);

/// Decides what a change of type loses, with the type before in `from` ("" for unknown).
void judge_conversion(Verb& verb, Certainty& certainty, const std::string& from, const std::string& to,
                      const std::string& expression);

}  // namespace redtag::sql
