// redtag-checks PACK OUTPUT.cpp: compiles the built-in pack when redtag is built. A check that does not parse stops the
// build with file and line. Besides the C++ it writes nothing.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
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

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("redtag-checks: expected the pack's folder and the file to write\n", stderr);
    return 2;
  }
  const redtag::Expected<std::string> source = compile_pack(fs::path(arguments[1]).lexically_normal());
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().message.c_str());
    return 1;
  }
  std::ofstream file(arguments[2], std::ios::binary | std::ios::trunc);
  file << *source;
  file.close();
  return file ? 0 : 2;
}
