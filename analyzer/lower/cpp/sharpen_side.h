// One side of a function while it is sharpened, and the comparisons; for sharpen*.cpp alone.
#pragma once

#include "lower/cpp/sharpen.h"

namespace redtag::cpp {

struct SharpSide {
  GuardedFunction& guarded;
  const SourceFileView& file;
  Meaning meaning;

  [[nodiscard]] Safeguard* find(SafeguardKind kind, std::string_view text) const;
  /// Adds the guard, or gives the one that is there this coverage; what is less than All is marked at `bytes`.
  void set(SafeguardKind kind, std::string_view text, Coverage coverage, ByteRange bytes);
  void drop(SafeguardKind kind, std::string_view text);
  /// Where a guard of this side stands in the text.
  [[nodiscard]] ByteRange place(const Safeguard& guard) const {
    return {guard.region.bytes.begin - file.offset, guard.region.bytes.end - file.offset};
  }
};

/// Ways on which something is taken back or let go of.
void compare_ways_back(SharpSide& before, SharpSide& after, const GuardWords& words);
/// What happens while a lock is held.
void compare_locks(SharpSide& before, SharpSide& after, const GuardWords& words);
/// What stands in front of calls that destroy, and whether their results are looked at.
void compare_harmful(SharpSide& before, SharpSide& after, const GuardWords& words);
/// What asks who may, or where, in front of what does not destroy.
void compare_access(SharpSide& before, SharpSide& after, const GuardWords& words);
/// What happens to exceptions that were caught.
void compare_handlers(SharpSide& before, SharpSide& after, const GuardWords& words);
/// What all happens or nothing, how often something is tried, and whether what is written is on disk when that is said.
void compare_promises(SharpSide& before, SharpSide& after, const GuardWords& words);
/// Files that are written beside and renamed into place once they are on disk.
void compare_durable(SharpSide& before, SharpSide& after, const GuardWords& words);

/// Privileges that are given up, peers that are checked, files that are written through; and results of writes that are looked at.
void compare_hardening(SharpSide& before, SharpSide& after, const GuardWords& words);

}  // namespace redtag::cpp
