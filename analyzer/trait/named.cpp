#include "trait/named.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <utility>

#include "base/path.h"
#include "base/text.h"
#include "delta/resources.h"

namespace redtag {

namespace {

constexpr std::size_t shortest_name = 3, most_names = 200;

bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

/// As the author wrote it, or behind it what makes a reference of it: `EngineeringAllGroupId`.
bool stands_in(std::string_view text, std::string_view name) {
  static constexpr std::array endings =
      std::to_array<std::string_view>({"", "Id", "GroupId", "Group", "Arn", "_id", "_group_id", "_group"});
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && is_name_byte(text[at - 1])) continue;
    std::size_t end = at + name.size();
    while (end < text.size() && is_name_byte(text[end])) ++end;
    const std::string_view rest = text.substr(at + name.size(), end - at - name.size());
    if (std::find(endings.begin(), endings.end(), rest) != endings.end()) return true;
  }
  return false;
}

bool is_configuration(std::string_view path) {
  for (const std::string_view ending :
       {".tf", ".tfvars", ".tofu", ".hcl", ".json", ".yaml", ".yml", ".template", ".csv", ".toml"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

void add_name(std::string_view name, std::set<std::string>& names) {
  if (name.size() >= shortest_name && names.size() < most_names) names.emplace(name);
}

/// What others call what goes: of a set, the keys that go.
std::set<std::string> names_of(const Resource& gone, const Resource* now) {
  std::set<std::string> names;
  const Instances before = read_instances(gone.instances);
  if (before.kind == Instances::Kind::Keys) {
    const Instances after = now == nullptr ? Instances{} : read_instances(now->instances);
    for (const std::string& key : before.keys) {
      const bool stays = now != nullptr && after.kind == Instances::Kind::Keys &&
                         std::find(after.keys.begin(), after.keys.end(), key) != after.keys.end();
      std::string bare = key;
      std::erase(bare, '"');
      if (!stays) add_name(bare, names);
    }
    return names;
  }
  for (const Entry& entry : gone.attributes) {
    const bool name = entry.key == "name" || entry.key == "display_name" || entry.key == "DisplayName" ||
                      entry.key == "label" || entry.key == "GroupName";
    if (name && entry.value.known() && entry.value.shape == Shape::Scalar) add_name(entry.value.text, names);
  }
  if (gone.stack == Stack::CloudFormation) add_name(gone.name, names);
  return names;
}

class Search {
 public:
  Search(const DeltaView& view, std::set<std::string> names) : view_(view), names_(std::move(names)) {}

  [[nodiscard]] TraitResult among_changed() {
    for (const FileChange& file : view_.changes.files) {
      for (const Side side : {Side::Before, Side::After}) {
        if (file.path(side)) seen_.insert(*file.path(side));
      }
      const auto path = file.path(Side::After);
      if (!path || !is_configuration(*path)) continue;
      if (const std::string* name = named_in(file.after.text)) return found(*name, *path);
    }
    return {};
  }

  [[nodiscard]] TraitResult in_folder(std::string_view folder) {
    constexpr std::size_t most_files = 80, most_bytes = std::size_t{2} << 20;
    for (const TreeEntry& entry : view_.base->list(folder)) {
      const std::string path = joined_path(folder, entry.name);
      if (entry.directory || !is_configuration(entry.name) || seen_.contains(path)) continue;
      if (++files_ > most_files || bytes_ > most_bytes) break;
      const std::optional<std::string> text = view_.base->read(path);
      bytes_ += text ? text->size() : 0;
      if (!text) continue;
      if (const std::string* name = named_in(*text)) return found(*name, path);
    }
    return {};
  }

 private:
  [[nodiscard]] const std::string* named_in(std::string_view text) const {
    const auto name =
        std::find_if(names_.begin(), names_.end(), [&](const std::string& each) { return stands_in(text, each); });
    return name == names_.end() ? nullptr : &*name;
  }

  static TraitResult found(const std::string& name, const std::string& path) {
    return {Answer::Yes, {{{}, path + " still names " + name}}};
  }

  const DeltaView& view_;
  std::set<std::string> names_;
  std::set<std::string> seen_;
  std::size_t files_ = 0, bytes_ = 0;
};

}  // namespace

TraitResult named_around(const DeltaView& view, const Subject& subject) {
  const Resource* gone = resource_of(view, subject, Side::Before);
  const Resource* now = resource_of(view, subject, Side::After);
  if (gone == nullptr) return {};
  std::set<std::string> names = names_of(*gone, now);
  if (names.empty()) return {};
  Search search(view, std::move(names));
  if (TraitResult named = search.among_changed(); named.answer == Answer::Yes) return named;
  const auto path = gone->header.valid() ? view.changes.file(gone->header.file).path(Side::Before) : std::nullopt;
  if (!path || view.base == nullptr) return {};
  const std::string own(folder_of(*path));
  std::vector<std::string> folders{own};
  if (!own.empty()) folders.emplace_back(folder_of(own));
  for (const TreeEntry& entry : view.base->list(own)) {
    if (entry.directory && !entry.name.starts_with('.') && folders.size() < 12)
      folders.push_back(joined_path(own, entry.name));
  }
  for (const std::string& folder : folders) {
    if (TraitResult named = search.in_folder(folder); named.answer == Answer::Yes) return named;
  }
  return {};
}

}  // namespace redtag
