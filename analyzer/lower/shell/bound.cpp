#include "lower/shell/bound.h"

#include <algorithm>

#include "base/text.h"
#include "lower/shell/dialects.h"
#include "lower/shell/scope.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_fed = 8;  ///< entries of a list that are followed at a time
constexpr std::size_t most_steps = 8;
constexpr unsigned deepest_origin = 4;
constexpr std::size_t longest_origin = 240;

Part text_part(std::string_view text, std::uint32_t begin) {
  Part part;
  part.text = std::string(text);
  part.quoted = true;
  part.begin = begin;
  part.map.assign(text.size(), begin);
  return part;
}

Word text_word(std::string_view text, const Region& region) {
  Word word;
  word.parts.push_back(text_part(text, region.bytes.begin));
  word.source = std::string(text);
  word.region = region;
  return word;
}

/// `.a.b`, `.groups[]`, `"groups"`: the path that a filter of jq or yq names; empty for one that does more.
std::string path_of_filter(std::string_view filter) {
  filter = trim(filter);
  if (filter.size() < 2 || filter[0] != '.') return {};
  filter.remove_prefix(1);
  std::string path;
  for (const char c : filter) {
    if (c == '"' || c == '?') continue;
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("_-.[]").find(c) != std::string_view::npos;
    if (!plain) return {};
    path += c;
  }
  return path;
}

bool ends_in_path(std::string_view whole, std::string_view tail) {
  if (tail.empty() || !whole.ends_with(tail)) return false;
  return whole.size() == tail.size() || whole[whole.size() - tail.size() - 1] == '/';
}

class Binding {
 public:
  Binding(Script& script, const Bound& bound) : script_(script), bound_(bound) {}

  void run() {
    if (!bound_.values.empty()) {
      const Scope scope(script_, Sight::Whole);
      scope_ = &scope;
      for (std::size_t i = 0; i < script_.commands.size(); ++i) replace_outputs(i);
      for (Block& block : script_.blocks) replace_values(block);
      scope_ = nullptr;
      const Scope filled(script_, Sight::Whole);
      scope_ = &filled;
      for (std::size_t i = 0; i < script_.commands.size(); ++i) feed(i);
      scope_ = nullptr;
    }
    drop_what_cannot_run(script_, bound_.empty);
    write_out();
    note_origins();
  }

 private:
  /// Whether a word names the file. What stands in front of the last part that is not known may be any directory.
  [[nodiscard]] bool names_file(const Word& word, std::size_t command) const {
    for (const Reading& reading : scope_->read(word, command)) {
      std::string tail;
      bool hole = false;
      for (const Piece& piece : reading) {
        if (piece.hole != Hole::None) {
          tail.clear();
          hole = true;
        } else {
          tail += piece.text;
        }
      }
      const bool elsewhere = !hole && tail.starts_with('/');  // it is installed there
      std::string_view plain = tail;
      while (plain.starts_with("./") || plain.starts_with("../") || plain.starts_with('/'))
        plain.remove_prefix(plain.find('/') + 1);
      const std::string_view name = base_name(bound_.file);
      if (elsewhere ? ends_in_path(plain, name) : ends_in_path(bound_.file, plain)) return true;
      if (!hole && ends_in_path(plain, bound_.file)) return true;
    }
    return false;
  }

  [[nodiscard]] bool reads_file(std::size_t index) const {
    const Command& command = script_.commands[index];
    const auto names = [&](const Word& word) { return names_file(word, index); };
    if (command.words.size() > 1 && std::any_of(command.words.begin() + 1, command.words.end(), names)) return true;
    return std::any_of(command.redirects.begin(), command.redirects.end(), [&](const Redirect& redirect) {
      return redirect.kind == RedirectKind::Read && redirect.standard && names(redirect.word);
    });
  }

  /// Words of a command line that stands in `$(…)`; empty for one that is more than one command.
  [[nodiscard]] static std::vector<Word> words_of(std::string_view source, const Origin& origin) {
    std::vector<Word> words;
    for (std::size_t at = 0; at < source.size() && words.size() < 16;) {
      if (source[at] == ' ' || source[at] == '\t' || source[at] == '\n') {
        ++at;
        continue;
      }
      std::size_t end = at;
      char quote = '\0';
      unsigned depth = 0;
      for (; end < source.size(); ++end) {
        const char c = source[end];
        if (quote != '\0') {
          quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
          quote = c;
        } else if (c == '(') {
          ++depth;
        } else if (c == ')' && depth > 0) {
          --depth;
        } else if (depth == 0 && std::string_view(" \t\n|;&").find(c) != std::string_view::npos) {
          break;
        }
      }
      if (end < source.size() && end == at) return {};
      Word word;
      word.source = std::string(source.substr(at, end - at));
      word.parts = lex_parts(word.source, 0, origin, Quoting::Word);
      words.push_back(std::move(word));
      at = end;
    }
    return words;
  }

  /// What jq, yq or cat print of the file: one value.
  [[nodiscard]] std::optional<std::string> value_of(const Part& part, std::size_t command) const {
    if (part.kind != PartKind::Output) return std::nullopt;
    const std::vector<Word> words = words_of(part.text, {});
    if (words.size() < 2) return std::nullopt;
    const std::string_view program = base_name(words[0].source);
    if (program != "jq" && program != "yq") return std::nullopt;
    std::string path;
    bool named = false;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string text = marked_text(words[i].parts);
      if (text.starts_with('-') || text == "e" || text == "eval" || text == "<") continue;
      if (path.empty() && text.starts_with('.')) path = path_of_filter(text);
      named = named || names_file(words[i], command);
    }
    if (!named || path.empty()) return std::nullopt;
    const flow::PlacedValue* only = nullptr;
    for (const flow::PlacedValue& value : bound_.values) {
      if (value.path != path) continue;
      if (only != nullptr) return std::nullopt;
      only = &value;
    }
    return only == nullptr ? std::nullopt : std::optional(only->value);
  }

  void replace_parts(std::vector<Part>& parts, std::size_t command) const {
    for (Part& part : parts) {
      const bool quoted = part.quoted;
      if (auto value = value_of(part, command)) {
        part = text_part(*value, part.begin);
        part.quoted = quoted;
      }
    }
  }

  void replace_outputs(std::size_t index) {
    Command& command = script_.commands[index];
    for (Word& word : command.words) replace_parts(word.parts, index);
    for (Assignment& assignment : command.assignments) replace_parts(assignment.value.parts, index);
    for (Redirect& redirect : command.redirects) replace_parts(redirect.word.parts, index);
  }

  /// `for x in $(cat list)`: the entries in the place of what prints them.
  void replace_values(Block& block) const {
    const bool list = (block.kind == BlockKind::Loop || block.kind == BlockKind::Case) && !block.values.empty();
    if (!list || block.body.first >= script_.commands.size()) return;
    if (block.kind == BlockKind::Loop && !block.name.empty()) {
      std::vector<Word> made;
      for (const Word& word : block.values) {
        const bool output = word.parts.size() == 1 && word.parts[0].kind == PartKind::Output;
        const bool reads = output && prints_file(word.parts[0].text, block.body.first);
        if (!reads || bound_.fresh.empty()) {
          made.push_back(word);
          continue;
        }
        for (const flow::PlacedValue& value : fresh_of(word.parts[0].text))
          made.push_back(text_word(first_column(value.value), word.region));
      }
      block.values = std::move(made);
      return;
    }
    for (Word& word : block.values) replace_parts(word.parts, block.body.first);
  }

  /// A command line, perhaps of several behind each other, that reads the file.
  [[nodiscard]] bool prints_file(std::string_view source, std::size_t command) const {
    std::size_t steps = 0;
    for (std::string_view piece : split(source, '|')) {
      if (++steps > most_steps) return false;
      piece = trim(piece);
      const std::vector<Word> words =
          words_of(piece.starts_with('<') ? "cat " + std::string(trim(piece.substr(1))) : std::string(piece), {});
      for (std::size_t i = 1; i < words.size(); ++i) {
        if (names_file(words[i], command)) return true;
      }
    }
    return false;
  }

  /// The entries that a command line prints: of one list, where it says which.
  [[nodiscard]] std::vector<flow::PlacedValue> fresh_of(std::string_view source) const {
    std::vector<flow::PlacedValue> found;
    std::string path;
    for (const Word& word : words_of(source.substr(0, source.find('|')), {})) {
      if (path.empty() && marked_text(word.parts).starts_with('.')) path = path_of_filter(marked_text(word.parts));
    }
    for (const flow::PlacedValue& value : bound_.fresh) {
      if (found.size() < most_fed && (path.empty() || value.path == path)) found.push_back(value);
    }
    return found;
  }

  static std::string_view first_column(std::string_view line) { return line.substr(0, line.find_first_of(" \t,;")); }

  /// The first command of a pipeline that reads the file, where the one at `index` stands behind it.
  [[nodiscard]] std::optional<std::string> producer(std::size_t index) const {
    for (std::size_t step = 0; step < most_steps; ++step) {
      const auto source = script_.commands[index].piped;
      if (!source) return std::nullopt;
      index = *source;
      if (reads_file(index)) return script_.commands[index].source;
    }
    return std::nullopt;
  }

  /// The text of what hands the file's lines to a command, empty where it reads them itself; nullopt where it reads something else.
  [[nodiscard]] std::optional<std::string> source_of(std::size_t index) const {
    if (auto made = producer(index)) return made;
    const Command& command = script_.commands[index];
    for (const Redirect& redirect : command.redirects) {
      if (redirect.kind == RedirectKind::Read && redirect.standard && names_file(redirect.word, index)) return "";
    }
    // `done < list`: a redirection on its own behind the loop.
    for (const Block& block : script_.blocks) {
      const bool condition = block.kind == BlockKind::Loop && block.condition.first <= index &&
                             index < block.condition.last && block.body.last < script_.commands.size();
      if (!condition) continue;
      std::size_t at = block.body.last;  // what stands in its words comes first
      while (at + 1 < script_.commands.size() && at < block.body.last + most_steps &&
             script_.blocks[script_.commands[at].block.value].kind == BlockKind::Output)
        ++at;
      const Command& behind = script_.commands[at];
      if (!behind.words.empty() || behind.redirects.empty()) continue;
      const Redirect& redirect = behind.redirects.front();
      if (redirect.kind != RedirectKind::Read) continue;
      if (names_file(redirect.word, at)) return "";
      const std::vector<Part>& parts = redirect.word.parts;
      const bool printed = parts.size() == 1 && parts[0].kind == PartKind::Output;
      if (printed && prints_file(parts[0].text, at)) return parts[0].text;
    }
    return std::nullopt;
  }

  void feed(std::size_t index) {
    if (bound_.fresh.empty() || script_.commands[index].words.empty()) return;
    const std::string name = marked_text(script_.commands[index].words[0].parts);
    if (name == "read") return feed_read(index);
    if (name == "mapfile" || name == "readarray") return feed_array(index);
    bool xargs = name == "xargs";
    for (const Word& word : script_.commands[index].words) xargs = xargs || word.source == "xargs";
    if (xargs) feed_xargs(index);
  }

  void feed_read(std::size_t index) {
    const auto source = source_of(index);
    if (!source) return;
    Command& command = script_.commands[index];
    std::vector<std::string> names;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
      const std::string text = marked_text(command.words[i].parts);
      if (!text.empty() && text[0] != '-') names.push_back(text);
    }
    const std::vector<flow::PlacedValue> fresh = fresh_of(*source);
    if (names.empty() || fresh.empty()) return;
    const Region region = command.region;
    std::vector<std::string> columns;
    for (const std::string_view column : split(fresh.front().value, ' ')) {
      if (!column.empty()) columns.emplace_back(column);
    }
    command.words.clear();
    command.assignments.clear();
    if (fresh.size() == 1) {
      for (std::size_t i = 0; i < names.size() && i < columns.size(); ++i) {
        Assignment assignment;
        assignment.name = names[i];
        assignment.value = text_word(names.size() == 1 ? std::string_view(fresh.front().value) : columns[i], region);
        command.assignments.push_back(std::move(assignment));
      }
      return;
    }
    for (Block& block : script_.blocks) {
      if (block.kind != BlockKind::Loop || block.condition.first > index || index >= block.condition.last) continue;
      block.name = names.front();
      block.values.clear();
      for (const flow::PlacedValue& value : fresh)
        block.values.push_back(
            text_word(names.size() == 1 ? std::string_view(value.value) : first_column(value.value), region));
    }
  }

  void feed_array(std::size_t index) {
    const auto source = source_of(index);
    Command& command = script_.commands[index];
    if (!source || command.words.size() < 2) return;
    Assignment assignment;
    assignment.name = marked_text(command.words.back().parts);
    assignment.array = true;
    assignment.value.source = "(";
    assignment.value.region = command.region;
    for (const flow::PlacedValue& value : fresh_of(*source))
      assignment.elements.push_back(text_word(value.value, command.region));
    if (assignment.elements.empty()) return;
    command.words.clear();
    command.assignments = {std::move(assignment)};
  }

  void feed_xargs(std::size_t index) {
    Command& command = script_.commands[index];
    std::optional<std::string> source = source_of(index);
    for (std::size_t i = 0; i + 1 < command.words.size() && !source; ++i) {
      const std::string text = marked_text(command.words[i].parts);
      if ((text == "-a" || text == "--arg-file") && names_file(command.words[i + 1], index)) source = "";
    }
    const std::vector<flow::PlacedValue> fresh = source ? fresh_of(*source) : std::vector<flow::PlacedValue>();
    if (fresh.empty()) return;
    bool placed = false;
    for (Word& word : command.words) {
      const std::string text = marked_text(word.parts);
      const std::size_t hole = text.find("{}");
      if (hole == std::string::npos || text.starts_with("-I")) continue;
      if (&word > command.words.data() && (&word - 1)->source == "-I") continue;
      placed = true;
      const Region region = word.region;
      word = text_word(text.substr(0, hole) + fresh.front().value + text.substr(hole + 2), region);
    }
    for (const flow::PlacedValue& value : fresh) {
      if (!placed) command.words.push_back(text_word(first_column(value.value), command.region));
    }
    command.piped.reset();
  }

  /// What commands say of themselves, with values in the place of the variables that have one.
  void write_out() {
    const Scope scope(script_, Sight::Whole);
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      Command& command = script_.commands[i];
      if (command.source.find('$') == std::string::npos || command.words.empty()) continue;
      for (const Word& word : command.words) {
        for (const Part& part : word.parts) write_part(scope, part, i);
      }
    }
  }

  /// Where the operands come from that are not known: what finds them decides on what a command acts.
  void note_origins() {
    const Scope scope(script_, Sight::Whole);
    std::vector<std::string> notes(script_.commands.size());
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      Names seen;
      std::string note;
      for (const Word& word : script_.commands[i].words) {
        if (word.source.find('$') != std::string::npos && scope.read(word, i).size() == 1)
          trace(word.parts, scope, i, deepest_origin, seen, note);
      }
      notes[i] = shortened(note, longest_origin);
    }
    for (std::size_t i = 0; i < notes.size(); ++i) {
      if (!notes[i].empty()) script_.commands[i].source += std::string(origin_mark) + notes[i];
    }
  }

  void trace(const std::vector<Part>& parts, const Scope& scope, std::size_t command, unsigned depth, Names& seen,
             std::string& note) const {
    if (depth == 0 || note.size() > longest_origin) return;
    for (const Part& part : parts) {
      if (part.kind != PartKind::Variable || !seen.insert(part.text).second) continue;
      Word word;
      word.parts.push_back(part);
      const std::vector<Reading> readings = scope.read(word, command);
      if (readings.size() == 1 && known_text(readings.front())) continue;
      for (std::size_t i = 0; i < script_.commands.size(); ++i) {
        const Command& other = script_.commands[i];
        for (const Assignment& assignment : other.assignments) {
          if (assignment.name != part.text) continue;
          add_outputs(assignment.value.region, scope, depth, seen, note);
          trace(assignment.value.parts, scope, i, depth - 1, seen, note);
        }
        const bool reads = !other.words.empty() && other.words[0].source == "read" && other.piped &&
                           std::any_of(other.words.begin(), other.words.end(),
                                       [&](const Word& each) { return each.source == part.text; });
        for (std::optional<std::size_t> from = reads ? other.piped : std::nullopt; from;
             from = script_.commands[*from].piped)
          add_source(*from, note);
      }
      for (const Block& block : script_.blocks) {
        if (block.kind != BlockKind::Loop || block.name != part.text) continue;
        for (const Word& value : block.values) {
          add_outputs(value.region, scope, depth, seen, note);
          trace(value.parts, scope, command, depth - 1, seen, note);
        }
      }
    }
  }

  /// What a command says; of a function of this script, what that says as well.
  void add_source(std::size_t index, std::string& note) const {
    note += (note.empty() ? "" : "; ") + script_.commands[index].source;
    const std::vector<Word>& words = script_.commands[index].words;
    for (const Block& block : script_.blocks) {
      if (block.kind != BlockKind::Function || words.empty() || block.name != words[0].source) continue;
      for (std::size_t i = block.body.first; i < block.body.last && note.size() <= longest_origin; ++i) {
        if (!script_.commands[i].words.empty()) note += "; " + script_.commands[i].source;
      }
    }
  }

  /// The commands that stand in `$(…)` of a word, and where theirs come from.
  void add_outputs(const Region& region, const Scope& scope, unsigned depth, Names& seen, std::string& note) const {
    for (std::size_t i = 0; i < script_.commands.size() && note.size() <= longest_origin; ++i) {
      const Command& command = script_.commands[i];
      const bool inside =
          region.bytes.begin <= command.region.bytes.begin && command.region.bytes.end <= region.bytes.end;
      if (!inside || command.words.empty()) continue;
      add_source(i, note);
      for (const Word& word : command.words) trace(word.parts, scope, i, depth - 1, seen, note);
    }
  }

  void write_part(const Scope& scope, const Part& part, std::size_t index) {
    if (part.kind != PartKind::Variable || part.expand != Expand::Plain) return;
    Word word;
    word.parts.push_back(part);
    const std::vector<Reading> readings = scope.read(word, index);
    const auto value = readings.size() == 1 ? known_text(readings.front()) : std::nullopt;
    if (!value || value->empty() || value->size() > 200) return;
    std::string& source = script_.commands[index].source;
    for (const std::string& written : {"${" + part.text + "}", "$" + part.text}) {
      const std::size_t at = source.find(written);
      if (at == std::string::npos || source.size() > 2000) continue;
      source.replace(at, written.size(), *value);
      return;
    }
  }

  Script& script_;
  const Bound& bound_;
  const Scope* scope_ = nullptr;
};

}  // namespace

Script read_bound(const SourceFileView& file, Dialect dialect, const Bound& bound) {
  Script script = read_text(file, dialect, 0);
  Binding(script, bound).run();
  return script;
}

}  // namespace redtag::shell
