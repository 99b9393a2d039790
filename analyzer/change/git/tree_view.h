// A tree of the repository, directory by directory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "change/git/object_reader.h"
#include "change/source_tree.h"

namespace redtag {

/// Walks tree objects by id, so a name may hold any byte. Remembers the directories it has seen. Borrows the reader.
class TreeView final : public SourceTree {
 public:
  TreeView(ObjectReader& objects, std::string tree_id, std::size_t id_size);
  [[nodiscard]] std::optional<std::string> read(std::string_view path) override;
  [[nodiscard]] std::vector<TreeEntry> list(std::string_view directory) override;

 private:
  struct Entry {
    TreeEntry shown;
    std::string id;
  };
  using Directory = std::vector<Entry>;

  const Directory* find_directory(std::string_view path);
  const Directory* load(std::string_view path, const std::string& id);

  ObjectReader& objects_;
  std::string tree_id_;
  std::size_t id_size_;
  std::map<std::string, Directory, std::less<>> directories_;
};

}  // namespace redtag
