#include "lower/code/code.h"

#include <algorithm>

namespace redtag::code {

const Node* argument(const Node& call, std::size_t index) {
  for (const Node& item : call.items) {
    if (item.kind == Kind::Pair) continue;
    if (index-- == 0) return &item;
  }
  return nullptr;
}

const Node* entry(const Node& map, std::string_view key) {
  for (const Node& item : map.items) {
    if (item.kind == Kind::Pair && item.text == key && !item.items.empty()) return &item.items.front();
  }
  return nullptr;
}

const Node* keyword(const Node& call, std::string_view name) {
  if (const Node* direct = entry(call, name)) return direct;
  for (const Node& item : call.items) {
    if (item.kind != Kind::Map) continue;
    if (const Node* found = entry(item, name)) return found;
  }
  return nullptr;
}

std::string_view literal(const Node* node) {
  return node != nullptr && node->kind == Kind::String && !node->dynamic ? std::string_view(node->text)
                                                                         : std::string_view();
}

bool is_true(const Node* node) { return node != nullptr && node->kind == Kind::Bool && node->text == "true"; }

const Node* function_named(const std::vector<Node>& nodes, std::string_view name) {
  for (const Node& node : nodes) {
    if (node.kind == Kind::Function && node.text == name) return &node;
  }
  return nullptr;
}

std::string path_of(const Node& node) {
  std::vector<std::string_view> parts;
  const Node* at = &node;
  for (;; at = &at->on.front()) {
    if (at->kind != Kind::Name && at->kind != Kind::Member) return {};
    parts.push_back(at->text);
    if (at->on.empty()) break;
  }
  std::string path;
  for (std::size_t i = parts.size(); i-- > 0;) {
    path += parts[i];
    if (i > 0) path += '.';
  }
  return path;
}

const Node& origin(const Node& node) {
  const Node* at = &node;
  while (!at->on.empty()) at = &at->on.front();
  return *at;
}

const Node* in_chain(const Node& node, std::string_view name) {
  for (const Node* at = &node;; at = &at->on.front()) {
    if (at->kind == Kind::Call && at->text == name) return at;
    if (at->on.empty()) return nullptr;
  }
}

}  // namespace redtag::code
