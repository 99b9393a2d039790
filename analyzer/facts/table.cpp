#include "facts/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/limits.h"
#include "base/text.h"

namespace redtag {
namespace {

constexpr std::size_t columns = 8;

/// Start of the line that holds `offset`. memrchr, because string_view::rfind goes byte by byte and made look-ups twice as slow.
std::size_t line_start(std::string_view table, std::size_t offset) {
  const void* newline = memrchr(table.data(), '\n', offset);
  return newline == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(newline) - table.data()) + 1;
}

std::size_t line_end(std::string_view table, std::size_t offset) {
  const std::size_t newline = table.find('\n', offset);
  return newline == std::string_view::npos ? table.size() : newline + 1;
}

enum class Bound : std::uint8_t { Lower, Upper };

/// Offset of the first line whose beginning is not less than `key` (Lower), or is greater (Upper).
std::size_t bisect(std::string_view table, std::string_view key, Bound bound) {
  std::size_t low = 0;
  std::size_t high = table.size();
  while (low < high) {
    const std::size_t start = line_start(table, low + (high - low) / 2);
    const int order = table.substr(start, key.size()).compare(key);
    if (order < 0 || (order == 0 && bound == Bound::Upper)) {
      low = line_end(table, start);
    } else {
      high = start;
    }
  }
  return low;
}

/// True where `key` lies between the table's first and last line, so that a search may find it. Most look-ups ask a table of
/// another stack, and this answers them with two comparisons.
bool may_hold(std::string_view table, std::string_view key) {
  if (table.empty()) return false;
  return table.substr(0, key.size()) <= key && table.substr(line_start(table, table.size() - 1), key.size()) >= key;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '*';
  });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7F; });
}

/// What is wrong with a line, or empty.
std::string complaint(std::string_view line) {
  if (has_control(line) || !is_utf8(line)) return "has a control byte or is not UTF-8";
  const std::optional<FactRowView> row = parse_fact_row(line);
  if (!row) {
    return fmt::format("expected 8 cells with tabs between them (stack type path effect value condition class source), found {}",
                       std::count(line.begin(), line.end(), '\t') + 1);
  }
  if (!is_word(row->stack)) return "expected a stack (`terraform`, `shell`, …) in the first cell";
  if (row->type.empty()) return "expected a resource type or program in the second cell";
  if (!is_fact_effect(row->effect)) {
    return fmt::format("unknown effect `{}`, expected one of {}", printable(row->effect), fmt::join(fact_effects(), ", "));
  }
  if (row->source.empty()) return "expected where the fact comes from in the last cell";
  return {};
}

}  // namespace

std::optional<FactRowView> parse_fact_row(std::string_view line) {
  std::array<std::string_view, columns> cells;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::size_t tab = line.find('\t', begin);
    if ((tab == std::string_view::npos) != (i + 1 == columns)) return std::nullopt;
    cells[i] = line.substr(begin, tab - begin);
    begin = tab + 1;
  }
  return FactRowView{cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]};
}

std::string_view find_rows(std::string_view table, std::string_view stack, std::string_view type) {
  std::string key;
  key.reserve(stack.size() + type.size() + 2);
  key.append(stack).append(1, '\t').append(type).append(1, '\t');
  if (!may_hold(table, key)) return {};
  const std::size_t begin = bisect(table, key, Bound::Lower);
  if (table.substr(begin, key.size()) != key) return {};
  const std::string_view rest = table.substr(begin);
  return rest.substr(0, bisect(rest, key, Bound::Upper));
}

Expected<std::string> canonical_table(std::string_view name, std::string_view text) {
  if (text.size() > limits::file_bytes) {
    return fail(ErrorCode::Limit, fmt::format("{}: a fact table has at most {} bytes", printable(name), limits::file_bytes));
  }
  std::vector<std::string_view> lines;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    if (const std::string wrong = complaint(line); !wrong.empty()) {
      return fail(ErrorCode::Input, fmt::format("{}:{}: {}", printable(name), number, wrong));
    }
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::string table;
  table.reserve(text.size() + 1);
  for (const std::string_view line : lines) table.append(line).append(1, '\n');
  return table;
}

}  // namespace redtag
