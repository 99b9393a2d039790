// The floor that a large change is held to: the bare parsers over the same texts, nothing else.
//
//   bare-parse [-jN] FOLDER…     parses every *.tf, *.sql and *.sh below the folders in N threads; prints files and bytes
//
// HCL and shell go to tree-sitter and SQL to libpg_query, as in the analyzer; results are thrown away.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <pg_query.h>
#include <tree_sitter/api.h>

extern "C" {
const TSLanguage* tree_sitter_hcl();
const TSLanguage* tree_sitter_bash();
}

namespace {

struct Source {
  std::string extension;
  std::string text;
};

std::vector<Source> read_sources(const std::string& folder) {
  std::vector<Source> sources;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (!entry.is_regular_file() || (extension != ".tf" && extension != ".sql" && extension != ".sh")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    sources.push_back({extension, std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())});
  }
  return sources;
}

void parse_sql(const std::string& text) {
  const PgQueryProtobufParseResult result = pg_query_parse_protobuf(text.c_str());
  pg_query_free_protobuf_parse_result(result);
}

void parse_tree(TSParser* parser, const TSLanguage* language, const std::string& text) {
  ts_parser_set_language(parser, language);
  TSTree* tree = ts_parser_parse_string(parser, nullptr, text.data(), static_cast<std::uint32_t>(text.size()));
  ts_tree_delete(tree);
}

}  // namespace

int main(int argc, char** argv) {
  unsigned threads = 1;
  std::vector<Source> sources;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.starts_with("-j")) {
      threads = std::max(1U, static_cast<unsigned>(std::strtoul(argv[i] + 2, nullptr, 10)));
    } else {
      for (Source& source : read_sources(argv[i])) sources.push_back(std::move(source));
    }
  }
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> bytes{0};
  const auto work = [&] {
    TSParser* parser = ts_parser_new();
    for (std::size_t i = next++; i < sources.size(); i = next++) {
      const Source& source = sources[i];
      bytes += source.text.size();
      if (source.extension == ".sql") {
        parse_sql(source.text);
      } else {
        parse_tree(parser, source.extension == ".tf" ? tree_sitter_hcl() : tree_sitter_bash(), source.text);
      }
    }
    ts_parser_delete(parser);
  };
  {
    std::vector<std::jthread> pool;
    for (unsigned i = 0; i < threads; ++i) pool.emplace_back(work);
  }
  std::printf("%zu files, %zu bytes\n", sources.size(), bytes.load());
  return 0;
}
