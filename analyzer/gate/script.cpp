// Calls of redtag in shell lines, wherever they stand.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "gate/call.h"

namespace redtag {
namespace {

constexpr std::string_view program = "redtag";

bool ends_command(char c) { return c == ';' || c == '|' || c == '&' || c == ')' || c == '\n' || c == '`'; }

bool starts_word(char c) {
  constexpr std::string_view before = " \t;|&(`\"'=/@";
  return before.find(c) != std::string_view::npos;
}

/// The line's words behind the program's name, up to the end of the command.
std::vector<std::string> arguments_at(std::string_view line, std::size_t& at) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (; at < line.size() && !ends_command(line[at]); ++at) {
    if (line[at] == ' ' || line[at] == '\t') {
      flush();
    } else if (line[at] != '"' && line[at] != '\'') {
      word += line[at];
    }
  }
  flush();
  return words;
}

bool judges(std::string_view command) {
  constexpr auto commands = std::to_array<std::string_view>({"check", "verify", "doctor", "selftest"});
  return std::find(commands.begin(), commands.end(), command) != commands.end();
}

/// What is asked, without where the answer goes.
std::string question_of(const std::vector<std::string>& words) {
  constexpr auto quiet = std::to_array<std::string_view>({"-o", "--output", "--format", "--workers"});
  std::string question;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    const std::string_view name = word.substr(0, word.find('='));
    if (std::find(quiet.begin(), quiet.end(), name) != quiet.end()) {
      if (name == word) ++i;  // its value is the next word
      continue;
    }
    if (word == "--color" || word.find('>') != std::string_view::npos) continue;
    question += (question.empty() ? "" : " ") + words[i];
  }
  return question;
}

/// What stands behind the command and takes its status away.
void add_masks(std::string_view rest, std::set<std::string>& masks) {
  rest = trim(rest);
  if (rest.starts_with("||")) {
    const std::string_view then = trim(rest.substr(2));
    const bool fails = then.starts_with("exit ")
                           ? !then.starts_with("exit 0")
                           : then.starts_with("return 1") || then.find("exit 1") != std::string_view::npos;
    if (!fails) masks.insert("||");
  } else if (rest.starts_with('|')) {
    masks.insert("|");
  } else if (rest.starts_with('&') && !rest.starts_with("&&")) {
    masks.insert("&");
  } else if (rest.starts_with(';') && !trim(rest.substr(1)).empty()) {
    masks.insert(";");
  }
}

void read_line(std::string_view line, std::uint32_t number, std::vector<GateCall>& calls) {
  for (std::size_t at = line.find(program); at != std::string_view::npos; at = line.find(program, at + 1)) {
    if (at > 0 && !starts_word(line[at - 1])) continue;
    std::size_t end = at + program.size();
    if (end < line.size() && (line[end] == '"' || line[end] == '\'')) ++end;
    if (end >= line.size() || (line[end] != ' ' && line[end] != '\t')) continue;
    const std::vector<std::string> words = arguments_at(line, end);
    if (words.empty() || !judges(words.front())) continue;
    GateCall call;
    call.kind = words.front();
    call.question = question_of(words);
    call.line = number;
    add_masks(line.substr(end), call.masks);
    const std::string_view before = trim(line.substr(0, at));
    for (const std::string_view word : {"if", "!", "while", "until"}) {
      if (before == word || before.starts_with(std::string(word) + " ")) call.masks.insert(std::string(word));
    }
    calls.push_back(std::move(call));
  }
}

bool is_comment(std::string_view line) {
  return line.starts_with('#') || line.starts_with("//") || line.starts_with("--") || line.starts_with(';') ||
         line.starts_with("rem ");
}

}  // namespace

std::vector<GateCall> calls_in_script(std::string_view text, std::uint32_t first) {
  std::vector<GateCall> calls;
  if (text.find(program) == std::string_view::npos) return calls;
  bool lenient = false;
  std::string joined;
  std::uint32_t number = first, start = first;
  for (const std::string_view raw : split(text, '\n')) {
    std::string_view line = trim(raw);
    if (joined.empty()) start = number;
    ++number;
    const bool goes_on = line.ends_with('\\');
    if (goes_on) line.remove_suffix(1);
    if (!joined.empty() || !is_comment(line)) joined += std::string(line) + " ";
    if (goes_on) continue;
    if (joined.find("set +e") != std::string::npos) lenient = true;
    if (joined.find("set -e") != std::string::npos) lenient = false;
    const std::size_t known = calls.size();
    read_line(joined, start, calls);
    for (std::size_t i = known; lenient && i < calls.size(); ++i) calls[i].masks.insert("set +e");
    joined.clear();
  }
  return calls;
}

}  // namespace redtag
