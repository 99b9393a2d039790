// Single parts of the way, for the one who makes a part faster: reading a patch, parsing a text.
#include <benchmark/benchmark.h>

#include <string>

#include "change/load.h"
#include "syntax/tree.h"

namespace {

/// A Terraform file of `resources` blocks.
std::string terraform(int resources) {
  std::string text;
  for (int i = 0; i < resources; ++i) {
    text += "resource \"aws_s3_bucket\" \"b" + std::to_string(i) + "\" {\n  bucket = \"logs-${var.name}-" + std::to_string(i) +
            "\"\n\n  tags = {\n    team = \"storage\"\n  }\n}\n\n";
  }
  return text;
}

std::string script(int lines) {
  std::string text = "set -euo pipefail\n";
  for (int i = 0; i < lines; ++i) text += "for file in \"$1\"/*.log; do gzip -9 \"$file\" && mv \"$file.gz\" \"$2/\"; done\n";
  return text;
}

/// A patch of `files` files, one hunk of seven lines in each.
std::string patch(int files) {
  std::string text;
  for (int i = 0; i < files; ++i) {
    const std::string name = "dir/file" + std::to_string(i) + ".tf";
    text += "diff --git a/" + name + " b/" + name + "\n--- a/" + name + "\n+++ b/" + name +
            "\n@@ -10,7 +10,7 @@ resource \"x\" \"y\" {\n a\n b\n c\n-  size = 1\n+  size = 2\n d\n e\n f\n";
  }
  return text;
}

void read_patch(benchmark::State& state) {
  const std::string text = patch(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(redtag::read_patch(text, "bench", redtag::Images::AsProven));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(read_patch)->Arg(5)->Arg(1000);

void parse_terraform(benchmark::State& state) {
  const std::string text = terraform(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(redtag::syntax::Tree::parse(redtag::syntax::Grammar::Hcl, text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_terraform)->Arg(10)->Arg(1000);

void parse_shell(benchmark::State& state) {
  const std::string text = script(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(redtag::syntax::Tree::parse(redtag::syntax::Grammar::Bash, text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_shell)->Arg(10)->Arg(1000);

}  // namespace
