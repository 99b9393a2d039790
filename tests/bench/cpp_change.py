"""Makes the repository that the row of C++ is measured on: the bundled project, and a sync taken out of one of its files.

What redtag says to redtag-clang about it is recorded, so that Clang's part of the time can be measured alone: the same bytes are said to
the program again, without redtag around it.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cpp"))
import changes  # noqa: E402

DEPOT = os.path.join(HERE, "..", "..", "testdata", "cpp", "depot")
LOSS = {"name": "sync-gone", "file": "bench", "edits": [{"path": "src/segments.cpp", "old": "  fsync(fileno(out));\n", "new": ""}]}


def make(folder, build):
    """Makes folder/depot.git (c1..c2), folder/alone/redtag without its helper, and folder/clang.requests."""
    texts = changes.read_project(DEPOT)
    repository = os.path.join(folder, "depot.git")
    changes.write_history(repository, texts, [LOSS])
    clang = os.path.join(build, "bin", "redtag-clang")
    for place in ("alone", "recorded"):
        os.makedirs(os.path.join(folder, place))
        shutil.copy(os.path.join(build, "bin", "redtag"), os.path.join(folder, place, "redtag"))
    requests = os.path.join(folder, "clang.requests")
    recorder = os.path.join(folder, "recorded", "redtag-clang")
    with open(recorder, "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\ntee '{requests}' | '{clang}'\n")
    os.chmod(recorder, 0o755)
    subprocess.run([os.path.join(folder, "recorded", "redtag"), "check", "--repo", repository, "c1..c2"], stdout=subprocess.DEVNULL, check=False)
    if not os.path.exists(requests) or os.path.getsize(requests) == 0:
        raise SystemExit("bench: redtag said nothing to redtag-clang")
