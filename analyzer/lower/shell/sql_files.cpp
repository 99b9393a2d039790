// Files of SQL that a script hands to a database client: unchanged ones are read where a changed script begins to run them.
#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "lower/shell/sql_files.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

/// Programs of that many files stand in one line at most.
constexpr std::size_t most_files = 8;

bool is_sql_name(std::string_view path) {
  for (const std::string_view ending : {".sql", ".psql", ".ddl", ".cql", ".hql"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

/// What a text says to read: `source x.sql`, `\i x.sql`, `.read x.sql`.
void add_told(std::string_view text, std::vector<std::string>& files) {
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string_view word : {"source ", "SOURCE ", "\\. ", "\\i ", "\\ir ", "\\include ", ".read "}) {
      std::string_view rest = trim(line);
      if (!rest.starts_with(word)) continue;
      rest = trim(rest.substr(word.size()));
      rest = rest.substr(0, rest.find_first_of(" ;"));
      if (!rest.empty() && rest.find(variable_begin) == std::string_view::npos) files.emplace_back(rest);
    }
  }
}

}  // namespace

bool is_sql_file(std::string_view path) { return is_sql_name(path); }

Model lower_sql_file(const SourceFileView& file, const LoweringView& view) {
  Model model;
  Procedure procedure;
  procedure.stack = Stack::Shell;
  procedure.address = std::string(file.path);
  procedure.region =
      Region{file.file, file.side, ByteRange{file.offset, file.offset + static_cast<std::uint32_t>(file.text.size())}};
  model.procedures.push_back(std::move(procedure));
  append(model, embed(Stack::Sql, file, file.text, model.procedures.front().region.bytes, {}, Certainty::Exact, view));
  for (Operation& operation : model.operations) operation.procedure = ProcedureId{0};
  model.gaps.clear();  // nobody changed it
  return model;
}

std::vector<Argument> sql_files_of(const LineView& line) {
  std::vector<Argument> files;
  const SqlClient client = sql_client_of(line);
  if (!client.known) return files;
  const auto add_text = [&](std::string text) {
    Piece piece;
    piece.text = text;
    files.push_back({line.words[line.invocation.begin].word, {{std::move(piece)}}, std::move(text)});
  };
  for (const std::string_view option : split(client.file_options, ' ')) {
    if (option.empty()) continue;
    for (std::size_t i = line.first(); i < line.last() && files.size() < most_files; ++i) {
      const std::string& text = line.text(i);
      if (text == option && i + 1 < line.last()) {
        files.push_back(line.words[i + 1]);
      } else if (text.starts_with(option) && text.size() > option.size() && text[option.size()] == '=') {
        if (text.find(variable_begin) == std::string::npos) add_text(text.substr(option.size() + 1));
      } else if (option.size() == 2 && text.starts_with(option) && is_sql_name(text)) {
        add_text(text.substr(2));  // `psql -fx.sql`
      }
    }
  }
  std::vector<std::string> told;
  for (std::size_t i = line.first(); i < line.last(); ++i) add_told(line.text(i), told);
  for (const std::vector<Part>* parts : input_texts(line)) add_told(marked_text(*parts), told);
  for (std::string& each : told) {
    if (files.size() < most_files) add_text(std::move(each));
  }
  if (!client.reads_input) return files;
  const auto add_word = [&](const Word& word, std::size_t command) {
    std::vector<Reading> readings = line.scope.read(word, command);
    files.push_back({&word, std::move(readings), marked_text(word.parts)});
  };
  for (const Redirect& redirect : line.as_written().redirects) {
    if (redirect.kind == RedirectKind::Read && redirect.descriptor.empty()) add_word(redirect.word, line.command);
  }
  if (!line.as_written().piped) return files;
  const Command& source = line.script.commands[*line.as_written().piped];
  if (source.words.empty() || base_name(marked_text(source.words[0].parts)) != "cat") return files;
  for (std::size_t i = 1; i < source.words.size() && files.size() < most_files; ++i)
    add_word(source.words[i], *line.as_written().piped);
  return files;
}

namespace {

/// Where a statement of a script is run: the words that its client is given.
std::string where_run(const Operation& operation) {
  std::string words;
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with("at ")) words += argument.text + '\n';
  }
  return words;
}

}  // namespace

void forgive_made(Model& model) {
  std::map<std::string, std::uint32_t> made;  // by procedure, what it is and where: the position
  const auto key = [](const Operation& operation) {
    return std::to_string(operation.procedure.value) + '\0' + operation.object + '\0' + operation.target.text + '\0' +
           where_run(operation);
  };
  for (const Operation& operation : model.operations) {
    const bool sure = operation.stack == Stack::Sql && operation.verb == Verb::Create && operation.procedure.valid() &&
                      operation.target.known() &&
                      std::none_of(operation.arguments.begin(), operation.arguments.end(),
                                   [](const Value& argument) { return argument.text == "if not exists"; });
    if (sure) made.emplace(key(operation), operation.position);
  }
  if (made.empty()) return;
  for (Operation& operation : model.operations) {
    if (operation.stack != Stack::Sql || operation.verb != Verb::Destroy || !operation.target.known()) continue;
    const auto found = made.find(key(operation));
    if (found != made.end() && found->second < operation.position) operation.harmless_target = true;
  }
}

}  // namespace redtag::shell
