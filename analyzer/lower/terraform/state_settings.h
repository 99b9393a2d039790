// Settings of a state back end that stand in a file of their own, for `init -backend-config=FILE`: `backend.hcl`, `prod.tfbackend`,
// `backend-live.tfvars`.
#pragma once

#include <string_view>
#include <vector>

#include "lower/frontend.h"

namespace redtag::terraform {

/// Whether a file of that name may hold settings of a back end: by its ending, or by a word of its name or of its folder's.
[[nodiscard]] bool is_state_settings(std::string_view path);

/// Declares one back end of type `backend`, named by the file, if the lines say where a state is kept; else they are handed back
/// untouched by returning false. A root may have several, one for each place that it is deployed to.
[[nodiscard]] bool declare_state_settings(const SourceFileView& file, const FactTables& facts,
                                          std::vector<Entry>& lines, Model& model);

}  // namespace redtag::terraform
