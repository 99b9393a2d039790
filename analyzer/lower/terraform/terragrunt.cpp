#include "lower/terraform/terragrunt.h"

#include <algorithm>
#include <utility>

namespace redtag::terraform {

namespace {

Entry* find(std::vector<Entry>& entries, std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

/// `../../modules//db` names a folder inside what is fetched; in the tree at hand it is the path without the second slash.
void join_path(Value& source) {
  if (!source.known() || source.text.starts_with("git") || source.text.find("://") != std::string::npos) return;
  const auto twice = source.text.find("//");
  if (twice != std::string::npos) source.text.erase(twice, 1);
}

/// Whether a unit's state is found by the path of its folder: so it is where an included file says, as all of them do by convention, and
/// where nobody says anything. One that names its own place keeps it wherever the folder is.
bool state_follows_path(const std::vector<Block>& blocks) {
  for (const Block& block : blocks) {
    if (block.keyword != "remote_state") continue;
    const auto asks = [](const auto& self, const Value& value, unsigned levels) -> bool {
      if (levels == 0 || value.text.find("path_relative") != std::string::npos ||
          value.text.find("get_terragrunt_dir") != std::string::npos)
        return true;
      const auto inner = [&](const Value& part) { return self(self, part, levels - 1); };
      return std::any_of(value.items.begin(), value.items.end(), inner) ||
             std::any_of(value.entries.begin(), value.entries.end(),
                         [&](const Entry& entry) { return inner(entry.value); });
    };
    constexpr unsigned levels = 16;
    return std::any_of(block.entries.begin(), block.entries.end(),
                       [&](const Entry& entry) { return asks(asks, entry.value, levels); });
  }
  return true;
}

}  // namespace

bool is_terragrunt(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "terragrunt.hcl" || name == "terragrunt.stack.hcl";
}

void declare_terragrunt(std::vector<Block> blocks, std::vector<Entry> attributes, Declarer& declarer) {
  Block call;
  call.keyword = "module";
  const bool by_path = state_follows_path(blocks);
  for (Block& block : blocks) {
    Entry* source = block.keyword == "terraform" ? find(block.entries, "source") : nullptr;
    if (source == nullptr) {
      declarer.declare(std::move(block));
      continue;
    }
    call.region = block.region;
    call.header = block.header;
    call.labels = {known_string("unit", block.header)};
    join_path(source->value);
    call.entries.push_back(std::move(*source));
    call.entries.push_back({"state_by_path", known_bool(by_path), block.header});
  }
  for (Entry& attribute : attributes) {
    const bool inputs = attribute.key == "inputs" && attribute.value.known() && attribute.value.shape == Shape::Map;
    if (inputs && !call.labels.empty()) {
      for (Entry& input : attribute.value.entries) {
        if (input.key != "source") call.entries.push_back(std::move(input));
      }
    } else if (attribute.key == "prevent_destroy" && !call.labels.empty()) {
      Entry lifecycle;
      lifecycle.key = "lifecycle";
      lifecycle.region = attribute.region;
      lifecycle.value.presence = Presence::Known;
      lifecycle.value.shape = Shape::Block;
      lifecycle.value.region = attribute.region;
      lifecycle.value.entries.push_back(std::move(attribute));
      call.entries.push_back(std::move(lifecycle));
    } else {
      declarer.declare(std::move(attribute));
    }
  }
  if (!call.labels.empty()) declarer.declare(std::move(call));
}

std::optional<std::size_t> old_unit(std::string_view path, std::string_view text) {
  constexpr std::string_view word = "terragrunt";
  if (!path.ends_with(".tfvars")) return std::nullopt;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    const std::size_t sign = text.find_first_not_of(" \t", at + word.size());
    if (sign == std::string_view::npos || text[sign] != '=') continue;
    const std::size_t open = text.find_first_not_of(" \t", sign + 1);
    if (open != std::string_view::npos && text[open] == '{') return sign;
  }
  return std::nullopt;
}

void declare_old_unit(Block unit, Declarer& declarer) {
  std::vector<Block> blocks;
  std::vector<Entry> attributes;
  for (Entry& entry : unit.entries) {
    if (entry.value.shape != Shape::Block) {
      attributes.push_back(std::move(entry));
      continue;
    }
    Block block;
    block.keyword = std::move(entry.key);
    block.region = block.header = entry.region;
    block.entries = std::move(entry.value.entries);
    blocks.push_back(std::move(block));
  }
  declare_terragrunt(std::move(blocks), std::move(attributes), declarer);
}

}  // namespace redtag::terraform
