#include <string>

#include "terraform_fixture.h"

namespace redtag {
namespace {

TEST(TerraformLink, EvaluatesAcrossFiles) {
  const TerraformTree tree({
      {"variables.tf", "variable \"env\" {\n  default = \"prod\"\n}\nvariable \"size\" {}\n"},
      {"locals.tf", "locals {\n  name = \"${var.env}-orders\"\n  ports = { a = 1, b = 2 }\n}\n"},
      {"main.tf", R"(
resource "aws_x" "y" {
  env    = var.env
  name   = upper(local.name)
  port   = local.ports["b"]
  sum    = local.ports.a + 2 * 3
  big    = local.ports.b > 1 ? "yes" : "no"
  size   = var.size
  key    = "${aws_kms_key.main.arn}"
  mixed  = "${local.name}/${aws_x.z.id}"
  list   = [for k, v in local.ports : "${k}=${v}" if v > 1]
  map    = { for k, v in local.ports : v => k }
  merged = merge({ a = 0, z = 9 }, local.ports)
  tried  = try(local.ports.c, "none")
  where  = "${path.module}/f"
}
)"},
  });
  EXPECT_EQ(tree.value("aws_x.y", "env").presence, Presence::Defaulted);
  EXPECT_EQ(tree.text(tree.value("aws_x.y", "env").region), "\"prod\"");
  EXPECT_EQ(tree.shown("aws_x.y", "name"), "\"PROD-ORDERS\"");
  EXPECT_EQ(tree.shown("aws_x.y", "port"), "2");
  EXPECT_EQ(tree.shown("aws_x.y", "sum"), "7");
  EXPECT_EQ(tree.shown("aws_x.y", "big"), "\"yes\"");
  EXPECT_EQ(tree.shown("aws_x.y", "size"), "var.size");
  EXPECT_EQ(tree.value("aws_x.y", "size").reason, "a variable without default");
  EXPECT_EQ(tree.shown("aws_x.y", "key"), "aws_kms_key.main.arn");
  EXPECT_EQ(tree.shown("aws_x.y", "mixed"), "\"prod-orders/${aws_x.z.id}\"");
  EXPECT_EQ(tree.shown("aws_x.y", "list"), "[\"b=2\"]");
  EXPECT_EQ(tree.shown("aws_x.y", "map"), "{1 = \"a\", 2 = \"b\"}");
  EXPECT_EQ(tree.shown("aws_x.y", "merged"), "{a = 1, z = 9, b = 2}");
  EXPECT_EQ(tree.shown("aws_x.y", "tried"), "\"none\"");
  EXPECT_EQ(tree.shown("aws_x.y", "where"), "\"./f\"");
}

TEST(TerraformLink, SpellsUnknownExpressionsAlike) {
  const TerraformTree tree({{"main.tf", R"(
resource "a" "one" {
  x = jsonencode({ b = var.q, a = 1 })
  y = ( var.a ) == 1   ? var.b:var.c
  z = var.l[ 0 ].name
}
resource "a" "two" {
  x = <<EOT
{ "a": 1, "b": "${var.q}" }
EOT
  y = "${var.a == 1 ? var.b : var.c}"
  z = var.l[0].name
}
)"}});
  for (const char* key : {"x", "y", "z"})
    EXPECT_TRUE(same_value(tree.value("a.one", key), tree.value("a.two", key))) << key;
  EXPECT_EQ(tree.shown("a.one", "y"), "(var.a == 1) ? var.b : var.c");
}

TEST(TerraformLink, KnowsInstances) {
  const TerraformTree tree({{"main.tf", R"(
variable "on" { default = false }
locals { zones = ["b", "a", "b"] }
resource "a" "single" {}
resource "a" "count" { count = var.on ? 1 : 0 }
resource "a" "each" { for_each = toset(local.zones) }
resource "a" "map" { for_each = { k = aws_x.y.id } }
resource "a" "unknown" { count = length(data.aws_zones.z.names) }
resource "a" "length" { count = length(local.zones) }
)"}});
  EXPECT_EQ(tree.at("a.single").instances, "");
  EXPECT_EQ(tree.at("a.count").instances, "count=0");
  EXPECT_EQ(tree.at("a.each").instances, "each=[\"a\",\"b\"]");
  EXPECT_EQ(tree.at("a.map").instances, "each=[\"k\"]");
  EXPECT_EQ(tree.at("a.unknown").instances, "?length(data.aws_zones.z.names)");
  EXPECT_EQ(tree.at("a.length").instances, "count=3");
}

TEST(TerraformLink, FlowsThroughModules) {
  const std::string module =
      "variable \"n\" { default = 1 }\nvariable \"m\" {}\nresource \"a\" \"b\" {\n  n = var.n\n  m = var.m\n}\noutput "
      "\"o\" {\n  value = var.m\n}\n";
  const TerraformTree one({
      {"main.tf",
       "module \"x\" {\n  source = \"./modules/x\"\n  m = \"given\"\n}\nresource \"c\" \"d\" {\n  o = module.x.o\n}\n"},
      {"modules/x/main.tf", module},
  });
  EXPECT_EQ(one.shown("modules/x:a.b", "n"), "1");
  EXPECT_EQ(one.value("modules/x:a.b", "n").presence, Presence::Defaulted);
  EXPECT_EQ(one.shown("modules/x:a.b", "m"), "\"given\"");
  EXPECT_EQ(one.text(one.value("modules/x:a.b", "m").region), "\"given\"");
  EXPECT_EQ(one.shown("c.d", "o"), "\"given\"");
  EXPECT_EQ(one.at("modules/x:a.b").scope, "modules/x");
  const TerraformTree two({
      {"prod/main.tf", "module \"x\" {\n  source = \"../modules/x\"\n  m = \"p\"\n  n = 2\n}\n"},
      {"stage/main.tf", "module \"x\" {\n  source = \"../modules/x\"\n  m = \"s\"\n  n = 2\n}\n"},
      {"modules/x/main.tf", module},
  });
  EXPECT_EQ(two.shown("modules/x:a.b", "n"), "2");
  EXPECT_EQ(two.shown("modules/x:a.b", "m"), "var.m");
  EXPECT_EQ(two.value("modules/x:a.b", "m").reason, "the module's callers set it differently");
}

TEST(TerraformLink, LetsVariableFilesDecide) {
  const std::string main =
      "variable \"a\" { default = 1 }\nvariable \"b\" { default = 1 }\nvariable \"c\" {}\nresource \"r\" \"s\" {\n  a "
      "= var.a\n  b = var.b\n  c = var.c\n}\n";
  const TerraformTree tree({{"main.tf", main},
                            {"terraform.tfvars", "a = 2\n"},
                            {"z.auto.tfvars", "a = 3\n"},
                            {"prod.tfvars", "b = 5\nc = 7\n"},
                            {"stage.tfvars", "c = 7\n"}});
  EXPECT_EQ(tree.shown("r.s", "a"), "3");
  EXPECT_EQ(tree.shown("r.s", "b"), "var.b");
  EXPECT_EQ(tree.value("r.s", "b").reason, "its variable files set it differently");
  EXPECT_EQ(tree.shown("r.s", "c"), "7");
}

TEST(TerraformLink, RepeatsDynamicBlocks) {
  const TerraformTree tree({{"main.tf", R"(
resource "a" "b" {
  dynamic "rule" {
    for_each = { x = 1, y = 2 }
    iterator = it
    content {
      name = it.key
      port = it.value
    }
  }
  dynamic "other" {
    for_each = var.unknown
    content { port = other.value }
  }
}
)"}});
  const Resource& resource = tree.at("a.b");
  ASSERT_EQ(resource.attributes.size(), 3U);
  EXPECT_EQ(resource.attributes[0].key, "rule");
  EXPECT_EQ(show(resource.attributes[0].value), "{name = \"x\", port = 1}");
  EXPECT_EQ(show(resource.attributes[1].value), "{name = \"y\", port = 2}");
  EXPECT_EQ(resource.attributes[2].key, "other");
  EXPECT_EQ(show(resource.attributes[2].value), "{for_each = var.unknown, port = other.value}");
}

TEST(TerraformLink, HidesSecrets) {
  const TerraformTree tree({{"main.tf",
                             "variable \"s\" {\n  default = \"x1\"\n  sensitive = true\n}\nresource \"a\" \"b\" {\n  "
                             "master_password = \"hunter2\"\n"
                             "  token = var.t\n  s = \"a-${var.s}\"\n}\n"}});
  EXPECT_EQ(tree.shown("a.b", "master_password"), "(sensitive)");
  EXPECT_EQ(tree.shown("a.b", "token"), "var.t");
  EXPECT_EQ(tree.shown("a.b", "s"), "(sensitive)");
}

TEST(TerraformLink, NotesAGuardWhoseValueIsKnownOnlyNow) {
  const TerraformTree tree({{"infra/main.tf",
                             "locals {\n  keep = true\n}\nresource \"a\" \"b\" {\n  lifecycle {\n    prevent_destroy = "
                             "local.keep\n  }\n}\n"}});
  ASSERT_EQ(tree.files()[0].model.safeguards.size(), 1U);
  EXPECT_EQ(tree.files()[0].model.safeguards[0].protects, "infra:a.b");
}

TEST(TerraformLink, EndsOnWhatRefersToItself) {
  const TerraformTree tree({
      {"main.tf",
       "locals {\n  a = local.b\n  b = \"${local.c}x\"\n  c = local.a\n  self = local.self\n}\nmodule \"m\" {\n  "
       "source = \"./m\"\n  v = module.m.o\n}\n"},
      {"m/main.tf",
       "variable \"v\" {}\noutput \"o\" {\n  value = var.v\n}\nmodule \"up\" {\n  source = \"../\"\n}\nmodule \"me\" "
       "{\n  source = \"./\"\n}\n"},
  });
  EXPECT_EQ(tree.value("local.self", "value").reason, "it refers to itself");
  EXPECT_EQ(tree.value("local.a", "value").presence, Presence::Unknown);
  EXPECT_EQ(tree.value("module.m", "v").presence, Presence::Unknown);
}

TEST(TerraformLink, EndsOnWhatGrowsWithoutBound) {
  std::string doubling = "locals {\n  a0 = \"xxxxxxxxxxxxxxxx\"\n  l0 = [1]\n  u0 = var.u\n  n0 = 1\n";
  for (int i = 1; i <= 60; ++i) {
    const std::string now = std::to_string(i), last = std::to_string(i - 1);
    doubling += "  a" + now + " = \"${local.a" + last + "}${local.a" + last + "}\"\n  l" + now + " = concat(local.l" +
                last + ", local.l" + last + ")\n  u" + now + " = \"${local.u" + last + "}-${local.u" + last + "}\"\n";
  }
  for (int i = 1; i <= 5000; ++i) doubling += "  n" + std::to_string(i) + " = [local.n" + std::to_string(i - 1) + "]\n";
  doubling += "  big = [for a in local.l15 : [for b in local.l15 : \"${a}${b}\"]]\n}\n";
  const TerraformTree tree({{"main.tf", doubling}});
  EXPECT_EQ(tree.shown("local.a1", "value"), "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"");
  EXPECT_EQ(tree.value("local.n5000", "value").items.size(), 1U);
}

}  // namespace
}  // namespace redtag
