#include "lower/shell/interpreter_perl.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace redtag::shell {

namespace {

constexpr std::size_t most_commands = 64;

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// What a call comes to: words in front of its arguments, or a text for a shell.
struct Told {
  std::string_view name;
  std::string_view words;
};
constexpr std::array told = std::to_array<Told>({{"system", ""},
                                                 {"exec", ""},
                                                 {"qx", ""},
                                                 {"execute", ""},
                                                 {"unlink", "rm -f "},
                                                 {"rmtree", "rm -rf "},
                                                 {"remove_tree", "rm -rf "}});

class Words {
 public:
  Words(std::string_view text, std::span<const std::uint32_t> map, Calls calls, CarriedText& out)
      : text_(text), map_(map), calls_(calls), out_(out) {}

  void run() {
    while (at_ < text_.size() && written_ < most_commands) {
      const char c = text_[at_];
      if (c == '#' && (at_ == 0 || text_[at_ - 1] == '\n' || text_[at_ - 1] == ' ')) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == '`') {
        take_back_quotes();
      } else if (c == '\'' || c == '"') {
        (void)take_literal();
      } else if (is_word_byte(c)) {
        take_name();
      } else {
        ++at_;
      }
    }
  }

 private:
  struct Literal {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  [[nodiscard]] std::uint32_t place(std::size_t index) const {
    return map_.empty() ? static_cast<std::uint32_t>(index) : map_[std::min(index, map_.size() - 1)];
  }

  void add(Literal literal) {
    for (std::size_t i = literal.begin; i < literal.end; ++i) out_.add(text_.substr(i, 1), place(i));
  }

  void end_line() {
    out_.add_made("\n", place(at_));
    ++written_;
  }

  /// The bytes between the quotes at hand; goes behind them.
  Literal take_literal() {
    const char quote = text_[at_];
    return take_until(quote);
  }
  Literal take_until(char close) {
    Literal literal{at_ + 1, at_ + 1};
    while (literal.end < text_.size() && text_[literal.end] != close) literal.end += text_[literal.end] == '\\' ? 2 : 1;
    literal.end = std::min(literal.end, text_.size());
    at_ = std::min(literal.end + 1, text_.size());
    return literal;
  }

  void take_back_quotes() {
    add(take_literal());
    end_line();
  }

  void take_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word_byte(text_[at_])) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    const bool variable = begin > 0 && std::string_view("$@%>").find(text_[begin - 1]) != std::string_view::npos;
    const auto known = std::find_if(told.begin(), told.end(), [&](const Told& each) { return each.name == name; });
    if (calls_ == Calls::Known || variable || known == told.end()) return;
    skip_blanks();
    if (name == "qx") return take_quoted_command();
    // `join(" ", "rm", "-rf", …)`: what it joins with is no word.
    const bool joins =
        text_.substr(at_).starts_with("join") && (at_ + 4 >= text_.size() || !is_word_byte(text_[at_ + 4]));
    if (joins) at_ += 4, skip_blanks();
    std::vector<std::vector<Literal>> words;
    bool glued = false;
    while (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"') && words.size() < 16) {
      if (!glued || words.empty()) words.emplace_back();
      if (words.back().size() < 16) words.back().push_back(take_literal());
      skip_blanks();
      glued = at_ < text_.size() && text_[at_] == '.';
      if (glued) ++at_, skip_blanks();
    }
    if (joins && !words.empty()) words.erase(words.begin());
    if (words.empty()) return;
    out_.add_made(known->words, place(begin));
    const bool text = known->words.empty() && words.size() == 1;
    for (std::size_t i = 0; i < words.size(); ++i) add_word(words[i], i, text);
    end_line();
  }

  /// One argument, glued of literals: a word in quotes, or a text for a shell.
  void add_word(const std::vector<Literal>& pieces, std::size_t index, bool text) {
    if (index > 0) out_.add_made(" ", place(pieces.front().begin));
    if (!text) out_.add_made("\"", place(pieces.front().begin));
    for (const Literal& piece : pieces) add(piece);
    if (!text) out_.add_made("\"", place(pieces.back().end));
  }

  /// `qx{…}`, `qx(…)`, `qx/…/`.
  void take_quoted_command() {
    if (at_ >= text_.size()) return;
    const char open = text_[at_];
    if (is_word_byte(open) || open == ';' || open == ',' || open == '=') return;
    add(take_until(open == '{' ? '}' : open == '(' ? ')' : open == '[' ? ']' : open));
    end_line();
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\n(,").find(text_[at_]) != std::string_view::npos) {
      if (text_[at_] == '(' && at_ > 1 && text_[at_ - 1] == 'x' && text_[at_ - 2] == 'q') return;
      ++at_;
    }
  }

  std::string_view text_;
  std::span<const std::uint32_t> map_;
  Calls calls_;
  CarriedText& out_;
  std::size_t at_ = 0;
  std::size_t written_ = 0;
};

}  // namespace

void add_told_words(std::string_view text, std::span<const std::uint32_t> map, Calls calls, CarriedText& out) {
  Words(text, map, calls, out).run();
}

}  // namespace redtag::shell
