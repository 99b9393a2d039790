#include "lower/docker/instructions.h"

#include <algorithm>

#include "base/limits.h"
#include "base/text.h"

namespace redtag::docker {

namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

/// Keeps every byte's place while a text is put together from pieces of the file.
class Placed {
 public:
  explicit Placed(std::uint32_t offset) : offset_(offset) {}
  void add(char c, std::size_t at) {
    text_.text += c;
    text_.map.push_back(offset_ + static_cast<std::uint32_t>(at));
  }
  PlacedText take(std::size_t end) {
    text_.map.push_back(offset_ + static_cast<std::uint32_t>(end));
    return std::move(text_);
  }
  [[nodiscard]] const std::string& text() const { return text_.text; }

 private:
  std::uint32_t offset_;
  PlacedText text_;
};

class LineReader {
 public:
  explicit LineReader(const SourceFileView& file) : file_(file), text_(file.text) {}

  std::vector<Instruction> run() {
    if (text_.find("escape=`") < 200) escape_ = '`';
    while (at_ < text_.size() && found_.size() < limits::entities_per_file) read_one();
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::size_t line_end() const { return std::min(text_.find('\n', at_), text_.size()); }
  [[nodiscard]] std::string_view line() const { return text_.substr(at_, line_end() - at_); }
  void next_line() { at_ = std::min(line_end() + 1, text_.size()); }

  void read_one() {
    const std::string_view written = trim(line());
    if (written.empty() || written[0] == '#') return next_line();
    const std::size_t begin = at_ + static_cast<std::size_t>(written.data() - line().data());
    Instruction instruction;
    std::size_t i = begin;
    while (i < text_.size() && text_[i] != ' ' && text_[i] != '\t' && text_[i] != '\n' && text_[i] != '\r') ++i;
    instruction.keyword = upper(text_.substr(begin, i - begin));
    at_ = i;
    Placed arguments(file_.offset);
    read_arguments(arguments);
    read_heredocs(arguments);
    instruction.bytes = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(std::max(begin, last_))};
    instruction.arguments = arguments.take(last_);
    take_flags(instruction);
    found_.push_back(std::move(instruction));
  }

  /// From `at_` to the end of the instruction; an escaped line end is a blank, a comment line in between is nothing.
  void read_arguments(Placed& into) {
    for (;;) {
      const std::size_t end = line_end();
      std::size_t stop = end;
      while (stop > at_ && (text_[stop - 1] == ' ' || text_[stop - 1] == '\t' || text_[stop - 1] == '\r')) --stop;
      const bool goes_on = stop > at_ && text_[stop - 1] == escape_;
      const std::size_t keep = goes_on ? stop - 1 : stop;
      for (std::size_t i = at_; i < keep; ++i) into.add(text_[i], i);
      last_ = stop;
      next_line();
      if (!goes_on || at_ >= text_.size()) return;
      into.add(' ', stop - 1);
      while (at_ < text_.size() && (trim(line()).empty() || trim(line())[0] == '#')) next_line();
    }
  }

  /// `RUN <<EOF`: lines up to the word are part of the instruction.
  void read_heredocs(Placed& into) {
    const std::string head = into.text();
    std::size_t at = head.find("<<");
    while (at != std::string::npos) {
      std::size_t i = at + 2;
      if (i < head.size() && head[i] == '-') ++i;
      if (i < head.size() && (head[i] == '"' || head[i] == '\'')) ++i;
      std::size_t end = i;
      while (end < head.size() && (std::isalnum(static_cast<unsigned char>(head[end])) != 0 || head[end] == '_')) ++end;
      const std::string word = head.substr(i, end - i);
      at = head.find("<<", end);
      if (word.empty() || text_.find("\n" + word, at_ == 0 ? 0 : at_ - 1) == std::string_view::npos) continue;
      if (trim(head.substr(0, i)).size() <= 4) {  // nothing before it: its lines are the script
        body_only_ = true;
      }
      into.add('\n', last_);
      while (at_ < text_.size()) {
        const std::string_view content = trim(line());
        const std::size_t from = at_, to = line_end();
        next_line();
        last_ = to;
        if (content == word) break;
        for (std::size_t k = from; k < to; ++k) into.add(text_[k], k);
        into.add('\n', to);
      }
    }
  }

  void take_flags(Instruction& instruction) {
    std::string& text = instruction.arguments.text;
    std::size_t at = text.find_first_not_of(" \t");
    while (at != std::string::npos && text.compare(at, 2, "--") == 0) {
      const std::size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
      instruction.flags.push_back(text.substr(at, end - at));
      for (std::size_t i = at; i < end; ++i) text[i] = ' ';
      at = text.find_first_not_of(" \t", end);
    }
    if (!body_only_) return;
    body_only_ = false;
    const std::size_t body = text.find('\n');
    for (std::size_t i = 0; i < body && i < text.size(); ++i) text[i] = ' ';
  }

  const SourceFileView& file_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t last_ = 0;
  char escape_ = '\\';
  bool body_only_ = false;
  std::vector<Instruction> found_;
};

}  // namespace

std::vector<Instruction> read_instructions(const SourceFileView& file) { return LineReader(file).run(); }

}  // namespace redtag::docker
