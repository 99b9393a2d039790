// What redtag and redtag-clang say to each other over a pipe: frames of a size and so many bytes, little-endian, versioned.
//
//   redtag ──[size]["RTQ2" request]──> redtag-clang
//          <──[size]["RTA2" answer]──
//
// Neither side trusts the other: every reader checks sizes and counts, and a damaged message is an error. The program never opens a
// file: all it reads is in the request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "clang/flow.h"

namespace redtag::flow {

inline constexpr std::size_t largest_frame = std::size_t{256} << 20;

struct File {
  std::string path;  ///< in the tree, without a leading slash
  std::string text;
};

/// One side of a translation unit.
struct SideRequest {
  bool present = false;
  std::string main;                    ///< path of the file that is compiled
  std::vector<std::uint32_t> files;    ///< indexes into Request::files: all that this side can see
  std::vector<std::string> arguments;  ///< sanitised: -D, -U, -I, -isystem, -iquote, -include, -std, -x
  std::vector<ByteRange> bodies;       ///< in `main`: functions in these have their ways told
};

struct Request {
  std::vector<File> files;
  SideRequest before;
  SideRequest after;
  std::vector<std::string> wanted;  ///< paths whose functions are asked for
  std::vector<std::string> names;   ///< last parts of functions and classes whose bodies matter to those; sorted
};

/// Only functions that differ between the sides are told, where both are present.
struct Answer {
  Unit before;
  Unit after;
};

[[nodiscard]] std::string to_wire(const Request& request);
[[nodiscard]] std::string to_wire(const Answer& answer);
[[nodiscard]] Expected<Request> request_from_wire(std::string_view bytes);
[[nodiscard]] Expected<Answer> answer_from_wire(std::string_view bytes);

/// A frame's head for so many bytes.
[[nodiscard]] std::string frame(std::string_view message);
/// Takes the first whole frame out of `bytes`; nullopt if it has not arrived whole, an error if it never can be one.
[[nodiscard]] Expected<std::optional<std::string>> take_frame(std::string& bytes);

}  // namespace redtag::flow
