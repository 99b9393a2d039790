// Checks over hand-made deltas: which subjects they fire on, what they say, and which findings are left.
#include <gtest/gtest.h>
#include <algorithm>

#include <functional>

#include "pack_text.h"

namespace redtag {
namespace {

/// A change of one file with a database and a role in it.
class RunChecks : public ::testing::Test {
 protected:
  RunChecks() {
    FileChange file;
    file.id = {0};
    file.before_path = file.after_path = "main.tf";
    file.before.kind = file.after.kind = ImageKind::Whole;
    file.before.text = file.after.text = "one\ntwo\nthree\n";
    changes.files.push_back(file);
    add("aws_db_instance", "orders");
    add("aws_iam_role", "app");
    EXPECT_TRUE(facts.add("t",
                          "terraform\taws_db_instance\t\ttype\t\t\tdatabase\thand\n"
                          "terraform\taws_db_instance\t\tstateful\t\t\tdatabase\thand\n"
                          "terraform\taws_db_instance\t\tseverity\tcritical\t\tdatabase\thand\n"
                          "terraform\taws_iam_role\t\ttype\t\t\tidentity\thand\n"
                          "terraform\taws_iam_role\t\tseverity\tnone\t\tidentity\thand\n"));
  }

  static Region at(std::uint32_t line, Side side) { return {{0}, side, {line * 4 - 4, line * 4 - 2}}; }

  void add(const std::string& type, const std::string& name) {
    for (const Side side : {Side::Before, Side::After}) {
      Resource resource;
      resource.stack = Stack::Terraform;
      resource.type = type;
      resource.name = name;
      resource.address = type + "." + name;
      resource.region = resource.header = at(1, side);
      (side == Side::Before ? sides.before : sides.after).resources.push_back(resource);
    }
  }

  ResourceChange& change(std::uint32_t id, ResourceFate fate) {
    ResourceChange made;
    made.fate = fate;
    if (fate != ResourceFate::Added) made.before = {id};
    if (fate != ResourceFate::Removed) made.after = {id};
    delta.resources.push_back(made);
    return delta.resources.back();
  }

  static AttributeChange attribute(const std::string& path, Value before, Value after) {
    AttributeChange made;
    made.path = made.place = path;
    made.before = std::move(before);
    made.after = std::move(after);
    made.movement = Movement::Different;
    made.before_region = at(2, Side::Before);
    made.after_region = at(2, Side::After);
    return made;
  }

  /// Rule, severity, entity and line of every finding of the checks given as folder → text.
  std::vector<std::string> run(std::map<Path, std::string> checks) {
    std::map<Path, std::string> files;
    for (auto& [folder, text] : checks) files[folder + "/check.yaml"] = text;
    const Expected<CheckSet> set = house(std::move(files));
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
    if (!set) return {};
    findings = run_checks(*set, {changes, sides, delta, facts, nullptr});
    std::vector<std::string> lines;
    for (const Finding& finding : findings) {
      lines.push_back(finding.rule + " " + std::string(severity_name(finding.severity)) + " " + finding.entity + " " +
                      std::to_string(finding.region.bytes.begin / 4 + 1) +
                      (finding.region.side == Side::Before ? "-" : ""));
    }
    return lines;
  }

  /// As run, for one check of resources; says whether it fired.
  bool fires(const std::string& match, const std::string& where = "resource.header", const std::string& more = "") {
    return !run({{"destructive/a", check_text(match, where, "x", more)}}).empty();
  }

  ChangeSet changes;
  Sides sides;
  Delta delta;
  FactTables facts = FactTables::empty();
  std::vector<Finding> findings;
};

using Lines = std::vector<std::string>;

TEST_F(RunChecks, FiresOnFateAndFact) {
  change(0, ResourceFate::Removed);
  change(1, ResourceFate::Removed);
  EXPECT_EQ(run({{"destructive/gone",
                  check_text("  resource: { change: [removed, replaced], type: { in: stateful } }\n", "resource.header",
                             "{resource.address} of {resource.class} is {resource.change}", "",
                             "{ by: class, table: severity }")}}),
            Lines{"house/terraform/gone critical aws_db_instance.orders 1-"});
  EXPECT_EQ(findings[0].says, "aws_db_instance.orders of database is removed");
  EXPECT_EQ(findings[0].change, "removed");
  EXPECT_EQ(findings[0].entity_class, "database");
}

TEST_F(RunChecks, DropsWhatTheTablesCallNone) {
  change(1, ResourceFate::Removed);
  EXPECT_EQ(run({{"destructive/gone", check_text("  resource: { change: removed }\n", "resource.header", "x", "",
                                                 "{ by: class, table: severity }")}}),
            Lines{});
}

TEST_F(RunChecks, StandsAtTheCause) {
  ResourceChange& replaced = change(0, ResourceFate::Replaced);
  replaced.attributes.push_back(attribute("engine", known_string("mysql"), known_string("postgres")));
  replaced.cause = 0;
  EXPECT_EQ(
      run({{"destructive/replace", check_text("  resource: { change: replaced }\n", "resource.cause",
                                              "{resource.cause}: {resource.cause_from} to {resource.cause_to}")}}),
      Lines{"house/terraform/replace high aws_db_instance.orders 2"});
  EXPECT_EQ(findings[0].says, "engine: \"mysql\" to \"postgres\"");
  EXPECT_EQ(findings[0].before_text, canonical(known_string("mysql")));
}

TEST_F(RunChecks, ComparesAttributeValues) {
  Value networks;
  networks.presence = Presence::Known;
  networks.shape = Shape::List;
  networks.items = {known_string("10.0.0.0/8"), known_string("0.0.0.0/0")};
  change(0, ResourceFate::Updated).attributes = {
      attribute("a", known_string("true"), known_bool(false)), attribute("b", known_number("30"), known_number("3")),
      attribute("c", Value(), networks), attribute("d", known_string("x"), unknown_value("var.x", "a variable"))};
  const auto holds = [&](const std::string& match) { return fires("  attribute: " + match + "\n", "attribute"); };
  EXPECT_TRUE(holds("{ path: a, from: true, to: \"false\" }"));
  EXPECT_FALSE(holds("{ path: a, from: \"false\" }"));
  EXPECT_TRUE(holds("{ decreases: 10 }"));
  EXPECT_FALSE(holds("{ decreases: 11 }"));
  EXPECT_TRUE(holds("{ path: c, from: { absent: true }, to: 0.0.0.0/0 }"));
  EXPECT_TRUE(holds("{ to: { glob: [\"10.*\"] } }"));
  EXPECT_TRUE(holds("{ path: b, to: 3.0 }"));
  EXPECT_FALSE(holds("{ path: d, to: { glob: \"*\" } }"));
  EXPECT_TRUE(holds("{ path: d, to: { present: true } }"));
  EXPECT_FALSE(holds("{ path: { any: [ { is: z }, { glob: \"y*\" } ] } }"));
  EXPECT_TRUE(holds("{ path: { glob: \"?\", unless: { in: [b, c, d] } } }"));
}

TEST_F(RunChecks, SeesUnchangedAttributesOfEitherSide) {
  Value block;
  block.presence = Presence::Known;
  block.shape = Shape::Block;
  block.entries.push_back({"final", known_bool(true), {}});
  sides.before.resources[0].attributes.push_back({"skip", block, {}});
  change(0, ResourceFate::Removed);
  EXPECT_TRUE(fires("  resource: { change: removed, from: { skip.final: true } }\n"));
  EXPECT_FALSE(fires("  resource: { change: removed, to: { skip.final: true } }\n"));
  EXPECT_TRUE(fires("  resource: { change: removed, to: { skip.final: { absent: true } } }\n"));
}

TEST_F(RunChecks, UnlessAndGroups) {
  change(0, ResourceFate::Removed);
  EXPECT_FALSE(
      fires("  resource: { change: removed }\n", "resource.header", "unless:\n  resource: { name: orders }\n"));
  EXPECT_TRUE(fires("  resource: { change: removed }\n", "resource.header", "unless:\n  resource: { name: other }\n"));
  EXPECT_TRUE(fires("  any:\n    - resource: { name: x }\n    - resource: { class: database }\n"));
  EXPECT_FALSE(fires("  resource:\n    change: removed\n    unless: { type: { in: database } }\n"));
}

TEST_F(RunChecks, SeesThingsOnlyUnlessAskedForOthers) {
  sides.before.resources[0].declares = Declares::Data;
  change(0, ResourceFate::Removed);
  EXPECT_FALSE(fires("  resource: { change: removed }\n"));
  EXPECT_TRUE(fires("  resource: { change: removed, declares: [data] }\n"));
}

TEST_F(RunChecks, ChoosesSeverityByAlternatives) {
  change(0, ResourceFate::Removed);
  change(1, ResourceFate::Removed);
  EXPECT_EQ(
      run({{"destructive/a",
            check_text("  resource: { change: removed }\n", "resource.header", "x", "",
                       "\n  - { if: { resource: { stateful: true } }, is: critical }\n  - { else: low }")}}),
      (Lines{"house/terraform/a critical aws_db_instance.orders 1-", "house/terraform/a low aws_iam_role.app 1-"}));
}

TEST_F(RunChecks, KeepsTheMostSevereOfOneCategory) {
  change(0, ResourceFate::Removed);
  const std::string match = "  resource: { change: removed }\n";
  EXPECT_EQ(run({{"destructive/a", check_text(match, "resource.header", "x", "", "medium")},
                 {"destructive/b", check_text(match, "resource.header", "x", "", "critical")},
                 {"control-plane/c", check_text(match, "resource.header", "x", "", "low")}}),
            (Lines{"house/terraform/b critical aws_db_instance.orders 1-",
                   "house/terraform/c low aws_db_instance.orders 1-"}));
}

TEST_F(RunChecks, SupersedesOnTheSameEntity) {
  change(0, ResourceFate::Updated).attributes = {attribute("a", known_string("x"), known_string("y"))};
  const std::string one = check_text("  attribute: { path: a }\n", "attribute", "x", "supersedes: [other]\n");
  EXPECT_EQ(run({{"destructive/one", one},
                 {"control-plane/other", check_text("  resource: { change: updated }\n", "resource")}}),
            Lines{"house/terraform/one high aws_db_instance.orders 2"});
}

TEST_F(RunChecks, FoldsWhatOneEditDoesToMany) {
  for (std::uint32_t i = 0; i < 4; ++i) {
    add("aws_db_instance", "copy" + std::to_string(i));
    change(2 + i, ResourceFate::Updated).attributes = {
        attribute("a", known_string("x"), known_string(i < 3 ? "y" : "z"))};
  }
  const auto folding = [](const std::string& most) {
    return check_text("  attribute: { path: a }\n", "attribute", "{resource.address}", "fold: " + most + "\n");
  };
  EXPECT_EQ(run({{"destructive/a", folding("3")}}).size(), 4U);
  EXPECT_EQ(run({{"destructive/a", folding("2")}}), (Lines{"house/terraform/a high aws_db_instance.copy0 2",
                                                           "house/terraform/a high aws_db_instance.copy3 2"}));
  const auto told =
      std::find_if(findings.begin(), findings.end(), [](const Finding& one) { return one.entity.ends_with("copy0"); });
  EXPECT_EQ(told->instances, 3U);
  EXPECT_NE(told->says.find("2 more: aws_db_instance.copy1, aws_db_instance.copy2"), std::string::npos);
  // A clearance accepts each of them.
  EXPECT_NE(told->facts.find("aws_db_instance.copy2"), std::string::npos);
}

TEST_F(RunChecks, NeverShowsSensitiveValues) {
  Value secret = known_string("hunter2");
  secret.sensitive = true;
  change(0, ResourceFate::Updated).attributes = {attribute("password", secret, Value())};
  ASSERT_TRUE(fires("  attribute: { sensitive: true }\n", "attribute"));
  run({{"destructive/a", check_text("  attribute: { path: password }\n", "attribute", "from {attribute.from}")}});
  EXPECT_EQ(findings[0].says.find("hunter2"), std::string::npos);
  EXPECT_EQ(findings[0].before_text, "sensitive");
}

TEST_F(RunChecks, AsksOperationsAndTheirProcedure) {
  Procedure procedure;
  procedure.stack = Stack::Terraform;
  procedure.address = "deploy";
  procedure.direction = Direction::Up;
  sides.after.procedures.push_back(procedure);
  Operation operation;
  operation.stack = Stack::Terraform;
  operation.verb = Verb::Destroy;
  operation.program = "rm";
  operation.target = known_string("/data");
  operation.text = "rm -rf /data";
  operation.procedure = {0};
  operation.region = at(3, Side::After);
  operation.certainty = Certainty::Likely;
  sides.after.operations.push_back(operation);
  delta.operations.push_back({OperationFate::Introduced, {}, {0}, {}, {}});
  EXPECT_EQ(run({{"destructive/op", check_text("  operation: { verb: destroy, target: { glob: \"/*\" } }\n  procedure: "
                                               "{ direction: up, verbs: destroy }\n",
                                               "operation", "{operation.text} in {procedure.address}")}}),
            Lines{"house/terraform/op high rm /data 3"});
  EXPECT_EQ(findings[0].says, "rm -rf /data in deploy");
  EXPECT_EQ(findings[0].change, "introduced destroy");
  EXPECT_EQ(findings[0].certainty, Certainty::Likely);
  EXPECT_FALSE(fires("  operation: { change: removed }\n", "operation"));
  EXPECT_FALSE(fires("  operation: { verb: destroy }\n  procedure: { direction: down }\n", "operation"));
}

TEST_F(RunChecks, AsksSafeguardsAboutWhatTheyProtect) {
  Safeguard guard;
  guard.stack = Stack::Terraform;
  guard.kind = SafeguardKind::PreventDestroy;
  guard.protects = "aws_db_instance.orders";
  guard.region = at(2, Side::Before);
  sides.before.safeguards.push_back(guard);
  delta.safeguards.push_back({SafeguardFate::Removed, {0}, {}, true});
  EXPECT_EQ(run({{"destructive/guard",
                  check_text("  safeguard: { change: removed, kind: prevent-destroy, type: { in: stateful }, "
                             "protected_remains: true }\n",
                             "safeguard")}}),
            Lines{"house/terraform/guard high aws_db_instance.orders 2-"});
}

TEST_F(RunChecks, AsksProceduresAboutTheirReverse) {
  for (const char* name : {"1.up", "2.up", "2.down"}) {
    Procedure procedure;
    procedure.stack = Stack::Terraform;
    procedure.address = name;
    procedure.reverse_expected = true;
    procedure.region = at(1, Side::After);
    sides.after.procedures.push_back(procedure);
  }
  sides.after.procedures[2].reverses = "2.up";
  delta.procedures.push_back({ProcedureFate::Added, {}, {0}});
  delta.procedures.push_back({ProcedureFate::Added, {}, {1}});
  EXPECT_EQ(run({{"missing-rollback/p",
                  check_text("  procedure: { reverse_expected: true, reverse: none }\n", "procedure")}}),
            Lines{"house/terraform/p high 1.up 1"});
  EXPECT_EQ(run({{"missing-rollback/p",
                  check_text("  procedure: { reverse_expected: true, reverse: empty }\n", "procedure")}}),
            Lines{"house/terraform/p high 2.up 1"});
}

}  // namespace
}  // namespace redtag
