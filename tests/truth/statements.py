#!/usr/bin/env python3
"""Has redtag read all statements that a PostgreSQL brings along: none may crash it, and what it cannot read is little.

    statements.py --redtag redtag [--source DIR]

Debian's postgresql package installs the scripts of its extensions and of its catalogue. The server's own regression tests are in the source
package: `tools/setup test` fetches it into DIR (tests/truth/regression). Without it that half is left out, and this is printed.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

INSTALLED = sorted(pathlib.Path("/usr/share/postgresql").glob("*")) if os.path.isdir("/usr/share/postgresql") else []
MOST_UNREAD = 0.02  # of all statements; the regression tests hold wrong ones on purpose
AT_ONCE = 8  # files in one change: starting a program for each would cost more than reading it


def patch_of(path, number):
    """(a patch that adds the file, how many statements it has)"""
    text = path.read_bytes().decode("utf-8", "replace").replace("\r", "")
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    name = f"db/{number}/{path.name}"
    head = f"diff --git a/{name} b/{name}\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/{name}\n@@ -0,0 +1,{len(lines)} @@\n"
    return head + "".join("+" + line + "\n" for line in lines), text.count(";")


def run(redtag, paths):
    """(statements, gaps) of some files, read as one change; ends the test on anything but a verdict."""
    patches, statements = zip(*(patch_of(path, number) for number, path in enumerate(paths)))
    done = subprocess.run([redtag, "check", "--whole", "--patch", "-", "--format", "sarif"], input="".join(patches).encode(), capture_output=True)
    names = ", ".join(str(path) for path in paths)
    if done.returncode not in (0, 1):
        raise SystemExit(f"status {done.returncode}: {done.stderr.decode(errors='replace')[:300]}: {names}")
    text = done.stdout.decode()
    log = json.loads(text)["runs"][0]
    for word in ("crashed", "did not end", "failed:"):
        if "the analysis of this file " + word in text:
            raise SystemExit(f"the analysis of one of these {word}: {names}")
    gaps = [n for n in log["invocations"][0].get("toolExecutionNotifications", []) if n.get("locations")]
    gaps += [r for r in log["results"] if r["ruleId"].endswith("not-analysed")]
    return sum(statements), len(gaps)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--redtag", required=True)
    arguments.add_argument("--source", default=str(pathlib.Path(__file__).parent / "regression"))
    options = arguments.parse_args()
    sets = {"scripts that the package installs": [p for d in INSTALLED for p in sorted(d.rglob("*.sql"))]}
    sets["regression tests of the server"] = sorted(pathlib.Path(options.source).rglob("sql/*.sql"))
    for title, files in sets.items():
        if not files:
            print(f"left out: {title}: none here (tools/setup test installs the server, and tools/regression-sql fetches its source)")
            continue
        parts = [files[at:at + AT_ONCE] for at in range(0, len(files), AT_ONCE)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            counts = list(pool.map(lambda part: run(options.redtag, part), parts))
        statements, unread = sum(c[0] for c in counts), sum(c[1] for c in counts)
        print(f"{title}: {len(files)} files, about {statements} statements, {unread} not read")
        if unread > MOST_UNREAD * statements:
            raise SystemExit(f"more than {MOST_UNREAD:.0%} of them were not read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
