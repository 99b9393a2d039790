#include "lower/shell/line.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace redtag::shell {

bool LineView::has(std::string_view option) const {
  const auto is_cluster = [](std::string_view word) {
    return word.size() > 2 && word.size() < 10 && word[0] == '-' &&
           std::all_of(
               word.begin() + 1, word.end(),
               [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
  };
  for (std::size_t i = first(); i < last(); ++i) {
    const std::string_view word = text(i);
    if (word == "--") return false;
    if (word == option) return true;
    if (word.starts_with(option) && word.size() > option.size() && word[option.size()] == '=') {
      const std::string_view value = word.substr(option.size() + 1);  // `--dry-run=none` asks for none
      if (value != "false" && value != "none" && value != "no" && value != "off") return true;
    }
    const bool letter = option.size() == 2 && option[0] == '-' && option[1] != '-';
    if (letter && is_cluster(word) && word.find(option[1]) != std::string_view::npos) return true;
  }
  return false;
}

bool LineView::has_any(std::initializer_list<std::string_view> options) const {
  return std::any_of(options.begin(), options.end(), [&](std::string_view option) { return has(option); });
}

bool LineView::has_word(std::string_view word) const {
  for (std::size_t i = first(); i < last(); ++i) {
    if (text(i) == word) return true;
  }
  return false;
}

std::size_t LineView::value_of(std::string_view option) const {
  for (std::size_t i = first(); i < last(); ++i) {
    const std::string_view word = text(i);
    if (word == option) return i + 1 < last() ? i + 1 : npos;
    if (word.starts_with(option) && word.size() > option.size() && (word[option.size()] == '=' || option[1] != '-'))
      return i;
  }
  return npos;
}

std::vector<std::size_t> LineView::operands(std::string_view valued) const {
  std::vector<std::size_t> found;
  const std::vector<std::string_view> takes = split(valued, ' ');
  bool options = true;
  for (std::size_t i = first(); i < last(); ++i) {
    const std::string_view word = text(i);
    if (options && word == "--") {
      options = false;
    } else if (options && word.size() > 1 && word[0] == '-') {
      if (std::find(takes.begin(), takes.end(), word) != takes.end()) ++i;
    } else {
      found.push_back(i);
    }
  }
  return found;
}

namespace {

/// `${x:?say which}` names what `${x}` names; that it has to be there is a guard and no other aim.
std::string without_demands(const std::string& source) {
  std::string out;
  std::size_t at = 0;
  for (std::size_t open = source.find("${"); open != std::string::npos; open = source.find("${", at)) {
    std::size_t name = open + 2;
    while (name < source.size() && (std::isalnum(static_cast<unsigned char>(source[name])) != 0 || source[name] == '_'))
      ++name;
    const std::size_t close = source.find('}', name);
    const bool demands = source.compare(name, 2, ":?") == 0 || source.compare(name, 1, "?") == 0;
    const std::size_t end = demands && close != std::string::npos ? name : name + 1;
    out.append(source, at, end - at);
    at = demands && close != std::string::npos ? close : std::min(end, source.size());
  }
  return out + source.substr(std::min(at, source.size()));
}

}  // namespace

Value value_of(const std::vector<Reading>& readings, const std::string& source, Region region) {
  const std::optional<std::string> text = known_text(readings.front());
  if (readings.size() == 1 && text) {
    Value value = known_string(*text, region);
    for (const Piece& piece : readings.front()) {
      if (piece.defaulted) value.presence = Presence::Defaulted;
    }
    return value;
  }
  if (readings.size() > 1) {  // a loop over known names: a set, so that one more or less is seen
    Value set = known_string("", region);
    set.shape = Shape::Set;
    set.text.clear();
    for (const Reading& reading : readings) {
      const std::optional<std::string> one = known_text(reading);
      if (!one) break;
      set.items.push_back(known_string(*one, region));
    }
    if (set.items.size() == readings.size()) return set;
  }
  std::string reason(readings.size() > 1 ? hole_name(Hole::Several) : std::string_view());
  for (const Piece& piece : readings.front()) {
    if (reason.empty() && piece.hole != Hole::None) reason = std::string(hole_name(piece.hole));
  }
  // How a word is quoted changes nothing of what it means, as long as it names the same expansions.
  std::string written = without_demands(source);
  std::erase_if(written, [](char c) { return c == '"' || c == '\'' || c == '{' || c == '}'; });
  return unknown_value(std::move(written), std::move(reason), region);
}

Value value_of(const Argument& argument) {
  return value_of(argument.readings, argument.word->source, argument.word->region);
}

}  // namespace redtag::shell
