// Which functions of a file a change may mean something to, so that the others need not be parsed.
//
// A function's ways can differ between the sides only if its own text does, or that of something it names: a macro, another name of a
// type, a function of a header. Names are compared as words, so what is found is a superset.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "clang/protocol.h"
#include "lower/cpp/unit.h"

namespace redtag::cpp {

using Words = std::set<std::string, std::less<>>;

/// One side of a file: borrows both.
struct UnitView {
  const Unit& unit;
  std::string_view text;
};

/// The macros and other names of types (`using`, `typedef`) that two texts do not define alike.
[[nodiscard]] Words changed_definitions(std::string_view before, std::string_view after);

/// Those, and the functions that are not the same; of a constructor or destructor, its class.
[[nodiscard]] Words changed_names(UnitView before, UnitView after);

/// The same for all headers that both sides of a request see in different texts.
[[nodiscard]] Words changed_names_of_headers(const flow::Request& request);

/// Asks for the functions that differ or name one of `changed`, and for the bodies of what they call, a few calls deep; takes out of the
/// request what these do not need. False where there is nothing to ask.
[[nodiscard]] bool ask_for_changed(flow::Request& request, UnitView before, UnitView after, const Words& changed);

/// The same for one function of each side, which stand in two files.
[[nodiscard]] bool ask_for_moved(flow::Request& request, UnitView before, const Function& was, UnitView after,
                                 const Function& is);

}  // namespace redtag::cpp
