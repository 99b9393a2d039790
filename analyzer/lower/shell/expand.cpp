// Words that the shell makes of one: by braces, and by a separator that stands in a variable.
#include <algorithm>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "lower/shell/scope.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_expanded = 64;  ///< words that the braces of one word stand for

struct Brace {
  std::size_t part = 0, open = 0, close = 0;
  std::vector<std::string> items;
};

/// The first `{a,b}` of a word; a blank item names nothing more than what stands around.
std::optional<Brace> find_brace(const std::vector<Part>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& text = parts[i].text;
    if (parts[i].kind != PartKind::Text || parts[i].quoted) continue;
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
      const std::size_t close = text.find_first_of("{}", open + 1);
      if (close == std::string::npos || text[close] == '{') continue;
      Brace brace{i, open, close, {}};
      for (const std::string_view item : split(std::string_view(text).substr(open + 1, close - open - 1), ','))
        brace.items.emplace_back(item);
      if (brace.items.size() > 1) return brace;
    }
  }
  return std::nullopt;
}

/// The words that the braces of a word stand for; the word itself where it has none.
std::vector<std::vector<Part>> expanded(const std::vector<Part>& parts) {
  std::vector<std::vector<Part>> words{parts};
  for (std::size_t at = 0; at < words.size() && words.size() < most_expanded;) {
    const std::optional<Brace> brace = find_brace(words[at]);
    if (!brace) {
      ++at;
      continue;
    }
    std::vector<std::vector<Part>> made;
    for (const std::string& item : brace->items) {
      if (made.size() + words.size() > most_expanded) break;
      std::vector<Part> word = words[at];
      Part& part = word[brace->part];
      part.text = part.text.substr(0, brace->open) + item + part.text.substr(brace->close + 1);
      part.map.clear();
      made.push_back(std::move(word));
    }
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
    words.insert(words.begin() + static_cast<std::ptrdiff_t>(at), std::make_move_iterator(made.begin()),
                 std::make_move_iterator(made.end()));
  }
  return words;
}

}  // namespace

std::vector<std::vector<Part>> words_in(const Word& word) {
  if (word.source.find('{') != std::string::npos && word.source.find(',') != std::string::npos) {
    std::vector<std::vector<Part>> all = expanded(word.parts);
    if (all.size() > 1) return all;
  }
  std::vector<std::vector<Part>> words{{}};
  for (const Part& part : word.parts) {
    const bool separator = part.kind == PartKind::Variable && part.text == "IFS" && !part.quoted;
    if (!separator) {
      words.back().push_back(part);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.size() > 1 && words.back().empty()) words.pop_back();
  return words;
}

}  // namespace redtag::shell
