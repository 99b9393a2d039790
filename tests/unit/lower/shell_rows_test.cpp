// Every row that the tables have of commands, in the ways in which a command line can be carried: armed it is seen, disarmed it is
// disarmed, and the same words as text are nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "lower/shell/shell.h"

namespace redtag {
namespace {

struct Row {
  std::string program;
  std::vector<std::string> words;
  std::string effect;
  std::vector<std::string> arms;
  std::vector<std::string> disarms;
};

std::vector<std::string> cells(std::string_view line) {
  std::vector<std::string> out;
  for (const std::string_view cell : split(line, '\t')) out.emplace_back(cell);
  return out;
}

std::vector<std::string> alternatives(const std::string& cell) {
  std::vector<std::string> out;
  for (const std::string_view item : split(cell, '|')) {
    if (!trim(item).empty()) out.emplace_back(trim(item));
  }
  return out;
}

/// Rows of cli-operations.json as the table has them; the aws program's come from its API and are thousands of one kind.
std::vector<Row> rows() {
  std::ifstream file(std::string(REDTAG_SOURCE_DIR) + "/checks/facts/shell.tsv");
  std::vector<Row> out;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> c = cells(line);
    if (c.size() < 8 || c[0] != "shell" || c[1] == "aws") continue;
    if (c[3] != "destroys" && c[3] != "detaches" && c[3] != "interrupts" && c[3] != "steers") continue;
    Row row{c[1], {}, c[3], alternatives(c[4]), alternatives(c[5])};
    for (const std::string_view word : split(c[2], ' ')) {
      if (!word.empty()) row.words.emplace_back(word == "*" ? "thing" : word);
    }
    out.push_back(std::move(row));
  }
  return out;
}

/// Rows that no command line can be made of by rule, and programs that the front end understands by itself and judges by what
/// they aim at rather than by a row. Each has its own tests.
bool understood_otherwise(const Row& row) {
  static const std::set<std::string> own{"> file",    "rm",      "find",       "dd",      "shred",
                                         "truncate",  "wipefs",  "blkdiscard", "sgdisk",  "rsync",
                                         "git",       "chmod",   "chown",      "chgrp",   "psql",
                                         "mysql",     "sqlite3", "mongo",      "mongosh", "sudoers",
                                         "cockroach", "sqlcmd",  "duckdb",     "mariadb", "clickhouse-client",
                                         "cqlsh",     "unlink",  "mkswap",     "trash",   "Remove-Item",
                                         "rd",        "del",     "rimraf",     "curl",    "gh",
                                         "wget",      "pgcli",   "vsql",       "sqlite",  "chattr"};
  // Words that wrap another command, or whose arguments are text.
  static const std::set<std::string> wrapping{
      "sudo",       "ssh",     "xargs",   "parallel", "eval",   "bash",   "sh",      "su",      "nc",
      "ncat",       "echo",    "sed",     "awk",      "cat",    "tee",    "cp",      "mv",      "ln",
      "tar",        "unzip",   "scp",     "wget",     "make",   "pip",    "cargo",   "history", "openssl",
      "ssh-keygen", "python",  "python3", "perl",     "node",   "ruby",   "php",     "java",    "rmdir",
      "gzip",       "install", "alias",   "env",      "docker", "podman", "crontab", "busybox"};
  // What these make is a copy to restore from, or they only start another command.
  static const std::set<std::string> copies{"pg_dump",      "pg_dumpall", "mysqldump", "heroku run",
                                            "kubectl exec", "kubectl cp", "gsutil mv", "gcloud storage mv"};
  const std::string start = row.program + (row.words.empty() ? "" : " " + row.words[0]);
  const std::string whole = start + (row.words.size() > 1 ? " " + row.words[1] : "");
  if (copies.count(row.program) + copies.count(start) + copies.count(whole) > 0) return true;
  // Rows whose arming word is no argument: interactive tools without one, "absent", a value that also disarms.
  static const std::set<std::string> circumstances{"fdisk", "gdisk", "pt-archiver --purge", "vault kv put"};
  if (circumstances.count(row.program) + circumstances.count(start) + circumstances.count(whole) > 0) return true;
  return own.count(row.program) > 0 || wrapping.count(row.program) > 0 || row.program.starts_with("mkfs");
}

/// The first argument that arms and does not disarm as well.
std::string arming(const Row& row) {
  for (const std::string& argument : row.arms) {
    if (std::find(row.disarms.begin(), row.disarms.end(), argument) == row.disarms.end()) return argument;
  }
  return {};
}

bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./:=,@%+").find(c) != std::string_view::npos;
  });
}

std::string quoted(const std::string& word) {
  if (plain(word) && !word.empty()) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command(const Row& row, const std::string& argument) {
  std::string line = row.program;
  for (const std::string& word : row.words) line += " " + quoted(word);
  if (argument.empty()) return line;
  for (const std::string_view word : split(argument, ' ')) {
    if (!word.empty())
      line += " " + quoted(std::string(word.ends_with('=') ? std::string(word) + "x" : std::string(word)));
  }
  return line;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

struct Wrapping {
  std::string name;
  std::string path;
  std::string (*wrap)(const std::string& command);
};
const std::vector<Wrapping>& wrappings() {
  static const std::vector<Wrapping> all{
      {"script", "x.sh", [](const std::string& c) { return c + "\n"; }},
      {"function", "x.sh", [](const std::string& c) { return "carried() {\n  " + c + "\n}\ncarried\n"; }},
      {"sh -c", "x.sh", [](const std::string& c) { return "sh -c '" + replaced(c, "'", "'\\''") + "'\n"; }},
      {"recipe", "Makefile", [](const std::string& c) { return "go:\n\t" + replaced(c, "$", "$$") + "\n"; }},
      {"xargs", "x.sh", [](const std::string& c) { return "cat list | xargs " + c + "\n"; }},
      {"here-document", "x.sh", [](const std::string& c) { return "bash <<'EOT'\n" + c + "\nEOT\n"; }}};
  return all;
}

const std::vector<Wrapping>& texts() {
  static const std::vector<Wrapping> all{
      {"comment", "x.sh", [](const std::string& c) { return "true # " + c + "\n"; }},
      {"echo", "x.sh", [](const std::string& c) { return "echo 'run: " + replaced(c, "'", "'\\''") + "'\n"; }},
      {"document", "x.sh", [](const std::string& c) { return "cat <<'EOT' > /tmp/help.txt\n" + c + "\nEOT\n"; }},
      {"message", "x.sh", [](const std::string& c) { return "git commit -m '" + replaced(c, "'", "'\\''") + "'\n"; }},
      {"pattern", "x.sh", [](const std::string& c) { return "grep -q -- '" + replaced(c, "'", "'\\''") + "' log\n"; }}};
  return all;
}

Model lowered(const std::string& path, const std::string& text) {
  static const FactTables facts = FactTables::builtin();
  return shell_frontend.lower({FileId{0}, Side::After, path, text, 0, false}, LoweringView{facts, 0});
}

bool harms(const Operation& operation) {
  return operation.verb == Verb::Destroy || operation.verb == Verb::Empty || operation.verb == Verb::Delete ||
         operation.verb == Verb::Overwrite || operation.verb == Verb::Detach || operation.verb == Verb::Interrupt ||
         operation.verb == Verb::Steer || operation.verb == Verb::Unguard || operation.verb == Verb::Apply ||
         operation.verb == Verb::Narrow || operation.verb == Verb::Rewrite;
}

bool armed(const Model& model) {
  return std::any_of(model.operations.begin(), model.operations.end(),
                     [](const Operation& o) { return harms(o) && o.arming != Arming::Disarmed; });
}

/// Failures by wrapping, shown once with a few examples: thousands of lines help nobody.
struct Failures {
  std::map<std::string, std::vector<std::string>> by_name;
  std::map<std::string, std::size_t> tried;
  [[nodiscard]] std::string shown() const {
    std::ostringstream out;
    for (const auto& [name, commands] : by_name) {
      out << name << ": " << commands.size() << " of " << tried.at(name) << "\n";
      for (std::size_t i = 0; i < commands.size() && i < 400; ++i) out << "    " << commands[i] << "\n";
    }
    return out.str();
  }
};

TEST(ShellRows, ArmedTheyAreSeenInEveryWrapping) {
  Failures failures;
  for (const Row& row : rows()) {
    if (understood_otherwise(row)) continue;
    const std::string line = command(row, arming(row));
    for (const Wrapping& wrapping : wrappings()) {
      ++failures.tried[wrapping.name];
      if (!armed(lowered(wrapping.path, wrapping.wrap(line)))) failures.by_name[wrapping.name].push_back(line);
    }
  }
  EXPECT_TRUE(failures.by_name.empty()) << failures.shown();
}

TEST(ShellRows, DisarmedTheyStaySilent) {
  Failures failures;
  for (const Row& row : rows()) {
    if (understood_otherwise(row)) continue;
    for (const std::string& safe : row.disarms) {
      if (!safe.starts_with('-')) continue;
      const std::string line = command(row, safe);
      ++failures.tried["disarmed"];
      if (armed(lowered("x.sh", line + "\n"))) failures.by_name["disarmed"].push_back(line);
    }
  }
  EXPECT_TRUE(failures.by_name.empty()) << failures.shown();
}

TEST(ShellRows, AsTextTheyAreNothing) {
  Failures failures;
  for (const Row& row : rows()) {
    const std::string line = command(row, arming(row));
    if (line.find("EOT") != std::string::npos || line.find('\n') != std::string::npos) continue;
    for (const Wrapping& wrapping : texts()) {
      ++failures.tried[wrapping.name];
      if (armed(lowered(wrapping.path, wrapping.wrap(line)))) failures.by_name[wrapping.name].push_back(line);
    }
  }
  EXPECT_TRUE(failures.by_name.empty()) << failures.shown();
}

}  // namespace
}  // namespace redtag
