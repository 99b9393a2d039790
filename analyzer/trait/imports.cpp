#include "trait/imports.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "base/path.h"
#include "base/text.h"
#include "trait/network.h"

namespace redtag {

namespace {

constexpr std::size_t most_folders = 40, most_files = 300, most_bytes = std::size_t{8} << 20;
constexpr std::size_t shortest_rest = 3;  // of a name behind the stack's
constexpr std::size_t longest_import = 300;

bool is_name_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == ':';
}

/// The name that an output is exported under; empty where it is none, or not in one text.
std::string_view exported_as(const Resource& output) {
  for (const Entry& entry : output.attributes) {
    if (entry.key != "Export") continue;
    const Value* name = find_entry(entry.value, "Name");
    return name != nullptr && name->presence != Presence::Absent && name->shape == Shape::Scalar
               ? std::string_view(name->text)
               : std::string_view();
  }
  return {};
}

/// What importers write of it: all of it, or what stands behind the last place that a deployment fills (`-Subnets` of
/// `${AWS::StackName}-Subnets`).
struct Name {
  std::string text;
  bool behind_a_place = false;
};

Name name_of(std::string_view exported) {
  const std::size_t close = exported.rfind('}');
  if (exported.find("${") == std::string_view::npos || close == std::string_view::npos) return {std::string(exported)};
  return {std::string(exported.substr(close + 1)), true};
}

/// The expression behind `ImportValue` has the name in it, and the name ends there.
bool imports(std::string_view text, const Name& name) {
  constexpr std::string_view word = "ImportValue";
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + word.size())) {
    std::string_view near = text.substr(at + word.size(), longest_import);
    near = near.substr(0, near.find(word));
    for (std::size_t found = near.find(name.text); found != std::string_view::npos;
         found = near.find(name.text, found + 1)) {
      const std::size_t end = found + name.text.size();
      const bool ends = end == near.size() || !is_name_byte(near[end]);
      const bool begins = found > 0 && (name.behind_a_place ? near[found - 1] == '}' || near[found - 1] == '\'' ||
                                                                  near[found - 1] == '"'
                                                            : !is_name_byte(near[found - 1]));
      if (begins && ends) return true;
    }
  }
  return false;
}

bool may_be_template(std::string_view path) {
  return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json") || path.ends_with(".template") ||
         path.ends_with(".cfn");
}

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

class Importers {
 public:
  Importers(const DeltaView& view, std::string_view exported)
      : view_(view), exported_(exported), name_(name_of(exported)) {}

  TraitResult find(std::string_view own_path) {
    own_ = own_path;
    for (const FileChange& file : view_.changes.files) {
      for (const Side side : {Side::Before, Side::After}) {
        if (file.path(side)) seen_.insert(*file.path(side));
      }
      const auto path = file.path(Side::After);
      if (path && may_be_template(*path)) look_at(*path, file.after.text);
    }
    if (view_.base != nullptr) {
      for (const std::string& folder : folders_around(own_path)) look_in(folder);
    }
    if (importer_.empty() || twin_) return {};
    return {Answer::Yes, {{{}, importer_ + " imports " + std::string(exported_)}}};
  }

 private:
  [[nodiscard]] std::vector<std::string> folders_around(std::string_view path) const {
    const std::string own(folder_of(path)), above(folder_of(own));
    std::vector<std::string> folders{own};
    if (!own.empty()) folders.push_back(above);
    const auto add_below = [&](const std::string& folder) {
      for (const TreeEntry& entry : view_.base->list(folder)) {
        std::string inner = joined_path(folder, entry.name);
        const bool known = std::find(folders.begin(), folders.end(), inner) != folders.end();
        if (entry.directory && !entry.name.starts_with('.') && !known && folders.size() < most_folders)
          folders.push_back(std::move(inner));
      }
    };
    add_below(own);
    if (!own.empty()) add_below(above);
    return folders;
  }

  void look_at(const std::string& path, std::string_view text) {
    twin_ = twin_ || (path != own_ && name_.behind_a_place && text.find(exported_) != std::string_view::npos);
    if (importer_.empty() && imports(text, name_)) importer_ = path;
  }

  void look_in(const std::string& folder) {
    for (const TreeEntry& entry : view_.base->list(folder)) {
      const std::string path = joined_path(folder, entry.name);
      if (entry.directory || !may_be_template(entry.name) || seen_.contains(path)) continue;
      if (++files_ > most_files || bytes_ > most_bytes) return;
      const std::optional<std::string> text = view_.base->read(path);
      bytes_ += text ? text->size() : 0;
      if (text) look_at(path, *text);
    }
  }

  const DeltaView& view_;
  std::string_view exported_;
  Name name_;
  std::string own_, importer_;
  bool twin_ =
      false;  ///< another template exports under the same words behind its stack's name: it may be the one that is imported
  std::set<std::string> seen_;
  std::size_t files_ = 0, bytes_ = 0;
};

/// Its value is another one, and not the same thing under another name.
bool says_something_else(const DeltaView& view, Subject subject) {
  const std::vector<AttributeChange>& attributes = view.delta.resources[subject.change].attributes;
  for (std::uint32_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].path != "Value") continue;
    if (attributes[i].movement == Movement::Different) return true;
    subject.kind = SubjectKind::Attribute;
    subject.attribute = i;
    return is_repointed(view, subject).answer == Answer::Yes;
  }
  return false;
}

}  // namespace

TraitResult still_imported(const DeltaView& view, const Subject& subject) {
  const Resource* was = resource_of(view, subject, Side::Before);
  if (was == nullptr || was->type != "export" || !was->header.valid()) return {};
  const std::string_view exported = exported_as(*was);
  if (name_of(exported).text.size() < shortest_rest) return {};
  const auto exports_it = [&](const Resource& other) {
    return other.type == "export" && exported_as(other) == exported;
  };
  const std::vector<Resource>& after = view.sides.after.resources;
  if (!says_something_else(view, subject) && std::any_of(after.begin(), after.end(), exports_it)) return {};
  const auto path = view.changes.file(was->header.file).path(Side::Before);
  return path ? Importers(view, exported).find(*path) : TraitResult{};
}

}  // namespace redtag
