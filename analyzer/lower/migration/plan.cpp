#include "lower/migration/plan.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "lower/migration/frontends.h"
#include "lower/program/program.h"

namespace redtag::migration {

Plan::Plan(const SourceFileView& file, const LoweringView& view, Stack stack)
    : file_(file), drafts_(file, view, stack) {
  if (const std::optional<code::Language> language = program::language_of(file.path))
    calls_.emplace(*language, view.facts);
}

std::size_t Plan::open(Direction direction, ByteRange bytes) {
  sql::Draft draft;
  Procedure& procedure = draft.procedure;
  procedure.stack = drafts_.stack();
  procedure.address = std::string(file_.path);
  procedure.direction = direction;
  procedure.region = drafts_.region(bytes);
  procedure.unread = file_.partial;
  procedure.trigger = Trigger::Deploy;
  if (direction == Direction::Up) {
    procedure.address += "#up";
    procedure.reverse_expected = true;
  } else if (direction == Direction::Down) {
    procedure.address += "#down";
    procedure.trigger = Trigger::ByHand;
    procedure.reverses = std::string(file_.path) + "#up";
  }
  drafts_.drafts.push_back(std::move(draft));
  return drafts_.drafts.size() - 1;
}

bool Plan::has(Direction direction) const {
  return std::any_of(drafts_.drafts.begin(), drafts_.drafts.end(),
                     [&](const sql::Draft& draft) { return draft.procedure.direction == direction; });
}

sql::Place Plan::place_of(const Scope& scope) const {
  sql::Place place;
  place.procedure = scope.draft;
  place.conditional = scope.conditional;
  if (scope.likely || file_.partial) place.certainty = Certainty::Likely;
  return place;
}

std::string_view Plan::text_at(ByteRange bytes) const {
  if (bytes.begin < file_.offset || bytes.end < bytes.begin || bytes.end - file_.offset > file_.text.size()) return {};
  return file_.text.substr(bytes.begin - file_.offset, bytes.size());
}

void Plan::act(sql::Effect effect, const code::Node& at, const Scope& scope, Back back) {
  effect.bytes = at.bytes;
  std::string text(text_at(at.bytes));
  if (scope.inverted) {
    sql::Effect inverse;
    if (!invert(effect, inverse)) return;
    effect = std::move(inverse);
  }
  steps_.push_back({scope.draft, effect, text, back, scope.conditional});
  drafts_.add(std::move(effect), std::move(text), place_of(scope));
}

std::string_view Plan::text_of_default(const code::Node& value) const {
  std::string_view text = code::literal(&value);
  if (text.empty() && value.kind == code::Kind::Call) text = code::literal(code::argument(value, 0));
  return text.empty() ? trim(text_at(value.bytes)) : text;
}

void Plan::set_default(std::string_view table, std::string_view column, const code::Node* value, const code::Node& at,
                       const Scope& scope, Back back) {
  if (value == nullptr) return;
  if (value->kind == code::Kind::Null) return act(alter_column("drop-default", table, column), at, scope, back);
  act(migration::set_default(table, column, text_of_default(*value)), at, scope, back);
}

bool Plan::refuse(const code::Node& node, const Scope& scope, Back back) {
  if (node.kind != code::Kind::Raise) return false;
  if (!scope.conditional) act(raises(), node, scope, back);
  return true;
}

bool Plan::read_store(const code::Node& node, const Scope& scope) {
  constexpr std::array stores =
      std::to_array<std::string_view>({"collection", "database", "keyspace", "search-index", "topic"});
  if (!calls_) return false;
  std::optional<program::Loss> loss = calls_->read(node, {});
  if (!loss || !loss->effect) return false;
  if (!std::binary_search(stores.begin(), stores.end(), loss->effect->object)) return false;
  act(std::move(*loss->effect), node, scope, Back::Skipped);
  return true;
}

void Plan::run_sql(const code::Node& string, const Scope& scope, Back back) {
  if (string.kind != code::Kind::String) return act(runs_code("execute"), string, scope, back);
  sql::Effect marker = runs_code("execute");
  marker.bytes = string.bytes;
  steps_.push_back({scope.draft, std::move(marker), std::string(text_at(string.bytes)), back, scope.conditional});
  sql::Place place = place_of(scope);
  place.map = string.map;
  if (string.dynamic) place.certainty = std::max(place.certainty, Certainty::Likely);
  drafts_.read(string.text, place);
}

void Plan::derive_down(std::size_t up, std::size_t down) {
  Scope scope;
  scope.draft = down;
  const std::size_t count = steps_.size();
  for (std::size_t i = count; i-- > 0;) {
    const Step step = steps_[i];
    if (step.draft != up || step.back == Back::Skipped) continue;
    sql::Effect effect;
    if (step.back == Back::Cannot) {
      effect = cannot_reverse(step.text);
    } else if (step.back == Back::Same) {
      effect = step.effect;
    } else if (!invert(step.effect, effect)) {
      continue;
    }
    effect.bytes = step.effect.bytes;
    scope.conditional = step.conditional;
    drafts_.add(std::move(effect), step.text, place_of(scope));
  }
}

/// A framework quotes the names that it is given, and SQL folds those that nobody quotes: `pageHistory` and `pagehistory` are one
/// table. The framework's spelling is taken for both.
void Plan::spell_alike() {
  std::map<std::string, std::string> spelling;
  const auto learn = [&](const sql::Name& name) {
    for (const std::string& part : name.parts) {
      const std::string lower = lower_ascii(part);
      if (lower != part) spelling.emplace(lower, part);
    }
  };
  for (const Step& step : steps_) {
    if (step.effect.action == "run-code") continue;
    learn(step.effect.target);
    learn(step.effect.source);
  }
  if (spelling.empty()) return;
  const auto spell = [&](std::string& part) {
    if (const auto found = spelling.find(part); found != spelling.end()) part = found->second;
  };
  for (sql::Draft& draft : drafts_.drafts) {
    for (sql::Effect& effect : draft.effects) {
      for (std::string& part : effect.target.parts) spell(part);
      for (std::string& part : effect.source.parts) spell(part);
      for (std::string& argument : effect.arguments) {
        if (!argument.starts_with("into ")) continue;
        argument = "into " + effect.source.text();
      }
    }
  }
}

Model Plan::finish() {
  spell_alike();
  return drafts_.finish();
}

void walk(const std::vector<code::Node>& nodes, const Scope& scope, const Handler& handler) {
  using code::Kind;
  for (const code::Node& node : nodes) {
    switch (node.kind) {
      case Kind::Class: continue;
      case Kind::Function:
        if (node.text.empty()) walk(node.body, scope, handler);
        continue;
      case Kind::Call:
      case Kind::Name:
      case Kind::Raise:
      case Kind::Assign:
      case Kind::Loop:
        if (handler(node, scope)) continue;
        break;
      case Kind::If:
      case Kind::Try: {
        Scope inside = scope;
        inside.conditional = scope.conditional || node.kind == Kind::If;
        walk(node.items, scope, handler);
        walk(node.body, inside, handler);
        inside.conditional = true;
        walk(node.otherwise, inside, handler);
        continue;
      }
      case Kind::Other:
      case Kind::Null:
      case Kind::Bool:
      case Kind::Number:
      case Kind::String:
      case Kind::Member:
      case Kind::List:
      case Kind::Map:
      case Kind::Pair:
      case Kind::Block:
      case Kind::Operator:
      case Kind::Return: break;
    }
    walk(node.on, scope, handler);
    walk(node.items, scope, handler);
    walk(node.body, scope, handler);
    walk(node.otherwise, scope, handler);
  }
}

bool follow_own(const code::Node* function, const Scope& scope, const Handler& handler) {
  constexpr unsigned deepest = 4;
  if (function == nullptr || scope.depth >= deepest) return false;
  Scope inside = scope;
  ++inside.depth;
  walk(function->body, inside, handler);
  return true;
}

void report_unread(Plan& plan, const code::Program& program) {
  for (const ByteRange& error : program.errors) plan.gap(error, 0, "does not parse");
  if (program.cut) plan.gap(program.root.bytes, 0, "nested too deeply, or too long");
}

void FunctionReader::run_fragment(const code::Node& root) {
  Scope scope;
  scope.draft = plan_.open(Direction::Unknown, root.bytes);
  read_all(root.body, scope);
}

void FunctionReader::run_function(const code::Node& function, Direction direction, bool in_transaction) {
  Scope scope;
  scope.draft = plan_.open(direction, function.bytes);
  if (in_transaction) plan_.procedure(scope.draft).in_transaction = true;
  read_all(function.body, scope);
}

std::string filters_in(const code::Node& chain, const Plan& plan, std::span<const std::string_view> filters) {
  std::string text;
  for (const code::Node* at = &chain;; at = &at->on.front()) {
    if (at->kind == code::Kind::Call && std::find(filters.begin(), filters.end(), at->text) != filters.end()) {
      std::string filter = at->text;
      for (const code::Node& item : at->items) filter += ' ' + std::string(trim(plan.text_at(item.bytes)));
      text = text.empty() ? filter : filter + ' ' + text;
    }
    if (at->on.empty()) break;
  }
  return shortened(text, 300);
}

}  // namespace redtag::migration
