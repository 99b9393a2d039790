// Edits of the new side that take a finding's cause away. A check names the kind of fix; the stack's front end knows the words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag {

/// What a fix does, whatever the stack.
enum class FixKind : std::uint8_t {
#define REDTAG_FIX(enumerator, name, sentence) enumerator,
#include "model/fix.def"
#undef REDTAG_FIX
};
[[nodiscard]] std::string_view fix_name(FixKind kind);
[[nodiscard]] std::optional<FixKind> fix_from_name(std::string_view name);
/// All names, in the order of the enum.
[[nodiscard]] std::span<const std::string_view> fix_names();

/// Bytes of a post-image to take out, and what to put there. An empty region is an insertion.
struct TextEdit {
  Region region;
  std::string text;
  std::string makes = {};  ///< path of a file that is not there yet and gets `text`; `region` is then not valid
  bool operator==(const TextEdit&) const = default;
};

/// Edits that belong together. Applied to the change's new side, they silence the finding that carries them.
struct Fix {
  FixKind kind{};
  std::string sentence;  ///< what applying it does, naming the address
  std::vector<TextEdit> edits;
};

}  // namespace redtag
