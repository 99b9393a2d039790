// Lines for a terminal or a log: wrapped, indented, coloured if asked, and inert whatever stands in them. Internal to report/.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "report/report.h"

namespace redtag {

enum class Style : std::uint8_t { Plain, Bold, Dim, Red, Yellow, Green };

/// Builds a text line by line. Foreign text goes through printable(), and what a build log would take for a command of its host
/// (a line that starts with `::`, or `##[` anywhere) is broken up.
class Terminal {
 public:
  explicit Terminal(Color color) : color_(color) {}

  /// `text` in the codes of a style, or as it is without colours. Only for words of ours.
  [[nodiscard]] std::string styled(Style style, std::string_view text) const;

  void blank() { text_ += '\n'; }
  /// One line as it is: `head` is ours (it may hold styles), `foreign` is made inert. Not wrapped.
  void line(std::size_t indent, std::string_view head, std::string_view foreign = {});
  /// Foreign text wrapped at `width` columns.
  void paragraph(std::size_t indent, std::string_view foreign);
  /// The same behind a label of ours, with the text in a column of its own.
  void labelled(std::size_t indent, std::string_view label, std::string_view foreign);

  [[nodiscard]] std::string take() { return std::move(text_); }

  static constexpr std::size_t width = 100;
  static constexpr std::size_t label_width = 15;

 private:
  void wrap(std::size_t column, std::size_t indent, std::string_view inert);

  Color color_;
  std::string text_;
};

}  // namespace redtag
