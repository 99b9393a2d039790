// The arguments of a command: words that the shell splits, arrays, aliases, and what a function hands on of its own.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/scope.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_forwards = 16;  ///< lines that one call comes to
constexpr unsigned deepest_forward = 4;    ///< functions that hand on to functions

}  // namespace

namespace {

Piece piece_of(std::string_view text) {
  Piece piece;
  piece.text = std::string(text);
  return piece;
}

/// A blank in a piece that is not quoted comes from a variable: the shell splits there.
bool is_several_words(const Reading& reading) {
  return std::any_of(reading.begin(), reading.end(), [](const Piece& piece) {
    return !piece.quoted && piece.hole == Hole::None &&
           trim(piece.text).find_first_of(" \t\n") != std::string_view::npos;
  });
}

/// The words that the shell makes of a reading, one field each; a hole is a part of the word that it stands in.
std::vector<Reading> fields_of(const Reading& reading) {
  std::vector<Reading> fields(1);
  for (const Piece& piece : reading) {
    if (piece.hole != Hole::None || piece.quoted) {
      fields.back().push_back(piece);
      continue;
    }
    std::size_t from = 0;
    for (std::size_t at = 0; at <= piece.text.size(); ++at) {
      const bool blank =
          at < piece.text.size() && std::string_view(" \t\n").find(piece.text[at]) != std::string_view::npos;
      if (at < piece.text.size() && !blank) continue;
      if (at > from) {
        fields.back().push_back(piece);
        fields.back().back().text = piece.text.substr(from, at - from);
      }
      if (blank && !fields.back().empty()) fields.emplace_back();
      from = at + 1;
    }
  }
  if (fields.back().empty()) fields.pop_back();
  return fields;
}

/// A reading as strip() sees it: what is not known in markers.
std::string marked_text(const Reading& reading) {
  std::string text;
  for (const Piece& piece : reading) {
    const std::string_view name = std::string_view(piece.text).substr(piece.text.starts_with('$') ? 1 : 0);
    if (piece.hole == Hole::None) {
      text += piece.text;
    } else {
      text += variable_begin;
      text += name.starts_with('(') ? "(" : name;
      text += variable_end;
    }
  }
  return text;
}

}  // namespace

void Scope::add_arguments(const Word& word, const std::vector<Part>& parts, std::size_t index,
                          std::vector<Argument>& arguments) const {
  std::vector<Reading> readings = read_parts(parts, {index, 0});
  const bool splits = parts.size() == 1 && !parts[0].quoted &&
                      (parts[0].kind == PartKind::Variable || parts[0].kind == PartKind::Output);
  const std::optional<std::string> text = known_text(readings[0]);
  if (readings.size() == 1 && is_several_words(readings[0])) {
    for (Reading& field : fields_of(readings[0])) {
      std::string marked = marked_text(field);
      arguments.push_back({&word, {std::move(field)}, std::move(marked)});
    }
    return;
  }
  Argument argument;
  argument.word = &word;
  const bool known = text && (readings.size() == 1 || arguments.empty()) && !(splits && text->empty());
  argument.text = known ? *text : marked_text(parts);
  argument.readings = std::move(readings);
  arguments.push_back(std::move(argument));
}

std::optional<std::vector<Argument>> Scope::without_alias(std::size_t index,
                                                          const std::vector<Argument>& arguments) const {
  if (arguments.empty()) return std::nullopt;
  const auto alias = aliases_.find(arguments.front().text);
  if (alias == aliases_.end() || alias->second.command >= index) return std::nullopt;
  std::vector<Argument> words;
  for (const std::string_view item : split(alias->second.text, ' ')) {
    // A script that does not expand aliases asks nobody, whatever this one says.
    const bool asks = item == "-i" || item == "-I" || item == "--interactive" || item == "--dry-run" ||
                      (item == "-n" && alias->second.text.ends_with(" -n"));
    if (!trim(item).empty() && !asks)
      words.push_back({arguments.front().word, {{piece_of(trim(item))}}, std::string(trim(item))});
  }
  if (words.empty()) return std::nullopt;
  words.insert(words.end(), arguments.begin() + 1, arguments.end());
  return words;
}

std::vector<Argument> Scope::words_of_alias(const std::string& name) const {
  const auto alias = aliases_.find(name);
  if (alias == aliases_.end()) return {};
  const Word& word = script_.commands[alias->second.command].words.front();
  std::vector<Argument> words;
  for (const std::string_view item : split(alias->second.text, ' ')) {
    if (!trim(item).empty()) words.push_back({&word, {{piece_of(trim(item))}}, std::string(trim(item))});
  }
  if (words.empty()) return words;
  Piece given = piece_of("$1");
  given.hole = Hole::Argument;
  given.maybe_empty = true;
  words.push_back({&word, {{given}}, std::string{variable_begin} + "1" + variable_end});
  return words;
}

/// `RUN=` and `$RUN rm x`: what the script leaves empty is no word, though it may be `echo` elsewhere.
bool Scope::may_be_nothing(const Word& word, std::size_t index) const {
  if (word.parts.size() != 1 || word.parts[0].quoted || word.parts[0].kind != PartKind::Variable) return false;
  if (word.parts[0].expand != Expand::Plain || script_.commands[index].words.size() < 2) return false;
  const std::vector<std::size_t> sources = reaching(word.parts[0].text, index);
  return std::any_of(sources.begin(), sources.end(), [&](std::size_t source) {
    const std::vector<Reading> readings = read_source(source);
    return std::any_of(readings.begin(), readings.end(), [](const Reading& reading) {
      const auto text = known_text(reading);
      return text && trim(*text).empty();
    });
  });
}

std::vector<Argument> Scope::arguments(std::size_t index) const {
  const Command& command = script_.commands[index];
  std::vector<Argument> arguments;
  for (const Word& word : command.words) {
    if (add_elements(word, word.parts, index, 0, arguments)) continue;
    if (arguments.empty() && may_be_nothing(word, index)) continue;
    const std::vector<std::vector<Part>> words = words_in(word);
    if (words.size() == 1) {
      add_arguments(word, word.parts, index, arguments);
    } else {
      for (const std::vector<Part>& parts : words) add_arguments(word, parts, index, arguments);
    }
  }
  return arguments;
}

namespace {

bool is_all_arguments(const Word& word) {
  if (word.parts.size() != 1 || word.parts.front().kind != PartKind::Variable) return false;
  const Part& part = word.parts.front();
  return part.expand == Expand::Plain && (part.text == "@" || part.text == "*");
}

/// `shift`, `shift 2`: how many arguments it takes away.
std::size_t shifted(const Command& command) {
  if (command.words.empty() || marked_text(command.words[0].parts) != "shift") return 0;
  const std::string count = command.words.size() > 1 ? marked_text(command.words[1].parts) : "1";
  return count.size() == 1 && count[0] >= '0' && count[0] <= '9' ? static_cast<std::size_t>(count[0] - '0') : 1;
}

}  // namespace

void Scope::collect_forwards() {
  for (std::size_t i = 0; i < script_.blocks.size(); ++i) {
    const Block& block = script_.blocks[i];
    if (block.kind != BlockKind::Function || block.name.empty()) continue;
    std::vector<Forward>& found = forwards_[block.name];
    std::size_t gone = 0;
    for (std::size_t k = block.body.first; k < block.body.last && found.size() < most_forwards; ++k) {
      const Command& command = script_.commands[k];
      if (procedure_of(script_, command.block).value != i) continue;
      gone += shifted(command);
      if (std::any_of(command.words.begin(), command.words.end(), is_all_arguments)) found.push_back({k, gone});
    }
  }
}

std::vector<std::vector<Argument>> Scope::forwarded(const std::vector<Argument>& call) const {
  struct Line {
    std::vector<Argument> words;
    unsigned depth;
  };
  std::vector<std::vector<Argument>> lines;
  std::vector<Line> waiting{{call, 0}};
  while (!waiting.empty() && lines.size() < most_forwards) {
    const Line line = std::move(waiting.back());
    waiting.pop_back();
    const auto function = line.words.empty() ? forwards_.end() : forwards_.find(line.words.front().text);
    if (function == forwards_.end()) {
      if (line.depth > 0) lines.push_back(line.words);
      continue;
    }
    if (line.depth >= deepest_forward || waiting.size() > most_forwards) continue;
    for (const Forward& forward : function->second) {
      std::vector<Argument> words;
      for (const Word& word : script_.commands[forward.command].words) {
        if (!is_all_arguments(word)) {
          add_arguments(word, word.parts, forward.command, words);
          continue;
        }
        for (std::size_t i = 1 + forward.shifted; i < line.words.size(); ++i) words.push_back(line.words[i]);
      }
      waiting.push_back({std::move(words), line.depth + 1});
    }
  }
  return lines;
}

}  // namespace redtag::shell
