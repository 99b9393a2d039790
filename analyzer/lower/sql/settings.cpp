#include "lower/sql/settings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/path.h"
#include "base/text.h"
#include "document/document.h"
#include "lower/code/code.h"
#include "stack/database.h"

namespace redtag::sql {

namespace {

constexpr std::size_t most_settings = 1000;
constexpr unsigned deepest = 12;

/// One setting of a file, or of one of its sections.
struct Setting {
  std::string path;
  Value value;
  ByteRange bytes;
};

struct Section {
  std::string name;  ///< empty: the file
  std::vector<Setting> settings;
  ByteRange bytes;
  ByteRange header;
};

bool is_secret(std::string_view path) {
  const std::string name = lower_ascii(path.substr(path.rfind('.') + 1));
  return name.find("password") != std::string::npos || name.find("secret") != std::string::npos || name == "passwd" ||
         name.find("token") != std::string::npos;
}

class Reader {
 public:
  explicit Reader(const SourceFileView& file) : file_(file) {}

  std::vector<Section> sections;
  std::vector<Gap> gaps;

  /// `key = value`, `key: value`, and TOML's `[section]`.
  void read_lines() {
    Section section{"", {}, whole(), {file_.offset, file_.offset}};
    std::string prefix;
    for (std::size_t at = 0; at < file_.text.size();) {
      const std::size_t end = std::min(file_.text.find('\n', at), file_.text.size());
      const std::string_view line = trim(file_.text.substr(at, end - at));
      const ByteRange bytes = place(at, end);
      at = end + 1;
      if (line.empty() || line.front() == '#' || line.front() == '!' || line.front() == ';') continue;
      if (line.front() == '[') {
        prefix = std::string(trim(line.substr(1, line.find(']') - 1)));
        continue;
      }
      const std::size_t sign = line.find_first_of("=:");
      if (sign == std::string_view::npos || section.settings.size() >= most_settings) continue;
      std::string key(trim(line.substr(0, sign)));
      if (!prefix.empty()) key = prefix + '.' + key;
      std::string_view text = trim(line.substr(sign + 1));
      if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        text = text.substr(1, text.size() - 2);
      add(section, std::move(key), std::string(text), bytes);
    }
    sections.push_back(std::move(section));
  }

  /// Spring's, one document for each profile. Keys may be nested or dotted.
  void read_yaml() {
    const auto documents = document::parse_yaml_stream(file_.text, file_.path, document::Repeats::Kept);
    if (!documents) return miss();
    for (const document::Node& root : *documents) {
      Section section{"", {}, at(root.bytes), {at(root.bytes).begin, at(root.bytes).begin}};
      flatten(root, "", section, 0);
      for (const Setting& setting : section.settings) {
        if (setting.path == "spring.config.activate.on-profile" || setting.path == "spring.profiles")
          section.name = setting.value.text;
      }
      sections.push_back(std::move(section));
    }
  }

  /// A mapping for each environment; aliases and `<<` are what they stand for.
  void read_environments() {
    const std::string text = without_control(file_.text);
    const auto root = document::parse_yaml(text, file_.path);
    if (!root) return miss();
    for (const document::Member& member : root->members) {
      if (member.value.type != document::NodeType::Mapping || member.key == "default") continue;
      // Several databases of one environment: each is a section.
      const bool several =
          std::all_of(member.value.members.begin(), member.value.members.end(),
                      [](const document::Member& inner) { return inner.value.type == document::NodeType::Mapping; });
      if (several && !member.value.members.empty()) {
        for (const document::Member& inner : member.value.members)
          add_section(member.key + '.' + inner.key, inner, member.key_bytes);
      } else {
        add_section(member.key, member, member.key_bytes);
      }
    }
  }

  /// `module.exports = { production: { … } }`, or any other map whose entries are maps under names of environments.
  void read_program() {
    const bool typed = file_.path.ends_with("ts");
    const code::Program program =
        code::read(typed ? code::Language::TypeScript : code::Language::JavaScript, file_.text, file_.offset);
    std::vector<const code::Node*> open{&program.root};
    for (std::size_t seen = 0; !open.empty() && seen < 20000; ++seen) {
      const code::Node& node = *open.back();
      open.pop_back();
      if (node.kind == code::Kind::Map && names_environments(node)) return add_sections(node);
      for (const auto* inside : {&node.body, &node.items, &node.on})
        for (auto child = inside->rbegin(); child != inside->rend(); ++child) open.push_back(&*child);
    }
  }

  void tell_shared();

 private:
  [[nodiscard]] ByteRange whole() const {
    return {file_.offset, file_.offset + static_cast<std::uint32_t>(file_.text.size())};
  }
  [[nodiscard]] ByteRange place(std::size_t begin, std::size_t end) const {
    return {file_.offset + static_cast<std::uint32_t>(begin), file_.offset + static_cast<std::uint32_t>(end)};
  }
  [[nodiscard]] ByteRange at(ByteRange bytes) const { return {bytes.begin + file_.offset, bytes.end + file_.offset}; }
  void miss() {
    if (!file_.partial) gaps.push_back({{file_.file, file_.side, whole()}, Stack::Sql, "does not parse as YAML"});
  }
  void add(Section& section, std::string path, std::string text, ByteRange bytes) const {
    Value value = known_string(std::move(text), {file_.file, file_.side, bytes});
    value.sensitive = is_secret(path);
    section.settings.push_back({std::move(path), std::move(value), bytes});
  }

  void flatten(const document::Node& node, const std::string& path, Section& section, unsigned depth) const {
    if (depth > deepest || section.settings.size() >= most_settings) return;
    if (node.scalar()) {
      if (!path.empty()) add(section, path, node.text, at(node.bytes));
      return;
    }
    for (const document::Member& member : node.members)
      flatten(member.value, path.empty() ? member.key : path + '.' + member.key, section, depth + 1);
  }

  void add_section(const std::string& name, const document::Member& member, ByteRange header) {
    Section section{
        name, {}, at({member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)}), at(header)};
    flatten(member.value, "", section, 0);
    sections.push_back(std::move(section));
  }

  /// Lines of a template that decide, as blanks: what they leave in or out is read as if it were there.
  static std::string without_control(std::string_view text) {
    std::string plain(text);
    for (std::size_t open = plain.find("<%"); open != std::string::npos; open = plain.find("<%", open + 2)) {
      const std::size_t close = std::min(plain.find("%>", open), plain.size() - 2) + 2;
      if (plain.compare(open, 3, "<%=") == 0) continue;
      std::replace_if(
          plain.begin() + static_cast<std::ptrdiff_t>(open), plain.begin() + static_cast<std::ptrdiff_t>(close),
          [](char c) { return c != '\n'; }, ' ');
    }
    return plain;
  }

  static bool names_environments(const code::Node& map) {
    return std::any_of(map.items.begin(), map.items.end(), [](const code::Node& pair) {
      const bool named = pair.text == "production" || pair.text == "development" || pair.text == "staging";
      return pair.kind == code::Kind::Pair && named && !pair.items.empty() &&
             pair.items.front().kind == code::Kind::Map;
    });
  }
  void add_sections(const code::Node& map) {
    for (const code::Node& pair : map.items) {
      if (pair.kind != code::Kind::Pair || pair.items.empty() || pair.items.front().kind != code::Kind::Map) continue;
      Section section{pair.text, {}, pair.bytes, pair.head};
      flatten(pair.items.front(), "", section, 0);
      sections.push_back(std::move(section));
    }
  }
  void flatten(const code::Node& node, const std::string& path, Section& section, unsigned depth) const {
    if (depth > deepest || section.settings.size() >= most_settings) return;
    if (node.kind == code::Kind::Map) {
      for (const code::Node& pair : node.items) {
        if (pair.kind == code::Kind::Pair && !pair.items.empty())
          flatten(pair.items.front(), path.empty() ? pair.text : path + '.' + pair.text, section, depth + 1);
      }
      return;
    }
    const bool scalar =
        node.kind == code::Kind::String || node.kind == code::Kind::Number || node.kind == code::Kind::Bool;
    const std::string named = scalar ? node.text : code::path_of(node);
    if (!named.empty()) add(section, path, named, node.bytes);
  }

  const SourceFileView& file_;
};

bool is_production(std::string_view name) {
  const std::string first = lower_ascii(name.substr(0, name.find('.')));
  return first == "production" || first == "prod" || first == "live";
}

/// Which database a section leads to, as far as it says so in words of its own: what the environment decides is not known here.
std::string database_of(const Section& section) {
  std::string url, host, name, port;
  for (const Setting& setting : section.settings) {
    const std::string key = lower_ascii(setting.path);
    const std::string& text = setting.value.text;
    if (key == "url" || key == "connection" || key == "connection.connectionstring") url = text;
    if (key == "host" || key == "connection.host") host = text;
    if (key == "port" || key == "connection.port") port = text;
    if (key == "database" || key == "connection.database" || key == "connection.filename") name = text;
  }
  const auto decided = [](const std::string& text) {
    return text.find("<%") != std::string::npos || text.find('$') != std::string::npos ||
           text.find("process.env") != std::string::npos;
  };
  if (url.find("://") != std::string::npos && !decided(url)) return url;
  if (name.empty() || decided(name) || decided(host)) return {};
  return host + ':' + port + '/' + name;
}

}  // namespace

/// Two sections of one file that lead to one database: what tests empty is what production keeps.
void Reader::tell_shared() {
  for (Section& production : sections) {
    if (!is_production(production.name)) continue;
    const std::string database = database_of(production);
    if (database.empty()) continue;
    Value shared;
    shared.presence = Presence::Known;
    shared.shape = Shape::Set;
    for (const Section& other : sections) {
      const std::string first = lower_ascii(other.name.substr(0, other.name.find('.')));
      constexpr std::array low =
          std::to_array<std::string_view>({"ci", "dev", "development", "e2e", "test", "testing"});
      if (std::find(low.begin(), low.end(), first) == low.end() || database_of(other) != database) continue;
      shared.region = {file_.file, file_.side, other.header};
      shared.items.push_back(known_string(other.name, shared.region));
    }
    if (shared.items.empty()) continue;
    const ByteRange bytes = shared.region.bytes;
    production.settings.push_back({"also_used_by", std::move(shared), bytes});
  }
}

Model lower_settings(const SourceFileView& file) {
  Reader reader(file);
  bool environments = false;
  switch (database_settings(file.path, file.text)) {
    case DatabaseSettings::None: return {};
    case DatabaseSettings::Rails: reader.read_environments(), environments = true; break;
    case DatabaseSettings::Knex: reader.read_program(), environments = true; break;
    case DatabaseSettings::Yaml: reader.read_yaml(); break;
    case DatabaseSettings::Flyway:
    case DatabaseSettings::Liquibase:
    case DatabaseSettings::Properties: reader.read_lines(); break;
  }
  if (environments) reader.tell_shared();
  Model model;
  model.gaps = std::move(reader.gaps);
  for (Section& section : reader.sections) {
    Resource resource;
    resource.stack = Stack::Sql;
    resource.type = environments ? "database connection" : "tool settings";
    resource.name = section.name;
    resource.scope = std::string(file.path);
    resource.address = resource.scope + (section.name.empty() ? "" : ':' + section.name);
    resource.region = {file.file, file.side, section.bytes};
    resource.header = {file.file, file.side, section.header};
    for (Setting& setting : section.settings) {
      const Region region{file.file, file.side, setting.bytes};
      resource.attributes.push_back({std::move(setting.path), std::move(setting.value), region});
    }
    model.resources.push_back(std::move(resource));
  }
  return model;
}

void link_seeds(LoweredFile& file, SourceTree& tree) {
  constexpr std::size_t most_scripts = 40;
  constexpr std::array empties = std::to_array<std::string_view>(
      {".del()", ".delete()", ".truncate(", "deletemany(", "delete from", "droptable", "drop table", "truncate "});
  for (Resource& resource : file.model.resources) {
    if (resource.type != "database connection") continue;
    const auto seeds = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                    [](const Entry& entry) { return entry.key == "seeds.directory"; });
    if (seeds == resource.attributes.end() || !seeds->value.known()) continue;
    const std::optional<std::string> folder = path_below(directory_of(file.path), seeds->value.text);
    if (!folder || folder->empty()) continue;
    std::size_t read = 0;
    std::string found;
    for (const TreeEntry& entry : tree.list(*folder)) {
      if (entry.directory || ++read > most_scripts || !found.empty()) continue;
      const std::string text = lower_ascii(tree.read(joined_path(*folder, entry.name)).value_or(""));
      const bool loses = std::any_of(empties.begin(), empties.end(),
                                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
      if (loses) found = joined_path(*folder, entry.name);
    }
    if (found.empty()) continue;
    Entry told{"seeds.empties", known_string(found, seeds->region), seeds->region};
    resource.attributes.push_back(std::move(told));
  }
}

}  // namespace redtag::sql
