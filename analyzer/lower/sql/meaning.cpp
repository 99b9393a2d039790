#include "lower/sql/meaning.h"

#include <algorithm>
#include <string>

#include "base/text.h"

namespace redtag::sql {

bool names_records(const Name& table, const FactTables& facts) {
  if (table.unknown || table.parts.empty()) return false;
  const std::string name = lower_ascii(table.parts.back());
  std::string_view last(name);
  if (const std::size_t cut = name.rfind('_'); cut != std::string::npos) last.remove_prefix(cut + 1);
  for (const FactRowView& row : facts.rows("sql", "record", "listed")) {
    const std::string_view word = row.condition.empty() ? last : std::string_view(name);
    if (word == row.path || (word.starts_with(row.path) && word.substr(row.path.size()) == "s")) return true;
  }
  return false;
}

namespace {

/// `'admin'::text`, `("Owner")`, `true`: the first word of a value.
std::string first_word(std::string_view text) {
  const std::string lower = lower_ascii(text);
  const auto in_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const auto begin = std::find_if(lower.begin(), lower.end(), in_word);
  return {begin, std::find_if_not(begin, lower.end(), in_word)};
}

}  // namespace

bool gives_rights(const Operation& operation, const FactTables& facts) {
  if (!operation.target.known()) return false;
  const auto value = std::find_if(operation.arguments.begin(), operation.arguments.end(),
                                  [](const Value& argument) { return argument.text.starts_with("to "); });
  if (value == operation.arguments.end()) return false;
  const std::string word = first_word(std::string_view(value->text).substr(3));
  const std::string column = lower_ascii(operation.target.text.substr(operation.target.text.rfind('.') + 1));
  for (const FactRowView& row : facts.rows("sql", "right", "listed")) {
    const bool named = column == row.path || (column.ends_with(row.path) && column.size() > row.path.size() &&
                                              column[column.size() - row.path.size() - 1] == '_');
    const std::vector<std::string_view> values = split(row.value, '|');
    if (named && std::find(values.begin(), values.end(), word) != values.end()) return true;
  }
  return false;
}

}  // namespace redtag::sql
