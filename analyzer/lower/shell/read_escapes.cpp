// Lines of other programs' languages that end in a shell: `!cmd` of editors, `shell cmd` of debuggers, `spawn cmd` of expect, `1e cmd` of
// sed, recipes of a Makefile that comes in.
#include <array>
#include <optional>

#include "base/text.h"
#include "lower/shell/reader.h"

namespace redtag::shell {

namespace {

/// Where the shell's part of a line begins; nullopt for a line that stays with its program.
std::optional<std::size_t> behind_escape(std::string_view line) {
  std::size_t at = 0;
  const auto skip = [&](std::string_view bytes) { at = std::min(line.find_first_not_of(bytes, at), line.size()); };
  skip(" \t:");
  skip("0123456789,$%.+-");  // the lines that an editor's command is for
  if (at < line.size() && line[at] == '!') return at + 1;
  const std::string_view rest = line.substr(at);
  static constexpr std::array<std::string_view, 9> words{
      "shell ", "exec ", "spawn ", "spawn -noecho ", "system ", "silent !", "sil !", "silent! !", "e "};
  std::optional<std::size_t> found;
  for (const std::string_view word : words) {
    if (rest.starts_with(word)) found = at + word.size();
  }
  if (found) return found;
  for (const std::string_view word : {"r !", "r!", "w !", "w!!", "read !", "read!", "write !"}) {
    if (rest.starts_with(word)) return at + word.size();
  }
  // `call system('…')`
  const std::size_t call = rest.find("system(");
  if (call == std::string_view::npos || call + 8 >= rest.size()) return std::nullopt;
  return at + call + 8;
}

struct Kept {
  std::string text;
  std::vector<std::uint32_t> map;
};

/// Keeps a part of each line, which `begin_of` names.
template <class BeginOf>
void keep_lines(std::string& text, std::vector<std::uint32_t>& map, BeginOf begin_of) {
  Kept kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::optional<std::size_t> begin = begin_of(std::string_view(text).substr(at, end - at));
    for (std::size_t i = at + begin.value_or(end - at); i < end; ++i) {
      kept.text += text[i];
      kept.map.push_back(map[i]);
    }
    if (begin) {
      kept.text += '\n';
      kept.map.push_back(map[std::min(end, map.size() - 1)]);
    }
    at = end + 1;
  }
  text = std::move(kept.text);
  map = std::move(kept.map);
}

}  // namespace

void keep_escapes(std::string& text, std::vector<std::uint32_t>& map) {
  keep_lines(text, map, behind_escape);
  // The quote that closes a call is nobody's.
  while (text.ends_with('\n')) text.pop_back();
  if (text.ends_with("')") || text.ends_with("\")")) text.resize(text.size() - 2);
  map.resize(text.size());
}

void keep_recipes(std::string& text, std::vector<std::uint32_t>& map) {
  keep_lines(text, map, [](std::string_view line) -> std::optional<std::size_t> {
    if (!line.starts_with('\t')) return std::nullopt;
    const std::size_t begin = line.find_first_not_of("\t @-+");
    return begin == std::string_view::npos ? std::nullopt : std::optional(begin);
  });
}

}  // namespace redtag::shell
