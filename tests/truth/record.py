#!/usr/bin/env python3
"""Asks terraform what it plans for every case, and writes it down in a compact form.

    record.py --terraform terraform plans.json             records all of them
    record.py --terraform terraform --verify plans.json    says where the record differs

Most cases are made modules of one root, so that a few runs of the program do for all of them. A record is, for each case, the
address of every instance that does not stay as it is with its actions (joined by a comma), `moved from ADDRESS` where it moved, or
`error` where there is no plan.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import cases as all_cases

ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": os.devnull,
               "TF_INPUT": "0", "HOME": tempfile.gettempdir()}


class Refused(Exception):
    pass


def terraform(program, root, *arguments):
    done = subprocess.run([program, *arguments], cwd=root, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(done.stderr)
    return done.stdout


def write(root, files):
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def clear(root, files):
    for path in files:
        (root / path).unlink()


def planned(program, root):
    terraform(program, root, "init", "-no-color", "-reconfigure")
    terraform(program, root, "plan", "-no-color", "-lock=false", "-out=plan.out")
    return json.loads(terraform(program, root, "show", "-json", "plan.out"))


def changes_of(plan, prefix):
    found = {}
    for change in plan.get("resource_changes", []):
        address = change["address"]
        if not address.startswith(prefix) or change["mode"] != "managed":
            continue
        words = ",".join(change["change"]["actions"])
        before = change.get("previous_address", "")
        if before:
            words += " moved from " + before.removeprefix(prefix)
        if words != "no-op":
            found[address.removeprefix(prefix)] = words
    return found


def record_together(program, some):
    """Cases as modules of one root."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        calls = "".join(f'module "{case.name}" {{\n  source = "./{case.name}"\n}}\n' for case in some)
        write(root, {"main.tf": calls})
        for case in some:
            write(root / case.name, case.before)
        terraform(program, root, "init", "-no-color")
        terraform(program, root, "apply", "-no-color", "-auto-approve", "-lock=false")
        for case in some:
            clear(root / case.name, case.before)
            write(root / case.name, case.after)
        plan = planned(program, root)
        return {case.name: changes_of(plan, f"module.{case.name}.") for case in some}


def record_alone(program, case):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        write(root, case.before)
        terraform(program, root, "init", "-no-color")
        terraform(program, root, "apply", "-no-color", "-auto-approve", "-lock=false")
        clear(root, case.before)
        write(root, case.after)
        try:
            return changes_of(planned(program, root), "")
        except Refused as refused:
            if "Instance cannot be destroyed" not in refused.args[0]:
                raise
            return {"error": "Instance cannot be destroyed"}


def record(program):
    every = all_cases.cases()
    together = [case for case in every if not case.solo]
    found = {}
    for first in range(0, len(together), 400):
        found.update(record_together(program, together[first:first + 400]))
    for case in every:
        if case.solo:
            found[case.name] = record_alone(program, case)
    return found


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--terraform", default="terraform")
    arguments.add_argument("--verify", action="store_true")
    arguments.add_argument("plans", type=pathlib.Path)
    given = arguments.parse_args()
    try:
        found = record(given.terraform)
    except Refused as refused:
        sys.exit(refused.args[0])
    if not given.verify:
        lines = [f"{json.dumps(name)}: {json.dumps(found[name], sort_keys=True)}" for name in sorted(found)]
        given.plans.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        return
    recorded = json.loads(given.plans.read_text())
    wrong = [name for name in sorted(found.keys() | recorded.keys()) if found.get(name) != recorded.get(name)]
    for name in wrong:
        print(f"{name}: recorded {recorded.get(name)}, planned now {found.get(name)}")
    print(f"{len(found) - len(wrong)} plans are what is recorded, {len(wrong)} are not")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
