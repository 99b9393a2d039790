// A commit message taken apart as git does it. Internal to provenance/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace redtag {

struct Message {
  std::string subject;
  std::vector<std::string> lines;  ///< all of them, without line breaks
  std::vector<std::string>
      trailers;  ///< of the last paragraph, if git would take it for trailers; continued lines joined
};

/// Reads a message. A paragraph is a trailer block if all its lines are trailers, or a quarter of them and one that git itself
/// writes; the first paragraph never is.
[[nodiscard]] Message read_message(std::string_view text);

}  // namespace redtag
