#include "lower/terraform/statements.h"

#include <algorithm>
#include <array>
#include <utility>

namespace redtag::terraform {

namespace {

struct TopBlock {
  std::string_view word;
  unsigned labels;
};

constexpr std::array top_blocks = std::to_array<TopBlock>({
    {"resource", 2},
    {"data", 2},
    {"module", 1},
    {"variable", 1},
    {"output", 1},
    {"provider", 1},
    {"locals", 0},
    {"terraform", 0},
    {"moved", 0},
    {"removed", 0},
    {"import", 0},
    {"check", 1},
    {"ephemeral", 2},
});

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_inline_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Walks over text that opens and closes things.
class Scanner {
 public:
  Scanner(std::string_view text, ByteRange body, Level level)
      : text_(text.substr(0, body.end)),
        at_(body.begin),
        level_(level),
        heredoc_budget_(4 * std::uint64_t{body.size()}) {}

  std::vector<Statement> cut() {
    skip_comment_tail();
    for (skip_trivia(); at_ < end(); skip_trivia()) found_.push_back(statement());
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::uint32_t end() const { return static_cast<std::uint32_t>(text_.size()); }
  [[nodiscard]] bool starts(std::string_view bytes) const { return text_.substr(at_).starts_with(bytes); }

  /// A window may start inside a block comment: then its end comes before any start of one.
  void skip_comment_tail() {
    if (level_ != Level::Top) return;
    const auto close = text_.find("*/", at_);
    if (close == std::string_view::npos || text_.substr(at_, close - at_).find("/*") != std::string_view::npos) return;
    if (const auto line = text_.rfind('\n', close);
        line != std::string_view::npos && line >= at_ &&
        text_.substr(line, close - line).find_first_of("#\"") != std::string_view::npos)
      return;
    at_ = static_cast<std::uint32_t>(close) + 2;
  }

  bool skip_comment() {
    if (starts("#") || starts("//")) {
      const auto line = text_.find('\n', at_);
      at_ = line == std::string_view::npos ? end() : static_cast<std::uint32_t>(line);
      return true;
    }
    if (!starts("/*")) return false;
    const auto close = text_.find("*/", at_ + 2);
    at_ = close == std::string_view::npos ? end() : static_cast<std::uint32_t>(close) + 2;
    return true;
  }

  void skip_trivia() {
    while (at_ < end() && (is_inline_blank(text_[at_]) || text_[at_] == '\n' || skip_comment_here())) {
      if (at_ < end() && (is_inline_blank(text_[at_]) || text_[at_] == '\n')) ++at_;
    }
  }
  bool skip_comment_here() { return (text_[at_] == '#' || text_[at_] == '/') && skip_comment(); }

  /// At a quote. A string ends at its quote, or at the end of its line if no interpolation is open.
  void skip_string() {
    std::vector<char> open{'"'};  // '"' inside a string, '{' inside an interpolation
    ++at_;
    while (at_ < end() && !open.empty()) {
      deepest_ = std::max(deepest_, open.size());
      const char c = text_[at_];
      if (open.back() == '"') {
        if (c == '\n' && open.size() == 1) return;
        if (c == '\\')
          ++at_;
        else if (starts("$${") || starts("%%{"))
          at_ += 2;
        else if (starts("${") || starts("%{"))
          open.push_back('{'), ++at_;
        else if (c == '"')
          open.pop_back();
      } else if (c == '"') {
        open.push_back('"');
      } else if (c == '{') {
        open.push_back('{');
      } else if (c == '}') {
        open.pop_back();
      } else if (level_ == Level::Top && c == '\n' && opens_top_block(text_, at_ + 1)) {
        return;
      }
      ++at_;
    }
    at_ = std::min(at_, end());
  }

  /// At `<<`. True if a here-document starts here and ends somewhere; then stands behind its end.
  bool skip_heredoc() {
    std::uint32_t name = at_ + 2;
    if (name < end() && text_[name] == '-') ++name;
    std::uint32_t stop = name;
    while (stop < end() && is_word(text_[stop])) ++stop;
    if (stop == name) return false;
    const std::string_view marker = text_.substr(name, stop - name);
    auto line = text_.find('\n', stop);
    const std::size_t from = line;
    while (line != std::string_view::npos && heredoc_budget_ > line - from) {
      auto next = text_.find('\n', line + 1);
      std::string_view content = text_.substr(line + 1, next == std::string_view::npos ? next : next - line - 1);
      while (!content.empty() && is_inline_blank(content.front())) content.remove_prefix(1);
      while (!content.empty() && is_inline_blank(content.back())) content.remove_suffix(1);
      if (content == marker) {
        at_ = next == std::string_view::npos ? end() : static_cast<std::uint32_t>(next);
        return true;
      }
      line = next;
    }
    const std::uint64_t spent = (line == std::string_view::npos ? text_.size() : line) - std::min(from, text_.size());
    heredoc_budget_ -= std::min(heredoc_budget_, spent);  // many that never end must not each cost the whole text
    return false;
  }

  void read_head(Statement& statement) {
    statement.name.begin = statement.name.end = at_;
    while (statement.name.end < end() && is_word(text_[statement.name.end])) ++statement.name.end;
    if (statement.name.size() == 0) return;
    std::uint32_t at = statement.name.end;
    for (;;) {
      while (at < end() && is_inline_blank(text_[at])) ++at;
      if (at >= end()) return;
      if (text_[at] == '{') {
        statement.kind = Statement::Kind::Block;
        statement.open = at;
        return;
      }
      if (text_[at] == '=' && !text_.substr(at).starts_with("==")) {
        statement.kind = Statement::Kind::Attribute;
        return;
      }
      if (text_[at] == '"') {
        const auto close = text_.find_first_of("\"\n", at + 1);
        if (close == std::string_view::npos || text_[close] == '\n') return;
        at = static_cast<std::uint32_t>(close) + 1;
      } else if (is_word(text_[at])) {
        while (at < end() && is_word(text_[at])) ++at;
      } else {
        return;
      }
    }
  }

  Statement statement() {
    Statement statement;
    statement.bytes.begin = at_;
    read_head(statement);
    std::uint32_t depth = 0;
    while (at_ < end()) {
      const char c = text_[at_];
      if (c == '\n') {
        if (depth == 0) break;
        ++at_;
        if (level_ == Level::Top && opens_top_block(text_, at_)) break;
      } else if (c == '"') {
        skip_string();
      } else if (c == '<' && starts("<<") && skip_heredoc()) {
        continue;
      } else if ((c == '#' || c == '/') && skip_comment()) {
        continue;
      } else {
        ++at_;
        if (c == '{' || c == '[' || c == '(') ++depth;
        if ((c == '}' || c == ']' || c == ')') && depth-- == 0) {  // closes nothing of ours
          if (at_ - 1 > statement.bytes.begin) --at_;              // the next statement is the stray bracket itself
          depth = 0;
          break;
        }
      }
    }
    statement.closed = depth == 0;
    statement.deepest = std::exchange(deepest_, 0);
    statement.bytes.end = at_;
    while (statement.bytes.end > statement.bytes.begin + 1 &&
           (is_inline_blank(text_[statement.bytes.end - 1]) || text_[statement.bytes.end - 1] == '\n')) {
      --statement.bytes.end;
    }
    return statement;
  }

  std::string_view text_;
  std::uint32_t at_;
  Level level_;
  std::uint64_t heredoc_budget_;
  std::size_t deepest_ = 0;
  std::vector<Statement> found_;
};

}  // namespace

bool opens_top_block(std::string_view text, std::uint32_t at) {
  std::uint32_t word = at;
  while (word < text.size() && is_word(text[word])) ++word;
  const std::string_view name = text.substr(std::min<std::size_t>(at, text.size()), word - at);
  const auto* const found =
      std::find_if(top_blocks.begin(), top_blocks.end(), [&](const TopBlock& b) { return b.word == name; });
  if (found == top_blocks.end()) return false;
  unsigned labels = 0;
  for (std::uint32_t next = word; next < text.size();) {
    if (is_inline_blank(text[next])) {
      ++next;
    } else if (text[next] == '{') {
      return labels == found->labels;
    } else if (text[next] == '"') {
      const auto close = text.find_first_of("\"\n", next + 1);
      if (close == std::string_view::npos || text[close] == '\n') return false;
      next = static_cast<std::uint32_t>(close) + 1;
      ++labels;
    } else if (is_word(text[next])) {
      while (next < text.size() && is_word(text[next])) ++next;
      ++labels;
    } else {
      return false;
    }
  }
  return false;
}

std::vector<Statement> cut_statements(std::string_view text, ByteRange body, Level level) {
  return Scanner(text, body, level).cut();
}

}  // namespace redtag::terraform
