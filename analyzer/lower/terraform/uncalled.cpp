#include "lower/terraform/uncalled.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "lower/terraform/functions.h"
#include "lower/terraform/lock_file.h"
#include "lower/terraform/scope.h"
#include "lower/terraform/terragrunt.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t most_folders = 24;  // that one change is asked about
constexpr std::size_t most_directories = 3000, most_files = 2000, most_bytes = std::size_t{24} << 20;
constexpr std::size_t portion = 64;

bool is_configuration(std::string_view name) {
  return name.ends_with(".tf") || name.ends_with(".tofu") || name.ends_with(".tf.json") ||
         name.ends_with(".tofu.json") || is_terragrunt(name) || name.ends_with(".hcl");
}

/// A folder for modules by the convention that the language's own documentation gives.
bool stands_among_modules(std::string_view directory) {
  const std::string path = lower_ascii(directory);
  for (const std::string_view step : split(path, '/')) {
    if (step == "modules" || step == "module" || step.ends_with("-modules") || step.ends_with("_modules")) return true;
  }
  return false;
}

/// What only a root has beside it.
bool is_of_a_root(std::string_view name) {
  return name.ends_with(".tfvars") || name.ends_with(".tfvars.json") || is_lock_file(name) ||
         is_terragrunt(name) || name.starts_with("backend") || name.ends_with(".tfbackend");
}

std::string_view last_step(std::string_view path) { return path.substr(path.rfind('/') + 1); }

struct Folder {
  std::vector<LoweredFile*> files;
  std::set<std::string, std::less<>> names;
  bool changed = true;  ///< all that was read of it
  bool module = false;  ///< takes a value
  bool root = false;
};

/// The folders that may be such modules, by what is read of them and what stands beside it.
std::map<std::string, Folder, std::less<>> candidates(std::span<LoweredFile> files, SourceTree& tree) {
  std::map<std::string, Folder, std::less<>> folders;
  for (LoweredFile& file : files) {
    const std::string directory(directory_of(file.path));
    if (!stands_among_modules(directory)) continue;
    Folder& folder = folders[directory];
    folder.files.push_back(&file);
    folder.names.emplace(last_step(file.path));
    folder.changed = folder.changed && !file.context && !file.partial;
    for (const Resource& resource : file.model.resources) {
      folder.root = folder.root || resource.declares == Declares::Backend || resource.type == "provider" ||
                    resource.type == "tfvar" || !resource.calls.empty();
      folder.module = folder.module || resource.type == "variable";
    }
  }
  std::erase_if(folders, [&](const auto& entry) {
    const Folder& folder = entry.second;
    if (!folder.changed || folder.root || !folder.module) return true;
    const std::vector<TreeEntry> beside = tree.list(entry.first);
    return beside.empty() || std::any_of(beside.begin(), beside.end(), [&](const TreeEntry& one) {
             return is_of_a_root(one.name) ||
                    (!one.directory && is_configuration(one.name) && !folder.names.contains(one.name));
           });
  });
  return folders;
}

class Search {
 public:
  Search(SourceTree& tree, std::set<std::string, std::less<>> sought) : tree_(tree), open_(std::move(sought)) {}

  /// What nothing was found to call; empty where the search met its limit.
  std::set<std::string, std::less<>> run() {
    std::vector<std::string> level{""};
    std::size_t listed = 0;
    while (!level.empty() && !open_.empty()) {
      std::vector<std::string> below;
      for (std::size_t i = 0; i < level.size(); ++i) {
        if (i % portion == 0) bring(std::span(level).subspan(i, std::min(portion, level.size() - i)));
        if (++listed > most_directories || !look_into(level[i], below)) return {};
      }
      level = std::move(below);
    }
    return std::move(open_);
  }

 private:
  static std::string joined(const std::string& directory, const std::string& name) {
    return directory.empty() ? name : directory + "/" + name;
  }

  void bring(std::span<const std::string> directories) {
    tree_.prefetch(directories);
    std::vector<Path> texts;
    for (const std::string& directory : directories) {
      for (const TreeEntry& entry : tree_.list(directory)) {
        if (!entry.directory && is_configuration(entry.name) && files_ + texts.size() < most_files)
          texts.push_back(joined(directory, entry.name));
      }
    }
    tree_.prefetch(texts);
  }

  bool look_into(const std::string& directory, std::vector<std::string>& below) {
    for (const TreeEntry& entry : tree_.list(directory)) {
      if (entry.directory) {
        if (entry.name != ".git" && entry.name != ".terraform" && entry.name != "node_modules")
          below.push_back(joined(directory, entry.name));
        continue;
      }
      if (!is_configuration(entry.name)) continue;
      const std::optional<std::string> text = tree_.read(joined(directory, entry.name));
      if (!text || ++files_ > most_files || (bytes_ += text->size()) > most_bytes) return false;
      std::erase_if(open_, [&](const std::string& module) { return may_call(*text, directory, module); });
    }
    return true;
  }

  /// Whether a string of the text names the module's folder, or ends in its name and cannot be seen to mean another one.
  bool may_call(std::string_view text, const std::string& directory, const std::string& module) const {
    const std::string_view name = last_step(module);
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
      const std::size_t line = text.rfind('\n', at) + 1;
      const std::size_t open = text.rfind('"', at);
      const std::size_t close = text.find_first_of("\"\n", at);
      if (open == std::string_view::npos || open < line || close == std::string_view::npos) continue;
      std::string_view word = text.substr(open + 1, close - open - 1);
      word = word.substr(0, word.find('?'));
      while (word.ends_with('/')) word.remove_suffix(1);
      if (!word.ends_with(name) || word.find('/') == std::string_view::npos) continue;
      std::string plain(word);
      if (const auto twice = plain.find("//"); twice != std::string::npos && plain.find(':') == std::string::npos)
        plain.erase(twice, 1);
      const auto resolved = resolve_local_source(directory, plain);
      if (!resolved || *resolved == module) return true;
    }
    return false;
  }

  SourceTree& tree_;
  std::set<std::string, std::less<>> open_;
  std::size_t files_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace

void mark_uncalled(std::span<LoweredFile> files, SourceTree& tree) {
  std::map<std::string, Folder, std::less<>> folders = candidates(files, tree);
  if (folders.empty() || folders.size() > most_folders) return;
  std::set<std::string, std::less<>> sought;
  for (const auto& [directory, folder] : folders) sought.insert(directory);
  for (const std::string& directory : Search(tree, std::move(sought)).run()) {
    for (LoweredFile* file : folders.at(directory).files) {
      for (Resource& resource : file->model.resources) {
        if (resource.declares == Declares::Resource || resource.declares == Declares::Module)
          resource.attributes.push_back({"uncalled", known_bool(true), resource.header});
      }
    }
  }
}

}  // namespace redtag::terraform
