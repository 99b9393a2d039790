// A tree of the repository, directory by directory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "change/git/object_reader.h"
#include "change/link_tree.h"
#include "change/source_tree.h"

namespace redtag {

/// Walks tree objects by id, so a name may hold any byte. Remembers the directories it has seen, and files up to a limit. Borrows the
/// reader.
class TreeView final : public SourceTree, public LinkTree {
 public:
  TreeView(ObjectReader& objects, std::string tree_id, std::size_t id_size);
  /// Another view of the same tree, which knows what this one knows.
  [[nodiscard]] std::unique_ptr<TreeView> again() const { return std::unique_ptr<TreeView>(new TreeView(*this)); }
  [[nodiscard]] std::optional<std::string> read(std::string_view path) override;
  void prefetch(std::span<const Path> paths) override;
  [[nodiscard]] std::vector<TreeEntry> list(std::string_view directory) override;
  [[nodiscard]] std::optional<std::string> link_target(std::string_view path) override;

 private:
  struct Entry {
    TreeEntry shown;
    std::string id;
  };
  using Directory = std::vector<Entry>;

  /// What has been read. Two views of one tree (the change's start and the target's tip) are its owners.
  struct Known {
    std::map<std::string, Directory, std::less<>> directories;
    std::map<std::string, std::string, std::less<>> files;  // by object id
    std::size_t file_bytes = 0;
  };

  TreeView(const TreeView&) = default;
  const Directory* find_directory(std::string_view path);
  /// The directory at `path` and those between it and `above`, which is known, all in one question.
  const Directory* load_below(std::string_view above, const Directory& from, std::string_view path);
  const Directory* load(std::string_view path, const std::string& id);
  const Directory* keep(std::string_view path, const GitObject& tree);
  const Entry* find_entry(std::string_view path);
  const Entry* find_file(std::string_view path);
  void bring_directories(const std::vector<std::string>& paths, const std::vector<std::string>& ids);
  void remember(const std::string& id, const std::string& content);

  ObjectReader& objects_;
  std::string tree_id_;
  std::size_t id_size_;
  std::shared_ptr<Known> known_;
};

}  // namespace redtag
