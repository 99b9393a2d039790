// Questions to the ways through a function, free of what its steps mean. Blocks are those of flow::Function.
#pragma once

#include <functional>
#include <vector>

#include "clang/flow.h"

namespace redtag::cpp {

/// A step: an event of a block.
struct StepId {
  std::uint32_t block = 0;
  std::uint32_t event = 0;
};

using StepTest = std::function<bool(StepId)>;

/// One end of a decision: the branch of `block` that goes on to its `next[branch]`.
struct EdgeId {
  std::uint32_t block = 0;
  std::uint32_t branch = 0;
};

/// Functions larger than this are not asked: the questions cost blocks times branches.
inline constexpr std::size_t most_blocks_asked = 4000;

/// For each block: whether every way from its start to the end of the function has a step of the kind. True where no way leads
/// to the end.
[[nodiscard]] std::vector<bool> always_ahead(const flow::Function& function, const StepTest& test);

/// For each block: whether every way from the start of the function to it has a step of the kind, and none of the second kind
/// after it.
[[nodiscard]] std::vector<bool> always_behind(const flow::Function& function, const StepTest& test,
                                              const StepTest& ends);

/// For each block: whether some way from the start of the function to it has a step of the kind and none of the second kind after it.
[[nodiscard]] std::vector<bool> maybe_behind(const flow::Function& function, const StepTest& test,
                                             const StepTest& ends);

/// For each block: whether some way leads to it.
[[nodiscard]] std::vector<bool> reached(const flow::Function& function);

/// The decisions without whose one branch a block is not reached, outermost first as far as blocks are in order.
[[nodiscard]] std::vector<EdgeId> deciding(const flow::Function& function, std::uint32_t block);

}  // namespace redtag::cpp
