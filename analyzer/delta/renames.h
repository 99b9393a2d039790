// Resources that have another address now, and references that follow them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace redtag {

class Renames {
 public:
  /// `from` is called `to` now, both without their scope.
  void add(const std::string& scope, std::string_view from, std::string_view to);
  /// True if something in that scope has another address now.
  [[nodiscard]] bool concern(const std::string& scope) const { return by_scope_.contains(scope); }
  /// The resource's attributes with references to renamed things written as the after side writes them.
  [[nodiscard]] std::vector<Entry> applied_to(const Resource& resource) const;

 private:
  using OfScope = std::map<std::string, std::string, std::less<>>;
  static void apply(Value& value, const OfScope& names);
  [[nodiscard]] static std::string apply(std::string_view text, const OfScope& names);
  std::map<std::string, OfScope, std::less<>> by_scope_;
};

}  // namespace redtag
