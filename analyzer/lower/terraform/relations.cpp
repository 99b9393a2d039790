// Functions that relate lists to one another, or make one value of all elements.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "lower/terraform/functions.h"
#include "lower/terraform/shapes.h"

namespace redtag::terraform {

namespace {

using Arguments = std::vector<Value>;
using Result = std::optional<Value>;
using Function = Result (*)(const Arguments& arguments, Region region);

constexpr std::size_t most_products = 10'000;

/// Every way to take one of each list, the last one changing fastest.
Result setproduct(const Arguments& arguments, Region region) {
  std::vector<std::vector<Value>> rows(1);
  for (const Value& list : arguments) {
    if (!is_list(list) || list.items.size() * rows.size() > most_products) return std::nullopt;
    std::vector<std::vector<Value>> longer;
    for (const std::vector<Value>& row : rows) {
      for (const Value& item : list.items) {
        longer.push_back(row);
        longer.back().push_back(item);
      }
    }
    rows = std::move(longer);
  }
  if (arguments.size() < 2) return std::nullopt;
  Value product = container(Shape::List, region);
  for (std::vector<Value>& row : rows) {
    Value tuple = container(Shape::List, region);
    tuple.items = std::move(row);
    product.items.push_back(std::move(tuple));
  }
  return product;
}

/// The elements of one list whose partners in another are among those that are looked for.
Result matchkeys(const Arguments& arguments, Region region) {
  if (arguments.size() != 3) return std::nullopt;
  for (const Value& list : arguments) {
    if (!is_list(list)) return std::nullopt;
  }
  if (arguments[0].items.size() != arguments[1].items.size() || !all_known(arguments[1]) || !all_known(arguments[2]))
    return std::nullopt;
  std::vector<std::string> wanted;
  for (const Value& item : arguments[2].items) wanted.push_back(canonical(item));
  std::sort(wanted.begin(), wanted.end());
  Value found = container(Shape::List, region);
  for (std::size_t i = 0; i < arguments[0].items.size(); ++i) {
    if (std::binary_search(wanted.begin(), wanted.end(), canonical(arguments[1].items[i])))
      found.items.push_back(arguments[0].items[i]);
  }
  return found;
}

/// A list in pieces of one length.
Result chunklist(const Arguments& arguments, Region region) {
  const auto length = arguments.size() == 2 ? as_number(arguments[1]) : std::nullopt;
  if (!length || *length < 1 || *length > 4096 || !is_list(arguments[0])) return std::nullopt;
  Value chunks = container(Shape::List, region);
  for (std::size_t i = 0; i < arguments[0].items.size(); ++i) {
    if (i % static_cast<std::size_t>(*length) == 0) chunks.items.push_back(container(Shape::List, region));
    chunks.items.back().items.push_back(arguments[0].items[i]);
  }
  return chunks;
}

/// `{for k, v in m : v => k...}` in one word.
Result transpose(const Arguments& arguments, Region region) {
  if (arguments.size() != 1 || !is_map(arguments[0])) return std::nullopt;
  std::map<std::string, std::vector<Value>> turned;
  for (const Entry& entry : arguments[0].entries) {
    if (!is_list(entry.value) || !all_known(entry.value)) return std::nullopt;
    for (const Value& item : entry.value.items) turned[item.text].push_back(known_string(entry.key, entry.region));
  }
  Value map = container(Shape::Map, region);
  for (auto& [key, names] : turned) {
    Value list = container(Shape::List, region);
    list.items = std::move(names);
    map.entries.push_back({key, std::move(list), region});
  }
  return map;
}

enum class Quantifier : std::uint8_t { All, Any };

/// One element decides as soon as it is known; without one that does, all have to be.
Result quantified(const Arguments& arguments, Region region, Quantifier quantifier) {
  if (arguments.size() != 1 || !is_list(arguments[0])) return std::nullopt;
  const bool decisive = quantifier == Quantifier::Any;
  bool unknown = false;
  for (const Value& item : arguments[0].items) {
    const std::optional<bool> truth = as_bool(item);
    if (truth && *truth == decisive) return known_bool(decisive, region);
    unknown = unknown || !truth;
  }
  return unknown ? std::nullopt : Result(known_bool(!decisive, region));
}

Result alltrue(const Arguments& arguments, Region region) { return quantified(arguments, region, Quantifier::All); }
Result anytrue(const Arguments& arguments, Region region) { return quantified(arguments, region, Quantifier::Any); }

Result index(const Arguments& arguments, Region region) {
  if (arguments.size() != 2 || !is_list(arguments[0]) || !all_known(arguments[0]) || !arguments[1].known())
    return std::nullopt;
  const std::string wanted = canonical(arguments[1]);
  for (std::size_t i = 0; i < arguments[0].items.size(); ++i) {
    if (canonical(arguments[0].items[i]) == wanted) return number_value(static_cast<double>(i), region);
  }
  return std::nullopt;
}

Result sum(const Arguments& arguments, Region region) {
  if (arguments.size() != 1 || !is_list(arguments[0]) || arguments[0].items.empty()) return std::nullopt;
  double all = 0;
  for (const Value& item : arguments[0].items) {
    const auto number = as_number(item);
    if (!number) return std::nullopt;
    all += *number;
  }
  return number_value(all, region);
}

struct Named {
  std::string_view name;
  Function function;
};

constexpr std::array functions = std::to_array<Named>({
    {"alltrue", alltrue},
    {"anytrue", anytrue},
    {"chunklist", chunklist},
    {"index", index},
    {"matchkeys", matchkeys},
    {"setproduct", setproduct},
    {"sum", sum},
    {"transpose", transpose},
});

}  // namespace

std::optional<Value> call_relating_function(std::string_view name, const Arguments& arguments, Region region) {
  const auto* const found =
      std::find_if(functions.begin(), functions.end(), [&](const Named& f) { return f.name == name; });
  return found == functions.end() ? std::nullopt : found->function(arguments, region);
}

}  // namespace redtag::terraform
