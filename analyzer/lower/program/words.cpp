#include "lower/program/words.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/text.h"

namespace redtag::program {

namespace {

constexpr std::size_t most_words = 3000;
constexpr std::size_t longest_word = 64;

constexpr std::array endings = std::to_array<std::string_view>(
    {".rb",   ".rake", ".erb", ".haml",  ".slim", ".py", ".php", ".ex",    ".exs",    ".eex",
     ".heex", ".js",   ".mjs", ".cjs",   ".jsx",  ".ts", ".mts", ".cts",   ".tsx",    ".vue",
     ".go",   ".java", ".kt",  ".scala", ".cs",   ".rs", ".hs",  ".swift", ".prisma", ".graphql"});

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// How a language begins a comment that ends with its line.
enum class Comments : std::uint8_t { Hash, Slashes, Dashes };

/// Where the comment that starts at `at` ends; `at` for none. Lines for all languages, blocks for those that have them.
std::size_t behind_comment(std::string_view text, std::size_t at, Comments comments) {
  const bool hash = comments == Comments::Hash;
  const std::string_view rest = text.substr(at);
  const bool line = (hash && rest.starts_with("#") && !rest.starts_with("#{")) ||
                    (comments == Comments::Slashes && rest.starts_with("//")) ||
                    (comments == Comments::Dashes && rest.starts_with("--"));
  if (line) {
    // `http://…` in a string is none.
    if (!hash && at > 0 && text[at - 1] == ':') return at;
    const std::size_t end = rest.find('\n');
    return end == std::string_view::npos ? text.size() : at + end;
  }
  if (hash || !rest.starts_with("/*")) return at;
  const std::size_t end = rest.find("*/", 2);
  return end == std::string_view::npos ? text.size() : at + end + 2;
}

/// What a model says it no longer reads.
bool names_what_is_ignored(std::string_view text, std::size_t at) {
  const std::size_t start = text.rfind('\n', at);
  const std::string_view line = text.substr(start == std::string_view::npos ? 0 : start, at - (start + 1) + 1);
  return line.find("ignored_columns") != std::string_view::npos;
}

Model lower(const SourceFileView& file, const LoweringView&) {
  Model model;
  Procedure procedure;
  procedure.stack = Stack::Sql;
  procedure.address = std::string(file.path);
  procedure.region = {file.file, file.side, {file.offset, file.offset}};
  procedure.trigger = Trigger::Request;
  const std::string_view text = file.text;
  const bool hash = file.path.ends_with(".rb") || file.path.ends_with(".rake") || file.path.ends_with(".py") ||
                    file.path.ends_with(".ex") || file.path.ends_with(".exs");
  const Comments comments = hash ? Comments::Hash : file.path.ends_with(".sql") ? Comments::Dashes : Comments::Slashes;
  std::set<std::string_view> seen;
  for (std::size_t at = 0; at < text.size() && seen.size() < most_words;) {
    if (const std::size_t end = behind_comment(text, at, comments); end > at) {
      at = end;
      continue;
    }
    if (!is_word_byte(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    const bool name = word.size() > 2 && word.size() <= longest_word && !(word[0] >= '0' && word[0] <= '9');
    if (name && !names_what_is_ignored(text, at) && seen.insert(word).second) {
      const auto begin = static_cast<std::uint32_t>(file.offset + at);
      const auto size = static_cast<std::uint32_t>(word.size());
      procedure.references.push_back({std::string(word), "word", {file.file, file.side, {begin, begin + size}}});
    }
    at = end;
  }
  model.procedures.push_back(std::move(procedure));
  return model;
}

}  // namespace

const Frontend words_frontend{Stack::Sql, &lower, nullptr, nullptr};

bool speaks_of_tables(std::string_view path) {
  const auto ends = [&](std::string_view ending) { return path.ends_with(ending); };
  const std::string lower_path = lower_ascii(path);
  // Queries that code runs (sqlc, aiosql …) lie in folders of their own; any other SQL declares.
  const bool queries = path.ends_with(".sql") && lower_path.find("quer") != std::string::npos &&
                       lower_path.find("schema") == std::string::npos;
  if (!queries && std::none_of(endings.begin(), endings.end(), ends)) return false;
  constexpr std::array apart = std::to_array<std::string_view>(
      {"migrat", "/test/", "/tests/", "/spec/", "__tests__", "fixture", "db/schema.rb", ".test.", ".spec.", "_test.",
       "_spec.", "/versions/", ".min.js", "/dist/", "node_modules/", "seeds"});
  const std::string rooted = '/' + lower_path;
  return std::none_of(apart.begin(), apart.end(),
                      [&](std::string_view part) { return rooted.find(part) != std::string::npos; });
}

}  // namespace redtag::program
