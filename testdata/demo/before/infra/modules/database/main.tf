resource "aws_kms_key" "database" {
  description             = "Encrypts ${var.name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = "15.8"
  instance_class = var.instance_class
  db_name        = "reports"

  allocated_storage = 800
  storage_encrypted = true
  kms_key_id        = aws_kms_key.database.arn

  username                    = "reports"
  manage_master_user_password = true

  multi_az               = true
  db_subnet_group_name   = var.subnet_group
  vpc_security_group_ids = [var.security_group]

  backup_retention_period   = 14
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  lifecycle {
    prevent_destroy = true
  }
}
