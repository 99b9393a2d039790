// Secrets that stand in foreign text, such as a command line that a finding quotes. Internal to report/.
#pragma once

#include <string>
#include <string_view>

namespace redtag {

/// The text with what looks like a secret replaced by `***`: tokens of known forms, private keys, passwords in URLs, and the
/// values of assignments whose key says password, secret, token and the like. A reference (`$TOKEN`, `var.token`) is none.
/// May take a harmless word for a secret, and does not promise to find all: values that the model knows to be sensitive never get
/// this far. Quadratic at worst, so hand in a few kilobytes at most: see quotable().
[[nodiscard]] std::string redacted(std::string_view text);

/// Foreign text as every report quotes it: cut to 4,000 bytes, without secrets. Not yet escaped.
[[nodiscard]] std::string quotable(std::string_view text);

}  // namespace redtag
