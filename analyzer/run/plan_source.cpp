#include "run/plan_source.h"

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/path.h"
#include "lower/terraform/scope.h"

namespace redtag {

namespace {

constexpr std::size_t most_directories = 4000;

bool is_configuration(std::string_view name) {
  return name.ends_with(".tf") || name.ends_with(".tofu") || name.ends_with(".tf.json");
}

/// What the text of the root says of a declaration: `"aws_db_instance" "main"`, `module "db"`.
std::set<std::string> words_of(const terraform::Plan& plan) {
  std::set<std::string> words;
  const auto add = [&](const std::string& address) {
    if (address.starts_with("module.")) {
      const auto end = address.find('.', 7);
      words.insert("module \"" + address.substr(7, end == std::string::npos ? end : end - 7) + "\"");
    } else if (const auto dot = address.find('.'); dot != std::string::npos) {
      words.insert("\"" + address.substr(0, dot) + "\" \"" + address.substr(dot + 1) + "\"");
    }
  };
  for (const auto& [address, count] : plan.instances) add(address);
  for (const terraform::PlannedChange& change : plan.changes) add(terraform::without_keys(change.address));
  return words;
}

std::size_t hits(const std::set<std::string>& words, const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      words.begin(), words.end(), [&](const std::string& word) { return text.find(word) != std::string::npos; }));
}

}  // namespace

std::optional<std::string> find_planned_root(const terraform::Plan& plan, SourceTree& tree) {
  const std::set<std::string> words = words_of(plan);
  std::optional<std::string> best;
  std::size_t most = 0, listed = 0, bytes = 0;
  std::deque<std::string> open{""};
  while (!open.empty() && listed++ < most_directories) {  // nearest to the top first, so that it wins a tie
    const std::string directory = std::move(open.front());
    open.pop_front();
    std::size_t here = 0;
    for (const TreeEntry& entry : tree.list(directory)) {
      const std::string path = joined_path(directory, entry.name);
      if (entry.directory && !entry.name.starts_with('.')) open.push_back(path);
      if (entry.directory || !is_configuration(entry.name) || bytes > limits::context_bytes) continue;
      const std::optional<std::string> text = tree.read(path);
      bytes += text ? text->size() : 0;
      if (text) here += hits(words, *text);
    }
    if (here > most) {
      most = here;
      best = directory;
    }
  }
  return best;
}

std::map<std::string, std::string> module_directories(const terraform::Plan& plan, const std::string& root) {
  std::map<std::string, std::string> directories;
  for (const auto& [address, source] : plan.sources) {  // sorted: a call stands behind the one around it
    const auto above = address.rfind(".module.");
    std::string from = root;
    if (above != std::string::npos) {
      const auto found = directories.find(address.substr(0, above));
      if (found == directories.end()) continue;
      from = found->second;
    }
    if (auto directory = terraform::resolve_local_source(from, source))
      directories.emplace(address, std::move(*directory));
  }
  return directories;
}

std::vector<FileChange> planned_files(const std::vector<std::string>& directories, SourceTree& tree) {
  std::vector<FileChange> files;
  std::size_t bytes = 0;
  for (const std::string& directory : directories) {
    for (const TreeEntry& entry : tree.list(directory)) {
      if (entry.directory || !is_configuration(entry.name) || files.size() >= limits::context_files) continue;
      std::optional<std::string> text = tree.read(joined_path(directory, entry.name));
      if (!text || bytes + text->size() > limits::context_bytes) continue;
      bytes += text->size();
      FileChange file;
      file.id = FileId{static_cast<std::uint32_t>(files.size())};
      file.status = ChangeStatus::Unchanged;
      file.before_path = file.after_path = joined_path(directory, entry.name);
      file.before.kind = file.after.kind = ImageKind::Whole;
      file.before.text = file.after.text = std::move(*text);
      files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace redtag
