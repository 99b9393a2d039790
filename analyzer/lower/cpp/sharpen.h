// Safeguards of both sides of a function, decided by the ways through it.
//
// Words alone cannot tell a rollback that is gone on one error path from one that moved. With the ways of both sides at hand each kind of
// safeguard is asked for on the paths, steps or calls that both sides have: what covered one of them before and does no longer is a
// loss; what another object, callee or handler covers now is not. A safeguard's coverage on the before side is All by construction
// where it was there, and on the after side what is left of it.
#pragma once

#include <string_view>
#include <vector>

#include "lower/cpp/meaning.h"

namespace redtag::cpp {

/// One function of one side, lowered; `ways` is nullptr where nothing is known of them.
struct GuardedFunction {
  const Function* function = nullptr;
  const flow::Function* ways = nullptr;
  std::vector<HarmfulCall> harmful;
  std::vector<Safeguard> guards;
};

/// What both sides of one file are compared with. Borrows everything.
struct SharpenView {
  const SourceFileView& before;
  const SourceFileView& after;
  const Bodies& bodies_before;
  const Bodies& bodies_after;
  const GuardWords& words;
};

/// Rewrites the guards of a function that both sides have. Does nothing where one side's ways are not known.
void sharpen(GuardedFunction& before, GuardedFunction& after, const SharpenView& view);

}  // namespace redtag::cpp
