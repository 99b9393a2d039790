#include "lower/kubernetes/openshift.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace redtag::kubernetes {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

using Defaults = std::map<std::string, std::string, std::less<>>;

constexpr std::size_t most_parameters = 500;
constexpr std::size_t longest_text = 4096;

Defaults defaults_of(const Node& root) {
  Defaults defaults;
  const Node* parameters = root.find("parameters");
  if (parameters == nullptr) return defaults;
  for (const Node& parameter : parameters->items) {
    const Node *name = parameter.find("name"), *value = parameter.find("value");
    if (name == nullptr || value == nullptr || !name->scalar() || !value->scalar() || value->type == NodeType::Null)
      continue;
    if (defaults.size() < most_parameters) defaults.emplace(name->text, value->text);
  }
  return defaults;
}

/// One pass: what a default says is not looked at again.
std::string filled_in(std::string_view text, const Defaults& defaults) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find("${", at);
    filled += text.substr(at, open == std::string_view::npos ? open : open - at);
    if (open == std::string_view::npos) break;
    const bool twice = text.substr(open).starts_with("${{");
    const std::string_view closing = twice ? "}}" : "}";
    const std::size_t name = open + (twice ? 3 : 2), close = text.find(closing, name);
    const auto found =
        close == std::string_view::npos ? defaults.end() : defaults.find(text.substr(name, close - name));
    if (found == defaults.end()) {
      filled += "${";
      at = open + 2;
    } else {
      filled += found->second;
      at = close + closing.size();
    }
    if (filled.size() > longest_text) return std::string(text);
  }
  return filled;
}

void fill_in(Node& node, const Defaults& defaults) {
  const bool one_line = node.text.size() <= longest_text && node.text.find('\n') == std::string::npos;
  if (node.type == NodeType::String && one_line && node.text.find("${") != std::string::npos)
    node.text = filled_in(node.text, defaults);
  for (Node& item : node.items) fill_in(item, defaults);
  for (Member& member : node.members) fill_in(member.value, defaults);
}

}  // namespace

Node template_objects(const Node& root) {
  const Node *kind = root.find("kind"), *objects = root.find("objects");
  if (kind == nullptr || kind->text != "Template" || objects == nullptr || objects->type != NodeType::Sequence)
    return {};
  Node filled = *objects;
  if (const Defaults defaults = defaults_of(root); !defaults.empty()) fill_in(filled, defaults);
  return filled;
}

}  // namespace redtag::kubernetes
