#include "gate/pattern.h"

#include <bitset>
#include <cctype>
#include <string>
#include <vector>

namespace redtag {
namespace {

constexpr std::size_t most_bytes = 1024;

enum class Kind : std::uint8_t { One, Star, Any, Folders, Below };

struct Token {
  Kind kind = Kind::One;
  std::bitset<256> set;  ///< One: the bytes that it takes
};

std::bitset<256> any_but_slash() {
  std::bitset<256> set;
  set.set();
  set.reset('/');
  return set;
}

bool in_named_class(std::string_view name, int c) {
  if (name == "alpha") return std::isalpha(c) != 0;
  if (name == "digit") return std::isdigit(c) != 0;
  if (name == "alnum") return std::isalnum(c) != 0;
  if (name == "upper") return std::isupper(c) != 0;
  if (name == "lower") return std::islower(c) != 0;
  if (name == "space") return std::isspace(c) != 0;
  if (name == "punct") return std::ispunct(c) != 0;
  if (name == "xdigit") return std::isxdigit(c) != 0;
  return false;
}

/// Reads `[…]` at `at` into a token, and moves behind it; false where it has no end, and matches nothing.
bool read_class(std::string_view pattern, std::size_t& at, Token& token) {
  std::size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  std::bitset<256> set;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    if (pattern.substr(i).starts_with("[:")) {
      const std::size_t end = pattern.find(":]", i + 2);
      if (end == std::string_view::npos) return false;
      for (int c = 0; c < 128; ++c) {
        if (in_named_class(pattern.substr(i + 2, end - i - 2), c)) set.set(static_cast<std::size_t>(c));
      }
      i = end + 2;
      continue;
    }
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const auto from = static_cast<unsigned char>(pattern[i++]);
    unsigned char to = from;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      i += pattern[i + 1] == '\\' && i + 2 < pattern.size() ? 2 : 1;
      to = static_cast<unsigned char>(pattern[i++]);
    }
    for (unsigned c = from; c <= to; ++c) set.set(c);
  }
  if (i >= pattern.size()) return false;
  at = i + 1;
  token.set = (negated ? ~set : set) & any_but_slash();
  return true;
}

std::vector<Token> tokens_of(std::string_view pattern) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < pattern.size();) {
    Token token;
    const bool begins = i == 0 || pattern[i - 1] == '/';
    if (pattern[i] == '*') {
      std::size_t end = i;
      while (end < pattern.size() && pattern[end] == '*') ++end;
      token.kind = Kind::Star;
      if (end - i == 2 && begins && end < pattern.size() && pattern[end] == '/') {
        token.kind = Kind::Folders;
        ++end;
      } else if (end - i == 2 && begins && end == pattern.size()) {
        token.kind = Kind::Below;
      } else if (end - i > 1 && (end == pattern.size() || pattern[end] == '/')) {
        token.kind = Kind::Any;  // releases of git differ here: the wider reading misses nothing
      }
      i = end;
    } else if (pattern[i] == '?') {
      token.set = any_but_slash();
      ++i;
    } else if (pattern[i] == '[') {
      if (!read_class(pattern, i, token)) i = pattern.size();  // no end: it takes no byte at all
    } else {
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      token.set.set(static_cast<unsigned char>(pattern[i++]));
    }
    tokens.push_back(token);
  }
  return tokens;
}

}  // namespace

bool git_pattern_matches(std::string_view pattern, std::string_view path) {
  if (pattern.size() > most_bytes) return true;
  // reached[t]: all tokens so far can have taken the first t bytes.
  std::vector<bool> reached(path.size() + 1, false);
  reached[0] = true;
  for (const Token& token : tokens_of(pattern)) {
    std::vector<bool> next(path.size() + 1, false);
    bool open = false;
    for (std::size_t t = 0; t <= path.size(); ++t) {
      switch (token.kind) {
        case Kind::One:
          if (t > 0 && reached[t - 1] && token.set.test(static_cast<unsigned char>(path[t - 1]))) next[t] = true;
          break;
        case Kind::Star:
          open = reached[t] || (open && path[t - 1] != '/');
          next[t] = open;
          break;
        case Kind::Any:
          open = open || reached[t];
          next[t] = open;
          break;
        case Kind::Folders:
          if (reached[t] || (open && path[t - 1] == '/')) next[t] = true;
          open = open || reached[t];
          break;
        case Kind::Below:
          next[t] = open;
          open = open || reached[t];
          break;
      }
    }
    reached = std::move(next);
  }
  return reached[path.size()];
}

bool attributes_pattern_covers(std::string_view pattern, std::string_view path) {
  if (pattern.empty() || pattern.ends_with('/')) return false;
  if (pattern.find('/') == std::string_view::npos) {
    const std::size_t slash = path.rfind('/');
    return git_pattern_matches(pattern, slash == std::string_view::npos ? path : path.substr(slash + 1));
  }
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  return git_pattern_matches(pattern, path);
}

bool owners_pattern_covers(std::string_view pattern, std::string_view path) {
  const bool folder = pattern.ends_with('/');
  std::string wanted(folder ? pattern.substr(0, pattern.size() - 1) : pattern);
  const bool anchored = wanted.find('/') != std::string::npos;
  if (wanted.starts_with('/')) wanted.erase(0, 1);
  if (wanted.empty() || wanted == "*" || wanted == "**") return true;
  if (!anchored) wanted = "**/" + wanted;
  if (git_pattern_matches(wanted + "/**", path) && (folder || !wanted.ends_with('*'))) return true;
  return !folder && git_pattern_matches(wanted, path);
}

}  // namespace redtag
