// Address sets: CIDR blocks, addresses and hosts, compared by the addresses they stand for.
#pragma once

#include "compare/address_range.h"
#include "compare/comparison.h"
#include "model/value.h"

namespace redtag {

struct AddressDifference {
  Difference difference;
  AddressScope gained = AddressScope::None;  ///< the widest that came in and was not covered before
};

/// Compares two sets of addresses (a list, set or single scalar; absent is the empty set). `10.0.0.0/9` and `10.128.0.0/9`
/// together are `10.0.0.0/8`; `*`, `any`, `all` and `Internet` are all addresses of both families. What is no address (a host name, a
/// group, a service tag) is compared by its text; unknown elements by their expression, and count as possible.
[[nodiscard]] AddressDifference compare_addresses(const Value& before, const Value& after);

/// The widest scope among the known addresses of a set.
[[nodiscard]] AddressScope address_scope(const Value& addresses);

}  // namespace redtag
