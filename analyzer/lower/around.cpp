#include "lower/around.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "lower/shell/follow.h"
#include "model/surrounding.h"

namespace redtag {

namespace {

constexpr std::size_t most_things = 100;
constexpr std::size_t longest_value = 400;
constexpr std::size_t most_words = 4'000;  // of one text
constexpr std::size_t most_lines = 400;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Words between blanks and what a shell divides commands by, quotes and all.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  constexpr std::string_view dividers = " \t\r\n;|&()\"'`";
  for (std::size_t at = text.find_first_not_of(dividers); at != std::string_view::npos && words.size() < most_words;) {
    const std::size_t end = std::min(text.find_first_of(dividers, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(dividers, end);
  }
  return words;
}

std::string folded(std::string_view line) {
  std::string out;
  for (const char c : trim(line)) {
    if (!is_blank(c))
      out += c;
    else if (!out.ends_with(' '))
      out += ' ';
  }
  return out;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Whether a line decides for the lines behind it: a choice that fact rows know, a folder, a variable.
bool decides(std::string_view line, const FactTables& facts) {
  static constexpr std::array own = std::to_array<std::string_view>({"cd", "pushd", "export", "set-location"});
  static constexpr std::array handed_on =
      std::to_array<std::string_view>({"GITHUB_ENV", "BASH_ENV", "task.setvariable"});
  if (std::any_of(handed_on.begin(), handed_on.end(),
                  [&](std::string_view word) { return line.find(word) != std::string_view::npos; }))
    return true;
  const std::vector<std::string_view> words = words_of(line);
  const std::size_t near = std::min<std::size_t>(words.size(), 4);  // behind a wrapper or two
  return std::any_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(near), [&](std::string_view word) {
    const std::string program = lower_ascii(last_part(word));
    return std::find(own.begin(), own.end(), program) != own.end() || !facts.rows("shell", program, "aims").empty();
  });
}

}  // namespace

void Around::add(std::vector<Thing>& to, std::string_view name, std::string_view value) {
  if (trim(value).empty() || to.size() >= most_things) return;
  to.push_back({std::string(name), shortened(folded(value), longest_value)});
}

void Around::say(std::string_view name, std::string_view value) { add(said_, name, value); }

void Around::set(std::string_view name, std::string_view value) { add(variables_, name, value); }

void Around::set_all(const document::Node* mapping) {
  if (mapping == nullptr) return;
  for (const document::Member& member : mapping->members) {
    if (member.value.scalar()) set(member.key, member.value.text);
  }
}

void Around::say_all(std::string_view name, const document::Node* mapping) {
  if (mapping == nullptr) return;
  for (const document::Member& member : mapping->members) {
    if (member.value.scalar()) say(name, member.key + "=" + member.value.text);
  }
}

void Around::after(std::string_view earlier) {
  std::size_t lines = 0;
  for (const std::string_view line : split(earlier, '\n')) {
    if (++lines > most_lines) return;
    const std::string_view plain = trim(line);
    if (!plain.empty() && plain.front() != '#' && decides(plain, facts_)) say("after", plain);
  }
}

void Around::bind(std::span<Operation> operations, std::string_view text) const {
  std::set<std::string_view> read;
  if (!variables_.empty()) {
    for (const std::string_view word : words_of(text)) {
      for (const FactRowView& row : facts_.rows("shell", last_part(word), "aimed-by")) {
        if (row.path.starts_with('$')) read.insert(row.path.substr(1));
      }
    }
  }
  for (Operation& operation : operations) {
    if (shell::is_call(operation)) continue;
    for (const Thing& thing : said_) operation.arguments.push_back(surrounding(thing.name, thing.value));
    for (const Thing& thing : variables_) {
      if (read.contains(thing.name)) operation.arguments.push_back(surrounding(thing.name, thing.value));
    }
  }
}

}  // namespace redtag
