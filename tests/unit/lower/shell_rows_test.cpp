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

/// Rows of cli-operations.json as the table has them, or those of one program alone; the aws program's come from its API.
std::vector<Row> rows(std::string_view only = {}) {
  std::ifstream file(std::string(REDTAG_SOURCE_DIR) + "/checks/facts/shell.tsv");
  std::vector<Row> out;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> c = cells(line);
    if (c.size() < 8 || c[0] != "shell" || (only.empty() ? c[1] == "aws" : c[1] != only)) continue;
    if (c[3] != "destroys" && c[3] != "detaches" && c[3] != "interrupts" && c[3] != "steers") continue;
    Row row{c[1], {}, c[3], alternatives(c[4]), alternatives(c[5])};
    for (const std::string_view word : split(c[2], ' ')) {
      if (!word.empty()) row.words.emplace_back(word == "*" ? "thing" : word);
    }
    out.push_back(std::move(row));
  }
  return out;
}

/// Rows that the front end judges by what a line aims at, or by the text that it carries, rather than by its words alone: what a
/// line of each looks like, and what is made of it. A row that is neither here nor follows the rule fails the test below.
enum class Seen : std::uint8_t {
  Armed,
  Nothing,  ///< of no harm by itself; `why` says why not, and the test holds it to that
};
struct Own {
  std::string_view row;  ///< program and words; a program alone stands for all of its rows that are not named
  std::string_view line;
  Seen seen = Seen::Armed;
  std::string_view why = {};
};
constexpr Own own_rows[] = {
    {"> file", ": > /var/lib/mysql/ibdata1"},
    {"Remove-Item", "Remove-Item -r -f /srv/shop/data"},
    {"bash -c", "bash -c 'rm -rf /srv/shop/data'"},
    {"blkdiscard", "blkdiscard -f /dev/sdb"},
    {"cargo", "cargo clean", Seen::Nothing, "built again; what is published has rows of its own"},
    {"cargo owner", "cargo owner --remove alice shop", Seen::Nothing,
     "a registry's own right, which nobody loses data by"},
    {"cat > /dev/", "cat image > /dev/sdb"},
    {"chgrp", "chgrp -R staff /etc"},
    {"chmod", "chmod -R 777 /etc"},
    {"chmod 777", "chmod -R 777 /"},
    {"chown", "chown -R nobody /"},
    {"clickhouse-client --query", "clickhouse-client --query 'DROP TABLE orders'"},
    {"clush", "clush -w 'db[1-3]' rm -rf /srv/shop/data"},
    {"cockroach sql -e", "cockroach sql -e 'DROP TABLE orders'"},
    {"cp", "cp -f new.conf /etc/shop.conf", Seen::Nothing, "one file in the place of another is daily work"},
    {"cqlsh -e", "cqlsh -e 'DROP KEYSPACE shop'"},
    {"curl", "curl -X DELETE https://api.example.com/v1/zones/1"},
    {"dd of=", "dd if=image of=/dev/sdb"},
    {"dd of=/dev/", "dd if=image of=/dev/sdb"},
    {"del", "rm -r -f /srv/shop/data"},
    {"docker exec", "docker exec db rm -rf /var/lib/mysql"},
    {"docker run", "docker run --rm -v /srv/data:/data alpine rm -rf /data"},
    {"duckdb -c", "duckdb shop.db -c 'DROP TABLE orders'"},
    {"eval *", "eval 'rm -rf /srv/shop/data'"},
    {"fdisk", "fdisk /dev/sdb", Seen::Nothing, "asks before it writes anything"},
    {"find -delete", "find /srv/shop/data -delete"},
    {"find -exec rm", "find /srv/shop/data -exec rm -rf {} +"},
    {"find -exec shred", "find /srv/shop/data -type f -exec shred {} +"},
    {"find -execdir rm", "find /srv/shop/data -execdir rm -rf {} +"},
    {"gcloud storage mv", "gcloud storage mv gs://shop-a/x gs://shop-b/x", Seen::Nothing, "moved, not lost"},
    {"gdisk", "gdisk /dev/sdb", Seen::Nothing, "asks before it writes anything"},
    {"git", "git push --force origin main"},
    {"gsutil mv", "gsutil mv gs://shop-a/x gs://shop-b/x", Seen::Nothing, "moved, not lost"},
    {"heroku run", "heroku run 'rails db:drop'"},
    {"history -c", "history -c", Seen::Nothing, "a shell's own memory"},
    {"install", "install -m 755 shop /usr/local/bin/shop", Seen::Nothing,
     "one file in the place of another is daily work"},
    {"kubectl cp", "kubectl cp web:/data/x x", Seen::Nothing, "a copy"},
    {"kubectl exec", "kubectl exec db-0 -- rm -rf /var/lib/mysql"},
    {"ln -sf", "ln -sf /srv/shop/4 /srv/shop/current", Seen::Nothing, "a link in the place of a link is daily work"},
    {"make *", "make clean", Seen::Nothing, "the recipe of the tree is read instead"},
    {"mariadb -e", "mariadb -e 'DROP DATABASE shop'"},
    {"mkfs", "mkfs -t ext4 /dev/sdb"},
    {"mkfs.btrfs", "mkfs.btrfs -f /dev/sdb"},
    {"mkfs.ext4", "mkfs.ext4 -F /dev/sdb"},
    {"mkfs.xfs", "mkfs.xfs -f /dev/sdb"},
    {"mkswap", "mkswap -f /dev/sdb"},
    {"mongo --eval", "mongo shop --eval 'db.dropDatabase()'"},
    {"mongosh --eval", "mongosh shop --eval 'db.orders.drop()'"},
    {"mv", "mv -f new.conf /etc/shop.conf", Seen::Nothing, "one file in the place of another is daily work"},
    {"mysql -e", "mysql -e 'DROP DATABASE shop'"},
    {"mysql -e GRANT ALL", "mysql -e \"GRANT ALL ON *.* TO 'web'@'%'\""},
    {"mysql -e RESET MASTER", "mysql -e 'RESET MASTER'"},
    {"mysqldump --add-drop-database", "mysqldump --add-drop-database shop", Seen::Nothing, "a copy to restore from"},
    {"mysqldump --add-drop-table", "mysqldump --add-drop-table shop", Seen::Nothing, "a copy to restore from"},
    {"nc *", "echo flush_all | nc cache 11211"},
    {"openssl ca -revoke", "openssl ca -revoke web.pem", Seen::Nothing, "a certificate that is no longer wanted"},
    {"openssl genrsa", "openssl genrsa -out web.key 2048", Seen::Nothing,
     "a new key; over an old one it is a file like others"},
    {"parallel rm", "parallel rm -rf ::: /srv/shop/data"},
    {"pg_dump --clean", "pg_dump --clean shop", Seen::Nothing, "a copy to restore from"},
    {"pg_dumpall --clean", "pg_dumpall --clean", Seen::Nothing, "a copy to restore from"},
    {"pip", "pip uninstall -y shop", Seen::Nothing, "installed again by running something"},
    {"psql -c", "psql shop -c 'DROP TABLE orders'"},
    {"pt-archiver --purge", "pt-archiver --source h=db,D=shop,t=orders --purge --where 1=1"},
    {"rd", "rm -r -f /srv/shop/data"},
    {"rm", "rm -f /var/lib/mysql/ibdata1"},
    {"rm -r", "rm -rf /srv/shop/data"},
    {"rmdir", "rmdir /srv/shop/data", Seen::Nothing, "only empty directories go"},
    {"rsync", "rsync -a new/ /srv/shop/", Seen::Nothing, "one file in the place of another is daily work"},
    {"rsync --delete", "rsync -a --delete new/ /srv/shop/data/"},
    {"scp", "scp shop.conf web:/etc/shop.conf", Seen::Nothing, "one file in the place of another is daily work"},
    {"sed -i", "sed -i s/a/b/ shop.conf", Seen::Nothing, "an edit in place"},
    {"sgdisk", "sgdisk --zap-all /dev/sdb"},
    {"shred", "shred -u /srv/shop/data.db"},
    {"sqlcmd -Q", "sqlcmd -Q 'DROP DATABASE shop'"},
    {"sqlite3", "sqlite3 shop.db 'DROP TABLE orders'"},
    {"ssh *", "ssh web 'rm -rf /srv/shop/data'"},
    {"ssh-keygen -R", "ssh-keygen -R web", Seen::Nothing, "a name that is learned again"},
    {"ssh-keygen -f", "ssh-keygen -f id_web", Seen::Nothing, "a new key; over an old one it asks"},
    {"sudo tee /etc/sudoers", "echo 'web ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/web"},
    {"sudoers nopasswd", "echo 'web ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/web"},
    {"tar --remove-files", "tar cf old.tar --remove-files logs", Seen::Nothing, "a copy takes their place"},
    {"tar x", "tar xf shop.tar -C /srv/shop", Seen::Nothing, "one file in the place of another is daily work"},
    {"tee", "tee shop.conf", Seen::Nothing, "one file in the place of another is daily work"},
    {"truncate -s 0", "truncate -s 0 /var/lib/mysql/ibdata1"},
    {"unlink", "unlink /srv/shop/data.db"},
    {"unzip -o", "unzip -o shop.zip", Seen::Nothing, "one file in the place of another is daily work"},
    {"vault kv put", "vault kv put secret/shop password=x"},  // what arms it disarms it by another value
    {"wget -O", "wget -O shop.tar https://example.com/shop.tar", Seen::Nothing,
     "one file in the place of another is daily work"},
    {"wipefs -a", "wipefs -a /dev/sdb"},
    {"xargs rm", "find /srv/shop/data -type f | xargs rm -rf"},
};

std::string name_of(const Row& row) {
  std::string name = row.program;
  for (const std::string& word : row.words) name += " " + (word == "thing" ? "*" : word);
  return name;
}

const Own* own_row(const Row& row) {
  const std::string name = name_of(row);
  const Own* of_program = nullptr;
  for (const Own& own : own_rows) {
    if (own.row == name) return &own;
    if (own.row == row.program) of_program = &own;
  }
  return of_program;
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
    if (own_row(row) != nullptr) continue;
    const std::string line = command(row, arming(row));
    for (const Wrapping& wrapping : wrappings()) {
      ++failures.tried[wrapping.name];
      if (!armed(lowered(wrapping.path, wrapping.wrap(line)))) failures.by_name[wrapping.name].push_back(line);
    }
  }
  EXPECT_TRUE(failures.by_name.empty()) << failures.shown();
}

TEST(ShellRows, JudgedByWhatTheyAimAt) {
  Failures failures;
  std::set<std::string_view> used;
  for (const Row& row : rows()) {
    const Own* own = own_row(row);
    if (own == nullptr || !used.insert(own->row).second) continue;
    for (const Wrapping& wrapping : wrappings()) {
      if (own->line.find('|') != std::string_view::npos && wrapping.name == "xargs") continue;
      ++failures.tried[wrapping.name];
      const bool seen = armed(lowered(wrapping.path, wrapping.wrap(std::string(own->line))));
      if (seen != (own->seen == Seen::Armed))
        failures.by_name[wrapping.name].push_back(std::string(own->row) + ": " + std::string(own->line));
    }
  }
  EXPECT_TRUE(failures.by_name.empty()) << failures.shown();
  EXPECT_EQ(used.size(), std::size(own_rows)) << "each line stands for a row of the table";
}

/// Thousands of one kind: a script holds many, and each script is carried in another way. A list of words for xargs holds one.
TEST(ShellRows, OfTheApiAreSeenInEveryWrapping) {
  constexpr std::size_t together = 64;
  Failures failures;
  std::vector<std::string> lines;
  for (const Row& row : rows("aws")) lines.push_back(command(row, arming(row)));
  ASSERT_GT(lines.size(), 3000U);
  for (std::size_t at = 0, turn = 0; at < lines.size(); at += together, ++turn) {
    const Wrapping& wrapping = wrappings()[turn % wrappings().size()];
    const bool one = wrapping.name == "xargs";
    std::string text;
    std::size_t count = 0;
    for (std::size_t i = at; i < std::min(at + (one ? 1 : together), lines.size()); ++i, ++count)
      text += (text.empty() ? "" : wrapping.name == "recipe" ? "\n\t" : "\n") + lines[i];
    const Model model = lowered(wrapping.path, wrapping.wrap(text));
    const auto seen = std::count_if(model.operations.begin(), model.operations.end(), [](const Operation& o) {
      return harms(o) && o.arming != Arming::Disarmed && o.program == "aws";
    });
    failures.tried[wrapping.name] += count;
    if (static_cast<std::size_t>(seen) != count) {
      failures.by_name[wrapping.name].push_back(std::to_string(seen) + " of " + std::to_string(count) + " from " +
                                                lines[at]);
    }
    if (one) at -= together - 1;  // the others of this share take their turn
  }
  EXPECT_TRUE(failures.by_name.empty()) << failures.shown();
}

TEST(ShellRows, DisarmedTheyStaySilentInEveryWrapping) {
  Failures failures;
  for (const Row& row : rows()) {
    if (own_row(row) != nullptr) continue;
    for (const std::string& safe : row.disarms) {
      if (!safe.starts_with('-')) continue;
      const std::string line = command(row, safe);
      for (const Wrapping& wrapping : wrappings()) {
        ++failures.tried[wrapping.name];
        if (armed(lowered(wrapping.path, wrapping.wrap(line)))) failures.by_name[wrapping.name].push_back(line);
      }
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
