"""Runs the script of one step as its host would: the script from the YAML, the variables that the step names, and nothing else.

    step.py FILE STEP [NAME=VALUE…]

STEP is an id of a composite action's or a workflow's step, or `script` of the only job of a GitLab template. For GitHub, each variable
in the step's `env` must be given, and no other may be used; what the host would put in place of `${{ … }}` is never pasted into a
script. PATH and the variables of the host that are files (GITHUB_OUTPUT, GITHUB_STEP_SUMMARY) come from the environment.
"""
import os
import re
import subprocess
import sys

import yaml


def find_step(document, name):
    """(script, names of variables or None, extra environment)"""
    if "runs" in document:
        steps = document["runs"]["steps"]
    elif "jobs" in document:
        (job,) = document["jobs"].values()
        steps = job["steps"]
    else:
        (job,) = (value for value in document.values() if "script" in value)
        return "\n".join(job["before_script"] if name == "before_script" else job[name]), None
    for step in steps:
        if step.get("id") == name:
            return step["run"], set(step.get("env", {}))
    sys.exit(f"no step {name}")


def main(file, name, given):
    with open(file, encoding="utf-8") as text:
        script, names = find_step(yaml.safe_load(text), name)
    values = dict(pair.split("=", 1) for pair in given)
    if "${{" in script:
        sys.exit(f"step {name} pastes an expression into its script")
    if names is not None:
        missing = names - set(values)
        if missing:
            sys.exit(f"step {name} has the variables {sorted(missing)}, which the test does not give")
        values = {key: values[key] for key in names}
        used = set(re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", script)) - names - {"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "PATH"}
        if used:
            sys.exit(f"step {name} uses {sorted(used)}, which its env does not name")
    keep = ("PATH", "LC_ALL", "TMPDIR", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_ALLOW_PROTOCOL", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY",
            "ASAN_OPTIONS", "UBSAN_OPTIONS")
    environment = {key: os.environ[key] for key in keep if key in os.environ}
    environment.update(values)
    return subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], env=environment, check=False).returncode


sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
