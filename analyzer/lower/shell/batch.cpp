// Batch files: one command after another, with `%NAME%`, `if` and `for` in front of them.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/strip.h"
#include "lower/shell/windows.h"

namespace redtag::shell {

namespace {

/// What the variable of any loop is called here.
constexpr std::string_view loop_item = "item";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';'; }

class Batch {
 public:
  Batch(std::string_view text, const Origin& origin) : text_(text), out_(text, origin) {}

  Script run() {
    at_ = behind_mark(text_);
    while (at_ < text_.size()) step();
    end(ScriptBuilder::Then::Ends);
    return out_.finish();
  }

 private:
  [[nodiscard]] char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[nodiscard]] std::size_t line_end() const { return std::min(text_.find('\n', at_), text_.size()); }

  void step() {
    const char c = text_[at_];
    if (starting_ && begin_command()) return;
    if (c == '^' && (peek(1) == '\n' || peek(1) == '\r')) return void(at_ += peek(1) == '\r' ? 3 : 2);
    if (c == '^' && at_ + 1 < text_.size()) return out_.add_char(text_[at_ + 1], at_ + 1, true), void(at_ += 2);
    if (c == '"') return step_string();
    if (is_blank(c)) return out_.end_word(at_), void(++at_);
    if (c == '\n') return end_line();
    if (c == '|' && peek(1) == '|') return end_and_then(BlockKind::Else);
    if (c == '|') return end(ScriptBuilder::Then::Pipes), void(++at_);
    if (c == '&' && peek(1) == '&') return end_and_then(BlockKind::Then);
    if (c == '&') return end(ScriptBuilder::Then::Ends), void(++at_);
    if (c == '>' || (c >= '0' && c <= '9' && peek(1) == '>' && !out_.in_word())) return skip_redirect();
    if (c == '(' && out_.command().words.empty() && !out_.in_word()) return void(++at_), void(++groups_);
    if (c == ')' && groups_ > 0) return end(ScriptBuilder::Then::Ends), close_group();
    if (c == '%' || c == '!') return step_variable(c, false);
    out_.add_char(c, at_, false);
    ++at_;
  }

  /// `>nul`, `2>&1`, `>> "a file"`: where the output goes is no word of the command.
  void skip_redirect() {
    out_.end_word(at_);
    while (at_ < text_.size() && (text_[at_] == '>' || (text_[at_] >= '0' && text_[at_] <= '9'))) ++at_;
    if (peek(0) == '&') return void(at_ = std::min(at_ + 2, text_.size()));
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    const bool quoted = peek(0) == '"';
    if (quoted) ++at_;
    while (at_ < text_.size() && text_[at_] != '\n' && (quoted ? text_[at_] != '"' : !ends_word(text_[at_]))) ++at_;
    if (quoted && peek(0) == '"') ++at_;
  }

  static bool ends_word(char c) { return is_blank(c) || c == '&' || c == '|' || c == ')'; }

  /// Looks at the first word of a command. True if it was something else than one.
  bool begin_command() {
    const char c = text_[at_];
    if (c == '@' || is_blank(c)) return ++at_, true;
    const std::string_view rest = text_.substr(at_, line_end() - at_);
    std::string word = lower_ascii(rest.substr(0, rest.find_first_of(" \t\r=,;(\"/")));
    if (c == ':' || word == "rem") return at_ = line_end(), true;
    if (word == "call" || word == "start" || word == "else" || word == "do") return at_ += word.size(), true;
    if (word == "if") return step_condition(rest), true;
    if (word == "for") return step_loop(rest), true;
    if (word == "set") return step_set(rest), true;
    if (c == '(') return ++groups_, ++at_, true;
    if (c == '\n' || c == ')' || c == '|' || c == '&') return false;
    starting_ = false;
    return false;
  }

  /// `if exist X`, `if "%A%"==""`, `if defined A`: a test in front of what follows on the line or in its brackets.
  void step_condition(std::string_view rest) {
    std::size_t i = 2;
    bool negated = false;
    const auto word = [&] {
      while (i < rest.size() && is_blank(rest[i])) ++i;
      const std::size_t begin = i;
      bool quoted = false;
      while (i < rest.size() && (quoted || !is_blank(rest[i]))) quoted = rest[i] == '"' ? !quoted : quoted, ++i;
      return rest.substr(begin, i - begin);
    };
    std::string_view first = word();
    while (lower_ascii(first) == "not" || lower_ascii(first) == "/i") {
      negated = negated || lower_ascii(first) == "not";
      first = word();
    }
    const std::string plain = lower_ascii(first);
    std::string_view subject = first;
    bool missing = negated;
    if (plain == "exist" || plain == "defined" || plain == "errorlevel") {
      subject = word();
    } else if (const std::size_t sign = first.find("=="); sign != std::string_view::npos) {
      std::string_view right = first.substr(sign + 2);
      missing = (right == "\"\"" || right == "''" || right.empty() || right == "[]") != negated;
    } else {
      word();
      word();
    }
    const std::size_t begin = at_;
    at_ += i;
    out_.command().words.push_back(out_.literal("test", begin));
    const std::size_t known =
        names_in(plain == "defined" ? "%" + std::string(subject) + "%" : std::string(subject), missing, begin);
    if (plain == "errorlevel") add_status(negated, begin);
    if (known == 0 && plain != "errorlevel") out_.command().words.push_back(out_.literal("x", begin));
    out_.command().region = out_.command().words[0].region;
    out_.end_command(at_, ScriptBuilder::Then::Ends);
    out_.open(BlockKind::Then, "", at_);
    blocks_.push_back(groups_);
    starting_ = true;
  }

  /// `errorlevel 1`: the command in front failed.
  void add_status(bool negated, std::size_t at) {
    out_.add_part(PartKind::Variable, "?", at, true);
    out_.end_word(at);
    out_.command().words.push_back(out_.literal(negated ? "=" : "!=", at));
    out_.command().words.push_back(out_.literal("0", at));
  }

  std::size_t names_in(const std::string& text, bool missing, std::size_t at) {
    std::size_t found = 0;
    for (std::size_t i = text.find('%'); i != std::string::npos; i = text.find('%', i + 1)) {
      const std::size_t end = text.find('%', i + 1);
      if (end == std::string::npos) break;
      out_.command().words.push_back(out_.literal(missing ? "-z" : "-n", at));
      out_.add_part(PartKind::Variable, windows_variable(text.substr(i + 1, end - i - 1)), at, true);
      out_.end_word(at);
      ++found;
      i = end;
    }
    return found;
  }

  /// `for %%F in (…) do …`: what stands behind it is run for each.
  void step_loop(std::string_view rest) {
    const std::size_t run = lower_ascii(rest).find(" do ");
    at_ = run == std::string::npos ? at_ + rest.size() : at_ + run + 4;
    if (run != std::string::npos) open_line(BlockKind::Loop, std::string(loop_item));
  }

  /// A block that ends with its line, or with the brackets that it begins with.
  void open_line(BlockKind kind, std::string name) {
    out_.open(kind, std::move(name), at_);
    blocks_.push_back(groups_);
    starting_ = true;
  }

  /// `a || b`: the second runs when the first failed; of `a && b`, when it did not.
  void end_and_then(BlockKind kind) {
    const bool empty = out_.command().words.empty() && !out_.in_word();
    end(ScriptBuilder::Then::Ends);
    at_ += 2;
    if (!empty) open_line(kind, "");
  }

  void step_set(std::string_view rest) {
    const bool asks = lower_ascii(rest).find("/p") != std::string::npos;
    const std::size_t line = at_;
    std::string_view body = trim(rest.substr(3));
    std::size_t from = at_ + static_cast<std::size_t>(body.data() - rest.data());
    if (asks) {
      out_.command().words = {out_.literal("read", line), out_.literal("-p", line),
                              out_.literal(std::string(body), line)};
      at_ = line_end();
      return out_.end_command(at_, ScriptBuilder::Then::Ends);
    }
    const bool quoted = body.starts_with('"');
    if (quoted) {
      body.remove_prefix(1);
      ++from;
    }
    const std::size_t sign = body.find('=');
    const std::size_t end = std::min(body.find(quoted ? '"' : '&'), body.size());
    if (sign == std::string_view::npos || sign > end || body.starts_with('/')) {
      at_ = line_end();
      return;
    }
    Assignment assignment;
    assignment.name = windows_variable(trim(body.substr(0, sign)));
    at_ = from + sign + 1;
    while (at_ < from + end)
      text_[at_] == '%' || text_[at_] == '!' ? step_variable(text_[at_], true)
                                             : (out_.add_char(text_[at_], at_, true), void(++at_));
    out_.end_word(at_);
    if (!out_.command().words.empty()) assignment.value = out_.command().words[0];
    out_.command().words.clear();
    out_.command().assignments.push_back(std::move(assignment));
    if (quoted && at_ < text_.size()) ++at_;
    out_.end_command(at_, ScriptBuilder::Then::Ends);
  }

  void step_string() {
    out_.begin_word(at_);
    for (++at_; at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\n';) {
      if (text_[at_] == '%' || text_[at_] == '!') {
        step_variable(text_[at_], true);
      } else {
        out_.add_char(text_[at_], at_, true);
        ++at_;
      }
    }
    if (at_ < text_.size() && text_[at_] == '"') ++at_;
  }

  void step_variable(char sign, bool quoted) {
    const std::size_t begin = at_++;
    if (sign == '%' && peek(0) == '%') {  // %%f of a loop
      at_ += 2;
      return out_.add_part(PartKind::Number, std::string(loop_item), begin, quoted);
    }
    if (sign == '%' && peek(0) == '~') {  // %~dp0, %~1
      while (at_ < text_.size() && !(text_[at_] >= '0' && text_[at_] <= '9') && text_[at_] != '\n' && at_ < begin + 8)
        ++at_;
      const char digit = peek(0);
      if (digit == '0' && text_.substr(begin, at_ - begin) == "%~d") {  // the drive that the script is on
        ++at_;
        return add_text("C:", begin, quoted);
      }
      ++at_;
      at_ = std::min(at_, text_.size());
      return digit == '0' ? out_.add_part(PartKind::Variable, "PWD", begin, quoted)
                          : out_.add_part(PartKind::Variable, std::string(1, digit), begin, quoted);
    }
    if (sign == '%' && peek(0) >= '0' && peek(0) <= '9') {
      out_.add_part(PartKind::Variable, std::string(1, peek(0)), begin, quoted);
      return void(++at_);
    }
    const std::size_t end = text_.find(sign, at_);
    const std::string_view name = end == std::string_view::npos ? std::string_view() : text_.substr(at_, end - at_);
    if (name.empty() || name.size() > 80 || name.find_first_of("\n\" ") != std::string_view::npos)
      return out_.add_char(sign, begin, quoted);
    at_ = end + 1;
    const std::size_t colon = name.find(':');
    if (const std::string_view place = windows_place(name); !place.empty()) return add_text(place, begin, quoted);
    if (lower_ascii(name) == "cd:~0,3")
      return add_text("C:/", begin, quoted);  // the root of the drive, whichever it is
    out_.add_part(PartKind::Variable, windows_variable(name.substr(0, colon)), begin, quoted,
                  colon == std::string_view::npos ? Expand::Plain : Expand::Transform);
  }

  void add_text(std::string_view text, std::size_t at, bool quoted) {
    for (const char c : text) out_.add_char(c, at, quoted);
  }

  void end_line() {
    end(ScriptBuilder::Then::Ends);
    ++at_;
    // What an `if` guards ends with its line, unless brackets are open.
    while (!blocks_.empty() && blocks_.back() >= groups_) {
      blocks_.pop_back();
      out_.close();
    }
  }

  void close_group() {
    ++at_;
    --groups_;
  }

  void end(ScriptBuilder::Then then) {
    out_.end_word(at_);
    std::vector<Word>& words = out_.command().words;
    if (!words.empty()) respell(words);
    out_.end_command(at_, then);
    starting_ = true;
  }

  void respell(std::vector<Word>& words) const {
    const std::string name = lower_ascii(base_name(marked_text(words[0].parts)));
    if (name == "cd" || name == "chdir" || name == "pushd" || name == "move") return respell_going(name, words);
    if (name == "robocopy" || name == "robocopy.exe") return respell_mirror(words, out_, at_);
    const bool directory = name == "rd" || name == "rmdir" || name.starts_with("rd/") || name.starts_with("rmdir/");
    const bool file = name == "del" || name == "erase" || name.starts_with("del/");
    if (!directory && !file) return;
    std::vector<Word> spelled{out_.literal(directory ? "rd" : "del", at_)};
    spelled[0].region = words[0].region;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string option = lower_ascii(marked_text(words[i].parts));
      if (option == "/s") {
        spelled.push_back(out_.literal("-r", at_));
      } else if (option == "/q" || option == "/f") {
        spelled.push_back(out_.literal("-f", at_));
      } else if (option == "/p") {
        spelled.push_back(out_.literal("-i", at_));
      } else if (option == "/s/q" || option == "/q/s") {
        spelled.push_back(out_.literal("-rf", at_));
      } else if (!(option.size() < 4 && option.starts_with('/') && option.size() > 1)) {
        spelled.push_back(words[i]);
      }
    }
    words = std::move(spelled);
  }

  /// `cd /d X`, `move /y A B`
  void respell_going(const std::string& name, std::vector<Word>& words) const {
    std::vector<Word> spelled{out_.literal(name == "chdir" ? "cd" : name == "move" ? "mv" : name, at_)};
    spelled[0].region = words[0].region;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string option = lower_ascii(marked_text(words[i].parts));
      if (option == "/y" || option == "/-y") {
        spelled.push_back(out_.literal(option == "/y" ? "-f" : "-i", at_));
      } else if (option != "/d" || i > 1) {
        spelled.push_back(words[i]);
      }
    }
    words = std::move(spelled);
  }

  std::string_view text_;
  ScriptBuilder out_;
  std::size_t at_ = 0;
  std::size_t groups_ = 0;
  std::vector<std::size_t> blocks_;  ///< of conditions, with the brackets open at their start
  bool starting_ = true;
};

}  // namespace

Script read_batch(std::string_view text, const Origin& origin) { return Batch(text, origin).run(); }

}  // namespace redtag::shell
