// `.gitattributes`: lines that take files out of people's sight.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.h"
#include "gate/call.h"
#include "gate/finding.h"
#include "gate/pattern.h"
#include "gate/readers.h"
#include "stack/stack.h"

namespace redtag {
namespace {

constexpr std::string_view file_name = ".gitattributes";

/// True for an attribute that hides a file's changes from reviewers, or lets a program rewrite what they see. `value` is `true`,
/// `false` or what stands behind `=`.
bool hides(std::string_view name, std::string_view value) {
  constexpr auto marks = std::to_array<std::string_view>(
      {"binary", "export-ignore", "gitlab-generated", "linguist-generated", "linguist-vendored"});
  if (std::find(marks.begin(), marks.end(), name) != marks.end()) return value != "false";
  if (name == "diff") return value != "true";
  if (name == "text") return value == "false";
  return (name == "filter" || name == "working-tree-encoding") && value != "false" && value != "true";
}

struct AttributeLine {
  std::string pattern;
  std::vector<std::pair<std::string, std::string>> states;  ///< attribute and value, in order, macros replaced
  std::uint32_t line = 1;
};

/// A pattern in quotes, as C writes strings; moves `line` behind it.
std::string quoted_pattern(std::string_view& line) {
  std::string pattern;
  std::size_t i = 1;
  while (i < line.size() && line[i] != '"') {
    if (line[i] != '\\' || i + 1 >= line.size()) {
      pattern += line[i++];
      continue;
    }
    const char c = line[++i];
    if (c >= '0' && c <= '7') {
      unsigned value = 0;
      for (int digits = 0; digits < 3 && i < line.size() && line[i] >= '0' && line[i] <= '7'; ++digits)
        value = value * 8 + static_cast<unsigned>(line[i++] - '0');
      pattern += static_cast<char>(value);
      continue;
    }
    constexpr std::string_view names = "abfnrtv", bytes = "\a\b\f\n\r\t\v";
    const std::size_t known = names.find(c);
    pattern += known == std::string_view::npos ? c : bytes[known];
    ++i;
  }
  line = i < line.size() ? line.substr(i + 1) : std::string_view();
  return pattern;
}

using States = std::vector<std::pair<std::string, std::string>>;

std::pair<std::string, std::string> state_of(std::string_view word) {
  if (word.starts_with('-')) return {std::string(word.substr(1)), "false"};
  if (word.starts_with('!')) return {std::string(word.substr(1)), ""};
  const std::size_t equals = word.find('=');
  if (equals != std::string_view::npos)
    return {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
  return {std::string(word), "true"};
}

/// Lines in order. A macro (`[attr]name …`) stands for its attributes wherever it is set; git's own is `binary`.
std::vector<AttributeLine> entries_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::map<std::string, States> macros{{"binary", {{"diff", "false"}, {"merge", "false"}, {"text", "false"}}}};
  std::vector<AttributeLine> entries;
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    constexpr std::string_view macro = "[attr]";
    const bool defines = line.starts_with(macro);
    if (defines) line.remove_prefix(macro.size());
    AttributeLine entry;
    entry.line = number;
    if (!defines && line.front() == '"') entry.pattern = quoted_pattern(line);
    std::string blank_separated(line);
    std::replace(blank_separated.begin(), blank_separated.end(), '\t', ' ');
    for (const std::string_view word : split(blank_separated, ' ')) {
      if (word.empty()) continue;
      if (entry.pattern.empty()) {
        entry.pattern = word;
        continue;
      }
      auto state = state_of(word);
      const auto known = macros.find(state.first);
      const bool set = known != macros.end() && state.second == "true";
      entry.states.push_back(std::move(state));
      if (set) entry.states.insert(entry.states.end(), known->second.begin(), known->second.end());
    }
    if (defines) {
      macros[entry.pattern] = entry.states;
    } else if (!entry.pattern.starts_with('!')) {  // git refuses those
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

/// What hides one path: attribute → value and the entry that says so. The last line that names an attribute decides.
std::map<std::string, std::pair<std::string, const AttributeLine*>> hidden_by(const std::vector<AttributeLine>& entries,
                                                                              std::string_view path) {
  std::map<std::string, std::pair<std::string, const AttributeLine*>> states;
  for (const AttributeLine& entry : entries) {
    if (!attributes_pattern_covers(entry.pattern, path)) continue;
    for (const auto& [name, value] : entry.states) states[name] = {value, &entry};
  }
  std::erase_if(
      states, [](const auto& state) { return state.second.first.empty() || !hides(state.first, state.second.first); });
  return states;
}

/// Files that a reviewer must see: what redtag reads, and what the gate stands on.
bool matters(const FileChange& file, Side side) {
  const Path& path = *file.path(side);
  return stack_of(file, side) != Stack::None || path.starts_with(".redtag") || path.ends_with("CODEOWNERS") ||
         !host_of(path).empty();
}

/// Programs for browsers are packed into files that nobody reviews, and marking those is routine; redtag reads them all the same.
bool is_packed(std::string_view path) {
  constexpr auto endings = std::to_array<std::string_view>({".cjs", ".js", ".jsx", ".mjs", ".ts"});
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

}  // namespace

void read_attributes(const FileChange& file, const ChangeSet& changes, std::vector<Finding>& findings) {
  if (!file.after_path || !file.after.readable()) return;
  const Path& path = *file.after_path;
  if (path != file_name && !path.ends_with("/" + std::string(file_name))) return;
  const std::string_view directory = std::string_view(path).substr(0, path.size() - file_name.size());
  const std::vector<AttributeLine> before =
      entries_of(is_at(file, Side::Before, path) ? text_on(file, Side::Before) : std::string_view());
  const std::vector<AttributeLine> after = entries_of(text_on(file, Side::After));
  std::set<std::uint32_t> said;
  // What must be seen comes first: one finding speaks for all files of a line.
  std::vector<const FileChange*> files;
  for (const FileChange& other : changes.files) {
    if (!other.is_context()) files.push_back(&other);
  }
  std::stable_partition(files.begin(), files.end(),
                        [](const FileChange* one) { return !is_packed(one->shown_path()); });
  for (const FileChange* one : files) {
    const FileChange& other = *one;
    for (const Side side : {Side::After, Side::Before}) {
      if (!other.path(side) || !other.path(side)->starts_with(directory) || !matters(other, side)) continue;
      const std::string_view below = std::string_view(*other.path(side)).substr(directory.size());
      const auto was = hidden_by(before, below);
      for (const auto& [name, state] : hidden_by(after, below)) {
        const auto old_state = was.find(name);
        if (old_state != was.end() && old_state->second.first == state.first) continue;
        const AttributeLine& entry = *state.second;
        if (!said.insert(entry.line).second) continue;
        GateFinding made;
        made.rule = "redtag/hide-files";
        made.severity = is_packed(other.shown_path()) ? Severity::Medium : Severity::High;
        made.entity = fmt::format("{}:{}", path, entry.pattern);
        made.change = "hidden";
        made.says = fmt::format("`{}` hides {} from reviewers in the same change", entry.pattern, other.shown_path());
        made.because = fmt::format("the attribute {} keeps hosts and tools from showing what changes in it", name);
        made.instead = "let the attributes go, or bring them in a change of their own";
        for (const auto& [attribute, value] : entry.states) made.after_text += attribute + "=" + value + " ";
        made.region = line_region(file, Side::After, entry.line);
        findings.push_back(finding_of(std::move(made)));
      }
    }
  }
}

}  // namespace redtag
