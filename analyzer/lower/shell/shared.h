// Values that a script gets from another file that it sources: `. ./env.sh`, and `$DATA_DIR` is what stands there.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lower/frontend.h"
#include "lower/shell/operation.h"

namespace redtag::shell {

/// The object of an operation that sets a variable for whoever sources its file: `program` is the name, `target` the value.
inline constexpr std::string_view shared_object = "shared value";

/// The variables that a script sets outside of its functions to values that are known. Nobody reports them: link() hands them on.
[[nodiscard]] std::vector<Operation> shared_values(const Script& script, const Scope& scope);
[[nodiscard]] bool is_shared(const Operation& operation);
/// One of them. nullopt for what a message must not show, or that decides nothing.
[[nodiscard]] std::optional<Operation> shared_value(std::string_view name, std::string_view value, Region region);

/// `postgres://shop:…@db/shop` without what stands behind the name: whose password it is decides nothing, and nobody is to read it.
[[nodiscard]] std::string without_password(std::string_view value);

/// Variables by name, with the value that all files set them to; nullopt where they differ.
using SharedValues = std::map<std::string, std::optional<std::string>, std::less<>>;
void add_shared(std::span<const Operation> operations, SharedValues& values);

/// The text with those variables (`$NAME`) in it replaced. nullopt where it names none of them.
[[nodiscard]] std::optional<std::string> filled_in(std::string_view text, const SharedValues& values);

/// Aims an operation at what its target and operands are with those values; one on files is judged anew by where they lie.
void aim_anew(Operation& operation, const SharedValues& values);
/// The same once its target is known: object, harm and reach follow from the path.
void judge_path(Operation& operation);

}  // namespace redtag::shell
