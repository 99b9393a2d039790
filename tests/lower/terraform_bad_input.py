"""Hands redtag configurations that are broken, endless or go in circles, each as files that a change edits, and looks at what it says."""
import argparse
import difflib
import json
import subprocess

BUCKET = 'resource "aws_s3_bucket" "store" {\n  bucket = "store"\n}\n'


def patch(files):
    """{path: (before, after)} as a patch with whole files."""
    out = []
    for path, (before, after) in files.items():
        if before == after:
            after += "# looked at\n"
        lines = list(difflib.unified_diff(before.splitlines(True), after.splitlines(True), "a/" + path, "b/" + path, n=1_000_000))
        out += ["diff --git a/%s b/%s\n" % (path, path)] + [line if line.endswith("\n") else line + "\n" for line in lines]
    return "".join(out)


class Runner:
    def __init__(self, redtag):
        self.redtag = redtag

    def run(self, files):
        """Findings as (rule, entity), and the places that could not be read."""
        done = subprocess.run([self.redtag, "check", "--whole", "--patch", "-", "--format", "json"], input=patch(files).encode(), capture_output=True,
                              timeout=120, check=False)
        assert done.returncode in (0, 1), (done.returncode, done.stderr[-400:])
        assert b"crashed" not in done.stdout and not done.stderr, (done.stdout[:400], done.stderr[:400])
        report = json.loads(done.stdout)
        return [(finding["rule"], finding["entity"]) for finding in report["findings"]], report["gaps"]


def unbalanced(runner):
    """A brace too few or too many: what stands around it is still read."""
    gone = "terraform/remove-resource", "aws_s3_bucket.store"
    for broken in ('resource "aws_eip" "door" {\n', "}\n", 'locals {\n  a = [1, 2\n}\n', 'resource "aws_eip" "door" {\n  tags = {\n}\n'):
        findings, _ = runner.run({"main.tf": (BUCKET + broken, broken)})
        assert findings and (gone in findings or all(rule == "redtag/not-analysed" for rule, _ in findings)), (broken, findings)


def nested(runner):
    """A hundred thousand blocks or brackets in one another."""
    for opening, closing in (("a {\n", "}\n"), ("[", "]"), ("{ a = ", "}")):
        deep = opening * 100_000 + closing * 100_000
        text = deep if opening.startswith("a") else "locals {\n  x = " + deep.replace("\n", "") + "\n}\n"
        findings, gaps = runner.run({"deep.tf": ("", text), "main.tf": (BUCKET, "")})
        assert ("terraform/remove-resource", "aws_s3_bucket.store") in findings, findings
        assert gaps or any(rule == "redtag/not-analysed" for rule, _ in findings), opening


def repeated(runner):
    """The same attribute twice in one block is an error to Terraform; redtag reads both."""
    twice = 'resource "aws_s3_bucket" "store" {\n  bucket = "store"\n  bucket = "%s"\n}\n'
    findings, _ = runner.run({"main.tf": (twice % "store", twice % "other")})
    assert ("terraform/replace-stateful-resource", "aws_s3_bucket.store") in findings, findings


def circles(runner):
    """Locals, variables and modules that lead back to themselves."""
    locals_ = "locals {\n  a = local.b\n  b = local.a\n  c = \"${local.c}x\"\n}\n"
    named = 'resource "aws_s3_bucket" "store" {\n  bucket = local.a\n%s}\n'
    findings, _ = runner.run({"main.tf": (locals_ + named % "", locals_ + named % "  force_destroy = true\n")})
    assert [entity for _, entity in findings] == ["aws_s3_bucket.store"], findings
    call = 'module "next" {\n  source = "../%s"\n  name   = var.name\n}\nvariable "name" {}\n'
    ring = {"%s/main.tf" % here: (call % there + BUCKET, call % there + BUCKET.replace('"store"\n', "var.name\n"))
            for here, there in (("a", "b"), ("b", "c"), ("c", "a"))}
    findings, _ = runner.run(ring)
    assert all(entity.endswith("aws_s3_bucket.store") for _, entity in findings), findings
    itself = 'module "again" {\n  source = "./"\n}\n'
    findings, _ = runner.run({"main.tf": (itself + BUCKET, itself)})
    assert ("terraform/remove-resource", "aws_s3_bucket.store") in findings, findings


def units(runner):
    """Files of Terragrunt that read one another, in every local."""
    name = 'read_terragrunt_config(find_in_parent_folders("%s"))'
    ring = {here: "locals {\n" + "".join("  l%d = %s\n  m%d = local.l%d.locals.m%d\n" % (i, name % there, i, i, i) for i in range(50)) + "}\n"
            for here, there in (("root.hcl", "env.hcl"), ("env.hcl", "root.hcl"))}
    unit = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\nterraform {\n  source = "../store"\n}\ninputs = {\n  name = include.root.locals.l1\n}\n'
    findings, _ = runner.run({"live/terragrunt.hcl": (unit, unit), "store/main.tf": (BUCKET, ""), **{path: (text, text) for path, text in ring.items()}})
    assert ("terraform/remove-resource", "store:aws_s3_bucket.store") in findings, findings


def outside(runner):
    """A module above the top of the tree is not at hand; what calls it is read all the same."""
    call = 'module "far" {\n  source = "../../../elsewhere"\n}\n'
    findings, _ = runner.run({"main.tf": (call + BUCKET, call)})
    assert findings == [("terraform/remove-resource", "aws_s3_bucket.store")], findings
    findings, _ = runner.run({"main.tf": (call, "")})
    assert findings == [("terraform/remove-module", "module.far")], findings


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--redtag", required=True)
    runner = Runner(parser.parse_args().redtag)
    for check in (unbalanced, nested, repeated, circles, units, outside):
        check(runner)
        print("ok", check.__name__)


if __name__ == "__main__":
    main()
