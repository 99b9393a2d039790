// Any bytes are a constant, a type, an operand and a text with functions: each reader ends, and what it finds lies in what it was given.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lower/cpp/constant.h"
#include "lower/cpp/moves.h"
#include "lower/cpp/operand.h"
#include "lower/cpp/parse.h"
#include "lower/cpp/slice.h"
#include "lower/cpp/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view front = text.substr(0, text.find('\n'));
  static_cast<void>(cpp::constant_of(front, text.substr(front.size())));
  static_cast<void>(cpp::without_wrapping(std::string(front)));
  const std::string code = cpp::without_comments(text);
  if (code.size() != text.size()) std::abort();
  for (const cpp::TextFunction& function : cpp::functions_in(code)) {
    const bool inside =
        function.body.data() >= code.data() && function.body.data() + function.body.size() <= code.data() + code.size();
    if (!inside || function.name.empty()) std::abort();
  }
  const Expected<cpp::Unit> unit = cpp::parse_unit("a.cpp", text);
  if (!unit) return 0;
  for (const cpp::Function& function : unit->functions) {
    for (const cpp::Call& call : function.calls) {
      for (const cpp::Argument& argument : call.arguments) static_cast<void>(cpp::operand_of(argument.text, function));
    }
  }
  return 0;
}
