// Rows that Python code reads and changes through an ORM or a connection, in the functions that a migration runs.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "lower/migration/plan.h"

namespace redtag::migration {

class PythonQueries {
 public:
  explicit PythonQueries(Plan& plan) : plan_(plan) {}

  /// Reads a function's body into a draft; functions of the same file that it calls are followed.
  void follow(const code::Node& root, const code::Node& function, const Scope& scope);
  /// Reads one node; false where it says nothing about rows.
  bool read(const code::Node& root, const code::Node& node, const Scope& scope);
  /// The value of a name assigned at the top of a file, if it is a string; nullptr for none.
  [[nodiscard]] static const code::Node* constant(const code::Node& root, std::string_view name);

 private:
  struct Query {
    std::string table;
    std::string filters;
    bool guessed = false;
  };
  [[nodiscard]] bool find_query(const code::Node& chain, Query& query) const;
  void learn(const code::Node& root);
  bool edit_schema(const code::Node& call, const Scope& scope);
  bool change_rows(const code::Node& call, const Scope& scope);
  bool change_each(const code::Node& loop, const Scope& scope);
  void remember(const code::Node& assignment);

  Plan& plan_;
  bool learned_ = false;
  std::map<std::string, Query> queries_;  // variable → what it holds
};

}  // namespace redtag::migration
