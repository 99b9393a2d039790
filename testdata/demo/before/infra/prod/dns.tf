resource "aws_route53_record" "reports" {
  zone_id = var.zone_id
  name    = "reports.example.com"
  type    = "CNAME"
  ttl     = 60
  records = [module.service.hostname]
}
