#include "lower/cpp/gates.h"

#include <algorithm>

#include "base/text.h"
#include "lower/cpp/parse.h"

namespace redtag::cpp {

bool turned(std::string_view text) {
  bool flips = text.starts_with("!") && !text.starts_with("!=");
  for (const std::string_view word : {"== false", "!= true", "!="}) {
    if (text.find(word) == std::string_view::npos) continue;
    flips = !flips;
    break;
  }
  return flips;
}

const Call& call_of(const SharpSide& side, std::size_t index) { return side.meaning.function().calls[index]; }

std::vector<Gate> gates_of(const SharpSide& side, std::size_t call) {
  std::vector<Gate> gates;
  const StepId* step = side.meaning.step_of(call);
  if (step == nullptr) return gates;
  const flow::Function& ways = side.meaning.ways();
  for (const EdgeId& edge : deciding(ways, step->block)) {
    const ByteRange bytes = ways.blocks[edge.block].condition;
    gates.push_back({edge.block, edge.branch == 0, folded(side.meaning.words(bytes)), bytes});
  }
  return gates;
}

namespace {

/// Whether a condition is a use of a macro: `RETURN_IF_DENIED(user)`.
bool is_macro(std::string_view lower, std::string_view text) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos || open < 3) return false;
  const std::string_view name = text.substr(0, open);
  const bool letters = lower.substr(0, open) != name;
  return letters && std::none_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == ' '; });
}

/// A call that does not come back where it may not be: `RequireAdmin(user);`.
bool refuses(const SharpSide& side, const GuardWords& words, StepId step, std::string_view name) {
  for (const std::size_t i : side.meaning.calls_at(step)) {
    const Call& call = call_of(side, i);
    if (call.use == Use::Discarded && words.names(name, lower_ascii(call.name) + "(")) return true;
  }
  return false;
}

bool refuses_before(const SharpSide& side, const GuardWords& words, std::size_t call, std::string_view name) {
  const StepId* at = side.meaning.step_of(call);
  if (at == nullptr || name == "dry-run") return false;
  const auto asks = [&](StepId step) { return refuses(side, words, step, name); };
  bool behind = always_behind(side.meaning.ways(), asks, {})[at->block];
  for (std::uint32_t e = 0; e < at->event; ++e) behind = behind || asks({at->block, e});
  return behind;
}

}  // namespace

GateState state_of(const SharpSide& side, const GuardWords& words, std::size_t call, const Question& question,
                   ByteRange& place) {
  GateState state = GateState::Absent;
  for (const Gate& gate : gates_of(side, call)) {
    const std::vector<std::string> asked = side.meaning.asked(gate.block);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (!words.names(question.name, asked[i])) continue;
      bool holds = gate.holds != turned(asked[0]);
      if (i > 0) holds = holds != turned(asked[i]);
      if (words.names("denial", asked[i])) holds = !holds;
      place = gate.bytes;
      // Which environment may is in the words; what a macro makes of them is not. Only that they are asked for is known.
      if (holds == question.wanted || question.name == "environment" || is_macro(asked[0], gate.text))
        return GateState::Guards;
      state = GateState::Inverted;
    }
  }
  if (state == GateState::Absent && refuses_before(side, words, call, question.name)) return GateState::Guards;
  return state;
}

bool asks_somewhere(const SharpSide& side, const GuardWords& words, const Question& question) {
  const flow::Function& ways = side.meaning.ways();
  for (std::uint32_t b = 0; b < ways.blocks.size(); ++b) {
    if (ways.blocks[b].condition.size() == 0) continue;
    for (const std::string& asked : side.meaning.asked(b)) {
      if (words.names(question.name, asked)) return true;
    }
  }
  for (const Call& call : side.meaning.function().calls) {
    if (call.use == Use::Asserted || call.name.empty()) continue;
    if (words.names(question.name, lower_ascii(call.name) + "(") || side.meaning.call_asks(call, question.name))
      return true;
  }
  return false;
}

std::vector<std::string_view> with_sources(const SharpSide& side, std::vector<std::string_view> names) {
  constexpr std::size_t most_names = 40;
  for (std::size_t i = 0; i < names.size() && names.size() < most_names; ++i) {
    if (side.meaning.local_type(names[i]).data() == nullptr) continue;
    for (const flow::Block& block : side.meaning.ways().blocks) {
      for (const flow::Event& event : block.events) {
        if (event.kind != flow::EventKind::Store || event.name != names[i] || event.bytes.size() > 200) continue;
        for (const std::string_view name : identifiers_of(side.meaning.words(event.bytes))) {
          if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
      }
    }
  }
  return names;
}

std::vector<std::string_view> subjects_of(const SharpSide& side, const Call& call) {
  std::vector<std::string_view> names = identifiers_of(call.qualifier);
  for (const Argument& argument : call.arguments) {
    for (const std::string_view name : identifiers_of(argument.text)) names.push_back(name);
  }
  return with_sources(side, std::move(names));
}

bool shares(const std::vector<std::string_view>& some, const std::vector<std::string_view>& others) {
  return std::any_of(some.begin(), some.end(), [&](std::string_view word) {
    return std::find(others.begin(), others.end(), word) != others.end();
  });
}

bool calls(const SharpSide& side, std::string_view name) {
  const auto& all = side.meaning.function().calls;
  return std::any_of(all.begin(), all.end(), [&](const Call& call) { return call.name == name; });
}

bool is_checked(const SharpSide& side, std::size_t index) {
  const Call& call = call_of(side, index);
  const std::string_view whole = side.meaning.words(side.meaning.function().bytes);
  const std::uint32_t start = side.meaning.function().bytes.begin;
  const auto used_behind = [&](std::string_view name, std::uint32_t from) {
    const std::string_view rest = whole.substr(std::min<std::size_t>(from - start, whole.size()));
    const auto names = identifiers_of(rest);
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const Argument& argument : call.arguments) {
    const auto names = identifiers_of(argument.text);
    if (names.size() == 1 && side.meaning.local_type(names[0]).ends_with("error_code") &&
        used_behind(names[0], call.bytes.end))
      return true;
  }
  if (call.use != Use::Used) return false;
  const std::string_view front = trim(whole.substr(0, std::min<std::size_t>(call.bytes.begin - start, whole.size())));
  for (const std::string_view cast : {"(void)", "static_cast<void>(", "std::ignore ="}) {
    if (front.ends_with(cast)) return false;
  }
  for (const flow::Block& block : side.meaning.ways().blocks) {
    for (const flow::Event& event : block.events) {
      const bool holds = event.bytes.begin <= call.bytes.begin && call.bytes.end <= event.bytes.end;
      if (event.kind == flow::EventKind::Store && holds && side.meaning.local_type(event.name).data() != nullptr) {
        return used_behind(event.name, event.bytes.end);
      }
    }
  }
  return true;
}

}  // namespace redtag::cpp
