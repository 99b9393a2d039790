// Programs of other languages that a script, or a step of a pipeline, hands to their interpreter: what they tell the machine, said as
// a shell would say it.
//
//   python3 -c 'import shutil; shutil.rmtree("/srv/shop")'  ──>  rm -rf '/srv/shop'
//   github.rest.git.deleteRef({ ref: "heads/main" })        ──>  git push --delete origin 'heads/main'
//
// Only calls that code.tsv knows (`commands`, `shell`) come out, in the order in which they stand, with the values that stand there;
// conditions and loops are not followed. So one line of a program takes the way of any command: places, safeguards, facts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "facts/facts.h"
#include "lower/carrier.h"

namespace redtag::shell {

enum class Interpreter : std::uint8_t { Python, JavaScript, Ruby, Php, Perl };

/// The language that a program runs (`python3.11`, `node`); nullopt for any other program. What awk runs is read as Perl is: its calls
/// of `system` look alike.
[[nodiscard]] std::optional<Interpreter> interpreter_named(std::string_view program);

/// The commands that a program comes to, one a line; empty for none. `map` gives for each byte of `text` its offset in the image, with
/// one element for the end.
[[nodiscard]] CarriedText commands_of(Interpreter interpreter, std::string_view text,
                                      std::span<const std::uint32_t> map, const FactTables& facts);

}  // namespace redtag::shell
