#include "lower/shell/spares.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/vocabulary.h"
#include "model/spared.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_tests = 16;

std::string shown(const Argument& argument) {
  return known_text(argument.readings.front()).value_or(argument.word->source);
}

/// Tests of find stand between its places and its action. With `-o` among them none limits alone.
void add_tests(const LineView& line, std::size_t find, Operation& operation) {
  std::size_t i = find + 1;
  const auto text = [&](std::size_t at) -> const std::string& { return line.words[at].text; };
  while (i < line.words.size() && !text(i).starts_with("-") && text(i) != "(" && text(i) != "!") ++i;
  std::vector<Value> tests;
  for (bool turned = false; i < line.words.size() && tests.size() < most_tests; ++i) {
    if (text(i) == "-delete" || text(i).starts_with("-exec") || text(i).starts_with("-ok")) break;
    if (text(i) == "-o" || text(i) == "-or" || text(i) == ",") return;
    const bool turns = text(i) == "!" || text(i) == "-not";
    if (turns || !text(i).starts_with("-") || text(i).size() < 3) {
      turned = turns;
      continue;
    }
    const bool takes = i + 1 < line.words.size() && !text(i + 1).starts_with("-") && text(i + 1) != "!" &&
                       text(i + 1) != "(" && text(i + 1) != ")";
    std::string name = (turned ? "not " : "") + text(i), amount;
    // `-mtime -30` is a test of another kind than `-mtime +30`, and its number starts with the sign.
    const bool less =
        !takes && i + 1 < line.words.size() && text(i + 1).size() > 1 && text(i + 1)[1] >= '0' && text(i + 1)[1] <= '9';
    if (takes || less) amount = shown(line.words[++i]);
    if (amount.starts_with('+')) amount.erase(0, 1);
    if (name.ends_with("-maxdepth") && !amount.empty()) amount.insert(0, 1, '-');  // deeper leaves less alone
    tests.push_back(spared(name, shortened(amount, 200)));
    turned = false;
  }
  for (Value& test : tests) operation.arguments.push_back(std::move(test));
}

/// `--keep-daily 7`, `--older-than=30d`
void add_options(const LineView& line, Operation& operation) {
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    const std::string& word = line.text(i);
    if (word.size() < 3 || word[0] != '-') continue;
    const std::size_t sign = word.find('=');
    const std::string_view name = std::string_view(word).substr(0, sign);
    if (!is_listed(List::SparingOption, name)) continue;
    if (sign != std::string::npos) {
      operation.arguments.push_back(spared(name, std::string_view(word).substr(sign + 1)));
    } else if (i + 1 < line.last()) {
      operation.arguments.push_back(spared(name, shown(line.words[i + 1])));
    }
  }
}

/// `$(date -d "3 days ago" +%F)`, `$(date -v-3d +%F)`: what that day left is named, and what is younger is not.
std::string_view days_in(std::string_view source) {
  if (!trim(source).starts_with("date ")) return {};
  static constexpr std::array<std::string_view, 4> units{" day", " week", " month", " year"};
  for (const std::string_view unit : units) {
    const std::size_t end = source.find(unit);
    if (end == std::string_view::npos || source.find("ago", end) == std::string_view::npos) continue;
    std::size_t begin = end;
    while (begin > 0 && source[begin - 1] >= '0' && source[begin - 1] <= '9') --begin;
    return source.substr(begin, end - begin);
  }
  const std::size_t shift = source.find("-v-");
  if (shift == std::string_view::npos) return {};
  const std::string_view amount = source.substr(shift + 3);
  return amount.substr(0, amount.find_first_not_of("0123456789"));
}

void add_days(const LineView& line, Operation& operation) {
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    for (const Piece& piece : line.words[i].readings.front()) {
      const std::string_view source = piece.text;  // `$(…)`
      const std::string_view days = source.starts_with("$(") ? days_in(source.substr(2)) : std::string_view();
      if (days.empty()) continue;
      operation.arguments.push_back(spared("what is younger", days));
      return;
    }
  }
}

}  // namespace

void add_spared(const LineView& line, Operation& operation) {
  if (operation.verb != Verb::Destroy && operation.verb != Verb::Delete) return;
  if (line.invocation.search) {
    add_tests(line, *line.invocation.search, operation);
  } else if (line.invocation.program == "find" || line.invocation.program == "gfind") {
    add_tests(line, line.invocation.begin, operation);
  }
  add_options(line, operation);
  add_days(line, operation);
}

}  // namespace redtag::shell
