#include "lower/kubernetes/value.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace redtag::kubernetes {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

constexpr std::string_view hidden_reason = "a template decides it";

/// Lists whose order is part of what they say; in all others of the API it is not.
bool is_ordered(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const std::string_view key = dot == std::string_view::npos ? path : path.substr(dot + 1);
  static constexpr std::array ordered = std::to_array<std::string_view>({"command", "args", "steps", "path"});
  return std::find(ordered.begin(), ordered.end(), key) != ordered.end();
}

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

bool all_mappings(const Node& sequence) {
  return !sequence.items.empty() && std::all_of(sequence.items.begin(), sequence.items.end(),
                                                [](const Node& item) { return item.type == NodeType::Mapping; });
}

Value container(Shape shape, Region region) {
  Value value;
  value.presence = Presence::Known;
  value.shape = shape;
  value.region = region;
  return value;
}

/// What covers the directive reads as letters; else it reads as white space.
bool covered_by_letters(const Directive& directive) {
  return !directive.alone && directive.kind == DirectiveKind::Output;
}

/// `text` without the lines that hold nothing, which a covered directive leaves behind.
std::string without_blank_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    if (!out.empty()) out += '\n';
    out += line;
  }
  return out;
}

/// A scalar's text with what its directives say in place of what covers them.
std::string uncovered(const Node& node, const NodePlace& place, DirectiveRange range) {
  const std::vector<Directive>& all = *place.directives;
  const ByteRange bytes{place.offset + node.bytes.begin, place.offset + node.bytes.end};
  const Directive& first = all[range.first];
  const bool alone = range.last - range.first == 1 && bytes.size() <= first.bytes.size() + 2;
  if (alone) return first.text;
  std::vector<const Directive*> covered;
  std::string listed;  // those without a place of their own
  for (std::size_t i = range.first; i < range.last; ++i) {
    if (covered_by_letters(all[i]))
      covered.push_back(&all[i]);
    else
      listed += all[i].text;
  }
  const std::string text = listed.empty() ? node.text : without_blank_lines(node.text);
  // Runs of the covering letter give way to the directives, in order; what cannot be told apart is listed behind.
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && text[end] == 'x') ++end;
    const bool covers = next < covered.size() && end - i >= covered[next]->bytes.size();
    if (!covers) {
      out += text[i++];
      continue;
    }
    out += covered[next]->text;
    i += covered[next]->bytes.size();
    ++next;
  }
  if (next < covered.size()) {
    out = text;
    listed.clear();
    for (std::size_t i = range.first; i < range.last; ++i) listed += all[i].text;
  }
  return listed.empty() ? out : out + " " + listed;
}

ScalarType type_of(NodeType type) {
  switch (type) {
    case NodeType::Null: return ScalarType::Null;
    case NodeType::Bool: return ScalarType::Bool;
    case NodeType::Number: return ScalarType::Number;
    case NodeType::String:
    case NodeType::Sequence:
    case NodeType::Mapping: break;
  }
  return ScalarType::String;
}

/// A key with what its directives say.
std::string key_of(const Member& member, const NodePlace& place) {
  if (place.directives == nullptr) return member.key;
  const DirectiveRange range =
      directives_in(*place.directives, {place.offset + member.key_bytes.begin, place.offset + member.key_bytes.end});
  if (range.empty()) return member.key;
  Node key;
  key.text = member.key;
  key.bytes = member.key_bytes;
  return uncovered(key, place, range);
}

/// `.Values.a.b` and nothing else, with or without a default.
bool is_reference(std::string_view text) {
  return text.starts_with("{{ .Values.") && text.ends_with(" }}") &&
         text.substr(3, text.size() - 6).find_first_of(" (|\"`") == std::string_view::npos;
}

Value sequence_of(const Node& node, const NodePlace& place, const std::string& path, const IsWhole& whole) {
  Value value = container(is_ordered(path) ? Shape::List : Shape::Set, place.region(node.bytes));
  value.items.reserve(node.items.size());
  for (const Node& item : node.items) value.items.push_back(value_of(item, place, path, whole));
  return value;
}

/// As one value, however deep: a map of maps and sets.
Value whole_of(const Node& node, const NodePlace& place, const std::string& path) {
  Value value = value_of(node, place, path, {});
  if (value.shape == Shape::Block) value.shape = Shape::Map;
  return value;
}

}  // namespace

Value scalar_of(const Node& node, const NodePlace& place) {
  const Region region = place.region(node.bytes);
  if (place.directives != nullptr) {
    const DirectiveRange range =
        directives_in(*place.directives, {place.offset + node.bytes.begin, place.offset + node.bytes.end});
    if (!range.empty()) {
      Value hidden = unknown_value(uncovered(node, place, range), std::string(hidden_reason), region);
      hidden.expression = is_reference(hidden.text) ? Expression::Reference : Expression::Opaque;
      return hidden;
    }
  }
  Value value = known_string(node.text, region);
  value.type = type_of(node.type);
  if (node.type == NodeType::Null) value.text.clear();
  if (node.plain) {
    if (const auto other = document::yaml11_reading(node.text)) {
      value.text = other->text;
      value.type = type_of(other->type);
    }
  }
  value.sensitive = node.text.starts_with("ENC[");
  return value;
}

std::string text_of(const Node* node, const NodePlace& place) {
  return node == nullptr || !node->scalar() ? std::string() : scalar_of(*node, place).text;
}

Value value_of(const Node& node, const NodePlace& place, const std::string& path, const IsWhole& whole) {
  if (node.type == NodeType::Sequence) return sequence_of(node, place, path, whole);
  if (node.type != NodeType::Mapping) return scalar_of(node, place);
  Value value = container(Shape::Block, place.region(node.bytes));
  for (const Member& member : node.members) add_entries(value.entries, member, place, path, whole);
  return value;
}

void add_entries(std::vector<Entry>& into, const Member& member, const NodePlace& place, const std::string& path,
                 const IsWhole& whole) {
  const std::string key = key_of(member, place);
  const std::string below = joined(path, key);
  const ByteRange bytes{member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)};
  const bool as_one = whole && whole(below);
  if (as_one && !member.value.scalar()) {
    into.push_back({key, whole_of(member.value, place, below), place.region(bytes)});
    return;
  }
  if (member.value.type == NodeType::Sequence && all_mappings(member.value)) {
    for (const Node& item : member.value.items) {
      into.push_back({key, value_of(item, place, below, whole), place.region(item.bytes)});
    }
    return;
  }
  into.push_back({key, value_of(member.value, place, below, whole), place.region(bytes)});
}

}  // namespace redtag::kubernetes
