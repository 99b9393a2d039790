#include "change/patch_names.h"

#include <algorithm>

#include "base/text.h"

namespace redtag {

namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// What a letter behind a backslash stands for; 0 for none.
char escaped(char letter) {
  constexpr std::string_view letters = "abtnvfr\"\\";
  constexpr std::string_view meanings = "\a\b\t\n\v\f\r\"\\";
  const auto at = letters.find(letter);
  return at == std::string_view::npos ? '\0' : meanings[at];
}

/// Takes what follows a backslash.
std::optional<char> take_escape(std::string_view& text) {
  if (text.size() >= 3 && is_octal(text[0]) && is_octal(text[1]) && is_octal(text[2]) && text[0] <= '3') {
    const int value = (text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0');
    text.remove_prefix(3);
    return static_cast<char>(value);
  }
  const char meaning = text.empty() ? '\0' : escaped(text.front());
  if (meaning == '\0') return std::nullopt;
  text.remove_prefix(1);
  return meaning;
}

}  // namespace

std::optional<std::string> take_quoted(std::string_view& text) {
  if (text.empty() || text.front() != '"') return std::nullopt;
  text.remove_prefix(1);
  std::string name;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return name;
    if (c != '\\') {
      name += c;
      continue;
    }
    const auto meaning = take_escape(text);
    if (!meaning) return std::nullopt;
    name += *meaning;
  }
  return std::nullopt;
}

std::optional<std::string> read_name(std::string_view text) {
  if (!text.starts_with('"')) return text.empty() ? std::nullopt : std::optional(std::string(text));
  auto name = take_quoted(text);
  return text.empty() ? name : std::nullopt;
}

bool NamedFile::seems_missing() const {
  const std::string_view words = trim(remark);
  return null_device() || words.starts_with("1970-01-01 ") || words.starts_with("1969-12-31 ") ||
         words.starts_with("Thu Jan 01 00:00:00 1970") || words.starts_with("Thu Jan  1 00:00:00 1970") ||
         words == "(nonexistent)" || words == "(revision 0)";
}

std::optional<NamedFile> read_named_file(std::string_view text) {
  NamedFile file;
  if (text.starts_with('"')) {
    auto name = take_quoted(text);
    if (!name) return std::nullopt;
    file.name = std::move(*name);
    file.remark = text;
  } else {
    // Behind a tab stands a time stamp, or nothing: git closes a name with blanks by a tab. Names with tabs are quoted.
    const std::size_t end = std::min(text.find('\t'), text.size());
    file.name = std::string(text.substr(0, end));
    file.remark = text.substr(end);
  }
  return file.name.empty() ? std::nullopt : std::optional(std::move(file));
}

std::optional<std::string> shared_name(std::string_view before, std::string_view after) {
  if (before == after) return std::string(before);
  // The longest run of whole components that both end in, something else before it on both sides.
  const auto differ = std::mismatch(before.rbegin(), before.rend(), after.rbegin(), after.rend());
  const auto common = static_cast<std::size_t>(differ.first - before.rbegin());
  const std::string_view tail = before.substr(before.size() - common);
  const std::size_t slash = tail.find('/');
  if (slash == std::string_view::npos || slash + 1 == tail.size()) return std::nullopt;
  return std::string(tail.substr(slash + 1));
}

namespace {

/// The halves of a line that starts or ends with a quoted name.
std::optional<std::pair<std::string, std::string>> quoted_halves(std::string_view text) {
  std::string before;
  if (text.starts_with('"')) {
    auto name = take_quoted(text);
    if (!name || !text.starts_with(' ')) return std::nullopt;
    before = std::move(*name);
    text.remove_prefix(1);
  } else {
    const std::size_t quote = text.find(" \"");
    if (quote == std::string_view::npos) return std::nullopt;
    before = std::string(text.substr(0, quote));
    text.remove_prefix(quote + 1);
  }
  auto after = read_name(text);
  if (!after) return std::nullopt;
  return std::pair(std::move(before), std::move(*after));
}

/// Two names of the same length that differ in their first component at most.
bool same_behind_first_component(std::string_view before, std::string_view after) {
  if (before == after) return true;
  const std::size_t slash = before.find('/');
  return slash != std::string_view::npos && slash == after.find('/') && slash + 1 < before.size() &&
         before.substr(slash) == after.substr(slash);
}

}  // namespace

std::optional<std::string> shared_git_name(std::string_view text) {
  if (text.starts_with('"') || text.ends_with('"')) {
    const auto halves = quoted_halves(text);
    return halves ? shared_name(halves->first, halves->second) : std::nullopt;
  }
  // Prefixes are nearly always of the same length, and then only the middle can be the border, whatever the name holds.
  const std::size_t middle = text.size() / 2;
  if (text.size() % 2 == 1 && text[middle] == ' ' &&
      same_behind_first_component(text.substr(0, middle), text.substr(middle + 1))) {
    return shared_name(text.substr(0, middle), text.substr(middle + 1));
  }
  // Prefixes of different lengths: the border is elsewhere, and must be the only blank.
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos || text.find(' ', blank + 1) != std::string_view::npos) return std::nullopt;
  return shared_name(text.substr(0, blank), text.substr(blank + 1));
}

std::string_view without_prefix(std::string_view name, Side side) {
  const std::string_view prefixes = side == Side::Before ? "acio1" : "bwic2";
  const bool has = name.size() > 2 && name[1] == '/' && prefixes.find(name[0]) != std::string_view::npos;
  return has ? name.substr(2) : name;
}

bool means_path(std::string_view name, std::string_view path) {
  return name.ends_with(path) && (name.size() == path.size() || name[name.size() - path.size() - 1] == '/');
}

std::optional<Path> tree_path(std::string_view name) {
  while (name.starts_with('/') || name.starts_with("./")) name.remove_prefix(name.starts_with('/') ? 1 : 2);
  if (name.empty() || name.find('\0') != std::string_view::npos) return std::nullopt;
  for (const std::string_view component : split(name, '/')) {
    if (component.empty() || component == "." || component == "..") return std::nullopt;
  }
  return Path(name);
}

}  // namespace redtag
