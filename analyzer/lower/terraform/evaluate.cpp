#include "lower/terraform/evaluate.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/terraform/elements.h"
#include "lower/terraform/fileset.h"
#include "lower/terraform/functions.h"
#include "lower/terraform/permissions.h"
#include "lower/terraform/reasons.h"
#include "lower/terraform/table_text.h"
#include "lower/terraform/text_file.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t steps_per_file = 1'000'000;
constexpr std::size_t longest_text = std::size_t{1} << 18;
constexpr unsigned deepest = limits::nesting;

/// Nodes of a value; SIZE_MAX if it nests deeper than `levels`.
std::size_t nodes_of(const Value& value, unsigned levels) {
  if (levels == 0) return SIZE_MAX;
  std::size_t nodes = 1 + value.text.size() / 64;
  const auto add = [&](const Value& part) {
    const std::size_t inner = nodes_of(part, levels - 1);
    nodes = inner == SIZE_MAX || nodes == SIZE_MAX ? SIZE_MAX : nodes + inner;
  };
  for (const Value& item : value.items) add(item);
  for (const Entry& entry : value.entries) add(entry.value);
  return nodes;
}

void fail(Value& value, std::string_view reason) {
  if (value.reason.empty() && value.presence == Presence::Unknown) value.reason = reason;
}

/// Why an expression is not known: what its first unknown operand says.
std::string_view reason_of(const std::vector<Value>& operands, std::string_view otherwise) {
  for (const Value& operand : operands) {
    if (operand.presence == Presence::Unknown && !operand.reason.empty()) return operand.reason;
  }
  return otherwise;
}

void replace(Value& value, Value result) {
  result.sensitive = result.sensitive || value.sensitive;
  value = std::move(result);
}

constexpr std::size_t most_origins = 12;

void add_origin(Value& value, const Region& region) {
  const bool own = region.file == value.region.file && value.region.bytes.begin <= region.bytes.begin &&
                   region.bytes.end <= value.region.bytes.end;
  if (!region.valid() || own || value.origins.size() >= most_origins) return;
  if (std::find(value.origins.begin(), value.origins.end(), region) == value.origins.end())
    value.origins.push_back(region);
}

void add_origins(Value& value, const std::vector<Value>& operands) {
  for (const Value& operand : operands) {
    add_origin(value, operand.region);
    for (const Region& region : operand.origins) add_origin(value, region);
  }
}

bool any_sensitive(const std::vector<Value>& values) {
  return std::any_of(values.begin(), values.end(), [](const Value& value) { return value.sensitive; });
}

/// `result` of `value`'s operands, which are still in it.
void replace_composed(Value& value, Value result) {
  result.sensitive = result.sensitive || any_sensitive(value.items);
  add_origins(result, value.items);
  replace(value, std::move(result));
}

std::vector<std::string_view> names_of(std::string_view comprehension) {
  if (comprehension.ends_with("...")) comprehension.remove_suffix(3);
  return split(comprehension, ',');
}

}  // namespace

void Evaluator::begin() { steps_ = steps_per_file; }

void Evaluator::evaluate(Resource& resource, Directory& directory) {
  if (resource.declares == Declares::Setting) return evaluate_setting(resource, directory);
  const auto document = directory.documents.find(resource.name);
  if (document != directory.documents.end() && document->second.resource == &resource) {
    define(document->second, directory);  // what asks for it from inside must find it busy
    return;
  }
  each_of_ = {};
  for (const Entry& entry : resource.attributes) {
    const bool variable = entry.key == "for_each" && entry.value.presence == Presence::Unknown &&
                          entry.value.expression == Expression::Reference && entry.value.text.starts_with("var.");
    if (variable) each_of_ = entry.value.text;
  }
  visit_entries(resource.attributes, directory);
  each_of_ = {};
}

void Evaluator::evaluate(Resource& resource, Directory& directory, const Bound& own) {
  bound_.push_back(own);
  visit_entries(resource.attributes, directory);
  bound_.pop_back();
}

Value Evaluator::evaluated(Value value, Directory& directory) {
  visit(value, directory);
  return value;
}

void Evaluator::evaluate_setting(Resource& setting, Directory& directory) {
  const auto defined_by = [&](std::map<std::string_view, Definition>& definitions, const Value& value) -> Definition* {
    const auto found = definitions.find(setting.name);
    return found != definitions.end() && found->second.value == &value ? &found->second : nullptr;
  };
  for (Entry& entry : setting.attributes) {  // which definitions point at, so that none may move
    Definition* definition = defined_by(directory.locals, entry.value);
    if (definition == nullptr) definition = defined_by(directory.outputs, entry.value);
    if (definition != nullptr)
      define(*definition, directory);
    else if (entry.key == "type_defaults")
      visit_type(entry.value, directory);
    else
      visit(entry.value, directory);
  }
}

/// `list(…)` and `map(…)` are constructors of a type here and no functions; what an optional attribute is by default is a value.
void Evaluator::visit_type(Value& type, Directory& directory) {
  if (type.presence == Presence::Unknown && type.text == "optional" && type.items.size() > 1)
    visit(type.items[1], directory);
  const std::size_t types = type.text == "optional" ? std::min<std::size_t>(type.items.size(), 1) : type.items.size();
  for (std::size_t i = 0; i < types; ++i) visit_type(type.items[i], directory);
  for (Entry& entry : type.entries) visit_type(entry.value, directory);
}

bool Evaluator::pay(const Value& copied) {
  const std::size_t nodes = nodes_of(copied, deepest);
  if (nodes == SIZE_MAX) return false;
  const bool enough = nodes < steps_;
  steps_ -= std::min(nodes, steps_);
  return enough;
}

void Evaluator::visit(Value& value, Directory& directory) {
  if (value.presence == Presence::Absent) return;
  if (value.known() && (value.shape == Shape::Scalar || value.shape == Shape::Quantity)) return;
  if (steps_ == 0) return fail(value, reasons::too_much);
  if (depth_ >= 2 * deepest) return fail(value, reasons::too_deep);
  --steps_;
  ++depth_;
  if (!value.known()) {
    visit_expression(value, directory);
  } else {
    visit_all(value.items, directory);
    visit_entries(value.entries, directory);
  }
  --depth_;
}

void Evaluator::visit_expression(Value& value, Directory& directory) {
  switch (value.expression) {
    case Expression::None: return;
    case Expression::Opaque: return fail(value, reasons::function);
    case Expression::Reference: return visit_reference(value, directory);
    case Expression::Call: return visit_call(value, directory);
    case Expression::Template: return visit_template(value, directory);
    case Expression::Conditional: return visit_conditional(value, directory);
    case Expression::Operator: return visit_operator(value, directory);
    case Expression::For: return visit_for(value, directory);
  }
}

void Evaluator::visit_all(std::vector<Value>& values, Directory& directory) {
  for (Value& value : values) visit(value, directory);
}

void Evaluator::visit_entries(std::vector<Entry>& entries, Directory& directory) {
  bool dynamic = false;
  for (Entry& entry : entries) {
    if (entry.key == "dynamic" && entry.value.shape == Shape::Block)
      dynamic = true;
    else
      visit(entry.value, directory);
  }
  if (!dynamic) return;
  std::vector<Entry> repeated;
  for (Entry& entry : entries) {
    if (entry.key == "dynamic" && entry.value.shape == Shape::Block)
      repeat_block(std::move(entry), directory, repeated);
    else
      repeated.push_back(std::move(entry));
  }
  entries = std::move(repeated);
}

void Evaluator::visit_reference(Value& value, Directory& directory) {
  visit_all(value.items, directory);
  if (auto name = synonyms_.preferred(value.text)) value.text = std::move(*name);
  std::size_t rest = 0;
  const Target target = find(value.text, directory, rest);
  if (target.value == nullptr) {
    if (std::optional<Value> otherwise = left_out_of_each(value, directory))
      return replace(value, std::move(*otherwise));
    return fail(value, target.reason);
  }
  if ((!target.value->known() || target.value->is_null()) && rest < value.text.size()) {
    if (std::optional<Value> otherwise = left_out(value, directory)) return replace(value, std::move(*otherwise));
    if (target.value->known()) return fail(value, reasons::missing);
    return fail(value, target.value->reason.empty() ? reasons::part : std::string_view(target.value->reason));
  }
  const auto indexes = [&](std::string_view path) {
    std::size_t count = 0;
    for (std::size_t at = path.find("[]"); at != std::string_view::npos; at = path.find("[]", at + 2)) ++count;
    return count;
  };
  const std::size_t skipped = indexes(std::string_view(value.text).substr(0, rest));
  std::optional<Value> found = follow(*target.value, std::string_view(value.text).substr(rest), value.items, skipped);
  if (!found) {
    // An element that a wholly known value does not have is an error to Terraform, which `try` catches.
    const bool missing =
        steps_ > 0 && wholly_known(*target.value) && std::all_of(value.items.begin(), value.items.end(), wholly_known);
    return fail(value, steps_ == 0 ? reasons::too_much : missing ? reasons::missing : reasons::part);
  }
  if (target.value->sensitive) found->sensitive = true;
  for (const Region& region : target.value->origins) add_origin(*found, region);
  add_origin(*found, value.region);
  replace(value, std::move(*found));
}

void Evaluator::visit_object(Value& value, Directory& directory) {
  visit_all(value.items, directory);
  Value map;
  map.presence = Presence::Known;
  map.shape = Shape::Map;
  map.region = value.region;
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
    if (!as_text(value.items[i])) return fail(value, reason_of(value.items, reasons::part));
  }
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
    Region region = value.items[i].region;
    if (const Region& end = value.items[i + 1].region; end.file == region.file)
      region.bytes.end = std::max(region.bytes.end, end.bytes.end);
    map.entries.push_back({value.items[i].text, std::move(value.items[i + 1]), region});
  }
  replace(value, std::move(map));
}

void Evaluator::visit_try(Value& value, Directory& directory) {
  for (Value& attempt : value.items) {
    visit(attempt, directory);
    if (attempt.known()) {
      Value result = std::move(attempt);
      return replace(value, std::move(result));
    }
    if (attempt.reason != reasons::missing) break;
  }
  fail(value, reason_of(value.items, reasons::part));
}

/// `file` and `templatefile` of a text at hand. The names in a template are those that the call gives it.
bool Evaluator::visit_text(Value& value, Directory& directory) {
  const bool is_template = value.text == "templatefile";
  const auto path = value.items.empty() ? std::nullopt : as_text(value.items[0]);
  if (!path || directory.texts == nullptr || value.items.size() != (is_template ? 2U : 1U)) return false;
  const auto text = directory.texts->find(resolve_text_path(directory.path, *path));
  if (text == directory.texts->end()) return false;
  Value content = text->second->attributes[is_template ? 1 : 0].value;
  if (!pay(content)) return false;
  if (is_template) {
    const Value names = std::move(value.items[1]);
    const std::vector<Bound> outside = std::exchange(bound_, {});
    for (const Entry& name : names.entries) bound_.push_back({name.key, &name.value});
    visit(content, directory);
    bound_ = outside;
  }
  replace(value, std::move(content));
  return true;
}

/// Each name has the place of its file, where that is at hand: it comes and goes with it.
bool Evaluator::visit_fileset(Value& value, const Directory& directory) {
  const auto base = value.items.size() == 2 ? as_text(value.items[0]) : std::nullopt;
  const auto pattern = base ? as_text(value.items[1]) : std::nullopt;
  if (!pattern || directory.tree == nullptr || base->starts_with('/')) return false;
  const std::string written = base->starts_with('.') ? std::string(*base) : "./" + std::string(*base);
  const std::optional<std::string> below = resolve_local_source(directory.path, written);
  const auto names = below ? files_matching(*directory.tree, *below, *pattern) : std::nullopt;
  if (!names) return false;
  Value set;
  set.presence = Presence::Known;
  set.shape = Shape::Set;
  set.region = value.region;
  for (const std::string& name : *names) {
    const auto text = directory.texts->find(below->empty() ? name : *below + "/" + name);
    set.items.push_back(known_string(name, text == directory.texts->end() ? value.region : text->second->region));
  }
  replace_composed(value, std::move(set));
  return true;
}

void Evaluator::visit_call(Value& value, Directory& directory) {
  if (value.text == "{}") return visit_object(value, directory);
  if (value.text == "try") return visit_try(value, directory);
  visit_all(value.items, directory);
  if (value.text == "fileset" && visit_fileset(value, directory)) return;
  if ((value.text == "file" || value.text == "templatefile") && visit_text(value, directory)) return;
  const bool expands = value.text.ends_with("...");
  if (expands) {
    if (value.items.empty()) return;
    Value& last = value.items.back();
    if (!last.known() || (last.shape != Shape::List && last.shape != Shape::Set))
      return fail(value, reason_of(value.items, reasons::part));
    std::vector<Value> spread = std::move(last.items);
    value.items.pop_back();
    value.items.insert(value.items.end(), std::make_move_iterator(spread.begin()),
                       std::make_move_iterator(spread.end()));
    value.text.resize(value.text.size() - 3);
  }
  const bool alone = value.items.size() == 1;
  if (alone && value.text == "jsonencode") return replace_composed(value, encoded(value.items[0], value.region));
  if (alone && value.text == "jsondecode" && decoded(value.items[0]) != nullptr) {
    Value content = std::move(value.items[0].items[0]);  // what decoded() found: whole documents are dear to copy
    return replace_composed(value, std::move(content));
  }
  if (alone && (value.text == "yamldecode" || value.text == "csvdecode") && value.items[0].known()) {
    const Value& text = value.items[0];
    steps_ -= std::min(steps_, text.text.size() / 8);
    const bool yaml = value.text == "yamldecode";
    std::optional<Value> table = steps_ == 0 ? std::nullopt
                                 : yaml      ? read_yaml(text.text, text.region)
                                             : read_csv(text.text, text.region);
    if (table) return replace_composed(value, std::move(*table));
  }
  if (alone && (value.text == "sensitive" || value.text == "nonsensitive")) {
    Value inner = std::move(value.items[0]);
    inner.sensitive = value.text == "sensitive";
    value = std::move(inner);
    return;
  }
  if (std::optional<Value> element = element_of_all(value)) return replace(value, std::move(*element));
  std::size_t cost = 0;
  for (const Value& item : value.items) cost += nodes_of(item, deepest) / 2;
  steps_ -= std::min(steps_, cost);
  std::optional<Value> result = steps_ == 0 ? std::nullopt : call_function(value.text, value.items, value.region);
  if (result && result->text.size() <= longest_text) return replace_composed(value, std::move(*result));
  if (std::optional<Value> composed = compose_text(value.text, value.items, value.region)) {
    join_parts(*composed);
    return replace(value, std::move(*composed));
  }
  const bool reads_a_file = value.text.starts_with("file") || value.text.starts_with("templatefile");
  if (reads_a_file) return fail(value, reasons::other_file);
  fail(value, reason_of(value.items, reasons::function));
}

void Evaluator::visit_template(Value& value, Directory& directory) {
  visit_all(value.items, directory);
  join_parts(value);
}

void Evaluator::join_parts(Value& value) {
  std::vector<Value> parts;
  const bool sensitive = any_sensitive(value.items);
  add_origins(value, value.items);
  for (Value& part : value.items) {
    const bool text = as_text(part).has_value();
    if (!text && part.presence == Presence::Unknown &&
        part.expression == Expression::Template) {  // a string in a string
      parts.insert(parts.end(), std::make_move_iterator(part.items.begin()), std::make_move_iterator(part.items.end()));
      continue;
    }
    const bool joins = text && !parts.empty() && as_text(parts.back()).has_value();
    if (joins && parts.back().text.size() + part.text.size() <= longest_text) {
      parts.back().text += part.text;
      parts.back().type = ScalarType::String;
    } else {
      parts.push_back(std::move(part));
    }
  }
  value.sensitive = value.sensitive || sensitive;
  value.items = std::move(parts);
  if (value.items.size() == 1 && as_text(value.items[0])) {
    Value known = known_string(std::move(value.items[0].text), value.region);
    known.origins = std::move(value.origins);
    return replace(value, std::move(known));
  }
  fail(value, reason_of(value.items, reasons::part));
}

void Evaluator::visit_conditional(Value& value, Directory& directory) {
  visit(value.items[0], directory);
  if (const auto truth = as_bool(value.items[0])) {
    Value chosen = std::move(value.items[*truth ? 1 : 2]);
    visit(chosen, directory);
    add_origins(chosen, {value.items[0]});
    return replace(value, std::move(chosen));
  }
  visit(value.items[1], directory);
  visit(value.items[2], directory);
  if (wholly_known(value.items[1]) && wholly_known(value.items[2]) && same_value(value.items[1], value.items[2])) {
    Value either = std::move(value.items[1]);
    return replace(value, std::move(either));
  }
  fail(value, reason_of(value.items, reasons::part));
}

void Evaluator::visit_operator(Value& value, Directory& directory) {
  visit_all(value.items, directory);
  if (value.items.empty()) return;
  if (value.text[0] == '.' || value.text[0] == '[') {
    if (std::optional<Value> found = follow(value.items[0], value.text, value.items, 1))
      return replace_composed(value, std::move(*found));
    return fail(value, reason_of(value.items, wholly_known(value.items[0]) ? reasons::missing : reasons::part));
  }
  if (std::optional<Value> result = apply_operator(value.text, value.items, value.region))
    return replace_composed(value, std::move(*result));
  fail(value, reason_of(value.items, reasons::part));
}

void Evaluator::visit_unbound(std::vector<Value*> values, std::vector<std::string_view> names, Directory& directory) {
  const std::size_t outside = bound_.size();
  for (const std::string_view name : names) bound_.push_back({name, nullptr});
  for (Value* value : values) visit(*value, directory);
  bound_.resize(outside);
}

void Evaluator::visit_for(Value& value, Directory& directory) {
  visit(value.items[0], directory);
  if (value.items[0].known()) {
    if (std::optional<Value> result = comprehend(value, directory)) return replace_composed(value, std::move(*result));
  }
  const std::string names = value.text;
  visit_unbound({&value.items[1], &value.items[2], &value.items[3]}, names_of(names), directory);
  fail(value, reason_of(value.items, reasons::part));
}

std::optional<Value> Evaluator::comprehend(const Value& comprehension, Directory& directory) {
  const Value& collection = comprehension.items[0];
  if (collection.shape == Shape::Scalar || collection.shape == Shape::Quantity) return std::nullopt;
  const bool groups = comprehension.text.ends_with("...");
  const bool map = comprehension.items[1].presence != Presence::Absent;
  const std::vector<std::string_view> names = names_of(comprehension.text);
  Value result;
  result.presence = Presence::Known;
  result.shape = map ? Shape::Map : Shape::List;
  result.region = comprehension.region;
  std::vector<const Entry*> entries;
  for (const Entry& entry : collection.entries) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(), [](const Entry* a, const Entry* b) { return a->key < b->key; });
  const std::size_t count = entries.size() + collection.items.size();
  const std::size_t outside = bound_.size();
  bool complete = true;
  for (std::size_t i = 0; i < count && complete; ++i) {
    const Value& element = entries.empty() ? collection.items[i] : entries[i]->value;
    const Value name = !entries.empty()                 ? known_string(entries[i]->key, entries[i]->region)
                       : collection.shape == Shape::Set ? element
                                                        : number_value(static_cast<double>(i), element.region);
    if (names.size() > 1) bound_.push_back({names[0], &name});
    bound_.push_back({names.back(), &element});
    Value condition = comprehension.items[3], key = comprehension.items[1], body = comprehension.items[2];
    complete = pay(body);
    if (complete) visit(condition, directory);
    const auto wanted = condition.presence == Presence::Absent ? std::optional(true) : as_bool(condition);
    complete = complete && wanted.has_value();
    if (complete && *wanted) {
      visit(key, directory);
      visit(body, directory);
      const auto text = as_text(key);
      complete = !groups && (!map || text.has_value());
      // The element decides: its line is the one to look at when an instance comes or goes.
      if (complete && map)
        result.entries.push_back({std::string(*text), std::move(body), element.region});
      else if (complete)
        result.items.push_back(std::move(body));
    }
    bound_.resize(outside);
  }
  return complete ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace redtag::terraform
