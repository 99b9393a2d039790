// SQL that a script hands to a database client: by option, as an operand, in a here-document, or through a pipe.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/operation.h"
#include "lower/shell/sql_files.h"

namespace redtag::shell {

namespace {

struct Client {
  std::string_view program;
  std::string_view options;     ///< whose value is SQL, blank-separated
  bool operand;                 ///< its second operand is SQL
  bool input;                   ///< reads SQL from its input
  std::string_view valued;      ///< options that take the next word and say nothing of where, blank-separated
  std::string_view files = {};  ///< options whose value is a file of SQL, blank-separated
};

constexpr std::string_view psql_valued =
    "-v --set --variable -f --file -o --output -L --log-file -F -P --pset -R -T -h --host -p "
    "--port -d --dbname -U --username -c --command";
constexpr std::string_view mysql_valued = "-e --execute -h --host -P --port -D --database -S --socket -u --user";

constexpr std::array<Client, 13> clients{
    {{"psql", "-c --command", false, true, psql_valued, "-f --file"},
     {"mysql", "-e --execute", false, true, mysql_valued},
     {"mariadb", "-e --execute", false, true, mysql_valued},
     {"sqlite3", "", true, true, "-cmd -separator -init"},
     {"sqlite", "", true, true, "-cmd -separator -init"},
     {"cockroach", "-e --execute", false, true, "-e --execute --url --host -d --database -u --user -p --port",
      "-f --file"},
     {"clickhouse-client", "-q --query", false, true, "-q --query -h --host --port -d --database -u --user",
      "--queries-file"},
     {"duckdb", "-c", true, true, "-cmd -separator -init -c", "-f -init"},
     {"sqlcmd", "-Q -q", false, false, "-Q -q -S -d -U -P -i -o", "-i"},
     {"pgcli", "-c", false, false, psql_valued},
     {"influx", "-execute --execute", false, false, "-host -port -database -username -password -format"},
     {"cqlsh", "-e --execute", false, true, "-e --execute -k --keyspace -u -p -f", "-f --file"},
     {"vsql", "-c", false, true, psql_valued, "-f --file"}}};

const Client* client_of(const LineView& line) {
  const auto client = std::find_if(clients.begin(), clients.end(),
                                   [&](const Client& c) { return c.program == line.invocation.program; });
  return client == clients.end() ? nullptr : &*client;
}

/// Variables in the text become a name that parses as one; their place stays exact.
SqlText sql_of(const std::vector<Part>& parts, std::size_t skip) {
  SqlText sql;
  for (const Part& part : parts) {
    if (part.kind == PartKind::Text) {
      for (std::size_t i = std::min(skip, part.text.size()); i < part.text.size(); ++i) {
        sql.text += part.text[i];
        sql.map.push_back(part.at(i));
      }
      skip = 0;
    } else {
      const std::string name =
          part.kind == PartKind::Variable && !part.text.empty() ? lower_ascii(part.text) : "unknown";
      for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        sql.text += plain ? c : '_';
        sql.map.push_back(part.begin);
      }
      sql.certain = false;
    }
  }
  if (sql.map.empty()) return sql;
  sql.bytes = ByteRange{sql.map.front(), sql.map.back() + 1};
  sql.map.push_back(sql.map.back() + 1);
  return sql;
}

void add(const LineView& line, const std::vector<Part>& parts, std::size_t skip, std::vector<SqlText>& out) {
  for (const std::vector<Part>& text : spelled_out(line, parts)) {
    SqlText sql = sql_of(text, skip);
    if (!trim(sql.text).empty()) out.push_back(std::move(sql));
  }
}

/// What `echo "…" | psql` prints.
void add_printed(const LineView& line, std::size_t source, std::vector<SqlText>& out) {
  const Command& command = line.script.commands[source];
  if (command.words.empty()) return;
  const std::string name(base_name(marked_text(command.words[0].parts)));
  if (name == "cat") {
    for (const Redirect& redirect : command.redirects) {
      if (redirect.kind == RedirectKind::Here) add(line, redirect.word.parts, 0, out);
    }
  }
  if (name != "echo" && name != "printf") return;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string text = marked_text(command.words[i].parts);
    if (!text.empty() && text[0] != '-') add(line, command.words[i].parts, 0, out);
  }
}

void add_options(const LineView& line, const Client& client, std::vector<SqlText>& out) {
  for (const std::string_view option : split(client.options, ' ')) {
    if (option.empty()) continue;
    for (std::size_t i = line.first(); i < line.last(); ++i) {
      const std::string_view text = line.text(i);
      const bool cluster = text.size() > 1 && text[0] == '-' && text[1] != '-' && option.size() == 2 &&
                           text.back() == option[1] && text.find_first_of("=' ") == std::string_view::npos &&
                           text.size() < 8;
      if ((text == option || cluster) && i + 1 < line.last()) {
        add(line, line.words[i + 1].word->parts, 0, out);
      } else if (text.size() > option.size() + 1 && text.starts_with(option) && text[option.size()] == '=') {
        add(line, line.words[i].word->parts, option.size() + 1, out);
      } else if (client.program != "psql" && option.size() == 2 && text.size() > 2 && text.starts_with(option) &&
                 text.find(' ') != std::string_view::npos) {
        add(line, line.words[i].word->parts, 2, out);  // mysql -e'DROP …'
      }
    }
  }
}

}  // namespace

SqlClient sql_client_of(const LineView& line) {
  const Client* client = client_of(line);
  return client == nullptr ? SqlClient{} : SqlClient{true, client->input, client->files};
}

std::vector<SqlText> sql_texts(const LineView& line) {
  std::vector<SqlText> out;
  const Client* client = client_of(line);
  if (client == nullptr) return out;
  add_options(line, *client, out);
  if (client->operand) {
    const std::vector<std::size_t> operands = line.operands(client->valued);
    for (std::size_t i = 1; i < operands.size(); ++i) add(line, line.words[operands[i]].word->parts, 0, out);
  }
  if (!client->input) return out;
  for (const Redirect& redirect : line.as_written().redirects) {
    const bool here = redirect.kind == RedirectKind::Here || redirect.kind == RedirectKind::HereString;
    if (here) add(line, redirect.word.parts, 0, out);
  }
  if (line.as_written().piped) add_printed(line, *line.as_written().piped, out);
  return out;
}

std::vector<std::string> databases_of(const LineView& line) {
  const Client* client = client_of(line);
  if (client == nullptr) return {};
  std::vector<std::string> found;
  for (const std::size_t i : line.operands(client->valued)) {
    if (client->operand && !found.empty()) break;  // the others are SQL
    const Argument& argument = line.words[i];
    std::string written = argument.word->source;
    std::erase_if(written, [](char c) { return c == '"' || c == '{' || c == '}'; });
    found.push_back(known_text(argument.readings.front()).value_or(std::move(written)));
  }
  return found;
}

}  // namespace redtag::shell
