#include "lower/terraform/plan_values.h"

#include <algorithm>
#include <utility>

#include "lower/terraform/permissions.h"

namespace redtag::terraform {

namespace {

std::string text_of(const Value& map, std::string_view key) {
  const Value* value = find_entry(map, key);
  return value == nullptr || value->shape != Shape::Scalar || value->is_null() ? std::string() : value->text;
}

bool is_true(const Value* value) {
  return value != nullptr && value->shape == Shape::Scalar && value->type == ScalarType::Bool && value->text == "true";
}

/// The part of a mark (`after_unknown`, `before_sensitive`) that speaks of an entry or element.
const Value* part_of(const Value* marks, std::string_view key) {
  return marks == nullptr || marks->shape != Shape::Map ? nullptr : find_entry(*marks, key);
}

const Value* part_of(const Value* marks, std::size_t index) {
  return marks == nullptr || marks->shape != Shape::List || index >= marks->items.size() ? nullptr
                                                                                         : &marks->items[index];
}

/// Marks of one side; each follows the shape of the value.
struct Marks {
  const Value* unknown = nullptr;
  const Value* sensitive = nullptr;
};

/// Values nest at most plan_depth levels.
void apply(Value& value, const Marks& marks) {
  if (is_true(marks.unknown)) {
    value = unknown_value("known only once it is applied", "known only once it is applied");
    return;
  }
  if (is_true(marks.sensitive)) value.sensitive = true;
  for (Entry& entry : value.entries)
    apply(entry.value, {part_of(marks.unknown, entry.key), part_of(marks.sensitive, entry.key)});
  for (std::size_t i = 0; i < value.items.size(); ++i)
    apply(value.items[i], {part_of(marks.unknown, i), part_of(marks.sensitive, i)});
  if (value.shape == Shape::Map && marks.unknown != nullptr && marks.unknown->shape == Shape::Map) {
    for (const Entry& mark : marks.unknown->entries) {  // what is unknown is left out of the values
      if (is_true(&mark.value) && find_entry(value, mark.key) == nullptr)
        value.entries.push_back(
            {mark.key, unknown_value("known only once it is applied", "known only once it is applied"), {}});
    }
  }
}

bool is_block_list(const Value& value) {
  return value.shape == Shape::List && !value.items.empty() &&
         std::all_of(value.items.begin(), value.items.end(),
                     [](const Value& item) { return item.shape == Shape::Map; });
}

bool is_nothing(const Value& value) {
  const bool empty = value.shape != Shape::Scalar && value.items.empty() && value.entries.empty();
  return empty || (value.known() && value.is_null());
}

/// Lists of objects are repeated blocks in the text; nulls and empty lists are what nobody wrote.
std::vector<Entry> as_blocks(std::vector<Entry> entries) {
  std::vector<Entry> out;
  for (Entry& entry : entries) {
    if (is_nothing(entry.value)) continue;
    if (!is_block_list(entry.value)) {
      if (std::optional<Value> document = as_permissions(entry.value)) entry.value = std::move(*document);
      out.push_back(std::move(entry));
      continue;
    }
    for (Value& item : entry.value.items) {
      Value block;
      block.presence = Presence::Known;
      block.shape = Shape::Block;
      block.entries = as_blocks(std::move(item.entries));
      out.push_back({entry.key, std::move(block), {}});
    }
  }
  return out;
}

std::vector<Entry> side_of(Value* change, std::string_view key, const Marks& marks) {
  Value* side = const_cast<Value*>(find_entry(*change, key));
  if (side == nullptr || side->shape != Shape::Map) return {};
  apply(*side, marks);
  return as_blocks(std::move(side->entries));
}

std::vector<std::string> paths_of(const Value* paths) {
  std::vector<std::string> out;
  if (paths == nullptr) return out;
  for (const Value& path : paths->items) {
    std::string dotted;
    for (const Value& step : path.items) {
      if (step.type == ScalarType::Number) continue;  // an index
      dotted += (dotted.empty() ? "" : ".") + step.text;
    }
    if (!dotted.empty()) out.push_back(std::move(dotted));
  }
  return out;
}

}  // namespace

std::optional<PlannedChange> planned_change(Value element, Plan& plan) {
  PlannedChange planned;
  planned.address = text_of(element, "address");
  planned.mode = text_of(element, "mode");
  planned.type = text_of(element, "type");
  planned.name = text_of(element, "name");
  planned.previous_address = text_of(element, "previous_address");
  planned.reason = text_of(element, "action_reason");
  Value* change = const_cast<Value*>(find_entry(element, "change"));
  if (planned.mode != "managed" || change == nullptr || planned.address.empty() ||
      find_entry(element, "deposed") != nullptr)
    return std::nullopt;
  if (const Value* actions = find_entry(*change, "actions")) {
    for (const Value& action : actions->items) planned.actions.push_back(action.text);
  }
  const auto does = [&](std::string_view action) {
    return std::find(planned.actions.begin(), planned.actions.end(), action) != planned.actions.end();
  };
  const bool goes = (does("delete") && !does("create")) || does("forget");
  if (!goes) ++plan.instances[without_keys(planned.address)];
  const Value* importing = find_entry(*change, "importing");
  planned.importing = importing != nullptr && importing->shape == Shape::Map;
  const bool stays = does("no-op") || does("read") || planned.actions.empty();
  if (stays && planned.previous_address.empty() && !planned.importing) return std::nullopt;
  planned.before = side_of(change, "before", {nullptr, find_entry(*change, "before_sensitive")});
  planned.after =
      side_of(change, "after", {find_entry(*change, "after_unknown"), find_entry(*change, "after_sensitive")});
  planned.replace_paths = paths_of(find_entry(*change, "replace_paths"));
  return planned;
}

}  // namespace redtag::terraform
