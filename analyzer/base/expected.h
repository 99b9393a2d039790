// How things that can go wrong travel: Expected for what the input, the disk or a limit may do to us,
// RT_ASSERT for our own bugs. Nothing else.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace redtag {

/// What kind of expected failure an Error is. All end a run with status 2; the code lets a caller tell them apart.
enum class ErrorCode : std::uint8_t {
  Usage,        ///< the caller asked for something that does not exist or does not fit
  Input,        ///< a patch, policy, pack or report that is not what it should be
  Missing,      ///< an object, revision or file that is not there
  Limit,        ///< a budget or a size limit was reached
  Process,      ///< git or another program failed
  Disk,         ///< reading or writing failed
};

/// One expected failure. `message` is one line: what was expected, what came, where, what to do next.
struct Error {
  ErrorCode code = ErrorCode::Input;
  std::string message;
};

/// A value, or why there is none.
template <class T>
using Expected = tl::expected<T, Error>;

/// Builds the failing side of an Expected.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::make_unexpected(Error{code, std::move(message)});
}

/// A broken assumption of ours; caught around the analysis of one file and in main, nowhere else.
class BrokenAssumption : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void throw_broken_assumption(const char* condition, const char* why, const char* file, int line);

}  // namespace redtag

#define RT_CONCAT_(a, b) a##b
#define RT_CONCAT(a, b) RT_CONCAT_(a, b)
#define RT_TRY_2_(name, declaration, expression)                         \
  auto name = (expression);                                              \
  if (!name) return tl::make_unexpected(std::move(name.error()));        \
  declaration = std::move(*name)
#define RT_TRY_1_(name, expression)                                      \
  if (auto name = (expression); !name) return tl::make_unexpected(std::move(name.error()))
#define RT_TRY_PICK_(_1, _2, picked, ...) picked
#define RT_TRY_AS_2_(declaration, expression) RT_TRY_2_(RT_CONCAT(rt_result_, __LINE__), declaration, expression)
#define RT_TRY_AS_1_(expression) RT_TRY_1_(RT_CONCAT(rt_result_, __LINE__), expression)

/// RT_TRY(declaration, expression) unwraps an Expected or hands its error up; RT_TRY(expression) does so for Expected<void>.
#define RT_TRY(...) RT_TRY_PICK_(__VA_ARGS__, RT_TRY_AS_2_, RT_TRY_AS_1_, )(__VA_ARGS__)

/// Checks what only a bug of ours could break. Never reachable from input.
#define RT_ASSERT(condition, why) \
  ((condition) ? void(0) : ::redtag::throw_broken_assumption(#condition, why, __FILE__, __LINE__))
