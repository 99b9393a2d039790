// What a program says to the machine where no grammar reads it: command texts between back quotes, and Perl's calls with literals.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lower/carrier.h"

namespace redtag::shell {

enum class Calls : std::uint8_t { Read, Known };

/// Adds the commands between back quotes and, where calls are to be read, those of `system`, `exec`, `qx`, `unlink`, `rmtree` and
/// `remove_tree` whose arguments are literals. Linear.
void add_told_words(std::string_view text, std::span<const std::uint32_t> map, Calls calls, CarriedText& out);

}  // namespace redtag::shell
