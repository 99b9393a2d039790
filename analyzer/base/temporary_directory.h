// A directory for a few files that another program must be shown.
#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"

namespace redtag {

/// Only we may enter it; it goes with all its files (it has no directories) when this goes.
class TemporaryDirectory {
 public:
  /// In memory where there is a file system for that, else below `otherwise`.
  [[nodiscard]] static Expected<TemporaryDirectory> create(const std::string& otherwise);
  TemporaryDirectory(TemporaryDirectory&& from) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  /// Writes a file and returns its path.
  [[nodiscard]] Expected<std::string> write(std::string_view name, std::string_view content) const;

 private:
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;  // empty once moved from
};

}  // namespace redtag
