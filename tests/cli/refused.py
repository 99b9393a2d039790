"""refused.py PATTERN -- COMMAND…: the command must end with status 2, print nothing, and say one line that matches PATTERN."""
import re
import subprocess
import sys

pattern, separator, *command = sys.argv[1:]
assert separator == "--", __doc__
done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
wrong = []
if done.returncode != 2:
    wrong.append(f"status {done.returncode} instead of 2")
if done.stdout:
    wrong.append("something on standard output")
lines = done.stderr.splitlines()
if len(lines) != 1 or not lines[0].startswith("redtag: ") or not re.search(pattern, lines[0]):
    wrong.append(f"standard error is not one line that matches {pattern!r}")
if wrong:
    sys.exit(f"{' '.join(command)}: {'; '.join(wrong)}\n{done.stderr}")
