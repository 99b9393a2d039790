variable "database_instance_class" {
  description = "Size of the report database."
  type        = string
  default     = "db.r6g.xlarge"
}

variable "private_subnets" {
  description = "Subnets without a way in from outside."
  type        = list(string)
}

variable "vpc_id" {
  type = string
}

variable "zone_id" {
  description = "Hosted zone of reports.example.com."
  type        = string
}
