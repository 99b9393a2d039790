a = 1
b = {
  "c" = [true, null]
}
