// Texts in which commands stand in another form: tables of jobs, and the list that a remote agent is told.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/reader.h"

namespace redtag::shell {

/// What stands in front of the command in each line of a table of jobs: five fields, or a word such as `@daily`.
void drop_times(std::string& text, std::vector<std::uint32_t>& map) {
  std::string kept;
  std::vector<std::uint32_t> places;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::size_t from = at;
    const auto skip_blanks = [&] {
      while (from < end && (text[from] == ' ' || text[from] == '\t')) ++from;
    };
    skip_blanks();
    const bool named = from < end && text[from] == '@';
    for (int field = 0; field < (named ? 1 : 5); ++field) {
      while (from < end && text[from] != ' ' && text[from] != '\t') ++from;
      skip_blanks();
    }
    kept.append(text, from, std::min(end + 1, text.size()) - from);
    places.insert(places.end(), map.begin() + static_cast<std::ptrdiff_t>(from),
                  map.begin() + static_cast<std::ptrdiff_t>(std::min(end + 1, text.size())));
    at = end + 1;
  }
  text = std::move(kept);
  map = std::move(places);
}

namespace {

/// A text that is made of another, byte for byte.
struct Kept {
  const std::string& from;
  const std::vector<std::uint32_t>& places;
  std::string text;
  std::vector<std::uint32_t> map;

  void add(std::size_t at, char c) {
    text += c;
    map.push_back(places[at]);
  }
};

/// One JSON string that begins at its quote. Index behind it.
std::size_t keep_string(Kept& kept, std::size_t at) {
  for (++at; at < kept.from.size() && kept.from[at] != '"'; ++at) {
    const bool escaped = kept.from[at] == '\\' && at + 1 < kept.from.size();
    if (!escaped) {
      kept.add(at, kept.from[at]);
      continue;
    }
    ++at;
    const char c = kept.from[at];
    kept.add(at, c == 'n' ? '\n' : c == 't' ? '\t' : c);
  }
  return at + 1;
}

}  // namespace

void keep_commands(std::string& text, std::vector<std::uint32_t>& map) {
  Kept kept{text, map, {}, {}};
  std::size_t at = text.find("command");  // `commands` of the documents that run scripts, `command` of a session
  if (at == std::string::npos) at = text.size();
  at = std::min(text.find_first_of("=:", at), text.size());
  if (at < text.size()) at = std::min(text.find_first_not_of(" \t\n", at + 1), text.size());
  if (at < text.size() && text[at] == '[') {
    while (at < text.size() && text[at] != ']') {
      if (text[at] != '"') {
        ++at;
        continue;
      }
      const std::size_t begin = at;
      at = keep_string(kept, at);
      kept.add(begin, '\n');
    }
  } else if (at < text.size() && text[at] == '"') {
    (void)keep_string(kept, at);
  } else {
    for (; at < text.size(); ++at) kept.add(at, text[at]);
  }
  text = std::move(kept.text);
  map = std::move(kept.map);
}

}  // namespace redtag::shell
