// The names of Evaluator: what a path leads to.
#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "lower/terraform/evaluate.h"
#include "lower/terraform/functions.h"
#include "lower/terraform/permissions.h"
#include "lower/terraform/reasons.h"
#include "lower/terraform/render.h"
#include "lower/terraform/type_defaults.h"

namespace redtag::terraform {

namespace {

/// The step that starts at `at` without its dot, and where it ends.
std::string_view step_at(std::string_view path, std::size_t at, std::size_t& end) {
  end = path.find_first_of(".[", at);
  if (end == std::string_view::npos) end = path.size();
  return path.substr(at, end - at);
}

bool is_automatic(std::string_view file) {
  const std::string_view name = file.substr(file.rfind('/') + 1);
  return name == "terraform.tfvars" || name == "terraform.tfvars.json" || name.ends_with(".auto.tfvars") ||
         name.ends_with(".auto.tfvars.json");
}

Value unknown_variable(std::string_view name, std::string_view reason) {
  Value value = unknown_value("var." + std::string(name), std::string(reason));
  value.expression = Expression::Reference;
  return value;
}

/// An expression of another module: its names are not ours, so that it stands for nothing but itself here.
void make_foreign(Value& value) {
  if (value.known()) {
    for (Value& item : value.items) make_foreign(item);
    for (Entry& entry : value.entries) make_foreign(entry.value);
    return;
  }
  settle(value);
  value.expression = Expression::Opaque;
  value.reason = reasons::argument;
}

/// The later of two automatic files wins: terraform.tfvars first, then the others by name.
bool comes_before(std::string_view a, std::string_view b) {
  const auto rank = [](std::string_view file) {
    return file.ends_with("terraform.tfvars") ? 0 : file.ends_with("terraform.tfvars.json") ? 1 : 2;
  };
  return rank(a) != rank(b) ? rank(a) < rank(b) : a < b;
}

}  // namespace

Evaluator::Target Evaluator::find(std::string_view path, Directory& directory, std::size_t& rest) {
  const std::string_view root = step_at(path, 0, rest);
  for (auto bound = bound_.rbegin(); bound != bound_.rend(); ++bound) {
    if (bound->name == root) return {bound->value, reasons::each_instance};
  }
  if (root == "each" || root == "count" || root == "self") return {nullptr, reasons::each_instance};
  if (root == "terraform") {
    if (!directory.workspace.known() || !directory.chosen_by.empty() || step_at(path, rest + 1, rest) != "workspace")
      return {nullptr, reasons::workspace};
    return {&directory.workspace, {}};
  }
  if (rest >= path.size() || path[rest] != '.') return {nullptr, reasons::unknown_name};
  std::size_t end = 0;
  const std::string_view name = step_at(path, rest + 1, end);
  if (root == "local") {
    rest = end;
    const auto local = directory.locals.find(name);
    return local == directory.locals.end() ? Target{nullptr, directory.undefined()} : define(local->second, directory);
  }
  if (root == "var") {
    rest = end;
    const auto variable = directory.variables.find(name);
    return variable == directory.variables.end() ? Target{nullptr, directory.undefined()}
                                                 : decide(name, variable->second, directory);
  }
  if (root == "path") {
    static const Value here = known_string(".");  // where a module stands decides nothing about what it declares
    rest = end;
    return name == "module" || name == "root" ? Target{&here, {}} : Target{nullptr, reasons::workspace};
  }
  if (root == "module" && end < path.size() && path[end] == '.') {
    const std::string_view output = step_at(path, end + 1, rest);
    return find_output(name, output, directory);
  }
  if (root == "data" && !directory.attributes.contains(path)) return find_document(path, directory, rest);
  if (const auto given = directory.attributes.find(path); given != directory.attributes.end()) {
    const Target target = define(given->second, directory);
    if (target.value != nullptr && target.value->known()) {
      rest = path.size();
      return target;
    }
  }
  return {nullptr, reasons::after_apply};
}

Evaluator::Target Evaluator::find_output(std::string_view module, std::string_view name, Directory& directory) {
  const auto callee = directory.modules.find(module);
  if (callee == directory.modules.end()) return {nullptr, reasons::other_module};
  const auto output = callee->second->outputs.find(name);
  if (output == callee->second->outputs.end()) return {nullptr, reasons::undefined};
  Target target = define(output->second, *callee->second);
  // An expression of another module means nothing here: its names are not ours.
  if (target.value != nullptr && !wholly_known(*target.value)) return {nullptr, reasons::other_module};
  return target;
}

Evaluator::Target Evaluator::find_document(std::string_view path, Directory& directory, std::size_t& rest) {
  constexpr std::string_view prefix = "data.aws_iam_policy_document.";
  if (!path.starts_with(prefix)) return {nullptr, reasons::look_up};
  std::size_t end = 0;
  const std::string_view name = step_at(path, prefix.size(), end);
  std::string_view tail = path.substr(end);
  if (tail.starts_with("[]")) tail.remove_prefix(2);
  const auto source = directory.documents.find(name);
  if (source == directory.documents.end() || source->second.partial || (tail != ".json" && tail != ".minified_json")) {
    return {nullptr, reasons::look_up};
  }
  rest = path.size();
  return define(source->second, directory);
}

Evaluator::Target Evaluator::define(DocumentSource& source, Directory& directory) {
  if (source.progress == Progress::Busy) return {nullptr, reasons::itself};
  if (source.progress == Progress::Raw) {
    source.progress = Progress::Busy;
    const std::vector<Bound> outside = std::exchange(bound_, {});
    visit_entries(source.resource->attributes, directory);
    bound_ = outside;
    source.document = encoded(policy_document(*source.resource), source.resource->region);
    source.progress = Progress::Done;
  }
  return {&source.document, {}};
}

Evaluator::Target Evaluator::define(Definition& definition, Directory& directory) {
  if (definition.value == nullptr) return {nullptr, reasons::undefined};
  if (definition.progress == Progress::Busy) return {nullptr, reasons::itself};
  if (definition.progress == Progress::Raw) {
    definition.progress = Progress::Busy;
    const std::vector<Bound> outside = std::exchange(bound_, {});
    visit(*definition.value, directory);
    bound_ = outside;
    definition.progress = Progress::Done;
  }
  return {definition.value, {}};
}

Evaluator::Target Evaluator::decide(std::string_view name, Variable& variable, Directory& directory) {
  if (variable.progress == Progress::Busy) return {nullptr, reasons::itself};
  if (variable.progress == Progress::Raw) {
    variable.progress = Progress::Busy;
    const std::vector<Bound> outside = std::exchange(bound_, {});
    if (!directory.callers.empty())
      variable.value = decide_by_callers(name, variable, directory);
    else if (directory.workspace.known() && directory.chosen_by == name)
      variable.value = directory.workspace;
    else
      variable.value = decide_by_files(name, variable, directory.var_file);
    bound_ = outside;
    if (variable.type_defaults != nullptr) {
      visit_type(*variable.type_defaults, directory);
      fill_defaults(variable.value, *variable.type_defaults, [this](const Value& copied) { return pay(copied); });
    }
    if (variable.sensitive) variable.value.sensitive = true;
    variable.progress = Progress::Done;
  }
  return {&variable.value, {}};
}

/// Of a variable that only a deployment decides, what its type says of an attribute that is left out: whoever sets it has to say so.
std::optional<Value> Evaluator::left_out(const Value& reference, const Directory& directory) {
  constexpr std::string_view root = "var.";
  const std::string_view path = reference.text;
  const std::size_t end = path.find_first_of(".[", root.size());
  if (!path.starts_with(root) || end == std::string_view::npos) return std::nullopt;
  const auto variable = directory.variables.find(path.substr(root.size(), end - root.size()));
  if (variable == directory.variables.end() || variable->second.type_defaults == nullptr) return std::nullopt;
  return default_at(*variable->second.type_defaults, path.substr(end));
}

/// `each.value.guard` where `for_each` walks over a variable that only a deployment decides: what its type says of an element.
std::optional<Value> Evaluator::left_out_of_each(const Value& reference, Directory& directory) {
  constexpr std::string_view element = "each.value.";
  if (each_of_.empty() || !reference.text.starts_with(element)) return std::nullopt;
  std::size_t rest = 0;
  const Target collection = find(each_of_, directory, rest);
  if (collection.value != nullptr && collection.value->presence != Presence::Unknown) return std::nullopt;
  Value whole = reference;
  whole.text = each_of_ + "[]" + reference.text.substr(element.size() - 1);
  return left_out(whole, directory);
}

Value Evaluator::decide_by_callers(std::string_view name, const Variable& variable, const Directory& directory) {
  std::optional<Value> agreed;
  for (const ModuleCall& caller : directory.callers) {
    const std::vector<Entry>& given = caller.call->attributes;
    const auto argument =
        std::find_if(given.begin(), given.end(), [&](const Entry& entry) { return entry.key == name; });
    const Value* source = argument == given.end() ? variable.fallback : &argument->value;
    if (source == nullptr) return unknown_variable(name, reasons::no_default);
    if (!pay(*source)) return unknown_variable(name, reasons::too_much);
    Value value = *source;
    if (argument != given.end()) {
      if (caller.each != nullptr) bound_.push_back({"each", caller.each});
      visit(value, *caller.from);
      bound_.clear();
      if (value.region != argument->value.region) value.origins.push_back(argument->value.region);
    } else if (value.presence == Presence::Known) {
      value.presence = Presence::Defaulted;
    }
    if (!wholly_known(value)) make_foreign(value);
    if (value.presence == Presence::Unknown && directory.callers.size() > 1)
      return unknown_variable(name, reasons::argument);
    if (agreed && !same_value(*agreed, value)) return unknown_variable(name, reasons::callers_differ);
    if (!agreed) agreed = std::move(value);
  }
  return agreed ? std::move(*agreed) : unknown_variable(name, reasons::no_default);
}

Value Evaluator::decide_by_files(std::string_view name, const Variable& variable, std::string_view var_file) {
  const Value* decided = nullptr;
  std::string_view by;
  for (const auto& [file, value] : variable.assigned) {
    if (value == nullptr || !is_automatic(file) || (decided != nullptr && comes_before(file, by))) continue;
    decided = value;
    by = file;
  }
  const Value* given = nullptr;
  for (const auto* lines : {&variable.assigned, &variable.beside}) {
    for (const auto& [file, value] : *lines) {
      if (!var_file.empty() && file == var_file && value != nullptr) given = value;
    }
  }
  if (given != nullptr) decided = given;
  const bool defaulted = decided == nullptr && variable.fallback != nullptr;
  if (defaulted) decided = variable.fallback;
  for (const auto& [file, value] : variable.assigned) {
    if (value == nullptr || is_automatic(file) || given != nullptr) continue;
    // A file that is named on the command line may be the one that decides.
    if (decided != nullptr && !same_value(*decided, *value)) return unknown_variable(name, reasons::files_differ);
    decided = value;
  }
  if (decided == nullptr) return unknown_variable(name, reasons::no_default);
  if (!pay(*decided)) return unknown_variable(name, reasons::too_much);
  Value value = *decided;
  if (defaulted && value.presence == Presence::Known) value.presence = Presence::Defaulted;
  return value;
}

std::optional<Value> Evaluator::follow(const Value& base, std::string_view path, const std::vector<Value>& operands,
                                       std::size_t operand) {
  const Value* at = &base;
  for (std::size_t from = 0; from < path.size();) {
    steps_ -= std::min(steps_, at->entries.size() / 8);  // a look-up reads the names
    if (!at->known() || steps_ == 0) return std::nullopt;
    std::size_t end = 0;
    if (path.substr(from).starts_with("[*]")) {
      if (depth_ >= limits::nesting || at->shape == Shape::Map || (at->shape == Shape::Scalar && at->is_null()))
        return std::nullopt;
      Value list;
      list.presence = Presence::Known;
      list.shape = Shape::List;
      list.region = at->region;
      const std::vector<Value> alone = at->shape == Shape::Scalar ? std::vector<Value>{*at} : std::vector<Value>{};
      ++depth_;
      for (const Value& item : alone.empty() ? at->items : alone) {
        std::optional<Value> element = follow(item, path.substr(from + 3), operands, operand);
        if (element)
          list.items.push_back(std::move(*element));
        else
          at = nullptr;
        if (at == nullptr) break;
      }
      --depth_;
      return at == nullptr ? std::nullopt : std::optional(std::move(list));
    }
    if (path[from] == '.') {
      at = at->entries.empty() ? nullptr : find_entry(*at, step_at(path, from + 1, end));
    } else {
      end = from + 2;
      const Value* const index = operand < operands.size() ? &operands[operand++] : nullptr;
      const auto key = index == nullptr ? std::nullopt : as_text(*index);
      const auto number = index == nullptr ? std::nullopt : as_number(*index);
      if (!key) return std::nullopt;
      const bool inside =
          at->shape == Shape::List && number && *number >= 0 && *number < static_cast<double>(at->items.size());
      if (at->shape == Shape::Map || at->shape == Shape::Block)
        at = find_entry(*at, *key);
      else
        at = inside ? &at->items[static_cast<std::size_t>(*number)] : nullptr;
    }
    if (at == nullptr) return std::nullopt;
    from = end;
  }
  return pay(*at) ? std::optional(*at) : std::nullopt;
}

}  // namespace redtag::terraform
