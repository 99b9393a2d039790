// What a call names, and where in the tree that can lie.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace redtag::shell {

/// File and procedure of a call's target.
struct Callee {
  std::string file;
  std::string name;
};
[[nodiscard]] Callee callee_of(const Operation& call);

/// Where a file that a command names can lie: beside the file that holds the command, or below the top.
[[nodiscard]] std::vector<std::string> places_of(const std::string& path, std::string_view holder);

/// The name of the file that a plan is saved in; empty for none.
[[nodiscard]] std::string saved_plan(const Operation& plan);

}  // namespace redtag::shell
