// Putting hunks into a text, at their exact places.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/text.h"
#include "change/change.h"

namespace redtag {

/// The lines of a text with their ends, by 1-based number. Borrows the text.
class LinesView {
 public:
  explicit LinesView(std::string_view text) : text_(text), index_(text) {}
  [[nodiscard]] std::uint32_t count() const { return index_.count(); }
  /// Lines `first` to `last`, both included, as they stand.
  [[nodiscard]] std::string_view block(std::uint32_t first, std::uint32_t last) const {
    const std::uint32_t begin = index_.start_of(first);
    return last < first ? std::string_view() : text_.substr(begin, index_.start_of(last + 1) - begin);
  }

 private:
  std::string_view text_;
  LineIndex index_;
};

/// True if all that the partial image shows stands in the whole text at the same lines.
[[nodiscard]] bool shows(const Image& partial, const LinesView& whole);

/// The whole text on the other side of `hunks`, which are seen from the side of `text`. Their new lines are taken from `other`, the
/// image that a patch shows of that side. nullopt where a hunk, or anything that `other` shows, does not fit.
[[nodiscard]] std::optional<std::string> apply_hunks(std::span<const Hunk> hunks, std::string_view text,
                                                     const Image& other);

}  // namespace redtag
