#include "lower/terraform/permissions.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "lower/terraform/json.h"
#include "lower/terraform/members.h"
#include "lower/terraform/render.h"

namespace redtag::terraform {

namespace {

Value container(Shape shape, Region region) {
  Value value;
  value.presence = Presence::Known;
  value.shape = shape;
  value.region = region;
  return value;
}

bool is_map(const Value& value) { return value.known() && (value.shape == Shape::Map || value.shape == Shape::Block); }

const Value* find_ignoring_case(const Value& map, std::string_view key) {
  const auto found = std::find_if(map.entries.begin(), map.entries.end(), [&](const Entry& entry) {
    return entry.key.size() == key.size() && starts_with_ignoring_case(entry.key, key);
  });
  return found == map.entries.end() ? nullptr : &found->value;
}

enum class Spelling : std::uint8_t { Kept, LowerCase };

/// One element with what stands before it; an unknown one keeps its expression behind the prefix.
Value element(const Value& value, std::string_view prefix, Spelling spelling) {
  if (value.known() && value.shape == Shape::Scalar) {
    std::string text = std::string(prefix) + (spelling == Spelling::LowerCase ? lower_ascii(value.text) : value.text);
    return known_string(std::move(text), value.region);
  }
  std::string text = render(value);
  const bool quoted = value.presence == Presence::Unknown && value.expression == Expression::Template &&
                      text.size() >= 2 && text.ends_with('"');
  if (quoted) text = text.substr(1, text.size() - 2);  // so that it begins and ends as the known elements beside it do
  Value unknown = unknown_value(std::string(prefix) + text, value.reason, value.region);
  unknown.expression = Expression::Opaque;
  return unknown;
}

void add_elements(Value& set, const Value& value, std::string_view prefix, Spelling spelling) {
  if (passes_elements(value)) {
    for (const Value& argument : value.items) add_elements(set, argument, prefix, spelling);
    return;
  }
  if (!is_sequence(value)) {
    set.items.push_back(element(value, prefix, spelling));
    return;
  }
  for (const Value& item : value.items) {
    if (is_sequence(item) || passes_elements(item))
      add_elements(set, item, prefix, spelling);  // before 0.12 a list in a list was one list
    else
      set.items.push_back(element(item, prefix, spelling));
  }
}

bool is_account(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `AWS:*` and `*` let the same in; an account id is short for its root.
void settle_principal(Value& principal) {
  if (!principal.known()) return;
  if (principal.text == "AWS:*" || principal.text == "*:*") principal.text = "*";
  const std::string_view name =
      std::string_view(principal.text).substr(std::min<std::size_t>(4, principal.text.size()));
  if (principal.text.starts_with("AWS:") && is_account(name))
    principal.text = "AWS:arn:aws:iam::" + std::string(name) + ":root";
}

Value principals(const Value& value) {
  Value set = container(Shape::Set, value.region);
  if (is_map(value)) {
    for (const Entry& entry : value.entries) add_elements(set, entry.value, entry.key + ":", Spelling::Kept);
  } else {
    add_elements(set, value, "", Spelling::Kept);
  }
  for (Value& principal : set.items) settle_principal(principal);
  return set;
}

Value conditions(const Value& value) {
  Value set = container(Shape::Set, value.region);
  if (!is_map(value)) {
    set.items.push_back(element(value, "", Spelling::Kept));
    return set;
  }
  for (const Entry& test : value.entries) {
    if (!is_map(test.value)) {
      set.items.push_back(element(test.value, test.key + "|", Spelling::Kept));
      continue;
    }
    for (const Entry& variable : test.value.entries) {
      add_elements(set, variable.value, test.key + "|" + variable.key + "|", Spelling::Kept);
    }
  }
  return set;
}

struct Part {
  std::string_view source;
  std::string_view name;
};

Value statement(const Value& source) {
  if (!is_map(source)) return element(source, "", Spelling::Kept);
  static constexpr std::array parts = std::to_array<Part>({
      {"Principal", "principals"},
      {"NotPrincipal", "not_principals"},
      {"Action", "actions"},
      {"NotAction", "not_actions"},
      {"Resource", "resources"},
      {"NotResource", "not_resources"},
      {"Condition", "conditions"},
  });
  Value out = container(Shape::Map, source.region);
  if (const Value* effect = find_ignoring_case(source, "Effect")) {
    out.entries.push_back({"effect", element(*effect, "", Spelling::Kept), effect->region});
  }
  for (const Part& part : parts) {
    const Value* value = find_ignoring_case(source, part.source);
    if (value == nullptr || (value->known() && value->is_null())) continue;
    Value set;
    if (part.name.ends_with("principals")) {
      set = principals(*value);
    } else if (part.name == "conditions") {
      set = conditions(*value);
    } else {
      set = container(Shape::Set, value->region);
      add_elements(set, *value, "", part.name.ends_with("actions") ? Spelling::LowerCase : Spelling::Kept);
    }
    out.entries.push_back({std::string(part.name), std::move(set), value->region});
  }
  return out;
}

// ---- from a data.aws_iam_policy_document

/// IAM's own variables are written `&{…}` there, because `${…}` is Terraform's.
void restore_variables(Value& value) {
  for (std::size_t at = value.text.find("&{"); value.known() && at != std::string::npos;
       at = value.text.find("&{", at)) {
    value.text[at] = '$';
  }
  for (Value& item : value.items) restore_variables(item);
}

void add_to(Value& map, std::string key, Value value, Region region) {
  map.entries.push_back({std::move(key), std::move(value), region});
}

void add_principals(Value& statement, const char* key, const Value& block, Region region) {
  const Value* type = find_entry(block, "type");
  const Value* identifiers = find_entry(block, "identifiers");
  if (type == nullptr || identifiers == nullptr) return;
  auto place =
      std::find_if(statement.entries.begin(), statement.entries.end(), [&](const Entry& e) { return e.key == key; });
  if (place == statement.entries.end()) {
    add_to(statement, key, container(Shape::Map, block.region), region);
    place = statement.entries.end() - 1;
  }
  add_to(place->value, type->known() ? type->text : render(*type), *identifiers, region);
}

void add_condition(Value& statement, const Value& block, Region region) {
  const Value* test = find_entry(block, "test");
  const Value* variable = find_entry(block, "variable");
  const Value* values = find_entry(block, "values");
  if (test == nullptr || variable == nullptr || values == nullptr) return;
  auto place = std::find_if(statement.entries.begin(), statement.entries.end(),
                            [](const Entry& e) { return e.key == "Condition"; });
  if (place == statement.entries.end()) {
    add_to(statement, "Condition", container(Shape::Map, block.region), region);
    place = statement.entries.end() - 1;
  }
  Value inner = container(Shape::Map, block.region);
  Value checked = *values;
  restore_variables(checked);
  add_to(inner, variable->known() ? variable->text : render(*variable), std::move(checked), region);
  add_to(place->value, test->known() ? test->text : render(*test), std::move(inner), region);
}

Value statement_of(const Value& block) {
  static constexpr std::array lists = std::to_array<Part>({
      {"actions", "Action"},
      {"not_actions", "NotAction"},
      {"resources", "Resource"},
      {"not_resources", "NotResource"},
      {"sid", "Sid"},
  });
  Value out = container(Shape::Map, block.region);
  const Value* effect = find_entry(block, "effect");
  add_to(out, "Effect", effect == nullptr ? known_string("Allow", block.region) : *effect, block.region);
  for (const Entry& entry : block.entries) {
    const auto* const list =
        std::find_if(lists.begin(), lists.end(), [&](const Part& part) { return part.source == entry.key; });
    if (list != lists.end()) {
      Value value = entry.value;
      restore_variables(value);
      add_to(out, std::string(list->name), std::move(value), entry.region);
    } else if (entry.key == "principals") {
      add_principals(out, "Principal", entry.value, entry.region);
    } else if (entry.key == "not_principals") {
      add_principals(out, "NotPrincipal", entry.value, entry.region);
    } else if (entry.key == "condition") {
      add_condition(out, entry.value, entry.region);
    }
  }
  return out;
}

/// Statements of a document that another one is built on; an unknown document is one unknown statement.
void add_statements(std::vector<Value>& into, const Value& source) {
  if (is_sequence(source)) {
    for (const Value& item : source.items) add_statements(into, item);
    return;
  }
  if (source.known() && (source.is_null() || source.text.empty())) return;
  const Value* document = decoded(source);
  const Value* statements = document == nullptr ? nullptr : find_ignoring_case(*document, "Statement");
  if (statements == nullptr)
    into.push_back(source);
  else if (is_sequence(*statements))
    into.insert(into.end(), statements->items.begin(), statements->items.end());
  else
    into.push_back(*statements);
}

}  // namespace

Value policy_document(const Resource& data) {
  static constexpr std::array sources = std::to_array<std::string_view>(
      {"source_policy_documents", "override_policy_documents", "source_json", "override_json"});
  Value list = container(Shape::List, data.region);
  for (const Entry& entry : data.attributes) {
    if (entry.key == "statement") list.items.push_back(statement_of(entry.value));
    if (std::find(sources.begin(), sources.end(), entry.key) != sources.end()) add_statements(list.items, entry.value);
  }
  Value document = container(Shape::Map, data.region);
  add_to(document, "Statement", std::move(list), data.region);
  return document;
}

Value encoded(Value content, Region region) {
  std::optional<std::string> text = write_json(content);
  Value value =
      text ? known_string(std::move(*text), region) : unknown_value("jsonencode", "a part of it is not known", region);
  value.expression = Expression::Call;
  value.items.push_back(std::move(content));
  return value;
}

const Value* decoded(const Value& value) {
  const bool holds = value.expression == Expression::Call && value.items.size() == 1 && value.shape == Shape::Scalar &&
                     (value.known() || value.text == "jsonencode");
  return holds ? value.items.data() : nullptr;
}

std::optional<Value> permissions_of(const Value& document) {
  if (!is_map(document)) return std::nullopt;
  const Value* statements = find_ignoring_case(document, "Statement");
  if (statements == nullptr) return std::nullopt;
  Value out = container(Shape::Permissions, document.region);
  if (is_sequence(*statements)) {
    for (const Value& source : statements->items) out.items.push_back(statement(source));
  } else {
    out.items.push_back(statement(*statements));
  }
  return out;
}

std::optional<Value> as_permissions(const Value& value) {
  const Value* document = decoded(value);
  std::optional<Value> read;
  if (document == nullptr && value.known() && value.shape == Shape::Scalar && value.type == ScalarType::String &&
      value.text.find("Statement") != std::string::npos) {
    read = read_json(value.text, value.region);
    if (read) document = &*read;
  }
  if (document == nullptr) return std::nullopt;
  std::optional<Value> out = permissions_of(*document);
  if (out) {
    out->region = value.region;
    out->sensitive = value.sensitive;
  }
  return out;
}

}  // namespace redtag::terraform
