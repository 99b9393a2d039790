#include "lower/ansible/aimed.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/c_names.h"
#include "base/path.h"
#include "base/text.h"
#include "lower/ansible/variables.h"

namespace redtag::ansible {

namespace {

constexpr std::size_t most_read = 80;    // files that are searched for plays
constexpr std::size_t most_plays = 12;   // of them that are lowered
constexpr std::size_t most_text = 4000;  // bytes of a pattern
constexpr int most_levels = 3;           // above a file of variables
constexpr int most_looked_into = 20;     // files that may hold a play

bool is_yaml(std::string_view name) { return name.ends_with(".yml") || name.ends_with(".yaml"); }

const Value* hosts_of(const Resource& play) {
  const auto found = std::find_if(play.attributes.begin(), play.attributes.end(),
                                  [](const Entry& each) { return each.key == "hosts"; });
  return found == play.attributes.end() ? nullptr : &found->value;
}

/// The texts between `{{` and `}}`.
std::vector<std::string_view> expressions_of(std::string_view text) {
  std::vector<std::string_view> found;
  text = text.substr(0, most_text);
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) break;
    found.push_back(trim(text.substr(at + 2, end - at - 2)));
  }
  return found;
}

bool names_word(std::string_view text, std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || (!in_name(text[at - 1]) && text[at - 1] != '.' && text[at - 1] != '\'');
    if (begins && (end == text.size() || !in_name(text[end]))) return true;
  }
  return false;
}

/// `target`, `target | default('lab')`, `target | d("lab", true)`: the name, and what stands for it where nobody sets it.
struct Expression {
  std::string_view name;
  std::optional<std::string_view> otherwise;
};

std::optional<Expression> read_expression(std::string_view text) {
  const std::size_t bar = text.find('|');
  Expression read{trim(text.substr(0, bar)), std::nullopt};
  if (read.name.empty() || !std::all_of(read.name.begin(), read.name.end(), in_name)) return std::nullopt;
  if (bar == std::string_view::npos) return read;
  std::string_view filter = trim(text.substr(bar + 1));
  const std::size_t open = filter.find('(');
  if (open == std::string_view::npos) return read;
  const std::string_view called = trim(filter.substr(0, open));
  if (called != "default" && called != "d") return read;
  filter = trim(filter.substr(open + 1));
  if (filter.empty() || (filter.front() != '\'' && filter.front() != '"')) return read;
  const std::size_t close = filter.find(filter.front(), 1);
  if (close != std::string_view::npos) read.otherwise = filter.substr(1, close - 1);
  return read;
}

bool is_changed_file_of_variables(const LoweredFile& file) { return !file.context && holds_variables(file.path); }

/// The words of all expressions and conditions of a text.
std::set<std::string, std::less<>> words_read_in(std::string_view text) {
  std::set<std::string, std::less<>> words;
  for (std::size_t at = text.find("when:"); at != std::string_view::npos; at = text.find("when:", at + 5)) {
    // A list of conditions stands on the lines below.
    const std::size_t end = std::min(text.find(':', at + 5), text.size());
    for (std::size_t i = at + 5; i < end;) {
      const std::size_t last = std::min(end_of_name(text, i), end);
      if (last > i) words.emplace(text.substr(i, last - i));
      i = std::max(last, i + 1);
    }
  }
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) break;
    for (std::size_t i = at + 2; i < end;) {
      const std::size_t last = std::min(end_of_name(text, i), end);
      if (last > i) words.emplace(text.substr(i, last - i));
      i = std::max(last, i + 1);
    }
  }
  return words;
}

/// A text with a play in it that reads one of these variables.
bool plays_by(std::string_view text, std::span<const LoweredFile> files) {
  if (text.find("hosts:") == std::string_view::npos) return false;
  const std::set<std::string, std::less<>> words = words_read_in(text);
  return std::any_of(files.begin(), files.end(), [&](const LoweredFile& file) {
    if (!is_changed_file_of_variables(file)) return false;
    const std::vector<Resource>& all = file.model.resources;
    return std::any_of(all.begin(), all.end(), [&](const Resource& each) { return words.contains(each.name); });
  });
}

/// Where people put playbooks, as seen from a file of variables.
std::vector<std::string> places_of_plays(const std::string& path) {
  std::vector<std::string> places;
  std::string at = directory_of(path);
  for (int level = 0; level < most_levels; ++level) {
    places.push_back(at);
    for (const char* below : {"playbooks", "plays", "ansible"}) places.push_back(joined_path(at, below));
    if (at.empty()) break;
    at = directory_of(at);
  }
  return places;
}

}  // namespace

Variables variables_at_hand(std::span<const LoweredFile> files) {
  Variables variables;
  for (const LoweredFile& file : files) {
    for (const Resource& each : file.model.resources) {
      if (!each.type.ends_with("variable") || each.attributes.empty()) continue;
      const Value& value = each.attributes.front().value;
      std::string text = value.text;
      for (const Value& item : value.items) text += (text.empty() ? "" : ",") + item.text;
      const bool plain = value.known() && !text.empty() && text.find("{{") == std::string::npos;
      const auto [known, fresh] = variables.try_emplace(each.name, plain ? std::optional(text) : std::nullopt);
      if (!fresh && known->second != text) known->second.reset();
    }
  }
  return variables;
}

std::optional<std::string> filled_in(std::string_view pattern, const Variables& variables) {
  if (pattern.size() > most_text) return std::nullopt;
  std::string text;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find("{{");
    text += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = pattern.find("}}", open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::optional<Expression> read = read_expression(trim(pattern.substr(open + 2, close - open - 2)));
    if (!read) return std::nullopt;
    const auto known = variables.find(read->name);
    if (known != variables.end() && known->second) {
      text += *known->second;
    } else if (known == variables.end() && read->otherwise) {
      text += *read->otherwise;
    } else {
      return std::nullopt;
    }
    pattern.remove_prefix(close + 2);
  }
  return text.find("{{") == std::string::npos ? std::optional(text) : std::nullopt;
}

bool reads(std::string_view text, std::string_view variable) {
  const std::vector<std::string_view> expressions = expressions_of(text);
  return std::any_of(expressions.begin(), expressions.end(),
                     [&](std::string_view expression) { return names_word(expression, variable); });
}

bool is_aimed_by(const Resource& play, const LoweredFile& variables) {
  const Value* hosts = play.type == "play" ? hosts_of(play) : nullptr;
  if (hosts == nullptr || hosts->known() || !is_changed_file_of_variables(variables)) return false;
  return std::any_of(variables.model.resources.begin(), variables.model.resources.end(),
                     [&](const Resource& each) { return reads(hosts->text, each.name); });
}

bool holds_aimed_play(const LoweredFile& file, std::span<const LoweredFile> files) {
  return std::any_of(file.model.resources.begin(), file.model.resources.end(), [&](const Resource& play) {
    return play.type == "play" &&
           std::any_of(files.begin(), files.end(), [&](const LoweredFile& each) { return is_aimed_by(play, each); });
  });
}

void want_aimed_plays(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted) {
  std::set<std::string> seen;
  std::size_t read = 0, plays = 0;
  for (const LoweredFile& file : files) {
    if (!is_changed_file_of_variables(file)) continue;
    for (const std::string& place : places_of_plays(file.path)) {
      if (!seen.insert(place).second) continue;
      for (const TreeEntry& entry : tree.list(place)) {
        if (entry.directory || !is_yaml(entry.name) || ++read > most_read) continue;
        const std::string path = joined_path(place, entry.name);
        const std::optional<std::string> text = tree.read(path);
        if (text && plays_by(*text, files) && ++plays <= most_plays) wanted.insert(path);
      }
    }
  }
}

bool reads_as_variables(std::string_view path, SourceTree& tree) {
  if (!is_yaml(path) || !holds_variables(path)) return false;
  static constexpr std::array signs = std::to_array<std::string_view>(
      {"ansible.cfg", "roles", "group_vars", "host_vars", "playbooks", "playbook.yml", "site.yml"});
  std::string at = directory_of(path);
  int looked_into = 0;
  for (int level = 0; level < most_levels && !at.empty(); ++level) {
    at = directory_of(at);
    for (const TreeEntry& entry : tree.list(at)) {
      if (std::find(signs.begin(), signs.end(), entry.name) != signs.end()) return true;
      if (entry.directory || !is_yaml(entry.name) || ++looked_into > most_looked_into) continue;
      const std::optional<std::string> text = level == 0 ? tree.read(joined_path(at, entry.name)) : std::nullopt;
      if (text && text->size() < 200000 && text->find("\n  tasks:") != std::string::npos &&
          text->find("hosts:") != std::string::npos)
        return true;
    }
  }
  return false;
}

}  // namespace redtag::ansible
