#include "lower/cpp/rows.h"

#include <algorithm>

#include "base/text.h"
#include "lower/cpp/meaning.h"
#include "lower/cpp/names.h"

namespace redtag::cpp {

namespace {

/// Whether an argument is one of the words, whatever stands in front of its `::`, or flags with one of them. No word means no argument.
bool given_one_of(const Call& call, std::string_view words) {
  if (words.empty()) return call.arguments.empty();
  for (const Argument& argument : call.arguments) {
    for (const std::string_view flag : split(argument.text, '|')) {
      const std::string_view name = trim(flag);
      for (const std::string_view word : split(words, '|')) {
        if (name == word || (name.ends_with(word) && name.substr(0, name.size() - word.size()).ends_with("::")))
          return true;
      }
    }
  }
  return false;
}

bool is_like_one_of(std::string_view text, std::string_view globs) {
  const std::vector<std::string_view> each = split(globs, '|');
  return std::any_of(each.begin(), each.end(), [&](std::string_view glob) { return glob_match(glob, text); });
}

/// Whether a member is called through an object whose name, the last of a chain, is like one of these.
bool goes_through(const Call& call, std::string_view globs) {
  if (!call.member) return false;
  const std::vector<std::string_view> names = identifiers_of(call.qualifier);
  return is_like_one_of(names.empty() ? std::string() : lower_ascii(names.back()), globs);
}

/// Rows `arg:A|B` speak only for calls that are given one of these words; rows `on:A|B` for those whose first text is like one of these,
/// rows `through:A|B` for those that go through an object whose name is; `… with:C|D` for those of them that are given one of the
/// others, too; rows `first:A|B` for those whose first argument is written like one of these.
bool given(const Call& call, std::string_view path) {
  constexpr std::string_view also = " with:";
  const std::size_t with = path.find(also);
  if (with != std::string_view::npos && !given_one_of(call, path.substr(with + also.size()))) return false;
  const std::string_view head = path.substr(0, with);
  const std::string_view words = head.substr(std::min(head.find(':') + 1, head.size()));
  if (head.starts_with("arg:")) return given_one_of(call, words);
  if (head.starts_with("through:")) return goes_through(call, words);
  if (head.starts_with("first:"))
    return is_like_one_of(call.arguments.empty() ? std::string() : lower_ascii(call.arguments[0].text), words);
  if (!head.starts_with("on:")) return false;
  const auto text = std::find_if(call.arguments.begin(), call.arguments.end(),
                                 [](const Argument& argument) { return argument.literal.has_value(); });
  return text != call.arguments.end() && is_like_one_of(*text->literal, words);
}

/// The row of the type that speaks for a call: its qualifier is the row's path, or the row takes any (`*`).
FactRowView row_of_type(const Call& call, std::string_view type, const FactTables& facts) {
  const std::string qualifier = plain_name(call.qualifier);
  FactRowView any{};
  for (const FactRowView& row : facts.rows("cpp", type)) {
    const bool bare = !call.member && row.path.empty() && qualifier.empty();
    const bool named = !row.path.empty() && !call.member &&
                       (qualifier == row.path || qualifier.ends_with("::" + std::string(row.path)));
    if (bare || named || given(call, row.path)) return row;
    if (row.path == "*" || (row.path == "." && call.member)) any = row;
  }
  return any;
}

}  // namespace

FactRowView row_of(const Call& call, const FactTables& facts) {
  FactRowView row = row_of_type(call, call.name, facts);
  if (call.member) return row;
  for (std::size_t at = call.name.find('_', 1); row.effect.empty() && at != std::string::npos;
       at = call.name.find('_', at + 1))
    row = row_of_type(call, '*' + call.name.substr(at), facts);
  return row;
}

}  // namespace redtag::cpp
