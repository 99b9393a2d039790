#include "lower/terraform/table_text.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "document/document.h"

namespace redtag::terraform {

namespace {

constexpr unsigned deepest_table = 64;
constexpr std::size_t most_rows = 10'000;

Region place_in(const Region& whole, std::size_t size, ByteRange bytes) {
  if (whole.bytes.size() != size) return whole;
  return {whole.file, whole.side, {whole.bytes.begin + bytes.begin, whole.bytes.begin + bytes.end}};
}

struct Text {
  const Region& whole;
  std::size_t size = 0;
};

std::optional<Value> value_of(const document::Node& node, const Text& text, unsigned levels) {
  if (levels == 0) return std::nullopt;
  Value value;
  value.presence = Presence::Known;
  value.region = place_in(text.whole, text.size, node.bytes);
  value.text = node.text;
  switch (node.type) {
    case document::NodeType::Null: value.type = ScalarType::Null; break;
    case document::NodeType::Bool: value.type = ScalarType::Bool; break;
    case document::NodeType::Number: value.type = ScalarType::Number; break;
    case document::NodeType::String: value.type = ScalarType::String; break;
    case document::NodeType::Sequence: value.shape = Shape::List; break;
    case document::NodeType::Mapping: value.shape = Shape::Map; break;
  }
  for (const document::Node& item : node.items) {
    std::optional<Value> inner = value_of(item, text, levels - 1);
    if (!inner) return std::nullopt;
    value.items.push_back(std::move(*inner));
  }
  for (const document::Member& member : node.members) {
    std::optional<Value> inner = value_of(member.value, text, levels - 1);
    if (!inner) return std::nullopt;
    const Region region = place_in(text.whole, text.size,
                                   {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
    value.entries.push_back({member.key, std::move(*inner), region});
  }
  return value;
}

struct Row {
  std::vector<std::string> cells;
  ByteRange bytes;
};

/// Cells with and without quotes; a doubled quote in a quoted one stands for itself.
std::vector<Row> rows_of(std::string_view text) {
  std::vector<Row> rows;
  Row row;
  std::string cell;
  bool quoted = false;
  const auto end_row = [&](std::size_t at) {
    row.cells.push_back(std::exchange(cell, {}));
    row.bytes.end = static_cast<std::uint32_t>(at);
    if (row.cells.size() > 1 || !row.cells[0].empty()) rows.push_back(std::move(row));
    row = {};
    row.bytes.begin = static_cast<std::uint32_t>(at + 1);
  };
  for (std::size_t i = 0; i < text.size() && rows.size() < most_rows; ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cell += text[i++];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ',') {
      row.cells.push_back(std::exchange(cell, {}));
    } else if (!quoted && c == '\n') {
      end_row(i);
    } else if (quoted || c != '\r') {
      cell += c;
    }
  }
  if (!cell.empty() || !row.cells.empty()) end_row(text.size());
  return rows;
}

}  // namespace

std::optional<Value> read_yaml(std::string_view text, const Region& whole) {
  const Expected<document::Node> node = document::parse_yaml(text, "yamldecode");
  if (!node) return std::nullopt;
  return value_of(*node, {whole, text.size()}, deepest_table);
}

std::optional<Value> read_csv(std::string_view text, const Region& whole) {
  const std::vector<Row> rows = rows_of(text);
  if (rows.empty() || rows.size() >= most_rows) return std::nullopt;
  Value list;
  list.presence = Presence::Known;
  list.shape = Shape::List;
  list.region = whole;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].cells.size() != rows[0].cells.size()) return std::nullopt;
    Value map;
    map.presence = Presence::Known;
    map.shape = Shape::Map;
    map.region = place_in(whole, text.size(), rows[i].bytes);
    for (std::size_t cell = 0; cell < rows[i].cells.size(); ++cell)
      map.entries.push_back({rows[0].cells[cell], known_string(rows[i].cells[cell], map.region), map.region});
    list.items.push_back(std::move(map));
  }
  return list;
}

}  // namespace redtag::terraform
