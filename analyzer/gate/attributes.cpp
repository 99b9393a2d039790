// `.gitattributes`: lines that take files out of people's sight.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "gate/finding.h"
#include "gate/readers.h"
#include "stack/stack.h"

namespace redtag {
namespace {

/// True for an attribute that hides a file's changes from reviewers, or lets a program rewrite what they see.
bool hides(std::string_view attribute) {
  constexpr auto whole = std::to_array<std::string_view>(
      {"-diff", "binary", "linguist-generated", "linguist-vendored", "-text", "export-ignore"});
  if (std::find(whole.begin(), whole.end(), attribute) != whole.end()) return true;
  if (attribute.starts_with("linguist-generated=") || attribute.starts_with("linguist-vendored=")) {
    return attribute.substr(attribute.find('=') + 1) != "false";
  }
  return attribute.starts_with("diff=") || attribute.starts_with("filter=") ||
         attribute.starts_with("working-tree-encoding=");
}

struct HiddenLine {
  std::string pattern;
  std::string attributes;  ///< those that hide, in order
  std::uint32_t line = 1;
};

std::vector<HiddenLine> entries_of(std::string_view text) {
  std::vector<HiddenLine> entries;
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    HiddenLine entry;
    entry.line = number;
    std::string blank_separated(line);
    std::replace(blank_separated.begin(), blank_separated.end(), '\t', ' ');
    for (const std::string_view word : split(blank_separated, ' ')) {
      if (word.empty()) continue;
      if (entry.pattern.empty()) {
        entry.pattern = word;
      } else if (hides(word)) {
        entry.attributes += (entry.attributes.empty() ? "" : " ") + std::string(word);
      }
    }
    if (!entry.attributes.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

/// Whether a pattern of the file in `directory` covers a path; `**` and `*` both match any run here, which covers no less than git.
bool covers(std::string_view directory, std::string_view pattern, std::string_view path) {
  if (!path.starts_with(directory)) return false;
  const std::string_view rest = path.substr(directory.size());
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (glob_match(pattern, rest)) return true;
  if (pattern.ends_with('/')) return rest.starts_with(pattern);
  const auto slash = rest.rfind('/');
  return pattern.find('/') == std::string_view::npos && slash != std::string_view::npos &&
         glob_match(pattern, rest.substr(slash + 1));
}

/// A changed file of a stack that redtag reads, and that the pattern hides; nullptr for none.
const FileChange* hidden_file(const ChangeSet& changes, std::string_view directory, std::string_view pattern) {
  for (const FileChange& file : changes.files) {
    if (file.is_context()) continue;
    for (const Side side : {Side::After, Side::Before}) {
      if (file.path(side) && covers(directory, pattern, *file.path(side)) && stack_of(file, side) != Stack::None)
        return &file;
    }
  }
  return nullptr;
}

}  // namespace

void read_attributes(const FileChange& file, const ChangeSet& changes, std::vector<Finding>& findings) {
  if (!file.after_path || !file.after.readable()) return;
  const Path& path = *file.after_path;
  if (path != ".gitattributes" && !path.ends_with("/.gitattributes")) return;
  const std::string_view directory =
      std::string_view(path).substr(0, path.size() - std::string_view(".gitattributes").size());
  std::set<std::pair<std::string, std::string>> known;
  for (const HiddenLine& entry : entries_of(text_on(file, Side::Before)))
    known.emplace(entry.pattern, entry.attributes);
  for (const HiddenLine& entry : entries_of(text_on(file, Side::After))) {
    if (known.count({entry.pattern, entry.attributes}) > 0) continue;
    const FileChange* hidden = hidden_file(changes, directory, entry.pattern);
    if (hidden == nullptr) continue;  // lock files, pictures, what nobody reads anyway
    GateFinding made;
    made.rule = "redtag/hide-files";
    made.severity = Severity::High;
    made.entity = fmt::format("{}:{}", path, entry.pattern);
    made.change = "hidden";
    made.says = fmt::format("`{}` hides {} from reviewers in the same change", entry.pattern, hidden->shown_path());
    made.because =
        fmt::format("the attributes {} keep hosts and tools from showing what changes in it", entry.attributes);
    made.instead = "let the attributes go, or bring them in a change of their own";
    made.after_text = entry.attributes;
    made.region = line_region(file, Side::After, entry.line);
    findings.push_back(finding_of(std::move(made)));
  }
}

}  // namespace redtag
