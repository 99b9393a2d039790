// One row of the marker table, matched lazily. Internal to provenance/.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "provenance/provenance.h"

namespace re2 {
class RE2;
}

namespace redtag {

/// Where in a commit a marker stands.
enum class MarkerPlace : std::uint8_t {
  Author,     ///< the author's name or address
  Committer,  ///< the committer's name or address
  Trailer,    ///< one trailer line, folded
  Body,       ///< one line of the message
  Subject,    ///< its first line
  Branch,     ///< the name of the head's branch, as the caller says it
  Note,       ///< a ref that holds a git note of the commit
};

/// A marker. Views the table's text.
class MarkerView {
 public:
  MarkerView(MarkerPlace where, std::vector<std::string_view> cells, Maker maker, MarkerStrength strength);
  MarkerView(MarkerView&&) noexcept;
  ~MarkerView();

  [[nodiscard]] MarkerPlace place() const { return place_; }
  [[nodiscard]] std::string_view id() const { return id_; }
  [[nodiscard]] Maker maker() const { return maker_; }
  [[nodiscard]] MarkerStrength strength() const { return strength_; }
  [[nodiscard]] std::string_view agent() const { return agent_; }
  [[nodiscard]] std::string_view source() const { return source_; }

  /// Whether a text in lower case can hold a match at all; costs one search and compiles nothing.
  [[nodiscard]] bool possible_in(std::string_view lower) const {
    return lower.find(literal_) != std::string_view::npos;
  }
  /// Whether the pattern fits one line; compiles it at first use.
  [[nodiscard]] bool fits(std::string_view line) const;
  /// True if the pattern is one that RE2 reads.
  [[nodiscard]] bool compiles() const;

 private:
  const re2::RE2& pattern() const;

  MarkerPlace place_;
  Maker maker_;
  MarkerStrength strength_;
  std::string_view id_, agent_, pattern_, source_;
  std::string literal_;
  mutable std::unique_ptr<re2::RE2> compiled_;
};

/// The longest run of plain characters that every match of the pattern contains, in lower case; empty where none is sure.
/// Looks only outside of groups and classes, and at nothing that a quantifier or a top-level `|` makes optional.
[[nodiscard]] std::string required_literal(std::string_view pattern);

/// Reads a table; errors name the line. The result views `table`.
[[nodiscard]] Expected<std::vector<MarkerView>> read_markers(std::string_view table);
/// The table in the binary.
[[nodiscard]] std::vector<MarkerView> builtin_markers();

}  // namespace redtag
