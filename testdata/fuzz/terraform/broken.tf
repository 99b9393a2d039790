resource "a" "b" {
  x = 1
  y = = 2
  q { 
 z = 1
}
}
resource "c" "d" {
 z=1
