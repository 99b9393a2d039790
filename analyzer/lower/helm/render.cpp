#include "lower/helm/render.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "lower/helm/datum.h"
#include "lower/kubernetes/mask.h"

namespace redtag::helm {

namespace {

constexpr std::size_t most_text = 256 * 1024;  // bytes that are printed
constexpr std::size_t most_steps = 50'000;     // directives that are run
constexpr std::size_t most_elements = 200;     // of one loop
constexpr unsigned most_levels = 16;           // of directives in directives

enum class Word : std::uint8_t { Output, Silent, If, With, Range, Else, End, Define };

struct Token {
  ByteRange bytes;
  std::string_view inner;  ///< between the braces, without trim marks
  Word word = Word::Output;
  bool trims_before = false;
  bool trims_after = false;
  std::size_t next = 0;  ///< the branch or end that follows on the same level
};

Word word_of(std::string_view inner) {
  static constexpr std::array words = std::to_array<std::pair<std::string_view, Word>>({{"if", Word::If},
                                                                                        {"with", Word::With},
                                                                                        {"range", Word::Range},
                                                                                        {"else", Word::Else},
                                                                                        {"end", Word::End},
                                                                                        {"define", Word::Define},
                                                                                        {"block", Word::Define}});
  const std::string_view first = inner.substr(0, inner.find_first_of(" \t\n("));
  for (const auto& [text, word] : words) {
    if (first == text) return word;
  }
  const bool assigns = inner.starts_with('$') && inner.find('=') != std::string_view::npos;
  return inner.empty() || inner.starts_with("/*") || assigns ? Word::Silent : Word::Output;
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (const kubernetes::Directive& directive : kubernetes::mask(text).directives) {
    Token token;
    token.bytes = directive.bytes;
    std::string_view inner = text.substr(directive.bytes.begin + 2, directive.bytes.size() - 4);
    token.trims_before = inner.starts_with('-');
    token.trims_after = inner.size() > 1 && inner.ends_with('-');
    if (token.trims_before) inner.remove_prefix(1);
    if (token.trims_after) inner.remove_suffix(1);
    token.inner = trim(inner);
    token.word = word_of(token.inner);
    tokens.push_back(token);
  }
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    tokens[i].next = tokens.size();
    const Word word = tokens[i].word;
    if ((word == Word::Else || word == Word::End) && !open.empty()) {
      tokens[open.back()].next = i;
      open.pop_back();
    }
    if (word == Word::If || word == Word::With || word == Word::Range || word == Word::Define || word == Word::Else)
      open.push_back(i);
  }
  return tokens;
}

class Printer {
 public:
  Printer(std::string_view text, std::span<const document::Node* const> layers)
      : text_(text), tokens_(tokens_of(text)), root_(root_of(layers)) {}

  Printed run() {
    Scope scope{root_, std::nullopt, {}, 0, 0};
    print(0, tokens_.size(), {0, static_cast<std::uint32_t>(text_.size())}, scope, 0, Trims::No);
    return std::move(printed_);
  }

 private:
  enum class Trims : std::uint8_t { No, Yes };

  /// The tokens from `first` to before `last`, and the text around them within `bytes`. What stays a directive keeps the blanks around it.
  void print(std::size_t first, std::size_t last, ByteRange bytes, const Scope& scope, unsigned level, Trims at_end) {
    std::uint32_t at = bytes.begin;
    for (std::size_t i = first; i < last;) {
      if (++steps_ > most_steps || printed_.text.size() > most_text || level > most_levels) {
        printed_.complete = false;
        return;
      }
      const Token& token = tokens_[i];
      const bool opens = token.word == Word::If || token.word == Word::With || token.word == Word::Range;
      const std::size_t end = opens || token.word == Word::Define ? end_of(i) : i;
      if (end >= tokens_.size()) {
        printed_.complete = false;
        return;
      }
      const bool known = opens ? decides(i, end, scope) : token.word != Word::Output || is_known(token, scope);
      literal({at, token.bytes.begin}, scope, known && token.trims_before ? Trims::Yes : Trims::No);
      if (opens && known) {
        branch(i, end, scope, level);
      } else if (opens) {
        unknown(i, end, scope, level);
      } else if (token.word == Word::Output && known) {
        for (const Piece& piece : pieces_of(evaluate(token.inner, scope)))
          add(piece.text, piece.place, Verbatim::No, scope);
      } else if (token.word == Word::Output) {
        raw(token, scope);
      }
      at = tokens_[end].bytes.end;
      if (known && tokens_[end].trims_after) at = skip_blanks(at, bytes.end);
      i = end + 1;
    }
    if (at < bytes.end) literal({at, bytes.end}, scope, at_end);
  }

  [[nodiscard]] static bool is_known(const Token& token, const Scope& scope) {
    return evaluate(token.inner, scope).kind != Datum::Kind::Unknown;
  }

  [[nodiscard]] std::uint32_t skip_blanks(std::uint32_t at, std::uint32_t end) const {
    while (at < end && (text_[at] == ' ' || text_[at] == '\n' || text_[at] == '\t' || text_[at] == '\r')) ++at;
    return at;
  }

  [[nodiscard]] std::size_t end_of(std::size_t at) const {
    while (at < tokens_.size() && tokens_[at].word != Word::End) at = tokens_[at].next;
    return at;
  }

  /// What the branch at `i` asks for; `else` asks for nothing.
  [[nodiscard]] std::string_view asked(std::size_t i) const {
    std::string_view said = tokens_[i].inner;
    if (tokens_[i].word == Word::Else) said = trim(said.substr(std::min<std::size_t>(4, said.size())));
    return said;
  }

  [[nodiscard]] Datum condition_of(std::size_t i, const Scope& scope) const {
    const std::string_view said = asked(i);
    return said.empty() ? Datum::text_of("true") : condition(said, scope);
  }

  /// Is it known which branch is taken?
  [[nodiscard]] bool decides(std::size_t at, std::size_t end, const Scope& scope) const {
    for (std::size_t i = at; i != end; i = tokens_[i].next) {
      const Datum datum = condition_of(i, scope);
      if (datum.kind == Datum::Kind::Unknown) return false;
      if (datum.truth()) return true;
    }
    return true;
  }

  /// Prints the branch that an `if`, `with` or `range` takes.
  void branch(std::size_t at, std::size_t end, const Scope& scope, unsigned level) {
    for (std::size_t i = at; i != end; i = tokens_[i].next) {
      const Datum datum = condition_of(i, scope);
      if (!datum.truth()) continue;
      const Token& token = tokens_[i];
      const std::size_t next = token.next;
      const ByteRange body{
          token.trims_after ? skip_blanks(token.bytes.end, tokens_[next].bytes.begin) : token.bytes.end,
          tokens_[next].bytes.begin};
      const Word word = asked(i).empty() ? Word::Else : word_of(asked(i));
      const Trims trims = tokens_[next].trims_before ? Trims::Yes : Trims::No;
      if (word == Word::Range) return loop(asked(i), datum, {i + 1, next, body, trims}, scope, level);
      Scope inner = scope;
      if (word == Word::With) inner.dot = datum;
      if (datum.place.layer != 0 && datum.place.bytes.size() > 0) {
        printed_.deciders.push_back(datum.place);
        inner.decider = static_cast<std::uint32_t>(printed_.deciders.size());
      }
      return print(i + 1, next, body, inner, level + 1, trims);
    }
  }

  /// What stands behind the first word, and behind the variables that it is given to.
  [[nodiscard]] Datum condition(std::string_view said, const Scope& scope) const {
    const std::size_t blank = said.find_first_of(" \t\n(");
    std::string_view text = blank == std::string_view::npos ? std::string_view() : trim(said.substr(blank));
    const std::size_t given = text.find(":=");
    if (text.starts_with('$') && given != std::string_view::npos) text = trim(text.substr(given + 2));
    return evaluate(text, scope);
  }

  /// All branches, with their directives. In those of a `with` or `range`, `.` is nothing that can be known.
  void unknown(std::size_t at, std::size_t end, const Scope& scope, unsigned level) {
    for (std::size_t i = at; i != end; i = tokens_[i].next) {
      raw(tokens_[i], scope);
      const std::size_t next = tokens_[i].next;
      Scope inner = scope;
      if (tokens_[i].word == Word::With || tokens_[i].word == Word::Range) inner.dot = Datum{};
      print(i + 1, next, {tokens_[i].bytes.end, tokens_[next].bytes.begin}, inner, level + 1, Trims::No);
    }
    raw(tokens_[end], scope);
  }

  struct Body {
    std::size_t first, last;
    ByteRange bytes;
    Trims trims;
  };

  void loop(std::string_view said, const Datum& over, const Body& body, const Scope& scope, unsigned level) {
    std::vector<std::string> names;
    const std::size_t given = said.find(":=");
    if (given != std::string_view::npos) {
      for (const std::string_view name : split(trim(said.substr(5, given - 5)), ',')) names.emplace_back(trim(name));
    }
    std::vector<std::pair<Datum, Datum>> elements = elements_of(over);
    if (elements.size() > most_elements) printed_.complete = false;
    elements.resize(std::min(elements.size(), most_elements));
    for (auto& [key, value] : elements) {
      Scope inner = scope;
      inner.dot = value;
      if (names.size() == 1) inner.variables[names[0]] = value;
      if (names.size() == 2) inner.variables[names[0]] = key, inner.variables[names[1]] = value;
      printed_.elements.push_back(key.place.bytes.size() > 0 ? key.place : value.place);
      inner.element = static_cast<std::uint32_t>(printed_.elements.size());
      print(body.first, body.last, body.bytes, inner, level + 1, body.trims);
    }
  }

  void raw(const Token& token, const Scope& scope) { literal(token.bytes, scope, Trims::No); }

  enum class Verbatim : std::uint8_t { No, Yes };

  void literal(ByteRange bytes, const Scope& scope, Trims trims) {
    std::string_view text = bytes.begin < bytes.end ? text_.substr(bytes.begin, bytes.size()) : std::string_view();
    if (trims == Trims::Yes) {
      const std::size_t last = text.find_last_not_of(" \n\t\r");
      text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
    }
    const auto size = static_cast<std::uint32_t>(text.size());
    add(text, {0, {bytes.begin, bytes.begin + size}}, Verbatim::Yes, scope);
  }

  void add(std::string_view text, const Place& place, Verbatim verbatim, const Scope& scope) {
    if (text.empty() || printed_.text.size() > most_text) return;
    printed_.segments.push_back({static_cast<std::uint32_t>(printed_.text.size()), place.layer, place.bytes,
                                 verbatim == Verbatim::Yes, scope.element, scope.decider});
    printed_.text += text;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  Datum root_;
  Printed printed_;
  std::size_t steps_ = 0;
};

}  // namespace

const Segment* Printed::at(std::uint32_t byte) const {
  const auto after = std::upper_bound(segments.begin(), segments.end(), byte,
                                      [](std::uint32_t at, const Segment& segment) { return at < segment.begin; });
  return after == segments.begin() ? nullptr : &*(after - 1);
}

Printed print_template(std::string_view text, std::span<const document::Node* const> layers) {
  return Printer(text, layers).run();
}

}  // namespace redtag::helm
