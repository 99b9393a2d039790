#include "run/flow_widening.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "lower/shell/destination.h"

namespace redtag {

namespace {

std::optional<double> number_of(std::string_view text) {
  text = trim(text);
  if (text.ends_with('%')) text.remove_suffix(1);
  long long whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error != std::errc() || text.empty()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.size() > 1) return std::nullopt;
  return static_cast<double>(whole);
}

bool catches_all(std::string_view text) {
  const std::string plain = lower_ascii(trim(text));
  for (const std::string_view word : {"*", "**", "all", ".*", "^.*$", ".+", "^", "any", "100%"}) {
    if (plain == word) return true;
  }
  return false;
}

/// What the number spares rather than takes: days that stay, copies that are kept.
bool spares(std::string_view key) {
  const std::string plain = lower_ascii(key);
  for (const std::string_view word : {"day", "age", "keep", "retain", "retention", "min", "older", "ttl", "grace"}) {
    if (plain.find(word) != std::string::npos) return true;
  }
  return false;
}

bool widens(const ChangedValue& change) {
  if (!change.before || !change.after) return false;
  const std::string &was = change.before->value, &is = change.after->value;
  if (catches_all(is) && !catches_all(was)) return true;
  const auto before = number_of(was), after = number_of(is);
  if (before && after) {
    if (spares(change.after->key)) return *after >= 0 && *after * 10 <= *before && *after < *before;
    return *before > 0 && *after >= *before * 10;
  }
  // More in a pattern: another way, or an end that is open now.
  const bool pattern = was.find_first_of("^$*|") != std::string::npos || is.find_first_of("^$*|") != std::string::npos;
  if (!pattern) return false;
  const auto ways = [](const std::string& text) { return std::count(text.begin(), text.end(), '|'); };
  if (ways(is) > ways(was)) return true;
  return (was.starts_with('^') && !is.starts_with('^')) || (is.ends_with('*') && !was.ends_with('*'));
}

bool on_database(const Operation& operation) {
  return operation.stack == Stack::Sql || operation.object == "database" || operation.object == "rows" ||
         operation.object == "table" || operation.object == "schema";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

}  // namespace

bool widens(std::span<const ChangedValue> values) {
  return std::any_of(values.begin(), values.end(), [](const ChangedValue& change) { return widens(change); });
}

std::string without_numbers(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    bool digit = false;
    while (end < text.size() && is_hex(text[end])) digit = digit || is_digit(text[end]), ++end;
    const bool hash = end - i >= 7 && digit;
    if (!hash) {
      end = i;
      while (end < text.size() && (is_digit(text[end]) || (end > i && text[end] == '.'))) ++end;
    }
    if (end == i) {
      plain += text[i++];
      continue;
    }
    plain += '#';
    i = end;
  }
  return plain;
}

bool stays_local(const Operation& operation) {
  const Destination where = reach_of(operation).where;
  return on_database(operation) && where != Destination::Unknown && where < Destination::Elsewhere;
}

bool leaves_machine(std::span<const ChangedValue> values) {
  return std::any_of(values.begin(), values.end(), [](const ChangedValue& value) {
    if (!value.before || !value.after) return false;
    const Destination was = shell::sign_of_variable(value.before->key, value.before->value).where;
    const Destination is = shell::sign_of_variable(value.after->key, value.after->value).where;
    return was != Destination::Unknown && was < Destination::Elsewhere && is >= Destination::Elsewhere;
  });
}

bool may_say_what_lives(std::string_view path) {
  const std::string name = lower_ascii(path.substr(path.rfind('/') + 1));
  for (const std::string_view ending :
       {".md", ".rst", ".adoc", ".log", ".html", ".css", ".svg", ".png", ".lock", ".sum"}) {
    if (name.ends_with(ending)) return false;
  }
  return name.find("changelog") == std::string::npos && name.find("readme") == std::string::npos;
}

}  // namespace redtag
