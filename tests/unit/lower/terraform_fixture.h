// Lowers and links small Terraform trees for the tests of this front end.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lower/terraform/terraform.h"

namespace redtag {

/// One text, lowered only.
inline Model lower_terraform(std::string_view text, std::string_view path = "main.tf") {
  static const FactTables facts = FactTables::empty();
  return terraform_frontend.lower({FileId{0}, Side::After, path, text, 0, false}, {facts, 0});
}

/// One window of a file, which may start and end in the middle of anything.
inline Model lower_terraform_window(std::string_view text, std::string_view path = "main.tf") {
  static const FactTables facts = FactTables::empty();
  return terraform_frontend.lower({FileId{0}, Side::After, path, text, 0, true}, {facts, 0});
}

/// A tree of files, lowered and linked. File ids are positions in path order.
class TerraformTree {
 public:
  explicit TerraformTree(std::initializer_list<std::pair<const Path, std::string>> files) : texts_(files) {
    const FactTables facts = FactTables::empty();
    std::uint32_t id = 0;
    for (const auto& [path, text] : texts_) {
      LoweredFile file;
      file.file = FileId{id++};
      file.path = path;
      file.model = terraform_frontend.lower({file.file, Side::After, path, text, 0, false}, {facts, 0});
      files_.push_back(std::move(file));
    }
    MemoryTree tree(texts_);
    terraform_frontend.link(files_, tree, facts);
  }

  [[nodiscard]] const Resource& at(std::string_view address) const {
    for (const LoweredFile& file : files_) {
      for (const Resource& resource : file.model.resources) {
        if (resource.address == address) return resource;
      }
    }
    ADD_FAILURE() << "no resource " << address;
    static const Resource none;
    return none;
  }
  /// An attribute; dots lead into blocks and maps.
  [[nodiscard]] const Value& value(std::string_view address, std::string_view path) const {
    const std::vector<Entry>* entries = &at(address).attributes;
    static const Value none;
    for (;;) {
      const std::string_view key = path.substr(0, path.find('.'));
      const auto found =
          std::find_if(entries->begin(), entries->end(), [&](const Entry& entry) { return entry.key == key; });
      if (found == entries->end()) return none;
      if (key.size() == path.size()) return found->value;
      entries = &found->value.entries;
      path.remove_prefix(key.size() + 1);
    }
  }
  [[nodiscard]] std::string shown(std::string_view address, std::string_view path) const {
    return show(value(address, path), 400);
  }
  /// The bytes that a region covers.
  [[nodiscard]] std::string text(const Region& region) const {
    const auto file = std::next(texts_.begin(), region.file.value);
    return file->second.substr(region.bytes.begin, region.bytes.size());
  }
  [[nodiscard]] const std::vector<LoweredFile>& files() const { return files_; }

 private:
  std::map<Path, std::string> texts_;
  std::vector<LoweredFile> files_;
};

}  // namespace redtag
