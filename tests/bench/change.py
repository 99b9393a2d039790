"""Makes the repository that tests/bench/run measures on: the same bytes on every machine.

Two of every three files are Terraform, the rest migrations and scripts, 2 to 4 KB each, as they are in repositories of infrastructure.
`base` is the first commit; `five` and `thousand` change one to three lines in so many files. In `thousand` one in forty is dangerous, in `five`
none, as in most changes that people make; `held` is `five` with a guard of a database dropped.
"""
import os
import random
import subprocess

FILES = 1500


def terraform(dice, number):
    blocks = []
    for index in range(dice.randint(8, 16)):
        blocks.append(f'''resource "aws_instance" "worker_{number}_{index}" {{
  ami           = "ami-{dice.getrandbits(32):08x}"
  instance_type = "m6i.{dice.choice(["large", "xlarge", "2xlarge"])}"
  subnet_id     = var.subnets[{index}]

  user_data = templatefile("${{path.module}}/boot.tpl", {{ name = "worker-{index}" }})

  tags = {{
    Name = "worker-${{var.environment}}-{index}"
    team = "team-{dice.randint(1, 9)}"
  }}
}}
''')
    blocks.append(f'''resource "aws_db_instance" "store_{number}" {{
  identifier          = "store-{number}"
  engine              = "postgres"
  instance_class      = "db.r6g.large"
  allocated_storage   = {dice.randint(100, 900)}
  deletion_protection = true
}}
''')
    return "\n".join(blocks)


def sql(dice, number):
    lines = []
    for index in range(dice.randint(12, 30)):
        lines.append(f"CREATE TABLE t{number}_{index} (id bigserial PRIMARY KEY, owner bigint NOT NULL, note text, at timestamptz DEFAULT now());")
        lines.append(f"CREATE INDEX t{number}_{index}_owner ON t{number}_{index} (owner);")
    return "\n".join(lines) + "\n"


def shell(dice, number):
    lines = ["#!/bin/bash", "set -euo pipefail"]
    for index in range(dice.randint(20, 60)):
        lines.append(f'if [ -d "/srv/app{number}/{index}" ]; then tar -czf "/backup/{index}.tar.gz" "/srv/app{number}/{index}"; fi')
    return "\n".join(lines) + "\n"


def file_name(number):
    if number % 6 == 4:
        return f"db/{number // 100}/{number:04d}_change.up.sql"
    if number % 6 == 5:
        return f"scripts/{number // 100}/job{number}.sh"
    return f"infra/{number // 100}/root{number // 10}/part{number}.tf"


def edit(dice, name, text, dangerous):
    if name.endswith(".sql"):
        return text + ("DROP TABLE accounts;\n" if dangerous else "ALTER TABLE accounts ADD COLUMN seen timestamptz;\n")
    if name.endswith(".sh"):
        return text + ('aws s3 rm --recursive "s3://$BUCKET/"\n' if dangerous else 'echo "done"\n')
    text = text.replace("team-", "group-", dice.randint(1, 3))
    return text.replace("deletion_protection = true", "deletion_protection = false") if dangerous else text


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def git(repository, *arguments):
    fixed = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null"}
    for role in ("AUTHOR", "COMMITTER"):
        fixed.update({f"GIT_{role}_NAME": "Bench", f"GIT_{role}_EMAIL": "bench@example.com", f"GIT_{role}_DATE": "2001-02-03T04:05:06Z"})
    return subprocess.run(["git", "-C", repository, *arguments], env=fixed, check=True, stdout=subprocess.PIPE).stdout


def make_change(repository, texts, branch, numbers, dangerous):
    dice = random.Random(branch)
    git(repository, "checkout", "-q", "-B", branch, "base")
    for place, number in enumerate(numbers):
        name = file_name(number)
        write(repository, name, edit(dice, name, texts[name], dangerous=dangerous and place % 40 == 3))
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", f"Change {len(numbers)} files")
    git(repository, "tag", "-f", branch + "-tip")


def make_sides(repository, folder, branch):
    """Both sides of a change's files as plain files, for the bare parsers."""
    for side, revision in (("before", "base"), ("after", branch + "-tip")):
        names = git(repository, "diff", "--name-only", "--no-renames", "base", branch + "-tip").decode().split()
        for name in names:
            write(os.path.join(folder, side), name, git(repository, "show", f"{revision}:{name}").decode())


def make(folder):
    """Makes folder/repository with its branches, folder/<branch>.patch and folder/<branch>/ with the sides."""
    repository = os.path.join(folder, "repository")
    os.makedirs(repository)
    git(repository, "init", "-q", "-b", "main")
    dice = random.Random(1)
    texts = {}
    for number in range(FILES):
        name = file_name(number)
        texts[name] = (sql if name.endswith(".sql") else shell if name.endswith(".sh") else terraform)(dice, number)
        write(repository, name, texts[name])
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "Start")
    git(repository, "tag", "base")
    for branch, numbers, dangerous in (("five", range(100, 105), False), ("held", range(100, 105), True), ("thousand", range(0, 1000), True)):
        make_change(repository, texts, branch, list(numbers), dangerous)
        with open(os.path.join(folder, branch + ".patch"), "wb") as file:
            file.write(git(repository, "diff", "base", branch + "-tip"))
        make_sides(repository, os.path.join(folder, branch), branch)
    git(repository, "gc", "-q")
