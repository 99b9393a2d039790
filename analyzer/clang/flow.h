// What Clang says of a function's ways, free of syntax: blocks of events in the order in which they happen, and who follows whom.
//
// Nothing here says what a call means. Calls, locals and conditions are byte ranges of a text, so that what another parser knows of
// the same bytes can be joined to them; names are there where Clang resolved them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/region.h"

namespace redtag::flow {

enum class EventKind : std::uint8_t {
  Call,     ///< `name`: what is called, qualified, if Clang knows; else as written, else empty
  Local,    ///< a local variable begins; `name` is its own, `type` its type's
  Destroy,  ///< a local variable's destructor runs; as Local
  Store,    ///< a variable takes a value; `bytes` are those of the value, `name` is the variable
  Return,   ///< `bytes` of the value, empty for none
  Throw,
};

struct Event {
  EventKind kind{};
  ByteRange bytes;  ///< of the expression or declaration; where a macro wrote it, those of the macro's use
  std::string name;
  std::string type;
  bool operator==(const Event&) const = default;
};

/// One end of a block's last step.
inline constexpr std::uint32_t no_block = UINT32_MAX;

struct Block {
  std::vector<Event> events;
  ByteRange condition;  ///< what decides between `next`, one operand of `&&` and `||` at a time; empty for none
  std::vector<std::uint32_t> next;  ///< where the condition is so first; `no_block` for a way that cannot be gone
  bool operator==(const Block&) const = default;
};

/// One function with a body. Block 0 is where it starts; `exit` is where it ends, whatever way.
struct Function {
  std::string path;    ///< of the file that it stands in
  std::string symbol;  ///< canonical: qualified, without parameters and template arguments
  ByteRange header;    ///< its name
  ByteRange bytes;
  std::vector<Block> blocks;
  std::uint32_t exit = 0;
  bool operator==(const Function&) const = default;
};

/// What a function with a body calls and which texts it holds, wherever in the translation unit it stands: a callee or a destructor
/// may do what its caller no longer does itself.
struct Summary {
  std::string symbol;
  std::vector<std::string> words;
  bool operator==(const Summary&) const = default;
};

/// One side of one translation unit.
struct Unit {
  std::vector<Function> functions;
  std::vector<Summary> summaries;
  std::uint32_t errors = 0;      ///< that were left when all was known that could be
  bool headers_missing = false;  ///< an include was not among the files
  bool operator==(const Unit&) const = default;
};

}  // namespace redtag::flow
