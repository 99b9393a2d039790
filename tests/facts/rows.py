#!/usr/bin/env python3
"""Draws fact rows and makes the change each of them speaks of: reader, delta and message must agree with the row.

    rows.py --redtag redtag --facts checks/facts [--seed N]

A hundred rows with a fixed seed: at least one of each provider and of each effect of declared resources. For each, a resource of
the row's type changes in the row's attribute and in nothing else. The delta must show the effect at that attribute; where a
check speaks of it, the message must name the address and the attribute, and say no other than what the row knows.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import subprocess
import sys

ROWS = 100
PROVIDERS = 17

# Effect of a row → effect that the delta shows, and from which value to which the attribute goes. `{value}` is the row's first.
CHANGES = {
    "replaces": ("replaces", '"alpha"', '"beta"'),
    "may-replace": ("may-replace", '"alpha"', '"beta"'),
    "guards": ("guard-dropped", "{value}", "{other}"),
    "guarded-by-default": ("guard-dropped", None, "{other}"),
    "endangers": ("danger-armed", "{other}", "{value}"),
    "backup": ("backup-cut", "{more}", "{less}"),
    "expires": ("backup-cut", "30", "9"),  # to a tenth it is the rule around it that deletes more
    "schedule": ("backup-cut", '"cron(0 5 * * ? *)"', '"cron(0 5 1 1 ? *)"'),
    "grants-everything": ("grants-everything", '"alpha"', "{value}"),
    "permissions": ("permits", '"alpha"', '"beta"'),
    "addresses": ("steers", '["10.1.0.0/16"]', '["10.2.0.0/16"]'),
    "exposes": ("exposes", "{other}", "{value}"),
    "steers": ("steers", '"alpha"', '"beta"'),
    "capacity": ("steers", "20", "3"),
    "limit": ("steers", "1000", "1"),
    "irreversible-upgrade": ("irreversible-upgrade", '"11.4"', '"12.1"'),
}

Row = collections.namedtuple("Row", "stack type path effect value condition cls source")


def rows_of(folder):
    for path in sorted(folder.glob("terraform*.tsv")):
        for line in path.read_text().splitlines():
            if not line.startswith("#"):
                yield Row(*line.split("\t"))


def first_value(row):
    value = row.value.split("|")[0]
    if ".." in value:
        return value.split("..")[1]  # the end that is not nothing at all
    return "x" if value in ("", "*") else value


def quoted(value):
    return value if value in ("true", "false") or re.fullmatch(r"-?\d+", value) else json.dumps(value)


def opposite(row, value):
    """A value that the row does not name."""
    if value in ("true", "false"):
        return "false" if value == "true" else "true"
    if re.fullmatch(r"-?\d+", value):
        # Not ten times as much: to a tenth it is the rule around it that deletes more.
        return "60" if "60" not in row.value else "1"
    return None if "*" in row.value.split("|") or row.value == "" else '"something-else"'


def sides_of(row):
    """Old and new text of the attribute; None for none."""
    _, old, new = CHANGES[row.effect]
    if row.condition == "by size":
        old, new = '"db.r6g.4xlarge"', '"db.r6g.large"'
    value = first_value(row)
    words = {"{value}": quoted(value), "{other}": opposite(row, value),
             "{more}": "30" if not row.value else opposite(row, value), "{less}": "2" if not row.value else quoted(value)}
    return words.get(old, old), words.get(new, new)


def usable(row):
    """Rows of a concrete attribute whose change is one of text alone."""
    if row.stack != "terraform" or row.type == "*" or row.effect not in CHANGES or "*" in row.path or not row.path:
        return False
    if row.effect == "may-replace":
        return "decided at plan time" in row.condition  # what two values say of another condition is the delta's to rule out
    return row.condition in ("", "given on both sides")


def drawn(rows, seed):
    """One of each effect and provider at least, the rest at random; no two of one type."""
    rows = [row for row in rows if usable(row)]
    order = random.Random(seed)
    order.shuffle(rows)
    picked, types = [], set()

    def pick(candidates, count):
        for row in candidates:
            if count == 0:
                return
            if row.type not in types:
                types.add(row.type)
                picked.append(row)
                count -= 1

    # Some providers have one type, which a row of an effect may take away.
    for source in sorted({row.source.split("@")[0] for row in rows if "terraform-provider" in row.source or "magic-modules" in row.source}):
        pick([row for row in rows if row.source.startswith(source)], 1)
    for effect in CHANGES:
        pick([row for row in rows if row.effect == effect], 2)
    pick(rows, ROWS - len(picked))
    return picked


def body(path, value, indent="  "):
    """The attribute as the text of nested blocks."""
    head, _, rest = path.partition(".")
    if not rest:
        return "" if value is None else f"{indent}{head} = {value}\n"
    return f"{indent}{head} {{\n{body(rest, value, indent + '  ')}{indent}}}\n"


def patch_of(rows):
    out = []
    for number, row in enumerate(rows):
        old, new = sides_of(row)
        texts = [f'resource "{row.type}" "main" {{\n{body(row.path, value)}}}\n'.splitlines() for value in (old, new)]
        name = f"row_{number:03}/main.tf"
        out.append(f"diff --git a/{name} b/{name}\n--- a/{name}\n+++ b/{name}\n@@ -1,{len(texts[0])} +1,{len(texts[1])} @@\n")
        out.extend("-" + line + "\n" for line in texts[0])
        out.extend("+" + line + "\n" for line in texts[1])
    return "".join(out)


def delta_effects(text):
    """Address → (fate, {path: {effect: source}})."""
    found, address, path = {}, None, None
    for line in text.splitlines():
        if line.startswith("resource "):
            words = line.split()
            address = words[1]
            found[address] = (words[3].rstrip(":"), collections.defaultdict(dict))
        elif line.startswith("    ") and address:
            effect, rest = line.strip().split(", ", 1)
            found[address][1][path][effect] = rest.rsplit("[", 1)[-1].rstrip("]")
        elif line.startswith("  ") and address:
            path = re.sub(r"\[\d+\]", "", line.split()[0])
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--redtag", required=True)
    arguments.add_argument("--facts", type=pathlib.Path, required=True)
    arguments.add_argument("--seed", type=int, default=20011)
    given = arguments.parse_args()
    rows = drawn(list(rows_of(given.facts)), given.seed)
    providers = {row.source.split("@")[0] for row in rows if "@" in row.source}
    effects = {row.effect for row in rows}
    if len(rows) != ROWS or len(providers) < PROVIDERS or effects != CHANGES.keys():
        missing = sorted(CHANGES.keys() - effects)
        sys.exit(f"{len(rows)} rows of {len(providers)} providers; no row for {missing}")
    text = patch_of(rows)

    def run(*words):
        done = subprocess.run([given.redtag, *words, "--patch", "-", "--whole"], input=text, capture_output=True, text=True)
        if done.returncode not in (0, 1):
            sys.exit(done.stderr)
        return done.stdout

    deltas = delta_effects(run("show", "delta"))
    results = json.loads(run("check", "--format", "sarif"))["runs"][0]["results"]
    messages = collections.defaultdict(list)
    for result in results:
        messages[result["properties"]["entity"]].append(result["message"]["text"])
    wrong = 0
    for number, row in enumerate(rows):
        address = f"row_{number:03}:{row.type}.main"
        effect = CHANGES[row.effect][0]
        fate, attributes = deltas.get(address, ("nothing", {}))
        hits = attributes.get(row.path, {})
        problems = []
        if effect not in hits:
            problems.append(f"the delta has {dict(hits)} at {row.path} ({fate})")
        if row.effect == "replaces" and fate != "replaced":
            problems.append(f"its fate is {fate}")
        for message in messages[address]:
            if address not in message:
                problems.append(f"the message does not name it: {message}")
            if row.path not in message and row.path.split(".")[0] not in message:
                problems.append(f"the message does not name {row.path}: {message}")
        if problems:
            wrong += 1
            print(f"{row.type} {row.path} {row.effect} {row.value!r}: {'; '.join(problems)}")
    print(f"{ROWS - wrong} of {ROWS} rows of {len(providers)} providers agree; {sum(1 for row in messages.values() if row)} of them have findings")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
