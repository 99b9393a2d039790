// Properties as entries: maps become blocks, lists of maps repeated blocks, and conditions show both of their branches.
#include <algorithm>

#include "base/limits.h"
#include "lower/cloudformation/evaluate.h"
#include "lower/terraform/permissions.h"

namespace redtag::cloudformation {

namespace {

using document::Node;
using document::NodeType;

/// A list that has maps in it, perhaps behind conditions.
bool holds_maps(const Node& list) {
  return std::any_of(list.items.begin(), list.items.end(), [](const Node& item) {
    const auto call = Evaluator::call_of(item);
    if (!call) return item.type == NodeType::Mapping;
    if (call->name != "If" || call->argument->type != NodeType::Sequence) return false;
    const auto& branches = call->argument->items;
    return std::any_of(branches.begin(), branches.end(), [](const Node& branch) {
      return branch.type == NodeType::Mapping && !Evaluator::call_of(branch);
    });
  });
}

bool is_collection(const Node& node) {
  if (Evaluator::call_of(node)) return false;
  return node.type == NodeType::Mapping || (node.type == NodeType::Sequence && holds_maps(node));
}

/// Statements of access documents name an effect or who may do what; other things are called statements too.
bool is_document(const Node& node) {
  if (node.type != NodeType::Mapping || Evaluator::call_of(node)) return false;
  const Node* statements = last_member(node, "Statement");
  if (statements == nullptr) return false;
  const auto speaks = [](const Node& statement) {
    for (const std::string_view key : {"Effect", "Action", "NotAction", "Principal"}) {
      if (last_member(statement, key) != nullptr) return true;
    }
    return Evaluator::call_of(statement).has_value();
  };
  if (statements->type == NodeType::Mapping) return speaks(*statements);
  return std::any_of(statements->items.begin(), statements->items.end(), speaks);
}

Region whole_member(const Evaluator& evaluator, const document::Member& member) {
  return evaluator.region({member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
}

}  // namespace

void Evaluator::add_entries(const std::string& key, const Node& node, Region region, std::vector<Entry>& into) {
  path_ = key;
  add_node(key, node, region, 0, into, {});
}

void Evaluator::add_node(const std::string& key, const Node& node, Region whole, unsigned depth,
                         std::vector<Entry>& into, const std::string& condition) {
  if (depth > limits::nesting) return;
  const auto call = call_of(node);
  if (call && call->name == "If" && call->argument->type == NodeType::Sequence && call->argument->items.size() == 3) {
    const auto& parts = call->argument->items;
    if (is_collection(parts[1]) || is_collection(parts[2])) {
      note("Conditions." + parts[0].text, parts[0]);
      add_node(key, parts[1], region(parts[1].bytes), depth + 1, into, parts[0].text);
      add_node(key, parts[2], region(parts[2].bytes), depth + 1, into, "not " + parts[0].text);
      return;
    }
  }
  if (!call && is_document(node)) {
    if (std::optional<Value> document = terraform::permissions_of(evaluate(node, depth, Tag::Read))) {
      into.push_back({key, std::move(*document), whole});
      return;
    }
  }
  if (!call && node.type == NodeType::Mapping) return add_block(key, node, whole, depth, into, condition);
  if (!call && node.type == NodeType::Sequence && holds_maps(node)) {
    for (const Node& item : node.items) add_node(key, item, region(item.bytes), depth + 1, into, condition);
    return;
  }
  Value value = evaluate(node, depth, Tag::Read);
  if (value.presence == Presence::Absent) return;
  if (std::optional<Value> document = terraform::as_permissions(value)) value = std::move(*document);
  into.push_back({key, std::move(value), whole});
}

void Evaluator::add_block(const std::string& key, const Node& node, Region whole, unsigned depth,
                          std::vector<Entry>& into, const std::string& condition) {
  Value block;
  block.presence = Presence::Known;
  block.shape = Shape::Block;
  block.region = region(node.bytes);
  if (!condition.empty()) {
    const Region none = block.region;
    block.entries.push_back({"Condition", known_string(condition, none), none});
  }
  const std::string outer = path_;
  for (const document::Member& member : node.members) {
    if (last_member(node, member.key) != &member.value) continue;  // written again below
    path_ = outer + "." + member.key;
    add_node(member.key, member.value, whole_member(*this, member), depth + 1, block.entries, {});
  }
  path_ = outer;
  into.push_back({key, std::move(block), whole});
}

}  // namespace redtag::cloudformation
