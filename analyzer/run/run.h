// The pipeline, written once: change → lower (in forked children) → link → delta → checks → score → judge.
#pragma once

#include <optional>
#include <string>

#include "base/expected.h"
#include "base/limits.h"
#include "change/source_tree.h"
#include "check/check.h"
#include "delta/delta.h"
#include "judge/policy.h"
#include "judge/review.h"
#include "lower/frontend.h"
#include "run/lowered_cache.h"

namespace redtag {

struct RunOptions {
  unsigned workers = 0;  ///< analysis children at a time; 0: as many as processors. Never changes a result
  std::uint32_t backstop_seconds = limits::backstop_seconds;  ///< by the clock, for one file
  const Frontend* (*frontend_of)(Stack) = &find_frontend;     ///< tests bring front ends that crash or hang
  std::string version;                                        ///< of redtag, for the report
  std::string program;                                        ///< id of the build, for the report
  Testimony testimony;                                        ///< what the caller says of who made the change
  std::string target;  ///< name of the branch that the change is for, as the caller wrote it; empty where nobody said
  std::string today;   ///< `YYYY-MM-DD`, for what the policy lets end; empty: it has ended
};

/// What the phases before checks made of a change; `redtag show` and staged cases print it.
struct Analysis {
  ChangeSet changes;  ///< with context files appended
  Sides sides;
  Delta delta;
  std::vector<Path> unknown_files;
  bool complete = true;
  std::vector<std::string> incomplete_because;
  LoweredCache lowered;  ///< what whole texts were lowered to, for the reference graph to use again
};

/// Reads, lowers, links and compares. `before` is the tree the change starts from (an empty MemoryTree if there is none to look
/// at); the other side is derived from it. `facts` must outlive the result.
[[nodiscard]] Expected<Analysis> analyse(ChangeSet changes, SourceTree& before, const FactTables& facts,
                                         const RunOptions& options);

/// What findings are judged with. Borrows everything.
struct ReviewInputsView {
  SourceTree& before;
  const FactTables& facts;
  const CheckSet& checks;
  const Policy& policy;
};

/// The built-in fact tables and those of the packs.
[[nodiscard]] Expected<FactTables> fact_tables_of(const CheckSet& checks);

/// All rules, in no order that means anything: those of the checks, those about redtag's own gate, and the one of gaps.
[[nodiscard]] std::vector<RuleView> rules_with_the_gate(const CheckSet& checks);

/// From an analysis to the judged findings.
[[nodiscard]] Expected<Review> review(Analysis analysis, const ReviewInputsView& inputs, const RunOptions& options);

/// The whole way.
[[nodiscard]] Expected<Review> run(ChangeSet changes, SourceTree& before, const CheckSet& checks, const Policy& policy,
                                   const RunOptions& options);

}  // namespace redtag
