#!/usr/bin/env python3
"""Compares what redtag says of every case with what terraform planned for it, declaration by declaration.

    compare.py --redtag redtag plans.json

The plan speaks of instances, redtag of declarations: both are brought to one word for each declaration.

  replace   an instance is destroyed and made again        remove   all of its instances go
  shrink    some of its instances go                        move     it is the same under another address
  forget    it is let go of without being destroyed         create   all of its instances are new
  update    anything else differs                           keep     nothing is planned

`update` of redtag's is what the text changed; where the platform has nothing to do (a meta-argument), the plan says `keep`. No other
difference is allowed, but for those that EXPLAINED names with their reason.
"""
import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import cases as all_cases

# Case: why redtag's word may differ from the plan's. Each must still differ, or this fails.
ANY_TYPE = ("the attribute of the built-in resource takes any type, and a list is another value than a tuple of the same elements; the typed "
            "attributes of real resources know no difference")
EXPLAINED = {f"{way}_{name}": ANY_TYPE for way in ("direct", "local", "module", "default")
             for name in ("split_type", "sort_type", "distinct_type", "compact_type", "range_type", "null_gone")}

META = re.compile(r"^(count|for_each|lifecycle|depends_on|provisioner|provider)\b")
LINE = re.compile(r"^resource (?P<old>\S+) \((?P<type>\S+)\) (?P<fate>[a-z-]+)(?: to (?P<new>\S+?))?(?:: .*)?$")
FATES = {"replaced": "replace", "removed": "remove", "shrunk": "shrink", "moved": "move", "forgotten": "forget", "added": "create",
         "updated": "update", "maybe-replaced": "maybe", "renamed": "rename"}


def write(root, every, side):
    for case in every:
        for path, text in getattr(case, side).items():
            place = root / case.name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)


def git(root, *arguments):
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def delta_of(redtag, every):
    """What redtag says of a repository in which every case is a folder."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        git(root, "init", "-q")
        git(root, "config", "user.name", "Ada Author")
        git(root, "config", "user.email", "ada@example.com")
        for side in ("before", "after"):
            for case in every:
                shutil.rmtree(root / case.name, ignore_errors=True)
            write(root, every, side)
            git(root, "add", "-A")
            git(root, "commit", "-q", "--allow-empty", "-m", side)
        done = subprocess.run([redtag, "show", "delta", "--repo", str(root), "HEAD~1..HEAD"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        return done.stdout


def bare(address):
    return re.sub(r"\[[^\]]*\]", "", address)


def planned_words(plan):
    """Declaration (without keys) → word."""
    if "error" in plan:
        return plan
    seen = collections.defaultdict(list)
    words = {}
    for address, actions in plan.items():
        action, _, source = actions.partition(" moved from ")
        seen[bare(address)].append((address, action, source))
        if source and bare(source) != bare(address):
            words[bare(source)] = "away"
    for declaration, instances in seen.items():
        actions = [action for _, action, _ in instances]
        if any(set(action.split(",")) == {"create", "delete"} for action in actions):
            words[declaration] = "replace"
        elif any(action == "forget" for action in actions):
            words[declaration] = "forget"
        elif any(action == "delete" for action in actions):
            words[declaration] = "delete"
        elif any(source for _, _, source in instances):
            words[declaration] = "move"
        elif all(action == "create" for action in actions):
            words[declaration] = "create"
        else:
            words[declaration] = "update"
    return words


def entries(text):
    """Case → [(old address, new address, type, word, attribute lines)] of redtag's delta."""
    found = collections.defaultdict(list)
    current = None
    for line in text.splitlines():
        match = LINE.match(line)
        if match:
            case = re.split(r"[/:\[]", match["old"], maxsplit=1)[0]
            current = (match["old"], match["new"] or match["old"], match["type"], FATES.get(match["fate"], match["fate"]), [])
            found[case].append(current)
        elif line.startswith("  ") and not line.startswith("    ") and current is not None:
            current[4].append(line.strip())
        else:
            current = None
    return found


DESTRUCTIVE = {"replace", "delete"}


def verdict(case, plan, found):
    """Why they differ, or None."""
    words = planned_words(plan)
    if "error" in words:
        # The plan stops because of a guard: redtag must say that the thing would go, or be replaced.
        said = [word for _, _, kind, word, _ in found if kind == "terraform_data"]
        return None if {"replace", "remove", "shrink"} & set(said) else f"plan refuses, redtag says {said}"
    says = collections.defaultdict(set)  # name of the declaration → words; modules by their call
    for old, new, kind, word, attributes in found:
        if kind not in ("terraform_data", "module"):
            continue
        if word == "update" and all(META.match(attribute) for attribute in attributes):
            continue
        if kind == "module" and word in ("update", "create"):
            continue
        if word == "move" and old != new and old.split(":")[-1] == new.split(":")[-1]:
            continue  # the text of a module stands in another folder
        says[kind].add((bare(old.split(":", 1)[-1]), bare(new.split(":", 1)[-1]), word))
    destroys = sorted(address for address, word in words.items() if word in DESTRUCTIVE)
    said_destroys = sorted({old if word != "replace" else new for kind in says for old, new, word in says[kind] if word in ("replace", "remove", "shrink", "rename", "maybe")})
    problems = []
    for address in destroys:
        local = ".".join(address.split(".")[-2:])
        callers = {address[:end] for end in (match.start() for match in re.finditer(r"\.(?=module\.|terraform_data\.)", address))}
        told = [entry for kind in says for entry in says[kind]
                if {address, local} & {entry[0], entry[1]} or (kind == "module" and entry[0] in callers)]
        # `maybe` is the word for what only the plan can tell: it may be said of what is replaced, and of nothing else.
        good = {"replace": {"replace", "maybe"}, "delete": {"remove", "shrink", "rename"}}[words[address]]
        if not any(word in good or (word == "rename") for _, _, word in told):
            problems.append(f"plan: {words[address]} {address}; redtag: {sorted(told)}")
    for address in said_destroys:
        hit = [planned for planned in destroys if planned == address or planned.endswith("." + address) or planned.startswith(address + ".")]
        if not hit:
            problems.append(f"redtag destroys {address}; plan: {words}")
    for kind in says:
        for old, new, word in says[kind]:
            if word in ("move", "forget") and not any(planned in ("move", "away", "forget", "update", "replace") for planned in words.values()) and kind == "terraform_data":
                problems.append(f"redtag: {word} {old}; plan: {words}")
            if word == "update" and words.get(old, "keep") in ("keep",) and not any(a.endswith("." + old) for a in words):
                problems.append(f"redtag: update {old}; plan: {words}")
    for address, word in words.items():
        local = ".".join(address.split(".")[-2:])
        told = {entry[2] for kind in says for entry in says[kind] if local in (entry[0], entry[1]) or address in (entry[0], entry[1])}
        if word == "update" and not told & {"update", "move"}:
            problems.append(f"plan: update {address}; redtag: {sorted(told)}")
        if word == "forget" and not any(entry[2] == "forget" for kind in says for entry in says[kind]):
            problems.append(f"plan: forget {address}")
    return "; ".join(problems) or None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--redtag", required=True)
    arguments.add_argument("plans", type=pathlib.Path)
    given = arguments.parse_args()
    recorded = json.loads(given.plans.read_text())
    every = all_cases.cases()
    if {case.name for case in every} != recorded.keys():
        sys.exit("plans.json is not of these cases: run record.py")
    found = {}
    for first in range(0, len(every), 100):  # fewer at a time, so that no limit of context decides
        found.update(entries(delta_of(given.redtag, every[first:first + 100])))
    wrong = 0
    for case in every:
        why = verdict(case, recorded[case.name], found.get(case.name, []))
        if case.name in EXPLAINED:
            if why is None:
                print(f"{case.name}: agrees now; take it out of EXPLAINED")
                wrong += 1
            continue
        if why is not None:
            wrong += 1
            print(f"{case.name}: {why}")
    known = sum(1 for case in every if case.name in EXPLAINED)
    print(f"{len(every) - wrong - known} of {len(every)} cases agree, {known} differ for a known reason, {wrong} are wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
