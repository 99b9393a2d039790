#include <string>

#include "terraform_fixture.h"

namespace redtag {
namespace {

/// The same grant, written in every way that Terraform has.
const TerraformTree& grants() {
  static const TerraformTree tree({{"main.tf", R"(
resource "aws_iam_policy" "encoded" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "One"
      Effect    = "Allow"
      Principal = { AWS = ["111122223333"], Service = "ec2.amazonaws.com" }
      Action    = ["S3:GetObject", "s3:Put*"]
      Resource  = "${aws_s3_bucket.b.arn}/*"
      Condition = { StringEquals = { "aws:x" = ["1", "2"] } }
    }]
  })
}
resource "aws_iam_policy" "heredoc" {
  policy = <<-EOT
    {
      "Statement": {
        "Action": ["s3:put*", "s3:getobject"],
        "Resource": ["${aws_s3_bucket.b.arn}/*"],
        "Effect": "Allow",
        "Principal": {"Service": ["ec2.amazonaws.com"], "AWS": "arn:aws:iam::111122223333:root"},
        "Condition": {"StringEquals": {"aws:x": ["2", "1"]}}
      }
    }
  EOT
}
resource "aws_iam_policy" "document" {
  policy = data.aws_iam_policy_document.d.json
}
data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:GetObject", "s3:Put*"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
    principals {
      type        = "AWS"
      identifiers = ["111122223333"]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:x"
      values   = ["1", "2"]
    }
  }
}
)"}});
  return tree;
}

TEST(TerraformPermissions, HaveOneNormalForm) {
  const Value& policy = grants().value("aws_iam_policy.encoded", "policy");
  EXPECT_EQ(policy.shape, Shape::Permissions);
  EXPECT_EQ(
      show(policy, 1000),
      "[{effect = \"Allow\", principals = [\"AWS:arn:aws:iam::111122223333:root\", \"Service:ec2.amazonaws.com\"], "
      "actions = [\"s3:getobject\", \"s3:put*\"], resources = [${aws_s3_bucket.b.arn}/*], "
      "conditions = [\"StringEquals|aws:x|1\", \"StringEquals|aws:x|2\"]}]");
  EXPECT_TRUE(same_value(policy, grants().value("aws_iam_policy.heredoc", "policy")));
  EXPECT_TRUE(same_value(policy, grants().value("aws_iam_policy.document", "policy")));
}

TEST(TerraformPermissions, KeepThePlacesOfTheirParts) {
  const auto action = [](const char* address) -> const Value& {
    return find_entry(grants().value(address, "policy").items.at(0), "actions")->items.at(0);
  };
  EXPECT_EQ(grants().text(action("aws_iam_policy.encoded").region), "\"S3:GetObject\"");
  EXPECT_EQ(grants().text(action("aws_iam_policy.heredoc").region), "\"s3:put*\"");
  EXPECT_EQ(grants().text(action("aws_iam_policy.document").region), "\"s3:GetObject\"");
}

TEST(TerraformPermissions, KeepUnknownParts) {
  const TerraformTree tree({{"main.tf", R"(
resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.d.json
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [data.aws_iam_policy_document.base.json, var.more]
  statement {
    effect    = "Deny"
    actions   = concat(["s3:*"], var.actions)
    resources = ["arn:aws:s3:::x/&{aws:username}"]
  }
}
data "aws_iam_policy_document" "base" {
  statement {
    actions   = ["*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
resource "aws_iam_policy" "elsewhere" {
  policy = data.aws_iam_policy_document.not_here.json
}
)"}});
  EXPECT_EQ(
      tree.shown("aws_iam_policy.p", "policy"),
      "[{effect = \"Allow\", principals = [\"*\"], actions = [\"*\"], resources = [\"*\"]}, var.more, "
      "{effect = \"Deny\", actions = [\"s3:*\", var.actions], resources = [\"arn:aws:s3:::x/${aws:username}\"]}]");
  EXPECT_EQ(tree.value("aws_iam_policy.elsewhere", "policy").presence, Presence::Unknown);
}

TEST(TerraformPermissions, ReadATextWithACommaTooMany) {
  const TerraformTree tree({{"main.tf",
                             "resource \"a\" \"b\" {\n  policy = <<EOT\n{\"Statement\": [{\"Effect\": \"Deny\", "
                             "\"Action\": [\"s3:*\",],}]}\nEOT\n}\n"}});
  EXPECT_EQ(tree.shown("a.b", "policy"), "[{effect = \"Deny\", actions = [\"s3:*\"]}]");
}

TEST(TerraformPermissions, LeaveOtherDocumentsAlone) {
  const TerraformTree tree(
      {{"main.tf", "resource \"a\" \"b\" {\n  containers = jsonencode([{ name = \"x\", cpu = 1 }])\n}\n"}});
  EXPECT_EQ(tree.value("a.b", "containers").shape, Shape::Scalar);
  EXPECT_EQ(tree.value("a.b", "containers").text, "[{\"cpu\":1,\"name\":\"x\"}]");
}

}  // namespace
}  // namespace redtag
