// Foreign text made fit for where it goes: URIs, SARIF messages, terminals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace redtag {

/// Length in UTF-16 code units; a byte that is no UTF-8 counts as one.
[[nodiscard]] std::uint32_t utf16_length(std::string_view text);

/// `text` cut to at most `units` UTF-16 code units at a character border, with "…" at its end if something was cut.
[[nodiscard]] std::string shortened_utf16(std::string_view text, std::size_t units);

/// A path as a relative reference of RFC 3986: every byte but unreserved ones and `/` is percent-encoded, and so is a first
/// `/`, so that a path from a patch can name neither a host's directory nor another scheme.
[[nodiscard]] std::string uri_of(std::string_view path);

/// Foreign text as a SARIF message string of at most `units` UTF-16 code units: quotable and printable, brackets and backslashes
/// escaped so that no link appears, braces doubled so that no placeholder does. Never cut inside an escape.
[[nodiscard]] std::string sarif_text(std::string_view text, std::size_t units);

/// The text as a sentence: with a full stop unless it ends in `.`, `!`, `?` or `…`.
[[nodiscard]] std::string sentence(std::string_view text);

}  // namespace redtag
