"""A value is followed into scripts around it, and into so many directories only: a run that met a limit says so, another one does not."""

import argparse
import os
import subprocess
import sys

SAYS = "values of this change were followed into"


def git(repo, *words):
    subprocess.run(["git", "-C", repo, *words], check=True, stdout=subprocess.DEVNULL)


def report(redtag, where, directories):
    repo = os.path.join(where, f"tree-{directories}")
    os.makedirs(repo)
    git(where, "init", "-q", "-b", "main", repo)
    settings = os.path.join(repo, "settings.env")
    for mode in ("report", "apply"):
        with open(settings, "w") as file:
            file.write(f"MODE={mode}\n")
        for i in range(directories if mode == "report" else 0):
            os.makedirs(f"{repo}/part{i:03}")
            with open(f"{repo}/part{i:03}/note.txt", "w") as file:
                file.write("nothing\n")
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", mode)
    found = subprocess.run([redtag, "check", "--repo", repo, "HEAD~1..HEAD"], capture_output=True, text=True)
    if found.returncode != 0:
        sys.exit(f"status {found.returncode}: a limit that is met changes none\n{found.stdout}{found.stderr}")
    return found.stdout + found.stderr


arguments = argparse.ArgumentParser()
arguments.add_argument("--redtag", required=True)
arguments.add_argument("--in", dest="where", required=True)
given = arguments.parse_args()

if SAYS in report(given.redtag, given.where, 3):
    sys.exit("three directories are no limit")
if SAYS not in report(given.redtag, given.where, 320):
    sys.exit("320 directories were not all looked through, and nothing says so")
