// One side of a file as a patch shows it, built line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "change/change.h"

namespace redtag {

/// How many more empty lines a patch may make us put between its hunks. One header of twenty bytes can ask for megabytes of
/// them, so they are counted over the whole patch.
struct FillerBudget {
  std::size_t bytes = std::size_t{256} << 20;
};

/// Collects the lines of one side. Lines that no hunk shows come out empty, so that every line number is true.
class PatchImage {
 public:
  /// Continues at 1-based `line`. False if that lies before what was already seen.
  [[nodiscard]] bool seek(std::uint32_t line);
  /// Adds a line that ends in LF. False if the file had already ended.
  [[nodiscard]] bool append(std::string_view line, FillerBudget& filler);
  /// The last line has no LF, and nothing may follow it. False if there is none, or this was said already.
  [[nodiscard]] bool end_without_newline();

  /// 1-based number that the next line will have.
  [[nodiscard]] std::uint32_t next_line() const { return next_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<LineRange>& known() const { return known_; }
  [[nodiscard]] bool too_large() const { return too_large_ || text_.size() > limits::file_bytes; }
  /// True if the lines seen are 1 to n, with nothing left out between them.
  [[nodiscard]] bool contiguous() const {
    return known_.empty() ? next_ == 1 : known_.size() == 1 && known_[0].first == 1 && next_ == known_[0].last + 1;
  }
  [[nodiscard]] std::string take_text() { return std::move(text_); }
  [[nodiscard]] std::vector<LineRange> take_known() { return std::move(known_); }

 private:
  void fill_to(std::uint32_t line, FillerBudget& filler);
  void give_up();

  std::string text_;
  std::vector<LineRange> known_;
  std::uint32_t next_ = 1;    // number of the next line
  std::uint32_t filled_ = 0;  // lines in text_
  bool ended_ = false;
  bool too_large_ = false;
};

}  // namespace redtag
