#!/usr/bin/env python3
"""The same changes as text and as a plan: both must lead to the same findings under the same fingerprints.

    plan.py --redtag redtag

Each scenario is two trees and the plan that Terraform prints for the step between them, in the format of `terraform show -json`. The plan is
joined to the tree, so that findings also stand on the same line where the line is still there. Then: what is no whole plan.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile


def change(address, kind, actions, before, after, paths=(), **more):
    module = address.rpartition(f".{kind}.")[0] if not address.startswith(kind) else ""
    name = address.rsplit(".", 1)[-1].split("[")[0]
    entry = {"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": "registry.terraform.io/hashicorp/aws",
             "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}}}
    if module:
        entry["module_address"] = module
    if paths:
        entry["change"]["replace_paths"] = [list(path) for path in paths]
    entry["change"].update(more.pop("change", {}))
    entry.update(more)
    return entry


def plan(changes, calls=None):
    return {"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {}}, "resource_changes": changes,
            "configuration": {"root_module": {"module_calls": calls or {}}}}


TABLE = 'resource "aws_dynamodb_table" "orders" {{\n  name         = "orders"\n  hash_key     = "{0}"\n  billing_mode = "PAY_PER_REQUEST"\n}}\n'
BUCKET = 'resource "aws_s3_bucket" "logs" {\n  bucket = "acme-logs"\n}\n'
DATABASE = 'resource "aws_db_instance" "main" {{\n  identifier          = "main"\n  engine              = "postgres"\n  deletion_protection = {0}\n}}\n'
QUEUES = 'resource "aws_s3_bucket" "each" {{\n  for_each = toset({0})\n  bucket   = each.key\n}}\n'
MODULE = 'variable "key" {{}}\n\nresource "aws_dynamodb_table" "this" {{\n  name     = "{0}"\n  hash_key = var.key\n}}\n'


def scenarios():
    row = {"name": "orders", "hash_key": "id", "billing_mode": "PAY_PER_REQUEST", "arn": "arn:aws:x"}
    keep = change("aws_s3_bucket.logs", "aws_s3_bucket", ["no-op"], {"bucket": "acme-logs"}, {"bucket": "acme-logs"})
    yield ("replaced", {"prod/main.tf": TABLE.format("id") + BUCKET}, {"prod/main.tf": TABLE.format("order_id") + BUCKET},
           plan([keep, change("aws_dynamodb_table.orders", "aws_dynamodb_table", ["delete", "create"], row, {**row, "hash_key": "order_id", "arn": None},
                              [["hash_key"]], change={"after_unknown": {"arn": True}})]))
    yield ("removed", {"prod/main.tf": TABLE.format("id") + BUCKET}, {"prod/main.tf": TABLE.format("id")},
           plan([change("aws_dynamodb_table.orders", "aws_dynamodb_table", ["no-op"], row, row),
                 change("aws_s3_bucket.logs", "aws_s3_bucket", ["delete"], {"bucket": "acme-logs"}, None, action_reason="delete_because_no_resource_config")]))
    off, on = ({"identifier": "main", "engine": "postgres", "deletion_protection": value} for value in (False, True))
    yield ("unguarded", {"main.tf": DATABASE.format("true")}, {"main.tf": DATABASE.format("false")},
           plan([change("aws_db_instance.main", "aws_db_instance", ["update"], on, off)]))
    yield ("shrunk", {"main.tf": QUEUES.format('["a", "b"]')}, {"main.tf": QUEUES.format('["a"]')},
           plan([change('aws_s3_bucket.each["a"]', "aws_s3_bucket", ["no-op"], {"bucket": "a"}, {"bucket": "a"}),
                 change('aws_s3_bucket.each["b"]', "aws_s3_bucket", ["delete"], {"bucket": "b"}, None, action_reason="delete_because_each_key")]))
    call = 'module "{0}" {{\n  source = "../modules/table"\n  key    = "id"\n}}\n'
    table = {"name": "x", "hash_key": "id"}
    calls = {"one": {"source": "../modules/table"}}
    yield ("inside a module", {"prod/main.tf": call.format("one"), "modules/table/main.tf": MODULE.format("x")},
           {"prod/main.tf": call.format("one"), "modules/table/main.tf": MODULE.format("y")},
           plan([change("module.one.aws_dynamodb_table.this", "aws_dynamodb_table", ["delete", "create"], table, {**table, "name": "y"}, [["name"]])], calls))
    yield ("module call removed", {"prod/main.tf": call.format("one") + BUCKET, "modules/table/main.tf": MODULE.format("x")},
           {"prod/main.tf": BUCKET, "modules/table/main.tf": MODULE.format("x")},
           plan([keep, change("module.one.aws_dynamodb_table.this", "aws_dynamodb_table", ["delete"], table, None, action_reason="delete_because_no_module")]))
    yield ("moved", {"main.tf": BUCKET}, {"main.tf": BUCKET.replace('"logs"', '"store"') + "moved {\n  from = aws_s3_bucket.logs\n  to   = aws_s3_bucket.store\n}\n"},
           plan([change("aws_s3_bucket.store", "aws_s3_bucket", ["no-op"], {"bucket": "acme-logs"}, {"bucket": "acme-logs"}, previous_address="aws_s3_bucket.logs")]))
    yield ("forgotten", {"main.tf": BUCKET + TABLE.format("id")}, {"main.tf": TABLE.format("id") + "removed {\n  from = aws_s3_bucket.logs\n  lifecycle {\n    destroy = false\n  }\n}\n"},
           plan([change("aws_s3_bucket.logs", "aws_s3_bucket", ["forget"], {"bucket": "acme-logs"}, None)]))
    rules = 'resource "aws_security_group" "web" {{\n  name = "web"\n  ingress {{\n    from_port   = 22\n    to_port     = 22\n    protocol    = "tcp"\n    cidr_blocks = ["{0}"]\n  }}\n}}\n'
    group = {"name": "web", "ingress": [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["10.0.0.0/8"], "description": "", "self": False}]}
    opened = json.loads(json.dumps(group).replace("10.0.0.0/8", "0.0.0.0/0"))
    yield ("nested block", {"main.tf": rules.format("10.0.0.0/8")}, {"main.tf": rules.format("0.0.0.0/0")},
           plan([change("aws_security_group.web", "aws_security_group", ["update"], group, opened)]))


class Runner:
    def __init__(self, redtag, folder):
        self.redtag, self.root = redtag, pathlib.Path(folder)
        self.git("init", "-q", ".")

    def git(self, *words):
        subprocess.run(["git", "-C", str(self.root), *words], check=True, capture_output=True,
                       env=dict(os.environ, GIT_AUTHOR_NAME="Ada Author", GIT_AUTHOR_EMAIL="ada@example.com", GIT_COMMITTER_NAME="Ada Author", GIT_COMMITTER_EMAIL="ada@example.com"))

    def commit(self, files, message):
        self.git("rm", "-r", "-q", "--ignore-unmatch", ".")
        for path, text in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def run(self, *words, stdin=None):
        return subprocess.run([self.redtag, "check", *words, "--format", "sarif"], input=stdin, capture_output=True, text=True)

    def results(self, *words, stdin=None):
        done = self.run(*words, stdin=stdin)
        if done.returncode not in (0, 1):
            sys.exit(f"{words}: {done.stderr}")
        return {result["partialFingerprints"]["redtag/v1"]: result for result in json.loads(done.stdout)["runs"][0]["results"]}


def lines_of(result):
    location = result["locations"][0]["physicalLocation"]
    return location["artifactLocation"]["uri"], location["region"]["startLine"]


def compare(runner):
    wrong = 0
    for name, before, after, planned in scenarios():
        runner.commit(before, "before")
        runner.commit(after, "after")
        text = json.dumps(planned)
        static = runner.results("--repo", str(runner.root), "HEAD~1..HEAD")
        exact = runner.results("--repo", str(runner.root), "--plan", "-", stdin=text)
        same = {print_: (result["ruleId"], result["level"], result["properties"]["severity"]) for print_, result in static.items()}
        told = {print_: (result["ruleId"], result["level"], result["properties"]["severity"]) for print_, result in exact.items()}
        places = [(lines_of(static[one]), lines_of(exact[one])) for one in static.keys() & exact.keys()
                  if "preImage" not in static[one]["properties"] and lines_of(static[one]) != lines_of(exact[one])]
        unsure = [result["ruleId"] for result in exact.values() if result["properties"]["certainty"] != "exact"]
        if same != told or places or unsure:
            wrong += 1
            print(f"{name}: text {sorted(same.values())} plan {sorted(told.values())} places {places} unsure {unsure}")
            for one in static.keys() ^ exact.keys():
                result = static.get(one) or exact[one]
                print(f"  {'text' if one in static else 'plan'} only: {result['properties']['entity']} {result['properties']['change']} "
                      f"{result['properties']['before']} -> {result['properties']['after']}")
        alone = runner.results("--plan", "-", stdin=text)
        if len(alone) != len(exact):
            wrong += 1
            print(f"{name}: {len(alone)} findings without the tree, {len(exact)} with it")
    return wrong


def refuse(runner):
    whole = json.dumps(next(scenarios())[3])
    deep = '{"format_version": "1.2", "resource_changes": ' + "[" * 100000
    bad = {"cut": whole[:len(whole) // 2], "empty": "", "no JSON": "Terraform will perform the following actions:", "a state": '{"format_version": "1.0", "values": {}}',
           "deep": deep, "errored": json.dumps({**json.loads(whole), "errored": True}), "another JSON": "[1, 2]", "binary": "\x00\x01PK"}
    wrong = 0
    for name, text in bad.items():
        done = runner.run("--plan", "-", stdin=text)
        lines = done.stderr.strip().splitlines()
        if done.returncode != 2 or done.stdout or len(lines) != 1:
            wrong += 1
            print(f"{name}: status {done.returncode}, {len(lines)} lines: {lines[:2]}")
    # Fifty megabytes of what stays as it is, with one change among it.
    row = json.dumps(change("aws_s3_bucket.x", "aws_s3_bucket", ["no-op"], {"bucket": "x" * 900}, {"bucket": "x" * 900}))
    gone = json.dumps(change("aws_s3_bucket.logs", "aws_s3_bucket", ["delete"], {"bucket": "acme-logs"}, None))
    large = '{"format_version": "1.2", "planned_values": {}, "resource_changes": [' + (row + ",") * (50_000_000 // len(row)) + gone + "]}"
    found = runner.results("--plan", "-", stdin=large)
    if len(found) != 1:
        wrong += 1
        print(f"large: {len(found)} findings")
    return wrong


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--redtag", required=True)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(given.redtag, folder)
        wrong = compare(runner) + refuse(runner)
    print(f"{wrong} differences")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
