// The dynamic blocks of Evaluator: repeated for each element where those are known.
#include <utility>

#include "lower/terraform/evaluate.h"
#include "lower/terraform/functions.h"

namespace redtag::terraform {

void Evaluator::repeat_block(Entry dynamic, Directory& directory, std::vector<Entry>& into) {
  Value* label = nullptr;
  Value* each = nullptr;
  Value* content = nullptr;
  std::string iterator;
  for (Entry& entry : dynamic.value.entries) {
    if (entry.key == "label" && label == nullptr) label = &entry.value;
    if (entry.key == "for_each") each = &entry.value;
    if (entry.key == "content") content = &entry.value;
    if (entry.key == "iterator") iterator = entry.value.text;
  }
  if (label == nullptr || each == nullptr || content == nullptr) return into.push_back(std::move(dynamic));
  if (iterator.empty()) iterator = label->text;
  visit(*each, directory);
  const std::size_t outside = bound_.size();
  const std::size_t count = each->items.size() + each->entries.size();
  const bool known = each->known() && each->shape != Shape::Scalar;
  for (std::size_t i = 0; known && i < count && pay(*content); ++i) {
    const bool map = i < each->entries.size();
    const Value& element = map ? each->entries[i].value : each->items[i - each->entries.size()];
    const Value key = map                         ? known_string(each->entries[i].key)
                      : each->shape == Shape::Set ? element
                                                  : number_value(static_cast<double>(i), element.region);
    Value turn;
    turn.presence = Presence::Known;
    turn.shape = Shape::Map;
    turn.entries = {{"key", key, element.region}, {"value", element, element.region}};
    bound_.push_back({iterator, &turn});
    Entry block{label->text, *content, dynamic.region};
    visit(block.value, directory);
    bound_.resize(outside);
    if (element.region.valid()) block.value.region = element.region;
    into.push_back(std::move(block));
  }
  if (known) return;
  bound_.push_back({iterator, nullptr});
  visit(*content, directory);
  bound_.resize(outside);
  Entry block{label->text, std::move(*content), dynamic.region};
  block.value.entries.insert(block.value.entries.begin(), {"for_each", std::move(*each), each->region});
  into.push_back(std::move(block));
}

}  // namespace redtag::terraform
