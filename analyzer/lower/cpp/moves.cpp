#include "lower/cpp/moves.h"

#include <algorithm>
#include <set>

#include "base/c_names.h"
#include "lower/cpp/meaning.h"
#include "lower/cpp/slice.h"
#include "stack/stack.h"

namespace redtag::cpp {

namespace {

constexpr std::size_t most_files = 200;
constexpr std::size_t most_bytes = std::size_t{8} << 20;
constexpr std::size_t most_bytes_kept = std::size_t{4} << 20;
constexpr std::size_t most_unmatched = 100;  // functions on a side that are compared with all of the other
constexpr double alike = 0.7;
constexpr std::size_t enough_names = 6;

/// One file's side: what it defines that its other side does not.
struct Left {
  std::string path;
  std::string name;
  std::set<std::string> words;  ///< of the body
};

struct SideFunctions {
  std::string path;
  std::multimap<std::string, std::set<std::string>> functions;
};

SideFunctions read_side(const FileChange& file, Side side) {
  SideFunctions read;
  if (!file.path(side) || file.image(side).kind != ImageKind::Whole || stack_of(file, side) != Stack::Cpp) return read;
  read.path = *file.path(side);
  const std::string code = without_comments(file.image(side).text);
  for (const TextFunction& function : functions_in(code)) {
    std::set<std::string> words;
    for (const std::string_view word : identifiers_of(function.body)) words.emplace(word);
    read.functions.emplace(function.name, std::move(words));
  }
  return read;
}

void add_left(const SideFunctions& of, const SideFunctions& other, std::vector<Left>& left) {
  for (const auto& [name, words] : of.functions) {
    if (other.functions.count(name) == 0) left.push_back({of.path, name, words});
  }
}

double likeness(const std::set<std::string>& a, const std::set<std::string>& b) {
  const auto same = std::count_if(a.begin(), a.end(), [&](const std::string& word) { return b.count(word) > 0; });
  const std::size_t most = std::max(a.size(), b.size());
  return most < enough_names ? 0 : static_cast<double>(same) / static_cast<double>(most);
}

/// By name first; of the rest the most alike of another file, if it is alike enough.
void match(std::vector<Left>& vanished, std::vector<Left>& appeared, std::vector<Move>& moves) {
  std::vector<bool> gone(vanished.size(), false), taken(appeared.size(), false);
  const auto take = [&](std::size_t from, std::size_t to) {
    gone[from] = taken[to] = true;
    moves.push_back({vanished[from].path, vanished[from].name, appeared[to].path, appeared[to].name});
  };
  for (std::size_t f = 0; f < vanished.size(); ++f) {
    for (std::size_t t = 0; t < appeared.size() && !gone[f]; ++t) {
      const bool same = !taken[t] && appeared[t].name == vanished[f].name && appeared[t].path != vanished[f].path;
      if (same) take(f, t);
    }
  }
  std::size_t compared = 0;
  for (std::size_t f = 0; f < vanished.size(); ++f) {
    if (gone[f] || ++compared > most_unmatched) continue;
    double best = alike;
    std::size_t found = appeared.size();
    for (std::size_t t = 0; t < std::min(appeared.size(), most_unmatched); ++t) {
      if (taken[t] || appeared[t].path == vanished[f].path) continue;
      const double like = likeness(vanished[f].words, appeared[t].words);
      if (like < best) continue;
      best = like;
      found = t;
    }
    if (found < appeared.size()) take(f, found);
  }
}

/// Names that stand once, by path.
std::map<std::string, std::string> only_ones(const std::vector<Left>& left) {
  std::map<std::string, std::string> paths;
  std::set<std::string> twice;
  for (const Left& function : left) {
    if (!paths.emplace(function.name, function.path).second) twice.insert(function.name);
  }
  for (const std::string& name : twice) paths.erase(name);
  return paths;
}

}  // namespace

std::vector<TextFunction> functions_in(std::string_view code) {
  std::vector<TextFunction> found;
  constexpr std::size_t most_functions = 4000;
  for (std::size_t i = 0; i < code.size() && found.size() < most_functions;) {
    if (!in_name(code[i])) {
      ++i;
      continue;
    }
    const std::size_t end = end_of_name(code, i), next = skip_blanks(code, end);
    const std::size_t body = next < code.size() && code[next] == '(' ? body_of(code, next) : std::string_view::npos;
    const std::string_view name = code.substr(i, end - i);
    const bool statement = name == "if" || name == "while" || name == "for" || name == "switch" || name == "catch";
    i = end;
    if (body == std::string_view::npos || statement) continue;
    const std::size_t close = behind_body(code, body);
    found.push_back({std::string(name), code.substr(body, close - body)});
    i = close;  // what stands in a body is its
  }
  return found;
}

Moves find_moves(const ChangeSet& changes) {
  Moves moves;
  std::vector<Left> vanished, appeared;
  std::size_t bytes = 0, files = 0;
  for (const FileChange& file : changes.files) {
    const bool cpp = stack_of(file, Side::Before) == Stack::Cpp || stack_of(file, Side::After) == Stack::Cpp;
    if (file.is_context() || !cpp) continue;
    bytes += file.before.text.size() + file.after.text.size();
    if (++files > most_files || bytes > most_bytes) return {};
  }
  if (files < 2) return {};
  for (const FileChange& file : changes.files) {
    if (file.is_context() || file.before.text == file.after.text) continue;
    const SideFunctions was = read_side(file, Side::Before), is = read_side(file, Side::After);
    add_left(was, is, vanished);
    add_left(is, was, appeared);
  }
  match(vanished, appeared, moves.moves);
  moves.vanished = only_ones(vanished);
  moves.appeared = only_ones(appeared);
  std::set<std::string> from, to;
  for (const Left& function : vanished) from.insert(function.path);
  for (const Left& function : appeared) to.insert(function.path);
  std::size_t kept = 0;
  for (const FileChange& file : changes.files) {
    const auto keep = [&](Side side, const std::set<std::string>& wanted, std::map<std::string, std::string>& texts) {
      if (!file.path(side) || wanted.count(*file.path(side)) == 0 || kept > most_bytes_kept) return;
      kept += file.image(side).text.size();
      texts.emplace(*file.path(side), file.image(side).text);
    };
    keep(Side::Before, from, moves.before);
    keep(Side::After, to, moves.after);
  }
  return moves;
}

}  // namespace redtag::cpp
