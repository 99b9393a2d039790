"""Makes a repository in which forty roots in four environments call one module, and one edit inside of it replaces a database.

    forty_callers.py FOLDER
"""
import os
import subprocess
import sys

ENVIRONMENTS = ["production", "staging", "development", "sandbox"]

MODULE = '''variable "name" {}
variable "key" {}

resource "aws_db_instance" "main" {
  identifier = "orders-${var.name}"
  engine     = "postgres"
  username   = "orders"
  kms_key_id = var.key
}

output "endpoint" {
  value = aws_db_instance.main.endpoint
}
'''

ROOT = '''resource "aws_kms_key" "main" {
  description = "orders"
}

module "orders" {
  source = "../../../modules/orders"
  name   = "%s"
  key    = aws_kms_key.main.arn
}

resource "aws_ssm_parameter" "endpoint" {
  name  = "/orders/endpoint"
  type  = "String"
  value = module.orders.endpoint
}
'''


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, *arguments], check=True)


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main():
    folder = sys.argv[1]
    os.makedirs(folder)
    git(folder, "init", "-q", "-b", "main")
    write(folder, "modules/orders/main.tf", MODULE)
    for number in range(40):
        environment = ENVIRONMENTS[number % 4]
        write(folder, f"envs/{environment}/team{number:02}/main.tf", ROOT % f"team{number:02}")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Start")
    write(folder, "modules/orders/main.tf", MODULE.replace('username   = "orders"', 'username   = "owner"'))
    git(folder, "commit", "-q", "-a", "-m", "Rename the user")


if __name__ == "__main__":
    main()
