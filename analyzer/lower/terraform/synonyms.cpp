#include "lower/terraform/synonyms.h"

#include <algorithm>

namespace redtag::terraform {

std::optional<std::string> Synonyms::preferred(std::string_view path) {
  // The outputs of a state stood beside its own attributes until they got a place of their own.
  constexpr std::string_view state = "data.terraform_remote_state.";
  if (path.starts_with(state)) {
    const std::size_t name_end = path.find('.', state.size());
    if (name_end == std::string_view::npos || path.substr(name_end + 1).starts_with("outputs")) return std::nullopt;
    return std::string(path.substr(0, name_end)) + ".outputs" + std::string(path.substr(name_end));
  }
  const std::size_t last = path.rfind('.');
  const bool looked_up = path.starts_with("data.");
  const std::size_t type_end = path.find('.', looked_up ? 5 : 0);
  if (type_end == std::string_view::npos || last <= type_end) return std::nullopt;
  // A type has an underscore at least; what has none is a name of the language (`var`, `local`, `each`).
  const std::string_view type = path.substr(0, type_end);
  if (type.find('_') == std::string_view::npos || path.find('.', type_end + 1) != last) return std::nullopt;
  auto known = rows_.find(type);
  if (known == rows_.end()) known = rows_.emplace(type, facts_.rows("terraform", type, "same-as")).first;
  const auto row = std::find_if(known->second.begin(), known->second.end(),
                                [&](const FactRowView& each) { return each.path == path.substr(last + 1); });
  if (row == known->second.end()) return std::nullopt;
  return std::string(path.substr(0, last + 1)).append(row->value);
}

}  // namespace redtag::terraform
