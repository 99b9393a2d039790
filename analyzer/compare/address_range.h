// IP networks as ranges of 128-bit numbers, IPv4 and IPv6 apart.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace redtag {

enum class Family : std::uint8_t { V4, V6 };

/// A 128-bit number; an IPv4 address is its low 32 bits.
struct Address {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Address&) const = default;
};

/// Addresses from `first` to `last`, both included.
struct AddressRange {
  Family family{};
  Address first;
  Address last;
  auto operator<=>(const AddressRange&) const = default;
};

/// The range that a CIDR block (`10.0.0.0/8`, `2001:db8::/32`), an address, or `first-last` spells; bits behind the prefix
/// are ignored. nullopt for anything else, numbers with leading zeros included.
[[nodiscard]] std::optional<AddressRange> parse_address_range(std::string_view text);

/// The same addresses as the fewest ranges, sorted.
[[nodiscard]] std::vector<AddressRange> merged(std::vector<AddressRange> ranges);

/// True if one of `ranges`, which are merged, holds all of `range`.
[[nodiscard]] bool covers(const std::vector<AddressRange>& ranges, const AddressRange& range);

/// How much of the world addresses stand for, least first.
enum class AddressScope : std::uint8_t {
  None,      ///< no address at all
  Private,   ///< only private, shared, link-local or loopback ones
  Public,    ///< some public ones
  Internet,  ///< at least half of all that is routed in a family
};
[[nodiscard]] AddressScope scope_of(const std::vector<AddressRange>& ranges);

}  // namespace redtag
