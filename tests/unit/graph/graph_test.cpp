#include "graph/graph.h"

#include <gtest/gtest.h>

#include <random>

#include "graph/names.h"
#include "graph/print.h"

namespace redtag {
namespace {

Resource made(Declares declares, const std::string& type, const std::string& name, const std::string& scope = {}) {
  Resource resource;
  resource.declares = declares;
  resource.type = type;
  resource.name = name;
  resource.scope = scope;
  resource.address = (scope.empty() ? "" : scope + ":") + type + "." + name;
  return resource;
}

Resource thing(const std::string& name, const std::string& scope = {}) {
  return made(Declares::Resource, "thing", name, scope);
}

void uses(Resource& user, const std::string& target, const std::string& through = "by") {
  user.references.push_back({target, through, {}});
}

void set(Resource& resource, const std::string& key, const std::string& value) {
  resource.attributes.push_back({key, known_string(value), {}});
}

std::vector<std::string> addresses(const Graph& graph, const std::vector<Dependent>& found) {
  std::vector<std::string> all;
  for (const Dependent& one : found) all.push_back(graph.nodes()[one.node].address);
  return all;
}

Reached reach_in(const Graph& graph, const std::string& address) {
  const auto node = graph.find(address);
  EXPECT_TRUE(node) << address;
  return reach_of(graph, *node);
}

using Names = std::vector<std::string>;

TEST(Graph, FollowsUsersThroughSettings) {
  Model model;
  model.resources = {thing("a"), made(Declares::Setting, "local", "l"), thing("b"), thing("c")};
  uses(model.resources[1], "thing.a");
  uses(model.resources[2], "local.l");
  uses(model.resources[3], "thing.b.id");
  const Graph graph = build_graph(model);
  const Reached reach = reach_in(graph, "thing.a");
  EXPECT_EQ(addresses(graph, reach.direct), Names{"thing.b"});
  EXPECT_EQ(addresses(graph, reach.indirect), Names{"thing.c"});
}

TEST(Graph, EndsInCycles) {
  Model model;
  model.resources = {thing("a"), thing("b")};
  uses(model.resources[0], "thing.b");
  uses(model.resources[1], "thing.a");
  const Graph graph = build_graph(model);
  EXPECT_EQ(addresses(graph, reach_in(graph, "thing.a").direct), Names{"thing.b"});
}

/// modules/db holds a thing; envs call it; what goes in and comes out is followed.
Model called(std::size_t callers) {
  Model model;
  model.resources = {thing("db", "modules/db"), made(Declares::Setting, "output", "url", "modules/db"),
                     made(Declares::Setting, "variable", "key", "modules/db")};
  model.resources[2].address = "modules/db:var.key";
  uses(model.resources[0], "var.key");
  uses(model.resources[1], "thing.db.url", "value");
  for (std::size_t i = 0; i < callers; ++i) {
    const std::string scope = "envs/" + std::to_string(i);
    Resource call = made(Declares::Module, "module", "db", scope);
    uses(call, "modules/db", "source");
    uses(call, "thing.key", "key");
    Resource reader = thing("reader", scope);
    uses(reader, "module.db.url");
    model.resources.insert(model.resources.end(), {thing("key", scope), call, reader});
  }
  return model;
}

TEST(Graph, GoesIntoAndOutOfWhatIsCalled) {
  const Graph graph = build_graph(called(2));
  EXPECT_EQ(addresses(graph, reach_in(graph, "modules/db:thing.db").direct),
            (Names{"envs/0:thing.reader", "envs/1:thing.reader"}));
  EXPECT_EQ(addresses(graph, reach_in(graph, "envs/0:thing.key").direct), Names{"modules/db:thing.db"});
}

TEST(Graph, CountsOneInstanceForEachWayUp) {
  Model model = called(40);
  const Reached reach = reach_in(build_graph(model), "modules/db:thing.db");
  EXPECT_EQ(reach.instances, 40U);
  EXPECT_EQ(reach.roots.size(), 40U);
  EXPECT_FALSE(reach.at_least);
  model.resources[0].instances = "count=3";
  model.resources[4].instances = "each=[\"eu\",\"us\"]";
  EXPECT_EQ(reach_in(build_graph(model), "modules/db:thing.db").instances, 3U * (39 + 2));
  model.resources[4].instances = "?var.regions";
  EXPECT_TRUE(reach_in(build_graph(model), "modules/db:thing.db").at_least);
}

TEST(Graph, EndsInScopesThatCallThemselves) {
  Model model;
  model.resources = {thing("a", "m"), made(Declares::Module, "module", "m", "m")};
  uses(model.resources[1], "m", "source");
  EXPECT_TRUE(reach_in(build_graph(model), "m:thing.a").at_least);
}

TEST(Graph, JoinsOtherNames) {
  Model model;
  model.resources = {made(Declares::Backend, "backend", "s3", "net"), made(Declares::Setting, "output", "vpc", "net"),
                     thing("vpc", "net"), made(Declares::Data, "state", "net", "app"), thing("server", "app")};
  model.resources[0].references.push_back({"state s3 net", {}, {}});
  uses(model.resources[1], "thing.vpc", "value");
  uses(model.resources[3], "state s3 net", "config");
  uses(model.resources[4], "state.net.outputs.vpc", "subnet");
  const Graph graph = build_graph(model);
  EXPECT_EQ(addresses(graph, reach_in(graph, "net:thing.vpc").direct), Names{"app:thing.server"});
}

TEST(Names, AreTheAttributesThatNameAThing) {
  EXPECT_TRUE(names_itself("bucket", "aws_s3_bucket"));
  EXPECT_FALSE(names_itself("bucket", "aws_s3_bucket_policy"));
  EXPECT_TRUE(names_itself("BucketName", "AWS::S3::Bucket"));
  EXPECT_TRUE(names_itself("function_name", "aws_lambda_function"));
  EXPECT_FALSE(names_itself("function_name", "aws_lambda_permission"));
  EXPECT_TRUE(names_itself("cluster_identifier", "aws_rds_cluster"));
  EXPECT_TRUE(names_itself("identifier", "aws_db_instance"));
  EXPECT_FALSE(names_itself("engine", "aws_db_instance"));
}

TEST(Names, CrossFilesAsSurelyAsTheyAreWritten) {
  Model model;
  model.resources = {made(Declares::Resource, "aws_s3_bucket", "logs"),
                     made(Declares::Data, "aws_s3_bucket", "theirs", "app"),
                     made(Declares::Resource, "aws_iam_policy", "reader", "app"),
                     made(Declares::Resource, "aws_s3_bucket", "twin", "app")};
  set(model.resources[0], "bucket", "acme-prod-logs");
  set(model.resources[1], "bucket", "acme-prod-logs");
  set(model.resources[2], "policy", "arn:aws:s3:::acme-prod-logs/*");
  set(model.resources[3], "bucket", "acme-prod-logs-twin");
  Procedure script;
  script.address = "sync.sh";
  model.procedures.push_back(script);
  Operation copy;
  copy.procedure = ProcedureId{0};
  copy.target = known_string("s3://acme-prod-logs/2024");
  model.operations.push_back(copy);
  const Graph graph = build_graph(model);
  EXPECT_EQ(addresses(graph, reach_in(graph, "aws_s3_bucket.logs").direct),
            (Names{"app:aws_iam_policy.reader", "app:aws_s3_bucket.theirs", "sync.sh"}));
}

TEST(Names, OfEverydayWordsJoinNothing) {
  Model model;
  model.resources = {made(Declares::Resource, "queue", "q"), thing("t", "app")};
  set(model.resources[0], "name", "main");
  set(model.resources[1], "branch", "main");
  const Graph graph = build_graph(model);
  EXPECT_TRUE(graph.edges().empty());
}

TEST(Graph, ScriptsFindFilesFromTheTopAndFromBesideThem) {
  Model model;
  Procedure a, b, c;
  a.address = "ops/run.sh";
  a.references = {{"ops/clean.sh", "runs", {}}, {"drop.sql", "argument of psql", {}}};
  b.address = "ops/clean.sh";
  c.address = "ops/drop.sql";
  model.procedures = {a, b, c};
  const Graph graph = build_graph(model);
  EXPECT_EQ(addresses(graph, reach_in(graph, "ops/clean.sh").direct), Names{"ops/run.sh"});
  EXPECT_EQ(addresses(graph, reach_in(graph, "ops/drop.sql").direct), Names{"ops/run.sh"});
}

/// More uses, callers and counts never make less of a reach, whatever they are.
TEST(Graph, ReachNeverShrinksWhenSomethingIsAdded) {
  std::mt19937 random(1);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
  for (int round = 0; round < 400; ++round) {
    SCOPED_TRACE("seed 1, round " + std::to_string(round));
    Model model = called(below(4) + 1);
    for (std::size_t i = 0; i < 8; ++i) model.resources.push_back(thing("t" + std::to_string(i), "modules/db"));
    std::size_t users = 0, direct = 0;
    std::uint64_t instances = 0;
    for (int step = 0; step < 12; ++step) {
      const Graph graph = build_graph(model);
      const Reached reach = reach_in(graph, "modules/db:thing.db");
      EXPECT_GE(reach.direct.size(), direct);
      EXPECT_GE(reach.direct.size() + reach.indirect.size(), users);
      EXPECT_GE(reach.instances, instances);
      direct = reach.direct.size();
      users = direct + reach.indirect.size();
      instances = reach.instances;
      Resource& user = model.resources[below(model.resources.size())];
      if (below(4) == 0 && user.declares == Declares::Module) {
        user.instances = "count=" + std::to_string(instance_count(user.instances).value_or(1) + 1);
      } else {
        const Resource& used = model.resources[below(model.resources.size())];
        uses(user, used.address);
      }
    }
  }
}

TEST(Print, EscapesWhatAStrangerWrote) {
  Model model;
  model.resources = {thing("a\"\n\x1b[31m"), thing("b")};
  uses(model.resources[1], model.resources[0].address);
  const Graph graph = build_graph(model);
  const std::string dot = print_dot(graph, shown_nodes(graph, {}));
  EXPECT_EQ(dot.find('\x1b'), std::string::npos);
  EXPECT_NE(dot.find("a\\\"\\\\x0A\\\\x1B[31m"), std::string::npos) << dot;
}

}  // namespace
}  // namespace redtag
