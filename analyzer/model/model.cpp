#include "model/model.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace redtag {

namespace {

/// The position of `name` in a table of names, as an enumerator.
template <class Enum, std::size_t N>
std::optional<Enum> enumerator(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

#define REDTAG_STACK(enumerator, name, title) name,
constexpr std::array stack_names = std::to_array<std::string_view>({
#include "model/stack.def"
});
#undef REDTAG_STACK

#define REDTAG_VERB(enumerator, name, sentence) name,
constexpr std::array verb_names = std::to_array<std::string_view>({
#include "model/verb.def"
});
#undef REDTAG_VERB

#define REDTAG_SAFEGUARD(enumerator, name, sentence) name,
constexpr std::array safeguard_names = std::to_array<std::string_view>({
#include "model/safeguard.def"
});
#undef REDTAG_SAFEGUARD

template <class T>
void move_onto(std::vector<T>& into, std::vector<T>& from) {
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

std::string_view stack_name(Stack stack) { return stack_names[static_cast<std::size_t>(stack)]; }
std::optional<Stack> stack_from_name(std::string_view name) { return enumerator<Stack>(stack_names, name); }

std::string_view verb_name(Verb verb) { return verb_names[static_cast<std::size_t>(verb)]; }
std::optional<Verb> verb_from_name(std::string_view name) { return enumerator<Verb>(verb_names, name); }

std::string_view safeguard_name(SafeguardKind kind) { return safeguard_names[static_cast<std::size_t>(kind)]; }

std::string_view certainty_name(Certainty certainty) {
  switch (certainty) {
    case Certainty::Exact: return "exact";
    case Certainty::Likely: return "likely";
    case Certainty::Partial: return "partial";
  }
  return "";
}

std::string_view trigger_name(Trigger trigger) {
  switch (trigger) {
    case Trigger::Unknown: return "unknown";
    case Trigger::Merge: return "merge";
    case Trigger::Deploy: return "deploy";
    case Trigger::Schedule: return "schedule";
    case Trigger::Event: return "event";
    case Trigger::Request: return "request";
    case Trigger::Boot: return "boot";
    case Trigger::ByHand: return "by-hand";
    case Trigger::Test: return "test";
  }
  return "";
}

std::string_view direction_name(Direction direction) {
  switch (direction) {
    case Direction::Unknown: return "unknown";
    case Direction::Up: return "up";
    case Direction::Down: return "down";
    case Direction::CleanUp: return "clean-up";
  }
  return "";
}

void append(Model& into, Model&& from) {
  const auto procedures = static_cast<std::uint32_t>(into.procedures.size());
  for (Operation& operation : from.operations) {
    if (operation.procedure.valid()) operation.procedure.value += procedures;
  }
  move_onto(into.resources, from.resources);
  move_onto(into.operations, from.operations);
  move_onto(into.procedures, from.procedures);
  move_onto(into.safeguards, from.safeguards);
  move_onto(into.gaps, from.gaps);
}

}  // namespace redtag
