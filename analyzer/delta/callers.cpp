#include "delta/callers.h"

#include "delta/directives.h"

namespace redtag {

CallCopies::CallCopies(const Model& side) {
  for (const Resource& resource : side.resources) {
    if (resource.expanded && resource.declares == Declares::Resource) copies_.emplace(resource.address, &resource);
  }
}

const Resource& CallCopies::under_the_call_of(const Resource& declaration, const Resource& other) const {
  if (copies_.empty() || declaration.expanded || other.calls.size() != 1 || declaration.calls.size() < 2)
    return declaration;
  const auto copy = copies_.find(other.calls.front().address + "." + std::string(local_address(declaration)));
  return copy == copies_.end() ? declaration : *copy->second;
}

}  // namespace redtag
