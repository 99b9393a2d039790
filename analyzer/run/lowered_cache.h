// What front ends made of texts, kept for a second look at the same text: on the other side, or in a later run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "model/model.h"

namespace redtag {

/// In memory; with a directory on disk too. The gate never opens one on disk: whoever could write there could say what a file means.
/// An entry is found by stack, path and text, below a directory named after the program that made it, so that another version of
/// redtag never reads it.
class LoweredCache {
 public:
  /// In memory alone.
  LoweredCache() = default;
  /// Also in `directory`, which must exist. `program` is the digest of the running program.
  [[nodiscard]] static Expected<LoweredCache> on_disk(const std::string& directory, std::string_view program);

  /// The model in wire form as the child sent it; nullopt if it is not known.
  [[nodiscard]] std::optional<std::string> find(Stack stack, std::string_view path, std::string_view text);
  /// A disk that refuses costs only the next run's time.
  void keep(Stack stack, std::string_view path, std::string_view text, const std::string& wire);

 private:
  [[nodiscard]] std::string key(Stack stack, std::string_view path, std::string_view text) const;

  std::map<std::string, std::string> known_;
  std::string directory_;  // empty: memory alone
};

}  // namespace redtag
