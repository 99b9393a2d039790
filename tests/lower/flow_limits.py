"""A value is followed into scripts around it, and into so many directories only: a run that met a limit says so, another one does not."""

import argparse
import os
import subprocess
import sys

SAYS = "values of this change were followed into"


def git(repo, *words):
    subprocess.run(["git", "-C", repo, *words], check=True, stdout=subprocess.DEVNULL)


def directories(number):
    return {f"part{i:03}/note.txt": "nothing\n" for i in range(number)}


def scripts(number):
    return {f"job{i:03}.sh": '#!/bin/sh\n. ./settings.env\necho "$MODE"\n' for i in range(number)}


def chain(number):
    """Each script takes in the next one."""
    files = {f"step{i}.sh": f"#!/bin/sh\n. ./step{i + 1}.sh\n" for i in range(number)}
    files[f"step{number}.sh"] = '#!/bin/sh\necho "$MODE"\n'
    return files


def blocks(number):
    steps = "".join(f"      - run: |\n          echo {i}\n" for i in range(number))
    return {"work.yml": f"on: push\njobs:\n  a:\n    runs-on: x\n    env_file: settings.env\n    steps:\n{steps}"}


def report(redtag, where, name, files):
    repo = os.path.join(where, name)
    os.makedirs(repo)
    git(where, "init", "-q", "-b", "main", repo)
    settings = os.path.join(repo, "settings.env")
    for path, text in files.items():
        os.makedirs(os.path.dirname(f"{repo}/{path}"), exist_ok=True)
        with open(f"{repo}/{path}", "w") as file:
            file.write(text)
    for mode in ("report", "apply"):
        with open(settings, "w") as file:
            file.write(f"MODE={mode}\n")
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

for number, (least, most, make) in enumerate(
    [(3, 320, directories), (3, 14, scripts), (3, 6, chain), (3, 60, blocks)]
):
    if SAYS in report(given.redtag, given.where, f"few-{number}", make(least)):
        sys.exit(f"{make.__name__}: {least} are no limit")
    if SAYS not in report(given.redtag, given.where, f"many-{number}", make(most)):
        sys.exit(f"{make.__name__}: {most} were not all looked at, and nothing says so")
