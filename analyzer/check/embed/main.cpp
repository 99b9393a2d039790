// redtag-checks PACK OUTPUT.cpp: compiles the built-in pack when redtag is built. A check that does not parse stops the
// build with file and line. Besides the C++ it writes nothing.
//
// redtag-checks --cases PACK OUTPUT: one known-bad case of each check and stack, for `redtag selftest`: `NAME SIZE`, a line feed, and
// the case's bytes, one behind the other. Of several cases the smallest is taken.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include "check/compile/compile.h"

namespace {

namespace fs = std::filesystem;

/// The disk below one directory. The program itself has no such thing: it reads trees of git.
class DiskTree final : public redtag::SourceTree {
 public:
  explicit DiskTree(fs::path top) : top_(std::move(top)) {}
  std::optional<std::string> read(std::string_view path) override {
    std::ifstream file(top_ / path, std::ios::binary);
    if (!file || fs::is_directory(top_ / path)) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  std::vector<redtag::TreeEntry> list(std::string_view directory) override {
    std::vector<redtag::TreeEntry> entries;
    for (const fs::directory_entry& entry : fs::directory_iterator(top_ / directory)) {
      entries.push_back({entry.path().filename().string(), entry.is_directory(), 0});
    }
    std::sort(entries.begin(), entries.end());
    return entries;
  }

 private:
  fs::path top_;
};

redtag::Expected<std::string> compile_pack(const fs::path& pack) {
  DiskTree tree(pack.parent_path());
  RT_TRY(const redtag::PackSources sources, redtag::read_pack(tree, pack.filename().string()));
  redtag::FactWords words;
  for (const auto& [name, text] : sources.facts) words.add(text);
  RT_TRY(redtag::check_facts(sources, words));
  return redtag::emit_cpp(redtag::compile(sources, {}).view());
}

redtag::Expected<std::string> pack_cases(const fs::path& pack) {
  std::map<std::string, fs::path> smallest;  // category/check/stack → case
  constexpr std::string_view prefix = "fires_";
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(pack)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || entry.path().extension() != ".diff") continue;
    const std::string folder = fs::relative(entry.path().parent_path(), pack).generic_string();
    const std::string stack = name.substr(prefix.size(), name.find_first_of("_.", prefix.size()) - prefix.size());
    const auto [known, fresh] = smallest.emplace(folder + "/" + stack, entry.path());
    const auto order = [](const fs::path& path) { return std::make_pair(fs::file_size(path), path); };
    if (!fresh && order(entry.path()) < order(known->second)) known->second = entry.path();
  }
  std::string text;
  for (const auto& [key, path] : smallest) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    text += fs::relative(path, pack).generic_string() + " " + std::to_string(bytes.size()) + "\n" + bytes;
  }
  return text;
}

}  // namespace

int main(int count, char** arguments) {
  const bool cases = count == 4 && std::string_view(arguments[1]) == "--cases";
  if (count != 3 && !cases) {
    std::fputs("redtag-checks: expected the pack's folder and the file to write\n", stderr);
    return 2;
  }
  if (cases) ++arguments;
  const fs::path pack = fs::path(arguments[1]).lexically_normal();
  const redtag::Expected<std::string> source = cases ? pack_cases(pack) : compile_pack(pack);
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    return 1;
  }
  std::ofstream file(arguments[2], std::ios::binary | std::ios::trunc);
  file << *source;
  file.close();
  return file ? 0 : 2;
}
