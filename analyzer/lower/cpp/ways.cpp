#include "lower/cpp/ways.h"

#include <algorithm>

namespace redtag::cpp {

namespace {

using Blocks = std::vector<std::vector<std::uint32_t>>;

constexpr std::size_t most_decisions = 600;

Blocks predecessors(const flow::Function& function) {
  Blocks before(function.blocks.size());
  for (std::uint32_t b = 0; b < function.blocks.size(); ++b) {
    for (const std::uint32_t next : function.blocks[b].next) {
      if (next != flow::no_block) before[next].push_back(b);
    }
  }
  return before;
}

/// What holds at the end of a block, given what holds at its start.
bool through(const flow::Function& function, std::uint32_t block, bool held, const StepTest& test,
             const StepTest& ends) {
  for (std::uint32_t e = 0; e < function.blocks[block].events.size(); ++e) {
    if (ends && ends({block, e})) held = false;
    if (test({block, e})) held = true;
  }
  return held;
}

enum class Meets { All, Any };

std::vector<bool> behind(const flow::Function& function, const StepTest& test, const StepTest& ends, Meets meets) {
  const Blocks before = predecessors(function);
  const std::vector<bool> live = reached(function);
  const std::size_t count = function.blocks.size();
  std::vector<bool> start(count, meets == Meets::All), end(count);
  start[0] = false;
  for (std::uint32_t b = 0; b < count; ++b) end[b] = through(function, b, start[b], test, ends);
  for (std::size_t round = 0; round <= count; ++round) {
    bool moved = false;
    for (std::uint32_t b = 0; b < count; ++b) {
      if (b == 0 || !live[b]) continue;
      const auto holds = [&](std::uint32_t from) { return live[from] && end[from]; };
      const auto fails = [&](std::uint32_t from) { return live[from] && !end[from]; };
      const bool held = meets == Meets::All ? std::none_of(before[b].begin(), before[b].end(), fails)
                                            : std::any_of(before[b].begin(), before[b].end(), holds);
      if (held == start[b]) continue;
      start[b] = held;
      end[b] = through(function, b, held, test, ends);
      moved = true;
    }
    if (!moved) break;
  }
  return start;
}

/// Blocks that are reached when one branch is taken away; none where `without` is no branch.
std::vector<bool> reached_without(const flow::Function& function, const EdgeId* without) {
  std::vector<bool> seen(function.blocks.size(), false);
  std::vector<std::uint32_t> waiting{0};
  seen[0] = true;
  while (!waiting.empty()) {
    const std::uint32_t block = waiting.back();
    waiting.pop_back();
    const std::vector<std::uint32_t>& next = function.blocks[block].next;
    for (std::uint32_t i = 0; i < next.size(); ++i) {
      if (next[i] == flow::no_block || seen[next[i]]) continue;
      if (without != nullptr && without->block == block && without->branch == i) continue;
      seen[next[i]] = true;
      waiting.push_back(next[i]);
    }
  }
  return seen;
}

}  // namespace

std::vector<bool> reached(const flow::Function& function) { return reached_without(function, nullptr); }

std::vector<bool> always_ahead(const flow::Function& function, const StepTest& test) {
  const std::size_t count = function.blocks.size();
  std::vector<bool> has(count), ahead(count, true);
  for (std::uint32_t b = 0; b < count; ++b) has[b] = through(function, b, false, test, {});
  ahead[function.exit] = has[function.exit];
  for (std::size_t round = 0; round <= count; ++round) {
    bool moved = false;
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto b = static_cast<std::uint32_t>(count - 1 - i);
      if (b == function.exit || has[b]) continue;
      const std::vector<std::uint32_t>& next = function.blocks[b].next;
      const bool all =
          std::all_of(next.begin(), next.end(), [&](std::uint32_t to) { return to == flow::no_block || ahead[to]; });
      if (all == ahead[b]) continue;
      ahead[b] = all;
      moved = true;
    }
    if (!moved) break;
  }
  return ahead;
}

std::vector<bool> always_behind(const flow::Function& function, const StepTest& test, const StepTest& ends) {
  return behind(function, test, ends, Meets::All);
}

std::vector<bool> maybe_behind(const flow::Function& function, const StepTest& test, const StepTest& ends) {
  return behind(function, test, ends, Meets::Any);
}

std::vector<EdgeId> deciding(const flow::Function& function, std::uint32_t block) {
  std::vector<EdgeId> found;
  std::size_t asked = 0;
  for (std::uint32_t b = 0; b < function.blocks.size() && asked < most_decisions; ++b) {
    const flow::Block& at = function.blocks[b];
    if (at.condition.size() == 0 || at.next.size() != 2 || b == block) continue;
    if (at.next[0] == flow::no_block || at.next[1] == flow::no_block) continue;  // `while (0)` decides nothing
    ++asked;
    for (std::uint32_t branch = 0; branch < 2; ++branch) {
      const EdgeId edge{b, branch};
      if (!reached_without(function, &edge)[block]) found.push_back(edge);
    }
  }
  return found;
}

}  // namespace redtag::cpp
