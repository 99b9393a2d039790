terraform {
  required_version = ">= 1.0"
  backend "s3" {
    bucket = "b"
  }
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5" }
  }
}
provider "aws" {
  alias = "east"
}
locals {
  a = 1
  b = "${local.a}-x"
}
/* resource "x" "y" {} */
resource "aws_instance" "w" {
  provider = aws.east
  count = var.n
  ami = "x"
  tags = { Name = "w" }
  depends_on = [aws_eip.z]
  policy = <<EOF
{ "Statement": [ {"Effect":"Allow","Action":["s3:*"],"Resource":"${aws_s3_bucket.b.arn}/*"} ] }
EOF
  user_data = <<-EOF
    #!/bin/bash
    rm -rf ${var.dir}/x
    echo $${HOME}
  EOF
  dynamic "ingress" {
    for_each = toset(["a"])
    content {
      cidr = "${ingress.value}/32"
    }
  }
  lifecycle {
    prevent_destroy = true
    ignore_changes = [tags, ami]
  }
  provisioner "local-exec" {
    when = destroy
    command = "rm -rf /data"
  }
  provisioner "remote-exec" {
    inline = ["echo a", "rm -rf ${self.x}"]
  }
}
moved {
  from = aws_a.b
  to = module.x["k"].aws_a.c
}
