#!/usr/bin/env python3
"""Has redtag read all statements that a PostgreSQL brings along: none may crash it, and what it cannot read is little.

    statements.py --redtag redtag [--source DIR]

Debian's postgresql package installs the scripts of its extensions and of its catalogue. The server's own regression tests are in the source
package (`apt-get source postgresql-15`, unpacked): DIR, or the environment's REDTAG_POSTGRES_SOURCE. Without it that half is left out, and
the reason is printed.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys

INSTALLED = sorted(pathlib.Path("/usr/share/postgresql").glob("*")) if os.path.isdir("/usr/share/postgresql") else []
MOST_UNREAD = 0.02  # of all statements; the regression tests hold wrong ones on purpose


def patch_of(path):
    text = path.read_bytes().decode("utf-8", "replace").replace("\r", "")
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    name = "db/" + path.name
    head = f"diff --git a/{name} b/{name}\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n"
    return head + "".join("+" + line + "\n" for line in lines), text.count(";")


def run(redtag, path):
    """(statements, gaps); raises on anything but a verdict."""
    patch, statements = patch_of(path)
    if statements == 0:
        return 0, 0
    done = subprocess.run([redtag, "check", "--whole", "--patch", "-", "--format", "sarif"], input=patch.encode(), capture_output=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{path}: status {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
    log = json.loads(done.stdout)["runs"][0]
    text = done.stdout.decode()
    for word in ("crashed", "did not end", "failed:"):
        if "the analysis of this file " + word in text:
            raise SystemExit(f"{path}: the analysis of this file {word}")
    gaps = [n for n in log["invocations"][0].get("toolExecutionNotifications", []) if n.get("locations")]
    gaps += [r for r in log["results"] if r["ruleId"].endswith("not-analysed")]
    return statements, len(gaps)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--redtag", required=True)
    arguments.add_argument("--source", default=os.environ.get("REDTAG_POSTGRES_SOURCE", ""))
    options = arguments.parse_args()
    sets = {"scripts that the package installs": [p for d in INSTALLED for p in sorted(d.rglob("*.sql"))]}
    if options.source:
        sets["regression tests of the server"] = sorted(pathlib.Path(options.source).rglob("sql/*.sql"))
    else:
        print("left out: the server's regression tests; they are in Debian's source package, and REDTAG_POSTGRES_SOURCE names no folder of it")
    for title, files in sets.items():
        if not files:
            print(f"left out: {title}: no PostgreSQL is installed here")
            continue
        counts = [run(options.redtag, path) for path in files]
        statements, unread = sum(c[0] for c in counts), sum(c[1] for c in counts)
        print(f"{title}: {len(files)} files, about {statements} statements, {unread} not read")
        if unread > MOST_UNREAD * statements:
            raise SystemExit(f"more than {MOST_UNREAD:.0%} of them were not read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
