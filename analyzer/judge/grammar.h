// The language of a policy as one table. Internal to judge/.
//
// Reading checks a document against it before anything is taken out, so every message names line and expectation; the published
// schema and the words of `redtag init` are printed from it. What it cannot say (a date that exists, an `unset` that names something)
// is checked where the value is taken.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "document/document.h"

namespace redtag {

enum class KeyKind : std::uint8_t {
  Word,    ///< one of a closed set
  Words,   ///< a list of them, or one
  Text,    ///< a sentence or a name, not empty
  Texts,   ///< a list of them, or one
  Glob,    ///< a pattern with `*` and `?`
  Globs,   ///< a list of them, or one
  Paths,   ///< a list of paths below the top of the tree
  Number,  ///< a whole number from `least` to `most`
  Date,    ///< `YYYY-MM-DD`
  Group,   ///< a mapping with the keys in `parts`
  Groups,  ///< a list of such mappings
  Named,   ///< such mappings by a name that the author chooses
};

enum class Needed : std::uint8_t { Optional, Required };

/// One key. Views static text.
struct KeyView {
  std::string_view key;
  KeyKind kind{};
  std::string_view sentence;                ///< what it means, for the schema and for `redtag init`
  std::span<const std::string_view> words;  ///< Word, Words
  std::span<const KeyView> parts;           ///< Group, Groups, Named
  int least = 0, most = 0;                  ///< Number
  Needed needed = Needed::Optional;
};

/// The keys of a policy.
[[nodiscard]] std::span<const KeyView> policy_keys();

/// Checks a mapping against keys. Errors name `origin`, the line, what is expected and what came.
[[nodiscard]] Expected<void> check_against(const document::Node& mapping, std::span<const KeyView> keys,
                                           const std::string& origin);

/// JSON schema (draft 2020-12) of a policy, for editors.
[[nodiscard]] std::string policy_schema();

/// `origin:line: what`, as an error.
[[nodiscard]] tl::unexpected<Error> policy_error(const std::string& origin, std::uint32_t line, std::string_view what);

}  // namespace redtag
