// What stands in the brackets of an `if` of PowerShell, as the words of a test.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/strip.h"
#include "lower/shell/windows.h"

namespace redtag::shell {

namespace {

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

void add_variable(std::string name, std::string_view written, Expand expand, std::size_t begin, ScriptBuilder& out) {
  Word variable = out.literal(std::string(written), begin);
  Part& part = variable.parts.front();
  part.kind = PartKind::Variable;
  part.expand = expand;
  part.quoted = true;
  part.text = std::move(name);
  out.command().words.push_back(std::move(variable));
}

/// `$active.Count -lt 100`, `$Mode -eq 'apply'`: one comparison of a variable as words of a test. False for anything else.
bool add_comparison(std::string_view inside, std::size_t begin, ScriptBuilder& out) {
  struct Sign {
    std::string_view written, meant;
  };
  static constexpr std::array signs = std::to_array<Sign>({{"-eq", "="},
                                                           {"-ceq", "="},
                                                           {"-ieq", "="},
                                                           {"-ne", "!="},
                                                           {"-lt", "-lt"},
                                                           {"-le", "-le"},
                                                           {"-gt", "-gt"},
                                                           {"-ge", "-ge"}});
  std::vector<std::string_view> words;
  for (const std::string_view word : split(trim(inside), ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() != 3 || words[0].size() < 2 || words[0][0] != '$' || words[2][0] == '$') return false;
  const std::string operation = lower_ascii(words[1]);
  const auto sign = std::find_if(signs.begin(), signs.end(), [&](const Sign& s) { return s.written == operation; });
  std::string_view name = words[0].substr(1);
  const std::size_t dot = name.find('.');
  const std::string_view member = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  name = name.substr(0, dot);
  if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos) name = name.substr(colon + 1);
  const bool plain =
      std::all_of(name.begin(), name.end(), is_name) && std::all_of(member.begin(), member.end(), is_name);
  std::string_view value = words[2];
  if (sign == signs.end() || !plain || name.empty() || value.find_first_of("()[]{}") != std::string_view::npos)
    return false;
  if (value.size() > 1 && (value[0] == '\'' || value[0] == '"') && value.back() == value[0])
    value = value.substr(1, value.size() - 2);
  add_variable(windows_variable(name), words[0], member.empty() ? Expand::Plain : Expand::Transform, begin, out);
  out.command().words.push_back(out.literal(std::string(sign->meant), begin));
  out.command().words.push_back(out.literal(std::string(value), begin));
  return true;
}

/// `-not (Test-Path $backup)`: whether something is there. False for anything else.
bool add_presence(std::string_view inside, std::size_t begin, ScriptBuilder& out) {
  const std::string plain = lower_ascii(inside);
  std::size_t at = plain.find("test-path ");
  if (at == std::string::npos || plain.find("test-path", at + 1) != std::string::npos) return false;
  const bool negated = plain.find("-not") < at || plain.find('!') < at;
  std::string_view word = trim(inside.substr(at + 10));
  while (word.starts_with('-') && word.find(' ') != std::string_view::npos) word = trim(word.substr(word.find(' ')));
  while (word.ends_with(')') || word.ends_with(' ')) word.remove_suffix(1);
  if (word.size() < 2 || word.find_first_of(" ()") != std::string_view::npos) return false;
  const bool quoted = (word[0] == '\'' || word[0] == '"') && word.back() == word[0];
  const bool variable = word[0] == '$' && std::all_of(word.begin() + 1, word.end(), is_name);
  if (!variable && (!quoted || word.find('$') != std::string_view::npos)) return false;
  if (negated) out.command().words.push_back(out.literal("!", begin));
  out.command().words.push_back(out.literal("-e", begin));
  if (variable) {
    add_variable(windows_variable(word.substr(1)), word, Expand::Plain, begin, out);
  } else {
    std::string path(word.substr(1, word.size() - 2));
    std::replace(path.begin(), path.end(), '\\', '/');
    out.command().words.push_back(out.literal(std::move(path), begin));
  }
  return true;
}

/// `$Force`, `-not $Force`. False for anything else.
bool add_truth(std::string_view inside, std::size_t begin, ScriptBuilder& out) {
  std::string_view word = trim(inside);
  const bool negated = lower_ascii(word).starts_with("-not ") || word.starts_with('!');
  if (negated) word = trim(word.substr(word.starts_with('!') ? 1 : 5));
  if (word.size() < 2 || word[0] != '$' || !std::all_of(word.begin() + 1, word.end(), is_name)) return false;
  out.command().words.push_back(out.literal(negated ? "-z" : "-n", begin));
  add_variable(windows_variable(word.substr(1)), word, Expand::Plain, begin, out);
  return true;
}

/// Comparisons with `-and` or `-or` between them, of which each is one that a test has. False, and nothing added, for any other.
bool add_joined(std::string_view inside, std::size_t begin, ScriptBuilder& out) {
  const std::size_t known = out.command().words.size();
  const std::string plain = lower_ascii(inside);
  for (std::size_t at = 0;;) {
    const std::size_t also = std::min(plain.find(" -and ", at), plain.size());
    const std::size_t or_else = std::min(plain.find(" -or ", at), plain.size());
    const std::size_t end = std::min(also, or_else);
    const std::string_view part = inside.substr(at, end - at);
    if (!add_comparison(part, begin, out) && !add_presence(part, begin, out) && !add_truth(part, begin, out)) {
      out.command().words.resize(known);
      return false;
    }
    if (end == plain.size()) return true;
    out.command().words.push_back(out.literal(also < or_else ? "&&" : "||", begin));
    at = end + (also < or_else ? 6 : 5);
  }
}

/// `$PSCmdlet.ShouldProcess($path)`: nothing happens where somebody asks what would.
void add_should_process(bool negated, std::size_t begin, ScriptBuilder& out) {
  out.command().words.push_back(out.literal("test", begin));
  add_variable("WhatIf", "$PSCmdlet.ShouldProcess", Expand::Plain, begin, out);
  out.command().words.push_back(out.literal(negated ? "=" : "!=", begin));
  out.command().words.push_back(out.literal("true", begin));
}

}  // namespace

void add_powershell_test(std::string_view inside, std::size_t begin, ScriptBuilder& out) {
  const std::string plain = lower_ascii(inside);
  const bool negated = plain.find("-not") != std::string::npos || plain.find('!') != std::string::npos ||
                       plain.find("isnullor") != std::string::npos;
  if (plain.find("shouldprocess(") != std::string::npos) return add_should_process(negated, begin, out);
  out.command().words.push_back(out.literal("test", begin));
  std::string_view whole = inside.substr(1);
  if (whole.ends_with(')') && std::count(whole.begin(), whole.end(), '(') < std::count(whole.begin(), whole.end(), ')'))
    whole.remove_suffix(1);
  if (add_joined(whole, begin, out)) return;
  for (std::size_t i = 0; i + 1 < inside.size(); ++i) {
    if (inside[i] != '$' || !is_name(inside[i + 1])) continue;
    std::size_t end = i + 1;
    while (end < inside.size() && (is_name(inside[end]) || inside[end] == ':')) ++end;
    const std::size_t colon = inside.substr(i + 1, end - i - 1).rfind(':');
    const std::size_t from = colon == std::string_view::npos ? i + 1 : i + 2 + colon;
    out.command().words.push_back(out.literal(negated ? "-z" : "-n", begin + i));
    out.add_part(PartKind::Variable, windows_variable(inside.substr(from, end - from)), begin + i, true);
    out.end_word(begin + end);
    i = end;
  }
}

}  // namespace redtag::shell
