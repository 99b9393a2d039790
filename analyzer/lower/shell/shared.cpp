#include "lower/shell/shared.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "model/surrounding.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_shared = 64;  ///< variables of one file
constexpr std::size_t longest_value = 512;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// What a message must not show.
bool names_secret(std::string_view name) {
  const std::string plain = lower_ascii(name);
  for (const std::string_view word : {"pass", "secret", "token", "key", "credential", "auth"}) {
    if (plain.find(word) != std::string::npos) return true;
  }
  return false;
}

/// Programs whose target is a path on the machine.
bool acts_on_files(const Operation& operation) {
  static constexpr std::array<std::string_view, 12> objects{
      "directory", "file",          "data directory",  "data file", "part of data directory", "part of data file",
      "root",      "root if empty", "parent if empty", "device",    "world writable",         "many into one"};
  return std::find(objects.begin(), objects.end(), operation.object) != objects.end();
}

/// A text as a reading: what still starts with `$` is a hole.
Reading reading_of(std::string_view text, bool maybe_empty) {
  Reading reading;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t dollar = std::min(text.find('$', at), text.size());
    if (dollar > at) {
      Piece piece;
      piece.text = std::string(text.substr(at, dollar - at));
      reading.push_back(std::move(piece));
    }
    at = dollar;
    if (at >= text.size()) break;
    std::size_t end = at + 1;
    while (end < text.size() && is_name_byte(text[end])) ++end;
    Piece hole;
    hole.text = std::string(text.substr(at, end - at));
    hole.hole = Hole::Environment;
    hole.maybe_empty = maybe_empty;
    reading.push_back(std::move(hole));
    at = end;
  }
  return reading;
}

Place place_of_text(const std::string& text, bool maybe_empty) {
  static const Script nothing = [] {
    Script script;
    script.blocks.emplace_back();
    script.commands.emplace_back();
    return script;
  }();
  return place_of(reading_of(text, maybe_empty), nothing, {}, 0);
}

}  // namespace

std::string without_password(std::string_view value) {
  const std::size_t scheme = value.find("://");
  const std::size_t at = scheme == std::string_view::npos ? scheme : value.find('@', scheme);
  const std::size_t colon = at == std::string_view::npos ? at : value.find(':', scheme + 3);
  if (colon == std::string_view::npos || colon > at) return std::string(value);
  return std::string(value.substr(0, colon)) + std::string(value.substr(at));
}

std::optional<Operation> shared_value(std::string_view name, std::string_view value, Region region) {
  if (value.empty() || value.size() > longest_value || names_secret(name)) return std::nullopt;
  if (value.find_first_of("$`") != std::string_view::npos) return std::nullopt;
  Operation shared;
  shared.stack = Stack::Shell;
  shared.verb = Verb::Run;
  shared.object = std::string(shared_object);
  shared.program = name;
  shared.target = known_string(without_password(value), region);
  shared.region = region;
  return shared;
}

bool is_shared(const Operation& operation) { return operation.verb == Verb::Run && operation.object == shared_object; }

std::vector<Operation> shared_values(const Script& script, const Scope& scope) {
  std::vector<Operation> values;
  for (std::size_t i = 0; i < script.commands.size() && values.size() < most_shared; ++i) {
    const Command& command = script.commands[i];
    const std::string name = command.words.empty() ? std::string() : marked_text(command.words[0].parts);
    const bool sets = name.empty() || name == "export" || name == "readonly" || name == "declare";
    if (!sets || procedure_of(script, command.block).value != 0) continue;
    for (const Assignment& assignment : command.assignments) {
      if (assignment.append || assignment.array) continue;
      const std::vector<Reading> readings = scope.read(assignment.value, i);
      const std::optional<std::string> text = readings.size() == 1 ? known_text(readings.front()) : std::nullopt;
      if (!text) continue;
      if (auto value = shared_value(assignment.name, *text, assignment.value.region))
        values.push_back(std::move(*value));
    }
  }
  return values;
}

void add_shared(std::span<const Operation> operations, SharedValues& values) {
  for (const Operation& operation : operations) {
    if (!is_shared(operation)) continue;
    const auto [at, added] = values.emplace(operation.program, operation.target.text);
    if (!added && at->second != operation.target.text) at->second = std::nullopt;
  }
}

std::optional<std::string> filled_in(std::string_view text, const SharedValues& values) {
  std::string filled;
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '$') {
      while (end < text.size() && is_name_byte(text[end])) ++end;
      const auto value = values.find(text.substr(at + 1, end - at - 1));
      if (value != values.end() && value->second) {
        filled += *value->second;
        any = true;
        at = end;
        continue;
      }
    }
    filled += text.substr(at, end - at);
    at = end;
  }
  return any ? std::optional(filled) : std::nullopt;
}

void judge_path(Operation& operation) {
  if (!acts_on_files(operation)) {
    operation.maybe_empty = operation.maybe_empty && !operation.target.known();
    return;
  }
  const bool many = operation.action == "recursive" || operation.action == "delete" || operation.action == "--delete";
  const bool limited =
      operation.object.starts_with("part of") ||
      (operation.program.ends_with("find") &&
       std::count_if(operation.arguments.begin(), operation.arguments.end(),
                     [](const Value& argument) { return !is_said_as(argument) && !is_surrounding(argument); }) > 2);
  const Reading reading = reading_of(operation.target.text, operation.maybe_empty);
  Aim aim;
  aim.target = operation.target;
  aim.place = place_of_text(operation.target.text, operation.maybe_empty);
  aim.if_empty = many ? if_empty(reading) : IfEmpty::Nothing;
  aim.harmless = is_harmless(aim.place);
  aim.limited = limited;
  aim.everything = !limited && (is_everything(aim.place) || aim.if_empty == IfEmpty::Everything);
  if (limited && aim.if_empty == IfEmpty::Parent) aim.if_empty = IfEmpty::Checked;
  set_aim(operation, std::move(aim), many ? "directory" : "file");
}

namespace {

Value filled_value(const Value& value, const SharedValues& values) {
  const auto filled = filled_in(value.text, values);
  if (!filled) return value;
  if (filled->find('$') == std::string::npos) return known_string(*filled, value.region);
  Value still = value;
  still.text = *filled;
  return still;
}

int rank_of(const Operation& operation) {
  if (operation.harmless_target) return 0;
  return operation.unbounded ? 3 : operation.object.starts_with("data") ? 2 : 1;
}

}  // namespace

void aim_anew(Operation& operation, const SharedValues& values) {
  const bool named = filled_in(operation.target.text, values).has_value();
  bool filled = false;
  for (Value& argument : operation.arguments) {
    filled = filled || filled_in(argument.text, values).has_value();
    argument = filled_value(argument, values);
  }
  // What the words come to is decided by the values: they are looked at one by one.
  if (filled) std::erase_if(operation.arguments, is_said_as);
  if (!named) return;
  operation.target = filled_value(operation.target, values);
  const Operation before = operation;
  judge_path(operation);
  if (operation.program != "rm") return;
  // The worst operand was the one to name; with its value known another may be.
  for (const Value& argument : before.arguments) {
    if (!argument.region.valid() || argument.text.starts_with("-")) continue;
    Operation other = before;
    other.target = argument;
    judge_path(other);
    if (rank_of(other) > rank_of(operation)) operation = std::move(other);
  }
}

}  // namespace redtag::shell
