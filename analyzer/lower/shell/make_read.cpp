#include <array>

#include "base/text.h"
#include "lower/shell/make.h"

namespace redtag::shell {

namespace {

class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  /// The next logical line: backslash and newline inside, its own end not. False at the end.
  bool next(std::string_view& line) {
    if (at_ >= text_.size()) return false;
    std::size_t end = at_;
    for (;;) {
      end = text_.find('\n', end);
      if (end == std::string_view::npos) end = text_.size();
      if (end == text_.size() || end == at_ || text_[end - 1] != '\\') break;
      ++end;
    }
    line = text_.substr(at_, end - at_);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at_ = end + 1;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view without_comment(std::string_view line) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\')
      ++i;
    else if (line[i] == '#')
      return line.substr(0, i);
  }
  return line;
}

std::string_view first_word(std::string_view line) {
  line = trim(line);
  return line.substr(0, line.find_first_of(" \t("));
}

bool opens_condition(std::string_view word) {
  return word == "ifeq" || word == "ifneq" || word == "ifdef" || word == "ifndef";
}

/// Position of the `=`, `:=`, `?=` … of a definition, outside of `$(…)`; npos for a line that is none.
std::size_t find_assignment(std::string_view line, std::size_t& length, MakeDefinition::How& how) {
  using How = MakeDefinition::How;
  int depth = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '(' || c == '{') ++depth;
    if (c == ')' || c == '}') --depth;
    if (depth > 0) continue;
    const std::string_view rest = line.substr(i);
    length = 2;
    how = How::Set;
    if (rest.starts_with("?=")) return how = How::Default, i;
    if (rest.starts_with("+=")) return how = How::Append, i;
    if (rest.starts_with("!=")) return how = How::Shell, i;
    if (rest.starts_with(":=")) return i;
    if (rest.starts_with("::=")) return length = 3, i;
    if (c == '=') return length = 1, i;
    if (c == ':') return std::string_view::npos;
  }
  return std::string_view::npos;
}

class MakeReader {
 public:
  explicit MakeReader(std::string_view text) : lines_(text) {}

  Makefile run() {
    std::string_view line;
    while (lines_.next(line)) read(line);
    return std::move(out_);
  }

 private:
  void read(std::string_view line) {
    if (line.starts_with('\t') || (!prefix_.empty() && line.starts_with(prefix_))) {
      if (out_.rules.empty()) out_.rules.push_back({"", {}, {}});  // a window that starts inside of a recipe
      out_.rules.back().recipe.push_back(line.substr(1));
      return;
    }
    const std::string_view word = first_word(line);
    if (opens_condition(word)) return void(++conditions_);
    if (word == "endif") return void(conditions_ -= conditions_ > 0 ? 1 : 0);
    if (word == "else") return;
    if (word == "include" || word == "-include" || word == "sinclude")
      return add_included(without_comment(line).substr(line.find(word) + word.size()));
    if (word == "define") return read_canned(line);
    if (word == ".RECIPEPREFIX") return read_prefix(line);
    if (word.starts_with(".ONESHELL")) out_.one_shell = true;
    const std::string_view plain = without_comment(line);
    if (word == "export" && plain.find('=') == std::string_view::npos) return export_names(trim(plain).substr(6));
    if (!trim(plain).empty()) read_statement(plain);
  }

  /// `export A B`; without names it is all of them.
  void export_names(std::string_view names) {
    out_.exports_all = out_.exports_all || trim(names).empty();
    for (const std::string_view name : names_in(names)) out_.exported.emplace(name);
  }

  void add_included(std::string_view rest) {
    constexpr std::string_view blanks = " \t\r";
    for (std::size_t at = rest.find_first_not_of(blanks); at < rest.size();) {
      const std::size_t end = std::min(rest.find_first_of(blanks, at), rest.size());
      out_.included.push_back(rest.substr(at, end - at));
      at = rest.find_first_not_of(blanks, end);
    }
  }

  void read_statement(std::string_view line) {
    std::size_t length = 0;
    MakeDefinition::How how{};
    const std::size_t sign = find_assignment(line, length, how);
    if (sign != std::string_view::npos) return define(line.substr(0, sign), how, line.substr(sign + length));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const std::string_view targets = trim(line.substr(0, colon));
    std::string_view rest = line.substr(colon + 1);
    if (rest.starts_with(':')) rest.remove_prefix(1);
    const std::size_t own = find_assignment(rest, length, how);  // `target: VAR = x`
    if (own != std::string_view::npos) return define(rest.substr(0, own), how, rest.substr(own + length), true);
    const std::size_t semicolon = std::min(rest.find(';'), rest.size());
    out_.rules.push_back({std::string(targets), names_in(rest.substr(0, semicolon)), {}});
    if (semicolon < rest.size()) out_.rules.back().recipe.push_back(rest.substr(semicolon + 1));
  }

  /// Words that name a target by themselves.
  static std::vector<std::string_view> names_in(std::string_view text) {
    std::vector<std::string_view> names;
    for (std::size_t at = text.find_first_not_of(" \t"); at < text.size() && names.size() < most_needs;) {
      const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
      const std::string_view name = text.substr(at, end - at);
      if (name.find_first_of("$%|\\:=(") == std::string_view::npos) names.push_back(name);
      at = std::min(text.find_first_not_of(" \t", end), text.size());
    }
    return names;
  }

  void define(std::string_view names, MakeDefinition::How how, std::string_view value, bool conditional = false) {
    names = trim(names);
    const bool exports = first_word(names) == "export";
    for (const std::string_view keyword : {"export", "override", "private", "unexport"}) {
      if (names.starts_with(keyword) && names.size() > keyword.size() &&
          (names[keyword.size()] == ' ' || names[keyword.size()] == '\t'))
        names = trim(names.substr(keyword.size()));
    }
    if (names.empty() || names.find_first_of(" \t") != std::string_view::npos) return;
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    if (exports) out_.exported.emplace(names);
    std::vector<MakeDefinition>& all = out_.variables[std::string(names)];
    if (all.size() < most_definitions) all.push_back({how, value, conditional || conditions_ > 0});
  }

  void read_canned(std::string_view line) {
    std::string_view name = trim(trim(line).substr(6));
    name = name.substr(0, name.find_first_of(" \t=:"));
    std::vector<std::string_view>& body = out_.canned[std::string(name)];
    std::string_view inner;
    while (lines_.next(inner) && first_word(inner) != "endef") body.push_back(trim(inner));
  }

  void read_prefix(std::string_view line) {
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos) prefix_ = trim(line.substr(sign + 1)).substr(0, 1);
  }

  static constexpr std::size_t most_definitions = 8;
  static constexpr std::size_t most_needs = 200;  ///< of one rule
  Lines lines_;
  Makefile out_;
  std::string_view prefix_;
  unsigned conditions_ = 0;
};

}  // namespace

Makefile read_makefile(std::string_view text) { return MakeReader(text).run(); }

}  // namespace redtag::shell
