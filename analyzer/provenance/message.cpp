#include "provenance/message.h"

#include "base/text.h"

namespace redtag {
namespace {

/// `Key: value`, with a key of letters, digits and dashes.
bool is_trailer(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  for (const char c : trim(line.substr(0, colon))) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!word) return false;
  }
  return line.front() != ' ' && line.front() != '\t';
}

bool written_by_git(std::string_view line) {
  return starts_with_ignoring_case(line, "signed-off-by: ") || line.substr(0, 27) == "(cherry picked from commit ";
}

bool is_block(const std::vector<std::string>& lines) {
  std::size_t trailers = 0, others = 0;
  bool known = false;
  for (const std::string& line : lines) {
    if (line.front() == ' ' || line.front() == '\t') continue;  // continues the line before
    const bool fits = is_trailer(line) || written_by_git(line);
    ++(fits ? trailers : others);
    known = known || written_by_git(line);
  }
  return trailers > 0 && (others == 0 || (known && trailers * 3 >= others));
}

std::vector<std::string> folded(const std::vector<std::string>& lines) {
  std::vector<std::string> trailers;
  for (const std::string& line : lines) {
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (continues && !trailers.empty()) {
      trailers.back() += " " + std::string(trim(line));
    } else if (is_trailer(line)) {
      trailers.push_back(line);
    }
  }
  return trailers;
}

}  // namespace

Message read_message(std::string_view text) {
  Message message;
  std::vector<std::string> paragraph;  // the last one that is not empty
  bool first = true, open = false;
  for (std::string_view line : split(text, '\n')) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    message.lines.emplace_back(line);
    if (line.empty()) {
      open = false;
      continue;
    }
    if (!open) {
      first = paragraph.empty();
      paragraph.clear();
    }
    open = true;
    paragraph.emplace_back(line);
    if (message.subject.empty()) message.subject = line;
  }
  if (!first && is_block(paragraph)) message.trailers = folded(paragraph);
  return message;
}

}  // namespace redtag
