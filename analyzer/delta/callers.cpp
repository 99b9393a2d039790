#include "delta/callers.h"

#include <algorithm>

namespace redtag {

CallCopies::CallCopies(const Model& model, Side side, const MovedBlocks& moved) : side_(side), moved_(moved) {
  for (const Resource& resource : model.resources) {
    if (resource.expanded && resource.declares == Declares::Resource) copies_.emplace(resource.address, &resource);
  }
}

const Resource& CallCopies::under_the_call_of(const Resource& declaration, const Resource& other) const {
  if (copies_.empty() || declaration.expanded || other.calls.size() != 1 || declaration.calls.size() < 2)
    return declaration;
  const std::string& single = other.calls.front().address;
  const auto same = std::find_if(declaration.calls.begin(), declaration.calls.end(), [&](const Call& call) {
    return call.address == single ||
           (side_ == Side::After ? moved_.carried(single) == call.address : moved_.carried(call.address) == single);
  });
  if (same == declaration.calls.end()) return declaration;
  const auto copy = copies_.find(same->address + "." + std::string(local_address(declaration)));
  return copy == copies_.end() ? declaration : *copy->second;
}

}  // namespace redtag
