resource "aws_route53_record" "reports" {
  zone_id = var.zone_id
  name    = "reports.example.com"
  type    = "CNAME"
  ttl     = 86400
  records = ["cost-reports-prod-cny.internal.example.com"]
}
