variable "env" { default = "prod" }
variable "n" {}
locals {
  prefix = "${var.env}-x"
  svc = { a = { port = 1 }, b = { port = 2 } }
  cyc = local.cyc2
  cyc2 = local.cyc
}
resource "aws_x" "y" {
  for_each = local.svc
  name = "${local.prefix}-${lower("ABC")}"
  port = local.svc["a"].port
  z = [for k, v in local.svc : "${k}:${v.port}" if v.port > 1]
  m = { for k, v in local.svc : k => v.port }
  n = "${aws_kms_key.main.arn}"
  q = var.n ? 1 : 0
  c = local.cyc
  t = try(local.svc.c, "none")
  policy = data.aws_iam_policy_document.d.json
  dynamic "ingress" {
    for_each = [80, 443]
    content { port = ingress.value }
  }
  dynamic "egress" {
    for_each = var.n
    content { port = egress.value }
  }
}
resource "aws_x" "z" {
  count = length(local.svc)
  policy = jsonencode({Statement=[{Effect="Allow",Action="S3:*",Resource=["*", aws_x.y.arn], Principal="*", Condition={StringEquals={"a:b"=["c","d"]}}}]})
  p2 = <<EOF
{"Version":"2012","Statement":{"Effect":"Allow","Action":"s3:*","Resource":["${aws_x.y.arn}", "*"], "Principal":{"AWS":"*"}, "Condition":{"StringEquals":{"a:b":["d","c"]}}}}
EOF
}
data "aws_iam_policy_document" "d" {
  statement {
    actions = concat(["s3:Get*"], var.n)
    resources = ["&{aws:user}"]
    principals { 
     type = "AWS" 
     identifiers = ["123456789012"]
    }
  }
}
