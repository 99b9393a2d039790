#include "stack/program.h"

#include <algorithm>
#include <array>

namespace redtag {

namespace {

constexpr std::array endings = std::to_array<std::string_view>(
    {".rb", ".rake", ".py", ".php", ".ex", ".exs", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".prisma"});

/// Parts of the names of calls in code.tsv, and of statements.
constexpr std::array words = std::to_array<std::string_view>(
    {"delete_all",   "destroy_all",       "drop_",         "truncate",    "TRUNCATE",      ".delete(",
     "delete(",      "_raw_delete",       "delete_many",   "deleteMany",  "delete_topic",  "deleteTopics",
     "delete_table", "deleteTable",       "deleteFrom",    "flushall",    "flushdb",       "flushAll",
     "flushDB",      "flushDb",           "FLUSHALL",      "FLUSHDB",     "dropDatabase",  "dropCollection",
     "dropTable",    "dropIfExists",      "dropAllTables", ".drop(",      "::drop(",       ".destroy(",
     ".del(",        ".clear(",           ".remove(",      "force: true", "forceDelete",   "->delete(",
     "rm -r",        "aws s3 r",          " delete ",      "destroy ",    "dropdb",        "gsutil rm",
     "DROP ",        "DELETE FROM",       "drop table",    "delete from", "deleteByQuery", "delete_by_query",
     "dropSchema",   "synchronize: true", "alter: true",   "on_delete=",  "dependent: ",   "relationship(",
     "has_many ",    "has_one ",          "onDelete: "});

}  // namespace

bool may_lose_data(std::string_view path, std::string_view text) {
  const auto ends = [&](std::string_view ending) { return path.ends_with(ending); };
  if (std::none_of(endings.begin(), endings.end(), ends)) return false;
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace redtag
