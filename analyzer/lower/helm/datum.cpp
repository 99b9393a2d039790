#include "lower/helm/datum.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace redtag::helm {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::size_t most_words = 200;  // of one directive
constexpr unsigned most_levels = 16;     // of brackets
constexpr unsigned most_depth = 32;      // of printed values
constexpr std::size_t most_pieces = 5000;

Datum nothing() {
  Datum datum;
  datum.kind = Datum::Kind::Nothing;
  return datum;
}

Datum truth_of(bool truth) { return Datum::text_of(truth ? "true" : "false"); }

Datum tree_of(std::vector<Layered> tree) {
  // A null takes away what the layers below say; only mappings are laid over each other.
  if (tree.empty() || tree.front().node->type == NodeType::Null) return nothing();
  if (tree.front().node->type != NodeType::Mapping) tree.resize(1);
  std::erase_if(tree, [&](const Layered& each) { return each.node->type != tree.front().node->type; });
  Datum datum;
  datum.place = {tree.front().layer, tree.front().node->bytes};
  datum.kind = Datum::Kind::Tree;
  datum.tree = std::move(tree);
  return datum;
}

Datum field(const Datum& of, std::string_view key) {
  if (of.kind == Datum::Kind::Unknown) return {};
  if (of.kind != Datum::Kind::Tree) return nothing();
  std::vector<Layered> found;
  for (const Layered& each : of.tree) {
    if (const Node* node = each.node->find(key)) found.push_back({node, each.layer});
  }
  return tree_of(std::move(found));
}

std::optional<std::string> scalar_of(const Datum& datum) {
  if (datum.kind == Datum::Kind::Text) return datum.text;
  if (datum.kind == Datum::Kind::Nothing) return std::string();
  if (datum.kind == Datum::Kind::Tree && datum.tree.front().node->scalar()) return datum.tree.front().node->text;
  return std::nullopt;
}

/// Cut into words, brackets, pipes and texts in quotes.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size() && words.size() < most_words;) {
    const char c = text[at];
    std::size_t end = at + 1;
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
      continue;
    }
    if (c == '"' || c == '`') {
      while (end < text.size() && text[end] != c) end += text[end] == '\\' && c == '"' ? 2 : 1;
      end = std::min(end + 1, text.size());
    } else if (c != '(' && c != ')' && c != '|') {
      end = std::min(text.find_first_of(" \t\r\n()|", at), text.size());
    }
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

class Evaluator {
 public:
  Evaluator(std::string_view text, const Scope& scope) : words_(words_of(text)), scope_(scope) {}

  Datum run() {
    if (words_.empty() || words_.size() >= most_words) return {};
    Datum result = pipeline(0);
    return at_ == words_.size() ? result : Datum{};
  }

 private:
  [[nodiscard]] bool ends() const { return at_ >= words_.size() || words_[at_] == ")"; }

  Datum pipeline(unsigned level) {
    if (level > most_levels) return {};
    Datum result = command(std::nullopt, level);
    while (!ends() && words_[at_] == "|") {
      ++at_;
      result = command(std::move(result), level);
    }
    return result;
  }

  /// A function with its operands, the piped one last; or one operand.
  Datum command(std::optional<Datum> piped, unsigned level) {
    if (ends()) return {};
    const std::string first = words_[at_];
    const bool function = first.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
                              std::string::npos &&
                          first.find_first_of("0123456789") != 0 && first != "true" && first != "false" &&
                          first != "nil";
    if (function) ++at_;
    std::vector<Datum> operands;
    std::vector<std::string> said;
    while (!ends() && words_[at_] != "|") {
      said.push_back(words_[at_]);
      operands.push_back(operand(level));
    }
    if (piped) operands.push_back(std::move(*piped));
    if (function) return applied(first, operands, said);
    return operands.size() == 1 ? operands.front() : Datum{};
  }

  Datum operand(unsigned level) {
    const std::string word = words_[at_++];
    if (word == "(") {
      Datum inner = pipeline(level + 1);
      if (at_ >= words_.size()) return {};
      ++at_;
      // `(…).field` is seldom, and is not followed.
      if (at_ < words_.size() && words_[at_].starts_with('.') && words_[at_].size() > 1 && words_[at_ - 1] == ")")
        return at_++, Datum{};
      return inner;
    }
    if (word == "true" || word == "false") return Datum::text_of(word);
    if (word == "nil") return nothing();
    if (word.size() > 1 && (word[0] == '"' || word[0] == '`'))
      return word.find('\\') == std::string::npos ? Datum::text_of(word.substr(1, word.size() - 2)) : Datum{};
    if (word.find_first_not_of("0123456789") == std::string::npos) return Datum::text_of(word);
    return path(word);
  }

  [[nodiscard]] Datum path(std::string_view word) const {
    for (const std::string_view start : {"$.Values", ".Values"}) {
      if (!word.starts_with(start) || (word.size() > start.size() && word[start.size()] != '.')) continue;
      if (start.front() == '.' && scope_.dot) return {};
      return below(scope_.root, word.substr(start.size()));
    }
    if (word.starts_with('$')) {
      const std::size_t dot = std::min(word.find('.'), word.size());
      const auto variable = scope_.variables.find(std::string(word.substr(0, dot)));
      return variable == scope_.variables.end() ? Datum{} : below(variable->second, word.substr(dot));
    }
    if (!word.starts_with('.') || !scope_.dot) return {};
    return word == "." ? *scope_.dot : below(*scope_.dot, word);
  }

  static Datum below(Datum datum, std::string_view path) {
    if (path.starts_with('.')) path.remove_prefix(1);
    if (path.empty()) return datum;
    for (const std::string_view part : split(path, '.')) datum = field(datum, part);
    return datum;
  }

  static Datum applied(std::string_view name, const std::vector<Datum>& operands,
                       const std::vector<std::string>& said) {
    static constexpr std::array printing = std::to_array<std::string_view>(
        {"toYaml", "toJson", "quote", "squote", "nindent", "indent", "int", "int64", "toString", "trim", "float64"});
    if (operands.empty()) return {};
    if (std::find(printing.begin(), printing.end(), name) != printing.end()) {
      Datum datum = operands.back();
      datum.style += "|" + std::string(name) + (said.empty() || operands.size() < 2 ? "" : " " + said.front());
      return datum;
    }
    if (name == "and" || name == "or") {
      for (const Datum& each : operands) {
        if (each.kind == Datum::Kind::Unknown) return {};
        if (each.truth() == (name == "or")) return each;
      }
      return operands.back();
    }
    if (name == "default" && operands.size() == 2)
      return operands[1].kind == Datum::Kind::Unknown || operands[1].truth() ? operands[1] : operands[0];
    const bool all_known = std::none_of(operands.begin(), operands.end(),
                                        [](const Datum& each) { return each.kind == Datum::Kind::Unknown; });
    if (!all_known) return {};
    if ((name == "not" || name == "empty") && operands.size() == 1) return truth_of(!operands[0].truth());
    if (name == "hasKey" && operands.size() == 2) {
      const std::optional<std::string> key = scalar_of(operands[1]);
      return key ? truth_of(field(operands[0], *key).kind != Datum::Kind::Nothing) : Datum{};
    }
    return compared(name, operands);
  }

  static Datum compared(std::string_view name, const std::vector<Datum>& operands) {
    if (operands.size() != 2) return {};
    if (name == "eq" || name == "ne") {
      const std::optional<std::string> a = scalar_of(operands[0]), b = scalar_of(operands[1]);
      return a && b ? truth_of((*a == *b) == (name == "eq")) : Datum{};
    }
    if (name != "has") return {};
    const std::optional<std::string> wanted = scalar_of(operands[0]);
    if (!wanted) return {};
    if (operands[1].kind == Datum::Kind::Nothing) return truth_of(false);
    if (operands[1].kind != Datum::Kind::Tree) return {};
    const std::vector<Node>& items = operands[1].tree.front().node->items;
    return truth_of(std::any_of(items.begin(), items.end(), [&](const Node& item) { return item.text == *wanted; }));
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
  const Scope& scope_;
};

// ---- printing

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

class Writer {
 public:
  explicit Writer(std::vector<Piece>& into) : into_(into) {}

  void flow(const std::vector<Layered>& tree, unsigned depth) {
    const Node& node = *tree.front().node;
    const Place place{tree.front().layer, node.bytes};
    if (depth > most_depth) return say("null", place);
    if (node.scalar()) return scalar(node, place);
    const bool mapping = node.type == NodeType::Mapping;
    say(mapping ? "{" : "[", place);
    bool first = true;
    for (const auto& [key, value] : children(tree)) {
      if (!first) say(", ", place);
      first = false;
      if (mapping) say(quoted(key) + ": ", {value.front().layer, value.front().node->bytes});
      flow(value, depth + 1);
    }
    say(mapping ? "}" : "]", place);
  }

  /// One line for each member or element.
  void block(const std::vector<Layered>& tree, const std::string& indent) {
    const bool mapping = tree.front().node->type == NodeType::Mapping;
    bool first = true;
    for (const auto& [key, value] : children(tree)) {
      const Place place{value.front().layer, value.front().node->bytes};
      say((first ? "" : "\n" + indent) + (mapping ? quoted(key) + ": " : std::string("- ")), place);
      first = false;
      flow(value, 1);
    }
    if (first) say(mapping ? "{}" : "[]", {tree.front().layer, tree.front().node->bytes});
  }

  void say(std::string text, const Place& place) {
    if (into_.size() < most_pieces) into_.push_back({std::move(text), place});
  }

 private:
  void scalar(const Node& node, const Place& place) {
    if (node.type == NodeType::String) return say(quoted(node.text), place);
    say(node.type == NodeType::Null ? "null" : node.text, place);
  }

  using Children = std::vector<std::pair<std::string, std::vector<Layered>>>;

  static Children children(const std::vector<Layered>& tree) {
    Children found;
    for (const Layered& each : tree) {
      for (const Node& item : each.node->items) found.push_back({{}, {{&item, each.layer}}});
      for (const Member& member : each.node->members) {
        const auto known =
            std::find_if(found.begin(), found.end(), [&](const auto& child) { return child.first == member.key; });
        if (known == found.end()) {
          found.push_back({member.key, {{&member.value, each.layer}}});
        } else if (known->second.front().node->type == NodeType::Mapping && member.value.type == NodeType::Mapping) {
          known->second.push_back({&member.value, each.layer});
        }
      }
      if (each.node->type != NodeType::Mapping) break;
    }
    return found;
  }

  std::vector<Piece>& into_;
};

/// The number behind the last `indent` of a style.
std::size_t indent_in(std::string_view style) {
  const std::size_t at = style.rfind("indent ");
  if (at == std::string_view::npos) return 0;
  std::size_t number = 0;
  const std::string_view digits = style.substr(at + 7);
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return std::min<std::size_t>(number, 100);
}

}  // namespace

bool Datum::truth() const {
  if (kind == Kind::Text) return !text.empty() && text != "false" && text != "0";
  if (kind != Kind::Tree) return false;
  const Node& node = *tree.front().node;
  if (node.scalar()) return !node.text.empty() && node.text != "false" && node.text != "0";
  return std::any_of(tree.begin(), tree.end(),
                     [](const Layered& each) { return !each.node->items.empty() || !each.node->members.empty(); });
}

Datum root_of(std::span<const Node* const> layers) {
  std::vector<Layered> tree;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i]->type == NodeType::Mapping) tree.push_back({layers[i], static_cast<std::uint32_t>(i + 1)});
  }
  return tree_of(std::move(tree));
}

std::vector<std::pair<Datum, Datum>> elements_of(const Datum& datum) {
  std::vector<std::pair<Datum, Datum>> found;
  if (datum.kind != Datum::Kind::Tree) return found;
  for (const Layered& each : datum.tree) {
    for (const Node& item : each.node->items) found.emplace_back(Datum{}, tree_of({{&item, each.layer}}));
    for (const Member& member : each.node->members) {
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const auto& other) { return other.first.text == member.key; });
      if (known) continue;
      Datum key = Datum::text_of(member.key);
      key.place = {each.layer, member.key_bytes};
      found.emplace_back(std::move(key), field(datum, member.key));
    }
    if (each.node->type != NodeType::Mapping) break;
  }
  // The engine runs through mappings by the order of their keys.
  if (datum.tree.front().node->type == NodeType::Mapping)
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first.text < b.first.text; });
  return found;
}

Datum evaluate(std::string_view text, const Scope& scope) { return Evaluator(text, scope).run(); }

std::vector<Piece> pieces_of(const Datum& datum) {
  std::vector<Piece> pieces;
  Writer writer(pieces);
  const std::string indent(indent_in(datum.style), ' ');
  const bool breaks = datum.style.find("|nindent") != std::string::npos;
  if (!indent.empty() || breaks) writer.say((breaks ? "\n" : "") + indent, datum.place);
  const bool quotes = datum.style.find("quote") != std::string::npos;
  const bool json = datum.style.find("|toJson") != std::string::npos;
  const bool tree = datum.kind == Datum::Kind::Tree && !datum.tree.front().node->scalar();
  if (tree && !json && datum.style.find("|toYaml") != std::string::npos) {
    writer.block(datum.tree, indent);
  } else if (tree || (json && datum.kind == Datum::Kind::Tree)) {
    writer.flow(datum.tree, 0);
  } else {
    const std::string text = scalar_of(datum).value_or(std::string());
    const bool data = json || datum.style.find("|toYaml") != std::string::npos;
    if (datum.kind == Datum::Kind::Nothing && data)
      writer.say("null", datum.place);
    else
      writer.say(quotes || (json && datum.kind == Datum::Kind::Text) ? quoted(text) : text, datum.place);
  }
  return pieces;
}

}  // namespace redtag::helm
