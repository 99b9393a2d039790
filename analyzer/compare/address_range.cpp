#include "compare/address_range.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace redtag {
namespace {

constexpr std::uint64_t all_ones = std::numeric_limits<std::uint64_t>::max();

constexpr unsigned width(Family family) { return family == Family::V4 ? 32 : 128; }

/// The lowest `bits` bits set.
constexpr Address low_mask(unsigned bits) {
  if (bits >= 128) return {all_ones, all_ones};
  if (bits > 64) return {(std::uint64_t{1} << (bits - 64)) - 1, all_ones};
  if (bits == 64) return {0, all_ones};
  return {0, (std::uint64_t{1} << bits) - 1};
}

constexpr Address successor(Address address) {
  const std::uint64_t low = address.low + 1;
  return {address.high + (low == 0 ? 1 : 0), low};
}

std::optional<std::uint32_t> number(std::string_view text, int base, std::size_t digits, std::uint32_t limit) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  const bool leading_zero = base == 10 && text.size() > 1 && text.front() == '0';
  if (text.empty() || text.size() > digits || leading_zero || error != std::errc() || end != text.data() + text.size() || value > limit) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::uint32_t> parse_v4(std::string_view text) {
  if (text.size() > 15) return std::nullopt;
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  std::uint32_t address = 0;
  for (const std::string_view part : parts) {
    const auto byte = number(part, 10, 3, 255);
    if (!byte) return std::nullopt;
    address = address << 8 | *byte;
  }
  return address;
}

/// The 16-bit groups of one side of `::`; an IPv4 tail counts as two.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text) {
  std::vector<std::uint16_t> groups;
  if (text.empty()) return groups;
  const std::vector<std::string_view> parts = split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i + 1 == parts.size() && parts[i].find('.') != std::string_view::npos) {
      const auto tail = parse_v4(parts[i]);
      if (!tail) return std::nullopt;
      groups.push_back(static_cast<std::uint16_t>(*tail >> 16));
      groups.push_back(static_cast<std::uint16_t>(*tail & 0xFFFF));
      continue;
    }
    const auto group = number(parts[i], 16, 4, 0xFFFF);
    if (!group) return std::nullopt;
    groups.push_back(static_cast<std::uint16_t>(*group));
  }
  return groups;
}

std::optional<Address> parse_v6(std::string_view text) {
  if (text.size() > 45 || text.find(':') == std::string_view::npos) return std::nullopt;
  const std::size_t gap = text.find("::");
  std::vector<std::uint16_t> groups;
  if (gap == std::string_view::npos) {
    auto all = parse_groups(text);
    if (!all || all->size() != 8) return std::nullopt;
    groups = std::move(*all);
  } else {
    const auto head = parse_groups(text.substr(0, gap));
    const auto tail = parse_groups(text.substr(gap + 2));
    if (!head || !tail || head->size() + tail->size() > 7) return std::nullopt;
    groups = *head;
    groups.resize(8 - tail->size(), 0);
    groups.insert(groups.end(), tail->begin(), tail->end());
  }
  Address address;
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint64_t& half = i < 4 ? address.high : address.low;
    half = half << 16 | groups[i];
  }
  return address;
}

std::optional<AddressRange> parse_single(std::string_view text) {
  if (const auto v4 = parse_v4(text)) return AddressRange{Family::V4, {0, *v4}, {0, *v4}};
  if (const auto v6 = parse_v6(text)) return AddressRange{Family::V6, *v6, *v6};
  return std::nullopt;
}

constexpr AddressRange v4(std::uint32_t first, std::uint32_t last) { return {Family::V4, {0, first}, {0, last}}; }

// RFC 1918, 6598, 3927, 1122, 4193, 4291.
constexpr std::array<AddressRange, 10> private_ranges = {
    v4(0x0A000000, 0x0AFFFFFF), v4(0x64400000, 0x647FFFFF), v4(0x7F000000, 0x7FFFFFFF), v4(0xA9FE0000, 0xA9FEFFFF),
    v4(0xAC100000, 0xAC1FFFFF), v4(0xC0A80000, 0xC0A8FFFF), AddressRange{Family::V6, {0, 1}, {0, 1}},
    AddressRange{Family::V6, {0xFC00000000000000, 0}, {0xFDFFFFFFFFFFFFFF, all_ones}},
    AddressRange{Family::V6, {0xFE80000000000000, 0}, {0xFEBFFFFFFFFFFFFF, all_ones}},
    v4(0, 0),  // "this host": nobody comes from there
};

/// How many addresses there are, about.
double size_of(const AddressRange& range) {
  const bool borrows = range.last.low < range.first.low;
  const double high = static_cast<double>(range.last.high - range.first.high - (borrows ? 1 : 0));
  return high * 0x1p64 + static_cast<double>(range.last.low - range.first.low) + 1;
}

}  // namespace

std::optional<AddressRange> parse_address_range(std::string_view text) {
  text = trim(text);
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    const auto first = parse_single(trim(text.substr(0, dash)));
    const auto last = parse_single(trim(text.substr(dash + 1)));
    if (!first || !last || first->family != last->family || last->first < first->first) return std::nullopt;
    return AddressRange{first->family, first->first, last->first};
  }
  const std::size_t slash = text.find('/');
  auto range = parse_single(text.substr(0, slash));
  if (!range || slash == std::string_view::npos) return range;
  const auto prefix = number(text.substr(slash + 1), 10, 3, width(range->family));
  if (!prefix) return std::nullopt;
  const Address mask = low_mask(width(range->family) - *prefix);
  range->first = {range->first.high & ~mask.high, range->first.low & ~mask.low};
  range->last = {range->first.high | mask.high, range->first.low | mask.low};
  return range;
}

std::vector<AddressRange> merged(std::vector<AddressRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<AddressRange> result;
  for (const AddressRange& range : ranges) {
    if (!result.empty() && result.back().family == range.family) {
      AddressRange& open = result.back();
      const bool reaches_end = open.last == low_mask(128);
      if (reaches_end || range.first <= successor(open.last)) {
        open.last = std::max(open.last, range.last);
        continue;
      }
    }
    result.push_back(range);
  }
  return result;
}

bool covers(const std::vector<AddressRange>& ranges, const AddressRange& range) {
  auto behind = std::upper_bound(ranges.begin(), ranges.end(), range, [](const AddressRange& a, const AddressRange& b) {
    return a.family != b.family ? a.family < b.family : a.first < b.first;
  });
  if (behind == ranges.begin()) return false;
  const AddressRange& candidate = *--behind;
  return candidate.family == range.family && candidate.first <= range.first && range.last <= candidate.last;
}

AddressScope scope_of(const std::vector<AddressRange>& ranges) {
  AddressScope scope = AddressScope::None;
  double total[2] = {0, 0};
  for (const AddressRange& range : merged(ranges)) {
    const bool is_private = std::any_of(private_ranges.begin(), private_ranges.end(), [&](const AddressRange& own) {
      return own.family == range.family && own.first <= range.first && range.last <= own.last;
    });
    scope = std::max(scope, is_private ? AddressScope::Private : AddressScope::Public);
    total[static_cast<std::size_t>(range.family)] += size_of(range);
  }
  // Half of it, because the whole is easily written as two halves; of IPv6 only 2000::/3 is routed.
  return total[0] >= 0x1p31 || total[1] >= 0x1p124 ? AddressScope::Internet : scope;
}

}  // namespace redtag
