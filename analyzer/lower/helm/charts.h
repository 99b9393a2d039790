// Which chart a file of values is for, and which files a chart leaves out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "change/source_tree.h"

namespace redtag::helm {

/// Looks for charts on one side of a change. Borrows the tree; remembers what it was told.
class Charts {
 public:
  explicit Charts(SourceTree& tree) : tree_(tree) {}

  /// The chart that a file of values (not the chart's own `values.yaml`) is given to: the one that it lies in, else the one beside
  /// which a release list, a pipeline or a makefile names it, else the only
  /// one whose own values have all of its keys. nullopt for none, and for values that a chart is only tested with.
  /// Reads at most a few dozen files.
  [[nodiscard]] std::optional<std::string> given(std::string_view path);

  /// The same for any file of values: `values.yaml` is a chart's own where it lies beside one, and where no other is known.
  [[nodiscard]] std::optional<std::string> of_values(std::string_view path);

 private:
  [[nodiscard]] bool is_chart(const std::string& directory);
  [[nodiscard]] std::optional<std::string> alike(std::string_view path);
  [[nodiscard]] std::optional<std::string> enclosing(std::string_view path);
  [[nodiscard]] std::optional<std::string> released(std::string_view path);
  [[nodiscard]] std::optional<std::string> named_in(const std::string& text_path, std::string_view values);
  [[nodiscard]] std::optional<std::string> near(std::string_view text, std::size_t at, std::string_view directory);

  SourceTree& tree_;
  std::map<std::string, bool> known_;
  std::map<std::string, std::optional<std::string>, std::less<>> given_;
};

/// A changed YAML file that is of no stack by its name or text, and is given to a chart, or reads as if it were.
[[nodiscard]] bool reads_as_values(std::string_view path, SourceTree& tree);

/// A line of a `.helmignore` (without its `!`) covers the path below the chart, or a directory above it.
[[nodiscard]] bool is_ignored_by(std::string_view pattern, std::string_view below);

}  // namespace redtag::helm
