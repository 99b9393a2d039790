resource "aws_db_subnet_group" "private" {
  name       = "cost-reports-prod"
  subnet_ids = var.private_subnets
}

resource "aws_security_group" "database" {
  name        = "cost-reports-prod-database"
  description = "PostgreSQL, from the service only"
  vpc_id      = var.vpc_id

  ingress {
    description = "service subnets"
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = ["10.20.0.0/16"]
  }
}
