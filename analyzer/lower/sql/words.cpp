#include "lower/sql/words.h"

#include <algorithm>

#include "base/text.h"
#include "lower/sql/types.h"

namespace redtag::sql {

std::string Name::text() const {
  std::string text;
  for (const std::string& part : parts) {
    if (!text.empty()) text += '.';
    text += part;
  }
  return text;
}

Name Name::inner(const Name& part) const {
  Name whole = *this;
  whole.parts.insert(whole.parts.end(), part.parts.begin(), part.parts.end());
  whole.unknown = unknown || part.unknown;
  whole.bytes = part.bytes;
  return whole;
}

std::string_view WordsView::word(std::size_t ahead) const {
  if (at_ + ahead >= end_) return {};
  const TokenKind kind = lexed_->tokens[at_ + ahead].kind;
  if (kind == TokenKind::Quoted || kind == TokenKind::String || kind == TokenKind::Body) return {};
  return lexed_->word(at_ + ahead);
}

bool WordsView::is_any(std::initializer_list<std::string_view> words) const {
  return !done() && std::find(words.begin(), words.end(), word()) != words.end();
}

bool WordsView::at_name() const {
  if (done()) return false;
  const TokenKind kind = token().kind;
  return kind == TokenKind::Word || kind == TokenKind::Quoted || kind == TokenKind::Variable;
}

bool WordsView::take(std::string_view expected) {
  if (done() || word() != expected) return false;
  ++at_;
  return true;
}

bool WordsView::take(std::initializer_list<std::string_view> words) {
  std::size_t ahead = 0;
  for (const std::string_view expected : words) {
    if (word(ahead++) != expected) return false;
  }
  skip(words.size());
  return true;
}

bool WordsView::take_any(std::initializer_list<std::string_view> words) {
  if (!is_any(words)) return false;
  ++at_;
  return true;
}

bool WordsView::take_existence() { return take({"if", "exists"}) || take({"if", "not", "exists"}); }

std::size_t WordsView::group_end(std::size_t open) const {
  std::size_t depth = 0;
  for (std::size_t i = open; i < end_; ++i) {
    const std::string_view symbol = lexed_->word(i);
    if (lexed_->tokens[i].kind != TokenKind::Symbol) continue;
    if (symbol == "(") ++depth;
    if (symbol == ")" && --depth == 0) return i;
    if (depth == 0) return end_;
  }
  return end_;
}

bool WordsView::skip_group() {
  if (!is("(")) return false;
  jump(group_end(at_));
  skip();
  return true;
}

std::size_t WordsView::find(std::initializer_list<std::string_view> words) const {
  std::size_t depth = 0;
  for (std::size_t i = at_; i < end_; ++i) {
    const TokenKind kind = lexed_->tokens[i].kind;
    if (kind != TokenKind::Symbol && kind != TokenKind::Word) continue;
    const std::string_view here = lexed_->word(i);
    if (depth == 0 && std::find(words.begin(), words.end(), here) != words.end()) return i;
    if (kind != TokenKind::Symbol) continue;
    if (here == "(") ++depth;
    if (here == ")" && depth > 0) --depth;
  }
  return end_;
}

std::string name_part(const LexedView& lexed, const Token& token) {
  const std::string_view text = lexed.text.substr(token.begin, token.end - token.begin);
  if (token.kind == TokenKind::Word) return lower_ascii(text);
  if (token.kind != TokenKind::Quoted || text.size() < 2) return std::string(text);
  const char quote = text[0] == '[' ? ']' : text[0];
  std::string part;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    part += text[i];
    if (text[i] == quote) ++i;
  }
  // SQL Server's temporary names begin with the sign; in double quotes it is part of an ordinary one.
  return quote == '"' && part.starts_with("#") ? '"' + part + '"' : part;
}

Name WordsView::take_name() {
  Name name;
  if (!at_name()) return name;
  const std::size_t first = at_;
  while (at_name()) {
    name.unknown = name.unknown || token().kind == TokenKind::Variable;
    name.parts.push_back(name_part(*lexed_, token()));
    skip();
    // SQL Server leaves the schema out between two dots.
    if (!take(".")) break;
    take(".");
  }
  name.bytes = bytes_since(first);
  const auto is_default = [](const std::string& part) { return part == "public" || part == "dbo" || part == "main"; };
  if (name.parts.size() > 1 && is_default(name.parts[name.parts.size() - 2])) {
    name.parts.erase(name.parts.begin(), name.parts.end() - 1);
    name.in_default_schema = true;
  }
  return name;
}

ByteRange WordsView::bytes_since(std::size_t first) const {
  if (first >= lexed_->tokens.size()) return {};
  const std::size_t last = std::max(first, at_ > 0 ? at_ - 1 : 0);
  return {lexed_->tokens[first].begin, lexed_->tokens[std::min(last, lexed_->tokens.size() - 1)].end};
}

std::string WordsView::folded() const {
  std::string text;
  for (std::size_t i = at_; i < end_; ++i) {
    const Token& here = lexed_->tokens[i];
    const bool name = here.kind == TokenKind::Word || here.kind == TokenKind::Quoted;
    const std::string part =
        name ? name_part(*lexed_, here) : std::string(lexed_->text.substr(here.begin, here.end - here.begin));
    const bool tight =
        part == "." || part == ")" || part == "," || text.empty() || text.back() == '.' || text.back() == '(';
    if (!tight) text += ' ';
    text += part;
  }
  return text;
}

std::string WordsView::take_type() {
  std::string type;
  const std::size_t first = at_;
  if (!at_name()) return type;
  take_name();
  // The words that types are made of; whatever else follows belongs to the column.
  while (take_any({"varying", "precision", "unsigned", "signed", "zerofill", "large", "object"})) {
  }
  skip_group();
  if (take_any({"with", "without"})) take_any({"local"}), take_any({"time"}), take("zone");
  while (take_any({"unsigned", "signed", "zerofill"})) {
  }
  if (is("[") || is("array")) {
    while (take("[") || take("]") || take("array") ||
           (!done() && token().kind == TokenKind::Number && (skip(), true))) {
    }
    return lower_ascii(WordsView(*lexed_, first, at_).folded());
  }
  return canonical_type(WordsView(*lexed_, first, at_).folded());
}

namespace {

/// Parentheses are followed this deep; nobody writes `((…1=1…))` any deeper by accident.
constexpr unsigned deepest_condition = 64;

bool holds_always(WordsView condition, unsigned depth);

/// One comparison or constant, without AND and OR on its level.
bool term_holds_always(WordsView term, unsigned depth) {
  if (term.is("(") && term.group_end(term.at()) + 1 == term.end()) {
    const std::size_t close = term.end() - 1;
    term.skip();
    return holds_always(term.until(close), depth + 1);
  }
  if (term.take("not")) return term.is_any({"false", "0"}) && term.at() + 1 == term.end();
  const std::size_t equals = term.find({"=", "==", "<=", ">=", "is"});
  if (equals == term.end()) return term.is_any({"true", "1"}) && term.at() + 1 == term.end();
  const std::string operation(term.lexed().word(equals));
  const std::string left = term.until(equals).folded();
  WordsView right = term;
  right.jump(equals + 1);
  if (operation == "is") return left == "true" && right.folded() == "true";
  // Two calls of one function need not give the same.
  return !left.empty() && left == right.folded() && right.find({"("}) == right.end();
}

bool holds_always(WordsView condition, unsigned depth) {
  if (depth > deepest_condition) return false;
  while (!condition.done()) {
    const std::size_t alternative = condition.find({"or"});
    WordsView conjunction = condition.until(alternative);
    bool all = !conjunction.done();
    while (all && !conjunction.done()) {
      const std::size_t next = conjunction.find({"and"});
      all = term_holds_always(conjunction.until(next), depth);
      conjunction.jump(next + 1);
    }
    if (all) return true;
    condition.jump(alternative + 1);
  }
  return false;
}

}  // namespace

bool always_true(WordsView condition) { return holds_always(condition, 0); }

}  // namespace redtag::sql
