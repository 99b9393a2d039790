variable "name" {
  type = string
}

variable "instance_class" {
  type = string
}

variable "subnet_group" {
  type = string
}

variable "security_group" {
  type = string
}
