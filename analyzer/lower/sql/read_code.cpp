// Strings that run as statements: EXECUTE, EXEC, PREPARE, psql's \gexec, and functions that are handed a statement.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/sql/read.h"

namespace redtag::sql {

namespace {

constexpr unsigned deepest_expression = 8;
constexpr std::size_t longest_code = 1U << 20;

bool at_text(const WordsView& words) {
  return !words.done() && (words.token().kind == TokenKind::String || words.token().kind == TokenKind::Body);
}

/// Puts the text of an expression of strings together; what is decided at run time becomes a placeholder.
class Composer {
 public:
  explicit Composer(InnerCode& code) : code_(code) {}

  /// Reads operands joined by `||` or `+`; leaves the cursor behind them.
  void expression(WordsView& words, unsigned depth) {
    do {
      operand(words, depth);
    } while (words.take("||") || words.take("+") || words.take("+="));
  }

 private:
  void operand(WordsView& words, unsigned depth) {
    if (words.done() || code_.text.size() > longest_code) return;
    const Token& token = words.token();
    if (token.kind == TokenKind::String || token.kind == TokenKind::Body) {
      literal(words.lexed(), token);
      words.skip();
    } else if (words.is("(") && depth < deepest_expression) {
      const std::size_t close = words.group_end(words.at());
      words.skip();
      WordsView inner = words.until(close);
      expression(inner, depth + 1);
      words.jump(close + 1);
    } else if (words.at_name()) {
      call_or_name(words, depth);
    } else {
      placeholder("value", token.begin);
      words.skip();
    }
    while (words.take("::")) words.take_type();
  }

  void call_or_name(WordsView& words, unsigned depth) {
    const std::uint32_t begin = words.token().begin;
    const Name name = words.take_name();
    if (!words.is("(")) return name_alone(words, name, begin, depth);
    const std::size_t close = words.group_end(words.at());
    words.skip();
    WordsView arguments = words.until(close);
    words.jump(close + 1);
    const std::string function = name.text();
    if (depth >= deepest_expression) return placeholder(function, begin);
    if (function == "format") return formatted(arguments, depth);
    const bool joins = function == "concat" || function == "concat_ws" || function == "string_agg" ||
                       function == "group_concat" || function == "array_to_string";
    const bool quotes = (function == "quote_ident" || function == "quotename") && at_text(arguments);
    if (!joins && !quotes) return placeholder(function, begin);
    if (function == "concat_ws") next_argument(arguments);
    do {
      expression(arguments, depth + 1);
      if (function != "concat" && function != "concat_ws") return;
      arguments.jump(arguments.find({","}));
    } while (arguments.take(","));
  }

  /// A variable: its text, where the text at hand gives it one.
  void name_alone(const WordsView& words, const Name& name, std::uint32_t begin, unsigned depth) {
    const InnerCode value =
        name.parts.size() == 1 && depth < deepest_expression ? value_of(words.lexed(), name.parts[0]) : InnerCode{};
    if (value.text.empty()) {
      const std::string_view schema = schema_asked_for(words.lexed(), name);
      if (schema.empty()) return placeholder(name.text(), begin);
      code_.text += schema;
      code_.map.insert(code_.map.end(), schema.size(), begin);
      return;
    }
    code_.text += value.text;
    code_.map.insert(code_.map.end(), value.text.size(), begin);
  }

  /// `t.schemaname` of a loop over the catalogue, which asks for one schema alone: `WHERE schemaname = 'fixtures'`.
  static std::string_view schema_asked_for(const LexedView& lexed, const Name& name) {
    constexpr std::array columns =
        std::to_array<std::string_view>({"schemaname", "table_schema", "nspname", "schema_name"});
    constexpr std::size_t longest = 64;
    if (name.empty() || std::find(columns.begin(), columns.end(), name.parts.back()) == columns.end()) return {};
    std::string_view found;
    for (std::size_t i = 0; i + 2 < lexed.tokens.size(); ++i) {
      if (lexed.word(i) != name.parts.back() || lexed.word(i + 1) != "=") continue;
      if (lexed.tokens[i + 2].kind != TokenKind::String) return {};
      const ByteRange bytes = inner_bytes(lexed, lexed.tokens[i + 2]);
      const std::string_view value = lexed.text.substr(bytes.begin, bytes.size());
      const bool plain = !value.empty() && value.size() <= longest && value.find('\'') == std::string_view::npos;
      if (!plain || (!found.empty() && found != value)) return {};
      found = value;
    }
    return found;
  }

  static void next_argument(WordsView& arguments) {
    arguments.jump(arguments.find({","}));
    arguments.take(",");
  }

  /// PostgreSQL's `format('DROP TABLE %I.%I', schema, 'orders')`.
  void formatted(WordsView arguments, unsigned depth) {
    InnerCode pattern;
    Composer(pattern).expression(arguments, depth + 1);
    arguments.jump(arguments.find({","}));
    for (std::size_t i = 0; i < pattern.text.size(); ++i) {
      const bool directive = pattern.text[i] == '%' && i + 1 < pattern.text.size();
      std::size_t letter = i + 1;
      while (directive && letter < pattern.text.size() &&
             std::string_view("0123456789$-").find(pattern.text[letter]) != std::string_view::npos)
        ++letter;
      const bool takes = directive && letter < pattern.text.size() &&
                         std::string_view("sIL").find(pattern.text[letter]) != std::string_view::npos;
      if (!takes) {
        code_.text += pattern.text[i];
        code_.map.push_back(pattern.map[i]);
        continue;
      }
      i = letter;
      if (arguments.take(",")) {
        expression(arguments, depth + 1);
        arguments.jump(arguments.find({","}));
      } else {
        placeholder("value", pattern.map[i]);
      }
    }
  }

  void literal(const LexedView& lexed, const Token& token) {
    const ByteRange inner = inner_bytes(lexed, token);
    const bool escapes = token.kind == TokenKind::String;
    for (std::uint32_t at = inner.begin; at < inner.end; ++at) {
      code_.text += lexed.text[at];
      code_.map.push_back(at);
      if (escapes && lexed.text[at] == '\'') ++at;
    }
  }
  void placeholder(std::string_view name, std::uint32_t at) {
    std::string text = "${";
    for (const char c : name.substr(0, 40)) {
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      text += word ? c : '_';
    }
    text += '}';
    code_.text += text;
    code_.map.insert(code_.map.end(), text.size(), at);
  }

  InnerCode& code_;
};

bool starts_a_loss(std::string_view text) {
  const std::string start = lower_ascii(trim(text).substr(0, 16));
  constexpr std::array words = std::to_array<std::string_view>({"drop", "truncate", "delete", "alter", "update"});
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return start.starts_with(word) && start.size() > word.size() &&
           std::string_view(" \t\r\n").find(start[word.size()]) != std::string_view::npos;
  });
}

/// Functions that run the statement which they are handed, and when.
struct Runner {
  std::string_view name;
  std::size_t argument;  ///< which one; the last text before it, where the call has fewer
  InnerCode::Runs runs;
};
constexpr std::array runners = std::to_array<Runner>({
    {"cron.schedule", 2, InnerCode::Runs::Scheduled},  // pg_cron
    {"cron.schedule_in_database", 2, InnerCode::Runs::Scheduled},
    {"dblink", 1, InnerCode::Runs::Composed},
    {"dblink_exec", 1, InnerCode::Runs::Composed},
    {"pg_background_launch", 0, InnerCode::Runs::Composed},
    {"query_to_xml", 0, InnerCode::Runs::Composed},
    {"run_command_on_all_nodes", 0, InnerCode::Runs::Composed},  // Citus
    {"run_command_on_coordinator", 0, InnerCode::Runs::Composed},
    {"run_command_on_placements", 1, InnerCode::Runs::Composed},
    {"run_command_on_shards", 1, InnerCode::Runs::Composed},
    {"run_command_on_workers", 0, InnerCode::Runs::Composed},
});

}  // namespace

InnerCode compose_code(WordsView& words) {
  InnerCode code;
  code.runs = InnerCode::Runs::Composed;
  code.quoted = true;
  const Token first = words.token();
  const bool text = at_text(words);
  Composer(code).expression(words, 0);
  const bool alone = text && words.at() > 0 && words.lexed().tokens[words.at() - 1].begin == first.begin;
  if (!alone) return code;
  code.text.clear();  // it stands there as it runs
  code.map.clear();
  code.bytes = inner_bytes(words.lexed(), first);
  return code;
}

void read_held_code(WordsView words, Reading& reading) {
  if (words.is_any({"raise", "print", "comment", "insert", "notify", "raiserror", "execute", "exec", "prepare"}))
    return;
  for (; !words.done(); words.skip()) {
    const std::string_view before = words.at() > 0 ? words.lexed().word(words.at() - 1) : std::string_view();
    const bool compared = before == "like" || before == "ilike" || before == "similar" || before == "~";
    const bool composes = at_text(words) || (words.is_any({"format", "concat"}) && words.word(1) == "(");
    if (!composes || compared) continue;
    WordsView behind = words;
    InnerCode code = compose_code(behind);
    const std::string_view held = code.text.empty() ? words.lexed().text.substr(code.bytes.begin, code.bytes.size())
                                                    : std::string_view(code.text);
    if (!starts_a_loss(held)) continue;
    reading.inner.push_back(std::move(code));
    words.jump(behind.at() > words.at() ? behind.at() - 1 : words.at());
  }
}

void read_prepare(WordsView words, std::size_t first, Reading& reading) {
  const bool sets = words.lexed().word(first) == "set";
  if (sets && read_server_setting(words, first, reading)) return;
  if (sets && (words.done() || words.token().kind != TokenKind::Variable)) return;
  if (sets && words.lexed().runs_values) return;  // read_held_code looks at it
  words.jump(sets ? words.at() + 1 : words.find({"from"}) + 1);
  words.take("=") || words.take(":=");
  if (words.done()) return;
  if (!at_text(words) && !words.is("concat")) return sets ? void() : read_unseen(words, first, reading);
  InnerCode code = compose_code(words);
  const std::string_view text =
      code.text.empty() ? words.lexed().text.substr(code.bytes.begin, code.bytes.size()) : std::string_view(code.text);
  if (!sets || starts_a_loss(text)) reading.inner.push_back(std::move(code));
}

void read_executed(WordsView words, std::size_t first, Reading& reading) {
  words.take_any({"immediate", "sp_msforeachtable", "sp_msforeachdb"});
  if (words.take("sp_executesql") && words.word(1) == "=" && words.token().kind == TokenKind::Variable)
    words.skip(2);  // @stmt = N'…'
  while (words.is("(")) {
    const std::size_t close = words.group_end(words.at());
    words.skip();
    words = words.until(close);
  }
  const bool composes = at_text(words) || (words.is_any({"format", "concat"}) && words.word(1) == "(");
  const bool joined = words.word(1) == "||" || words.word(1) == "+";
  if (words.done() || (!composes && !joined)) return read_unseen(words, first, reading);
  const WordsView named = words;
  InnerCode code = compose_code(words);
  if (opens_unseen(code)) return read_unseen(named, first, reading);
  reading.inner.push_back(std::move(code));
}

void read_copy(WordsView words, std::size_t, Reading& reading) {
  words.jump(words.find({"program"}) + 1);
  if (!words.at_string()) return;
  InnerCode code;
  code.runs = InnerCode::Runs::Command;
  code.quoted = true;
  code.bytes = inner_bytes(words.lexed(), words.token());
  reading.inner.push_back(std::move(code));
}

void read_query_result(WordsView words, Reading& reading) {
  const LexedView& lexed = words.lexed();
  if (words.end() >= lexed.tokens.size() || lexed.tokens[words.end()].kind != TokenKind::Terminator) return;
  if (!std::string_view(lexed.lower).substr(lexed.tokens[words.end()].begin).starts_with("\\gexec")) return;
  WordsView query = words;
  for (; !words.done(); words.skip()) {
    if (!at_text(words) && !(words.is_any({"format", "concat"}) && words.word(1) == "(")) continue;
    reading.inner.push_back(compose_code(words));
    return;
  }
  query.skip();
  read_unseen(query, query.at() - 1, reading);
}

void read_runners(WordsView words, Reading& reading) {
  for (; !words.done(); words.skip()) {
    if (words.token().kind != TokenKind::Word) continue;
    WordsView call = words;
    const Name name = call.take_name();
    const auto runner =
        std::find_if(runners.begin(), runners.end(), [&](const Runner& row) { return name.text() == row.name; });
    if (runner == runners.end() || !call.is("(")) continue;
    WordsView arguments = call.until(call.group_end(call.at()));
    arguments.skip();
    for (std::size_t left = runner->argument; !arguments.done(); --left) {
      const std::size_t comma = arguments.find({","});
      if (left == 0 || comma >= arguments.end()) break;
      arguments.jump(comma + 1);
    }
    if (!at_text(arguments) && !arguments.is("format")) continue;
    InnerCode code = compose_code(arguments);
    code.runs = runner->runs;
    code.routine = name;
    reading.inner.push_back(std::move(code));
    words.jump(call.at());
  }
}

}  // namespace redtag::sql
