resource "aws_x" "y" {
  a = "$${x} ${var.b[0].c} \n z  "
  b = (var.x).y + aws.z["k"].*.id - 1
  c = <<-EOT
    foo ${x}
    bar %{ if a ~} q %{ else } r %{ endif }
  EOT
  d = { for k, v in var.m : k => v... if k != "" }
  e = [for s in x : s]
  f = -1 == !true ? a.b.c : f(1, [2]...)
  g = a[*].b.0.c
  h = { "a b" = 1, (k) : 2, c = 3 }
  i = " x "
  j = ""
}
