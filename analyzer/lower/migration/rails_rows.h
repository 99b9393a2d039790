// Rows that a Rails migration changes through models: relations, records in variables and in blocks.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lower/migration/models.h"
#include "lower/migration/plan.h"

namespace redtag::migration {

class RailsRows {
 public:
  using Act = std::function<void(sql::Effect effect, const code::Node& at, const Scope& scope, Back wanted)>;
  /// Borrows all; `migration` is the class.
  RailsRows(Plan& plan, const code::Node& migration, Act act);

  /// What a variable or constant holds from here on: a model, a relation, a record.
  void remember(const code::Node& assignment);
  /// Reads one call; false where it says nothing about rows.
  bool read(const code::Node& call, const Scope& scope) {
    return read_relation(call, scope) || read_record(call, scope);
  }

 private:
  /// A record in a variable: the table that it stands in, and what picked it.
  struct Record {
    Models::Table table;
    std::string picked;
  };
  bool read_relation(const code::Node& call, const Scope& scope);
  bool read_record(const code::Node& call, const Scope& scope);
  bool rewrite_record(const code::Node& call, const Scope& scope);
  void bind_each(const code::Node& call);
  [[nodiscard]] std::string model_in(const code::Node& call) const;

  Plan& plan_;
  const code::Node& class_;
  Act act_;
  Models models_;
  std::map<std::string, Record> records_;
};

}  // namespace redtag::migration
