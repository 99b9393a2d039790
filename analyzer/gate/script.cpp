// Shell texts as the lines that decide about a call.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "gate/call.h"
#include "gate/words.h"

namespace redtag {
namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where a comment begins, outside of quotes; the line's size for nowhere. `quote` is carried from line to line.
std::size_t comment_at(std::string_view line, char& quote) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != '\0') {
      if (c == '\\' && quote == '"') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '\\') {
      ++i;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t' || line[i - 1] == ';')) {
      return i;
    }
  }
  return line.size();
}

/// Blanks outside of quotes as one.
std::string folded(std::string_view line) {
  std::string text;
  char quote = '\0';
  for (const char c : trim(line)) {
    const bool blank = quote == '\0' && (c == ' ' || c == '\t');
    if (blank && text.ends_with(' ')) continue;
    text += blank ? ' ' : c;
    if (quote != '\0' ? c == quote : c == '"' || c == '\'') quote = quote != '\0' ? '\0' : c;
  }
  return text;
}

std::string bare(std::string_view word) {
  std::string text;
  for (const char c : word) {
    if (c != '"' && c != '\'' && c != '[' && c != ']' && c != ',' && c != ')' && c != '(' && c != '`' && c != ';')
      text += c;
  }
  return text;
}

bool judges(std::string_view command) {
  constexpr auto commands = std::to_array<std::string_view>({"check", "doctor", "selftest", "verify"});
  return std::binary_search(commands.begin(), commands.end(), command);
}

/// A call without the options that only say where its report goes and how it looks.
std::string without_outputs(std::string_view line) {
  constexpr auto quiet = std::to_array<std::string_view>({"--format", "--output", "--workers", "-o"});
  const std::vector<std::string> words = words_of(line);
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string name = words[i].substr(0, words[i].find('='));
    if (std::find(quiet.begin(), quiet.end(), name) != quiet.end()) {
      const bool own = name != words[i];
      if (own || (i + 1 < words.size() && !words[i + 1].starts_with('-'))) {
        if (!own) ++i;
        continue;
      }
    }
    if (words[i] == "--color") continue;
    text += (text.empty() ? "" : " ") + words[i];
  }
  return text;
}

/// What `set` lines leave of ending at the first failure. A line that is no plain one counts as the worst.
bool ends_on_failure(const std::vector<std::string>& lines, std::size_t until, OnFailure failure) {
  bool ends = failure == OnFailure::Ends;
  for (std::size_t i = 0; i < until; ++i) {
    if (lines[i].starts_with("#!")) continue;
    const std::vector<std::string> words = words_of(lines[i]);
    if (words.empty() || (words.front() != "set" && words.front() != "shopt")) continue;
    for (std::size_t k = 1; k < words.size(); ++k) {
      if (words[k].starts_with('+') || words.front() == "shopt" || words[k] == "errexit")
        ends = words[k] == "errexit" && words[k - 1] == "-o";
      if (words[k].starts_with('-') && !words[k].starts_with("--") && words[k].find('e') != std::string::npos)
        ends = true;
    }
  }
  return ends;
}

bool only_prints(std::string_view line) { return (line == "echo" || line.starts_with("echo ")) && plain_line(line); }

}  // namespace

std::vector<std::string> logical_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string joined;
  char quote = '\0';
  bool first = true;
  for (const std::string_view raw : split(text, '\n')) {
    std::string_view line = raw.ends_with('\r') ? raw.substr(0, raw.size() - 1) : raw;
    if (first && line.starts_with("#!")) {
      lines.emplace_back(line);
      first = false;
      continue;
    }
    first = false;
    const bool begins_inside = quote != '\0';
    line = line.substr(0, comment_at(line, quote));
    const bool goes_on = line.ends_with('\\') && !line.ends_with("\\\\");
    if (goes_on) line.remove_suffix(1);
    joined += (begins_inside ? "\n" : "") + std::string(line);
    if (goes_on) joined += ' ';
    if (goes_on || quote != '\0') continue;
    if (std::string done = folded(joined); !done.empty()) lines.push_back(std::move(done));
    joined.clear();
  }
  if (std::string done = folded(joined); !done.empty()) lines.push_back(std::move(done));
  return lines;
}

std::string call_kind(std::string_view line) {
  const std::string lower = lower_ascii(line);
  constexpr std::string_view program = "redtag";
  for (std::size_t at = lower.find(program); at != std::string::npos; at = lower.find(program, at + 1)) {
    if (at > 0 && is_name(lower[at - 1]) && lower[at - 1] != '_') continue;
    const std::size_t end = at + program.size();
    if (end < lower.size() && is_name(lower[end]) && lower[end] != '_') continue;
    // Its own options, an image's tag and the closing quote may stand between the name and the command.
    std::string rest = lower.substr(end, 512);
    std::replace(rest.begin(), rest.end(), '\n', ' ');
    std::replace(rest.begin(), rest.end(), ',', ' ');
    const std::vector<std::string> words = words_of(rest);
    for (std::size_t i = 0; i < words.size() && i < 8; ++i) {
      const std::string word = bare(words[i]);
      if (judges(word)) return word;
    }
  }
  return {};
}

bool names_call(std::string_view line) { return !call_kind(line).empty(); }

bool plain_line(std::string_view line) {
  constexpr auto keywords = std::to_array<std::string_view>(
      {"!",    ".",    "[[",       "alias",   "break",  "builtin", "case",   "command", "continue", "coproc",
       "do",   "done", "elif",     "else",    "enable", "env",     "esac",   "eval",    "exec",     "exit",
       "fi",   "for",  "function", "hash",    "if",     "kill",    "return", "select",  "shopt",    "source",
       "then", "time", "trap",     "unalias", "until",  "wait",    "while"});
  const std::string_view first = line.substr(0, line.find(' '));
  if (std::find(keywords.begin(), keywords.end(), first) != keywords.end()) return false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const char next = i + 1 < line.size() ? line[i + 1] : '\0';
    if (c == '\\' || c == '\n' || c == '`' || (c == '$' && next == '(' && quote != '\'')) return false;
    if (quote != '\0') {
      if (c == quote) quote = '\0';
      continue;
    }
    if (c == '"' || c == '\'') quote = c;
    if (std::string_view(";|&()<>!").find(c) != std::string_view::npos) return false;
    if (c == '{' && (i == 0 || line[i - 1] != '$')) return false;
    if (c == '$' && next == '{') {
      const std::size_t close = line.find('}', i);
      if (close == std::string_view::npos || !std::all_of(line.begin() + static_cast<std::ptrdiff_t>(i) + 2,
                                                          line.begin() + static_cast<std::ptrdiff_t>(close), is_name))
        return false;
      i = close;
    } else if (c == '}') {
      return false;
    }
  }
  return quote == '\0';
}

bool names_redtag(std::string_view text) {
  for (std::size_t at = text.find("redtag"); at != std::string_view::npos; at = text.find("redtag", at + 1)) {
    const bool begins = at == 0 || text[at - 1] == '/' || text[at - 1] == '-';
    const std::size_t end = at + 6;
    if (begins && (end == text.size() || std::string_view("@:/-.").find(text[end]) != std::string_view::npos))
      return true;
  }
  return false;
}

ScriptForm script_form(std::string_view text, OnFailure failure, const LeadsToCall& leads) {
  ScriptForm form;
  const std::vector<std::string> lines = logical_lines(text);
  std::size_t last = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (leads(lines[i])) form.calls = true, last = i;
  }
  const std::size_t until = form.calls ? last + 1 : lines.size();
  const auto plain = [](const std::string& line) { return line.starts_with("#!") || plain_line(line); };
  const bool all_plain = std::all_of(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(until), plain);
  const bool ends = ends_on_failure(lines, last, failure);
  form.sound = form.calls && all_plain && (ends || last + 1 == lines.size());
  const bool asks_status = std::any_of(lines.begin(), lines.end(),
                                       [](const std::string& line) { return line.find("$?") != std::string::npos; });
  // Behind a call that ends the script nothing can take its status back; what only prints changes nothing before it.
  const std::size_t kept = form.sound && ends ? last + 1 : lines.size();
  for (std::size_t i = 0; i < kept; ++i) {
    if (form.calls && all_plain && !asks_status && i < last && !leads(lines[i]) && only_prints(lines[i])) continue;
    form.lines.push_back(all_plain && names_call(lines[i]) && plain_line(lines[i]) ? without_outputs(lines[i])
                                                                                   : lines[i]);
  }
  return form;
}

}  // namespace redtag
