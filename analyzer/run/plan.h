// A plan instead of a text change: what the platform says will happen, in the form that a change of text has.
#pragma once

#include <string>
#include <string_view>

#include "run/run.h"

namespace redtag {

/// A plan in JSON and what surrounds it.
struct PlanInput {
  std::string_view text;
  std::string name;            ///< of the file, for messages and as the place of what stands nowhere else
  SourceTree* tree = nullptr;  ///< the text that was planned, to give findings their lines; nullptr for none
  std::string root;  ///< directory of `tree` that was planned; empty: the one that declares most of what the plan names
};

/// The plan as an analysis: one change for each declaration, whatever the number of its instances, certain, and under the address
/// that it has in the text. `facts` must outlive the result.
[[nodiscard]] Expected<Analysis> analyse_plan(const PlanInput& input, const FactTables& facts,
                                              const RunOptions& options);

/// The whole way for a plan, as run() is for a change.
[[nodiscard]] Expected<Review> run_plan(const PlanInput& input, const CheckSet& checks, const Policy& policy,
                                        const RunOptions& options);

}  // namespace redtag
