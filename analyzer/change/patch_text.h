// The text of a patch, line by line, with errors that say where.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace redtag {

/// Walks over the lines of a text that it borrows. Lines end in LF; a CR before it is part of the line.
class PatchText {
 public:
  PatchText(std::string_view text, std::string_view name);

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  /// The line here, without its LF. Empty at the end.
  [[nodiscard]] std::string_view line() const { return line_; }
  /// The line `ahead` lines further on; empty behind the end. Costs a scan over the lines between.
  [[nodiscard]] std::string_view line_ahead(std::size_t ahead) const;
  void advance();
  /// 1-based.
  [[nodiscard]] std::size_t number() const { return number_; }

  /// "name:line: message", for the line here.
  [[nodiscard]] tl::unexpected<Error> error(std::string_view message) const;
  [[nodiscard]] tl::unexpected<Error> error_at(std::size_t number, std::string_view message,
                                               ErrorCode code = ErrorCode::Input) const;
  /// What stands here, made fit for a message.
  [[nodiscard]] std::string shown_line() const;

 private:
  void find_end();

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
  std::string_view line_;
  std::size_t number_ = 1;
};

}  // namespace redtag
