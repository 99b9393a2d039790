#include "lower/cloudformation/conditions.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace redtag::cloudformation {

namespace {

using document::Node;
using document::NodeType;

constexpr unsigned deepest = 24;
constexpr std::size_t most_alternatives = 32;
constexpr std::uint32_t most_steps = 4000;

constexpr std::string_view is = " is ", is_not = " is not ";

/// One side of a comparison: its text, and whether somebody else decides it.
struct Operand {
  std::string text;          ///< a parameter as `${Name}`
  std::string with_default;  ///< the same with its default
  bool open = false;
};

Operand operand_of(const Value& value) {
  Operand operand;
  operand.with_default = inner_text(value);
  operand.text = operand.with_default;
  const Value* parameter = value.presence == Presence::Defaulted ? find_entry(value, "parameter") : nullptr;
  if (parameter != nullptr) operand.text = "${" + parameter->text + "}";
  operand.open = value.presence == Presence::Defaulted || operand.text.find("${") != std::string::npos;
  return operand;
}

std::string negation_of(const std::string& statement) {
  const std::size_t negative = statement.rfind(is_not);
  if (negative != std::string::npos)
    return statement.substr(0, negative) + std::string(is) + statement.substr(negative + is_not.size());
  const std::size_t positive = statement.rfind(is);
  return statement.substr(0, positive) + std::string(is_not) + statement.substr(positive + is.size());
}

/// `${Stage} is prod`: what is compared, and with what.
std::pair<std::string_view, std::string_view> parts_of(std::string_view statement) {
  const std::size_t at =
      statement.rfind(is_not) != std::string_view::npos ? std::string_view::npos : statement.rfind(is);
  if (at == std::string_view::npos) return {};
  return {statement.substr(0, at), statement.substr(at + is.size())};
}

/// One thing cannot be two constants at once, nor be one and not be it.
bool contradicts(const std::set<std::string>& statements) {
  std::map<std::string_view, std::string_view> constants;
  for (const std::string& statement : statements) {
    if (statements.contains(negation_of(statement))) return true;
    const auto [what, value] = parts_of(statement);
    if (what.empty() || value.find("${") != std::string_view::npos) continue;
    const auto [known, fresh] = constants.emplace(what, value);
    if (!fresh && known->second != value) return true;
  }
  return false;
}

}  // namespace

Conditions::Conditions(Evaluator& evaluator, const Node& root)
    : evaluator_(evaluator), conditions_(last_member(root, "Conditions")) {}

std::optional<Value> Conditions::when(std::string_view name, Region region) {
  const Alternatives alternatives = named(name, Sense::Plain, 0);
  if (alternatives.contains(Statements{})) return std::nullopt;
  Value value;
  value.presence = Presence::Known;
  value.shape = Shape::Set;
  value.region = region;
  for (const Statements& statements : alternatives) {
    std::string text;
    for (const std::string& statement : statements) text += (text.empty() ? "" : " and ") + statement;
    value.items.push_back(known_string(shortened(text, 1024), region));
  }
  return value;
}

std::optional<bool> Conditions::by_default(std::string_view name) {
  bool any_open = false;
  for (const Statements& statements : named(name, Sense::Plain, 0)) {
    bool open = false, fails = false;
    for (const std::string& statement : statements) {
      const auto known = defaults_.find(statement);
      open = open || known == defaults_.end();
      fails = fails || (known != defaults_.end() && !known->second);
    }
    if (!open && !fails) return true;
    any_open = any_open || (open && !fails);
  }
  return any_open ? std::nullopt : std::optional(false);
}

Conditions::Alternatives Conditions::named(std::string_view name, Sense sense, unsigned depth) {
  const std::string key = (sense == Sense::Plain ? "+" : "-") + std::string(name);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  const std::string itself = "condition " + std::string(name) + std::string(is) + "true";
  const Alternatives unread{{sense == Sense::Plain ? itself : negation_of(itself)}};
  known_[key] = unread;  // what asks for itself on the way stays a name
  const Node* node = conditions_ == nullptr ? nullptr : last_member(*conditions_, name);
  if (node == nullptr || depth > deepest) return unread;
  Alternatives read_ones = read(*node, sense, depth + 1);
  if (read_ones.size() > most_alternatives || steps_ > most_steps) read_ones = unread;
  known_[key] = read_ones;
  return read_ones;
}

Conditions::Alternatives Conditions::read(const Node& node, Sense sense, unsigned depth) {
  const auto call = Evaluator::call_of(node);
  if (!call || depth > deepest || ++steps_ > most_steps) return opaque(node, sense);
  const Node& argument = *call->argument;
  if (call->name == "Condition") return named(argument.text, sense, depth + 1);
  if (argument.type != NodeType::Sequence || argument.items.empty()) return opaque(node, sense);
  if (call->name == "Equals" && argument.items.size() == 2) return equals(argument, sense);
  const Sense inner = sense == Sense::Plain ? Sense::Negated : Sense::Plain;
  if (call->name == "Not") return read(argument.items[0], inner, depth + 1);
  if (call->name != "And" && call->name != "Or") return opaque(node, sense);
  const bool together = (call->name == "And") == (sense == Sense::Plain);
  Alternatives all = read(argument.items[0], sense, depth + 1);
  for (std::size_t i = 1; i < argument.items.size(); ++i) {
    const Alternatives next = read(argument.items[i], sense, depth + 1);
    if (all.size() * next.size() > most_alternatives * most_alternatives) return opaque(node, sense);
    all = together ? both(all, next) : either(std::move(all), next);
  }
  return all;
}

Conditions::Alternatives Conditions::equals(const Node& argument, Sense sense) {
  Operand a = operand_of(evaluator_.value(argument.items[0])), b = operand_of(evaluator_.value(argument.items[1]));
  if (!a.open || (b.open && b.text < a.text)) std::swap(a, b);
  const bool decided = !a.open && !b.open;
  if (decided || a.text == b.text)
    return (a.text == b.text) == (sense == Sense::Plain) ? Alternatives{{}} : Alternatives{};
  const std::string statement = a.text + std::string(is) + b.text;
  const bool by_defaults =
      a.with_default.find("${") == std::string::npos && b.with_default.find("${") == std::string::npos;
  if (by_defaults) {
    defaults_[statement] = a.with_default == b.with_default;
    defaults_[negation_of(statement)] = a.with_default != b.with_default;
  }
  return {{sense == Sense::Plain ? statement : negation_of(statement)}};
}

Conditions::Alternatives Conditions::opaque(const Node& node, Sense sense) {
  const std::string statement = shortened(inner_text(evaluator_.value(node)), 512) + std::string(is) + "true";
  return {{sense == Sense::Plain ? statement : negation_of(statement)}};
}

Conditions::Alternatives Conditions::both(const Alternatives& a, const Alternatives& b) {
  Alternatives product;
  for (const Statements& one : a) {
    for (const Statements& other : b) {
      Statements joined = one;
      joined.insert(other.begin(), other.end());
      product.insert(std::move(joined));
    }
  }
  simplify(product);
  return product;
}

Conditions::Alternatives Conditions::either(Alternatives a, const Alternatives& b) {
  a.insert(b.begin(), b.end());
  simplify(a);
  return a;
}

void Conditions::simplify(Alternatives& alternatives) {
  std::erase_if(alternatives, contradicts);
  for (const Statements& statements : alternatives) {
    if (statements.size() == 1 && alternatives.contains({negation_of(*statements.begin())})) {
      alternatives = {{}};
      return;
    }
  }
  Alternatives kept;
  for (const Statements& candidate : alternatives) {
    const bool covered = std::any_of(alternatives.begin(), alternatives.end(), [&](const Statements& other) {
      return other.size() < candidate.size() &&
             std::includes(candidate.begin(), candidate.end(), other.begin(), other.end());
    });
    if (!covered) kept.insert(candidate);
  }
  alternatives = std::move(kept);
}

}  // namespace redtag::cloudformation
