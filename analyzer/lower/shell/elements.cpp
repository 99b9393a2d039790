// What a script keeps in order: the elements of its arrays, the arguments that `set --` gives it, and those that a shell is told
// behind its text (`sh -c 'rm -rf "$1"' _ /srv/x`).
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "lower/shell/scope.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_elements = 64;
constexpr unsigned deepest_array = 4;  ///< arrays made of arrays
constexpr std::size_t most_readings = 8;

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `[@]`, `[*]:1`: what stands behind the subscript; nullopt for one element.
std::optional<std::string_view> behind_all(const Part& part) {
  if (part.kind != PartKind::Variable || part.operand.empty()) return std::nullopt;
  const std::string_view text = part.operand.front().text;
  return text.starts_with("[@]") || text.starts_with("[*]") ? std::optional(text.substr(3)) : std::nullopt;
}

/// `:1`, `:1:2` of a list.
std::optional<std::pair<std::size_t, std::size_t>> slice(std::string_view text, std::size_t size) {
  if (text.empty()) return std::pair{std::size_t{0}, size};
  if (text[0] != ':') return std::nullopt;
  const std::size_t colon = text.find(':', 1);
  const auto from = number(trim(text.substr(1, colon == std::string_view::npos ? colon : colon - 1)));
  if (!from) return std::nullopt;
  if (colon == std::string_view::npos) return std::pair{std::min(*from, size), size};
  const auto count = number(trim(text.substr(colon + 1)));
  if (!count) return std::nullopt;
  return std::pair{std::min(*from, size), std::min(std::min(*from, size) + *count, size)};
}

Reading hole_of(std::string text, Hole hole, bool quoted) {
  Piece piece;
  piece.text = std::move(text);
  piece.hole = hole;
  piece.quoted = quoted;
  return {std::move(piece)};
}

}  // namespace

std::string Scope::position_name(std::string_view position, BlockId function) {
  return std::string(position) + "@" + std::to_string(function.value);
}

void Scope::collect_positions(std::size_t index) {
  const Command& command = script_.commands[index];
  if (command.words.size() < 3 || command.words[1].source != "--") return;
  const BlockId function = procedure_of(script_, command.block);
  const std::span<const Word> given = std::span(command.words).subspan(2);
  Source all{index, function, nullptr, nullptr, Hole::Several, given, true, false};
  add_source(position_name("@", function), all);
  for (std::size_t i = 0; i < given.size() && i < 9; ++i)
    add_source(position_name(std::to_string(i + 1), function),
               Source{index, function, &given[i].parts, nullptr, Hole::None, {}, false, false});
}

/// The elements that an array surely or possibly has at a command. nullopt where a part of it is made when the script runs.
std::optional<std::vector<Scope::Element>> Scope::elements_of(const std::string& name, std::size_t command) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second.size() > most_elements) return std::nullopt;
  const BlockId function = procedure_of(script_, script_.commands[command].block);
  std::vector<Element> elements;
  bool any = false;
  for (const std::size_t index : found->second) {
    const Source& source = sources_[index];
    if (source.command >= command || (source.owner.value != 0 && !within(script_, function, source.owner))) continue;
    if (!source.array) return std::nullopt;
    if (!source.appended) elements.clear();
    any = true;
    for (const Word& word : source.elements) elements.push_back({&word, source.command});
    if (elements.size() > most_elements) return std::nullopt;
  }
  return any ? std::optional(std::move(elements)) : std::nullopt;
}

/// The elements that `"${a[@]}"`, `${a[*]:1}`, `"$@"` stand for.
std::optional<std::vector<Scope::Element>> Scope::selected(const std::vector<Part>& parts, std::size_t command) const {
  if (parts.size() != 1 || parts.front().kind != PartKind::Variable) return std::nullopt;
  const Part& part = parts.front();
  const bool positions = part.expand == Expand::Plain && (part.text == "@" || part.text == "*");
  const auto rest = positions ? std::optional<std::string_view>("") : behind_all(part);
  if (positions) {
    for (BlockId at = script_.commands[command].block; at.value != 0; at = script_.blocks[at.value].parent) {
      const Block& block = script_.blocks[at.value];
      if (block.kind == BlockKind::Function) break;
      if (!block.given) continue;
      const Block::Given& given = *block.given;
      if (given.fed || given.first + 1 >= given.last) break;
      std::vector<Element> told;
      for (std::size_t i = given.first + 1; i < given.last && told.size() < most_elements; ++i)
        told.push_back({&script_.commands[given.command].words[i], given.command});
      return told;
    }
  }
  if (!rest || (positions && calls_.count("shift") > 0)) return std::nullopt;
  const BlockId function = procedure_of(script_, script_.commands[command].block);
  auto all = elements_of(positions ? position_name("@", function) : part.text, command);
  const auto range = all ? slice(*rest, all->size()) : std::nullopt;
  if (!range) return std::nullopt;
  return std::vector<Element>(all->begin() + static_cast<std::ptrdiff_t>(range->first),
                              all->begin() + static_cast<std::ptrdiff_t>(range->second));
}

bool Scope::add_elements(const Word& word, const std::vector<Part>& parts, std::size_t index, unsigned depth,
                         std::vector<Argument>& arguments) const {
  const auto elements = selected(parts, index);
  if (!elements || depth >= deepest_array) return false;
  for (const Element& element : *elements) {
    if (arguments.size() > most_elements * 2) return true;
    if (add_elements(word, element.word->parts, element.command, depth + 1, arguments)) continue;
    add_arguments(word, element.word->parts, element.command, arguments);
  }
  return true;
}

/// `${a[0]}`, `${m[key]}`, and `${a[*]}` as a part of a text.
std::optional<std::vector<Reading>> Scope::read_element(const Part& part, Use use) const {
  if (part.operand.empty() || !part.operand.front().text.starts_with('[')) return std::nullopt;
  const std::optional<std::vector<Element>> whole = selected({part}, use.command);
  if (whole) {
    Reading joined;
    for (const Element& element : *whole) {
      const std::vector<Reading> readings = read_parts(element.word->parts, {element.command, use.depth + 1});
      if (readings.size() != 1 || joined.size() > most_elements) return std::nullopt;
      if (!joined.empty()) joined.push_back({" ", Hole::None, part.quoted, false, false, false});
      joined.insert(joined.end(), readings.front().begin(), readings.front().end());
    }
    return std::vector<Reading>{std::move(joined)};
  }
  const std::string_view operand = part.operand.front().text;
  if (!operand.ends_with(']') || operand.size() < 3) return std::nullopt;
  std::string_view key = operand.substr(1, operand.size() - 2);
  const auto elements = elements_of(part.text, use.command);
  if (!elements) return std::nullopt;
  if (const auto at = number(key); at && *at < elements->size() && !(*elements)[*at].word->source.starts_with('[')) {
    const Element& element = (*elements)[*at];
    return read_parts(element.word->parts, {element.command, use.depth + 1});
  }
  const std::string sought = "[" + std::string(key) + "]=";
  for (const Element& element : *elements) {
    if (!element.word->source.starts_with(sought)) continue;
    std::vector<Reading> readings = read_parts(element.word->parts, {element.command, use.depth + 1});
    for (Reading& reading : readings) {
      if (reading.empty() || !reading.front().text.starts_with(sought)) return std::nullopt;
      reading.front().text.erase(0, sought.size());
    }
    return readings;
  }
  return std::nullopt;
}

/// An argument that a shell is told behind its text. What find or xargs put in its place is there, whatever it is.
std::optional<std::vector<Reading>> Scope::read_given(const Part& part, Use use) const {
  for (BlockId at = script_.commands[use.command].block; at.value != 0; at = script_.blocks[at.value].parent) {
    const Block& block = script_.blocks[at.value];
    if (block.kind == BlockKind::Function) return std::nullopt;
    if (!block.given) continue;
    const Block::Given& given = *block.given;
    const bool one = part.text.size() == 1 && part.text[0] >= '0' && part.text[0] <= '9';
    const std::size_t index = one ? given.first + static_cast<std::size_t>(part.text[0] - '0') : given.first + 1;
    const std::vector<Word>& words = script_.commands[given.command].words;
    if (!given.fed && given.first == given.last) return std::nullopt;
    if (index < given.last && words[index].source != "{}" && (one || index + 1 == given.last) &&
        use.depth < most_readings)
      return read_parts(words[index].parts, {given.command, use.depth + 4});
    if (given.fed) return std::vector<Reading>{hole_of("$" + part.text, Hole::Item, part.quoted)};
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace redtag::shell
