#include "lower/shell/scope.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "lower/shell/strip.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_readings = 8;
constexpr std::size_t most_sources = 32;   ///< a variable set more often before its use is not followed
constexpr std::size_t most_visible = 512;  ///< … nor looked at, if set this often anywhere
constexpr std::size_t most_pieces = 64;    ///< a value is made of
constexpr std::size_t most_text = 8192;    ///< longer literals are no operands
constexpr unsigned deepest_value = 12;

/// Variables that shells, systems and build hosts always set, and those of which nobody knows.
Hole hole_of_variable(std::string_view name) {
  if (is_listed(List::LocationVariable, name)) return Hole::Location;
  if (is_listed(List::TemporaryVariable, name)) return Hole::Temporary;
  return is_listed(List::ItemVariable, name) ? Hole::Item : Hole::Environment;
}

Reading one_hole(std::string text, Hole hole, bool quoted, bool maybe_empty) {
  Piece piece;
  piece.text = std::move(text);
  piece.hole = hole;
  piece.quoted = quoted;
  piece.maybe_empty = maybe_empty;
  return {std::move(piece)};
}

Piece known_piece(std::string_view text) {
  Piece piece;
  piece.text = std::string(text);
  return piece;
}

bool is_position(const std::string& name) {
  return !name.empty() && ((name[0] >= '0' && name[0] <= '9') || name == "@" || name == "*") && name != "0";
}

std::string written(const Part& part) {
  switch (part.kind) {
    case PartKind::Text: return part.text;
    case PartKind::Variable: return "$" + part.text;
    case PartKind::Output: return "$(" + part.text + ")";
    case PartKind::Number: return "$" + part.text;
  }
  return part.text;
}

void append(Reading& to, const Reading& from) { to.insert(to.end(), from.begin(), from.end()); }

bool nothing(const Reading& reading) {
  return std::all_of(reading.begin(), reading.end(),
                     [](const Piece& p) { return p.hole == Hole::None && p.text.empty(); });
}

void set_quoted(std::vector<Reading>& readings, bool quoted) {
  for (Reading& reading : readings) {
    for (Piece& piece : reading) piece.quoted = quoted;
  }
}

/// Tells of a place, but prints nothing where that is not there: `readlink -e X`, `cd X 2>/dev/null && pwd`. Where the script itself lies
/// there is always something.
bool may_tell_nothing(std::string_view source) {
  for (const std::string_view own : {"$0", "${0", "BASH_SOURCE", "dirname", "PWD"}) {
    if (source.find(own) != std::string_view::npos) return false;
  }
  const std::string_view first = base_name(source.substr(0, source.find_first_of(" \t")));
  const bool silenced = source.find("2>/dev/null") != std::string_view::npos ||
                        source.find("&>/dev/null") != std::string_view::npos ||
                        source.find("2> /dev/null") != std::string_view::npos;
  if (first == "cd") return silenced;
  if (first != "readlink" && first != "realpath") return false;
  for (const std::string_view word : split(source, ' ')) {
    const bool cluster = word.size() > 1 && word[0] == '-' && word[1] != '-';
    if (word == "--canonicalize-existing" || (cluster && word.find('e') != std::string_view::npos)) return true;
    const bool missing = cluster && word.find_first_of("fm") != std::string_view::npos;
    if (missing || word.starts_with("--canonicalize")) return silenced;
  }
  return silenced || first == "readlink";
}

/// `failing` says whether the script goes on where the command fails.
Reading read_output(const Part& part, OnFailure failing) {
  std::string_view source = trim(part.text);
  if (const auto text = printed_text(source)) {
    Piece piece;
    piece.text = *text;
    piece.quoted = part.quoted;
    return {std::move(piece)};
  }
  for (const std::string_view finder : {"which ", "command -v ", "type -P ", "type -p "}) {
    const std::string_view found = source.starts_with(finder) ? trim(source.substr(finder.size())) : std::string_view();
    if (!found.empty() && found.find_first_of(" $`|;&<>(){}*?\"'\\\n\x01\x02") == std::string_view::npos) {
      Piece piece = known_piece(found);
      piece.quoted = part.quoted;
      return {std::move(piece)};
    }
  }
  if (source.starts_with("cd ") && source.find("pwd") == std::string_view::npos) source = {};
  const std::string_view first = base_name(source.substr(0, source.find_first_of(" \t\n;&|)")));
  Hole hole = Hole::Output;
  if (first == "mktemp") hole = Hole::Temporary;
  if (is_listed(List::Teller, first)) hole = Hole::Location;
  if (source.starts_with("git rev-parse --show-toplevel")) hole = Hole::Location;
  if (hole == Hole::Location && failing == OnFailure::GoesOn && may_tell_nothing(source)) hole = Hole::Output;
  return one_hole(written(part), hole, part.quoted, hole == Hole::Output);
}

}  // namespace

std::string_view hole_name(Hole hole) {
  switch (hole) {
    case Hole::None: return "";
    case Hole::Environment: return "a variable that this script never sets";
    case Hole::Argument: return "an argument";
    case Hole::Output: return "what another command prints";
    case Hole::Temporary: return "a temporary file or directory";
    case Hole::Location: return "the place where it runs";
    case Hole::Item: return "an element of a loop";
    case Hole::Input: return "what is read from input";
    case Hole::Indirect: return "a variable whose name is made when it runs";
    case Hole::Several: return "one of several values";
  }
  return "";
}

std::string text_of(const Reading& reading) {
  std::string text;
  for (const Piece& piece : reading) text += piece.text;
  return text;
}

std::optional<std::string> known_text(const Reading& reading) {
  for (const Piece& piece : reading) {
    if (piece.hole != Hole::None) return std::nullopt;
  }
  return text_of(reading);
}

std::vector<Reading> Scope::read(const Word& word, std::size_t command) const {
  return read_parts(word.parts, {command, 0});
}

std::vector<Reading> Scope::read_parts(const std::vector<Part>& parts, Use use) const {
  std::vector<Reading> whole{Reading{}};
  for (const Part& part : parts) {
    std::vector<Reading> pieces = read_part(part, use);
    if (std::any_of(whole.begin(), whole.end(), [](const Reading& r) { return r.size() > most_pieces; })) return whole;
    if (pieces.size() * whole.size() > most_readings) {
      const bool empty = std::any_of(pieces.begin(), pieces.end(), [](const Reading& r) {
        return std::all_of(r.begin(), r.end(), [](const Piece& p) { return p.maybe_empty || p.text.empty(); });
      });
      pieces.assign(1, one_hole(written(part), Hole::Several, part.quoted, empty));
    }
    std::vector<Reading> longer;
    for (const Reading& begun : whole) {
      for (const Reading& piece : pieces) {
        longer.push_back(begun);
        append(longer.back(), piece);
      }
    }
    whole = std::move(longer);
  }
  return whole;
}

std::vector<Reading> Scope::read_part(const Part& part, Use use) const {
  switch (part.kind) {
    case PartKind::Text: {
      if (part.text.size() > most_text) return {one_hole("…", Hole::Several, part.quoted, false)};
      Piece piece;
      piece.text = part.text;
      piece.quoted = part.quoted;
      piece.glob = part.glob;
      return {{std::move(piece)}};
    }
    case PartKind::Variable: return read_variable(part, use);
    case PartKind::Output:
      return {read_output(part, stops_on_error(use.command) ? OnFailure::Stops : OnFailure::GoesOn)};
    case PartKind::Number: return {one_hole(written(part), Hole::Item, part.quoted, false)};
  }
  return {Reading{}};
}

namespace {

bool is_variable_name(std::string_view text) {
  return !text.empty() && text.size() < 256 && (text[0] < '0' || text[0] > '9') &&
         std::all_of(
             text.begin(), text.end(),
             [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
             });
}

/// Values that whoever calls may set otherwise.
std::vector<Reading> as_defaults(std::vector<Reading> readings) {
  for (Reading& reading : readings) {
    for (Piece& piece : reading) piece.defaulted = true;
  }
  return readings;
}

/// `${x%.*}` of values that are known. False where it is an operator that is not followed, or a value that is not known.
bool transform(const Part& part, std::vector<Reading>& readings) {
  if (part.operand.empty()) return false;
  std::vector<Reading> made;
  for (const Reading& reading : readings) {
    const std::optional<std::string> value = known_text(reading);
    const auto text = value ? transformed(*value, part.operand.front().text) : std::nullopt;
    if (!text) return false;
    Reading one{known_piece(*text)};
    one.front().defaulted = std::any_of(reading.begin(), reading.end(), [](const Piece& p) { return p.defaulted; });
    made.push_back(std::move(one));
  }
  readings = std::move(made);
  return true;
}

}  // namespace

/// `${!x}`: the variable that x names, where that is known.
std::vector<Reading> Scope::read_indirect(const Part& part, const std::vector<Reading>& names, Use use) const {
  const std::optional<std::string> name = names.size() == 1 ? known_text(names.front()) : std::nullopt;
  if (name && is_variable_name(*name) && use.depth < deepest_value) {
    Part meant = part;
    meant.text = *name;
    meant.expand = Expand::Plain;
    return read_variable(meant, {use.command, use.depth + 1});
  }
  return {one_hole("${!" + part.text + "}", Hole::Indirect, part.quoted, true)};
}

std::vector<Reading> Scope::read_variable(const Part& part, Use use) const {
  bool found = false;
  std::vector<Reading> readings;
  const bool position = is_position(part.text);
  if (use.depth < deepest_value) {
    if (position || part.text == "0") {
      auto given = read_given(part, use);
      found = given.has_value();
      if (given) readings = std::move(*given);
    }
    if (position && !found && calls_.count("shift") == 0)
      readings = read_sources(position_name(part.text, procedure_of(script_, script_.commands[use.command].block)), use,
                              found);
    if (!position && !found) readings = read_sources(part.text, use, found);
    if (const auto element = part.expand == Expand::Transform ? read_element(part, use) : std::nullopt) {
      readings = *element;
      set_quoted(readings, part.quoted);
      return readings;
    }
  }
  if (!found) {
    if (position) {
      readings = read_argument(part, use);
      const bool unknown = readings.size() == 1 && readings[0].size() == 1 && readings[0][0].hole == Hole::Argument;
      if (unknown && part.expand == Expand::Default && !part.operand.empty() && use.depth < deepest_value)
        readings = as_defaults(read_parts(part.operand, {use.command, use.depth + 1}));
    } else {
      const Hole hole = hole_of_variable(part.text);
      const bool maybe = hole == Hole::Environment && !stops_on_unset(use.command);
      readings = {one_hole(written(part), hole, part.quoted, maybe)};
      if ((part.expand == Expand::Default || part.expand == Expand::Assign) && hole == Hole::Environment &&
          use.depth < deepest_value) {
        readings = as_defaults(read_parts(part.operand, {use.command, use.depth + 1}));
      }
    }
  }
  const bool sure = part.expand == Expand::Require || part.expand == Expand::Alternate ||
                    (part.expand == Expand::Default && !part.operand.empty()) || guarded(part.text, use.command) ||
                    (is_position(part.text) && guarded("#", use.command));
  if (part.expand == Expand::Indirect) readings = read_indirect(part, readings, use);
  if (part.expand == Expand::Transform && !transform(part, readings)) {
    const bool temporary = !readings.empty() && !readings[0].empty() && readings[0][0].hole == Hole::Temporary;
    const bool maybe = std::any_of(readings.begin(), readings.end(), [](const Reading& r) {
      return std::any_of(r.begin(), r.end(), [](const Piece& p) { return p.maybe_empty; });
    });
    readings = {one_hole(written(part), temporary ? Hole::Temporary : Hole::Several, part.quoted, maybe && !sure)};
  }
  if (part.expand == Expand::Alternate && use.depth < deepest_value)
    readings = read_parts(part.operand, {use.command, use.depth + 1});
  if (sure) {
    for (Reading& reading : readings) {
      for (Piece& piece : reading) piece.maybe_empty = false;
    }
  }
  set_quoted(readings, part.quoted);
  return readings;
}

std::vector<Reading> Scope::read_argument(const Part& part, Use use) const {
  const std::vector<Reading> unknown{one_hole(written(part), Hole::Argument, part.quoted,
                                              part.text != "@" && part.text != "*" && !stops_on_unset(use.command))};
  const BlockId function = procedure_of(script_, script_.commands[use.command].block);
  const auto calls = calls_.find(script_.blocks[function.value].name);
  if (function.value == 0 || part.text == "@" || part.text == "*" || calls == calls_.end()) return unknown;
  if (calls->second.size() > most_readings || use.depth >= deepest_value) return unknown;
  std::size_t position = part.text.size() == 1 ? static_cast<std::size_t>(part.text[0] - '0') : most_sources;
  const auto shifts = calls_.find("shift");
  for (std::size_t i = 0; shifts != calls_.end() && i < shifts->second.size() && i < most_sources; ++i) {
    const std::size_t at = shifts->second[i];
    if (at < use.command && procedure_of(script_, script_.commands[at].block) == function) ++position;
  }
  std::vector<Reading> readings;
  for (const std::size_t call : calls->second) {
    const std::vector<Word>& words = script_.commands[call].words;
    if (position >= words.size() || within(script_, script_.commands[call].block, function)) return unknown;
    for (Reading& reading : read_parts(words[position].parts, {call, use.depth + deepest_value / 2})) {
      readings.push_back(std::move(reading));
    }
    if (readings.size() > most_readings) return unknown;
  }
  return readings;
}

/// Sources whose value can still be there at `command`: the last sure one before it, what may have changed it since, or all.
std::vector<std::size_t> Scope::reaching(const std::string& name, std::size_t command) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second.size() > most_visible) return {};
  const BlockId block = script_.commands[command].block;
  const BlockId function = procedure_of(script_, block);
  std::vector<std::size_t> visible;
  for (const std::size_t index : found->second) {
    const Source& source = sources_[index];
    if (source.owner.value != 0 && !within(script_, function, source.owner)) continue;
    if (source.owner.value != 0 && !visible.empty() && sources_[visible.front()].owner != source.owner) visible.clear();
    if (!visible.empty() && sources_[visible.front()].owner.value != 0 && source.owner.value == 0) continue;
    visible.push_back(index);
  }
  std::size_t from = 0;
  std::size_t sure = visible.size();
  for (std::size_t i = 0; i < visible.size(); ++i) {
    const Source& source = sources_[visible[i]];
    const bool before = source.command < command || source.values != nullptr;
    if (before && within(script_, block, script_.commands[source.command].block)) sure = i;
  }
  if (sure < visible.size()) from = sure;
  std::vector<std::size_t> result;
  for (std::size_t i = from; i < visible.size(); ++i) {
    const Source& source = sources_[visible[i]];
    // What stands behind the use can only reach it through a loop or a later call: taken only when nothing sure came before.
    if (sure < visible.size() && source.command > command) continue;
    if (source.command == command && source.values == nullptr) continue;
    result.push_back(visible[i]);
  }
  return result;
}

std::vector<Reading> Scope::read_sources(const std::string& name, Use use, bool& found) const {
  const std::vector<std::size_t> indexes = reaching(name, use.command);
  const auto all = by_name_.find(name);
  found = !indexes.empty() || (all != by_name_.end() && all->second.size() > most_visible);
  if (found && indexes.empty()) return {one_hole("$" + name, Hole::Several, false, false)};
  if (indexes.size() > most_sources) return {one_hole("$" + name, Hole::Several, false, false)};
  std::vector<Reading> readings;
  for (const std::size_t index : indexes) {
    for (Reading& reading : read_source(index)) {
      if (!nothing(reading)) readings.push_back(std::move(reading));
    }
    if (readings.size() > most_readings) return {one_hole("$" + name, Hole::Several, false, false)};
  }
  if (found && readings.empty()) readings = {one_hole("$" + name, Hole::Several, false, true)};
  return readings;
}

std::vector<Reading> Scope::read_source(std::size_t index) const {
  const auto known = memo_.find(index);
  if (known != memo_.end()) {
    if (!known->second.empty()) return known->second;
    return {one_hole("…", Hole::Several, false, false)};  // defined through itself
  }
  if (following_ >= deepest_value) return {one_hole("…", Hole::Several, false, false)};
  ++following_;
  memo_[index];
  const Source& source = sources_[index];
  std::vector<Reading> readings;
  if (source.hole != Hole::None) {
    readings = {one_hole("…", source.hole, false, source.hole == Hole::Input)};
  } else if (source.values != nullptr) {
    for (const Word& word : *source.values) {
      const bool splits = word.parts.size() == 1 && word.parts[0].kind == PartKind::Variable && !word.parts[0].quoted;
      if (const auto elements = selected(word.parts, source.command)) {
        for (const Element& element : *elements) {
          if (readings.size() > most_readings) break;
          for (Reading& reading : read_parts(element.word->parts, {element.command, 2}))
            readings.push_back(std::move(reading));
        }
        continue;
      }
      for (Reading& reading : read_parts(word.parts, {source.command, 1})) {
        const std::optional<std::string> text = splits ? known_text(reading) : std::nullopt;
        if (!text) {
          readings.push_back(std::move(reading));
          continue;
        }
        for (const std::string_view item : split(*text, ' ')) {
          if (!trim(item).empty()) readings.push_back({known_piece(trim(item))});
        }
      }
      if (readings.size() > most_readings) break;
    }
    const bool item = readings.empty() || readings.size() > most_readings ||
                      std::any_of(readings.begin(), readings.end(), [](const Reading& r) { return !known_text(r); });
    if (item) readings = {one_hole("…", Hole::Item, false, false)};
  } else if (source.parts != nullptr) {
    readings = read_parts(*source.parts, {source.command, 1});
  }
  if (readings.empty()) readings = {Reading{}};
  --following_;
  memo_[index] = readings;
  return readings;
}

}  // namespace redtag::shell
