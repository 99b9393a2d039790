// A tree of hostile files that changes in every way git knows, the same way for the same seed.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace redtag {

struct GeneratedFile {
  std::uint32_t mode = 0100644;
  std::string content;  ///< of a submodule: a commit id
};

/// Files by path. Names and contents are drawn from what has ever confused a reader of patches.
class GeneratedTree {
 public:
  explicit GeneratedTree(std::uint32_t seed) : random_(seed) {}

  void add_file();
  /// One change of a random kind.
  void change();
  [[nodiscard]] const std::map<std::string, GeneratedFile>& files() const { return files_; }
  /// A commit in the language of `git fast-import` that makes the branch `main` this tree.
  [[nodiscard]] std::string fast_import_commit() const;

 private:
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_() % end); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  std::string new_path();
  std::string component();
  std::string line();
  std::string text(std::uint32_t lines);
  std::string new_content(std::uint32_t mode);
  void edit(GeneratedFile& file);
  std::map<std::string, GeneratedFile>::iterator any_file();
  void move_file(bool edited);
  void change_type(GeneratedFile& file);
  [[nodiscard]] bool clashes(const std::string& path) const;

  std::mt19937 random_;
  std::uint32_t serial_ = 0;
  std::map<std::string, GeneratedFile> files_;
};

inline std::string GeneratedTree::component() {
  static const std::vector<std::string> names{"a",
                                              "b",
                                              "i",
                                              "w",
                                              "c",
                                              "o",
                                              "plain.tf",
                                              "with blank",
                                              " leading",
                                              "trailing ",
                                              "two  blanks",
                                              "tab\there",
                                              "line\nbreak",
                                              "quote\"d",
                                              "back\\slash",
                                              "-dash",
                                              "--- a",
                                              "+++ b",
                                              "\xc3\xbcml\xc3\xa4ut",
                                              "\xff\xfe",
                                              "x b",
                                              "a b",
                                              "dev",
                                              "null",
                                              "\r",
                                              "\x01\x7f",
                                              "rename from x",
                                              "index 1..2",
                                              "@@ -1 +1 @@",
                                              "diff --git a",
                                              "\xe2\x80\xae.sql",
                                              "'single'",
                                              "#hash",
                                              "%41",
                                              "*",
                                              "[x]",
                                              ":(top)",
                                              ":x",
                                              "HEAD",
                                              "con.",
                                              "~",
                                              "\\ No newline",
                                              "x.orig",
                                              "{a => b}",
                                              "=",
                                              "e\xcc\x81",
                                              "1970-01-01 00",
                                              "f and g differ"};
  return names[below(static_cast<std::uint32_t>(names.size()))];
}

inline bool GeneratedTree::clashes(const std::string& path) const {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (files_.count(path.substr(0, slash)) != 0) return true;
  }
  const auto below_it = files_.lower_bound(path + "/");
  return files_.count(path) != 0 || (below_it != files_.end() && below_it->first.starts_with(path + "/"));
}

inline std::string GeneratedTree::new_path() {
  for (;;) {
    std::string path;
    for (std::uint32_t depth = below(4); depth > 0; --depth) path += component() + "/";
    path += component();
    if (!one_in(4)) path += std::to_string(serial_++);
    if (!clashes(path)) return path;
  }
}

inline std::string GeneratedTree::line() {
  static const std::vector<std::string> lines{"",
                                              " ",
                                              "-- x",
                                              "++ x",
                                              "-",
                                              "+",
                                              "--",
                                              "++",
                                              "-- ",
                                              "--- a/x",
                                              "+++ b/x",
                                              "+++ /dev/null",
                                              "@@ -1,3 +1,4 @@",
                                              "@@ -0,0 +1 @@",
                                              "diff --git a/x b/x",
                                              "diff --cc x",
                                              "\\ No newline at end of file",
                                              "\\",
                                              "index 0000000..1111111",
                                              "From 0123456789012345678901234567890123456789 Mon",
                                              "Binary files a/x and b/x differ",
                                              "GIT binary patch",
                                              "rename from x",
                                              "Only in a: b",
                                              "Index: x",
                                              "\t",
                                              "\r",
                                              "x\r",
                                              "\xff\xfe\x80",
                                              "Submodule x 1234567..89abcde:",
                                              "Subproject commit 1234567890123456789012345678901234567890",
                                              "commit 0123456789012345678901234567890123456789",
                                              "}",
                                              "{"};
  if (one_in(3)) return lines[below(static_cast<std::uint32_t>(lines.size()))];
  return "line " + std::to_string(below(50)) + (one_in(9) ? std::string(below(300), 'x') : "");
}

inline std::string GeneratedTree::text(std::uint32_t lines) {
  const std::string end = one_in(5) ? "\r\n" : "\n";
  std::string result;
  for (std::uint32_t i = 0; i < lines; ++i) result += line() + end;
  if (one_in(4) && result.ends_with('\n')) result.pop_back();
  return result;
}

inline std::string GeneratedTree::new_content(std::uint32_t mode) {
  if (mode == 0160000) {
    std::string id;
    while (id.size() < 40) id += "0123456789abcdef"[below(16)];
    id[0] = 'f';
    return id;
  }
  if (mode == 0120000) return component() + "/" + component();
  if (one_in(12)) return "";
  if (one_in(10)) return text(below(10)) + std::string(1, '\0') + text(below(10));
  if (one_in(40)) return text(3000);
  return text(below(60));
}

inline void GeneratedTree::add_file() {
  GeneratedFile file;
  if (one_in(10)) file.mode = 0100755;
  if (one_in(20)) file.mode = 0120000;
  if (one_in(30)) file.mode = 0160000;
  file.content = new_content(file.mode);
  files_.emplace(new_path(), std::move(file));
}

inline std::map<std::string, GeneratedFile>::iterator GeneratedTree::any_file() {
  auto at = files_.begin();
  std::advance(at, below(static_cast<std::uint32_t>(files_.size())));
  return at;
}

inline void GeneratedTree::edit(GeneratedFile& file) {
  if ((file.mode & 0170000) != 0100000 || one_in(12)) {
    file.content = new_content(file.mode);
    return;
  }
  for (std::uint32_t edits = 1 + below(4); edits > 0; --edits) {
    const auto at = static_cast<std::size_t>(below(static_cast<std::uint32_t>(file.content.size() + 1)));
    const std::size_t start = at == 0 ? 0 : file.content.rfind('\n', at - 1) + 1;
    const std::size_t end = std::min(file.content.find('\n', start), file.content.size());
    switch (below(4)) {
      case 0: file.content.insert(start, text(1 + below(4))); break;
      case 1: file.content.erase(start, end - start + 1); break;
      case 2: file.content.replace(start, end - start, line()); break;
      default: file.content.insert(start, std::string(1 + below(3), "-+ @\\"[below(5)]));
    }
  }
  if (one_in(5)) file.content.ends_with('\n') ? file.content.pop_back() : file.content.push_back('\n');
}

inline void GeneratedTree::change_type(GeneratedFile& file) {
  static const std::vector<std::uint32_t> modes{0100644, 0100755, 0120000, 0160000};
  const std::uint32_t mode = modes[below(4)];
  if ((mode & 0170000) != (file.mode & 0170000)) file.content = new_content(mode);
  file.mode = mode;
}

inline void GeneratedTree::move_file(bool edited) {
  auto node = files_.extract(any_file());
  node.key() = new_path();
  if (edited && node.mapped().mode != 0160000) node.mapped().content += line() + "\n";
  files_.insert(std::move(node));
}

inline void GeneratedTree::change() {
  switch (below(12)) {
    case 0: add_file(); break;
    case 1: files_.erase(any_file()); break;
    case 2: move_file(false); break;
    case 3: move_file(true); break;
    case 4: {
      const GeneratedFile file = any_file()->second;
      files_.emplace(new_path(), file);
      break;
    }
    case 5: change_type(any_file()->second); break;
    case 6: {  // a file in the place of a directory, or the other way round
      const std::string path = any_file()->first;
      const std::size_t slash = path.find('/');
      const GeneratedFile file = files_.at(path);
      files_.erase(path);
      const std::string other = slash == std::string::npos ? path + "/" + component() : path.substr(0, slash);
      files_.emplace(clashes(other) ? new_path() : other, file);
      break;
    }
    default: edit(any_file()->second);
  }
}

inline std::string GeneratedTree::fast_import_commit() const {
  const auto quoted = [](const std::string& path) {
    std::string text = "\"";
    for (const char c : path) {
      if (c == '"' || c == '\\') text += '\\';
      text += c == '\n' ? "\\n" : std::string(1, c);
    }
    return text + "\"";
  };
  std::string commit =
      "commit refs/heads/main\ncommitter Bob <bob@example.org> 1700000000 +0000\ndata 1\nx\ndeleteall\n";
  for (const auto& [path, file] : files_) {
    char mode[16];
    std::snprintf(mode, sizeof mode, "%06o", file.mode);
    const bool submodule = file.mode == 0160000;
    commit += "M " + std::string(mode) + " " + (submodule ? file.content : "inline") + " " + quoted(path) + "\n";
    if (!submodule) commit += "data " + std::to_string(file.content.size()) + "\n" + file.content + "\n";
  }
  return commit + "\n";
}

}  // namespace redtag
