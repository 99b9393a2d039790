"""lit configuration of both suites: tests/ (shell tests) and checks/ (golden cases; checks/lit.cfg.py loads this file).

Environment read: REDTAG (the program; default build/bin/redtag, else the one on the search path) and REDTAG_TEST_OUTPUT (the folder
that tests write in; default build/tests). Substitutions:

  %redtag               the program under test
  %testdata             testdata/
  %root                 the top of this tree
  %python               the Python that runs lit
  %clang                redtag-clang beside the program; tests with it say `REQUIRES: redtag-clang`
  %sarif-validate FILE  hands a SARIF file to the one validator process that runs after all tests (tests/sarif/)
"""
import os
import shutil
import sys

import lit.formats

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
built = os.path.join(root, "build", "bin", "redtag")
redtag = os.environ.get("REDTAG") or (built if os.path.exists(built) else shutil.which("redtag"))
if not redtag:
    lit_config.fatal("no redtag: build it (`make build`), or name an installed one in REDTAG")
redtag = os.path.abspath(redtag)
output = os.path.abspath(os.environ.get("REDTAG_TEST_OUTPUT") or os.path.join(root, "build", "tests"))

config.name = "tests"
config.suffixes = [".test", ".diff"]
config.excludes = ["node_modules", "unit", "fuzz", "bench"]
config.test_source_root = os.path.join(root, "tests")
config.test_exec_root = os.path.join(output, "tests")
config.test_format = lit.formats.ShTest(execute_external=True)

# Nothing of the machine reaches a test: no home directory, no configuration of git's, no language, no time zone, fixed authors.
tools = ["/usr/lib/llvm-19/bin", os.path.dirname(redtag), "/usr/local/bin", "/usr/bin", "/bin"]
config.environment = {
    "PATH": os.pathsep.join(tools),
    "LC_ALL": "C",
    "TZ": "UTC",
    "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ALLOW_PROTOCOL": "file",
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": "2001-02-03T04:05:06Z",
    "GIT_COMMITTER_NAME": "Ada Author",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": "2001-02-03T04:05:06Z",
    "PYTHONDONTWRITEBYTECODE": "1",
    "REDTAG_SARIF_QUEUE": os.path.join(output, "sarif"),
}
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "REDTAG_POSTGRES_SOURCE"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# First match wins, so these stand before lit's own %r…, %s and %t.
config.substitutions = [
    ("%redtag", redtag),
    ("%testdata", os.path.join(root, "testdata")),
    ("%sarif-validate", os.path.join(root, "tests", "sarif", "queue")),
    ("%root", root),
    ("%python", sys.executable),
    ("%clang", os.path.join(os.path.dirname(redtag), "redtag-clang")),
]
if os.path.exists(os.path.join(os.path.dirname(redtag), "redtag-clang")):
    config.available_features.add("redtag-clang")
for program in ("terraform", "node"):
    if shutil.which(program, path=config.environment["PATH"]):
        config.available_features.add(program)
if os.path.isdir("/usr/lib/postgresql") and shutil.which("psql", path=config.environment["PATH"]):
    config.available_features.add("postgresql")
with open("/etc/os-release", encoding="utf-8") as release:
    if "VERSION_CODENAME=bookworm\n" in release.read():
        config.available_features.add("bookworm")
