// Whether something tests a change before it is deployed to production.
#pragma once

#include <optional>
#include <string_view>

#include "lower/ci/gates.h"
#include "model/model.h"

namespace redtag::ci {

/// The text of that safeguard.
inline constexpr std::string_view tests_first = "tests: before production";

/// For a job that deploys to production, as far as names and words say: None where no job or step before it tests anything, All where one does,
/// and where what runs before it cannot be known from the file. nullopt for any other job. That a test is swallowed or left out is told of the test itself.
[[nodiscard]] std::optional<Coverage> tested_before_production(const SourceFileView& file, const Pipeline& pipeline,
                                                               const Job& job, const GateFacts& gates);

}  // namespace redtag::ci
