// Jsonnet: command lines of containers (`command`, `args`, `withCommand`, `withArgs`) and scripts among the texts. Nothing is evaluated: what is
// no text is a value that cannot be known, and every text counts, whichever branch or function it stands in.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/c_names.h"
#include "base/text.h"
#include "lower/shell/carriers.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_tokens = 400'000;
constexpr std::size_t most_words = 200;  // of one command line
constexpr std::size_t most_texts = 2000;

enum class Kind : std::uint8_t { Word, String, Block, Mark };

struct Token {
  Kind kind = Kind::Mark;
  std::string_view text;  ///< of a string without its quotation marks; of a block, its lines as they stand
  std::size_t begin = 0;  ///< of `text`
  bool verbatim = false;  ///< a backslash in it is one
};

/// Behind the closing mark of a string that begins at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at, char mark, bool verbatim) {
  while (at < text.size()) {
    const bool doubled = verbatim && text[at] == mark && at + 1 < text.size() && text[at + 1] == mark;
    if ((!verbatim && text[at] == '\\') || doubled) {
      at += 2;
      continue;
    }
    if (text[at] == mark) return at;
    ++at;
  }
  return text.size();
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size() && tokens.size() < most_tokens;) {
    const char c = text[at];
    if (c == '#' || text.substr(at, 2) == "//") {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (text.substr(at, 2) == "/*") {
      const std::size_t close = text.find("*/", at + 2);
      at = close == std::string_view::npos ? text.size() : close + 2;
      continue;
    }
    if (text.substr(at, 3) == "|||") {
      const std::size_t begin = std::min(text.find('\n', at), text.size() - 1) + 1;
      const std::size_t close = std::min(text.find("|||", begin), text.size());
      tokens.push_back({Kind::Block, text.substr(begin, close - begin), begin, true});
      at = close + 3;
      continue;
    }
    const bool verbatim = c == '@' && at + 1 < text.size() && (text[at + 1] == '\'' || text[at + 1] == '"');
    if (c == '\'' || c == '"' || verbatim) {
      const std::size_t begin = at + (verbatim ? 2 : 1);
      const std::size_t end = end_of_string(text, begin, text[begin - 1], verbatim);
      tokens.push_back({Kind::String, text.substr(begin, end - begin), begin, verbatim});
      at = end + 1;
      continue;
    }
    const std::size_t end = end_of_name(text, at);
    if (end > at) {
      tokens.push_back({Kind::Word, text.substr(at, end - at), at, false});
    } else if (!is_c_blank(c)) {
      tokens.push_back({Kind::Mark, text.substr(at, 1), at, false});
    }
    at = std::max(end, at + 1);
  }
  return tokens;
}

bool is_shell(std::string_view word) {
  static constexpr std::array shells = std::to_array<std::string_view>({"sh", "bash", "ash", "dash", "zsh", "ksh"});
  return std::find(shells.begin(), shells.end(), word.substr(word.rfind('/') + 1)) != shells.end();
}

class Reader {
 public:
  Reader(const SourceFileView& file, const CarryingView& view)
      : file_(file), view_(view), tokens_(tokens_of(file.text)) {}

  Model run() {
    for (at_ = 0; at_ < tokens_.size() && texts_ < most_texts; ++at_) {
      const Token& token = tokens_[at_];
      const bool text = token.kind == Kind::String || token.kind == Kind::Block;
      if (text && is_script(token)) {
        carry_text(token);
      } else if (opens_command(token)) {
        read_command();
      }
    }
    return std::move(model_);
  }

 private:
  /// Of a member, with or without quotation marks, or of a function that sets one.
  static bool opens_command(const Token& token) {
    const std::string_view word = token.text;
    const bool named = token.kind == Kind::Word || token.kind == Kind::String;
    return named && (word == "command" || word == "withCommand" || word == "args" || word == "withArgs");
  }

  [[nodiscard]] bool is_mark(std::size_t at, std::string_view mark) const {
    return at < tokens_.size() && tokens_[at].kind == Kind::Mark && tokens_[at].text == mark;
  }

  /// A text that says that it is one, or the value of a member that is called like one (`'sweep.sh': |||`).
  [[nodiscard]] bool is_script(const Token& token) const {
    if (trim(token.text).starts_with("#!")) return true;
    if (at_ < 2 || !is_mark(at_ - 1, ":") || tokens_[at_ - 2].kind != Kind::String) return false;
    const std::string_view key = tokens_[at_ - 2].text;
    return key.ends_with(".sh") || key.ends_with(".bash");
  }

  /// `command: [ … ]`, `command+: [ … ]`, `withCommand([ … ])`, and the arguments that follow.
  void read_command() {
    std::vector<Token> words;
    std::size_t at = at_;
    while (at < tokens_.size() && opens_command(tokens_[at])) {
      std::size_t open = at + 1;
      while (is_mark(open, ":") || is_mark(open, "+") || is_mark(open, "(")) ++open;
      if (!is_mark(open, "[") || open == at + 1) break;
      at = read_list(open + 1, words);
      at_ = at;
      while (is_mark(at, "]") || is_mark(at, ",") || is_mark(at, ")") || is_mark(at, "+") || is_mark(at, ":")) ++at;
    }
    if (words.empty()) return;
    const bool shell =
        words.size() > 2 && is_shell(words[0].text) && words[1].text.starts_with('-') && words[1].text.ends_with('c');
    if (shell) return carry_text(words[2]);
    CarriedText text;
    for (const Token& word : words) {
      const auto offset = file_.offset + static_cast<std::uint32_t>(word.begin);
      if (word.kind == Kind::Word) {
        text.add_made(" " + hole("value"), offset);
      } else {
        text.add_word(word.text, offset);
      }
    }
    hand_over(std::move(text));
  }

  /// The elements of a list up to its end, which is returned; what is no text by itself is a value.
  std::size_t read_list(std::size_t at, std::vector<Token>& words) const {
    unsigned depth = 0;
    bool fresh = true, text = false;
    for (; at < tokens_.size(); ++at) {
      const Token& token = tokens_[at];
      if (token.kind == Kind::Mark) {
        const char mark = token.text[0];
        if (mark == ']' && depth == 0) return at;
        if (mark == '[' || mark == '(' || mark == '{') ++depth;
        if ((mark == ']' || mark == ')' || mark == '}') && depth > 0) --depth;
        if (mark == ',' && depth == 0) fresh = true;
        if (mark != ',' && text && depth == 0 && !words.empty() && mark != '%') words.back().kind = Kind::Word;
        text = text && mark == '%';
        continue;
      }
      if (!fresh || depth > 0 || words.size() >= most_words) continue;
      words.push_back(token);
      text = token.kind != Kind::Word;
      if (token.kind == Kind::Word) words.back().kind = Kind::Word;
      fresh = false;
    }
    return at;
  }

  void carry_text(const Token& token) {
    if (token.kind == Kind::Word) return;
    CarriedText text;
    const auto offset = file_.offset + static_cast<std::uint32_t>(token.begin);
    for (std::size_t i = 0; i < token.text.size(); ++i) {
      const auto place = offset + static_cast<std::uint32_t>(i);
      const bool escape = !token.verbatim && token.text[i] == '\\' && i + 1 < token.text.size();
      if (!escape) {
        text.add(token.text.substr(i, 1), place);
        continue;
      }
      const char next = token.text[++i];
      text.add_made(next == 'n' ? "\n" : next == 't' ? "\t" : std::string(1, next), place);
    }
    text.punch("%(", ")s");
    hand_over(std::move(text));
  }

  void hand_over(CarriedText text) {
    ++texts_;
    Carrier carrier;
    carrier.name = "command " + std::to_string(texts_);
    carrier.trigger = Trigger::Deploy;
    carry(text, std::move(carrier), file_, view_, model_);
  }

  const SourceFileView& file_;
  const CarryingView& view_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t texts_ = 0;
  Model model_;
};

}  // namespace

Model lower_jsonnet(const SourceFileView& file, const CarryingView& view) { return Reader(file, view).run(); }

}  // namespace redtag::shell
