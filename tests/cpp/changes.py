"""Changes of the bundled C++ project, each with what redtag finds in it, with redtag-clang and without.

    changes.py [--update] [--only WORD] REDTAG PROJECT FILE...
    changes.py --table PAGE [--update] FILE...

redtag-clang has to be beside REDTAG; without it is what a copy of REDTAG in a folder of its own finds.

A file holds changes one below the other:

    == name
    @ kind variant                  its cell of the table of kinds: loss, moved or replaced
    # what it is
    --- path
    <<<
    text as it stands
    ===
    text as it becomes
    >>>
    = path severity rule entity     found with redtag-clang and without
    + path severity rule entity     found with redtag-clang alone
    - path severity rule entity     found without it alone

All lines of a change are all its findings: one more, or one less, fails. `--update` rewrites these lines and nothing else.

`--table` compares the table of kinds in PAGE, between `<!-- kinds -->` and `<!-- end of kinds -->`, with the changes: each kind that stands
there has to have one as a loss that is found, one as a harmless move and one replaced by an equivalent that are not, and no other kind
may have any. With `--update` its cells are written anew; its kinds are written by hand.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor


def parse(path):
    changes, change, part = [], None, None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if part is not None:
                if part == "old" and line == "===\n":
                    part = "new"
                elif part == "new" and line == ">>>\n":
                    part = None
                    edit = change["edits"][-1]
                    edit["old"], edit["new"] = edit["old"].rstrip("\n"), edit["new"].rstrip("\n")
                else:
                    change["edits"][-1][part] += line
                continue
            word, rest = line[:2], line[2:].strip()
            if line.startswith("== "):
                change = {"name": line[3:].strip(), "edits": [], "expected": set(), "file": path, "cells": []}
                changes.append(change)
            elif word == "@ ":
                change["cells"].append(tuple(rest.split()))
            elif line.startswith("--- "):
                change["edits"].append({"path": line[4:].strip(), "old": "", "new": ""})
            elif line == "<<<\n":
                if change["edits"][-1]["old"]:
                    change["edits"].append({"path": change["edits"][-1]["path"], "old": "", "new": ""})
                part = "old"
            elif word in ("= ", "+ ", "- "):
                change["expected"].add(word + rest)
            elif line.strip() and not line.startswith("#"):
                sys.exit(f"{path}:{number}: not understood: {line.strip()}")
    return changes


def apply(texts, change):
    after = {}
    for edit in change["edits"]:
        path = edit["path"]
        text = after.get(path, texts.get(path, ""))
        if edit["old"] == "" and path not in texts:
            after[path] = text + edit["new"]
            continue
        if text.count(edit["old"]) != 1:
            sys.exit(f"{change['file']}: {change['name']}: expected once in {path}, found {text.count(edit['old'])} times:\n{edit['old']}")
        after[path] = text.replace(edit["old"], edit["new"])
    return after


def read_project(project):
    """The texts of a project's files, by their paths in it."""
    texts = {}
    for folder, _, names in os.walk(project):
        for name in names:
            full = os.path.join(folder, name)
            with open(full, encoding="utf-8") as file:
                texts[os.path.relpath(full, project)] = file.read()
    return texts


def write_history(repository, texts, changes):
    """Commit 1 is the project, each other one a change of it, all by one process."""
    stream = []

    def commit(mark, parent, files, message):
        stream.append(f"commit refs/heads/c{mark}\nmark :{mark}\ncommitter Ada Author <ada@example.com> 981173106 +0000\n".encode())
        stream.append(f"data {len(message)}\n{message}\n".encode())
        if parent:
            stream.append(f"from :{parent}\n".encode())
        for path, text in sorted(files.items()):
            data = text.encode()
            stream.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")

    commit(1, None, texts, "base")
    for number, change in enumerate(changes, 2):
        commit(number, 1, apply(texts, change), "change")
    subprocess.run(["git", "init", "-q", "--bare", repository], check=True)
    subprocess.run(["git", "-C", repository, "fast-import", "--quiet"], input=b"".join(stream), check=True)


# Where the ways tell which path or call lost its safeguard, redtag-clang marks that one. All else lies in one place, whoever reads it.
PLACED_BY_WAYS = {"cpp/drop-access-check", "cpp/drop-script-guard", "cpp/lose-error-path"}


def findings(redtag, repository, number):
    """What is found, by path, severity, rule and entity, each with its fingerprints and places."""
    run = subprocess.run([redtag, "check", f"c1..c{number}", "--repo", repository, "--format", "json"], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"redtag ended with {run.returncode}: {run.stderr}")
    found = {}
    for finding in json.loads(run.stdout)["findings"]:
        line = " ".join((finding["place"]["path"], finding["severity"], finding["rule"], finding["entity"]))
        place = finding["place"]
        fixed = () if finding["rule"] in PLACED_BY_WAYS else (place["side"], place["startLine"])
        found.setdefault(line, set()).add((finding["fingerprint"], *fixed))
    return found


def compare(redtag, alone, repository, number):
    having, without = findings(redtag, repository, number), findings(alone, repository, number)
    # What both find is one thing to clear: it has one fingerprint, and stands in one place.
    odd = {"! other fingerprint or place: " + x for x in having.keys() & without.keys() if having[x] != without[x]}
    return odd | {"= " + x for x in having.keys() & without.keys()} | {"+ " + x for x in having.keys() - without.keys()} | {
        "- " + x for x in without.keys() - having.keys()}


def update(path, actual):
    out, name = [], None

    def close():
        if name is not None:
            while out and not out[-1].strip():
                out.pop()
            out.extend(line + "\n" for line in sorted(actual[name]))
            out.append("\n")

    part = False
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line == "<<<\n":
                part = True
            elif line == ">>>\n":
                part = False
            if not part and line.startswith("== "):
                close()
                name = line[3:].strip()
            if part or not (line[:2] in ("= ", "+ ", "- ") and name is not None and not line.startswith("== ")):
                out.append(line)
    close()
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(out).rstrip("\n") + "\n")


VARIANTS = ("loss", "moved", "replaced")
SILENT_KINDS = {"frees-memory"}  # what looks like a loss and is none


def check_table(page, changes, rewrite):
    """The rows `| kind | losses | moves | equivalents |` of a page against the changes; problems are printed."""
    with open(page, encoding="utf-8") as file:
        lines = file.read().split("\n")
    begin, end = lines.index("<!-- kinds -->"), lines.index("<!-- end of kinds -->")
    rows = [line for line in lines[begin + 1:end] if line.startswith("| `")]
    kinds = [row.split("`")[1] for row in rows]
    cells = {}
    problems = []
    for change in changes:
        for kind, variant in change["cells"]:
            cells.setdefault((kind, variant), []).append(change["name"])
            found = any(line[0] in "=+" for line in change["expected"])
            if variant not in VARIANTS:
                problems.append(f"{change['name']}: no such variant: {variant}")
            if kind not in kinds:
                problems.append(f"{change['name']}: {kind} is not in {page}")
            if found != (variant == "loss" and kind not in SILENT_KINDS):
                problems.append(f"{change['name']}: a {variant} of {kind} is {'found' if found else 'not found'}")
    wanted = []
    for kind in kinds:
        for variant in VARIANTS:
            if not cells.get((kind, variant)):
                problems.append(f"{kind}: no change shows it as: {variant}")
        columns = [", ".join(f"`{name}`" for name in cells.get((kind, variant), [])) for variant in VARIANTS]
        wanted.append(f"| `{kind}` | " + " | ".join(columns) + " |")
    if rewrite:
        at = [number for number in range(begin, end) if lines[number].startswith("| `")]
        for number, row in zip(at, wanted):
            lines[number] = row
        with open(page, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
    elif rows != wanted:
        problems.append(f"{page}: the table is not what the changes make of it; write it anew with --update")
    for problem in problems:
        print(problem)
    print(f"{len(kinds)} kinds, {len(changes)} changes, {len(problems)} problems")
    return 1 if problems or not kinds else 0


def main(arguments):
    rewrite = "--update" in arguments
    arguments = [word for word in arguments if word != "--update"]
    if arguments and arguments[0] == "--table":
        return check_table(arguments[1], [change for path in arguments[2:] for change in parse(path)], rewrite)
    only = ""
    if "--only" in arguments:
        at = arguments.index("--only")
        only = arguments[at + 1]
        del arguments[at:at + 2]
    redtag, project, *paths = arguments
    texts = read_project(project)
    changes = [change for path in paths for change in parse(path) if only in change["name"]]
    if len({change["name"] for change in changes}) != len(changes):
        sys.exit("two changes have the same name")
    with tempfile.TemporaryDirectory() as folder:
        repository = os.path.join(folder, "depot.git")
        write_history(repository, texts, changes)
        alone = os.path.join(folder, "redtag")
        shutil.copy(redtag, alone)
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda number: compare(redtag, alone, repository, number), range(2, len(changes) + 2)))
    failed = 0
    for change, actual in zip(changes, results):
        if actual == change["expected"]:
            continue
        failed += 1
        print(f"{change['file']}: {change['name']}")
        for line in sorted(change["expected"] - actual):
            print(f"  missing:    {line}")
        for line in sorted(actual - change["expected"]):
            print(f"  unexpected: {line}")
    if rewrite:
        for path in paths:
            update(path, {change["name"]: actual for change, actual in zip(changes, results)})
    print(f"{len(changes)} changes, {len(changes) - failed} as expected, {failed} not")
    return 0 if rewrite or (changes and not failed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
