// What stands in front of a call: the decisions without whose one branch it is not reached, and what they ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lower/cpp/sharpen_side.h"

namespace redtag::cpp {

/// A decision without whose branch a call is not reached.
struct Gate {
  std::uint32_t block = 0;
  bool holds = true;  ///< the branch where the condition is so
  std::string text;   ///< the condition, folded
  ByteRange bytes;
};

enum class GateState { Absent, Inverted, Guards };

/// A question that stands in front of harm: may it, shall it, is it only tried.
struct Question {
  std::string_view name;  ///< of the rows `guard:NAME` that tell it by its words
  SafeguardKind kind{};
  bool wanted = true;  ///< what the condition has to be for the guard to guard
};

/// Whether a condition lets through where what it names is not so.
[[nodiscard]] bool turned(std::string_view text);

[[nodiscard]] const Call& call_of(const SharpSide& side, std::size_t index);

/// The gates of a call of the unit; none where no way is known to lead to it.
[[nodiscard]] std::vector<Gate> gates_of(const SharpSide& side, std::size_t call);

/// Whether the question is asked in front of a call, by a decision or by a callee that does not come back (`RequireAdmin(user);`).
/// `place` becomes where it is asked.
[[nodiscard]] GateState state_of(const SharpSide& side, const GuardWords& words, std::size_t call,
                                 const Question& question, ByteRange& place);

/// Whether any decision, or any callee of the function, asks it.
[[nodiscard]] bool asks_somewhere(const SharpSide& side, const GuardWords& words, const Question& question);

/// The names in a call's operands, and those that local variables among them were made from.
[[nodiscard]] std::vector<std::string_view> subjects_of(const SharpSide& side, const Call& call);
/// Names, and those that the local variables among them were made from.
[[nodiscard]] std::vector<std::string_view> with_sources(const SharpSide& side, std::vector<std::string_view> names);
[[nodiscard]] bool shares(const std::vector<std::string_view>& some, const std::vector<std::string_view>& others);
/// Whether a call of the side has that name.
[[nodiscard]] bool calls(const SharpSide& side, std::string_view name);

/// Whether what a call gives back, by its value or in an `error_code`, is looked at.
[[nodiscard]] bool is_checked(const SharpSide& side, std::size_t call);

}  // namespace redtag::cpp
