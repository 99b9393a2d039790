// Commands that lead to a call of redtag in another file of the base.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "gate/call.h"

namespace redtag {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;
constexpr unsigned most_steps = 3;        ///< a script that calls a script that calls a Makefile
constexpr std::size_t most_tasks = 2000;  ///< names of tasks that are looked up
constexpr std::size_t most_files = 500;   ///< that one change's pipelines may name

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line) {
    if (std::string_view(" \t\n;|&()<>\"'`=,").find(c) == std::string_view::npos) {
      word += c;
      continue;
    }
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool names_file(std::string_view word) {
  if (is_prose(word) || word.size() > 200 || word.starts_with('-') || word.starts_with('/') ||
      word.find('$') != std::string_view::npos || word.find(':') != std::string_view::npos)
    return false;
  return word.find('/') != std::string_view::npos || word.ends_with(".sh") || word.ends_with(".bash") ||
         word.ends_with(".py");
}

std::string below_top(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.find("..") == std::string_view::npos ? std::string(path) : std::string();
}

}  // namespace

bool is_prose(std::string_view path) {
  constexpr auto endings =
      std::to_array<std::string_view>({".adoc", ".diff", ".html", ".lock", ".md", ".patch", ".rst", ".txt"});
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return path.ends_with(ending); });
}

const std::string& Carriers::text(const std::string& path) {
  const auto known = texts_.find(path);
  if (known != texts_.end()) return known->second;
  std::string read;
  if (base_ != nullptr && !path.empty() && texts_.size() < most_files) {
    read = base_->read(path).value_or("");
    if (read.size() > most_bytes) read.clear();
  }
  return texts_.emplace(path, std::move(read)).first->second;
}

bool Carriers::file_calls(const std::string& path) {
  const auto known = calls_.find(path);
  if (known != calls_.end()) return known->second;
  calls_[path] = false;  // a file that names itself
  const std::string& content = text(path);
  if (content.empty()) return false;
  ++depth_;
  const std::vector<std::string> lines = logical_lines(content);
  const bool calls = std::any_of(lines.begin(), lines.end(), [&](const std::string& line) { return leads(line); });
  --depth_;
  return calls_[path] = calls;
}

bool Carriers::make_calls(const std::vector<std::string>& words, std::size_t at) {
  std::string directory;
  std::vector<std::string> wanted;
  std::string file;
  for (std::size_t i = at + 1; i < words.size(); ++i) {
    if ((words[i] == "-C" || words[i] == "-f") && i + 1 < words.size()) {
      (words[i] == "-C" ? directory : file) = words[i + 1];
      ++i;
    } else if (!words[i].starts_with('-')) {
      wanted.push_back(words[i]);
    }
  }
  const std::string lead = directory.empty() ? "" : below_top(directory) + "/";
  for (const std::string& name : file.empty() ? std::vector<std::string>{"GNUmakefile", "makefile", "Makefile"}
                                              : std::vector<std::string>{below_top(file)}) {
    const std::string& content = text(lead + name);
    if (content.empty()) continue;
    ++depth_;
    const MakeTargets targets = gate_targets(content, [this](std::string_view line) { return leads(line); });
    --depth_;
    if (wanted.empty()) return std::find(targets.gate.begin(), targets.gate.end(), targets.first) != targets.gate.end();
    return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
      return std::find(targets.gate.begin(), targets.gate.end(), one) != targets.gate.end();
    });
  }
  return false;
}

bool Carriers::task_calls(const std::string& file, const std::string& task) {
  if (task.size() < 2) return false;
  const auto known = calls_.find(file + " " + task);
  if (known != calls_.end()) return known->second;
  // The name of a task as a key of that file, and a call behind it.
  const bool packages = file == "package.json";
  const std::string& content = text(file);
  if (content.empty() || calls_.size() > most_tasks) return false;
  const std::size_t key = content.find(task + (packages ? "\":" : ":"));
  const std::size_t size = packages ? content.find('\n', key) - key : 600;
  return calls_[file + " " + task] =
             key != std::string::npos && names_call(std::string_view(content).substr(key, size));
}

bool Carriers::leads(std::string_view line) {
  if (names_call(line)) return true;
  if (base_ == nullptr || depth_ >= most_steps || line.size() > 4096) return false;
  const std::vector<std::string> words = words_of(line);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view name = last_part(words[i]);
    if (name == "make" || name == "gmake") {
      if (make_calls(words, i)) return true;
    } else if (name == "task" || name == "just" || name == "npm" || name == "pnpm" || name == "yarn" || name == "bun") {
      const bool packages = name != "task" && name != "just";
      const auto files = packages         ? std::vector<std::string>{"package.json"}
                         : name == "task" ? std::vector<std::string>{"Taskfile.yml", "Taskfile.yaml"}
                                          : std::vector<std::string>{"justfile", "Justfile"};
      for (const std::string& file : files) {
        for (std::size_t k = i + 1; k < words.size() && k < i + 6; ++k) {
          if (task_calls(file, words[k])) return true;
        }
      }
    } else if (names_file(words[i])) {
      const std::string path = below_top(words[i]);
      if (path.empty()) continue;
      const bool action = line.starts_with("uses ");
      if (file_calls(path) || (action && (file_calls(path + "/action.yml") || file_calls(path + "/action.yaml"))))
        return true;
    }
  }
  return false;
}

}  // namespace redtag
