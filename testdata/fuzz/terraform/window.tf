  x = 1
  y = 3
}

resource "c" "d" {
 z=1
 tags = {
  a = 1
