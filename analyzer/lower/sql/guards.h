// Statements that stop a script unless it runs where it may: `DO $$ … RAISE EXCEPTION … $$`, `IF DB_NAME() <> … THROW`.
#pragma once

#include <optional>

#include "model/model.h"

#include "lower/sql/words.h"

namespace redtag::sql {

/// What a statement makes sure of before it lets the rest go on. nullopt for one that stops nothing, or that asks for none of what
/// decides where and as whom a script runs, or whether there are rows.
[[nodiscard]] std::optional<SafeguardKind> guard_in(WordsView words);

}  // namespace redtag::sql
