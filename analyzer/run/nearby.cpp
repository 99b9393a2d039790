#include "run/nearby.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "base/path.h"
#include "lower/readers.h"
#include "run/whole_tree.h"
#include "stack/stack.h"

namespace redtag {

namespace {

constexpr unsigned most_rounds = 6;
constexpr std::size_t most_ends = 100;
constexpr std::size_t longest_path = 400;
constexpr std::size_t portion = 64;  // files that are brought at a time

/// `../../modules/db` seen from `envs/prod` is `modules/db`; empty if it leads out of the tree.
std::string resolved(std::string directory, std::string_view relative) {
  while (!relative.empty()) {
    const std::size_t slash = relative.find('/');
    const std::string_view step = relative.substr(0, slash);
    relative = slash == std::string_view::npos ? std::string_view() : relative.substr(slash + 1);
    if (step.empty() || step == ".") continue;
    if (step == "..") {
      if (directory.empty()) return {};
      directory = directory_of(directory);
    } else {
      directory += (directory.empty() ? "" : "/") + std::string(step);
    }
  }
  return directory;
}

bool ends_a_path(std::string_view text, std::size_t at) {
  return at >= text.size() || std::string_view("\"'`/?) \t\r\n").find(text[at]) != std::string_view::npos;
}

bool continues_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::size_t position_of(std::string_view part, std::string_view text, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  const void* found = memmem(text.data() + from, text.size() - from, part.data(), part.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// Whether `text` writes `name` and not just a longer one that it is part of.
bool names_it(std::string_view text, std::string_view name) {
  for (std::size_t at = position_of(name, text, 0); at != std::string_view::npos;
       at = position_of(name, text, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !continues_a_name(text[at - 1]);
    if (begins && (end == text.size() || !continues_a_name(text[end]))) return true;
  }
  return false;
}

/// What stands before a path and not in it.
bool starts_behind(char c) {
  return static_cast<unsigned char>(c) <= ' ' || std::string_view("\"'`?)(=:,[@").find(c) != std::string_view::npos;
}

struct Candidate {
  Path path;
  std::string directory;
  std::string text;
  bool chosen = false;
};

class Finder {
 public:
  Finder(SourceTree& tree, const RunOptions& options) : tree_(tree), options_(options) {}

  NearbyFiles find(const Interest& interest) {
    most_files_ = std::min(interest.files, limits::graph_files);
    words_ = interest.words;
    functions_ = interest.functions;
    read({interest.directories.begin(), interest.directories.end()}, std::min(interest.bytes, limits::graph_bytes));
    for (const std::string& directory : interest.directories) choose_directory(directory);
    std::set<std::string> names = interest.names;
    for (unsigned round = 0; round < most_rounds; ++round) {
      const std::set<std::string> directories = std::move(fresh_directories_);
      fresh_directories_.clear();
      if (directories.empty() && names.empty()) break;
      follow(directories);
      look_for(names, directories);
      names.clear();
    }
    for (const Candidate& candidate : candidates_) {
      if (candidate.chosen) found_.files.push_back(candidate.path);
    }
    std::sort(found_.files.begin(), found_.files.end());
    return std::move(found_);
  }

 private:
  void read(const std::vector<std::string>& tops, std::size_t most_bytes) {
    const bool whole = walk_tree(tree_, tops, limits::graph_directories, [&](const TreeLevel& level) {
      std::vector<Path> wanted;
      std::copy_if(level.files.begin(), level.files.end(), std::back_inserter(wanted),
                   [&](const Path& path) { return may_be_read(path); });
      for (std::size_t begin = 0; begin < wanted.size() && bytes_ <= most_bytes; begin += portion)
        read_portion(std::span(wanted).subspan(begin, std::min(portion, wanted.size() - begin)), most_bytes);
      return bytes_ <= most_bytes;
    });
    found_.complete = whole && bytes_ <= most_bytes;
  }

  void read_portion(std::span<const Path> paths, std::size_t most_bytes) {
    tree_.prefetch(paths);
    for (const Path& path : paths) {
      std::optional<std::string> text = tree_.read(path);
      if (!text) continue;
      bytes_ += text->size();
      if (bytes_ > most_bytes) return;
      if (find_graph_reader(path) != nullptr) {
        read_program(path, *text);
        continue;
      }
      const Stack stack = detect_stack(path, *text);
      if (options_.frontend_of(stack) == nullptr) continue;
      if (stack == Stack::Cpp) {
        read_compiled(path, *text);
        continue;
      }
      by_directory_[directory_of(path)].push_back(candidates_.size());
      candidates_.push_back({path, directory_of(path), std::move(*text), false});
    }
  }

  /// A program is kept only if it writes one of the words: there are many, and most have to do with something else.
  void read_program(const Path& path, const std::string& text) {
    if (std::none_of(words_.begin(), words_.end(), [&](const std::string& word) { return names_it(text, word); }))
      return;
    candidates_.push_back({path, directory_of(path), {}, false});
    choose(candidates_.back());
  }

  /// Compiled code names nothing that others know it by but its functions, and its texts are the longest.
  void read_compiled(const Path& path, const std::string& text) {
    if (std::none_of(functions_.begin(), functions_.end(),
                     [&](const std::string& name) { return names_it(text, name); }))
      return;
    candidates_.push_back({path, directory_of(path), {}, false});
    choose(candidates_.back());
  }

  /// By its name alone, where that is enough to say no: what a stack is called by, or text that only a look can tell.
  [[nodiscard]] bool may_be_read(const Path& path) const {
    if (find_graph_reader(path) != nullptr) return !words_.empty();
    return detect_stack(path, {}) == Stack::Cpp ? !functions_.empty() : may_declare(path, options_);
  }

  void choose_directory(const std::string& directory) {
    if (!chosen_directories_.insert(directory).second) return;
    fresh_directories_.insert(directory);
    const auto here = by_directory_.find(directory);
    if (here == by_directory_.end()) return;
    for (const std::size_t i : here->second) choose(candidates_[i]);
  }

  void choose(Candidate& candidate) {
    if (candidate.chosen) return;
    if (chosen_files_ >= most_files_) {
      found_.complete = false;
      return;
    }
    candidate.chosen = true;
    ++chosen_files_;
  }

  /// What the chosen files bring in: relative paths that are directories or files of the tree.
  void follow(const std::set<std::string>& directories) {
    std::set<std::string> brought;
    for (const std::string& directory : directories) {
      const auto here = by_directory_.find(directory);
      if (here == by_directory_.end()) continue;
      for (const std::size_t i : here->second) collect_paths(candidates_[i], brought);
    }
    for (const std::string& directory : brought) {
      if (by_directory_.contains(directory)) choose_directory(directory);
    }
  }

  static void collect_paths(const Candidate& candidate, std::set<std::string>& brought) {
    const std::string_view text = candidate.text;
    for (std::size_t at = text.find("./"); at != std::string_view::npos; at = text.find("./", at)) {
      std::size_t begin = at;
      while (begin > 0 && text[begin - 1] == '.') --begin;
      std::size_t end = at + 2;
      while (!ends_a_path(text, end) || (end < text.size() && text[end] == '/')) ++end;
      brought.insert(resolved(candidate.directory, text.substr(begin, end - begin)));
      at = end;
    }
  }

  void look_for(const std::set<std::string>& names, const std::set<std::string>& directories) {
    std::vector<std::string> ends;  // of paths: the directories
    for (const std::string& directory : directories) {
      if (!directory.empty()) ends.push_back(directory);
    }
    if (ends.size() > most_ends) {  // each is looked for in all texts
      ends.resize(most_ends);
      found_.complete = false;
    }
    for (const Candidate& candidate : candidates_) {
      if (candidate.chosen || chosen_directories_.contains(candidate.directory)) continue;
      const bool named = std::any_of(names.begin(), names.end(),
                                     [&](const std::string& name) { return names_it(candidate.text, name); });
      if (named ||
          std::any_of(ends.begin(), ends.end(), [&](const std::string& end) { return writes(candidate, end); }))
        choose_directory(candidate.directory);
    }
  }

  /// Whether the text has a path that may lead to the directory. From here or from the top where the path says that it starts there;
  /// else by its last two parts, as many directories are called `app` or `base`.
  static bool writes(const Candidate& candidate, const std::string& directory) {
    const std::string_view text = candidate.text;
    const std::string end = "/" + directory.substr(directory.rfind('/') + 1);
    for (std::size_t at = position_of(end, text, 0); at != std::string_view::npos;
         at = position_of(end, text, at + 1)) {
      const std::size_t stop = at + end.size();
      if (!ends_a_path(text, stop)) continue;
      std::size_t start = at;
      while (start > 0 && !starts_behind(text[start - 1]) && at - start < longest_path) --start;
      if (leads_to(text.substr(start, stop - start), candidate.directory, directory)) return true;
    }
    return false;
  }

  static bool leads_to(std::string_view path, const std::string& from, const std::string& directory) {
    if (const std::size_t dots = path.find("./"); dots != std::string_view::npos) {
      const std::string_view relative = path.substr(dots > 0 && path[dots - 1] == '.' ? dots - 1 : dots);
      return resolved(from, relative) == directory || resolved({}, relative) == directory;
    }
    std::string_view longer = path, shorter = directory;
    for (unsigned parts = 0; parts < 2 && !shorter.empty(); ++parts) {
      if (last_part(longer) != last_part(shorter)) return false;
    }
    return true;
  }

  /// Takes what stands behind the last slash, and the slash.
  static std::string_view last_part(std::string_view& path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view last = slash == std::string_view::npos ? path : path.substr(slash + 1);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    return last;
  }

  SourceTree& tree_;
  const RunOptions& options_;
  NearbyFiles found_;
  std::set<std::string> words_;
  std::set<std::string> functions_;
  std::vector<Candidate> candidates_;
  std::size_t bytes_ = 0;  // of texts that were looked into
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_directory_;
  std::set<std::string> chosen_directories_;
  std::set<std::string> fresh_directories_;
  std::size_t chosen_files_ = 0;
  std::size_t most_files_ = 0;
};

}  // namespace

bool may_declare(const Path& path, const RunOptions& options) {
  const Stack stack = detect_stack(path, {});
  if (stack == Stack::Cpp) return false;
  if (options.frontend_of(stack) != nullptr) return true;
  static constexpr std::string_view told_by_content[] = {".yaml", ".yml", ".json", ".tpl", ".template"};
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  return name.find('.') == std::string_view::npos ||
         std::any_of(std::begin(told_by_content), std::end(told_by_content),
                     [&](std::string_view end) { return name.ends_with(end); });
}

NearbyFiles find_nearby_files(SourceTree& tree, const Interest& interest, const RunOptions& options) {
  return Finder(tree, options).find(interest);
}

}  // namespace redtag
