// What is read from a check folder, and what is refused with which line.
#include <gtest/gtest.h>

#include "check/compile/compile.h"
#include "check/pack.h"
#include "pack_text.h"

namespace redtag {
namespace {

std::string error_of(const std::string& yaml, const std::string& folder = "destructive/some-check") {
  const Expected<CheckSet> set = house({{folder + "/check.yaml", yaml}});
  return set ? "" : set.error().message;
}

std::string match_error(const std::string& match) { return error_of(check_text(match, "resource.header")); }

constexpr std::string_view file = "checks/destructive/some-check/check.yaml";

std::string at(int line, const std::string& what) {
  return std::string(file) + ":" + std::to_string(line) + ": " + what;
}

TEST(Compile, MakesARuleForEachStack) {
  std::string yaml = check_text("  resource: { change: removed }\n", "resource.header");
  yaml.replace(yaml.find("[terraform]"), 11, "[sql, terraform]");
  const Expected<CheckSet> set =
      house({{"destructive/some-check/check.yaml", yaml}, {"destructive/some-check/README.md", "# Help\n"}});
  ASSERT_TRUE(set) << set.error().message;
  const std::vector<RuleView> rules = set->rules();
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].id, "house/sql/some-check");
  EXPECT_EQ(rules[1].id, "house/terraform/some-check");
  EXPECT_EQ(rules[0].category, Category::Destructive);
  EXPECT_EQ(rules[0].severity, Severity::High);
  EXPECT_EQ(rules[0].help, "# Help\n");
  EXPECT_EQ(rules[0].pack, "house");
}

TEST(Compile, RefusesUnknownWordsWithTheirLine) {
  EXPECT_EQ(match_error("  resource: { chnge: removed }\n").substr(0, 80),
            at(7, "resource has no field `chnge`: expected").substr(0, 80));
  EXPECT_EQ(match_error("  resource:\n    change: gone\n"),
            at(8,
               "`resource.change` is never `gone`: expected added, removed, updated, replaced, maybe-replaced, "
               "renamed, shrunk, moved, "
               "forgotten, rejected or imported"));
  EXPECT_EQ(match_error("  thing: {}\n"),
            at(7, "`match` names no subject: expected resource, attribute, operation, safeguard or procedure"));
  EXPECT_EQ(match_error("  resource: { type: { like: x } }\n"),
            at(7, "`like` is no test: expected is, in, glob, present, absent, unless, all or any"));
  EXPECT_EQ(match_error("  resource: { change: removed }\n  trait: nonsense\n"),
            at(8, "`nonsense` is no trait; `redtag show traits` lists them"));
  EXPECT_EQ(
      error_of("colour: red\n" + check_text("  resource: { change: removed }\n", "resource.header")),
      at(1,
         "check.yaml has no key `colour`: expected title, stacks, severity, action, since, supersedes, fold, match, "
         "unless or report"));
}

TEST(Compile, RefusesWhatDoesNotFitTheSubject) {
  EXPECT_EQ(match_error("  resource: { change: removed }\n  operation: { verb: destroy }\n"),
            at(7, "`match` asks about operation and resource, which are never one change"));
  EXPECT_EQ(
      error_of(check_text("  resource: { change: removed }\n", "attribute")),
      at(9,
         "a finding about resource changes cannot stand at `attribute`: expected resource.header, resource.cause, "
         "resource.because or resource"));
  EXPECT_EQ(match_error("  resource: { stateful: maybe }\n"),
            at(7, "`resource.stateful` is true or false, not a string"));
  EXPECT_EQ(match_error("  resource: { cause_from: x }\n"),
            at(7, "`resource.cause_from` is for messages; it cannot be tested"));
  EXPECT_EQ(match_error("  attribute: { decreases: 0.5 }\n"),
            at(7, "`attribute.decreases` takes true, or a number over 1 (how many times)"));
}

TEST(Compile, RefusesUnknownFieldsInMessages) {
  EXPECT_EQ(error_of(check_text("  resource: { change: removed }\n", "resource.header", "{resource.colour} goes")),
            at(10,
               "{resource.colour} is nothing that a check of resource changes can say; `redtag show fields` lists what "
               "it can"));
  EXPECT_EQ(error_of(check_text("  resource: { change: removed }\n", "resource.header", "{resource.address goes")),
            at(10,
               "{resource.address goes} is nothing that a check of resource changes can say; `redtag show fields` "
               "lists what it can"));
}

TEST(Compile, RefusesChecksThatCanNeverFire) {
  EXPECT_EQ(match_error("  resource:\n    change: removed\n    all:\n      - change: added\n"),
            at(7, "this check can never fire: line 10 leaves no value for `resource.change`"));
  EXPECT_EQ(match_error("  resource: { type: { in: [] } }\n"), at(7, "an empty list holds for nothing"));
  EXPECT_EQ(error_of(check_text("  resource: { change: [removed, replaced] }\n", "resource.header", "x",
                                "unless:\n  resource: { change: [removed, replaced, renamed] }\n")),
            at(9, "this check can never fire: the `unless` of line 7 holds wherever `match` does"));
  EXPECT_EQ(match_error("  resource: { type: { in: unheard-of } }\n"),
            at(7, "this check can never fire: no fact table has the effect or class `unheard-of` for its stacks"));
}

TEST(Compile, ReadsSeverities) {
  const auto with = [](const std::string& severity) {
    return error_of(check_text("  resource: { change: removed }\n", "resource.header", "x", "", severity));
  };
  EXPECT_EQ(with("{ by: class, table: severity }"), "");
  EXPECT_EQ(
      with(
          "\n  - { if: { resource: { stateful: true } }, is: critical }\n  - { else: { by: class, table: severity } }"),
      "");
  EXPECT_EQ(with("grave"), at(3, "`grave` is no severity: expected critical, high, medium or low"));
  EXPECT_EQ(with("\n  - { if: { resource: { stateful: true } }, is: critical }"),
            at(4, "a list of severities ends with { else: severity }"));
}

TEST(Compile, RefusesPacksThatAreNone) {
  EXPECT_EQ(error_of("a: [", "destructive/some-check").substr(0, file.size() + 2), std::string(file) + ":1");
  EXPECT_EQ(error_of(check_text("  resource: { change: removed }\n", "resource.header"), "wrong/some-check"),
            "checks/wrong/some-check/check.yaml: a check's folder lies in destructive/, control-plane/, "
            "missing-rollback/ or advice/, "
            "not in wrong/");
  MemoryTree nothing({});
  CheckSet set;
  EXPECT_EQ(set.add_pack("house", nothing, "none").error().message,
            "none: no pack here: expected CATEGORY/NAME/check.yaml or facts/*.tsv below it");
  MemoryTree ours(std::map<Path, std::string>{{"p/pack.yaml", "name: redtag\n"}});
  EXPECT_EQ(set.add_pack("p", ours, "p").error().message, "p: a pack cannot be called `redtag`");
}

TEST(Compile, NamesPacks) {
  const auto name_of = [](const std::string& path, const std::string& yaml) -> std::string {
    std::map<Path, std::string> files = {
        {path + "/advice/a/check.yaml", check_text("  resource: { change: removed }\n", "resource")}};
    if (!yaml.empty()) files[path + "/pack.yaml"] = yaml;
    MemoryTree tree(std::move(files));
    CheckSet set;
    const Expected<void> added = set.add_pack(path, tree, path);
    return added ? std::string(set.rules().front().pack) : added.error().message;
  };
  EXPECT_EQ(name_of(".redtag/checks", ""), "house");
  EXPECT_EQ(name_of("packs/Acme_2", ""), "acme-2");
  EXPECT_EQ(name_of("sql", ""), "my-sql");
  EXPECT_EQ(name_of("x", "name: acme\n"), "acme");
  EXPECT_EQ(name_of("x", "name: Acme\n"),
            "x/pack.yaml:1: `Acme` cannot name a pack: expected small letters, digits and `-`, and no stack's name");
}

TEST(Compile, EmitsTheSameTables) {
  MemoryTree tree({{"p/destructive/a/check.yaml", check_text("  resource: { change: removed }\n", "resource.header")}});
  const Expected<PackSources> sources = read_pack(tree, "p");
  ASSERT_TRUE(sources);
  const std::string source = emit_cpp(compile(*sources, {}).view());
  EXPECT_NE(source.find("constexpr std::array<CheckRow, 1> checks"), std::string::npos);
  EXPECT_EQ(source, emit_cpp(compile(*read_pack(tree, "p"), {}).view()));
}

TEST(Compile, TheBuiltInPackHasNoName) {
  for (const RuleView& rule : CheckSet::builtin().rules()) EXPECT_EQ(rule.pack, "");
}

}  // namespace
}  // namespace redtag
