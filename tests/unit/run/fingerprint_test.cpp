// What a clearance is bound to: it survives everything that changes nothing, and nothing that changes something.
//
// Each round makes one change with forty entities, transforms the text of each in its own way, and compares their fingerprints with
// those of the plain change. Twenty-five rounds are a thousand transformations.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

#include "run/run.h"

namespace redtag {
namespace {

constexpr std::size_t entities = 40;
constexpr std::size_t rounds = 25;

/// One dangerous thing, as text on both sides. Thing 0, 3, 6 … is a database that goes, 1, 4, 7 … one that is replaced, 2, 5, 8 … a table.
struct Thing {
  std::string path;
  std::string before;
  std::string after;
};

std::string database(const std::string& name, const std::string& engine, const std::string& type = "aws_db_instance") {
  return fmt::format(
      "resource \"{}\" \"{}\" {{\n  identifier = \"x\"\n  engine = \"{}\"\n  allocated_storage = 20\n}}\n", type, name,
      engine);
}

/// The same, with its attributes the other way round.
std::string reversed_database(const std::string& name, const std::string& engine) {
  return fmt::format(
      "resource \"aws_db_instance\" \"{}\" {{\n  allocated_storage = 20\n  engine = \"{}\"\n  identifier = \"x\"\n}}\n",
      name, engine);
}

std::string name_of(std::size_t i) { return fmt::format("d{:02}", i); }

Thing plain(std::size_t i) {
  const std::string name = name_of(i);
  if (i % 3 == 0) return {fmt::format("infra/{}.tf", name), database(name, "postgres"), "# gone\n"};
  if (i % 3 == 1) return {fmt::format("infra/{}.tf", name), database(name, "postgres"), database(name, "mysql")};
  return {fmt::format("db/migrations/{}_drop.sql", name), "", fmt::format("DROP TABLE app.{};\n", name)};
}

using Random = std::mt19937;

std::string spread(std::string text, Random& random) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n' && random() % 2 == 0) out += random() % 2 == 0 ? "\n" : "   \n";
    if (c == ' ' && random() % 3 == 0) out += ' ';
  }
  return out;
}

/// Rewrites a thing so that the same happens to the same entity.
Thing harmless(std::size_t i, Random& random) {
  Thing thing = plain(i);
  const std::string name = name_of(i);
  const bool sql = i % 3 == 2, replaced = i % 3 == 1;
  const std::string comment = sql ? "-- note\n" : "# note\n";
  switch (random() % 7) {
    case 0:  // reformat
      thing.before = spread(thing.before, random);
      thing.after = spread(thing.after, random);
      break;
    case 1:  // comments
      if (!thing.before.empty()) thing.before = comment + thing.before;
      thing.after = comment + comment + thing.after + comment;
      break;
    case 2:  // the file has another name
      thing.path = sql ? fmt::format("db/migrations/{}_other.sql", name) : fmt::format("infra/other-{}.tf", name);
      break;
    case 3:  // reorder
      if (sql) {
        thing.after = "SELECT 1;\n" + thing.after;
      } else {
        thing.before = reversed_database(name, "postgres");
        if (replaced) thing.after = reversed_database(name, "mysql");
      }
      break;
    case 4:  // something unrelated comes along
      thing.after += sql ? fmt::format("CREATE TABLE app.fresh_{} (id bigint);\n", name)
                         : fmt::format("resource \"aws_eip\" \"fresh_{}\" {{\n}}\n", name);
      break;
    case 5:  // something unrelated has another name on both sides
      if (!sql) {
        const std::string other = fmt::format("locals {{\n  tag_{} = 1\n}}\n", random() % 1000);
        thing.before += other;
        thing.after += other;
      } else {
        thing.after += fmt::format("-- {}\n", random());
      }
      break;
    case 6:  // it stands further down (a rebase)
      for (std::size_t line = 0; line < random() % 20; ++line) {
        if (!thing.before.empty()) thing.before.insert(0, "\n");
        thing.after.insert(0, "\n");
      }
      break;
  }
  return thing;
}

/// Rewrites a thing so that something else happens, or the same to something else.
Thing meaningful(std::size_t i, Random& random) {
  Thing thing = plain(i);
  const std::string name = name_of(i), other = fmt::format("{}x{}", name, random() % 1000);
  if (i % 3 == 2) {
    const auto kind = random() % 3;
    if (kind == 0) thing.after = fmt::format("DROP TABLE app.{};\n", other);
    if (kind == 1) thing.after = fmt::format("DROP TABLE other{}.{};\n", random() % 1000, name);
    if (kind == 2) thing.after = fmt::format("TRUNCATE TABLE app.{};\n", name);
    return thing;
  }
  const bool replaced = i % 3 == 1;
  switch (random() % 4) {
    case 0:  // another entity
      thing.before = database(other, "postgres");
      thing.after = replaced ? database(other, "mysql") : "# gone\n";
      break;
    case 1:  // another place: another root, another state
      thing.path = fmt::format("elsewhere{}/{}.tf", random() % 1000, name);
      break;
    case 2:  // the one becomes the other
      thing.after = replaced ? "# gone\n" : database(name, "mysql");
      break;
    case 3:  // another value, or another kind of thing of the same name
      thing.before = replaced ? database(name, "postgres") : database(name, "postgres", "aws_rds_cluster_instance");
      if (replaced) thing.after = database(name, "mariadb" + std::to_string(random() % 1000));
      break;
  }
  return thing;
}

std::uint32_t lines_of(const std::string& text) {
  return static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

ChangeSet change_of(const std::vector<Thing>& things) {
  ChangeSet changes;
  std::map<std::string, const Thing*> sorted;
  for (const Thing& thing : things) sorted[thing.path] = &thing;
  for (const auto& [path, thing] : sorted) {
    FileChange file;
    file.id = FileId{static_cast<std::uint32_t>(changes.files.size())};
    file.after_path = path;
    file.after = {ImageKind::Whole, thing->after, {}, 0100644, ""};
    file.status = ChangeStatus::Added;
    if (!thing->before.empty()) {
      file.status = ChangeStatus::Modified;
      file.before_path = path;
      file.before = {ImageKind::Whole, thing->before, {}, 0100644, ""};
    }
    file.hunks.push_back({1, lines_of(thing->before), 1, lines_of(thing->after)});
    changes.files.push_back(std::move(file));
  }
  return changes;
}

std::vector<JudgedFinding> findings_of(const std::vector<Thing>& things) {
  std::map<Path, std::string> files;
  for (const Thing& thing : things) {
    if (!thing.before.empty()) files[thing.path] = thing.before;
  }
  MemoryTree tree(std::move(files));
  static const CheckSet checks = CheckSet::builtin();
  auto review = run(change_of(things), tree, checks, Policy(), {});
  EXPECT_TRUE(review.has_value()) << (review ? "" : review.error().message);
  return review ? std::move(review->findings) : std::vector<JudgedFinding>();
}

/// Fingerprints by the thing that they speak of; a thing is named in its entity's address or in its file.
std::map<std::size_t, std::vector<std::string>> fingerprints_of(const std::vector<Thing>& things) {
  const ChangeSet changes = change_of(things);
  std::map<std::size_t, std::vector<std::string>> prints;
  for (const JudgedFinding& judged : findings_of(things)) {
    const Path& path = changes.file(judged.finding.region.file).shown_path();
    for (std::size_t i = 0; i < things.size(); ++i) {
      if (things[i].path == path) prints[i].push_back(judged.finding.fingerprint);
    }
  }
  for (auto& [thing, list] : prints) std::sort(list.begin(), list.end());
  return prints;
}

template <class Transform>
std::vector<Thing> all_things(const Transform& transform) {
  std::vector<Thing> things;
  for (std::size_t i = 0; i < entities; ++i) things.push_back(transform(i));
  return things;
}

class Fingerprints : public ::testing::Test {
 protected:
  static const std::map<std::size_t, std::vector<std::string>>& before() {
    static const auto prints = fingerprints_of(all_things(plain));
    return prints;
  }
};

TEST_F(Fingerprints, EveryThingHasOne) { EXPECT_EQ(before().size(), entities); }

TEST_F(Fingerprints, SurviveAThousandHarmlessRewrites) {
  std::size_t tried = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    Random random(static_cast<unsigned>(round));
    const auto things = all_things([&](std::size_t i) { return harmless(i, random); });
    const auto after = fingerprints_of(things);
    for (std::size_t i = 0; i < entities; ++i, ++tried) {
      const auto found = after.find(i);
      ASSERT_TRUE(found != after.end()) << "seed " << round << " thing " << i << "\n"
                                        << things[i].before << "---\n"
                                        << things[i].after;
      EXPECT_EQ(found->second, before().at(i)) << "seed " << round << " thing " << i << "\n"
                                               << things[i].before << "---\n"
                                               << things[i].after;
    }
  }
  EXPECT_GE(tried, 1000U);
}

TEST_F(Fingerprints, DieWithAThousandMeaningfulOnes) {
  std::size_t tried = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    Random random(static_cast<unsigned>(round));
    const auto things = all_things([&](std::size_t i) { return meaningful(i, random); });
    const auto after = fingerprints_of(things);
    for (std::size_t i = 0; i < entities; ++i, ++tried) {
      const auto found = after.find(i);
      if (found == after.end()) continue;  // nothing is left that an old clearance could open
      for (const std::string& print : found->second) {
        EXPECT_EQ(std::count(before().at(i).begin(), before().at(i).end(), print), 0)
            << "seed " << round << " thing " << i << "\n"
            << things[i].before << "---\n"
            << things[i].after;
      }
    }
  }
  EXPECT_GE(tried, 1000U);
}

TEST_F(Fingerprints, OfTwoEqualDeletionsAreTwo) {
  const Thing script{"ops/clean.sh", "",
                     "#!/bin/sh\nrm -rf /var/lib/postgresql\nsleep 1\nrm -rf /var/lib/postgresql\n"};
  const auto prints = fingerprints_of({script});
  ASSERT_EQ(prints.size(), 1U);
  ASSERT_EQ(prints.at(0).size(), 2U);
  EXPECT_NE(prints.at(0)[0], prints.at(0)[1]);
}

TEST_F(Fingerprints, DoNotDependOnWhatThePolicyOnlyInfers) {
  const Thing plain_path{"infra/a.tf", database("a", "postgres"), "# gone\n"};
  std::vector<JudgedFinding> found = findings_of({plain_path});
  ASSERT_EQ(found.size(), 1U);
  Finding finding = found[0].finding;
  const std::string first = finding.fingerprint;
  finding.environment = Environment::Production;
  finding.certainty = Certainty::Partial;
  finding.region = {};
  std::vector<Finding> again{finding};
  fingerprint(again, {""});
  EXPECT_EQ(again[0].fingerprint, first);
  fingerprint(again, {"production"});
  EXPECT_NE(again[0].fingerprint, first);
}

}  // namespace
}  // namespace redtag
