#include "lower/cpp/operand.h"

#include <algorithm>
#include <array>

#include "base/c_names.h"
#include "base/text.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

/// The variable behind `*i`, `i->path()` and `(*i).path()`.
std::string_view variable_in(std::string_view text) {
  constexpr std::array tails = std::to_array<std::string_view>({".path()", "->path()"});
  for (const std::string_view tail : tails) {
    if (text.ends_with(tail)) text.remove_suffix(tail.size());
  }
  if (text.starts_with('(') && text.ends_with(')')) text = text.substr(1, text.size() - 2);
  while (text.starts_with('*')) text.remove_prefix(1);
  const bool name = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return in_name(c); });
  return name ? text : std::string_view();
}

/// `fs::directory_iterator(d)` is `directory_iterator(d)`, and `all.begin()` is of `all`.
std::string range_of(std::string_view text) {
  text = trim(text);
  while (text.ends_with(';')) text = trim(text.substr(0, text.size() - 1));
  for (const std::string_view tail : {".begin()", ".cbegin()"}) {
    if (text.ends_with(tail)) text.remove_suffix(tail.size());
  }
  const std::size_t open = text.find_first_of("({");
  const std::string_view head = text.substr(0, open);
  const std::size_t scope = head.rfind("::");
  std::string range(scope == std::string_view::npos ? text : text.substr(scope + 2));
  std::erase(range, ' ');
  for (char& c : range) c = c == '{' ? '(' : c == '}' ? ')' : c;
  return range;
}

bool iterates(std::string_view text) {
  return text.find("iterator") != std::string_view::npos || text.find("begin()") != std::string_view::npos;
}

/// Where a name stands in a text as a word of its own.
std::size_t word_in(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool starts = at == 0 || !in_name(text[at - 1]);
    if (starts && end_of_name(text, at) == at + name.size()) return at;
  }
  return std::string_view::npos;
}

std::string made_with(const Local& local, std::string_view name) {
  if (local.type == "each") return "each of " + range_of(local.text);
  const std::size_t found = word_in(local.text, name);
  if (found == std::string::npos) return {};
  const std::size_t equals = local.text.find('=', found);
  const std::string_view behind = trim(std::string_view(local.text).substr(found + name.size()));
  if (iterates(local.text) && equals != std::string::npos) return "each of " + range_of(local.text.substr(equals + 1));
  if (iterates(local.type) && (behind.starts_with('(') || behind.starts_with('{')))
    return "each of " + range_of(local.type + std::string(behind));
  if (local.text.find('=') == std::string::npos) return {};
  std::string made = local.text;
  return made.replace(found, name.size(), "_");
}

}  // namespace

std::string operand_of(const std::string& target, const Function& function) {
  const auto& parameters = function.parameters;
  const auto at = target.empty() ? parameters.end() : std::find(parameters.begin(), parameters.end(), target);
  if (at != parameters.end()) return "parameter " + std::to_string(at - parameters.begin() + 1);
  const std::string_view name = variable_in(target);
  for (const Local& local : function.locals) {
    if (name.empty() || local.name != name) continue;
    std::string made = made_with(local, name);
    if (made.empty()) continue;
    // What is made of a local (`*x`) is another thing than the local, but for what runs through a range.
    return name == target || made.starts_with("each of ") ? made : std::string();
  }
  return {};
}

}  // namespace redtag::cpp
