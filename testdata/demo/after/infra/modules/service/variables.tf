variable "name" {
  type = string
}

variable "desired_count" {
  type = number
}

variable "database_host" {
  type = string
}

variable "archive" {
  type = string
}

variable "currency" {
  description = "Currency that report totals are shown in."
  type        = string
  default     = "CNY"
}
