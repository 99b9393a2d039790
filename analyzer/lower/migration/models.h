// Which table a class of code stands for.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lower/code/code.h"

namespace redtag::migration {

/// How a framework names the table of a model that does not say it.
enum class Naming : std::uint8_t {
  Plural,  ///< `UserProfile` → `user_profiles`
  AsIs,
};

/// Models and variables of one file.
class Models {
 public:
  struct Table {
    std::string name;
    bool guessed = false;  ///< by the framework's convention
  };

  /// Takes classes that say their table by an assignment to `attribute` (`self.table_name`).
  void read(const std::vector<code::Node>& nodes, std::string_view attribute);
  /// Remembers what a variable holds, where that is another name (`batch = User.where(…)` is none).
  void assign(const code::Node& assignment);
  void bind(std::string_view variable, std::string_view table) { bound_[std::string(variable)] = std::string(table); }
  [[nodiscard]] Table table_of(std::string_view name, Naming naming) const;
  /// The table that a variable was bound to; empty for none.
  [[nodiscard]] std::string bound(std::string_view variable) const;

 private:
  std::map<std::string, std::string> said_;   // class → table
  std::map<std::string, std::string> bound_;  // variable → table
};

}  // namespace redtag::migration
