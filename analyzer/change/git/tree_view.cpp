#include "change/git/tree_view.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace redtag {

namespace {

constexpr std::size_t tree_bytes = std::size_t{256} << 20;  // of one directory
constexpr std::size_t remembered_bytes = std::size_t{64} << 20;
constexpr std::size_t portion = 256;  // files asked for at a time
constexpr std::uint32_t type_bits = 0170000;
constexpr std::uint32_t directory_mode = 0040000;
constexpr std::uint32_t file_mode = 0100000;
constexpr std::uint32_t link_mode = 0120000;
constexpr std::size_t link_bytes = 4096;  // no system follows a longer one

std::string as_hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

/// True for a path that git takes word for word behind `TREE:`.
bool is_plain(std::string_view path) {
  return path.find("//") == std::string_view::npos && std::all_of(path.begin(), path.end(), [](char c) {
           const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           return letter || c == '/' || c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

TreeView::TreeView(ObjectReader& objects, std::string tree_id, std::size_t id_size)
    : objects_(objects), tree_id_(std::move(tree_id)), id_size_(id_size), known_(std::make_shared<Known>()) {}

/// A tree object: for each entry the mode in octal, a blank, the name, a NUL, the id in binary.
const TreeView::Directory* TreeView::keep(std::string_view path, const GitObject& tree) {
  if (tree.too_large || tree.header.type != ObjectType::Tree) return nullptr;
  std::string_view rest = tree.content;
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
  return &known_->directories.emplace(std::string(path), std::move(entries)).first->second;
}

const TreeView::Directory* TreeView::load(std::string_view path, const std::string& id) {
  const auto tree = objects_.read(id, tree_bytes);
  return tree && *tree ? keep(path, **tree) : nullptr;
}

const TreeView::Directory* TreeView::load_below(std::string_view above, const Directory& from, std::string_view path) {
  const std::size_t begin = above.empty() ? 0 : above.size() + 1;
  const std::size_t first = std::min(path.find('/', begin), path.size());
  const std::string_view name = path.substr(begin, first - begin);
  const auto entry = std::lower_bound(from.begin(), from.end(), name,
                                      [](const Entry& a, std::string_view b) { return a.shown.name < b; });
  if (entry == from.end() || entry->shown.name != name || !entry->shown.directory) return nullptr;
  // Asking level by level costs a round trip each. git walks down by itself, but reads some names as expressions.
  if (first == path.size() || !is_plain(path.substr(begin))) return load(path.substr(0, first), entry->id);
  std::vector<std::string> questions{entry->id};
  std::vector<std::string_view> paths{path.substr(0, first)};
  for (std::size_t end = first; end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    questions.push_back(entry->id + ":" + std::string(path.substr(first + 1, end - first - 1)));
    paths.push_back(path.substr(0, end));
  }
  const auto trees = objects_.read_small(questions, tree_bytes);
  if (!trees) return nullptr;
  const Directory* last = nullptr;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    last = (*trees)[i] ? keep(paths[i], *(*trees)[i]) : nullptr;
    if (last == nullptr) break;
  }
  return last;
}

const TreeView::Directory* TreeView::find_directory(std::string_view path) {
  const auto known = [&](std::string_view at) {
    const auto found = known_->directories.find(at);
    return found == known_->directories.end() ? nullptr : &found->second;
  };
  if (const Directory* here = known(path)) return here;
  std::string_view above = path;
  const Directory* from = nullptr;
  while (from == nullptr && !above.empty()) {
    const std::size_t slash = above.rfind('/');
    above = slash == std::string_view::npos ? std::string_view() : above.substr(0, slash);
    from = known(above);
  }
  if (from == nullptr) from = load("", tree_id_);
  while (from != nullptr && above.size() < path.size()) {
    from = load_below(above, *from, path);
    const std::size_t end = std::min(path.find('/', above.empty() ? 0 : above.size() + 1), path.size());
    above = known(path) != nullptr ? path : path.substr(0, end);
  }
  return from;
}

const TreeView::Entry* TreeView::find_entry(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const std::string_view above = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  const Directory* directory = above.ends_with('/') ? nullptr : find_directory(above);
  if (directory == nullptr) return nullptr;
  const auto entry = std::lower_bound(directory->begin(), directory->end(), name,
                                      [](const Entry& a, std::string_view b) { return a.shown.name < b; });
  return entry != directory->end() && entry->shown.name == name ? &*entry : nullptr;
}

const TreeView::Entry* TreeView::find_file(std::string_view path) {
  const Entry* entry = find_entry(path);
  return entry != nullptr && (entry->shown.mode & type_bits) == file_mode ? entry : nullptr;
}

void TreeView::remember(const std::string& id, const std::string& content) {
  if (known_->file_bytes + content.size() > remembered_bytes) return;
  if (known_->files.emplace(id, content).second) known_->file_bytes += content.size();
}

std::optional<std::string> TreeView::read(std::string_view path) {
  const Entry* entry = find_file(path);
  if (entry == nullptr) return std::nullopt;
  if (const auto known = known_->files.find(entry->id); known != known_->files.end()) return known->second;
  auto object = objects_.read(entry->id, limits::file_bytes);
  if (!object || !*object || (*object)->too_large || (*object)->header.type != ObjectType::Blob) return std::nullopt;
  remember(entry->id, (*object)->content);
  return std::move((*object)->content);
}

std::optional<std::string> TreeView::link_target(std::string_view path) {
  const Entry* entry = find_entry(path);
  if (entry == nullptr || (entry->shown.mode & type_bits) != link_mode) return std::nullopt;
  auto object = objects_.read(entry->id, link_bytes);
  if (!object || !*object || (*object)->too_large || (*object)->header.type != ObjectType::Blob) return std::nullopt;
  return std::move((*object)->content);
}

void TreeView::bring_directories(const std::vector<std::string>& paths, const std::vector<std::string>& ids) {
  if (paths.empty()) return;
  const auto trees = objects_.read_small(ids, tree_bytes);
  for (std::size_t i = 0; trees && i < paths.size(); ++i) {
    if ((*trees)[i]) keep(paths[i], *(*trees)[i]);
  }
}

/// In portions, so that little is held that nobody has asked for yet. What is too large or missing is left to read().
void TreeView::prefetch(std::span<const Path> paths) {
  std::vector<std::string> ids, directories, directory_ids;
  for (const Path& path : paths) {
    const Entry* entry = find_entry(path);
    if (entry == nullptr) continue;
    if (entry->shown.directory && !known_->directories.contains(path)) {
      directories.push_back(path);
      directory_ids.push_back(entry->id);
    } else if ((entry->shown.mode & type_bits) == file_mode && !known_->files.contains(entry->id)) {
      ids.push_back(entry->id);
    }
  }
  bring_directories(directories, directory_ids);
  for (std::size_t begin = 0; begin < ids.size() && known_->file_bytes < remembered_bytes; begin += portion) {
    const auto part = std::span(ids).subspan(begin, std::min(portion, ids.size() - begin));
    const auto objects = objects_.read(part, limits::file_bytes);
    if (!objects) return;
    for (std::size_t i = 0; i < part.size(); ++i) {
      const auto& object = (*objects)[i];
      if (object && !object->too_large && object->header.type == ObjectType::Blob) remember(part[i], object->content);
    }
  }
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
