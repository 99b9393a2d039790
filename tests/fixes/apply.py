#!/usr/bin/env python3
"""Applies every fix that redtag offers, one at a time, and looks again: the finding must be gone, and no other may have come. A guard
before a statement takes a finding from a hold to a note; where a fix claims that, that much must have happened.

    apply.py --redtag redtag --checks checks/

The changes are the golden cases of all checks, and generated ones: the same few edits in many layouts. Edits are applied as any reader of
SARIF would apply them: lines and columns (UTF-16) of the post-image.
"""
import argparse
import collections
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

LEAST = 60  # fixes that this test must have seen; fewer means that it tests nothing


def sides_of(patch):
    """Both trees of a case with whole files, or None where it has anything else (binary, renames, modes)."""
    before, after = {}, {}
    lines = patch.split("\n")
    at = 0
    while at < len(lines) and lines[at].startswith("#"):
        if lines[at].startswith("# FILE "):
            path, text = lines[at][7:].strip(), []
            at += 1
            while lines[at] != "# END":
                text.append(lines[at])
                at += 1
            before[path] = after[path] = "\n".join(text) + "\n"
        elif lines[at].startswith(("# MESSAGE", "# POLICY")):
            return None
        at += 1
    old = new = None
    texts = [[], []]
    open_end = [False, False]

    def finish():
        for tree, path, text, cut in ((before, old, texts[0], open_end[0]), (after, new, texts[1], open_end[1])):
            if path is not None:
                tree[path] = "\n".join(text) + ("" if cut or not text else "\n")

    inside, last = False, 0
    for line in lines[at:]:
        if line.startswith("diff --git "):
            if inside:
                finish()
            old = new = None
            texts, open_end, inside, last = [[], []], [False, False], False, 0
        elif line.startswith(("rename ", "copy ", "GIT binary", "Binary ", "old mode", "new mode")):
            return None
        elif not inside and line.startswith("--- "):
            old = None if line[4:] == "/dev/null" else line[6:]
        elif not inside and line.startswith("+++ "):
            new = None if line[4:] == "/dev/null" else line[6:]
        elif line.startswith("@@ "):
            if inside:
                return None
            inside = True
        elif inside and line[:1] in (" ", "-", "+"):
            last = {" ": 3, "-": 1, "+": 2}[line[0]]
            for side in (0, 1):
                if last >> side & 1:
                    texts[side].append(line[1:])
        elif inside and line.startswith("\\"):
            for side in (0, 1):
                open_end[side] = open_end[side] or bool(last >> side & 1)
    if inside:
        finish()
    return before, after


def golden(checks):
    for path in sorted(checks.rglob("fires_*.diff")):
        text = path.read_text()
        if "# STAGE" in text:
            continue
        sides = sides_of(text)
        if sides is not None:
            yield str(path.relative_to(checks)), *sides


TYPES = [("aws_db_instance", "deletion_protection", "true", "false"), ("aws_rds_cluster", "deletion_protection", "true", "false"),
         ("google_sql_database_instance", "deletion_protection", "true", "false"), ("aws_dynamodb_table", "deletion_protection_enabled", "true", "false"),
         ("aws_db_instance", "backup_retention_period", "14", "0"), ("aws_docdb_cluster", "backup_retention_period", "7", "1"),
         ("aws_db_instance", "skip_final_snapshot", "false", "true"), ("aws_redshift_cluster", "skip_final_snapshot", "false", "true"),
         ("aws_s3_bucket", "force_destroy", "false", "true"), ("aws_kms_key", "deletion_window_in_days", "30", "7")]


def block(kind, name, *lines):
    return f'resource "{kind}" "{name}" {{\n' + "".join(f"  {line}\n" for line in lines) + "}\n"


def generated():
    """The same few edits in many layouts."""
    around = [("", ""), ("# first\n\n", "\n" + block("aws_sns_topic", "after", 'name = "x"')), (block("aws_sns_topic", "front", 'name = "x"') + "\n", ""),
              ("", "\n# the last line has no end")]
    for number, (head, tail) in enumerate(around):
        for kind, attribute, safe, unsafe in TYPES:
            for layout, changed in (("value", f"{attribute} = {unsafe}"), ("line", None), ("comment", f"{attribute} = {unsafe} # see the ticket")):
                first = block(kind, "main", 'name = "é😀"', f"{attribute} = {safe}", 'tags = { a = "b" }')
                second = block(kind, "main", *(line for line in ('name = "é😀"', changed, 'tags = { a = "b" }') if line))
                yield f"{kind} {attribute} {layout} {number}", {"main.tf": head + first + tail}, {"main.tf": head + second + tail}
        guard = ["lifecycle {", "  prevent_destroy = true", "}"]
        other = ["lifecycle {", "  prevent_destroy = true", "  ignore_changes  = [tags]", "}"]
        for kind, (name, old, new) in itertools.product(("aws_db_instance", "google_storage_bucket", "azurerm_key_vault"), (
                ("gone", guard, []), ("false", guard, [line.replace("true", "false") for line in guard]),
                ("one of two", other, [line for line in other if "prevent" not in line]), ("empty", guard, ["lifecycle {", "}"]))):
            yield (f"{kind} guard {name} {number}", {"main.tf": head + block(kind, "main", 'name = "x"', *old) + tail},
                   {"main.tf": head + block(kind, "main", 'name = "x"', *new) + tail})
        for kind in ("aws_db_instance", "aws_s3_bucket", "google_sql_database_instance", "azurerm_storage_account"):
            body = ['name   = "orders"', 'region = "eu"', "size   = 3"]
            yield (f"{kind} renamed {number}", {"main.tf": head + block(kind, "old", *body) + tail}, {"main.tf": head + block(kind, "new", *body) + tail})
            yield f"{kind} removed {number}", {"main.tf": head + block(kind, "old", *body) + tail}, {"main.tf": head + "locals {}\n" + tail}
            inside = {"modules/db/main.tf": block(kind, "main", *body)}
            call = 'module "{0}" {{\n  source = "./modules/db"\n}}\n'
            yield (f"{kind} call removed {number}", {"main.tf": head + call.format("old") + tail, **inside}, {"main.tf": head + "locals {}\n" + tail, **inside})


class Repository:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.git("init", "-q", ".")

    def git(self, *arguments, stdin=None):
        done = subprocess.run(["git", "-C", str(self.root), *arguments], input=stdin, capture_output=True, check=True,
                              env=dict(os.environ, GIT_AUTHOR_NAME="Ada Author", GIT_AUTHOR_EMAIL="ada@example.com",
                                       GIT_COMMITTER_NAME="Ada Author", GIT_COMMITTER_EMAIL="ada@example.com"))
        return done.stdout.decode()

    def tree(self, files):
        """Id of a tree of these files."""
        here = collections.defaultdict(dict)
        lines = []
        for path, text in files.items():
            head, _, rest = path.partition("/")
            if rest:
                here[head][rest] = text
            else:
                blob = self.git("hash-object", "-w", "--stdin", stdin=text.encode()).strip()
                lines.append(f"100644 blob {blob}\t{head}")
        for name, inner in here.items():
            lines.append(f"040000 tree {self.tree(inner)}\t{name}")
        return self.git("mktree", "-z", stdin="".join(line + "\0" for line in lines).encode()).strip()

    def check(self, redtag, before, after):
        base = self.git("commit-tree", "-m", "before", self.tree(before)).strip()
        head = self.git("commit-tree", "-m", "after", "-p", base, self.tree(after)).strip()
        done = subprocess.run([*redtag, "check", "--repo", str(self.root), "--format", "sarif", f"{base}..{head}"], capture_output=True)
        if done.returncode not in (0, 1):
            sys.exit(done.stderr.decode())
        return json.loads(done.stdout)["runs"][0]["results"]


def offset(text, line, column):
    """Index in `text` of a 1-based line and a column in UTF-16 units."""
    lines = text.splitlines(True)
    begin = sum(len(one) for one in lines[:line - 1])
    if line > len(lines):
        return len(text)
    units = 0
    for index, char in enumerate(lines[line - 1]):
        if units >= column - 1:
            return begin + index
        units += 2 if ord(char) > 0xFFFF else 1
    return begin + len(lines[line - 1])


def applied(files, fix):
    files = dict(files)
    for change in fix["artifactChanges"]:
        path = change["artifactLocation"]["uri"]
        text = files.get(path, "")  # a fix may make a file
        for replacement in sorted(change["replacements"], key=lambda one: -one["deletedRegion"]["startLine"]):
            region = replacement["deletedRegion"]
            begin, end = offset(text, region["startLine"], region["startColumn"]), offset(text, region["endLine"], region["endColumn"])
            text = text[:begin] + replacement.get("insertedContent", {}).get("text", "") + text[end:]
        files[path] = text
    return files


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--redtag", required=True)
    arguments.add_argument("--checks", type=pathlib.Path, required=True)
    arguments.add_argument("--verbose", action="store_true")
    given = arguments.parse_args()
    redtag = [given.redtag]
    seen, wrong, by_rule = 0, 0, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        repository = Repository(folder)
        for name, before, after in itertools.chain(golden(given.checks), generated()):
            results = repository.check(redtag, before, after)
            known = {result["partialFingerprints"]["redtag/v1"] for result in results}
            for result in results:
                for fix in result.get("fixes", []):
                    seen += 1
                    by_rule[result["ruleId"]] += 1
                    mine = result["partialFingerprints"]["redtag/v1"]
                    mended = applied(after, fix)
                    left = {one["partialFingerprints"]["redtag/v1"]: one for one in repository.check(redtag, before, mended)}
                    new = [one["message"]["text"].split("\n")[0] for print_, one in left.items() if print_ not in known]
                    if fix["description"]["text"].startswith("Stop if ") and result["properties"]["verdict"] == "hold":
                        new = [one["message"]["text"].split("\n")[0] for print_, one in left.items() if print_ not in known
                               and (one["ruleId"] != result["ruleId"] or one["properties"]["entity"] != result["properties"]["entity"]
                                    or one["properties"]["verdict"] != "note")]
                    # A replacement that keeps the old one stays worth a note: what is new starts empty.
                    kept = mine in left and "UpdateReplacePolicy" in str(fix) and result["level"] == "error" != left[mine]["level"]
                    if (mine in left and not kept) or new:
                        wrong += 1
                        print(f"{name}: {result['ruleId']}: {fix['description']['text']}")
                        print("  still there" if mine in left else f"  new: {new}")
                        if given.verbose:
                            print("\n".join(mended[change["artifactLocation"]["uri"]] for change in fix["artifactChanges"]))
    for rule, count in sorted(by_rule.items()):
        print(f"{count:5} {rule}")
    print(f"{seen} fixes applied, {wrong} of them wrong")
    sys.exit(1 if wrong or seen < LEAST else 0)


if __name__ == "__main__":
    main()
