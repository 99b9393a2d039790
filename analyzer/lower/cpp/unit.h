// What a parser tells about one C or C++ text, free of syntax. Byte ranges count in the text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/region.h"

namespace redtag::cpp {

/// A condition under which something runs: one that encloses it, or one that left the function before it.
struct Condition {
  std::string text;  ///< as written, blanks folded, without outer parentheses
  bool negated = false;
  ByteRange bytes;
};

struct Argument {
  std::string text;                        ///< as written, blanks folded
  std::optional<std::string> literal;      ///< value of a string literal, or of the literals that it is glued from
  std::vector<std::uint32_t> literal_map;  ///< offset in the text of each byte of `literal`, and one more
  ByteRange bytes;
};

/// What becomes of a call's result.
enum class Use : std::uint8_t { Used, Discarded, Asserted };

struct Call {
  std::string name;  ///< last part of what is called: `remove_all`
  std::string
      qualifier;  ///< what stands before it, as written: `std::filesystem`, `env_`, `opt_.env`; empty for a bare name
  bool member = false;  ///< called through an object
  Use use = Use::Used;
  bool in_loop = false;
  bool in_handler = false;  ///< inside a catch block
  std::vector<Argument> arguments;
  std::vector<Condition> conditions;  ///< outermost first
  ByteRange bytes;
};

/// A local variable whose construction and destruction may mean something: a lock, a scope guard, a transaction.
struct Local {
  std::string type;  ///< as written, without template arguments
  std::string name;
  std::string text;               ///< the declaration, folded
  std::optional<Argument> value;  ///< what it is made with, where a text is in it
  ByteRange bytes;
};

struct Handler {
  std::string text;  ///< what it catches, folded
  bool empty = false;
  ByteRange bytes;
};

struct Function {
  std::string symbol;  ///< qualified, without parameters: `rocksdb::DBImpl::Close`
  ByteRange bytes;
  ByteRange header;                     ///< its name
  std::vector<std::string> parameters;  ///< names, in order; a type where a parameter has no name
  std::vector<Call> calls;
  std::vector<Local> locals;
  std::vector<Handler> handlers;
  std::vector<Condition> loops;  ///< what decides whether a loop goes on; an empty text where nothing does
};

/// A value that a user can set, and the default it has.
struct Setting {
  std::string symbol;  ///< `FLAGS_sync`, `DBOptions::paranoid_checks`
  std::string owner;   ///< what declares it: the struct's name, or the macro's
  std::string type;    ///< as written
  std::string value;   ///< as written, folded
  ByteRange bytes;     ///< of the value
  ByteRange header;    ///< of the name
};

struct Unit {
  std::vector<Function> functions;
  std::vector<Setting> settings;
  std::vector<ByteRange> unread;  ///< what did not parse, outermost
};

}  // namespace redtag::cpp
