terraform {
  required_version = ">= 1.9"

  backend "s3" {
    bucket       = "cost-reports-terraform-state"
    key          = "prod/terraform.tfstate"
    region       = "cn-north-1"
    use_lockfile = true
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}
