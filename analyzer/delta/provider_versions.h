// Which versions of a provider a configuration is applied with: what a change does may depend on it.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "model/model.h"

namespace redtag {

/// Majors, both ends included.
struct Majors {
  unsigned lowest = 0;
  unsigned highest = std::numeric_limits<unsigned>::max();
};

/// What a constraint as Terraform writes it leaves of the majors: `~> 3.53`, `>= 3.0, < 5.0`, `3.53.0`. What cannot be read limits nothing.
[[nodiscard]] Majors majors_of(std::string_view constraint);

/// The versions of one side's providers, by the root they are picked for: a lock file's pick, or else what is required. Borrows the side.
class ProviderVersions {
 public:
  explicit ProviderVersions(const Model& side);
  /// The majors that may serve a resource, through all of its roots.
  [[nodiscard]] Majors of(const Resource& resource) const;

 private:
  struct Picked {
    Majors locked, required;
    bool is_locked = false;
  };
  [[nodiscard]] Majors at(const std::string& scope, const std::string& provider) const;
  std::map<std::pair<std::string, std::string>, Picked> picked_;  // by scope and the provider's name
};

}  // namespace redtag
