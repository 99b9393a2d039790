// What a template is given: by the templates that nest it, and by parameter files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lower/frontend.h"

namespace redtag::cloudformation {

/// The parameters of one template, from its callers and parameter files. Borrows what it is given.
class Given {
 public:
  /// Values by the parameter's name; one that is given twice and not alike is not known.
  void add(const std::vector<Entry>& values);
  /// What stands in for the rest: the defaults that the template declares itself. Its conditions are decided by both.
  void add_defaults(const Model& model);

  /// Puts what is given in place of the parameters in a value, and in the parts of it.
  void hand_in(Value& value) const;
  /// Decides by what is given whether a resource with a condition is there: `exists`, and no instance where it is not.
  void decide_existence(Resource& resource) const;

 private:
  struct Filled {
    std::string text;
    std::vector<Region> places;  ///< where it was given
  };

  [[nodiscard]] const Value* value_of(std::string_view name) const;
  [[nodiscard]] std::optional<Filled> fill(std::string_view pattern) const;
  [[nodiscard]] std::optional<bool> holds(std::string_view statement, std::vector<Region>& places) const;
  /// Whether one of the alternatives holds; nullopt where what is given does not decide it.
  [[nodiscard]] std::optional<bool> any_holds(const Value& alternatives, std::vector<Region>& places) const;
  /// Puts the branch that is taken in place of a choice; false where nobody here knows which.
  bool choose(Value& value) const;

  std::map<std::string, const Value*, std::less<>> values_;  ///< nullptr where they differ
  std::map<std::string, const Value*, std::less<>> defaults_;
  std::map<std::string, std::optional<bool>, std::less<>> conditions_;
  std::map<std::string, std::vector<Region>, std::less<>> places_;  ///< what decides each condition
};

}  // namespace redtag::cloudformation
