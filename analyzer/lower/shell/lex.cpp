#include <algorithm>
#include <array>
#include <utility>

#include "lower/shell/script.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

/// `${a:-${b:-…}}` deeper than this is an unknown value.
constexpr unsigned operand_depth = 16;
constexpr std::size_t longest_operator = 256;  ///< of an expansion that is followed

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }
bool is_special(char c) { return std::string_view("@*#?$!-").find(c) != std::string_view::npos; }

/// End of a quoted run that starts behind its opening quote; the text's end where it is not closed.
std::size_t skip_quoted(std::string_view text, std::size_t at, char quote) {
  for (; at < text.size(); ++at) {
    if (text[at] == quote) return at;
    if (text[at] == '\\' && quote != '\'') ++at;
  }
  return text.size();
}

/// Position of the bracket that closes what was opened before `at`; the text's end where nothing does. Linear.
std::size_t find_closing(std::string_view text, std::size_t at, char open, char close) {
  for (std::size_t depth = 1; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (c == '\'' || c == '"' || c == '`') {
      at = skip_quoted(text, at + 1, c);
    } else if (c == open) {
      ++depth;
    } else if (c == close && --depth == 0) {
      return at;
    }
  }
  return text.size();
}

class Lexer {
 public:
  Lexer(std::string_view text, std::size_t begin, const Origin& origin, unsigned depth)
      : text_(text), begin_(begin), origin_(origin), depth_(depth) {}

  std::vector<Part> run(Quoting quoting, bool inside_quotes) {
    quoted_ = inside_quotes;
    while (at_ < text_.size()) {
      switch (quoting) {
        case Quoting::Verbatim:
          put(text_[at_], at_);
          ++at_;
          break;
        case Quoting::Document: step_in_quotes(QuoteEscapes::No); break;
        case Quoting::Word: step_in_word(inside_quotes); break;
      }
    }
    return std::move(parts_);
  }

 private:
  void put(char c, std::size_t from) {
    const std::uint32_t offset = origin_.at(begin_ + from);
    if (parts_.empty() || parts_.back().kind != PartKind::Text || parts_.back().quoted != quoted_) {
      Part part;
      part.quoted = quoted_;
      part.begin = offset;
      parts_.push_back(std::move(part));
    }
    Part& part = parts_.back();
    if (part.map.empty() && offset != part.begin + part.text.size()) {
      for (std::uint32_t i = 0; i < part.text.size(); ++i) part.map.push_back(part.begin + i);
    }
    if (!part.map.empty() || offset != part.begin + part.text.size()) part.map.push_back(offset);
    part.text += c;
  }

  /// Literal bytes, but for variables that an outer shell has put in already.
  void put_all(std::size_t from, std::size_t to) {
    while (from < to) {
      if (text_[from] == variable_begin) {
        from = put_marked(from);
      } else {
        put(text_[from], from);
        ++from;
      }
    }
  }

  std::size_t put_marked(std::size_t from) {
    const std::size_t end = text_.find(variable_end, from);
    if (end == std::string_view::npos) {
      put(text_[from], from);
      return from + 1;
    }
    const std::string_view name = text_.substr(from + 1, end - from - 1);
    const std::size_t subscript = name.find('[');
    push(name == "(" ? PartKind::Output : PartKind::Variable, from + 1, std::min(subscript, name.size()) + from + 1);
    if (subscript != std::string_view::npos) {
      parts_.back().expand = Expand::Transform;
      keep_operator(parts_.back(), name.substr(subscript));
    }
    return end + 1;
  }

  /// An empty quoted string still makes a word.
  void put_nothing() {
    if (!parts_.empty() && parts_.back().kind == PartKind::Text && parts_.back().quoted) return;
    Part part;
    part.quoted = true;
    part.begin = origin_.at(begin_ + at_);
    parts_.push_back(std::move(part));
  }

  void step_in_word(bool inside_quotes) {
    const char c = text_[at_];
    if (c == variable_begin) return void(at_ = put_marked(at_));
    if (c == '\\') return step_escape();
    if (c == '\'' && !inside_quotes) return step_single_quotes();
    if (c == '"') return step_double_quotes(inside_quotes);
    if (c == '$' || c == '`') return step_expansion();
    if ((c == '<' || c == '>') && peek(1) == '(' && !inside_quotes) return step_output(2, '(', ')');
    const bool active = !inside_quotes && (c == '*' || c == '?' || c == '[' || c == '{');
    put(c, at_);
    if (active) parts_.back().glob = true;
    ++at_;
  }

  void step_escape() {
    if (at_ + 1 >= text_.size()) return put(text_[at_], at_), void(++at_);
    if (text_[at_ + 1] == '\n') return void(at_ += 2);
    const bool before = std::exchange(quoted_, true);
    put(text_[at_ + 1], at_ + 1);
    quoted_ = before;
    at_ += 2;
  }

  void step_single_quotes() {
    const std::size_t end = skip_quoted(text_, at_ + 1, '\'');
    const bool before = std::exchange(quoted_, true);
    if (end == at_ + 1) put_nothing();
    put_all(at_ + 1, end);
    quoted_ = before;
    at_ = std::min(end + 1, text_.size());
  }

  void step_double_quotes(bool inside_quotes) {
    ++at_;
    if (inside_quotes) return;  // `"${x:-"y"}"`: the inner quotes only toggle
    const bool before = std::exchange(quoted_, true);
    if (peek(0) == '"') put_nothing();
    while (at_ < text_.size() && text_[at_] != '"') step_in_quotes(QuoteEscapes::Yes);
    quoted_ = before;
    if (at_ < text_.size()) ++at_;
  }

  enum class QuoteEscapes : std::uint8_t { No, Yes };
  void step_in_quotes(QuoteEscapes escapes) {
    const char c = text_[at_];
    if (c == variable_begin) return void(at_ = put_marked(at_));
    if (c == '$' || c == '`') return step_expansion();
    const char next = peek(1);
    if (c == '\\' && next == '\n') return void(at_ += 2);
    if (c == '\\' && (next == '$' || next == '`' || next == '\\' || (next == '"' && escapes == QuoteEscapes::Yes))) {
      put(next, at_ + 1);
      at_ += 2;
      return;
    }
    put(c, at_);
    ++at_;
  }

  void step_expansion() {
    if (text_[at_] == '`') {
      const std::size_t end = skip_quoted(text_, at_ + 1, '`');
      push(PartKind::Output, at_ + 1, end);
      at_ = std::min(end + 1, text_.size());
      return;
    }
    const char next = peek(1);
    if (next == '(' && peek(2) == '(') return step_output(1, '(', ')', PartKind::Number);
    if (next == '(') return step_output(2, '(', ')');
    if (next == '[') return step_output(2, '[', ']', PartKind::Number);
    if (next == '{') return step_braces();
    if (next == '\'' && !quoted_) return step_ansi_quotes();
    if (next == '"' && !quoted_) return void(++at_);
    if (is_name_start(next)) {
      std::size_t end = at_ + 1;
      while (end < text_.size() && is_name(text_[end])) ++end;
      push(PartKind::Variable, at_ + 1, end);
      at_ = end;
      return;
    }
    if (is_digit(next) || is_special(next)) {
      push(next == '#' || next == '?' || next == '$' || next == '!' ? PartKind::Number : PartKind::Variable, at_ + 1,
           at_ + 2);
      at_ += 2;
      return;
    }
    put('$', at_);
    ++at_;
  }

  void step_output(std::size_t opening, char open, char close, PartKind kind = PartKind::Output) {
    std::size_t from = at_ + opening;
    if (kind == PartKind::Number && open == '(') from = at_ + 2;  // one of the two brackets is counted as text
    const std::size_t end = find_closing(text_, from, open, close);
    push(kind, from, end);
    at_ = std::min(end + 1, text_.size());
  }

  void step_ansi_quotes() {
    const bool before = std::exchange(quoted_, true);
    at_ += 2;
    put_nothing();
    while (at_ < text_.size() && text_[at_] != '\'') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        step_ansi_escape();
      } else {
        put(text_[at_], at_);
        ++at_;
      }
    }
    quoted_ = before;
    if (at_ < text_.size()) ++at_;
  }

  /// `\n`, `\x72`, `\162`, `\u0072`: bytes that are written as numbers.
  void step_ansi_escape() {
    static constexpr std::array<std::pair<char, char>, 7> escapes{
        {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'a', '\a'}, {'b', '\b'}, {'e', '\x1b'}, {'f', '\f'}}};
    const std::size_t from = at_;
    const char letter = text_[at_ + 1];
    at_ += 2;
    const bool octal = letter >= '0' && letter <= '7';
    if (octal) --at_;
    const std::size_t most = octal ? 3 : letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < most && at_ < text_.size(); ++digits, ++at_) {
      const char c = text_[at_];
      const int digit = is_digit(c)            ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : 99;
      if (digit >= (octal ? 8 : 16)) break;
      value = value * (octal ? 8U : 16U) + static_cast<unsigned>(digit);
    }
    if (digits > 0) return put(value < 0x80 ? static_cast<char>(value) : '?', from);
    const auto known = std::find_if(escapes.begin(), escapes.end(), [&](const auto& e) { return e.first == letter; });
    put(known == escapes.end() ? letter : known->second, from);
  }

  void step_braces() {
    const std::size_t from = at_ + 2;
    const std::size_t end = find_closing(text_, from, '{', '}');
    const std::string_view inside = text_.substr(from, end - from);
    const std::size_t start = at_;
    at_ = std::min(end + 1, text_.size());
    if (inside.size() > 1 && inside[0] == '#') return push_at(PartKind::Number, inside, start);
    std::size_t name = 0;
    if (!inside.empty() && inside[0] == '!') name = 1;
    std::size_t stop = name;
    while (stop < inside.size() && is_name(inside[stop])) ++stop;
    if (stop == name && stop < inside.size() && is_special(inside[stop])) ++stop;
    push_at(PartKind::Variable, inside.substr(name, stop - name), start);
    Part& part = parts_.back();
    part.expand = name == 1 ? Expand::Indirect : Expand::Plain;
    if (stop < inside.size() && inside[stop] == '[') {
      part.expand = Expand::Transform;
      const std::size_t subscript = stop;
      stop = std::min(find_closing(inside, stop + 1, '[', ']') + 1, inside.size());
      const std::string_view behind = inside.substr(stop);
      // `${a[@]:1}`, unlike `${a[0]:-x}`.
      const bool sliced = behind.size() > 1 && behind[0] == ':' && (is_digit(behind[1]) || behind[1] == ' ');
      if (name == 0 && (behind.empty() || sliced)) return keep_operator(part, inside.substr(subscript));
    }
    if (stop >= inside.size()) return;
    if (name == 1) part.expand = Expand::Transform;  // `${!prefix*}`, `${!x:-y}`
    read_operator(part, inside.substr(stop), from + stop);
  }

  void read_operator(Part& part, std::string_view rest, std::size_t from) {
    const std::size_t sign = rest.size() > 1 && rest[0] == ':' ? 1 : 0;
    switch (rest[sign]) {
      case '-': part.expand = Expand::Default; break;
      case '=': part.expand = Expand::Assign; break;
      case '?': part.expand = Expand::Require; return;
      case '+': part.expand = Expand::Alternate; break;
      default: part.expand = Expand::Transform; return keep_operator(part, rest);
    }
    if (depth_ >= operand_depth) {
      part.expand = Expand::Transform;
      return;
    }
    Lexer inner(rest.substr(sign + 1), begin_ + from + sign + 1, origin_, depth_ + 1);
    part.operand = inner.run(Quoting::Word, quoted_);
  }

  /// `${x,,}`, `${x%.*}`: what is made of the value.
  static void keep_operator(Part& part, std::string_view rest) {
    if (rest.size() > longest_operator) return;
    Part written;
    written.text = std::string(rest);
    part.operand = {std::move(written)};
  }

  void push(PartKind kind, std::size_t from, std::size_t to) { push_at(kind, text_.substr(from, to - from), from); }

  void push_at(PartKind kind, std::string_view text, std::size_t from) {
    Part part;
    part.kind = kind;
    part.quoted = quoted_;
    part.text = std::string(text);
    part.begin = origin_.at(begin_ + from);
    parts_.push_back(std::move(part));
  }

  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  std::string_view text_;
  std::size_t begin_;
  const Origin& origin_;
  unsigned depth_;
  std::size_t at_ = 0;
  bool quoted_ = false;
  std::vector<Part> parts_;
};

}  // namespace

std::vector<Part> lex_parts(std::string_view text, std::size_t begin, const Origin& origin, Quoting quoting) {
  return Lexer(text, begin, origin, 0).run(quoting, quoting != Quoting::Word);
}

}  // namespace redtag::shell
