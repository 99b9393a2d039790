// Puppet manifests: the commands of `exec`, with what has to hold before they run, and what a resource takes away, told as the command that would
// do it (fact rows of `code`, path `puppet`). Classes, conditions and variables are not followed: everything that is written down counts.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/shell/carriers.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_tokens = 400'000;
constexpr std::size_t most_titles = 200;  // of one resource

enum class Kind : std::uint8_t { Word, String, Arrow, Mark };

struct Token {
  Kind kind = Kind::Mark;
  std::string_view text;  ///< without quotation marks
  std::size_t begin = 0;  ///< of `text`
};

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' ||
         c == '$' || c == '-' || c == '/' || c == '.';
}

/// The words, texts and marks of a manifest. Stops at the limit.
std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size() && tokens.size() < most_tokens;) {
    const char c = text[at];
    std::size_t end = at + 1;
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    if (text.substr(at, 2) == "/*") {
      const std::size_t close = text.find("*/", at + 2);
      at = close == std::string_view::npos ? text.size() : close + 2;
      continue;
    }
    if (c == '\'' || c == '"') {
      while (end < text.size() && text[end] != c) end += text[end] == '\\' ? 2 : 1;
      end = std::min(end, text.size());
      tokens.push_back({Kind::String, text.substr(at + 1, end - at - 1), at + 1});
      at = end + 1;
      continue;
    }
    if (text.substr(at, 2) == "=>") {
      tokens.push_back({Kind::Arrow, text.substr(at, 2), at});
      at += 2;
      continue;
    }
    // A colon behind a title is a mark; inside of a name it parts name spaces.
    const bool lone_colon = c == ':' && text.substr(at, 2) != "::";
    if (is_name_byte(c) && !lone_colon) {
      while (end < text.size() && is_name_byte(text[end]) &&
             (text[end] != ':' || text.substr(end, 2) == "::" || text[end - 1] == ':'))
        ++end;
      tokens.push_back({Kind::Word, text.substr(at, end - at), at});
    } else if (c > ' ') {
      tokens.push_back({Kind::Mark, text.substr(at, 1), at});
    }
    at = end;
  }
  return tokens;
}

bool is_mark(const Token& token, char mark) { return token.kind == Kind::Mark && token.text.front() == mark; }

bool is_type(const Token& token) {
  static constexpr std::array others = std::to_array<std::string_view>(
      {"case", "class", "default", "define", "else", "elsif", "if", "inherits", "node", "unless"});
  const bool named = token.kind == Kind::Word && token.text.front() >= 'a' && token.text.front() <= 'z';
  return named && std::find(others.begin(), others.end(), token.text) == others.end();
}

class Manifest {
 public:
  Manifest(const SourceFileView& file, const CarryingView& view)
      : file_(file), view_(view), tokens_(tokens_of(file.text)) {}

  Model run() {
    for (std::size_t i = 0; i + 3 < tokens_.size(); ++i) {
      if (is_type(tokens_[i]) && is_mark(tokens_[i + 1], '{')) read_resources(tokens_[i].text, i + 2);
    }
    return std::move(model_);
  }

 private:
  struct Attribute {
    std::string_view name;
    Token value;
  };

  /// `title: name => value, …; title: …` up to the bracket that closes it.
  void read_resources(std::string_view type, std::size_t at) {
    while (at < tokens_.size()) {
      const std::vector<Token> titles = read_titles(at);
      if (titles.empty() || at >= tokens_.size() || !is_mark(tokens_[at], ':')) return;
      ++at;
      const std::vector<Attribute> attributes = read_attributes(at);
      for (const Token& title : titles) carry_resource(type, title, attributes);
      if (at >= tokens_.size() || !is_mark(tokens_[at], ';')) return;
      ++at;
    }
  }

  std::vector<Token> read_titles(std::size_t& at) const {
    std::vector<Token> titles;
    const bool list = at < tokens_.size() && is_mark(tokens_[at], '[');
    if (list) ++at;
    for (; at < tokens_.size() && titles.size() < most_titles; ++at) {
      const Token& token = tokens_[at];
      const bool part = token.kind == Kind::String || token.kind == Kind::Word;
      if (part) titles.push_back(token);
      if (!list) {
        ++at;
        break;
      }
      if (is_mark(token, ']')) {
        ++at;
        break;
      }
      if (!part && !is_mark(token, ',')) return {};
    }
    return titles;
  }

  std::vector<Attribute> read_attributes(std::size_t& at) const {
    std::vector<Attribute> attributes;
    unsigned depth = 0;
    for (; at < tokens_.size(); ++at) {
      const Token& token = tokens_[at];
      if (is_mark(token, '{') || is_mark(token, '[') || is_mark(token, '(')) ++depth;
      if (depth == 0 && (is_mark(token, '}') || is_mark(token, ';'))) break;
      if (is_mark(token, '}') || is_mark(token, ']') || is_mark(token, ')')) --depth;
      const bool pair = depth == 0 && token.kind == Kind::Word && at + 2 < tokens_.size() &&
                        tokens_[at + 1].kind == Kind::Arrow && tokens_[at + 2].kind != Kind::Mark;
      if (!pair) continue;
      attributes.push_back({token.text, tokens_[at + 2]});
      at += 2;
    }
    return attributes;
  }

  static const Token* find(const std::vector<Attribute>& attributes, std::string_view name) {
    const auto found =
        std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& each) { return each.name == name; });
    return found == attributes.end() ? nullptr : &found->value;
  }

  void add(const Token& token, CarriedText& text) const {
    text.add(token.text, file_.offset + static_cast<std::uint32_t>(token.begin));
  }

  void add_made(std::string_view made, const Token& beside, CarriedText& text) const {
    text.add_made(made, file_.offset + static_cast<std::uint32_t>(beside.begin));
  }

  void carry_resource(std::string_view type, const Token& title, const std::vector<Attribute>& attributes) {
    const Token* tried = find(attributes, "noop");
    if (tried != nullptr && tried->text == "true") return;
    CarriedText text;
    if (type == "exec") {
      add_command(title, attributes, text);
    } else if (const Token* ensure = find(attributes, "ensure")) {
      add_loss(type, title, *ensure, attributes, text);
    }
    if (text.text.empty()) return;
    Carrier carrier;
    carrier.name = std::string(type) + "/" + shortened(std::string(title.text), 100);
    carrier.trigger = Trigger::Deploy;
    carry(text, std::move(carrier), file_, view_, model_);
  }

  /// The command behind what it waits for: `onlyif`, `unless`, `creates`.
  void add_command(const Token& title, const std::vector<Attribute>& attributes, CarriedText& text) const {
    const Token* command = find(attributes, "command");
    const Token& runs = command == nullptr ? title : *command;
    if (const Token* mark = find(attributes, "creates")) {
      add_made("test -e ", *mark, text);
      add(*mark, text);
      add_made(" || ", *mark, text);
    }
    for (const std::string_view key : {"onlyif", "unless"}) {
      const Token* waits = find(attributes, key);
      if (waits == nullptr || waits->kind != Kind::String) continue;
      add(*waits, text);
      add_made(key == "onlyif" ? " && " : " || ", *waits, text);
    }
    add(runs, text);
    add_made("\n", runs, text);
  }

  void add_loss(std::string_view type, const Token& title, const Token& ensure,
                const std::vector<Attribute>& attributes, CarriedText& text) const {
    constexpr std::string_view hole = "{name}";
    const Token* told = find(attributes, "name");
    if (told == nullptr) told = find(attributes, "path");
    const Token& name = told == nullptr ? title : *told;
    const std::string function = std::string(type) + "." + lower_ascii(ensure.text);
    for (const FactRowView& row : view_.view.facts.rows("code", function, "commands")) {
      if (row.path != "puppet") continue;
      const std::size_t open = std::min(row.value.find(hole), row.value.size());
      add_made(row.value.substr(0, open), name, text);
      add(name, text);
      if (open < row.value.size()) add_made(row.value.substr(open + hole.size()), name, text);
      add_made("\n", name, text);
    }
  }

  const SourceFileView& file_;
  const CarryingView& view_;
  std::vector<Token> tokens_;
  Model model_;
};

}  // namespace

Model lower_puppet(const SourceFileView& file, const CarryingView& view) { return Manifest(file, view).run(); }

}  // namespace redtag::shell
