#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "doctor/parts.h"
#include "gate/pattern.h"

namespace redtag {
namespace {

constexpr std::array<std::string_view, 3> owners_files{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"};
constexpr std::size_t loaded_bytes = 3'000'000;  // a larger file is not loaded by the host

/// Files that the gate stands on. A folder is asked for by a file in it.
constexpr std::array<std::string_view, 4> guarded{".redtag.yaml", ".redtag/people.yaml", ".redtag/allowed_signers",
                                                  ".redtag/revoked"};

struct Rule {
  std::string pattern;
  bool owned = false;
  std::uint32_t line = 0;
};

std::vector<Rule> read_rules(std::string_view text) {
  std::vector<Rule> rules;
  std::uint32_t number = 0;
  for (const std::string_view raw : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(raw.substr(0, raw.find('#')));
    // A section of GitLab's (`[Name] @owner`) names no path.
    if (line.empty() || line.starts_with('[') || line.starts_with("^[")) continue;
    const std::size_t blank = line.find_first_of(" \t");
    rules.push_back({std::string(line.substr(0, blank)), blank != std::string_view::npos, number});
  }
  return rules;
}

/// The last rule that covers a path decides, as on the hosts.
const Rule* deciding(const std::vector<Rule>& rules, std::string_view path) {
  const Rule* last = nullptr;
  for (const Rule& rule : rules) {
    if (owners_pattern_covers(rule.pattern, path)) last = &rule;
  }
  return last;
}

}  // namespace

void examine_owners(SourceTree& tree, std::vector<WayPast>& ways) {
  for (const std::string_view file : owners_files) {
    const auto text = tree.read(file);
    if (!text) continue;
    if (text->size() > loaded_bytes) {
      ways.push_back({std::string(file), 0, "it is so large that the host does not load it: nobody owns anything",
                      "make it shorter"});
      return;
    }
    const std::vector<Rule> rules = read_rules(*text);
    std::vector<std::string> paths(guarded.begin(), guarded.end());
    paths.emplace_back(file);
    for (const TreeEntry& entry : tree.list(".github/workflows")) paths.push_back(".github/workflows/" + entry.name);
    for (const std::string& path : paths) {
      const Rule* rule = deciding(rules, path);
      if (rule != nullptr && rule->owned) continue;
      ways.push_back({std::string(file), rule == nullptr ? 0 : rule->line,
                      rule == nullptr ? fmt::format("nobody owns {}, on which the gate stands", printable(path))
                                      : fmt::format("this line takes the owners of {} away", printable(path)),
                      fmt::format("end the file with a line for it: /{} @your/seniors", printable(path))});
    }
    return;  // the first of the three counts
  }
  ways.push_back({"CODEOWNERS", 0,
                  "nobody must review a change to the policy, the signers or the pipeline that runs redtag",
                  "name owners for /.redtag.yaml, /.redtag/ and the pipeline's files, and require their review"});
}

}  // namespace redtag
