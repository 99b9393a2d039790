#include "lower/cloudformation/evaluate.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/cloudformation/reasons.h"

namespace redtag::cloudformation {

namespace {

using document::Node;
using document::NodeType;

constexpr std::uint32_t most_steps = 2'000'000;

constexpr std::array functions = std::to_array<std::string_view>(
    {"Ref",    "GetAtt",      "Sub",    "Join",         "Select",    "Split",         "FindInMap", "If",
     "Base64", "ImportValue", "GetAZs", "Cidr",         "Transform", "Condition",     "Equals",    "And",
     "Or",     "Not",         "Length", "ToJsonString", "ForEach",   "GetStackOutput"});

bool is_function(std::string_view name) {
  return std::find(functions.begin(), functions.end(), name) != functions.end();
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  return shortened(out, 4096);
}

Value container(Shape shape, Region region) {
  Value value;
  value.presence = Presence::Known;
  value.shape = shape;
  value.region = region;
  return value;
}

/// Its default is given, and whoever deploys may give another one.
bool overridable(const Value& value) { return value.presence == Presence::Defaulted; }

Value overridden_by_deployer(Value value) {
  value.presence = Presence::Defaulted;
  value.expression = Expression::Reference;
  return value;
}

/// The same, composed of parts: `pattern` is what stays as it is, whatever a deployer gives.
Value composed(Value value, std::string pattern) {
  std::erase_if(value.entries, [](const Entry& entry) { return entry.key == "parameter" || entry.key == "pattern"; });
  if (value.shape == Shape::Scalar) value.entries.push_back({"pattern", known_string(std::move(pattern)), {}});
  return overridden_by_deployer(std::move(value));
}

/// Both branches of a condition of which one is a map: whichever counts, both are declared.
std::optional<std::array<const Node*, 2>> branches_of(const Node& node) {
  const auto call = Evaluator::call_of(node);
  if (!call || call->name != "If" || call->argument->type != NodeType::Sequence || call->argument->items.size() != 3)
    return std::nullopt;
  const auto& parts = call->argument->items;
  const auto is_map = [](const Node& part) { return part.type == NodeType::Mapping && !Evaluator::call_of(part); };
  if (!is_map(parts[1]) && !is_map(parts[2])) return std::nullopt;
  return std::array{&parts[1], &parts[2]};
}

Value unknown(std::string text, std::string_view reason, Region region) {
  Value value = unknown_value(std::move(text), std::string(reason), region);
  value.expression = Expression::Opaque;
  return value;
}

/// A text in which places (`${Name}`) are still to be filled.
Value unfilled(std::string_view text, Region region) {
  Value value = unknown(folded(text), reasons::part, region);
  value.expression = Expression::Template;
  return value;
}

}  // namespace

const Node* last_member(const Node& map, std::string_view key) {
  const auto found = std::find_if(map.members.rbegin(), map.members.rend(),
                                  [&](const document::Member& member) { return member.key == key; });
  return found == map.members.rend() ? nullptr : &found->value;
}

std::string inner_text(const Value& value) {
  if (value.presence == Presence::Absent) return {};
  if (value.known() && value.shape == Shape::Scalar) return value.text;
  if (value.known()) return show(value, 4096);
  return value.expression == Expression::Template ? value.text : "${" + value.text + "}";
}

std::string pattern_of(const Value& value) {
  if (value.presence == Presence::Defaulted && value.shape == Shape::Scalar) {
    if (const Value* const whole = find_entry(value, "pattern")) return whole->text;
    if (const Value* const name = find_entry(value, "parameter")) return "${" + name->text + "}";
  }
  return inner_text(value);
}

Evaluator::Evaluator(const SourceFileView& file, const Node& root)
    : file_(file),
      parameters_(last_member(root, "Parameters")),
      mappings_(last_member(root, "Mappings")),
      resources_(last_member(root, "Resources")) {}

Region Evaluator::region(ByteRange bytes) const {
  return {file_.file, file_.side, {bytes.begin + file_.offset, bytes.end + file_.offset}};
}

bool Evaluator::spend() { return ++steps_ < most_steps; }

void Evaluator::note(std::string target, const Node& at) {
  references_.push_back({std::move(target), path_, region(at.bytes)});
}

std::vector<Reference> Evaluator::take_references() { return std::exchange(references_, {}); }

bool Evaluator::is_resource(std::string_view name) const {
  return resources_ != nullptr && last_member(*resources_, name) != nullptr;
}

std::optional<CallView> Evaluator::call_of(const Node& node) {
  if (node.tag.size() > 1 && node.tag[0] == '!' && is_function(std::string_view(node.tag).substr(1))) {
    return CallView{std::string_view(node.tag).substr(1), &node, true};
  }
  return long_call_of(node);
}

std::optional<CallView> Evaluator::long_call_of(const Node& node) {
  if (node.type != NodeType::Mapping || node.members.size() != 1) return std::nullopt;
  std::string_view key = node.members[0].key;
  const bool long_form = key.starts_with("Fn::");
  if (long_form) key.remove_prefix(4);
  if (!long_form && key != "Ref" && key != "Condition") return std::nullopt;
  if (long_form && key.starts_with("ForEach")) key = "ForEach";
  if (!is_function(key)) return std::nullopt;
  return CallView{key, &node.members[0].value, false};
}

Value Evaluator::scalar(const Node& node) const {
  switch (node.type) {
    case NodeType::Null: {
      Value value = known_string("", region(node.bytes));
      value.type = ScalarType::Null;
      return value;
    }
    case NodeType::Bool: return known_bool(node.text == "true", region(node.bytes));
    case NodeType::Number: return known_number(node.text, region(node.bytes));
    case NodeType::String:
    case NodeType::Sequence:
    case NodeType::Mapping: break;
  }
  return known_string(node.text, region(node.bytes));
}

Value Evaluator::evaluate(const Node& node, unsigned depth, Tag tag) {
  if (depth > limits::nesting || !spend()) return unknown("", reasons::too_much, region(node.bytes));
  // Behind a tag, the node may still be a call in its long form: `!Base64 { Fn::Sub: … }`.
  const auto call = tag == Tag::Read ? call_of(node) : long_call_of(node);
  if (call) return evaluate_call(*call, node, depth);
  if (node.scalar()) return scalar(node);
  if (node.type == NodeType::Sequence) {
    const bool plain = std::all_of(node.items.begin(), node.items.end(),
                                   [](const Node& item) { return item.scalar() || call_of(item); });
    Value list = container(plain ? Shape::Set : Shape::List, region(node.bytes));
    for (const Node& item : node.items) {
      if (const auto branches = branches_of(item)) {
        for (const Node* branch : *branches) list.items.push_back(evaluate(*branch, depth + 1, Tag::Read));
        std::erase_if(list.items, [](const Value& value) { return value.presence == Presence::Absent; });
        continue;
      }
      Value value = evaluate(item, depth + 1, Tag::Read);
      if (value.presence != Presence::Absent) list.items.push_back(std::move(value));
    }
    return list;
  }
  Value map = container(Shape::Map, region(node.bytes));
  for (const document::Member& member : node.members) {
    Value value = evaluate(member.value, depth + 1, Tag::Read);
    if (value.presence == Presence::Absent) continue;
    const Region whole = region({member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)});
    map.entries.push_back({member.key, std::move(value), whole});
  }
  return map;
}

Value Evaluator::evaluate_call(const CallView& call, const Node& node, unsigned depth) {
  const Node& argument = *call.argument;
  const Tag inner = call.tagged ? Tag::Done : Tag::Read;
  if (call.name == "Ref") return refer(argument.text, node);
  if (call.name == "GetAtt") return get_attribute(call, node);
  if (call.name == "Sub") return substitute(call, node, depth);
  if (call.name == "If") return choose(argument, node, depth);
  const Value value = evaluate(argument, depth + 1, inner);
  if (call.name == "FindInMap") return find_in_map(value, node);
  if (call.name == "Join") {
    // The list's order counts here.
    Value ordered = value;
    if (argument.type == NodeType::Sequence && argument.items.size() == 2) {
      ordered = container(Shape::List, region(node.bytes));
      for (const Node& item : argument.items) ordered.items.push_back(evaluate(item, depth + 1, Tag::Read));
    }
    return join(ordered, node);
  }
  if (call.name == "Select") return select(value, node);
  if (call.name == "Base64") return value;
  if (call.name == "ImportValue") note("export:" + inner_text(value), node);
  return other_call(call.name, value, node);
}

Value Evaluator::refer(std::string_view name, const Node& at) {
  if (name == "AWS::NoValue") return {};
  if (name.starts_with("AWS::")) return known_string("${" + std::string(name) + "}", region(at.bytes));
  const Node* declaration = parameters_ == nullptr ? nullptr : last_member(*parameters_, name);
  if (declaration != nullptr) {
    note("Parameters." + std::string(name), at);
    return parameter(name, *declaration, at);
  }
  note(std::string(name), at);
  Value value = unknown_value(std::string(name), std::string(reasons::after_create), region(at.bytes));
  value.expression = Expression::Reference;
  return value;
}

Value Evaluator::parameter(std::string_view name, const Node& declaration, const Node& at) {
  const Node* fallback = last_member(declaration, "Default");
  const Node* hidden = last_member(declaration, "NoEcho");
  const Node* type = last_member(declaration, "Type");
  const bool secret = hidden != nullptr && lower_ascii(hidden->text) == "true";
  const bool looked_up = type != nullptr && type->text.starts_with("AWS::SSM::Parameter::Value");
  if (fallback == nullptr || !fallback->scalar() || looked_up || secret) {
    Value value = unknown_value(std::string(name), std::string(looked_up ? reasons::look_up : reasons::no_default),
                                region(at.bytes));
    value.expression = Expression::Reference;
    value.sensitive = secret;
    return value;
  }
  const bool list = type != nullptr && (type->text == "CommaDelimitedList" || type->text.starts_with("List<"));
  Value value = scalar(*fallback);
  if (list) {
    value = container(Shape::Set, region(fallback->bytes));
    for (const std::string_view item : split(fallback->text, ',')) {
      if (!trim(item).empty()) value.items.push_back(known_string(std::string(trim(item)), region(fallback->bytes)));
    }
  }
  // By its name, a template that nests this one may still set it.
  if (value.shape == Shape::Scalar) value.entries.push_back({"parameter", known_string(std::string(name)), {}});
  return overridden_by_deployer(std::move(value));
}

Value Evaluator::get_attribute(const CallView& call, const Node& node) {
  std::string path = call.argument->text;
  if (call.argument->type == NodeType::Sequence) {
    path.clear();
    for (const Node& item : call.argument->items) path += (path.empty() ? "" : ".") + item.text;
  }
  note(path.substr(0, path.find('.')), node);
  Value value = unknown_value(std::move(path), std::string(reasons::after_create), region(node.bytes));
  value.expression = Expression::Reference;
  return value;
}

Value Evaluator::substitute(const CallView& call, const Node& node, unsigned depth) {
  const Node* text = call.argument;
  const Node* names = nullptr;
  if (text->type == NodeType::Sequence && !text->items.empty()) {
    if (text->items.size() > 1) names = &text->items[1];
    text = &text->items[0];
  }
  if (!text->scalar()) return unknown("Sub", reasons::part, region(node.bytes));
  std::string out, pattern;
  bool known = true, defaulted = false, sensitive = false;
  std::optional<Value> lone;
  const std::string& source = text->text;
  const auto add = [&](const std::string& written) {
    out += written;
    pattern += written;
  };
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t open = source.find("${", at);
    add(source.substr(at, open - at));
    if (open == std::string::npos) break;
    const std::size_t close = source.find('}', open);
    if (close == std::string::npos) {
      add(source.substr(open));
      break;
    }
    const std::string name(trim(std::string_view(source).substr(open + 2, close - open - 2)));
    at = close + 1;
    if (name.starts_with('!')) {
      add("${" + name.substr(1) + "}");
      continue;
    }
    const Node* given = names == nullptr ? nullptr : last_member(*names, name);
    Value value;
    if (given != nullptr) {
      value = evaluate(*given, depth + 1, Tag::Read);
    } else if (name.find('.') != std::string::npos) {
      note(name.substr(0, name.find('.')), node);
      value = unknown_value(name, std::string(reasons::after_create), region(node.bytes));
      value.expression = Expression::Reference;
    } else {
      value = refer(name, node);
    }
    known = known && value.known();
    defaulted = defaulted || overridable(value);
    sensitive = sensitive || value.sensitive;
    out += inner_text(value);
    pattern += pattern_of(value);
    if (open == 0 && at == source.size()) lone = std::move(value);
  }
  if (lone) return std::move(*lone);
  Value value = known ? known_string(std::move(out), region(node.bytes)) : unfilled(out, region(node.bytes));
  value.sensitive = sensitive;
  return known && defaulted ? composed(std::move(value), folded(pattern)) : value;
}

Value Evaluator::join(const Value& arguments, const Node& node) const {
  if (arguments.items.size() != 2 || !arguments.items[0].known()) return other_call("Join", arguments, node);
  const Value& list = arguments.items[1];
  if (!list.known() || list.shape == Shape::Scalar) return other_call("Join", arguments, node);
  std::string out, pattern;
  bool known = true, defaulted = overridable(list);
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (i > 0) out += arguments.items[0].text;
    if (i > 0) pattern += arguments.items[0].text;
    out += inner_text(list.items[i]);
    pattern += pattern_of(list.items[i]);
    known = known && list.items[i].known();
    defaulted = defaulted || overridable(list.items[i]);
  }
  if (list.items.size() == 1) {
    Value only = list.items[0];
    only.region = region(node.bytes);
    return only;
  }
  if (!known) return unfilled(out, region(node.bytes));
  Value value = known_string(std::move(out), region(node.bytes));
  if (!defaulted) return value;
  return overridable(list) ? overridden_by_deployer(std::move(value)) : composed(std::move(value), folded(pattern));
}

Value Evaluator::select(const Value& arguments, const Node& node) const {
  if (arguments.items.size() == 2 && arguments.items[0].known() && arguments.items[1].known() &&
      arguments.items[1].shape != Shape::Scalar) {
    const std::string& text = arguments.items[0].text;
    const bool number = !text.empty() && text.size() < 6 && text.find_first_not_of("0123456789") == std::string::npos;
    const std::size_t index = number ? static_cast<std::size_t>(std::stoul(text)) : arguments.items[1].items.size();
    if (index < arguments.items[1].items.size()) return arguments.items[1].items[index];
  }
  return other_call("Select", arguments, node);
}

/// With a key that only the platform knows (a region), the value of every row: whichever counts, a changed one shows.
Value Evaluator::find_in_map(const Value& arguments, const Node& node) {
  if (arguments.items.size() < 3 || mappings_ == nullptr) return other_call("FindInMap", arguments, node);
  const Value& name = arguments.items[0];
  const Node* map = name.known() ? last_member(*mappings_, name.text) : nullptr;
  if (map == nullptr) return other_call("FindInMap", arguments, node);
  const bool sure = arguments.items[2].known() && !arguments.items[2].text.starts_with("${");
  const Node* row = arguments.items[1].known() ? last_member(*map, arguments.items[1].text) : nullptr;
  if (row != nullptr && sure) {
    const Node* cell = last_member(*row, arguments.items[2].text);
    if (cell == nullptr) return other_call("FindInMap", arguments, node);
    Value value = evaluate(*cell, 1, Tag::Read);
    if (!overridable(arguments.items[1])) return value;
    // Whoever deploys chooses the row; what stands in this one is the template's own.
    std::string pattern = "${" + name.text + "." + arguments.items[1].text + "}" + pattern_of(value);
    return composed(std::move(value), std::move(pattern));
  }
  Value all = container(Shape::Map, region(node.bytes));
  for (const document::Member& each : map->members) {
    if (each.value.type != NodeType::Mapping) continue;
    for (const document::Member& cell : each.value.members) {
      if (sure && cell.key != arguments.items[2].text) continue;
      if (!spend()) return other_call("FindInMap", arguments, node);
      all.entries.push_back(
          {each.key + (sure ? "" : "." + cell.key), evaluate(cell.value, 1, Tag::Read), region(cell.value.bytes)});
    }
  }
  return all;
}

Value Evaluator::choose(const Node& arguments, const Node& node, unsigned depth) {
  if (arguments.type != NodeType::Sequence || arguments.items.size() != 3)
    return unknown("If", reasons::condition, region(node.bytes));
  const std::string& condition = arguments.items[0].text;
  note("Conditions." + condition, arguments.items[0]);
  Value yes = evaluate(arguments.items[1], depth + 1, Tag::Read);
  Value no = evaluate(arguments.items[2], depth + 1, Tag::Read);
  if (same_value(yes, no)) return yes;
  const auto word = [](const Value& value) {
    return value.presence == Presence::Absent ? std::string("nothing") : inner_text(value);
  };
  Value value =
      unknown(folded(condition + " ? " + word(yes) + " : " + word(no)), reasons::condition, region(node.bytes));
  value.sensitive = yes.sensitive || no.sensitive;
  // What a deployment gives may decide it.
  value.entries.push_back({"condition", known_string(condition), {}});
  value.entries.push_back({"then", yes, {}});
  value.entries.push_back({"else", no, {}});
  // That it is written does not mean that it is set.
  if (yes.presence == Presence::Absent || no.presence == Presence::Absent) value.type = ScalarType::Null;
  return value;
}

Value Evaluator::other_call(std::string_view name, const Value& argument, const Node& node) const {
  std::string text(name);
  text += '(';
  if (!argument.items.empty()) {
    for (std::size_t i = 0; i < argument.items.size(); ++i)
      text += (i == 0 ? "" : ", ") + inner_text(argument.items[i]);
  } else {
    text += inner_text(argument);
  }
  return unknown(folded(text + ")"), reasons::function, region(node.bytes));
}

}  // namespace redtag::cloudformation
