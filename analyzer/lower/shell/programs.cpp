// Texts of other languages that a script hands to their interpreter: by option, in a here-document, or through a pipe. And arguments
// that a program takes from its environment.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/operation.h"

namespace redtag::shell {

namespace {

/// True for the option of an interpreter whose value is the program.
bool takes_program(Interpreter interpreter, std::string_view option) {
  if (option == "--eval" || option == "--print") return interpreter == Interpreter::JavaScript;
  if (option.size() < 2 || option.size() > 6 || option[0] != '-' || option[1] == '-') return false;
  const char last = option.back();
  switch (interpreter) {
    case Interpreter::Python: return last == 'c';
    case Interpreter::JavaScript: return last == 'e' || last == 'p';
    case Interpreter::Php: return last == 'r';
    case Interpreter::Ruby: return last == 'e';
    case Interpreter::Perl: return last == 'e' || last == 'E';
  }
  return false;
}

void add_text(const LineView& line, const std::vector<Part>& parts, std::vector<ProgramText>& out) {
  for (const std::vector<Part>& text : spelled_out(line, parts)) {
    ProgramText program;
    for (const Part& part : text) {
      const std::string piece = marked_text({part});
      for (std::size_t i = 0; i < piece.size(); ++i)
        program.map.push_back(part.kind == PartKind::Text ? part.at(i) : part.begin);
      program.text += piece;
    }
    if (program.map.empty()) continue;
    program.map.push_back(program.map.back() + 1);
    out.push_back(std::move(program));
  }
}

}  // namespace

std::vector<std::vector<Part>> spelled_out(const LineView& line, const std::vector<Part>& parts) {
  std::vector<std::vector<Part>> texts{{}};
  for (const Part& part : parts) {
    std::vector<Reading> readings;
    if (part.kind == PartKind::Variable) {
      Word word;
      word.parts = {part};
      readings = line.scope.read(word, line.command);
    }
    if (readings.size() > 1 && parts.size() == 1) texts.resize(readings.size());
    const bool every = readings.size() == texts.size();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::optional<std::string> known = every ? known_text(readings[i]) : std::nullopt;
      if (!known || known->empty()) {
        texts[i].push_back(part);
        continue;
      }
      Part text;
      text.text = *known;
      text.begin = part.begin;
      text.map.assign(known->size(), part.begin);
      texts[i].push_back(std::move(text));
    }
  }
  return texts;
}

std::vector<ProgramText> program_texts(const LineView& line, Interpreter interpreter) {
  std::vector<ProgramText> texts;
  if (line.invocation.program.ends_with("awk")) {
    const std::vector<std::size_t> operands = line.operands("-v -F -f -i");
    if (!operands.empty() && !line.has("-f")) add_text(line, line.words[operands.front()].word->parts, texts);
    return texts;
  }
  bool reads_input = true;
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    const std::string_view text = line.text(i);
    if (takes_program(interpreter, text) || (text == "eval" && interpreter == Interpreter::JavaScript)) {
      if (i + 1 < line.last()) add_text(line, line.words[i + 1].word->parts, texts);
      return texts;
    }
    reads_input = reads_input && (text == "-" || text.starts_with("-"));
  }
  if (!reads_input) return texts;
  for (const std::vector<Part>* parts : input_texts(line)) add_text(line, *parts, texts);
  return texts;
}

std::optional<SpelledLine> spell_environment(const LineView& line) {
  const std::string& program = line.invocation.program;
  if (program != "terraform" && program != "tofu" && program != "terragrunt") return std::nullopt;
  const std::vector<std::size_t> operands = line.operands("-chdir");
  if (operands.empty()) return std::nullopt;
  std::string added;
  for (const std::string& name : {std::string("TF_CLI_ARGS"), "TF_CLI_ARGS_" + line.text(operands.front())}) {
    Part part;
    part.kind = PartKind::Variable;
    part.text = name;
    std::vector<Part> value{part};
    for (const Assignment& assignment : line.as_written().assignments) {
      if (assignment.name == name) value = assignment.value.parts;
    }
    Word word;
    word.parts = value;
    added += " " + known_text(line.scope.read(word, line.command).front()).value_or("");
  }
  if (trim(added).empty()) return std::nullopt;
  SpelledLine spelled;
  spelled.program = program;
  const std::vector<std::string_view> items = split(added, ' ');
  spelled.words.reserve(items.size());
  spelled.arguments.assign(line.words.begin() + static_cast<std::ptrdiff_t>(line.invocation.begin),
                           line.words.begin() + static_cast<std::ptrdiff_t>(line.last()));
  for (const std::string_view item : items) {
    if (item.empty()) continue;
    Word word;
    word.source = item;
    word.region = line.as_written().region;
    spelled.words.push_back(std::move(word));
    Piece piece;
    piece.text = item;
    spelled.arguments.push_back({&spelled.words.back(), {{std::move(piece)}}, std::string(item)});
  }
  return spelled;
}

}  // namespace redtag::shell
