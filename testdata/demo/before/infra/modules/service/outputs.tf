output "hostname" {
  value = "${var.name}.internal.example.com"
}
