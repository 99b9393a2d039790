# The production environment of the cost reports, everything that one `terraform apply` owns.

locals {
  environment = "prod-cny"
  region      = "cn-north-1"
}

provider "aws" {
  region = local.region

  default_tags {
    tags = {
      service     = "cost-reports"
      environment = local.environment
    }
  }
}

module "report_database" {
  source = "../modules/database"

  name           = "cost-reports-prod-cny"
  instance_class = var.database_instance_class
  subnet_group   = aws_db_subnet_group.private.name
  security_group = aws_security_group.database.id
}

module "service" {
  source = "../modules/service"

  name          = "cost-reports-prod-cny"
  desired_count = 6
  database_host = module.report_database.endpoint
  archive       = aws_s3_bucket.archive.bucket
  currency      = "CNY"
}
