#include "lower/cpp/commands.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/path.h"

namespace redtag::cpp {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_words = 4000;    // of one command
constexpr std::size_t most_bytes = 20'000;  // of one word

// Options whose value may be the next word.
constexpr std::array with_value =
    std::to_array<std::string_view>({"-D", "-U", "-I", "-isystem", "-iquote", "-include"});
// What would load, run or read something that nobody reviewed, or write something.
constexpr std::array refused_openings = std::to_array<std::string_view>(
    {"-load",     "-fplugin", "-fpass-plugin", "-Xclang",        "-add-plugin",  "-plugin",     "@",
     "-specs",    "-B",       "-wrapper",      "-fmodule-file",  "-ivfsoverlay", "-vfsoverlay", "-include-pch",
     "-frewrite", "-fuse-ld", "--config",      "-Xpreprocessor", "-Xassembler",  "-Xlinker"});

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Without `.`, `..` and doubled slashes. Empty where it leads out of the top.
std::string normal(std::string_view path) {
  const auto below = path_below({}, path);
  return below ? (path.starts_with("/") ? "/" : "") + *below : std::string();
}

std::string joined(const std::string& directory, const std::string& path) {
  return path.starts_with("/") || directory.empty() ? normal(path) : normal(directory + "/" + path);
}

/// One command, made harmless. Paths are taken only if they lie below `top`, where the tree stood when the database was written.
class Reader {
 public:
  Reader(std::string directory, std::string top, std::set<std::string>& refused)
      : directory_(std::move(directory)), top_(std::move(top)), refused_(refused) {}

  std::vector<std::string> read(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size() && i < most_words; ++i) {
      const std::string& word = words[i];
      if (word.size() > most_bytes) continue;
      if (starts_refused(word)) {
        refused_.insert(word.substr(0, 80));
        if (word == "-Xclang" || word == "-load") ++i;
      } else if (word.starts_with("-std=")) {
        add_standard(word);
      } else {
        const std::string value = value_of(words, i);
        if (!value.empty()) add(option_, value);
      }
    }
    return std::move(out_);
  }

 private:
  static bool starts_refused(std::string_view word) {
    return std::any_of(refused_openings.begin(), refused_openings.end(),
                       [&](std::string_view opening) { return word.starts_with(opening); });
  }

  /// The value of an option that we know, glued to it or in the next word; empty for all others.
  std::string value_of(const std::vector<std::string>& words, std::size_t& i) {
    for (const std::string_view option : with_value) {
      if (!words[i].starts_with(option)) continue;
      option_ = option;
      if (words[i].size() > option.size()) return words[i].substr(option.size());
      return i + 1 < words.size() ? words[++i] : std::string();
    }
    return {};
  }

  void add_standard(const std::string& word) {
    const bool known =
        word.size() < 16 && std::all_of(
                                word.begin() + 5, word.end(),
                                [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+'; });
    if (known) out_.push_back(word);
  }

  void add(std::string_view option, const std::string& value) {
    if (value.starts_with("-")) return;
    if (option == "-D" || option == "-U") {
      out_.push_back(std::string(option) + value);
      return;
    }
    const std::string path = joined(directory_, value);
    if (!top_.empty() && path == top_) return add_path(option, "");
    if (!top_.empty() && path.starts_with(top_ + "/")) return add_path(option, path.substr(top_.size() + 1));
    if (top_.empty() && !path.empty() && !path.starts_with("/")) add_path(option, path);
  }

  void add_path(std::string_view option, const std::string& path) {
    out_.emplace_back(option);
    out_.push_back("/" + path);
  }

  std::string directory_;
  std::string top_;
  std::set<std::string>& refused_;
  std::string_view option_;
  std::vector<std::string> out_;
};

/// The path of the tree that the entry's file is, and where the tree stood; the longest that fits.
const std::string* path_of(const std::string& file, const std::vector<std::string>& paths, std::string& top) {
  const std::string* best = nullptr;
  for (const std::string& path : paths) {
    const bool fits = file == path ||
                      (file.size() > path.size() && file.ends_with(path) && file[file.size() - path.size() - 1] == '/');
    if (fits && (best == nullptr || path.size() > best->size())) best = &path;
  }
  if (best != nullptr)
    top = file.size() > best->size() ? file.substr(0, file.size() - best->size() - 1) : std::string();
  return best;
}

}  // namespace

std::vector<std::string> split_command(std::string_view command) {
  std::vector<std::string> words;
  std::string word;
  bool open = false;
  char quote = 0;
  for (std::size_t i = 0; i < command.size() && words.size() < most_words; ++i) {
    const char c = command[i];
    if (quote == '\'' && c != '\'') {
      word += c;
    } else if (c == '\\' && i + 1 < command.size()) {
      word += command[++i];
      open = true;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
      open = true;
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (open) words.push_back(std::move(word));
      word.clear();
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push_back(std::move(word));
  return words;
}

Expected<CompileCommands> read_compile_commands(std::string_view text, const std::vector<std::string>& paths) {
  const Json database = Json::parse(text, nullptr, false);
  if (!database.is_array()) return fail(ErrorCode::Input, "expected a list of compile commands");
  CompileCommands commands;
  std::set<std::string> refused;
  for (const Json& entry : database) {
    if (!entry.is_object()) continue;
    const std::string directory = normal(text_of(entry, "directory"));
    const std::string file = joined(directory, text_of(entry, "file"));
    std::string top;
    const std::string* path = path_of(file, paths, top);
    if (path == nullptr || commands.arguments.count(*path) > 0) continue;
    std::vector<std::string> words;
    const auto listed = entry.find("arguments");
    if (listed != entry.end() && listed->is_array()) {
      for (const Json& word : *listed) words.push_back(word.is_string() ? word.get<std::string>() : std::string());
    } else {
      words = split_command(text_of(entry, "command"));
    }
    commands.arguments[*path] = Reader(directory, top, refused).read(words);
  }
  commands.refused.assign(refused.begin(), refused.end());
  return commands;
}

}  // namespace redtag::cpp
