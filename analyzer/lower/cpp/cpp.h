// C and C++: what compiled code newly destroys, and what no longer stands in front of it.
//
//   text ──parse (tree-sitter)──> unit: functions, calls, guards, settings ──lower──> Model
//
// A unit says nothing of what a call means; that is read from the fact table (`cpp.tsv`), so that a parser which knows more (types,
// control flow) can hand over units of the same form.
//
// What the entities say, beyond the model's own words:
//   procedures   one for each function with a body; the address is its qualified symbol, whatever file it stands in
//   operations   program: the callee's name (`sql` for statements in strings); object: kind of target (directory, file, table, …);
//                target: the argument it aims at as written, a string literal by its value
//   safeguards   of a function: locks, rollbacks, clean-ups, handlers, confirmations, checks; `protects` is its symbol
//   resources    settings: defaults of options (`DEFINE_bool`, members of …Options structs), type `option`, attribute `default`
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend cpp_frontend;

}  // namespace redtag
