#include "lower/kubernetes/engines.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "compare/glob.h"
#include "lower/engine.h"
#include "lower/kubernetes/mounts.h"
#include "lower/kubernetes/release.h"

namespace redtag::kubernetes {

namespace {

constexpr std::string_view marker = "engine";
constexpr std::string_view format = "data format";
constexpr std::size_t most_blocks = 20000;  // of one set of values

std::string text_at(const std::vector<Entry>& block, std::string_view key) {
  for (const Entry& entry : block) {
    if (entry.key == key && entry.value.known() && entry.value.shape == Shape::Scalar) return entry.value.text;
  }
  return {};
}

const Value* value_at(const std::vector<Entry>& attributes, std::string_view path) {
  const std::vector<Entry>* level = &attributes;
  const Value* found = nullptr;
  for (const std::string_view key : split(path, '.')) {
    found = nullptr;
    for (const Entry& entry : *level) {
      if (found == nullptr && entry.key == key) found = &entry.value;
    }
    if (found == nullptr) return nullptr;
    level = &found->entries;
  }
  return found;
}

/// What an operator's object says of the engine that it stands for.
void note_kind(Resource& object, const FactTables& facts) {
  for (const FactRowView& row : facts.rows("kubernetes", object.type, "listed")) {
    if (!row.value.starts_with(marker)) continue;
    const Value* said = value_at(object.attributes, row.path);
    if (said == nullptr || !said->known() || said->shape != Shape::Scalar) continue;
    const std::string_view named = trim(row.value.substr(marker.size()));
    const std::string engine =
        named.empty() ? engine_of(said->text, facts) : engine_of("library/" + std::string(named), said->text, facts);
    if (engine.empty()) continue;
    const Region place = said->region;
    object.attributes.push_back({std::string(marker), known_string(engine, place), place});
    return;
  }
}

/// Blocks of values that name an image, from the outside inwards.
class Values {
 public:
  explicit Values(const FactTables& facts) : facts_(facts), aside_(facts.rows("docker", "engine aside", "listed")) {}

  /// `chart`: what the values are given to; a tag without a name is of its own image.
  void note(std::vector<Entry>& root, std::string_view chart) {
    std::vector<Block> open{{&root, std::string(chart), keeps_nothing(root)}};
    for (std::size_t taken = 0; !open.empty() && taken < most_blocks; ++taken) {
      const Block block = std::move(open.back());
      open.pop_back();
      for (Entry& entry : *block.entries) {
        if (entry.value.shape != Shape::Block || is_aside(entry.key)) continue;
        const bool same = is_wrapper(entry.key);
        const bool idle = (same && block.idle) || keeps_nothing(entry.value.entries);
        open.push_back({&entry.value.entries, same ? block.around : entry.key, idle});
      }
      if (!block.idle) add(block);
    }
  }

 private:
  struct Block {
    std::vector<Entry>* entries;
    std::string around;
    bool idle;  ///< it is told to keep nothing
  };

  /// `image.tag` is of whatever stands around it, and `spec.values` of the chart.
  static bool is_wrapper(std::string_view key) {
    static constexpr std::array wrappers = std::to_array<std::string_view>(
        {"image", "primary", "master", "spec", "values", "valuesContent", "valuesObject", "helm", "source", "sources"});
    return std::find(wrappers.begin(), wrappers.end(), key) != wrappers.end();
  }

  [[nodiscard]] bool is_aside(std::string_view key) const {
    const std::string low = lower_ascii(key);
    return std::any_of(aside_.begin(), aside_.end(), [&](const FactRowView& row) { return glob_match(row.path, low); });
  }

  void add(const Block& block) {
    for (const std::string_view key : {"tag", "image", "imageName"}) {
      for (std::size_t i = 0; i < block.entries->size(); ++i) {
        const Entry& entry = (*block.entries)[i];
        if (entry.key != key || !entry.value.known() || entry.value.shape != Shape::Scalar) continue;
        const std::string engine = key == "tag" ? of_tag(block, entry.value.text) : engine_of(entry.value.text, facts_);
        if (engine.empty()) continue;
        const Region place = entry.value.region;
        block.entries->push_back({std::string(format), known_string(engine, place), place});
        return;
      }
    }
  }

  [[nodiscard]] std::string of_tag(const Block& block, std::string_view tag) const {
    for (const std::string_view key : {"repository", "image", "name"}) {
      const std::string named = text_at(*block.entries, key);
      if (!named.empty()) return engine_of(named, tag, facts_);
    }
    return block.around.empty() ? std::string() : engine_of("library/" + block.around, tag, facts_);
  }

  static bool keeps_nothing(const std::vector<Entry>& block) {
    const Value* persistent = value_at(block, "persistence.enabled");
    return persistent != nullptr && persistent->text == "false";
  }

  const FactTables& facts_;
  std::vector<FactRowView> aside_;
};

}  // namespace

void note_engines(std::span<LoweredFile> files, const FactTables& facts) {
  Values values(facts);
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) {
      if (resource.declares != Declares::Resource && resource.type != "values") continue;
      if (resource.type == "values") {
        values.note(resource.attributes, {});
      } else if (is_release(resource.type)) {
        const std::string chart = chart_of(resource);
        values.note(resource.attributes, chart.substr(chart.rfind('/') + 1));
      } else if (resource.stack == Stack::Kubernetes) {
        std::erase_if(resource.attributes, [](const Entry& entry) { return entry.key == marker; });
        note_engine(resource, facts);
        note_kind(resource, facts);
      }
    }
  }
}

}  // namespace redtag::kubernetes
