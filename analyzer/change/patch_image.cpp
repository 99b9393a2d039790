#include "change/patch_image.h"

namespace redtag {

bool PatchImage::seek(std::uint32_t line) {
  if (line < next_) return false;
  next_ = line;
  return true;
}

void PatchImage::give_up() {
  too_large_ = true;
  std::string().swap(text_);
}

void PatchImage::fill_to(std::uint32_t line, FillerBudget& filler) {
  const std::size_t missing = line - filled_ - 1;
  if (missing == 0) return;
  if (text_.size() + missing > limits::file_bytes || missing > filler.bytes) return give_up();
  filler.bytes -= missing;
  text_.append(missing, '\n');
  filled_ += static_cast<std::uint32_t>(missing);
}

bool PatchImage::append(std::string_view line, FillerBudget& filler) {
  if (ended_) return false;
  if (!too_large_) fill_to(next_, filler);
  if (!too_large_ && text_.size() + line.size() > limits::file_bytes) give_up();
  if (!too_large_) {
    text_.append(line);
    text_ += '\n';
    ++filled_;
  }
  if (!known_.empty() && known_.back().last + 1 == next_) {
    known_.back().last = next_;
  } else {
    known_.push_back({next_, next_});
  }
  ++next_;
  return true;
}

bool PatchImage::end_without_newline() {
  if (ended_ || known_.empty() || known_.back().last + 1 != next_) return false;
  if (!too_large_) text_.pop_back();
  ended_ = true;
  return true;
}

}  // namespace redtag
