"""Small repositories and runs of redtag, for attacks on the gate.

A test is a Python script with the ending .test; its docstring begins with the attack's id (`T7: ...`). Each is arranged so that a gate
which believes the change, the work tree, or the last word would let it through.
"""
import json
import os
import shutil
import subprocess
import sys

REDTAG, OUTPUT = (os.path.abspath(argument) for argument in sys.argv[1:3])

DROP = "DROP TABLE customers;\n"
DATABASE = 'resource "aws_db_instance" "orders" {\n  identifier = "orders"\n  engine     = "postgres"\n}\n'


class Result:
    """What a run said. `report` is None where nothing was written."""

    def __init__(self, done):
        self.status = done.returncode
        self.out = done.stdout.decode("utf-8", "replace")
        self.error = done.stderr.decode("utf-8", "replace")
        try:
            self.report = json.loads(self.out)
        except ValueError:
            self.report = None

    @property
    def findings(self):
        return self.report["findings"]

    def of(self, rule):
        """The findings of a rule, or of all rules with that last part."""
        return [f for f in self.findings if f["rule"] == rule or f["rule"].endswith("/" + rule)]

    def holds(self):
        return sorted({f["rule"] for f in self.findings if f["verdict"] == "hold"})


def run(*arguments, stdin=None, directory=None, environment=None):
    surroundings = dict(os.environ, **(environment or {}))
    return Result(subprocess.run([REDTAG, *arguments], input=stdin, cwd=directory, env=surroundings, capture_output=True, check=False))


class Repo:
    """A repository with a branch `main`, made anew."""

    def __init__(self, name="repo"):
        self.path = os.path.join(OUTPUT, name)
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(self.path)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, environment=None, stdin=None):
        done = subprocess.run(["git", *arguments], cwd=self.path, env=dict(os.environ, **(environment or {})), input=stdin,
                              capture_output=True, check=False)
        if done.returncode != 0:
            sys.exit(f"git {' '.join(arguments)}: {done.stderr.decode()}")
        return done.stdout.decode().strip()

    def write(self, path, text):
        full = os.path.join(self.path, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())

    def remove(self, path):
        os.remove(os.path.join(self.path, path))

    def commit(self, message="work", files=None, **identity):
        """Writes files (None removes one), and commits all of it; returns the commit's id."""
        for path, text in (files or {}).items():
            if text is None:
                self.remove(path)
            else:
                self.write(path, text)
        self.git("add", "-A")
        environment = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
                       for what, value in (("NAME", identity.get("name")), ("EMAIL", identity.get("email"))) if value}
        self.git("commit", "-q", "--allow-empty", "-m", message, environment=environment)
        return self.git("rev-parse", "HEAD")

    def branch(self, name, start="main"):
        self.git("switch", "-q", "-c", name, start)

    def switch(self, name):
        self.git("switch", "-q", name)

    def check(self, *arguments, **how):
        return run("check", "--repo", self.path, "--format", "json", *arguments, **how)

    def merge(self, base="main", head="change", *arguments, **how):
        return self.check("--merge", base, head, *arguments, **how)


def expect(truth, what, result=None):
    """Ends the test with what was expected, and what came."""
    if truth:
        return
    print(f"expected: {what}")
    if result is not None:
        print(f"status {result.status}\n{result.error}{result.out[:4000]}")
    sys.exit(1)


def expect_held(result, *rules):
    expect(result.status == 1 and result.report is not None, "status 1 and a report", result)
    for rule in rules:
        expect(any(f["verdict"] == "hold" for f in result.of(rule)), f"{rule} holds", result)


def expect_refused(result, word):
    expect(result.status == 2, "status 2", result)
    expect(result.out == "" and len(result.error.splitlines()) == 1 and word in result.error, f"one line about '{word}'", result)
