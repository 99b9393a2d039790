"""Who calls what a change lets destroy: in the same file, in others, through a base class, from where the program is entered, and how far it is looked.

    callers.py REDTAG PROJECT
"""
import json
import os
import subprocess
import sys
import tempfile

import changes

REDTAG, PROJECT = sys.argv[1:3]


def finding_of(texts, path, old, new, rule="cpp/call-destroys"):
    """The one finding of that rule that an edit of one file makes."""
    edit = {"name": "edit", "file": path, "edits": [{"path": path, "old": old, "new": new}]}
    with tempfile.TemporaryDirectory() as folder:
        repository = os.path.join(folder, "tree.git")
        changes.write_history(repository, texts, [edit])
        run = subprocess.run([REDTAG, "check", "c1..c2", "--repo", repository, "--format", "json"], capture_output=True, text=True)
    found = [x for x in json.loads(run.stdout)["findings"] if x["rule"] == rule]
    if len(found) != 1:
        sys.exit(f"{path}: {len(found)} findings of {rule}, expected one: {run.stdout}{run.stderr}")
    return found[0]


def says(finding):
    return {(x["place"]["path"], x["sentence"]) for x in finding["evidence"]}


def expect(what, got, wanted):
    if got != wanted:
        print(f"{what}: {got}, expected {wanted}")
    return got == wanted


def in_project(texts):
    same = finding_of(texts, "src/compactor.cpp", "  return failures == 0 ?",
                      '  std::filesystem::remove_all(options_.directory + "/segments");\n  return failures == 0 ?')
    yield expect("same file", says(same), {("src/compactor.cpp", "depot::Compactor::round uses it (call)"),
                                           ("src/compactor.cpp", "depot::Compactor::round leads to it")})
    across = finding_of(texts, "src/segments.cpp", "  const auto gone = fs::remove_all(snapshot, failed);",
                        '  fs::remove_all(options_.directory + "/owners");\n  const auto gone = fs::remove_all(snapshot, failed);')
    users = {path for path, text in says(across) if "uses it" in text}
    yield expect("another file", users, {"src/daemon.cpp"})
    # `x.collect()` may be anyone's: such a name says nothing of who calls whom.
    common = finding_of(texts, "src/segments.cpp", "  std::size_t gone = 0;",
                        '  fs::remove_all(options_.directory + "/snapshots");\n  std::size_t gone = 0;')
    yield expect("a common name", common["dependents"]["direct"], 0)
    virtual = finding_of(texts, "src/mirrors/postgres.cpp", '"ANALYZE segments"));', '"DROP TABLE segments"));')
    yield expect("through a base class", says(virtual), {("src/mirrors/generic.cpp", "depot::Mirrors::close_tenant uses it (call)"),
                                                         ("src/mirrors/generic.cpp", "depot::Mirrors::close_tenant leads to it")})


BODY = "#include <filesystem>\n\nvoid wipe_everything(const char* place) {\n  note(place);\n}\n"


def wiped(more):
    return finding_of({"src/wipe.cpp": BODY, **more}, "src/wipe.cpp", "  note(place);\n", "  note(place);\n  std::filesystem::remove_all(place);\n")


def in_small_trees():
    alone = wiped({})
    yield expect("no caller", (alone["dependents"], says(alone)), ({"direct": 0, "indirect": 0}, set()))
    way = {"src/middle.cpp": "void middle_step(const char* p) {\n  wipe_everything(p);\n}\n",
           "src/main.cpp": "int main(int count, char** words) {\n  middle_step(words[1]);\n  return 0;\n}\n"}
    entered = wiped(way)
    yield expect("entry point", entered["dependents"], {"direct": 1, "indirect": 1})
    yield expect("entry point in words", ("src/main.cpp", "main leads to it") in says(entered), True)
    tested = wiped({"tests/wipe_test.cpp": 'void test_wipe() {\n  wipe_everything("/tmp/x");\n}\n'})
    yield expect("tests do not count", tested["dependents"], {"direct": 0, "indirect": 0})
    crowd = {f"src/caller{i}.cpp": f"void caller_{i}() {{\n  wipe_everything(place_{i});\n}}\n" for i in range(300)}
    many = wiped(crowd)
    yield expect("a budget", 10 < many["dependents"]["direct"] <= 300, True)
    scores = [x["blastRadius"]["score"] for x in (alone, entered, many)]
    yield expect("more callers never score less", scores, sorted(scores))
    # Reviewers of labelled changes held no such deletion for what calls it.
    yield expect("a caller is no reason to hold", scores[1] < 70 and entered["verdict"] == "note", True)


def main():
    results = [*in_project(changes.read_project(PROJECT)), *in_small_trees()]
    print(f"{len(results)} questions, {results.count(False)} answered wrongly")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
