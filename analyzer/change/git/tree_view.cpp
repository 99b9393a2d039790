#include "change/git/tree_view.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace redtag {

namespace {

constexpr std::size_t tree_bytes = std::size_t{256} << 20;  // of one directory
constexpr std::uint32_t type_bits = 0170000;
constexpr std::uint32_t directory_mode = 0040000;
constexpr std::uint32_t file_mode = 0100000;

std::string as_hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

}  // namespace

TreeView::TreeView(ObjectReader& objects, std::string tree_id, std::size_t id_size)
    : objects_(objects), tree_id_(std::move(tree_id)), id_size_(id_size) {}

/// A tree object: for each entry the mode in octal, a blank, the name, a NUL, the id in binary.
const TreeView::Directory* TreeView::load(std::string_view path, const std::string& id) {
  const auto tree = objects_.read(id, tree_bytes);
  if (!tree || !*tree || (*tree)->too_large || (*tree)->header.type != ObjectType::Tree) return nullptr;
  std::string_view rest = (*tree)->content;
  Directory entries;
  while (!rest.empty()) {
    const std::size_t blank = rest.find(' ');
    const std::size_t end = rest.find('\0');
    if (blank == std::string_view::npos || end == std::string_view::npos || blank > end ||
        rest.size() < end + 1 + id_size_ / 2)
      break;
    Entry entry;
    std::from_chars(rest.data(), rest.data() + blank, entry.shown.mode, 8);
    entry.shown.directory = (entry.shown.mode & type_bits) == directory_mode;
    entry.shown.name = std::string(rest.substr(blank + 1, end - blank - 1));
    entry.id = as_hexadecimal(rest.substr(end + 1, id_size_ / 2));
    entries.push_back(std::move(entry));
    rest.remove_prefix(end + 1 + id_size_ / 2);
  }
  // git sorts a directory as if its name ended in a slash.
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.shown.name < b.shown.name; });
  return &directories_.emplace(std::string(path), std::move(entries)).first->second;
}

const TreeView::Directory* TreeView::find_directory(std::string_view path) {
  if (const auto known = directories_.find(path); known != directories_.end()) return &known->second;
  const Directory* at = nullptr;
  if (const auto top = directories_.find(std::string_view()); top != directories_.end()) at = &top->second;
  if (at == nullptr) at = load("", tree_id_);
  for (std::size_t begin = 0; at != nullptr && begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    const std::string_view so_far = path.substr(0, end);
    begin = end + 1;
    if (const auto known = directories_.find(so_far); known != directories_.end()) {
      at = &known->second;
      continue;
    }
    const auto entry = std::lower_bound(at->begin(), at->end(), name,
                                        [](const Entry& a, std::string_view b) { return a.shown.name < b; });
    const bool found = entry != at->end() && entry->shown.name == name && entry->shown.directory;
    at = found ? load(so_far, entry->id) : nullptr;
  }
  return at;
}

std::optional<std::string> TreeView::read(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::string_view above = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  const Directory* directory = above.ends_with('/') ? nullptr : find_directory(above);
  if (directory == nullptr) return std::nullopt;
  const auto entry = std::lower_bound(directory->begin(), directory->end(), name,
                                      [](const Entry& a, std::string_view b) { return a.shown.name < b; });
  if (entry == directory->end() || entry->shown.name != name || (entry->shown.mode & type_bits) != file_mode)
    return std::nullopt;
  auto object = objects_.read(entry->id, limits::file_bytes);
  if (!object || !*object || (*object)->too_large || (*object)->header.type != ObjectType::Blob) return std::nullopt;
  return std::move((*object)->content);
}

std::vector<TreeEntry> TreeView::list(std::string_view directory) {
  while (directory.ends_with('/')) directory.remove_suffix(1);
  const Directory* entries = find_directory(directory);
  std::vector<TreeEntry> shown;
  if (entries == nullptr) return shown;
  for (const Entry& entry : *entries) shown.push_back(entry.shown);
  return shown;
}

}  // namespace redtag
