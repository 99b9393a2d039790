#include "lower/kubernetes/release.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lower/yaml_source.h"

namespace redtag::kubernetes {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// Where an installing object keeps what: dotted paths below `spec`, and below each of its sources.
struct Installing {
  std::string_view type;
  std::array<std::string_view, 2> sources;  ///< blocks below `spec` that name a chart; `.` is `spec` itself
  std::array<std::string_view, 2> charts;
  std::string_view version;
  std::string_view text;        ///< values as a text; empty for none
  std::string_view parameters;  ///< values as a list of names
};

constexpr std::array installing = std::to_array<Installing>({
    {"helm.toolkit.fluxcd.io/HelmRelease", {"chart.spec", "chart"}, {"chart", "name"}, "version", "", ""},
    {"argoproj.io/Application",
     {"source", "sources"},
     {"chart", ""},
     "targetRevision",
     "helm.values",
     "helm.parameters"},
    {"helm.cattle.io/HelmChart", {".", ""}, {"chart", ""}, "version", "valuesContent", ""},
    {"helm.cattle.io/HelmChartConfig", {".", ""}, {"chart", ""}, "version", "valuesContent", ""},
});

constexpr std::size_t most_parts = 32;  // of one dotted name

const Installing* row_of(std::string_view type) {
  for (const Installing& row : installing) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

Node* member_of(Node& node, std::string_view key) {
  for (Member& member : node.members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

/// The nodes at a dotted path, through lists.
std::vector<Node*> nodes_at(Node& root, std::string_view path) {
  std::vector<Node*> level{&root};
  for (const std::string_view key : split(path, '.')) {
    if (key.empty()) continue;
    std::vector<Node*> next;
    for (Node* node : level) {
      if (Node* found = member_of(*node, key)) next.push_back(found);
      for (Node& item : node->items) {
        if (Node* found = member_of(item, key)) next.push_back(found);
      }
    }
    level = std::move(next);
  }
  return level;
}

/// Moves what was read from a scalar's text to where it was written.
void replace_places(Node& root, const std::vector<std::uint32_t>& map, std::uint32_t base, std::uint32_t line) {
  const auto moved = [&](ByteRange bytes) {
    const auto at = [&](std::uint32_t i) { return map[std::min<std::size_t>(i, map.size() - 1)] - base; };
    return ByteRange{at(bytes.begin), at(bytes.end)};
  };
  std::vector<Node*> open{&root};
  while (!open.empty()) {
    Node& node = *open.back();
    open.pop_back();
    node.bytes = moved(node.bytes);
    node.line += line;
    for (Node& item : node.items) open.push_back(&item);
    for (Member& member : node.members) {
      member.key_bytes = moved(member.key_bytes);
      open.push_back(&member.value);
    }
  }
}

/// A text that is YAML by itself, read.
void read_text(Node& scalar, const SourceFileView& file, const NodePlace& place) {
  if (scalar.type != NodeType::String || scalar.text.find('\n') == std::string::npos) return;
  Expected<std::vector<Node>> read = document::parse_yaml_stream(scalar.text, "values", document::Repeats::Kept);
  if (!read || read->size() != 1 || read->front().type != NodeType::Mapping) return;
  SourceFileView placed = file;
  placed.text.remove_prefix(std::min<std::size_t>(place.offset, placed.text.size()));
  placed.offset = 0;
  PlacedText text;
  text.add(placed, scalar);
  const ByteRange whole = scalar.bytes;
  const std::uint32_t line = scalar.line;
  Node values = std::move(read->front());
  replace_places(values, text.map, 0, line);
  values.bytes = whole;
  scalar = std::move(values);
}

/// Puts a value at a dotted name; `\.` is a dot of a key.
void put(Node& into, std::string_view name, ByteRange name_bytes, const Node& value) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) {
      parts.back() += name[++i];
    } else if (name[i] == '.') {
      parts.emplace_back();
    } else {
      parts.back() += name[i];
    }
  }
  if (parts.size() > most_parts) return;
  Node* at = &into;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Node* next = member_of(*at, parts[i]);
    if (next == nullptr) {
      Member made;
      made.key = parts[i];
      made.key_bytes = name_bytes;
      made.line = value.line;
      made.value.type = NodeType::Mapping;
      made.value.bytes = value.bytes;
      at->members.push_back(std::move(made));
      next = &at->members.back().value;
    }
    at = next;
    if (i + 1 < parts.size() && at->type != NodeType::Mapping) {
      *at = Node{};
      at->type = NodeType::Mapping;
      at->bytes = value.bytes;
    }
  }
  *at = value;
}

Value* entry_of(std::vector<Entry>& entries, std::string_view key) {
  for (Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

/// The blocks at a dotted path, through repeated ones.
template <class AnyValue>
std::vector<AnyValue*> blocks_at(AnyValue& root, std::string_view path) {
  std::vector<AnyValue*> level{&root};
  for (const std::string_view key : split(path, '.')) {
    if (key.empty()) continue;
    std::vector<AnyValue*> next;
    for (AnyValue* block : level) {
      for (auto& entry : block->entries) {
        if (entry.key == key) next.push_back(&entry.value);
      }
    }
    level = std::move(next);
  }
  return level;
}

std::string text_of(const Value* value) {
  return value != nullptr && value->known() && value->shape == Shape::Scalar ? value->text : std::string();
}

void fill_in(Value& block, std::string_view key, std::string value, const Region& region) {
  if (value.empty() || entry_of(block.entries, key) != nullptr) return;
  Value filled = known_string(std::move(value), region);
  filled.presence = Presence::Defaulted;
  block.entries.push_back({std::string(key), std::move(filled), region});
}

/// Flux: a release is called after the object, with the namespace in front where another one is its target.
void fill_in_flux(Value& spec, const Resource& release, std::string_view space) {
  const bool hidden = release.name.find("{{") != std::string::npos;
  const Value* target = entry_of(spec.entries, "targetNamespace");
  if (!hidden && (target == nullptr || target->known())) {
    const std::string prefix = target == nullptr ? std::string() : target->text + "-";
    fill_in(spec, "releaseName", prefix + release.name, release.header);
  }
  fill_in(spec, "targetNamespace", std::string(space), release.header);
  fill_in(spec, "storageNamespace", std::string(space), release.header);
}

/// `persistence.config: {size: 10Gi}`: a claim that the chart itself makes, and takes along when the values no longer ask for it.
bool makes_claim(const Value& setting) {
  const auto says = [&](std::string_view key) {
    const Value* value = find_entry(setting, key);
    return value != nullptr && !value->is_null() ? value->text : std::string();
  };
  const bool sized = find_entry(setting, "size") != nullptr;
  const bool another_kind = !says("type").empty() && says("type") != "pvc" && says("type") != "persistentVolumeClaim";
  return sized && says("existingClaim").empty() && says("enabled") != "false" && says("retain") != "true" &&
         !another_kind;
}

/// The claims below `at`, by where they stand: those of a `persistence` or one step below it.
void find_claims(const Value& at, const std::string& path, unsigned depth,
                 std::vector<std::pair<std::string, Region>>& found) {
  constexpr unsigned deepest = 8;
  if (depth > deepest || at.shape != Shape::Block) return;
  for (const Entry& entry : at.entries) {
    const std::string inner = path.empty() ? entry.key : path + "." + entry.key;
    if (entry.key == "persistence" && entry.value.shape == Shape::Block) {
      if (makes_claim(entry.value)) found.emplace_back(inner, entry.region);
      for (const Entry& one : entry.value.entries) {
        if (one.value.shape == Shape::Block && makes_claim(one.value))
          found.emplace_back(inner + "." + one.key, one.region);
      }
    } else {
      find_claims(entry.value, inner, depth + 1, found);
    }
  }
}

/// The attribute `makes_claims`: where the values of a release ask its chart for volumes.
void note_claims(Resource& release, const Value& spec) {
  std::vector<std::pair<std::string, Region>> found;
  find_claims(spec, {}, 0, found);
  if (found.empty()) return;
  Value claims;
  claims.presence = Presence::Known;
  claims.shape = Shape::Set;
  claims.region = found.front().second;
  for (auto& [path, region] : found) claims.items.push_back(known_string(std::move(path), region));
  release.attributes.push_back({"makes_claims", std::move(claims), found.front().second});
}

/// Argo CD: a chart is installed under the application's name.
void fill_in_argo(Value& source, const Resource& release) {
  if (entry_of(source.entries, "chart") == nullptr || release.name.find("{{") != std::string::npos) return;
  if (entry_of(source.entries, "helm") == nullptr) {
    Value helm;
    helm.presence = Presence::Known;
    helm.shape = Shape::Block;
    helm.region = release.header;
    source.entries.push_back({"helm", std::move(helm), release.header});
  }
  fill_in(*entry_of(source.entries, "helm"), "releaseName", release.name, release.header);
}

}  // namespace

bool is_release(std::string_view type) { return row_of(type) != nullptr; }

void merge_mapping(Node& into, const Node& from) {
  std::vector<std::pair<Node*, const Node*>> open{{&into, &from}};
  while (!open.empty()) {
    const auto [target, source] = open.back();
    open.pop_back();
    // Grown first: pointers to members must not move while they wait.
    for (const Member& member : source->members) {
      if (member_of(*target, member.key) == nullptr) target->members.push_back(member);
    }
    for (const Member& member : source->members) {
      Node& there = *member_of(*target, member.key);
      if (there.type == NodeType::Mapping && member.value.type == NodeType::Mapping) {
        open.emplace_back(&there, &member.value);
      } else {
        there = member.value;
      }
    }
  }
}

Node mapping_of(const Node& parameters) {
  Node made;
  made.type = NodeType::Mapping;
  made.bytes = parameters.bytes;
  made.line = parameters.line;
  for (const Node& item : parameters.items) {
    const Node *name = item.find("name"), *value = item.find("value");
    if (value == nullptr) value = item.find("values");
    if (name != nullptr && name->scalar() && value != nullptr) put(made, name->text, name->bytes, *value);
  }
  return made;
}

void spell_values(std::string_view type, Node& spec, const SourceFileView& file, const NodePlace& place) {
  const Installing* row = row_of(type);
  if (row == nullptr) return;
  for (const std::string_view path : row->sources) {
    if (path.empty()) continue;
    const std::string base = path == "." ? std::string() : std::string(path) + ".";
    if (!row->text.empty() && place.directives == nullptr) {
      for (Node* text : nodes_at(spec, base + std::string(row->text))) read_text(*text, file, place);
    }
    if (row->parameters.empty()) continue;
    for (Node* list : nodes_at(spec, base + std::string(row->parameters))) {
      if (list->type == NodeType::Sequence) *list = mapping_of(*list);
    }
  }
}

void settle_release(Resource& release, std::string_view space) {
  const Installing* row = row_of(release.type);
  Value* spec = row == nullptr ? nullptr : entry_of(release.attributes, "spec");
  if (spec == nullptr) return;
  if (row->type.ends_with("/HelmRelease")) fill_in_flux(*spec, release, space);
  for (const std::string_view path : row->sources) {
    for (Value* source : path.empty() ? std::vector<Value*>() : blocks_at(*spec, path)) {
      if (row->type.ends_with("/Application")) fill_in_argo(*source, release);
      const bool charted = std::any_of(row->charts.begin(), row->charts.end(), [&](std::string_view key) {
        return !key.empty() && entry_of(source->entries, key) != nullptr;
      });
      const Value* version = charted ? entry_of(source->entries, row->version) : nullptr;
      const std::string major = major_of(text_of(version));
      if (!major.empty()) source->entries.push_back({"major", known_string(major, version->region), version->region});
    }
  }
  note_claims(release, *spec);
}

std::string major_of(std::string_view version) {
  version = trim(version);
  while (!version.empty() && std::string_view("^~=v ").find(version.front()) != std::string_view::npos)
    version.remove_prefix(1);
  const std::size_t end = std::min(version.find_first_not_of("0123456789"), version.size());
  const bool bounded = end == version.size() || version[end] == '.';
  const bool alone = version.find_first_of(" |,<>") == std::string_view::npos;
  return end == 0 || end > 6 || !bounded || !alone ? std::string() : std::string(version.substr(0, end));
}

std::string chart_of(const Resource& release) {
  const Installing* row = row_of(release.type);
  const auto spec = std::find_if(release.attributes.begin(), release.attributes.end(),
                                 [](const Entry& entry) { return entry.key == "spec"; });
  if (row == nullptr || spec == release.attributes.end()) return {};
  for (const std::string_view path : row->sources) {
    if (path.empty()) continue;
    for (const Value* source : blocks_at(spec->value, path)) {
      for (const std::string_view key : {row->charts[0], row->charts[1], std::string_view("path")}) {
        if (key.empty() || (key == "path" && !row->type.ends_with("/HelmRelease"))) continue;
        std::string name = text_of(find_entry(*source, key));
        if (!name.empty()) return name;
      }
    }
  }
  return {};
}

}  // namespace redtag::kubernetes
