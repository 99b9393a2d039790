// Resources that have another address now, and references that follow them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "delta/delta.h"
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

/// Names of a configuration that went where another one of the same meaning came, in the same scope: a look-up that asks the same, a local
/// with the same value, a variable that takes and defaults to the same and is called nearly alike. Where it could be one of two, none is.
/// `gone` and `come` are what is left over of both sides.
void add_new_names(const Sides& sides, const std::vector<std::uint32_t>& gone, const std::vector<std::uint32_t>& come,
                   Renames& renames);

}  // namespace redtag
