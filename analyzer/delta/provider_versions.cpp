#include "delta/provider_versions.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "base/text.h"
#include "delta/directives.h"

namespace redtag {

namespace {

constexpr unsigned no_end = std::numeric_limits<unsigned>::max();

/// The parts of `3.53.0`, as far as they are numbers.
std::vector<unsigned> numbers_of(std::string_view version) {
  std::vector<unsigned> numbers;
  for (const std::string_view part : split(version, '.')) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (error != std::errc()) break;
    numbers.push_back(number);
    if (end != part.data() + part.size()) break;  // `0-beta1`
  }
  return numbers;
}

Majors narrower(Majors a, Majors b) { return {std::max(a.lowest, b.lowest), std::min(a.highest, b.highest)}; }
Majors wider(Majors a, Majors b) { return {std::min(a.lowest, b.lowest), std::max(a.highest, b.highest)}; }

Majors one_of(std::string_view term) {
  const std::size_t digit = std::min(term.find_first_of("0123456789"), term.size());
  const std::string_view sign = trim(term.substr(0, digit));
  const std::vector<unsigned> numbers = numbers_of(trim(term.substr(digit)));
  if (numbers.empty()) return {};
  const unsigned major = numbers.front();
  const bool round = std::all_of(numbers.begin() + 1, numbers.end(), [](unsigned number) { return number == 0; });
  if (sign.empty() || sign == "=") return {major, major};
  if (sign == "~>") return {major, numbers.size() > 1 ? major : no_end};  // the last part named may grow
  if (sign == ">" || sign == ">=") return {major, no_end};
  if (sign == "<=") return {0, major};
  if (sign == "<") return {0, round && major > 0 ? major - 1 : major};
  return {};
}

/// `azurerm` of `registry.terraform.io/hashicorp/azurerm`.
std::string_view last_part(std::string_view name) { return name.substr(name.rfind('/') + 1); }

std::string_view provider_of(const Resource& resource) {
  return std::string_view(resource.type).substr(0, resource.type.find('_'));
}

}  // namespace

Majors majors_of(std::string_view constraint) {
  Majors majors;
  for (const std::string_view term : split(constraint, ',')) majors = narrower(majors, one_of(trim(term)));
  return majors;
}

ProviderVersions::ProviderVersions(const Model& side) {
  for (const Resource& resource : side.resources) {
    const bool lock = resource.type == "provider_lock";
    if (resource.declares != Declares::Provider ||
        (!lock && resource.type != "required_provider" && resource.type != "provider"))
      continue;
    const std::string version = scalar_attribute(resource, "version");
    if (version.empty()) continue;
    Picked& picked = picked_[{resource.scope, std::string(last_part(resource.name))}];
    picked.is_locked = picked.is_locked || lock;
    Majors& majors = lock ? picked.locked : picked.required;
    majors = narrower(majors, majors_of(version));
  }
}

Majors ProviderVersions::at(const std::string& scope, const std::string& provider) const {
  const auto found = picked_.find({scope, provider});
  if (found == picked_.end()) return {};
  return found->second.is_locked ? found->second.locked : found->second.required;
}

Majors ProviderVersions::of(const Resource& resource) const {
  const std::string provider(provider_of(resource));
  Majors majors = at(resource.scope, provider);
  std::optional<Majors> of_roots;
  for (const Call& call : resource.calls) {
    const std::size_t colon = call.address.find(':');
    const Majors root = at(colon == std::string::npos ? std::string() : call.address.substr(0, colon), provider);
    of_roots = of_roots ? wider(*of_roots, root) : root;
  }
  return of_roots ? narrower(majors, *of_roots) : majors;
}

}  // namespace redtag
