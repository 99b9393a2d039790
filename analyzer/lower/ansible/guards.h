// What stands between a task and damage: conditions, questions, assertions, dry runs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "document/document.h"
#include "model/model.h"

namespace redtag::ansible {

/// A task's condition on one line, parts of a list joined by `and`; empty for none.
[[nodiscard]] std::string condition_of(const document::Node& task);

/// `tags: never`: it runs only for those who ask for another of its tags by name.
[[nodiscard]] bool is_left_out(const document::Node& task);

/// What a condition makes sure of. A plain predicate (which system it is, what another task said) is no guard.
[[nodiscard]] std::optional<SafeguardKind> guard_in(std::string_view condition);

/// Some where another way than the one that makes sure leads past it: `wipe or force`.
[[nodiscard]] Coverage coverage_of(std::string_view condition);

/// True if the condition says that what was registered as `name` by a `stat` is not there.
[[nodiscard]] bool says_missing(std::string_view condition, std::string_view name);

/// The bytes of a member, from its key on; empty for none.
[[nodiscard]] ByteRange place_of_member(const document::Node& map, std::string_view key);

}  // namespace redtag::ansible
