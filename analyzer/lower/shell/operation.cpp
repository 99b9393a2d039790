#include "lower/shell/operation.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "lower/shell/destination.h"
#include "lower/shell/selects.h"
#include "lower/shell/settings.h"
#include "lower/shell/spares.h"
#include "lower/shell/vocabulary.h"
#include "model/surrounding.h"

namespace redtag::shell {

namespace {

constexpr std::size_t shown_bytes = 400;
constexpr std::size_t longest_condition = 400;

int rank(Place place) {
  if (is_everything(place)) return 6;
  switch (place) {
    case Place::Data: return 5;
    case Place::SystemFile: return 4;
    case Place::Kept: return 3;
    case Place::Unknown: return 2;
    case Place::Here: return 2;
    case Place::Ordinary: return 1;
    default: return 0;
  }
}

int rank(IfEmpty empty) {
  switch (empty) {
    case IfEmpty::Nothing: return 0;
    case IfEmpty::Checked: return 3;
    case IfEmpty::Parent: return 4;
    case IfEmpty::Everything: return 6;
  }
  return 0;
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return shortened(trim(out), shown_bytes);
}

/// `C:/…`
bool names_drive(const std::string& text) { return text.size() > 2 && text[1] == ':' && text[2] == '/'; }

bool is_relative(const Reading& reading) {
  if (reading.empty() || reading.front().hole != Hole::None) return false;
  const std::string& text = reading.front().text;
  return !names_drive(text) && !text.empty() && text[0] != '/' && text[0] != '~' && text[0] != variable_begin;
}

/// A relative path below the directory that the script went to.
Reading from_directory(const LineView& line, const Reading& reading) {
  if (line.directory.empty() || !is_relative(reading)) return reading;
  Reading whole = line.directory;
  for (Piece& piece : whole) piece.maybe_empty = false;  // `cd ""` stays where it is
  if (whole.back().hole != Hole::None || !whole.back().text.ends_with('/')) {
    Piece slash;
    slash.text = "/";
    whole.push_back(std::move(slash));
  }
  whole.insert(whole.end(), reading.begin(), reading.end());
  return whole;
}

struct Candidate {
  int rank = -1;
  Place place = Place::Unknown;
  IfEmpty empty = IfEmpty::Nothing;
  Reading whole;  ///< where an earlier `cd` tells what is meant: the path from there
};

/// True where the directory that the script went to decides what a relative path names.
bool names_from_directory(Place place) {
  return place == Place::Here || place == Place::Ordinary || place == Place::Kept;
}

Candidate judge(const LineView& line, const std::vector<Reading>& readings, bool& harmless) {
  Candidate worst;
  for (const Reading& written : readings) {
    const std::optional<Reading> linked = line.created.behind_link(written, line.script, line.command);
    const Reading& reading = linked ? *linked : written;
    Place place = place_of(reading, line.script, line.created, line.command);
    Reading whole;
    if (!is_harmless(place) && !line.directory.empty() && is_relative(reading)) {
      whole = from_directory(line, reading);
      const Place there = place_of(whole, line.script, line.created, line.command);
      const Piece& above = line.directory.front();
      const bool absolute = above.hole == Hole::None && (above.text.starts_with('/') || names_drive(above.text));
      if (is_harmless(there)) {
        place = Place::Created;
      } else if (absolute && names_from_directory(place) && !names_from_directory(there)) {
        place = there;
      } else {
        whole.clear();
      }
    }
    const IfEmpty empty = is_harmless(place) ? IfEmpty::Nothing : if_empty(reading);
    if (!is_harmless(place)) harmless = false;
    const int both = std::max(rank(place), rank(empty));
    if (linked && whole.empty()) whole = *linked;
    if (both > worst.rank) worst = {both, place, empty, is_harmless(place) ? Reading{} : std::move(whole)};
  }
  return worst;
}

}  // namespace

Aim aim_at(const LineView& line, const std::vector<std::size_t>& operands) {
  Aim aim;
  aim.harmless = !operands.empty();
  int worst = -1;
  for (const std::size_t index : operands) {
    const Candidate candidate = judge(line, line.words[index].readings, aim.harmless);
    if (candidate.rank <= worst) continue;
    worst = candidate.rank;
    aim.target = value_of(line.words[index]);
    if (!candidate.whole.empty()) {
      const Region region = line.words[index].word->region;
      aim.target = value_of({candidate.whole}, text_of(candidate.whole), region);
    }
    aim.place = candidate.place;
    aim.if_empty = candidate.empty;
  }
  aim.everything = is_everything(aim.place) || aim.if_empty == IfEmpty::Everything;
  return aim;
}

Aim aim_at(const LineView& line, const std::vector<Reading>& readings, const Word& word) {
  Aim aim;
  aim.harmless = true;
  const Candidate candidate = judge(line, readings, aim.harmless);
  aim.target = value_of(readings, word.source, word.region);
  aim.place = candidate.place;
  aim.if_empty = candidate.empty;
  aim.everything = is_everything(aim.place) || aim.if_empty == IfEmpty::Everything;
  return aim;
}

std::vector<std::string> setting_of(const LineView& line) {
  std::vector<std::string> found;
  const Command& command = line.as_written();
  for (BlockId at = command.block; at.value != 0; at = line.script.blocks[at.value].parent) {
    const std::string& through = line.script.blocks[at.value].through;
    if (!through.empty()) found.push_back("through " + through);
  }
  std::string wrapper;
  for (std::size_t i = 0; i < line.invocation.begin && i < line.words.size(); ++i) {
    const std::string& word = line.text(i);
    const bool away = line.invocation.whereabouts != Whereabouts::Here;
    if (away) wrapper += (wrapper.empty() ? "" : " ") + line.words[i].word->source;
    // `env NAME=value program`
    if (!away && word.find('=') != std::string::npos && word.front() != '-') found.push_back("with " + word);
  }
  if (!wrapper.empty()) found.push_back("through " + wrapper);
  for (const Assignment& assignment : command.assignments) {
    // A password opens a door; it does not choose it.
    if (lower_ascii(assignment.name).find("passw") != std::string::npos) continue;
    found.push_back("with " + assignment.name + "=" + marked_text(assignment.value.parts));
  }
  if (line.settings == nullptr) return found;
  for (std::string& each : line.settings->of(line)) found.push_back(std::move(each));
  return found;
}

std::vector<Value> loads_of(const LineView& line) {
  std::vector<Value> found;
  for (std::size_t i = 0; i < line.invocation.begin && i < line.words.size(); ++i) {
    const std::string& text = line.text(i);
    const std::size_t sign = text.starts_with("-") ? text.find('=') : std::string::npos;
    const std::string_view word = std::string_view(text).substr(sign == std::string::npos ? 0 : sign + 1);
    if (names_variables(word)) found.push_back(loads_file(word));
    // `env $(cat .env.test | xargs) program`
    const std::string& source = line.words[i].word->source;
    if (source.find("$(") == std::string::npos) continue;
    for (const std::string& file : variable_files_in(source)) found.push_back(loads_file(file));
  }
  if (found.empty() && is_listed(List::VariableReader, line.invocation.program)) found.push_back(loads_file(".env"));
  return found;
}

bool is_answered(const LineView& line) {
  const std::optional<std::size_t> source = line.as_written().piped;
  if (!source || line.script.commands[*source].words.empty()) return false;
  const std::vector<Word>& words = line.script.commands[*source].words;
  const std::string name = marked_text(words[0].parts);
  if (name == "yes") return words.size() < 2 || lower_ascii(marked_text(words[1].parts)).starts_with('y');
  if (name != "echo" && name != "printf") return false;
  const std::string said = lower_ascii(words.size() == 2 ? marked_text(words[1].parts) : "");
  return said == "y" || said == "yes" || said == "y\\n" || said == "yes\\n";
}

void add_producer(const LineView& line, Operation& operation) {
  std::optional<std::size_t> source = line.as_written().piped;
  const std::string& program = line.invocation.program;
  const bool cmdlet = program.find('-') != std::string::npos && program[0] >= 'A' && program[0] <= 'Z';
  if (!(line.invocation.reads_operands || cmdlet) || !source) return;
  const auto& commands = line.script.commands;
  std::string found = commands[*source].source;
  for (unsigned step = 0; step < 8 && commands[*source].piped; ++step) {
    source = commands[*source].piped;
    found = commands[*source].source + " | " + found;
  }
  operation.arguments.push_back(known_string("of " + shortened(found, 400)));
}

/// A condition of one command without its negation, so that it and its opposite have one text.
struct PlainCondition {
  std::string words;
  bool turned = false;
};
static PlainCondition plain_condition(const Command& command) {
  PlainCondition plain;
  plain.turned = command.negated;
  const std::string name = command.words.empty() ? std::string() : marked_text(command.words[0].parts);
  const bool test = name == "[" || name == "[[" || name == "test";
  const bool one = std::none_of(command.words.begin(), command.words.end(), [](const Word& word) {
    return word.source == "&&" || word.source == "||" || word.source == "-a" || word.source == "-o";
  });
  for (const Word& word : command.words) {
    std::string text = word.source;
    if (test && one && text == "!") {
      plain.turned = !plain.turned;
      continue;
    }
    if (test && one && (text == "!=" || text == "-ne" || text == "-z")) {
      plain.turned = !plain.turned;
      text = text == "!=" ? "=" : text == "-ne" ? "-eq" : "-n";
    }
    if (test && text == "==") text = "=";
    plain.words += (plain.words.empty() ? "" : " ") + text;
    if (plain.words.size() > longest_condition) break;
  }
  return plain;
}

std::vector<Value> conditions_of(const LineView& line) {
  std::vector<Value> found;
  for (BlockId at = line.as_written().block; at.value != 0; at = line.script.blocks[at.value].parent) {
    const Block& block = line.script.blocks[at.value];
    std::string words;
    bool turned = false;
    const auto add = [&](const Word& word) { words += (words.empty() ? "" : " ") + word.source; };
    const bool single = block.condition.last == block.condition.first + 1;
    if (single && block.condition.first < line.script.commands.size()) {
      PlainCondition plain = plain_condition(line.script.commands[block.condition.first]);
      words = std::move(plain.words);
      turned = plain.turned;
    }
    for (std::size_t i = single ? block.condition.last : block.condition.first;
         i < block.condition.last && i < line.script.commands.size(); ++i) {
      if (words.size() > longest_condition) break;
      for (const Word& word : line.script.commands[i].words) add(word);
    }
    if (block.kind == BlockKind::Case) {
      for (const Word& word : block.values) add(word);
      words += " in " + block.name;
    }
    if (words.empty()) continue;
    const bool otherwise = (block.kind == BlockKind::Else) != turned;
    found.push_back(surrounding(otherwise ? "unless" : "if", shortened(words, longest_condition)));
  }
  return found;
}

/// The words behind the program; those that are details of how it works are kept apart, so that no command is another one for them.
static void add_words(const LineView& line, Operation& operation) {
  const std::vector<Settings::Detail> details =
      line.settings == nullptr ? std::vector<Settings::Detail>() : line.settings->details(line);
  auto detail = details.begin();
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    Value value = value_of(line.words[i]);
    if (detail == details.end() || detail->index != i) {
      operation.arguments.push_back(std::move(value));
      continue;
    }
    if (!detail->left.empty()) operation.arguments.push_back(known_string(detail->left, value.region));
    operation.arguments.push_back(surrounding("detail", value.text));
    ++detail;
  }
  if (line.settings == nullptr || operation.arguments.empty()) return;
  // As a digest: no test of a word is to find it there.
  operation.arguments.push_back(said_as(sha256_hex(line.settings->said(line))));
}

Operation begin_operation(const LineView& line, Verb verb, std::string action) {
  const Command& command = line.as_written();
  Operation operation;
  operation.stack = Stack::Shell;
  operation.verb = verb;
  operation.program = line.invocation.program;
  operation.action = std::move(action);
  operation.region = command.region;
  operation.text = folded(command.source);
  operation.certainty = command.recovered ? Certainty::Partial : Certainty::Exact;
  add_words(line, operation);
  for (std::string& each : setting_of(line)) operation.arguments.push_back(known_string(std::move(each)));
  for (Value& loaded : loads_of(line)) operation.arguments.push_back(std::move(loaded));
  add_spared(line, operation);
  add_selection(line, operation);
  for (Value& condition : conditions_of(line)) operation.arguments.push_back(std::move(condition));
  if (!line.directory.empty()) operation.arguments.push_back(known_string("in " + text_of(line.directory)));
  if (line.invocation.begin < line.words.size() && line.words[line.invocation.begin].text.starts_with(variable_begin)) {
    operation.certainty = std::max(operation.certainty, Certainty::Likely);
  }
  return operation;
}

void cite(Operation& operation, const FactTables& facts, std::string_view program, std::string_view words) {
  const auto row = find_row(facts, program, words);
  if (!row) return;
  operation.fact = std::string(row->source);
  operation.cited = row->source.starts_with("http");
}

void set_aim(Operation& operation, Aim aim, std::string_view plain) {
  operation.target = std::move(aim.target);
  operation.harmless_target = aim.harmless;
  operation.unbounded = aim.everything;
  operation.maybe_empty = aim.if_empty != IfEmpty::Nothing;
  operation.object = std::string(plain);
  if (aim.place == Place::Device) operation.object = "device";
  if (aim.place == Place::Data) operation.object = (aim.limited ? "part of data " : "data ") + std::string(plain);
  if (aim.place == Place::Kept) operation.object = (aim.limited ? "part of kept " : "kept ") + std::string(plain);
  if (aim.place == Place::SystemFile) operation.object = "system file";
  if (aim.everything && aim.place != Place::Device) operation.object = "root";
  if (aim.if_empty == IfEmpty::Everything && !is_everything(aim.place)) operation.object = "root if empty";
  if (aim.if_empty == IfEmpty::Parent) operation.object = "parent if empty";
}

}  // namespace redtag::shell
