// Commands that lead to a call of redtag in another file of the base.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "gate/call.h"
#include "gate/words.h"

namespace redtag {
namespace {

constexpr std::string_view word_ends = " \t\n;|&()<>\"'`=,";
constexpr std::size_t most_bytes = std::size_t{1} << 20;
constexpr unsigned most_steps = 8;                              ///< a script that calls a script that calls a Makefile
constexpr std::size_t most_bytes_read = std::size_t{16} << 20;  ///< of all carriers, with each time they are read again
constexpr std::size_t most_tasks = 2000;                        ///< names of tasks that are looked up
constexpr std::size_t most_files = 500;                         ///< that one change's pipelines may name

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

/// What is known of a file; it is looked into when the line that named it has been read.
const Carriers::Carrier& Carriers::carrier(const std::string& path, bool makefile) {
  const auto [known, is_new] = carriers_.try_emplace({path, makefile});
  if (is_new && !text(path).empty()) open_.push_back(known->first);
  return known->second;
}

/// Reads a carrier with what is known of the others; true if it leads to a call by more than it did before.
bool Carriers::read_again(const Key& key) {
  Carrier& known = carriers_[key];
  const std::string& content = text(key.first);
  bytes_read_ += content.size();
  const auto leads = [this](std::string_view line) { return names_call(line) || leads_as_far_as_known(line); };
  if (key.second) {
    MakeTargets targets = gate_targets(content, leads);
    const bool more = targets.gate.size() > known.targets.gate.size();
    known.targets = std::move(targets);
    return more;
  }
  if (known.calls) return false;
  const std::vector<std::string> lines = logical_lines(content);
  return known.calls = std::any_of(lines.begin(), lines.end(), leads);
}

/// Reads the open carriers, and those that they name, until none leads to a call by more. What is known then is known for good: whatever
/// they name was among them.
void Carriers::settle() {
  bool more = true;
  for (unsigned step = 0; step < most_steps && more; ++step) {
    more = false;
    for (std::size_t i = 0; i < open_.size() && bytes_read_ < most_bytes_read; ++i)
      more = read_again(Key(open_[i])) || more;
  }
  open_.clear();
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
    if (text(lead + name).empty()) continue;
    const MakeTargets& targets = carrier(lead + name, true).targets;
    if (wanted.empty()) return std::find(targets.gate.begin(), targets.gate.end(), targets.first) != targets.gate.end();
    return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& one) {
      return std::find(targets.gate.begin(), targets.gate.end(), one) != targets.gate.end();
    });
  }
  return false;
}

bool Carriers::task_calls(const std::string& file, const std::string& task) {
  if (task.size() < 2) return false;
  const auto known = tasks_.find(file + " " + task);
  if (known != tasks_.end()) return known->second;
  // The name of a task as a key of that file, and a call behind it.
  const bool packages = file == "package.json";
  const std::string& content = text(file);
  if (content.empty() || tasks_.size() > most_tasks) return false;
  const std::size_t key = content.find(task + (packages ? "\":" : ":"));
  const std::size_t size = packages ? content.find('\n', key) - key : 600;
  return tasks_[file + " " + task] =
             key != std::string::npos && names_call(std::string_view(content).substr(key, size));
}

/// `./ci/gate.sh`, and what a step's `uses` finds in a directory.
bool Carriers::names_carrier(std::string_view word, bool action) {
  const std::string path = names_file(word) ? below_top(word) : std::string();
  if (path.empty()) return false;
  return carrier(path, false).calls ||
         (action && (carrier(path + "/action.yml", false).calls || carrier(path + "/action.yaml", false).calls));
}

bool Carriers::leads_as_far_as_known(std::string_view line) {
  if (line.size() > 4096) return false;
  const std::vector<std::string> words = words_of(line, word_ends);
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
    } else if (names_carrier(words[i], line.starts_with("uses "))) {
      return true;
    }
  }
  return false;
}

bool Carriers::leads(std::string_view line) {
  if (names_call(line)) return true;
  if (base_ == nullptr) return false;
  if (leads_as_far_as_known(line)) return true;
  if (open_.empty()) return false;
  settle();
  return leads_as_far_as_known(line);
}

}  // namespace redtag
