// Where the symbolic links of a tree lead. Apart from SourceTree, whose readers never follow one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace redtag {

/// A tree that knows its links.
class LinkTree {
 public:
  virtual ~LinkTree() = default;
  /// What a link says, as it stands; nullopt where there is no link, or its text is too long to be a path.
  [[nodiscard]] virtual std::optional<std::string> link_target(std::string_view path) = 0;
};

}  // namespace redtag
