// PowerShell, as far as its commands, their words and the variables in them: the part that can destroy.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "lower/shell/strip.h"
#include "lower/shell/windows.h"

namespace redtag::shell {

namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool among(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// An expression for the root of a drive: `(Get-Item $x).Root.FullName`, `[IO.Path]::GetPathRoot($x)`, `Split-Path $x -Qualifier`.
bool names_root(std::string_view expression) {
  const std::string plain = lower_ascii(expression);
  const auto ends = [&](std::string_view tail) { return std::string_view(trim(plain)).ends_with(tail); };
  if (plain.find("getpathroot(") != std::string::npos) return ends(")");
  if (plain.find("split-path") != std::string::npos && plain.find("-qualifier") != std::string::npos) return true;
  return ends(".root") || ends(".root.fullname") || ends(".root.name") || ends(".psdrive.root") ||
         ends(".drive.root") || ends(".directory.root.fullname");
}

constexpr std::size_t most_items = 64;

class PowerShell {
 public:
  PowerShell(std::string_view text, const Origin& origin) : text_(text), out_(text, origin) {}

  Script run() {
    at_ = behind_mark(text_);
    while (at_ < text_.size()) step();
    end(ScriptBuilder::Then::Ends);
    return out_.finish();
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void step() {
    const char c = text_[at_];
    if (is_blank(c)) return out_.end_word(at_), void(++at_);
    if (c == '`') return step_escape();
    if (c == '<' && peek(1) == '#') return void(at_ = std::min(text_.find("#>", at_), text_.size() - 2) + 2);
    if (c == '#' && !out_.in_word()) return void(at_ = std::min(text_.find('\n', at_), text_.size()));
    if (c == '\n' || c == ';') return end(ScriptBuilder::Then::Ends), void(++at_);
    if (c == '|')
      return end(peek(1) == '|' ? ScriptBuilder::Then::Ends : ScriptBuilder::Then::Pipes),
             void(at_ += peek(1) == '|' ? 2 : 1);
    if (c == '&') return end(ScriptBuilder::Then::Ends), void(at_ += peek(1) == '&' ? 2 : 1);
    if (c == '{') return open();
    if (c == '}') return close();
    if (c == '(' || (c == '@' && (peek(1) == '(' || peek(1) == '{'))) return step_group();
    if (c == '\'' || c == '"') return step_string(c);
    if (c == '@' && (peek(1) == '\'' || peek(1) == '"')) return step_here_string();
    if (c == '$') return step_variable(false);
    if (c == '=' && !out_.in_word() && out_.command().words.size() == 1) return step_assignment();
    out_.add_char(c, at_, false);
    ++at_;
  }

  void step_escape() {
    if (peek(1) == '\r' && peek(2) == '\n') return void(at_ += 3);
    if (peek(1) == '\n') return void(at_ += 2);
    if (at_ + 1 < text_.size()) out_.add_char(text_[at_ + 1], at_ + 1, true);
    at_ += 2;
  }

  /// What stands in brackets is a value that something else makes. As a condition it proves the variables that it names.
  void step_group() {
    const std::size_t begin = at_;
    if (text_[at_] == '@') ++at_;
    const char open = text_[at_], close = open == '(' ? ')' : '}';
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == open) ++depth;
      if (text_[at_] == close && --depth == 0) break;
    }
    const std::string_view inside = text_.substr(begin, std::min(at_, text_.size()) - begin);
    at_ = std::min(at_ + 1, text_.size());
    if (out_.command().words.empty() && !out_.in_word()) return;
    std::size_t word = begin;  // `if(…)`, `param(…)`: no blank in between
    while (word > 0 && is_name(text_[word - 1])) --word;
    if (out_.in_word() && among(lower_ascii(text_.substr(word, begin - word)), {"if", "elseif", "foreach", "param"}))
      out_.end_word(begin);
    const std::string keyword =
        lower_ascii(out_.command().words.empty() ? "" : marked_text(out_.command().words[0].parts));
    if (keyword == "if" || keyword == "elseif") return step_condition(inside, begin);
    if (keyword == "param") return read_parameters(inside.substr(1), begin);
    if (keyword == "foreach") read_items(inside, begin);
    out_.add_part(PartKind::Output, std::string(inside.substr(0, 200)), begin, true);
  }

  /// `param([string] $Mode = 'report')`: what each of them is where nobody says otherwise.
  void read_parameters(std::string_view inside, std::size_t begin) {
    constexpr std::size_t most = 64;
    out_.command().words.clear();
    std::size_t found = 0;
    for (const std::string_view each : split(inside, ',')) {
      const std::size_t sign = each.find('=');
      const std::string_view left = trim(each.substr(0, sign));
      const std::size_t dollar = left.rfind('$');
      if (sign == std::string_view::npos || dollar == std::string_view::npos || ++found > most) continue;
      const std::string_view name = left.substr(dollar + 1);
      std::string_view value = trim(each.substr(sign + 1));
      value = value.substr(0, value.find(')'));
      if (among(lower_ascii(value), {"$true", "$false"})) {
        value.remove_prefix(1);
      } else {
        if (value.size() < 2 || (value[0] != '\'' && value[0] != '"') || value.back() != value[0]) continue;
        value = value.substr(1, value.size() - 2);
      }
      if (name.empty() || !std::all_of(name.begin(), name.end(), is_name) || value.find('$') != std::string_view::npos)
        continue;
      Assignment assignment;
      assignment.name = windows_variable(name);
      assignment.value = out_.literal(std::string(name), begin);
      Part& part = assignment.value.parts.front();
      part.kind = PartKind::Variable;
      part.expand = Expand::Default;
      part.quoted = true;
      part.text = assignment.name;
      part.operand = out_.literal(std::string(value), begin).parts;
      out_.command().assignments.push_back(std::move(assignment));
    }
    out_.end_command(at_, ScriptBuilder::Then::Ends);
  }

  /// `($x in 'a', 'b')`: a list of texts is known, anything else is what something finds out.
  void read_items(std::string_view inside, std::size_t begin) {
    const std::size_t in = lower_ascii(inside).find(" in ");
    std::string_view variable = trim(inside.substr(1, in == std::string_view::npos ? 0 : in - 1));
    if (in == std::string_view::npos || variable.size() < 2 || variable[0] != '$') return;
    item_ = windows_variable(variable.substr(1));
    items_.clear();
    std::string_view list = trim(inside.substr(in + 4));
    if (list.starts_with("@(")) list = trim(list.substr(2, list.find(')') - 2));
    for (const std::string_view each : split(list, ',')) {
      const std::string_view text = trim(each);
      const bool literal = text.size() > 1 && (text[0] == '\'' || text[0] == '"') && text.back() == text[0] &&
                           text.find('$') == std::string_view::npos && items_.size() < most_items;
      if (literal) {
        std::string path(text.substr(1, text.size() - 2));
        std::replace(path.begin(), path.end(), '\\', '/');
        items_.push_back(out_.literal(std::move(path), begin));
        continue;
      }
      Word found = out_.literal("", begin);
      found.source = std::string(list.substr(0, 200));
      found.parts.front().kind = PartKind::Output;
      found.parts.front().text = found.source;
      items_ = {std::move(found)};
      return;
    }
  }

  void step_condition(std::string_view inside, std::size_t begin) {
    out_.command().words.clear();
    add_powershell_test(inside, begin, out_);
  }

  void step_string(char quote) {
    out_.begin_word(at_);
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote && peek(1) == quote) {
        out_.add_char(c, at_, true);
        ++at_;
      } else if (c == quote) {
        ++at_;
        return;
      } else if (quote == '"' && c == '`' && at_ + 1 < text_.size()) {
        ++at_;
        out_.add_char(text_[at_], at_, true);
      } else if (quote == '"' && c == '$') {
        step_variable(true);
        --at_;
      } else {
        out_.add_char(c, at_, true);
      }
    }
  }

  void step_here_string() {
    const std::size_t begin = at_;
    const std::string close = std::string("\n") + text_[at_ + 1] + "@";
    const std::size_t end = text_.find(close, at_);
    at_ = end == std::string_view::npos ? text_.size() : end + close.size();
    out_.add_part(PartKind::Number, "text", begin, true);
  }

  void step_variable(bool quoted) {
    const std::size_t begin = at_++;
    if (at_ < text_.size() && text_[at_] == '(') {  // $(…)
      std::size_t depth = 0;
      const std::size_t from = at_ + 1;
      for (; at_ < text_.size(); ++at_) {
        if (text_[at_] == '(') ++depth;
        if (text_[at_] == ')' && --depth == 0) break;
      }
      out_.add_part(PartKind::Output, std::string(text_.substr(from, std::min<std::size_t>(at_ - from, 200))), begin,
                    quoted);
      at_ = std::min(at_ + 1, text_.size());
      return;
    }
    const bool braces = at_ < text_.size() && text_[at_] == '{';
    if (braces) ++at_;
    std::size_t end = at_;
    while (end < text_.size() &&
           (is_name(text_[end]) || (text_[end] == ':' && end + 1 < text_.size() && is_name(text_[end + 1]))))
      ++end;
    if (end == at_) return out_.add_char('$', begin, quoted);
    std::string_view name = text_.substr(at_, end - at_);
    const bool environment = lower_ascii(name.substr(0, 4)) == "env:";
    if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos) name = name.substr(colon + 1);
    at_ = end;
    if (braces && at_ < text_.size() && text_[at_] == '}') ++at_;
    if (const std::string_view place = windows_place(name); environment && !place.empty()) {
      for (const char c : place) out_.add_char(c, begin, quoted);
      return;
    }
    // `$x.Name`, `$x[0]` outside of a text: something made of it.
    const bool made =
        !quoted && at_ + 1 < text_.size() && ((text_[at_] == '.' && is_name(text_[at_ + 1])) || text_[at_] == '[');
    out_.add_part(PartKind::Variable, windows_variable(name), begin, true, made ? Expand::Transform : Expand::Plain);
    while (made && at_ < text_.size() &&
           (is_name(text_[at_]) || text_[at_] == '.' || text_[at_] == '[' || text_[at_] == ']'))
      ++at_;
  }

  /// `$name = value` where the value is one word; anything else is made by a command that is read as one.
  void step_assignment() {
    ++at_;
    const std::vector<Part>& left = out_.command().words[0].parts;
    if (left.size() != 1 || left[0].kind != PartKind::Variable) return out_.command().words.clear();
    const std::string name = left[0].text;
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    out_.command().words.clear();
    const std::string_view whole =
        text_.substr(begin, std::min(text_.find('\n', begin), text_.size()) - begin).substr(0, 200);
    const bool value =
        at_ < text_.size() && !names_root(whole) && (text_[at_] == '"' || text_[at_] == '\'' || text_[at_] == '$');
    if (lower_ascii(name) == "erroractionpreference") return step_preference(whole, begin);
    Assignment assignment;
    assignment.name = name;
    if (value) {
      while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != ';' && text_[at_] != '|' && text_[at_] != '+' &&
             text_[at_] != '}')
        step();
      out_.end_word(at_);
      if (!out_.command().words.empty()) assignment.value = out_.command().words[0];
      out_.command().words.clear();
      out_.command().assignments.push_back(std::move(assignment));
      return out_.end_command(at_, ScriptBuilder::Then::Ends);
    }
    const std::string_view expression =
        trim(text_.substr(begin, std::min(text_.find('\n', begin), text_.size()) - begin)).substr(0, 200);
    Part made;
    made.kind = names_root(expression) ? PartKind::Text : PartKind::Output;
    made.quoted = true;
    made.text = made.kind == PartKind::Text ? "C:/" : std::string(expression);
    assignment.value.parts.push_back(std::move(made));
    out_.command().assignments.push_back(std::move(assignment));
    out_.end_command(at_, ScriptBuilder::Then::Ends);
  }

  /// `$ErrorActionPreference = 'Stop'` is what `set -e` is elsewhere.
  void step_preference(std::string_view value, std::size_t begin) {
    at_ = std::min(text_.find('\n', begin), text_.size());
    const bool stops = lower_ascii(value).find("stop") != std::string::npos;
    Word set = out_.literal("set", begin), how = out_.literal(stops ? "-e" : "+e", begin);
    set.source = "$ErrorActionPreference";
    how.source = "= " + std::string(trim(value));
    out_.command().words = {std::move(set), std::move(how)};
    out_.command().region = out_.command().words[0].region;
    out_.end_command(at_, ScriptBuilder::Then::Ends);
  }

  /// `Where-Object { $_.Name -like 'test-*' }`: what the pipe lets through is one word of the command that asks.
  bool step_filter() {
    const std::vector<Word>& words = out_.command().words;
    if (words.size() != 1 || !among(lower_ascii(marked_text(words[0].parts)), {"where-object", "where", "?"}))
      return false;
    const std::size_t begin = at_;
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '{') ++depth;
      if (text_[at_] == '}' && --depth == 0) break;
    }
    const std::string_view inside = text_.substr(begin, std::min<std::size_t>(at_ - begin, 200));
    at_ = std::min(at_ + 1, text_.size());
    out_.add_part(PartKind::Output, std::string(inside), begin, true);
    out_.end_word(at_);
    listed_.clear();  // some of them
    return true;
  }

  void open() {
    out_.end_word(at_);
    if (step_filter()) return;
    const std::vector<Word>& words = out_.command().words;
    const std::string first = words.empty() ? std::string() : lower_ascii(marked_text(words[0].parts));
    const std::string name = words.size() > 1 ? marked_text(words[1].parts) : std::string();
    const bool function = first == "function" || first == "filter";
    if (function) out_.command().words.clear();
    out_.end_command(at_, ScriptBuilder::Then::Ends);
    const bool loop = among(first, {"foreach", "for", "while", "do", "foreach-object", "%"});
    const bool listed = first == "foreach" && !item_.empty();
    out_.open(function          ? BlockKind::Function
              : first == "test" ? BlockKind::Then
              : loop            ? BlockKind::Loop
                                : BlockKind::Subshell,
              function ? name
              : listed ? item_
                       : "",
              at_);
    if (listed) out_.go_through(std::exchange(items_, {}));
    item_.clear();
    ++at_;
  }

  void close() {
    end(ScriptBuilder::Then::Ends);
    out_.close();
    ++at_;
  }

  /// Ends a command; those that delete get the options of `rm`.
  void end(ScriptBuilder::Then then) {
    out_.end_word(at_);
    std::vector<Word>& words = out_.command().words;
    if (!words.empty()) {
      const std::string name = lower_ascii(marked_text(words[0].parts));
      if (among(name, {"remove-item", "rm", "del", "erase", "rd", "ri", "rmdir"})) respell_removal(words);
      if (among(name, {"get-childitem", "gci", "ls", "dir"})) listed_ = words;
      if (among(name, {"set-location", "sl", "chdir", "cd", "push-location", "pushd"})) respell_going(name, words);
      if (name == "robocopy" || name == "robocopy.exe") respell_mirror(words, out_, at_);
      if (among(name, {"invoke-restmethod", "invoke-webrequest", "irm", "iwr"})) respell_request(words);
    }
    out_.end_command(at_, then);
    if (then == ScriptBuilder::Then::Ends) listed_.clear();
  }

  void respell_removal(std::vector<Word>& words) {
    std::vector<Word> spelled{out_.literal("Remove-Item", at_)};
    spelled[0].region = words[0].region;
    bool named = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string option = lower_ascii(marked_text(words[i].parts));
      if (!option.starts_with('-')) {
        spelled.push_back(words[i]);
        named = true;
      } else if (option.starts_with("-r")) {
        spelled.push_back(out_.literal("-r", at_));
      } else if (option.starts_with("-fo")) {
        spelled.push_back(out_.literal("-f", at_));
      } else if (option == "-whatif" || option == "-confirm" || option == "-confirm:$true") {
        spelled.push_back(out_.literal("-i", at_));
      } else if (among(option, {"-erroraction", "-ea", "-include", "-exclude", "-filter", "-errorvariable"})) {
        ++i;
      }
    }
    if (!named) {  // `Get-ChildItem X | Remove-Item`: what the list names
      for (std::size_t i = 1; i < listed_.size(); ++i) {
        const std::string option = lower_ascii(marked_text(listed_[i].parts));
        if (among(option, {"-filter", "-include", "-exclude"})) return;
        if (!option.starts_with('-')) spelled.push_back(listed_[i]);
      }
    }
    words = std::move(spelled);
  }

  void respell_going(const std::string& name, std::vector<Word>& words) const {
    std::vector<Word> spelled{out_.literal(name.starts_with("push") ? "pushd" : "cd", at_)};
    spelled[0].region = words[0].region;
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (!marked_text(words[i].parts).starts_with('-')) spelled.push_back(words[i]);
    }
    words = std::move(spelled);
  }

  void respell_request(std::vector<Word>& words) const {
    std::vector<Word> spelled{out_.literal("curl", at_)};
    spelled[0].region = words[0].region;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string option = lower_ascii(marked_text(words[i].parts));
      if (option == "-method") {
        spelled.push_back(out_.literal("-X", at_));
      } else if (!option.starts_with('-') || option.size() < 2) {
        spelled.push_back(words[i]);
      } else if (option != "-uri" && i + 1 < words.size()) {
        ++i;
      }
    }
    words = std::move(spelled);
  }

  std::string_view text_;
  ScriptBuilder out_;
  std::size_t at_ = 0;
  std::vector<Word> listed_;  ///< the words of the list that the pipe begins with
  std::string item_;          ///< of a loop whose body begins next …
  std::vector<Word> items_;   ///< … and what it goes through
};

}  // namespace

Script read_powershell(std::string_view text, const Origin& origin) { return PowerShell(text, origin).run(); }

}  // namespace redtag::shell
