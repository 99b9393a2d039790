#include "doctor/upstream.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "gate/call.h"
#include "gate/words.h"

namespace redtag {
namespace {

bool holds(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

template <std::size_t N>
bool among(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// A directory that the change fills: relative, or the checkout by its variable.
bool is_of_the_tree(std::string_view path) {
  constexpr auto checkouts = std::to_array<std::string_view>(
      {"$PWD", "$(pwd)", "${PWD}", "GITHUB_WORKSPACE", "github.workspace", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY",
       "Build.SourcesDirectory", "BITBUCKET_CLONE_DIR", "node_modules"});
  if (std::any_of(checkouts.begin(), checkouts.end(), [&](std::string_view each) { return holds(path, each); }))
    return true;
  return !path.empty() && path.front() != '/' && path.front() != '$' && path.front() != '~' && path.front() != '%';
}

/// `PATH=./bin:$PATH`: the first place that is looked in.
bool leads_to_the_tree(std::string_view line) {
  const std::vector<std::string> words = bare_words(line);
  for (const std::string& word : words) {
    if (word.starts_with("PATH=")) return is_of_the_tree(std::string_view(word).substr(5));
  }
  return false;
}

/// `echo DIR >> "$GITHUB_PATH"`, and values of variables that nobody can read here.
bool hands_to_later_steps(std::string_view line) {
  const auto path = line.find("GITHUB_PATH"), variables = line.find("GITHUB_ENV");
  const std::vector<std::string> words = bare_words(line);
  if (path != std::string_view::npos && holds(line, ">"))
    return words.size() < 2 || words[0] != "echo" || is_of_the_tree(words[1]);
  if (variables == std::string_view::npos || !holds(line, ">")) return false;
  return words.size() < 2 || words[0] != "echo" || holds(line, "BASH_ENV") || holds(line, "PATH=") ||
         holds(line, "LD_") || holds(line, "GIT_");
}

/// Commands of git that put other commits where the call looks.
bool moves_commits(const std::vector<std::string>& words, bool asks_head) {
  if (words.size() < 2 || words[0] != "git") return false;
  std::size_t at = 1;
  while (at + 1 < words.size() && words[at].starts_with('-')) at += words[at] == "-C" || words[at] == "-c" ? 2 : 1;
  const std::string& verb = words[std::min(at, words.size() - 1)];
  constexpr auto moves_refs = std::to_array<std::string_view>({"replace", "symbolic-ref", "update-ref"});
  constexpr auto moves_head = std::to_array<std::string_view>(
      {"am", "cherry-pick", "checkout", "commit", "merge", "pull", "rebase", "reset", "revert", "switch"});
  return among(moves_refs, verb) || (asks_head && among(moves_head, verb));
}

}  // namespace

std::string undone_by(std::string_view script, std::string_view call) {
  const bool asks_head = holds(call, "HEAD");
  for (const std::string& line : logical_lines(script)) {
    if (names_call(line)) break;
    const std::vector<std::string> words = bare_words(line);
    if (words.empty()) continue;
    if (hands_to_later_steps(line))
      return "decides by GITHUB_PATH or GITHUB_ENV which programs the steps behind it run";
    if (leads_to_the_tree(line)) return "makes the shell look for programs in the change's own tree";
    if (words[0] == "alias" && words.size() > 1 && holds(words[1], "redtag"))
      return "gives another command redtag's name";
    if (moves_commits(words, asks_head)) return "puts other commits where the call looks for the change";
    constexpr auto places = std::to_array<std::string_view>({"cp", "install", "ln", "mv"});
    const std::string_view last = words.back();
    if (among(places, words[0]) && last.substr(last.rfind('/') + 1) == "redtag" && words.size() > 2 &&
        is_of_the_tree(words[words.size() - 2]))
      return "puts a program of the change's tree in redtag's place";
  }
  return {};
}

bool runs_the_tree(std::string_view script) {
  constexpr auto builders = std::to_array<std::string_view>({"bazel", "bun", "bundle", "cargo", "cmake", "composer",
                                                             "go", "gradle", "just", "make", "mvn", "npm", "npx",
                                                             "pnpm", "pre-commit", "rake", "task", "tox", "yarn"});
  constexpr auto shells =
      std::to_array<std::string_view>({".", "bash", "node", "perl", "python", "python3", "ruby", "sh", "source"});
  for (const std::string& line : logical_lines(script)) {
    if (names_call(line)) break;
    const std::vector<std::string> words = bare_words(line);
    if (words.empty()) continue;
    if (words[0].starts_with("./") || words[0].starts_with("../") || among(builders, words[0])) return true;
    const bool runs = among(shells, words[0]) && words.size() > 1 && !words[1].starts_with('-');
    if (runs && is_of_the_tree(words[1])) return true;
    if (words[0].starts_with("pip") && words.size() > 2 && (words[2] == "." || words[2] == "-e" || words[2] == "-r"))
      return true;
  }
  return false;
}

bool brings_unchecked(std::string_view script) {
  if (holds(script, "sha256sum") || holds(script, "shasum") || holds(script, "cosign") ||
      holds(script, "gh attestation"))
    return false;
  const std::vector<std::string> lines = logical_lines(script);
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    const bool fetches = line.starts_with("curl ") || line.starts_with("wget ");
    return fetches && holds(lower_ascii(line), "redtag") && !holds(line, "/api/") && !holds(line, "PRIVATE-TOKEN");
  });
}

}  // namespace redtag
