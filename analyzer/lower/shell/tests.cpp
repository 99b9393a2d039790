// What `[ … ]` proves, and where a block leaves.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/scope.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

/// Operators of one operand that succeed only when something is there.
constexpr std::array<std::string_view, 16> presence{"-n", "-d", "-e", "-f", "-s", "-L", "-h", "-r",
                                                    "-w", "-x", "-b", "-c", "-S", "-p", "-v", "-O"};

/// A block that leaves says so among its first commands.
constexpr std::size_t most_looked_at = 256;

bool any_variable(const Word& word, std::vector<std::string>& names) {
  const std::size_t before = names.size();
  for (const Part& part : word.parts) {
    if (part.kind == PartKind::Variable) names.push_back(part.text);
    if (part.kind == PartKind::Number && part.text == "#") names.emplace_back("#");
  }
  return names.size() > before;
}

/// Reads `left operator right` with at least one variable on the left.
void read_comparison(const Word& left, std::string_view sign, const Word& right, Tested& tested) {
  std::vector<std::string> names;
  if (!any_variable(left, names)) return;
  const std::string value = marked_text(right.parts);
  const bool made = std::any_of(left.parts.begin(), left.parts.end(),
                                [](const Part& part) { return part.expand == Expand::Transform; });  // `$found.Count`
  const bool count = names.front() == "#" || made;
  const bool zero = value == "0" ? count : value.empty();
  bool there = false, missing = false;
  if (sign == "=" || sign == "==" || sign == "-eq" || sign == "=~") (zero ? missing : there) = true;
  if (sign == "!=" || sign == "-ne") (zero ? there : missing) = true;
  if (sign == "-gt" || sign == "-ge") there = count;
  if (sign == "-lt" || sign == "-le") missing = count;
  if (there) tested.proven.insert(tested.proven.end(), names.begin(), names.end());
  if (missing) tested.missing.insert(tested.missing.end(), names.begin(), names.end());
}

bool is_comparison(std::string_view text) {
  static constexpr std::array<std::string_view, 10> signs{"=",   "==",  "!=",  "=~",  "-eq",
                                                          "-ne", "-gt", "-ge", "-lt", "-le"};
  return std::find(signs.begin(), signs.end(), text) != signs.end();
}

bool is_connective(std::string_view text) {
  return text == "&&" || text == "||" || text == "-a" || text == "-o" || text == "(" || text == ")" || text == "]" ||
         text == "]]";
}

}  // namespace

Tested tested_names(const Command& command) {
  Tested tested;
  if (command.words.empty()) return tested;
  const std::string name = marked_text(command.words[0].parts);
  if (name != "[" && name != "[[" && name != "test") return tested;
  const std::vector<Word>& words = command.words;
  bool negated = command.negated;
  Tested flipped;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string text = marked_text(words[i].parts);
    Tested& into = negated ? flipped : tested;
    if (text == "!") {
      negated = !negated;
      continue;
    }
    const bool unary = text == "-z" || std::find(presence.begin(), presence.end(), text) != presence.end();
    if (unary && i + 1 < words.size() && !is_connective(marked_text(words[i + 1].parts))) {
      any_variable(words[++i], text == "-z" ? into.missing : into.proven);
    } else if (i + 2 < words.size() && is_comparison(marked_text(words[i + 1].parts))) {
      read_comparison(words[i], marked_text(words[i + 1].parts), words[i + 2], into);
      i += 2;
    } else if (!is_connective(text)) {
      any_variable(words[i], into.proven);
    }
    negated = command.negated;
  }
  tested.proven.insert(tested.proven.end(), flipped.missing.begin(), flipped.missing.end());
  tested.missing.insert(tested.missing.end(), flipped.proven.begin(), flipped.proven.end());
  return tested;
}

bool leaves(const Script& script, CommandRange range) {
  const std::size_t last = std::min({range.last, script.commands.size(), range.first + most_looked_at});
  for (std::size_t i = range.first; i < last; ++i) {
    const Command& command = script.commands[i];
    if (command.words.empty()) continue;
    const std::string name = lower_ascii(marked_text(command.words[0].parts));
    if (name == "exit" || name == "return" || name == "break" || name == "continue" || name == "die" ||
        name == "abort" || name == "throw")
      return true;
    // A house's own way to stop: `usage`, `log_fail`, `error_exit`.
    for (const std::string_view word : {"fail", "usage", "fatal", "abort", "error", "exit", "die_", "bail", "panic"}) {
      if (name.find(word) != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace redtag::shell
