#include <string>

#include "terraform_fixture.h"

namespace redtag {
namespace {

std::string bytes_of(std::string_view text, const Region& region) {
  return std::string(text.substr(region.bytes.begin, region.bytes.size()));
}

TEST(TerraformLower, DeclaresEveryKindOfBlock) {
  const Model model = lower_terraform(R"(
terraform {
  required_version = ">= 1.5"
  backend "s3" { bucket = "state" }
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
provider "aws" { alias = "east" }
variable "env" { default = "dev" }
locals { a = 1 }
data "aws_vpc" "main" {}
resource "aws_db_instance" "orders" {}
module "db" { source = "./db" }
output "id" { value = 1 }
moved {
  from = aws_db_instance.old
  to   = module.db.aws_db_instance.orders["a"]
}
removed { from = aws_eip.gone }
import {
  to = aws_eip.new
  id = "x"
}
)");
  std::string seen;
  for (const Resource& resource : model.resources) {
    seen += std::to_string(static_cast<int>(resource.declares)) + " " + resource.type + " " + resource.address + "\n";
  }
  EXPECT_EQ(seen,
            "4 backend terraform.backend\n"
            "5 required_provider terraform.required_providers.aws\n"
            "5 terraform terraform\n"
            "5 provider provider.aws.east\n"
            "3 variable var.env\n"
            "3 local local.a\n"
            "1 aws_vpc data.aws_vpc.main\n"
            "0 aws_db_instance aws_db_instance.orders\n"
            "2 module module.db\n"
            "3 output output.id\n"
            "6 moved moved.aws_db_instance.old\n"
            "7 removed removed.aws_eip.gone\n"
            "8 import import.aws_eip.new\n");
  EXPECT_EQ(model.resources[10].attributes.at(1).value.text, "module.db.aws_db_instance.orders[\"a\"]");
  EXPECT_TRUE(model.gaps.empty());
}

TEST(TerraformLower, KeepsExactRegions) {
  const std::string text =
      "# head\nresource \"aws_x\" \"y\" {\n  name = \" a b \" # tail\n  tags {\n    k = [1, 2]\n  }\n}\n";
  const Model model = lower_terraform(text);
  ASSERT_EQ(model.resources.size(), 1U);
  const Resource& resource = model.resources[0];
  EXPECT_EQ(bytes_of(text, resource.header), "resource \"aws_x\" \"y\"");
  EXPECT_EQ(bytes_of(text, resource.region), text.substr(7, text.size() - 8));
  EXPECT_EQ(bytes_of(text, resource.attributes[0].region), "name = \" a b \"");
  EXPECT_EQ(bytes_of(text, resource.attributes[0].value.region), "\" a b \"");
  EXPECT_EQ(resource.attributes[0].value.text, " a b ");
  EXPECT_EQ(bytes_of(text, resource.attributes[1].value.entries[0].value.region), "[1, 2]");
}

TEST(TerraformLower, OffsetsRegionsOfAWindow) {
  static const FactTables facts = FactTables::empty();
  const std::string text = "resource \"a\" \"b\" {\n  c = 1\n}\n";
  const Model model = terraform_frontend.lower({FileId{3}, Side::Before, "main.tf", text, 100, true}, {facts, 0});
  ASSERT_EQ(model.resources.size(), 1U);
  EXPECT_EQ(model.resources[0].region, (Region{FileId{3}, Side::Before, {100, 128}}));
  EXPECT_EQ(model.resources[0].attributes[0].region.bytes, (ByteRange{121, 126}));
}

TEST(TerraformLower, ReadsStrings) {
  const Model model = lower_terraform(
      "locals {\n"
      "  quoted  = \"a\\n\\\"b\\\" $${c} \\u00e4\"\n"
      "  plain   = <<EOT\n  x\n$${y}\nEOT\n"
      "  stripped = <<-EOT\n      x\n\n        y\n    EOT\n"
      "  empty   = \"\"\n"
      "}\n");
  ASSERT_EQ(model.resources.size(), 4U);
  EXPECT_EQ(model.resources[0].attributes[0].value.text, "a\n\"b\" ${c} \xc3\xa4");
  EXPECT_EQ(model.resources[1].attributes[0].value.text, "  x\n${y}\n");
  EXPECT_EQ(model.resources[2].attributes[0].value.text, "x\n\n  y\n");
  EXPECT_TRUE(model.resources[3].attributes[0].value.known());
  EXPECT_EQ(model.resources[3].attributes[0].value.text, "");
}

TEST(TerraformLower, TakesCommentsForNothing) {
  EXPECT_TRUE(lower_terraform("/*\nresource \"a\" \"b\" {}\n*/\n# resource \"a\" \"c\" {}\n").resources.empty());
}

TEST(TerraformLower, CollectsReferences) {
  const Model model = lower_terraform(R"(
resource "aws_db_instance" "a" {
  provider   = aws.east
  kms_key_id = "${aws_kms_key.main.arn}"
  subnet     = module.net.subnets[var.index]
  names      = [for s in local.z : s.name if s.on]
  vpc        = data.aws_vpc.v.id
  depends_on = [aws_eip.d]
  key        = each.key
  dynamic "rule" {
    for_each = local.rules
    content { port = rule.value.port }
  }
  lifecycle { ignore_changes = [tags, access[0].role] }
}
)");
  std::string seen;
  for (const Reference& reference : model.resources.at(0).references)
    seen += reference.target + " by " + reference.through + "\n";
  EXPECT_EQ(seen,
            "provider.aws.east by provider\n"
            "aws_kms_key.main by kms_key_id\n"
            "module.net.subnets by subnet\n"
            "var.index by subnet\n"
            "local.z by names\n"
            "data.aws_vpc.v by vpc\n"
            "aws_eip.d by depends_on\n"
            "local.rules by rule.for_each\n");
}

TEST(TerraformLower, MakesPreventDestroyASafeguard) {
  const Model model = lower_terraform(
      "resource \"a\" \"b\" {\n  lifecycle {\n    prevent_destroy = true\n    ignore_changes = [tags, \"x\"]\n  }\n}\n"
      "resource \"a\" \"c\" {\n  lifecycle {\n    prevent_destroy = false\n  }\n}\n");
  ASSERT_EQ(model.safeguards.size(), 1U);
  EXPECT_EQ(model.safeguards[0].protects, "a.b");
  EXPECT_EQ(model.safeguards[0].kind, SafeguardKind::PreventDestroy);
  EXPECT_EQ(show(model.resources[0].attributes[0].value),
            "{prevent_destroy = true, ignore_changes = [\"tags\", \"x\"]}");
}

TEST(TerraformLower, ReadsVariableFiles) {
  const Model lines = lower_terraform("n = 3\nm = { a = \"b\" }\n", "env/prod.tfvars");
  ASSERT_EQ(lines.resources.size(), 2U);
  EXPECT_EQ(lines.resources[0].type, "tfvar");
  EXPECT_EQ(lines.resources[0].address, "tfvar.n@prod.tfvars");
  EXPECT_EQ(show(lines.resources[1].attributes[0].value), "{a = \"b\"}");
  const Model json = lower_terraform("{\"n\": [1, null]}", "env/prod.tfvars.json");
  ASSERT_EQ(json.resources.size(), 1U);
  EXPECT_EQ(show(json.resources[0].attributes[0].value), "[1, null]");
}

TEST(TerraformLower, ReadsTheVersionsOfALockFile) {
  const Model model = lower_terraform(
      "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.1\"\n  hashes = [\n \"h1:x\"]\n}\n",
      ".terraform.lock.hcl");
  ASSERT_EQ(model.resources.size(), 2U);
  EXPECT_EQ(model.resources[0].type, "provider_lock");
  ASSERT_EQ(model.resources[0].attributes.size(), 2U);  // no digests
  EXPECT_EQ(model.resources[0].attributes[0].key, "version");
  EXPECT_EQ(model.resources[0].attributes[1].key, "by_tool");
  EXPECT_EQ(model.resources[1].type, "lock_file");  // whether there is one at all
}

TEST(TerraformLower, HandsScriptsToTheShell) {
  const std::string text =
      "resource \"null_resource\" \"r\" {\n"
      "  provisioner \"local-exec\" {\n    when = destroy\n    command = \"rm -rf /srv/${self.id} \\\"x\\\"\"\n  }\n"
      "  provisioner \"remote-exec\" {\n    inline = [\"echo hello\", \"rm -rf /var/lib/data\"]\n  }\n"
      "  provisioner \"local-exec\" {\n    interpreter = [\"python3\", \"-c\"]\n    command = \"rm -rf /other\"\n  }\n"
      "  user_data = <<-EOT\n    #!/bin/bash\n    rm -rf /opt/data\n  EOT\n}\n";
  const Model model = lower_terraform(text);
  std::string seen;
  for (const Operation& operation : model.operations) {
    if (operation.program != "rm") continue;
    seen += bytes_of(text, operation.region) + " in " + model.procedures.at(operation.procedure.value).address + "\n";
  }
  EXPECT_EQ(seen,
            "rm -rf /srv/${self.id} \\\"x\\\" in null_resource.r/local-exec\n"
            "rm -rf /var/lib/data in null_resource.r/remote-exec\n"
            "rm -rf /opt/data in null_resource.r/user_data\n");
  ASSERT_FALSE(model.procedures.empty());
  EXPECT_EQ(model.procedures[0].direction, Direction::CleanUp);
}

}  // namespace
}  // namespace redtag
