// The same property as in fingerprint_test.cpp, for what other languages do: objects of a cluster, jobs, playbooks, migrations, programs and
// scripts. Each thing is written in a style that is drawn by lot; what it says is a name and the place where that is.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "run/run.h"

namespace redtag {
namespace {

constexpr std::size_t kinds = 7;
constexpr std::size_t entities = 42;
constexpr std::size_t rounds = 24;

using Random = std::mt19937;

/// How a thing is written, whatever it says.
struct Style {
  bool comments = false;
  bool spaced = false;
  bool reordered = false;
  bool more = false;     ///< something unrelated stands beside it
  bool renamed = false;  ///< its file has another name
  bool quoted = false;
};

Style any_style(Random& random) {
  const auto lot = [&] { return random() % 2 == 0; };
  return {lot(), lot(), lot(), lot(), lot(), lot()};
}

/// What happens, in the end: this, there.
struct Said {
  std::string name;
  std::string place;
};

struct Thing {
  std::string path;
  std::string before;
  std::string after;
};

std::string stem(std::size_t i, const Style& style) {
  return fmt::format("{}{:02}", style.renamed ? "other" : "thing", i);
}
std::string quoted(const std::string& text, const Style& style) { return style.quoted ? "\"" + text + "\"" : text; }
std::string comment(const Style& style, const std::string& mark) { return style.comments ? mark + " a note\n" : ""; }

Thing claim(std::size_t i, const Said& said, const Style& style) {
  const std::string name = "  name: " + quoted(said.name, style) + "\n", place = "  namespace: " + said.place + "\n";
  const std::string kept = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept\n";
  const std::string meta = "metadata:\n" + (style.reordered ? place + name : name + place);
  const std::string spec = "spec:\n  accessModes: [ReadWriteOnce]\n";
  std::string object = comment(style, "#") + "apiVersion: v1\nkind: PersistentVolumeClaim\n";
  object += style.reordered ? spec + meta : meta + spec;
  const std::string gap = style.spaced ? "\n\n" : "";
  const std::string more = style.more ? "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: more\n" : "";
  return {"k8s/" + stem(i, style) + ".yaml", gap + kept + "---\n" + object, gap + kept + more};
}

Thing job(std::size_t i, const Said& said, const Style& style) {
  const std::string head =
      "on:\n  workflow_dispatch:\njobs:\n  clean:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n";
  std::string after = head + comment(style, "      #") +
                      (style.reordered ? "      - name: clean\n        run: |\n" : "      - run: |\n");
  if (style.spaced) after += "\n";
  after += fmt::format("          dropdb -h {} {}\n", said.place, quoted(said.name, style));
  if (style.more) after += "      - run: echo done\n";
  return {".github/workflows/" + stem(i, style) + ".yml", head, after};
}

Thing play(std::size_t i, const Said& said, const Style& style) {
  const std::string head = "- name: clean\n  hosts: db\n  tasks:\n    - name: look\n      command: uptime\n";
  const std::string name = "        name: " + quoted(said.name, style) + "\n";
  const std::string rest = "        login_host: " + said.place + "\n        state: absent\n";
  std::string after =
      head + comment(style, "    #") + (style.spaced ? "\n" : "") + "    - name: drop\n      postgresql_db:\n";
  after += style.reordered ? rest + name : name + rest;
  if (style.more) after += "    - name: look again\n      command: uptime\n";
  return {"playbooks/" + stem(i, style) + ".yml", head, after};
}

Thing rails(std::size_t i, const Said& said, const Style& style) {
  std::string body = comment(style, "    #") +
                     fmt::format("    drop_table {}\n", style.quoted ? "\"" + said.place + "." + said.name + "\""
                                                                     : "'" + said.place + "." + said.name + "'");
  if (style.spaced) body = "\n" + body + "\n";
  if (style.more) body += fmt::format("    create_table :fresh{} do |t|\n      t.string :a\n    end\n", i);
  return {fmt::format("db/migrate/202401010000{:02}_clean.rb", i), "",
          "class Clean < ActiveRecord::Migration[7.1]\n  def up\n" + body + "  end\n\n  def down\n" +
              fmt::format("    create_table '{}.{}' do |t|\n      t.string :a\n    end\n", said.place, said.name) +
              "  end\nend\n"};
}

Thing alembic(std::size_t i, const Said& said, const Style& style) {
  std::string body = comment(style, "    #");
  body += style.spaced ? fmt::format("    op.drop_table(\n        \"{}\",\n        schema=\"{}\",\n    )\n", said.name,
                                     said.place)
                       : fmt::format("    op.drop_table(\"{}\", schema=\"{}\")\n", said.name, said.place);
  if (style.more) body += fmt::format("    op.create_table(\"fresh{}\", sa.Column(\"a\", sa.Integer()))\n", i);
  return {fmt::format("alembic/versions/r{:02}_clean.py", i), "",
          fmt::format("from alembic import op\nimport sqlalchemy as sa\n\nrevision = \"r{0}\"\ndown_revision = "
                      "\"p{0}\"\n\n\ndef upgrade():\n{1}\n\ndef "
                      "downgrade():\n    op.create_table(\"{2}\", sa.Column(\"a\", sa.Integer()), schema=\"{3}\")\n",
                      i, body, said.name, said.place)};
}

Thing program(std::size_t i, const Said& said, const Style& style) {
  const std::string head = "#include <filesystem>\n\nvoid start() {}\n";
  std::string call = fmt::format("  std::filesystem::remove_all(\"/var/lib/{}/{}\");\n", said.place, said.name);
  if (style.spaced)
    call = fmt::format("  std::filesystem::remove_all(\n      \"/var/lib/{}/{}\");\n\n", said.place, said.name);
  std::string after = head + comment(style, "//") + "\nvoid clean() {\n" + comment(style, "  //") + call + "}\n";
  if (style.more) after += "\nint more() { return 1; }\n";
  return {"src/" + stem(i, style) + ".cpp", head, after};
}

Thing script(std::size_t i, const Said& said, const Style& style) {
  const std::string client = style.reordered ? "psql --quiet" : "psql";
  const std::string sql =
      style.spaced ? fmt::format("DROP   TABLE app.{} ;", said.name) : fmt::format("DROP TABLE app.{}", said.name);
  std::string after = "#!/bin/sh\nset -e\n" + comment(style, "#") + (style.more ? "echo cleaning\n" : "");
  after += fmt::format("{} -h {} -c \"{}\"\n", client, quoted(said.place, style), sql);
  return {"ops/" + stem(i, style) + ".sh", "#!/bin/sh\nset -e\n", after};
}

Thing thing(std::size_t i, const Said& said, const Style& style) {
  switch (i % kinds) {
    case 0: return claim(i, said, style);
    case 1: return job(i, said, style);
    case 2: return play(i, said, style);
    case 3: return rails(i, said, style);
    case 4: return alembic(i, said, style);
    case 5: return program(i, said, style);
    default: return script(i, said, style);
  }
}

Said plain(std::size_t i) { return {fmt::format("orders{:02}", i), "north"}; }

std::uint32_t lines_of(const std::string& text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Fingerprints by the file of the thing that they speak of.
std::map<std::size_t, std::vector<std::string>> fingerprints_of(const std::vector<Thing>& things) {
  std::map<Path, std::string> tree_files;
  std::map<std::string, std::size_t> sorted;
  for (std::size_t i = 0; i < things.size(); ++i) sorted[things[i].path] = i;
  ChangeSet changes;
  for (const auto& [path, i] : sorted) {
    const Thing& one = things[i];
    FileChange file;
    file.id = FileId{static_cast<std::uint32_t>(changes.files.size())};
    file.after_path = path;
    file.after = {ImageKind::Whole, one.after, {}, 0100644, ""};
    file.status = ChangeStatus::Added;
    if (!one.before.empty()) {
      tree_files[path] = one.before;
      file.status = ChangeStatus::Modified;
      file.before_path = path;
      file.before = {ImageKind::Whole, one.before, {}, 0100644, ""};
    }
    file.hunks.push_back({1, lines_of(one.before), 1, lines_of(one.after)});
    changes.files.push_back(std::move(file));
  }
  MemoryTree tree(std::move(tree_files));
  static const CheckSet checks = CheckSet::builtin();
  const auto review = run(changes, tree, checks, Policy(), {});
  EXPECT_TRUE(review.has_value()) << (review ? "" : review.error().message);
  std::map<std::size_t, std::vector<std::string>> prints;
  if (!review) return prints;
  for (const JudgedFinding& judged : review->findings)
    prints[sorted.at(changes.file(judged.finding.region.file).shown_path())].push_back(judged.finding.fingerprint);
  for (auto& [i, list] : prints) std::sort(list.begin(), list.end());
  return prints;
}

template <class Make>
std::vector<Thing> all_things(const Make& make) {
  std::vector<Thing> things;
  for (std::size_t i = 0; i < entities; ++i) things.push_back(make(i));
  return things;
}

class StackFingerprints : public ::testing::Test {
 protected:
  static const std::map<std::size_t, std::vector<std::string>>& before() {
    static const auto prints = fingerprints_of(all_things([](std::size_t i) { return thing(i, plain(i), Style()); }));
    return prints;
  }
};

TEST_F(StackFingerprints, EveryThingHasOne) {
  for (std::size_t i = 0; i < kinds; ++i) EXPECT_EQ(before().count(i), 1U) << thing(i, plain(i), Style()).after;
}

TEST_F(StackFingerprints, SurviveAThousandStyles) {
  std::size_t tried = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    Random random(static_cast<unsigned>(round));
    const auto things = all_things([&](std::size_t i) { return thing(i, plain(i), any_style(random)); });
    const auto after = fingerprints_of(things);
    for (std::size_t i = 0; i < entities; ++i, ++tried) {
      const auto found = after.find(i);
      ASSERT_TRUE(found != after.end()) << things[i].path << "\n" << things[i].after;
      EXPECT_EQ(found->second, before().at(i)) << things[i].path << "\n"
                                               << things[i].before << "---\n"
                                               << things[i].after;
    }
  }
  EXPECT_GE(tried, 1000U);
}

TEST_F(StackFingerprints, DieWithAThousandOtherNamesAndPlaces) {
  std::size_t tried = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    Random random(static_cast<unsigned>(round));
    const auto things = all_things([&](std::size_t i) {
      Said said = plain(i);
      (random() % 2 == 0 ? said.name : said.place) += std::to_string(random() % 1000);
      return thing(i, said, Style());
    });
    const auto after = fingerprints_of(things);
    for (std::size_t i = 0; i < entities; ++i, ++tried) {
      const auto found = after.find(i);
      if (found == after.end()) continue;  // nothing is left that an old clearance could open
      for (const std::string& print : found->second)
        EXPECT_EQ(std::count(before().at(i).begin(), before().at(i).end(), print), 0) << things[i].path << "\n"
                                                                                      << things[i].after;
    }
  }
  EXPECT_GE(tried, 1000U);
}

}  // namespace
}  // namespace redtag
