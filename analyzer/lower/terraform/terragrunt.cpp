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

}  // namespace

bool is_terragrunt(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "terragrunt.hcl" || name == "terragrunt.stack.hcl";
}

void declare_terragrunt(std::vector<Block> blocks, std::vector<Entry> attributes, Declarer& declarer) {
  Block call;
  call.keyword = "module";
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

}  // namespace redtag::terraform
