// What an expression of a template says: nothing, a text, or a part of the values.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/document.h"
#include "lower/helm/render.h"

namespace redtag::helm {

/// A value as several layers have it; what goes first stands first. Borrows the documents.
struct Layered {
  const document::Node* node = nullptr;
  std::uint32_t layer = 0;
};

struct Datum {
  enum class Kind : std::uint8_t { Unknown, Nothing, Text, Tree };
  Kind kind = Kind::Unknown;
  std::string text;           ///< Text
  std::vector<Layered> tree;  ///< Tree; several only for mappings
  Place place;                ///< where it is written; layer 0 and empty where it is not
  std::string style;          ///< the filters that say how it is printed, in order, each behind a `|`

  [[nodiscard]] static Datum text_of(std::string text) {
    Datum datum;
    datum.kind = Kind::Text;
    datum.text = std::move(text);
    return datum;
  }
  /// As `if` has it.
  [[nodiscard]] bool truth() const;
};

/// What names mean where a directive stands.
struct Scope {
  Datum root;                ///< the values
  std::optional<Datum> dot;  ///< what `.` is in a loop or `with`; none where that is the top, or cannot be known
  std::map<std::string, Datum> variables;
  std::uint32_t element = 0;  ///< index + 1 of the loop's element
  std::uint32_t decider = 0;  ///< index + 1 of the value that a condition asked for
};

struct Piece {
  std::string text;
  Place place;
};

[[nodiscard]] Datum root_of(std::span<const document::Node* const> layers);
/// Key and value of each element of a list or mapping; of a list, the keys say nothing.
[[nodiscard]] std::vector<std::pair<Datum, Datum>> elements_of(const Datum& datum);
/// A pipeline: paths of values, literals, and the functions that decide or print. Anything else is unknown.
[[nodiscard]] Datum evaluate(std::string_view text, const Scope& scope);
/// What is printed for it, each scalar by itself.
[[nodiscard]] std::vector<Piece> pieces_of(const Datum& datum);

}  // namespace redtag::helm
