#include "lower/terraform/text_file.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lower/terraform/block.h"
#include "lower/terraform/json.h"
#include "lower/terraform/kinds.h"
#include "lower/terraform/permissions.h"
#include "lower/terraform/scope.h"
#include "lower/terraform/state_settings.h"
#include "lower/terraform/terragrunt.h"
#include "lower/terraform/units.h"

namespace redtag::terraform {

namespace {

constexpr std::size_t longest_text_file = std::size_t{1} << 18;
constexpr std::size_t most_texts = 200;
constexpr std::string_view opening = "value = <<REDTAG_TEXT\n";
constexpr std::string_view closing = "\nREDTAG_TEXT\n";

Value raw_text(const SourceFileView& file, const Region& whole) {
  const SourceView source{file, file.text, file.offset};
  if (std::optional<Value> document = read_json_in_place(source)) return encoded(std::move(*document), whole);
  return known_string(std::string(file.text), whole);
}

/// The text as a template: read as the here-document that would say the same, with places that lead back.
Value template_text(const SourceFileView& file, const Region& whole) {
  const Value unread = unknown_value("templatefile", "the template does not parse", whole);
  const std::string wrapped = std::string(opening) + std::string(file.text) + std::string(closing);
  const Expected<syntax::Tree> tree = syntax::Tree::parse(syntax::Grammar::Hcl, wrapped);
  if (!tree || tree->root().has_error()) return unread;
  // Unsigned arithmetic takes the opening line off again; only the here-document itself starts in front of the text.
  const SourceView source{file, wrapped, file.offset - static_cast<std::uint32_t>(opening.size())};
  std::vector<Gap> gaps;
  BlockReader reader(source, gaps);
  syntax::Cursor at(tree->root());
  if (!at.to_first_child()) return unread;
  do {
    if (at.node().kind() != kinds().body || !at.to_first_child()) continue;
    if (at.node().kind() == kinds().attribute) {
      std::vector<PlacedScript> none;
      Entry entry = reader.read_attribute(at, 0, none);
      entry.value.region = whole;
      return std::move(entry.value);
    }
    at.to_parent();
  } while (at.to_next_sibling());
  return unread;
}

/// The path that a call's first argument writes out: a literal, or one behind `${path.module}`.
std::string written_path(const Value& argument) {
  if (argument.known() && argument.shape == Shape::Scalar) return argument.text;
  if (argument.presence != Presence::Unknown || argument.expression != Expression::Template) return {};
  std::string path;
  for (const Value& part : argument.items) {
    const bool here = part.presence == Presence::Unknown && part.expression == Expression::Reference &&
                      (part.text == "path.module" || part.text == "path.root");
    if (!here && !(part.known() && part.shape == Shape::Scalar)) return {};
    path += here ? "." : part.text;
  }
  return path;
}

void collect(const Value& value, std::string_view directory, std::set<std::string>& into, unsigned levels) {
  if (levels == 0 || into.size() >= most_texts) return;
  const bool reads = value.presence == Presence::Unknown && value.expression == Expression::Call &&
                     !value.items.empty() && (value.text == "file" || value.text == "templatefile");
  if (reads) {
    std::string path = resolve_text_path(directory, written_path(value.items[0]));
    if (!path.empty() && is_text_file(path)) into.insert(std::move(path));
  }
  for (const Value& item : value.items) collect(item, directory, into, levels - 1);
  for (const Entry& entry : value.entries) collect(entry.value, directory, into, levels - 1);
}

/// A search for configuration that writes a name, with bounds.
struct Search {
  static constexpr std::size_t most_folders = 120, most_files = 160, most_bytes = std::size_t{2} << 20;
  SourceTree& tree;
  std::string_view name;
  std::vector<std::string> found;
  std::size_t folders = 0, files = 0, bytes = 0;

  /// They are all going to be listed: in one question of a far tree, as each costs a round trip.
  [[nodiscard]] std::vector<Path> bring_folders_in(std::string_view directory) const {
    std::vector<Path> inner;
    for (const TreeEntry& entry : tree.list(directory)) {
      if (entry.directory && !entry.name.starts_with('.') && entry.name != "node_modules")
        inner.push_back(directory.empty() ? entry.name : std::string(directory) + "/" + entry.name);
    }
    tree.prefetch(std::span(inner).first(std::min(inner.size(), most_folders)));
    return inner;
  }

  /// False where the bounds are met.
  bool look_into(const std::string& directory) {
    if (++folders > most_folders) return false;
    std::vector<Path> texts;
    for (const TreeEntry& entry : tree.list(directory)) {
      const bool configures = entry.name.ends_with(".tf") || entry.name.ends_with(".tf.json");
      if (!entry.directory && configures) texts.push_back(directory + "/" + entry.name);
    }
    tree.prefetch(std::span(texts).first(std::min(texts.size(), most_files - std::min(files, most_files))));
    for (const Path& path : texts) {
      if (++files > most_files || bytes > most_bytes) return false;
      const std::optional<std::string> text = tree.read(path);
      bytes += text ? text->size() : 0;
      if (!text || text->find(name) == std::string::npos) continue;
      found.push_back(directory);
      break;
    }
    return true;
  }
};

}  // namespace

bool is_text_file(std::string_view path) {
  for (const std::string_view ending :
       {".tf", ".tofu", ".tfvars", ".hcl", ".tf.json", ".tofu.json", ".tfvars.json", ".tfbackend"}) {
    if (path.ends_with(ending)) return false;
  }
  return !is_terragrunt(path) && !is_state_settings(path);
}

bool adopts_text(std::string_view path, SourceTree& tree) {
  static constexpr std::array endings = std::to_array<std::string_view>(
      {".json", ".tpl", ".tftpl", ".tmpl", ".yaml", ".yml", ".csv", ".sh", ".bash", ".ps1"});
  const bool likely =
      std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
  std::string_view directory = directory_of(path);
  if (is_unit_part(path)) return !units_below(directory, tree).empty();
  for (unsigned up = 0; likely && up <= text_levels; ++up) {
    const std::vector<TreeEntry> entries = tree.list(directory);
    if (std::any_of(entries.begin(), entries.end(),
                    [](const TreeEntry& entry) { return entry.name.ends_with(".tf") || is_terragrunt(entry.name); }))
      return true;
    if (directory.empty()) break;
    directory = directory_of(directory);
  }
  return likely && !readers_beside(path, tree).empty();
}

std::vector<std::string> readers_beside(std::string_view path, SourceTree& tree) {
  constexpr unsigned levels_up = 2;
  Search search{tree, path.substr(path.rfind('/') + 1), {}};
  std::string_view above = directory_of(path), own = above;
  for (unsigned up = 0; up < levels_up; ++up) {
    const std::vector<Path> folders = search.bring_folders_in(above);
    for (const Path& beside : folders) {
      if (beside == own || !search.look_into(beside)) continue;
      for (const Path& below : search.bring_folders_in(beside)) {
        if (!search.look_into(below)) break;
      }
    }
    if (above.empty()) break;
    own = above;
    above = directory_of(above);
  }
  return std::move(search.found);
}

Model lower_text_file(const SourceFileView& file) {
  Model model;
  if (file.text.size() > longest_text_file || file.partial) return model;
  const Region whole{file.file, file.side, {file.offset, file.offset + static_cast<std::uint32_t>(file.text.size())}};
  Resource text;
  text.stack = Stack::Terraform;
  text.declares = Declares::Setting;
  text.type = "file";
  text.name = file.path;
  text.address = "file." + std::string(file.path.substr(file.path.rfind('/') + 1));
  text.region = text.header = whole;
  text.attributes = {{"value", raw_text(file, whole), whole}, {"template", template_text(file, whole), whole}};
  model.resources.push_back(std::move(text));
  return model;
}

std::set<std::string> texts_read_by(const LoweredFile& file) {
  std::set<std::string> found;
  const std::string_view directory = directory_of(file.path);
  for (const Resource& resource : file.model.resources) {
    for (const Entry& entry : resource.attributes) collect(entry.value, directory, found, 64);
  }
  return found;
}

std::string resolve_text_path(std::string_view directory, std::string_view path) {
  if (path.empty() || path.starts_with("/") || path.starts_with("~")) return {};
  const std::string local = path.starts_with(".") ? std::string(path) : "./" + std::string(path);
  return resolve_local_source(directory, local).value_or("");
}

}  // namespace redtag::terraform
