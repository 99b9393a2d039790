#include "lower/terraform/elements.h"

#include <string_view>
#include <utility>

#include "lower/terraform/functions.h"

namespace redtag::terraform {

namespace {

constexpr std::string_view all = "[*]";

/// `aws_subnet.a[*].id`, with nothing else computed in it.
bool names_all(const Value& value) {
  if (value.presence != Presence::Unknown || value.expression != Expression::Reference || !value.items.empty())
    return false;
  const std::size_t at = value.text.find(all);
  return at != std::string::npos && value.text.find(all, at + 1) == std::string::npos;
}

}  // namespace

std::optional<Value> element_of_all(const Value& call) {
  const std::vector<Value>& arguments = call.items;
  const Value* list = nullptr;
  Value index = number_value(0, call.region);
  if (call.text == "one" && arguments.size() == 1) {
    list = &arguments[0];
  } else if (call.text == "element" && arguments.size() == 2 && as_number(arguments[1])) {
    list = &arguments[0];
    index = arguments[1];
  } else if (call.text == "join" && arguments.size() == 2 && as_text(arguments[0]) == std::string_view()) {
    list = &arguments[1];
  }
  if (list == nullptr || !names_all(*list)) return std::nullopt;
  Value element = *list;
  element.text.replace(element.text.find(all), all.size(), "[]");
  element.items = {std::move(index)};
  return element;
}

}  // namespace redtag::terraform
