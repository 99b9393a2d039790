// Functions that cut: addresses of networks, parts of texts, ranges of numbers.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "lower/terraform/functions.h"

namespace redtag::terraform {

namespace {

constexpr double longest_range = 1024;

/// An IPv4 network. IPv6 is left to Terraform: what it makes of one stays unknown.
struct Network {
  std::uint32_t address = 0;
  unsigned prefix = 0;
};

std::optional<unsigned> read_number(std::string_view text, unsigned most) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most) return std::nullopt;
  return number;
}

std::optional<Network> read_network(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto prefix = read_number(text.substr(slash + 1), 32);
  const std::vector<std::string_view> parts = split(text.substr(0, slash), '.');
  if (!prefix || parts.size() != 4) return std::nullopt;
  Network network{0, *prefix};
  for (const std::string_view part : parts) {
    const auto byte = read_number(part, 255);
    if (!byte) return std::nullopt;
    network.address = network.address << 8U | *byte;
  }
  if (network.prefix < 32) network.address &= ~(UINT32_MAX >> network.prefix);
  return network;
}

std::string shown(std::uint32_t address) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8)
    out += (out.empty() ? "" : ".") + std::to_string(address >> shift & 0xFFU);
  return out;
}

std::optional<double> whole(const Value& value) {
  const auto number = as_number(value);
  return number && std::floor(*number) == *number ? number : std::nullopt;
}

std::optional<Value> cidrsubnet(const std::vector<Value>& a, Region region) {
  const auto text = as_text(a[0]);
  const auto bits = whole(a[1]), number = whole(a[2]);
  const auto network = text ? read_network(*text) : std::nullopt;
  if (!network || !bits || !number || *bits < 0 || *bits > 32 - network->prefix || *number < 0 ||
      *number >= std::exp2(*bits))
    return std::nullopt;
  const unsigned prefix = network->prefix + static_cast<unsigned>(*bits);
  const std::uint32_t part =
      prefix == 0 ? 0 : static_cast<std::uint32_t>(static_cast<std::uint64_t>(*number) << (32U - prefix));
  return known_string(shown(network->address | part) + "/" + std::to_string(prefix), region);
}

std::optional<Value> cidrhost(const std::vector<Value>& a, Region region) {
  const auto text = as_text(a[0]);
  const auto number = whole(a[1]);
  const auto network = text ? read_network(*text) : std::nullopt;
  if (!network || !number) return std::nullopt;
  const double size = std::exp2(32 - static_cast<int>(network->prefix));
  const double host = *number < 0 ? size + *number : *number;
  if (host < 0 || host >= size) return std::nullopt;
  return known_string(shown(network->address + static_cast<std::uint32_t>(host)), region);
}

/// Bytes, and only where each of them is a character.
std::optional<Value> substr(const std::vector<Value>& a, Region region) {
  const auto text = as_text(a[0]);
  const auto offset = whole(a[1]), length = whole(a[2]);
  if (!text || !offset || !length || std::any_of(text->begin(), text->end(), [](char c) { return (c & 0x80) != 0; }))
    return std::nullopt;
  const double begin = *offset < 0 ? static_cast<double>(text->size()) + *offset : *offset;
  if (begin < 0 || begin > static_cast<double>(text->size())) return std::nullopt;
  const auto at = static_cast<std::size_t>(begin);
  const std::size_t count = *length < 0 ? std::string_view::npos : static_cast<std::size_t>(*length);
  return known_string(std::string(text->substr(at, count)), region);
}

std::optional<Value> range(const std::vector<Value>& a, Region region) {
  std::vector<double> numbers;
  for (const Value& argument : a) {
    const auto number = whole(argument);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  const double begin = numbers.size() == 1 ? 0 : numbers[0];
  const double end = numbers.size() == 1 ? numbers[0] : numbers[1];
  const double step = numbers.size() == 3 ? numbers[2] : begin <= end ? 1 : -1;
  if (step == 0 || std::fabs((end - begin) / step) > longest_range) return std::nullopt;
  Value list;
  list.presence = Presence::Known;
  list.shape = Shape::List;
  list.region = region;
  for (double number = begin; step > 0 ? number < end : number > end; number += step)
    list.items.push_back(number_value(number, region));
  return list;
}

}  // namespace

std::optional<Value> call_cutting_function(std::string_view name, const std::vector<Value>& arguments, Region region) {
  if (name == "cidrsubnet" && arguments.size() == 3) return cidrsubnet(arguments, region);
  if (name == "cidrhost" && arguments.size() == 2) return cidrhost(arguments, region);
  if (name == "substr" && arguments.size() == 3) return substr(arguments, region);
  if (name == "range" && !arguments.empty() && arguments.size() <= 3) return range(arguments, region);
  return std::nullopt;
}

}  // namespace redtag::terraform
