#include "lower/shell/references.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/path.h"
#include "base/text.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_references = 1000;  // of one script
constexpr std::size_t longest_path = 256;

/// The word as a path, without a leading `$DIR/` or `$(dirname "$0")/`, which mostly name the script's own directory; empty for a
/// word with anything else in it that is not literal.
std::string path_of(const Word& word) {
  std::string text;
  for (std::size_t i = 0; i < word.parts.size(); ++i) {
    const Part& part = word.parts[i];
    if (part.kind == PartKind::Text && !part.glob) {
      text += part.text;
    } else if (i != 0 || word.parts.size() == 1 || part.kind == PartKind::Text) {
      return {};
    }
  }
  const bool led = !word.parts.empty() && word.parts.front().kind != PartKind::Text;
  if (led && !text.starts_with('/')) return {};
  return led ? text.substr(1) : text;
}

/// A file that something is in that redtag or a shell could read; a directory is none.
bool names_file(std::string_view path) {
  static constexpr std::array endings = std::to_array<std::string_view>(
      {".sh", ".bash", ".py", ".rb", ".js", ".ts", ".sql", ".tf", ".yaml", ".yml", ".json", ".pl", ".psql"});
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

}  // namespace

std::vector<Reference> file_references(const Script& script) {
  std::vector<Reference> found;
  std::set<std::string> seen;
  for (const Command& command : script.commands) {
    for (std::size_t i = 0; i < command.words.size() && found.size() < most_references; ++i) {
      const std::string path = path_of(command.words[i]);
      const bool relative = !path.empty() && path.size() <= longest_path && path.front() != '/' &&
                            path.front() != '-' && path.find("://") == std::string::npos;
      if (!relative || (!names_file(path) && !(i == 0 && path.find('/') != std::string::npos))) continue;
      std::string target = path_below({}, path).value_or("");
      if (target.empty() || !seen.insert(target).second) continue;
      std::string through = i == 0 ? "runs" : "argument of " + shortened(command.words[0].source, 40);
      found.push_back({std::move(target), std::move(through), command.words[i].region});
    }
  }
  return found;
}

}  // namespace redtag::shell
