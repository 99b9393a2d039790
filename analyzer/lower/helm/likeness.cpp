#include "lower/helm/likeness.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>

#include "base/text.h"

namespace redtag::helm {

namespace {

constexpr std::size_t longest_text = std::size_t{512} << 10;
constexpr unsigned enough = 2;

/// A block of values, by its name and one of its members. What decides about data or reach is enough by itself.
struct Block {
  std::string_view name;
  unsigned weight;
  std::array<std::string_view, 4> members;
};

constexpr std::array blocks = std::to_array<Block>({
    {"autoscaling", 2, {"enabled", "minReplicas", "maxReplicas"}},
    {"image", 1, {"repository", "pullPolicy"}},
    {"ingress", 1, {"enabled", "className", "hosts"}},
    {"networkPolicy", 2, {"enabled"}},
    {"persistence", 2, {"enabled", "existingClaim", "storageClass", "size"}},
    {"podDisruptionBudget", 2, {"enabled", "minAvailable", "maxUnavailable"}},
    {"resources", 1, {"limits", "requests"}},
    {"service", 1, {"type"}},
    {"serviceAccount", 1, {"create"}},
    {"serviceMonitor", 1, {"enabled"}},
});

struct KeyLine {
  std::size_t indent = 0;
  std::string_view key;
  bool bare = false;  ///< nothing stands behind the colon
};

std::optional<KeyLine> key_of(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(' ');
  if (begin == std::string_view::npos || line[begin] == '#' || line[begin] == '-') return std::nullopt;
  const std::size_t colon = line.find(':', begin);
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view rest = trim(line.substr(colon + 1));
  return KeyLine{begin, line.substr(begin, colon - begin), rest.empty() || rest.front() == '#'};
}

const Block* block_named(std::string_view key) {
  const auto found = std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return block.name == key; });
  return found == blocks.end() ? nullptr : &*found;
}

}  // namespace

bool looks_like_values(std::string_view text) {
  if (text.size() > longest_text) return false;
  std::array<bool, blocks.size()> seen{};
  const Block* open = nullptr;
  std::size_t indent = 0;  // of the block that is open
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::optional<KeyLine> line = key_of(text.substr(at, end - at));
    at = end + 1;
    if (!line) continue;
    if (open != nullptr && line->indent <= indent) open = nullptr;
    if (open != nullptr && std::find(open->members.begin(), open->members.end(), line->key) != open->members.end())
      seen[static_cast<std::size_t>(open - blocks.data())] = true;
    const Block* named = line->bare ? block_named(line->key) : nullptr;
    if (named != nullptr) {
      open = named;
      indent = line->indent;
    }
  }
  unsigned weight = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) weight += seen[i] ? blocks[i].weight : 0;
  return weight >= enough;
}

}  // namespace redtag::helm
