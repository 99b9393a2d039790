#include "lower/shell/referring.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/path.h"
#include "lower/shell/strip.h"
#include "stack/commands.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_read = 48;  ///< texts that are looked at for one file
constexpr std::size_t most_levels = 4;

/// The folders in which a script that refers to a file is looked for, nearest first.
std::vector<std::string> folders_of(std::string_view path) {
  static constexpr std::array<std::string_view, 8> kept_in{"scripts", "script", "bin", "ops",
                                                           "deploy",  "tools",  "ci",  "hack"};
  std::vector<std::string> folders;
  std::string_view directory = path;
  for (std::size_t level = 0; level < most_levels; ++level) {
    const std::size_t slash = directory.rfind('/');
    directory = slash == std::string_view::npos ? std::string_view() : directory.substr(0, slash);
    folders.emplace_back(directory);
    for (const std::string_view name : kept_in) folders.push_back(joined_path(directory, name));
    if (directory.empty()) break;
  }
  return folders;
}

}  // namespace

std::vector<Path> referring_files(std::string_view path, std::span<const std::string_view> words,
                                  std::string_view other, SourceTree& tree) {
  std::set<Path> found;
  std::size_t read = 0;
  for (const std::string& folder : folders_of(path)) {
    for (const TreeEntry& entry : tree.list(folder)) {
      if (entry.directory || read >= most_read) continue;
      const std::string candidate = joined_path(folder, entry.name);
      const CommandFile kind = command_file(candidate, {});
      const bool plain =
          kind == CommandFile::None && entry.name.find('.') == std::string::npos && (entry.mode & 0111U) != 0;
      const bool runs = kind == CommandFile::Script || kind == CommandFile::Makefile || kind == CommandFile::Justfile ||
                        kind == CommandFile::Taskfile || kind == CommandFile::Packages;
      if (candidate == path || (!runs && !plain)) continue;
      ++read;
      const std::optional<std::string> text = tree.read(candidate);
      if (!text || text->find(other) == std::string::npos) continue;
      if (std::any_of(words.begin(), words.end(),
                      [&](std::string_view word) { return text->find(word) != std::string::npos; }))
        found.insert(candidate);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace redtag::shell
