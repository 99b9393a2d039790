#include "change/patch_text.h"

#include "base/text.h"

namespace redtag {

PatchText::PatchText(std::string_view text, std::string_view name) : text_(text), name_(name) { find_end(); }

void PatchText::find_end() { line_ = at_end() ? std::string_view() : text_.substr(at_, text_.find('\n', at_) - at_); }

void PatchText::advance() {
  if (at_end()) return;
  at_ += line_.size() + 1;
  ++number_;
  find_end();
}

std::string_view PatchText::line_ahead(std::size_t ahead) const {
  std::size_t at = at_;
  for (; ahead > 0 && at < text_.size(); --ahead) {
    const std::size_t end = text_.find('\n', at);
    at = end == std::string_view::npos ? text_.size() : end + 1;
  }
  return at >= text_.size() ? std::string_view() : text_.substr(at, text_.find('\n', at) - at);
}

tl::unexpected<Error> PatchText::error(std::string_view message) const { return error_at(number_, message); }

tl::unexpected<Error> PatchText::error_at(std::size_t number, std::string_view message, ErrorCode code) const {
  return fail(code, printable(name_) + ":" + std::to_string(number) + ": " + std::string(message));
}

std::string PatchText::shown_line() const {
  constexpr std::size_t shown = 60;
  return at_end() ? "the end of the text" : "'" + printable(shortened(line_, shown)) + "'";
}

}  // namespace redtag
