// From Clang's syntax trees to flow::Function: its control flow, reduced to what happens in which order.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "clang/flow.h"

namespace clang {
class ASTContext;
}

namespace redtag::flow {

/// The functions with bodies of a translation unit that stand in one of the files `wanted`, and summaries of all. Cost: linear in their
/// bodies. Returns the names of what these call or destroy whose bodies were passed over.
std::vector<std::string> read_functions(clang::ASTContext& context, const std::set<std::string>& wanted, Unit& unit);

}  // namespace redtag::flow
