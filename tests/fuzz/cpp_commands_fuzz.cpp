// Any bytes are a compile database: what is taken of it never leads out of the tree and never loads anything.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lower/cpp/commands.h"
#include "lower/cpp/surroundings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace redtag::cpp;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(includes_of(text));
  const auto read = read_compile_commands(text, {"a.cpp", "src/b.cpp"});
  if (!read) return 0;
  for (const auto& [path, words] : read->arguments) {
    for (const std::string& word : words) {
      const bool known = word.starts_with("-D") || word.starts_with("-U") || word.starts_with("-std=") ||
                         word == "-I" || word == "-isystem" || word == "-iquote" || word == "-include" ||
                         word.starts_with("/");
      if (!known || (word.starts_with("/") && word.find("/../") != std::string::npos)) std::abort();
    }
  }
  return 0;
}
