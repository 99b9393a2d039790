// Scripts of fish, said in the words of the other shells: blocks that `end` closes, `set`, `and` and `or`, substitutions in plain brackets.
// Every byte keeps its place, so that what is found points into the script as it stands.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/shell/fish.h"

namespace redtag::shell {

namespace {

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}
bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// What opens a block: the word for it, what stands behind its condition, and what closes it.
struct Opener {
  std::string_view fish;
  std::string_view word;
  std::string_view behind;
  std::string_view close;
};
constexpr std::array openers = std::to_array<Opener>({{"if", "if ", "; then", "fi"},
                                                      {"while", "while ", "; do", "done"},
                                                      {"for", "for ", "; do", "done"},
                                                      {"switch", "case ", " in", "esac"},
                                                      {"begin", "{ ", "", "}"}});

class Fish {
 public:
  explicit Fish(std::string_view text) : text_(text) {}

  CarriedText run() {
    while (at_ < text_.size()) read_statement();
    return std::move(out_);
  }

 private:
  void made(std::string_view text) { out_.add_made(text, static_cast<std::uint32_t>(at_)); }

  void keep() {
    out_.add(text_.substr(at_, 1), static_cast<std::uint32_t>(at_));
    ++at_;
  }

  void keep_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) keep();
  }

  std::string_view peek_word() const {
    std::size_t end = at_;
    while (end < text_.size() && is_word_byte(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  /// Goes over a word and the blanks behind it.
  void skip_word() {
    at_ += peek_word().size();
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  void read_statement() {
    keep_blanks();
    const std::string_view word = peek_word();
    const auto opener = std::find_if(openers.begin(), openers.end(), [&](const Opener& o) { return o.fish == word; });
    if (opener != openers.end()) {
      skip_word();
      made(opener->word);
      read_rest();
      made(opener->behind);
      blocks_.push_back({opener->close, false});
      return finish(Break::Line);
    }
    if (word == "function") return read_function();
    if (word == "else") return read_else();
    if (word == "case" && !blocks_.empty() && blocks_.back().close == "esac") return read_case();
    if (word == "end") return read_end();
    if (word == "set") return read_set();
    if (word == "and" || word == "or" || word == "not") {
      skip_word();
      made(word == "not" ? "! " : word == "and" ? "[ $? = 0 ] && " : "[ $? = 0 ] || ");
      return read_statement();
    }
    read_rest();
    finish(Break::AsWritten);
  }

  void read_function() {
    skip_word();
    const std::string_view name = peek_word();
    out_.add(name, static_cast<std::uint32_t>(at_));
    at_ += name.size();
    made("() {");
    const std::size_t kept = out_.text.size();
    read_rest();  // options, parameters
    out_.text.resize(kept);
    out_.map.resize(kept);
    blocks_.push_back({"}", false});
    finish(Break::Line);
  }

  void read_else() {
    skip_word();
    const bool again = peek_word() == "if";
    if (again) skip_word();
    made(again ? "elif " : "else ");
    read_rest();
    if (again) made("; then");
    finish(Break::Line);
  }

  void read_case() {
    skip_word();
    if (blocks_.back().begun) made(";; ");
    blocks_.back().begun = true;
    while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != ';') {
      if (is_blank(text_[at_]) && at_ + 1 < text_.size() && !is_blank(text_[at_ + 1]) && text_[at_ + 1] != '\n') {
        made("|");
        ++at_;
      } else {
        keep();
      }
    }
    made(")");
    finish(Break::Line);
  }

  void read_end() {
    skip_word();
    if (blocks_.empty()) {
      made("true ");
    } else {
      if (blocks_.back().close == "esac" && blocks_.back().begun) made(";; ");
      made(blocks_.back().close);
      made(" ");
      blocks_.pop_back();
    }
    read_rest();
    finish(Break::AsWritten);
  }

  /// `set -gx NAME value…`: an assignment, or an array; asking and erasing are none.
  void read_set() {
    skip_word();
    bool assigns = true, appends = false;
    while (at_ < text_.size() && text_[at_] == '-') {
      const std::string_view option = peek_word();
      assigns = assigns && option.find('q') == std::string_view::npos &&
                option.find("erase") == std::string_view::npos &&
                (option.size() > 2 && option[1] == '-' ? true : option.find('e') == std::string_view::npos);
      appends = appends || option == "-a" || option == "--append";
      skip_word();
      if (option.empty()) break;
    }
    const std::string_view name = peek_word();
    at_ += name.size();
    if (!assigns || name.empty() || name.find_first_of(".-") != std::string_view::npos ||
        (at_ < text_.size() && text_[at_] == '[')) {
      made("true ");
      read_rest();
      return finish(Break::AsWritten);
    }
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    made(std::string(name) + (appends ? "+=" : "="));
    const std::size_t begin = out_.text.size();
    read_rest();
    if (has_several_words(std::string_view(out_.text).substr(begin))) {
      out_.text.insert(begin, "(");
      out_.map.insert(out_.map.begin() + static_cast<std::ptrdiff_t>(begin),
                      begin < out_.map.size() ? out_.map[begin] : static_cast<std::uint32_t>(at_));
      made(")");
    }
    finish(Break::AsWritten);
  }

  static bool has_several_words(std::string_view value) {
    value = trim(value);
    char quote = 0;
    unsigned depth = 0;
    for (const char c : value) {
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '(' || c == ')') {
        depth = c == '(' ? depth + 1 : depth - std::min(depth, 1U);
      } else if (is_blank(c) && depth == 0) {
        return true;
      }
    }
    return false;
  }

  /// The rest of a statement, up to the sign that ends it.
  void read_rest() {
    unsigned depth = 0;
    for (bool starts_word = false; at_ < text_.size();) {
      const char c = text_[at_];
      if ((c == '\n' || c == ';') && depth == 0) return;
      if (c == '#' && starts_word) {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
        continue;
      }
      starts_word = is_blank(c) || c == '\n';
      if (c == '\\' && at_ + 1 < text_.size()) {
        keep();
        keep();
      } else if (c == '\'' || c == '"') {
        read_quoted(c);
      } else if (c == '(') {
        if (at_ == 0 || text_[at_ - 1] != '$') made("$");
        keep();
        ++depth;
      } else if (c == ')' && depth > 0) {
        keep();
        --depth;
      } else if (c == '$') {
        read_variable();
      } else {
        keep();
      }
    }
  }

  void read_quoted(char quote) {
    keep();
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && quote == '"') keep();
      if (at_ < text_.size() && text_[at_] == '$' && quote == '"') {
        read_variable();
      } else if (at_ < text_.size()) {
        keep();
      }
    }
    if (at_ < text_.size()) keep();
  }

  /// `$argv[2]` is the second argument, `$argv` all of them.
  void read_variable() {
    constexpr std::string_view arguments = "$argv";
    if (text_.substr(at_, arguments.size()) != arguments ||
        (at_ + arguments.size() < text_.size() && is_word_byte(text_[at_ + arguments.size()]) &&
         text_[at_ + arguments.size()] != '-' && text_[at_ + arguments.size()] != '.')) {
      return keep();
    }
    at_ += arguments.size();
    const bool one = at_ + 2 < text_.size() && text_[at_] == '[' && text_[at_ + 2] == ']' && text_[at_ + 1] >= '1' &&
                     text_[at_ + 1] <= '9';
    made(one ? "$" + std::string(text_.substr(at_ + 1, 1)) : std::string("$@"));
    if (at_ >= text_.size() || text_[at_] != '[') return;
    const std::size_t close = text_.find(']', at_);
    at_ = close == std::string_view::npos ? text_.size() : close + 1;
  }

  enum class Break : std::uint8_t { AsWritten, Line };
  void finish(Break how) {
    if (at_ >= text_.size()) return;
    if (how == Break::Line && text_[at_] == ';') {
      made("\n");
      ++at_;
    } else {
      keep();
    }
  }

  struct Open {
    std::string_view close;
    bool begun;  ///< of a switch: a case stands before
  };

  std::string_view text_;
  std::size_t at_ = 0;
  CarriedText out_;
  std::vector<Open> blocks_;
};

}  // namespace

CarriedText from_fish(std::string_view text) { return Fish(text).run(); }

bool is_fish(std::string_view path, std::string_view text) {
  if (path.ends_with(".fish")) return true;
  const std::string_view first = text.substr(0, text.find('\n'));
  return first.starts_with("#!") && trim(first).ends_with("fish");
}

}  // namespace redtag::shell
