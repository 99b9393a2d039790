// The texts of scalars: what quotes, escapes, folding and block headers make of the bytes as written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "document/document.h"

namespace redtag::document {

/// The type that YAML 1.2's core schema gives a plain scalar.
[[nodiscard]] NodeType core_type(std::string_view plain);

/// Text of a plain scalar that may run over several lines.
[[nodiscard]] std::string fold_plain(std::string_view raw);

/// Text of a single-quoted scalar; `raw` is what stands between the quotes.
[[nodiscard]] std::string decode_single(std::string_view raw);

/// Text of a double-quoted scalar; `raw` is what stands between the quotes. nullopt for an escape that does not exist.
[[nodiscard]] std::optional<std::string> decode_double(std::string_view raw);

/// Text of the block scalar (`|` or `>`) whose header starts at `begin` of `text`. `parent_indent` is the column of the
/// collection that holds it, -1 at the top.
[[nodiscard]] std::string decode_block(std::string_view text, std::size_t begin, int parent_indent);

}  // namespace redtag::document
