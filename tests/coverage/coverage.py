"""Says what a check folder lacks: a firing and a silent case for each stack that check.yaml names, and the four sections of README.md.

    coverage.py PACK       prints one line for each thing that is missing; exit status 1 if something is, or if there is no check
"""
import os
import re
import sys

import yaml

SECTIONS = ["What happens", "Way back", "Instead", "Clear it when"]
CASE = re.compile(r"^(?:todo_)?(fires|silent)_.+\.diff$")


def check_folders(pack):
    for folder, _, names in sorted(os.walk(pack)):
        if "check.yaml" in names or is_own_rule(folder):
            yield folder, sorted(names)


def is_own_rule(folder):
    """Rules about redtag's own gate belong to no pack: cases alone."""
    path = os.path.abspath(folder).split(os.sep)
    return path[-3:-1] == ["checks", "gate"]


def missing_cases(stacks, names):
    """A `todo_` case is a known weakness, so it does not stand in for a case that works."""
    for stack in stacks:
        for kind in ("fires", "silent"):
            prefix = f"{kind}_{stack}"
            if not any(name == prefix + ".diff" or (name.startswith(prefix + "_") and name.endswith(".diff")) for name in names):
                yield f"no case {prefix}_*.diff, and check.yaml names the stack {stack}"


def missing_sections(readme):
    try:
        with open(readme, encoding="utf-8") as file:
            titles = [line.lstrip("#").strip() for line in file if line.startswith("#")]
    except OSError:
        return ["no README.md"]
    return [f"README.md lacks the section '{title}'" for title in SECTIONS if title not in titles]


def problems_of(folder, names):
    if is_own_rule(folder):
        yield from missing_cases(["redtag"], names)
        return
    with open(os.path.join(folder, "check.yaml"), encoding="utf-8") as file:
        check = yaml.safe_load(file)
    stacks = (check or {}).get("stacks")
    if not isinstance(stacks, list) or not stacks:
        yield "check.yaml names no stack"
        stacks = []
    yield from missing_cases(stacks, names)
    yield from missing_sections(os.path.join(folder, "README.md"))
    known = tuple(f"{kind}_{stack}" for kind in ("fires", "silent") for stack in stacks)
    for name in names:
        if not name.endswith(".diff"):
            continue
        if not CASE.match(name):
            yield f"{name}: a case is called fires_, silent_, todo_fires_ or todo_silent_, then the stack"
        elif not name.removeprefix("todo_").startswith(known):
            yield f"{name}: its stack is not one that check.yaml names"


def main(pack):
    count = broken = 0
    for folder, names in check_folders(pack):
        count += 1
        for problem in problems_of(folder, names):
            broken += 1
            print(f"{os.path.relpath(folder, pack)}: {problem}")
    print(f"{count} checks, {broken} things missing")
    return 1 if broken or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
