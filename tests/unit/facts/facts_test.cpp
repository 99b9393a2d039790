#include "facts/facts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "base/text.h"
#include "facts/table.h"

namespace redtag {
namespace {

std::string read_table(const std::string& name) {
  std::ifstream file(std::string(REDTAG_SOURCE_DIR) + "/checks/facts/" + name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

constexpr const char* table_names[] = {"terraform.tsv", "terraform-steering.tsv", "terraform-losses.tsv", "severity-by-class.tsv", "kubernetes.tsv", "kubernetes-steering.tsv", "shell.tsv", "sql.tsv", "cloudformation.tsv", "cloudformation-steering.tsv", "ci.tsv", "docker.tsv", "ansible.tsv"};

bool has(const std::vector<FactRowView>& rows, const FactRowView& row) { return std::find(rows.begin(), rows.end(), row) != rows.end(); }

// Look-ups by bisection against a plain reading of the files.
TEST(FactTables, FindsARandomDrawAndOneOfEachProviderAndEffect) {
  const FactTables facts = FactTables::builtin();
  for (const char* name : table_names) {
    SCOPED_TRACE(name);
    const std::string text = read_table(name);
    std::vector<FactRowView> all;
    for (const std::string_view line : split(text, '\n')) {
      if (line.empty() || line.front() == '#') continue;
      const auto row = parse_fact_row(line);
      ASSERT_TRUE(row) << line;
      all.push_back(*row);
    }
    ASSERT_FALSE(all.empty());
    std::set<std::pair<std::string_view, std::string_view>> kinds;  // provider or program's first word, effect
    std::vector<FactRowView> drawn = {all.front(), all.back()};
    for (const FactRowView& row : all) {
      if (kinds.emplace(row.type.substr(0, row.type.find('_')), row.effect).second) drawn.push_back(row);
    }
    std::mt19937 random(20261120);
    for (int i = 0; i < 100; ++i) drawn.push_back(all[random() % all.size()]);
    for (const FactRowView& row : drawn) {
      EXPECT_TRUE(has(facts.rows(row.stack, row.type), row)) << row.type << " " << row.path << " " << row.effect;
      EXPECT_TRUE(has(facts.rows(row.stack, row.type, row.effect), row));
    }
  }
}

TEST(FactTables, GivesEachTypeItsRowsAndNoOthers) {
  const FactTables facts = FactTables::builtin();
  std::map<std::string, std::size_t> counts;
  for (const char* name : table_names) {
    const std::string text = read_table(name);
    for (const std::string_view line : split(text, '\n')) {
      const auto row = parse_fact_row(line);
      if (row && line.front() != '#' && row->stack == "terraform") ++counts[std::string(row->type)];
    }
  }
  for (const auto& [type, count] : counts) {
    const std::vector<FactRowView> rows = facts.rows("terraform", type);
    ASSERT_EQ(rows.size(), count) << type;
    ASSERT_TRUE(std::all_of(rows.begin(), rows.end(), [&](const FactRowView& row) { return row.type == type; })) << type;
    ASSERT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const FactRowView& a, const FactRowView& b) {
      return std::tie(a.path, a.effect, a.value) < std::tie(b.path, b.effect, b.value);
    })) << type;
  }
  EXPECT_TRUE(facts.rows("terraform", "aws_db_instanc").empty());
  EXPECT_TRUE(facts.rows("terraform", "aws_db_instance_").empty());
  EXPECT_TRUE(facts.rows("terraform", "").empty());
  EXPECT_TRUE(facts.rows("", "aws_db_instance").empty());
  EXPECT_TRUE(facts.rows("zzz", "zzz").empty());
}

TEST(FactTables, KnowsSeventeenProviders) {
  const FactTables facts = FactTables::builtin();
  for (const char* type : {"aws_s3_bucket", "google_sql_database_instance", "azurerm_key_vault", "kubernetes_persistent_volume_claim", "helm_release",
                           "azuread_application", "cloudflare_zone", "github_repository", "digitalocean_droplet", "vault_mount", "mongodbatlas_cluster",
                           "confluent_kafka_topic", "datadog_monitor", "snowflake_database", "postgresql_database", "random_password", "tls_private_key"}) {
    EXPECT_FALSE(facts.class_of("terraform", type).empty()) << type;
    EXPECT_FALSE(facts.rows("terraform", type, "replaces").empty() && facts.rows("terraform", type, "type").empty()) << type;
  }
}

TEST(FactTables, SaysWhatIsStatefulAndOfWhichClass) {
  const FactTables facts = FactTables::builtin();
  EXPECT_EQ(facts.class_of("terraform", "aws_db_instance"), "database");
  EXPECT_EQ(facts.class_of("terraform", "aws_ec2_transit_gateway_route_table_propagation"), "network");  // the hand-written row decides
  EXPECT_EQ(facts.class_of("terraform", "no_such_type"), "");
  EXPECT_TRUE(facts.stateful("terraform", "aws_db_instance"));
  EXPECT_TRUE(facts.stateful("terraform", "linode_volume"));
  EXPECT_FALSE(facts.stateful("terraform", "aws_iam_role_policy_attachment"));
  EXPECT_FALSE(facts.stateful("terraform", "no_such_type"));
}

TEST(FactTables, SaysHowBadALossIs) {
  const FactTables facts = FactTables::builtin();
  EXPECT_EQ(facts.severity_of("terraform", "aws_s3_bucket"), "critical");
  EXPECT_EQ(facts.severity_of("terraform", "aws_route53_zone"), "critical");
  EXPECT_EQ(facts.severity_of("terraform", "aws_eip"), "high");
  EXPECT_EQ(facts.severity_of("terraform", "aws_iam_role_policy_attachment"), "medium");
  EXPECT_EQ(facts.severity_of("terraform", "aws_acm_certificate_validation"), "medium");
  EXPECT_EQ(facts.severity_of("terraform", "random_id"), "none");
  EXPECT_EQ(facts.severity_of("terraform", "null_resource"), "none");
  EXPECT_EQ(facts.severity_of("terraform", "azurerm_cosmosdb_account"), "critical");  // by its class
  EXPECT_EQ(facts.severity_of("terraform", "no_such_type"), "");
}

TEST(FactTables, LetsPacksAddAndRaiseAndNothingElse) {
  FactTables facts = FactTables::builtin();
  const auto row = [](std::string type, std::string effect, std::string value, std::string cls) {
    return "terraform\t" + type + "\t\t" + effect + "\t" + value + "\t\t" + cls + "\tacme wiki\n";
  };
  ASSERT_TRUE(facts.add("acme", row("acme_store", "type", "", "database") + row("acme_store", "stateful", "", "database") +
                                    row("aws_s3_bucket", "severity", "none", "") + row("aws_s3_bucket", "type", "", "other") +
                                    row("random_id", "severity", "high", "") + row("aws_iam_policy", "stateful", "", "")));
  EXPECT_EQ(facts.severity_of("terraform", "acme_store"), "critical");
  EXPECT_EQ(facts.severity_of("terraform", "aws_s3_bucket"), "critical");
  EXPECT_EQ(facts.class_of("terraform", "aws_s3_bucket"), "storage");
  EXPECT_EQ(facts.severity_of("terraform", "random_id"), "high");
  EXPECT_TRUE(facts.stateful("terraform", "aws_iam_policy"));
  const FactTables copy = facts;  // shares the pack's text
  EXPECT_EQ(copy.rows("terraform", "acme_store").size(), 2U);
  EXPECT_EQ(FactTables::builtin().severity_of("terraform", "acme_store"), "");
}

TEST(FactTables, TakesLinesInAnyOrderAndNamesWrongOnes) {
  FactTables facts = FactTables::empty();
  ASSERT_TRUE(facts.add("p", "# a comment\n\nshell\tb\t\tdestroys\t\t\t\tx\r\nshell\ta\t\tdestroys\t\t\t\tx"));
  EXPECT_EQ(facts.rows("shell", "a").size(), 1U);
  EXPECT_EQ(facts.rows("shell", "b").size(), 1U);
  EXPECT_EQ(facts.rows("shell", "b").front().source, "x");
  const std::pair<const char*, const char*> wrong[] = {
      {"# c\nshell\ta\t\tdestroys\n", "p:2: expected 8 cells with tabs between them (stack type path effect value condition class source), found 4"},
      {"\tshell\t\tdestroys\t\t\t\tx", "p:1: expected a stack (`terraform`, `shell`, …) in the first cell"},
      {"shell\t\t\tdestroys\t\t\t\tx", "p:1: expected a resource type or program in the second cell"},
      {"shell\ta\t\tdestroys\t\t\t\t", "p:1: expected where the fact comes from in the last cell"},
      {"shell\ta\x01\t\tdestroys\t\t\t\tx", "p:1: has a control byte or is not UTF-8"},
      {"shell\ta\xFF\t\tdestroys\t\t\t\tx", "p:1: has a control byte or is not UTF-8"},
  };
  for (const auto& [text, message] : wrong) {
    const Expected<void> added = facts.add("p", text);
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().message, message);
  }
  const Expected<void> effect = facts.add("p", "shell\ta\t\texplodes\t\t\t\tx");
  ASSERT_FALSE(effect);
  EXPECT_TRUE(effect.error().message.starts_with("p:1: unknown effect `explodes`, expected one of type, stateful, ")) << effect.error().message;
}

TEST(FactTables, EmbedsTablesInTheirCanonicalForm) {
  for (const char* name : table_names) {
    SCOPED_TRACE(name);
    const std::string text = read_table(name);
    const Expected<std::string> canonical = canonical_table(name, text);
    ASSERT_TRUE(canonical) << canonical.error().message;
    EXPECT_EQ(text.substr(text.find('\n') + 1), *canonical);
  }
}

TEST(FactTables, GivesTypesTheVocabularyOfSeverities) {
  const std::set<std::string_view> words = {"critical", "high", "medium", "low", "none"};
  for (const char* name : table_names) {
    const std::string text = read_table(name);
    for (const std::string_view line : split(text, '\n')) {
      const auto row = parse_fact_row(line);
      EXPECT_TRUE(!row || row->effect != "severity" || words.contains(row->value)) << line;
    }
  }
}

}  // namespace
}  // namespace redtag
