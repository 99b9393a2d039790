// Work in forked children, so that a crash or a hang in one piece of it costs that piece and nothing else.
//
//   parent ── fork ──> child: takes the next piece number from a shared counter, works, writes [number][size][bytes]
//      ^                 │ crash or hang: the parent knows which piece it was at, notes it, forks another child
//      └──── pipe ───────┘
//
// Texts need no sending: a child has the parent's memory as it was when it was forked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/expected.h"

namespace redtag {

enum class PieceEnd : std::uint8_t {
  Done,      ///< `bytes` is what the work returned
  Crashed,   ///< the child died on it: a signal, an exit, or its memory limit
  TimedOut,  ///< the clock's backstop was needed
};

struct PieceResult {
  PieceEnd end = PieceEnd::Crashed;
  std::string bytes;
};

struct ChildLimits {
  unsigned workers = 0;                 ///< children at a time; 0: one a processor
  std::uint32_t backstop_seconds = 60;  ///< for one piece, by the clock
};

/// Runs `work(i)` for each i below `pieces` in children and hands each result to `take` as it arrives, once for each piece and in
/// no order that means anything: while children work the parent has time to read. Errors only where no child can be had at all.
[[nodiscard]] Expected<void> work_in_children(std::size_t pieces, const std::function<std::string(std::size_t)>& work,
                                              const std::function<void(std::size_t, PieceResult)>& take,
                                              const ChildLimits& limits);

/// The same with all results in order. The order in which pieces run, and the number of workers, never show in them.
[[nodiscard]] Expected<std::vector<PieceResult>> work_in_children(std::size_t pieces,
                                                                  const std::function<std::string(std::size_t)>& work,
                                                                  const ChildLimits& limits);

}  // namespace redtag
