#include "lower/terraform/json_config.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/limits.h"

namespace redtag::terraform {

namespace {

struct Labelled {
  std::string_view keyword;
  unsigned labels;
};

constexpr std::array labelled = std::to_array<Labelled>({
    {"resource", 2},
    {"data", 2},
    {"ephemeral", 2},
    {"module", 1},
    {"variable", 1},
    {"output", 1},
    {"provider", 1},
    {"check", 1},
});

unsigned labels_of(std::string_view keyword) {
  for (const Labelled& row : labelled) {
    if (row.keyword == keyword) return row.labels;
  }
  return 0;
}

bool is_map(const Value& value) { return value.known() && value.shape == Shape::Map; }
bool is_list_of_maps(const Value& value) {
  if (!value.known() || value.shape != Shape::List || value.items.empty()) return false;
  for (const Value& item : value.items) {
    if (!is_map(item)) return false;
  }
  return true;
}

std::vector<Entry> as_blocks(std::vector<Entry> entries, unsigned levels);

void add_block(std::string key, Value map, Region region, unsigned levels, std::vector<Entry>& into) {
  // The kind of a back end and of a provisioner is a label in HCL, and one more key here.
  const bool wrapped =
      (key == "backend" || key == "provisioner") && map.entries.size() == 1 && is_map(map.entries[0].value);
  Value block = wrapped ? std::move(map.entries[0].value) : std::move(map);
  Value label = wrapped ? known_string(map.entries[0].key, map.entries[0].region) : Value{};
  block.shape = Shape::Block;
  block.entries = as_blocks(std::move(block.entries), levels - 1);
  if (wrapped) block.entries.insert(block.entries.begin(), {"label", label, label.region});
  into.push_back({std::move(key), std::move(block), region});
}

/// Objects, and lists of nothing else, are what HCL writes as blocks; without a schema a map attribute looks the same, and is
/// compared the same.
std::vector<Entry> as_blocks(std::vector<Entry> entries, unsigned levels) {
  std::vector<Entry> out;
  for (Entry& entry : entries) {
    if (levels > 0 && is_map(entry.value)) {
      add_block(std::move(entry.key), std::move(entry.value), entry.region, levels, out);
    } else if (levels > 0 && is_list_of_maps(entry.value)) {
      for (Value& item : entry.value.items) {
        const Region region = item.region;
        add_block(entry.key, std::move(item), region, levels, out);
      }
    } else {
      out.push_back(std::move(entry));
    }
  }
  return out;
}

class JsonReader {
 public:
  explicit JsonReader(Declarer& declarer) : declarer_(declarer) {}

  void read(Value root) {
    for (Entry& entry : root.entries) {
      Block block;
      block.keyword = entry.key;
      block.header = entry.region;
      descend(std::move(block), std::move(entry.value), entry.region, labels_of(entry.key));
    }
  }

 private:
  void descend(Block block, Value value, Region region,
               unsigned labels) {  // labels bound the levels, and lists are flat
    if (is_list_of_maps(value)) {
      for (Value& item : value.items) {
        const Region place = item.region;
        descend(block, std::move(item), place, labels);
      }
      return;
    }
    if (!is_map(value) || !declarer_.has_room()) return;
    if (labels == 0) return finish(std::move(block), std::move(value), region);
    for (Entry& entry : value.entries) {
      Block next = block;
      Region label = entry.region;  // the key is what names it
      label.bytes.end = std::min(label.bytes.end, label.bytes.begin + static_cast<std::uint32_t>(entry.key.size()) + 2);
      next.labels.push_back(known_string(entry.key, label));
      next.header = label;
      descend(std::move(next), std::move(entry.value), entry.region, labels - 1);
    }
  }

  void finish(Block block, Value value, Region region) {
    block.region = region;
    constexpr unsigned levels = 32;  // blocks nest a handful of levels; what is deeper stays a map
    // Locals and arguments of modules are values, never blocks.
    const bool values = block.keyword == "locals" || block.keyword == "module" || block.keyword == "variable" ||
                        block.keyword == "output";
    block.entries = values ? std::move(value.entries) : as_blocks(std::move(value.entries), levels);
    declarer_.declare(std::move(block));
  }

  Declarer& declarer_;
};

}  // namespace

void declare_json(Value root, Declarer& declarer) { JsonReader(declarer).read(std::move(root)); }

}  // namespace redtag::terraform
