// What a program's models say of rows that refer to one that goes: whether they go along.
#pragma once

#include <vector>

#include "lower/code/code.h"
#include "lower/sql/effect.h"

namespace redtag::program {

/// A relation of a model: `cascade-in-model` on `Order.lines`, armed where the rows on its other side go along. `at` lives in the
/// program that was read.
struct Relation {
  const code::Node* at = nullptr;
  sql::Effect effect;
};

/// Django's and SQLAlchemy's foreign keys and relationships, Rails' associations. Classes in classes are entered a few deep.
[[nodiscard]] std::vector<Relation> relations_in(const code::Node& root);

/// The effect for one relation.
[[nodiscard]] sql::Effect relation(std::string_view model, std::string_view field, std::string_view rule);

}  // namespace redtag::program
