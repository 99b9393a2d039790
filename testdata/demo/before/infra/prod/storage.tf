# Every report that a customer was ever shown. Kept for the auditors; nothing can compute it again.
resource "aws_s3_bucket" "archive" {
  bucket        = "cost-reports-archive-prod"
  force_destroy = false

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "archive" {
  bucket = aws_s3_bucket.archive.id

  versioning_configuration {
    status = "Enabled"
  }
}
