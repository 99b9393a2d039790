"""What YAML itself can say in two ways, in manifests: anchors, merge keys, tags, repeated keys, booleans and octal numbers of YAML 1.1, and texts that
are made to be too much.

    yaml_itself.py REDTAG DIR     DIR is made anew

Each row is an object before and after, and the rules that speak of it: one meaning in two spellings is silent, another meaning is found, and what
is too much is a gap that takes no other file's findings along. Prints `N rows, M wrong`; status 1 if there was any.
"""
import json
import pathlib
import shutil
import subprocess
import sys

REDTAG, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: orders\nspec:\n  storageClassName: {}\n"
WEB = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      hostNetwork: HOST
      containers:
        - name: web
          image: web
      volumes:
        - name: keys
          secret: {secretName: keys, defaultMode: MODE}
"""
MERGED = """x-class: &class
  storageClassName: fast
---
apiVersion: v1
kind: List
shared: &shared {storageClassName: fast, accessModes: [ReadWriteOnce]}
items:
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: orders}
    spec:
      <<: *shared
      volumeMode: Filesystem
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: carts}
    spec: *shared
"""
WRITTEN_OUT = """apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: orders}
    spec:
      storageClassName: fast
      accessModes: [ReadWriteOnce]
      volumeMode: Filesystem
  - apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: carts}
    spec: {storageClassName: fast, accessModes: [ReadWriteOnce]}
"""


def web(host="false", mode="420"):
    return WEB.replace("HOST", host).replace("MODE", mode)


REJECTED, SHARES, REPEATED = "change-immutable-field", "share-node", "repeated-key"
ROWS = {
    "anchor and merge key written out": (MERGED, WRITTEN_OUT, {}),
    "the other way round": (WRITTEN_OUT, MERGED, {}),
    "an anchor changes for all": (MERGED, MERGED.replace("&shared {storageClassName: fast", "&shared {storageClassName: slow"),
                                  {REJECTED: 2}),
    "a key beside the merge wins": (MERGED, MERGED.replace("volumeMode: Filesystem", "storageClassName: slow"), {REJECTED: 1}),
    "a tag says what was meant": (CLAIM.format("fast"), CLAIM.format("!!str fast"), {}),
    "a tag and another value": (CLAIM.format("!!str fast"), CLAIM.format("!!str slow"), {REJECTED: 1}),
    "a tag of a number": (CLAIM.format('"7"'), CLAIM.format("!!str 7"), {}),
    "a key stands twice": (CLAIM.format("fast"), CLAIM.format("fast") + "  storageClassName: slow\n", {REJECTED: 1, REPEATED: 1}),
    "a key stands twice and says the same": (CLAIM.format("fast"), CLAIM.format("fast") + "  storageClassName: fast\n", {REPEATED: 1}),
    "no is false": (web("false"), web("no"), {}),
    "off is false": (web("false"), web("off"), {}),
    "yes is true": (web("no"), web("yes"), {SHARES: 1}),
    "on is true": (web("false"), web("On"), {SHARES: 1}),
    "a quoted yes is a word": (web("true"), web("yes"), {}),
    "an octal number": (web(mode="420"), web(mode="0644"), {}),
    "an octal number of YAML 1.2": (web(mode="0o644"), web(mode="420"), {}),
    "another octal number": (web(mode="0644"), web(mode="0777"), {}),
    "quotes, order and comments": (CLAIM.format("fast"), "# words\nkind: 'PersistentVolumeClaim'\nspec: {\"storageClassName\": 'fast'}\n"
                                   "metadata: {name: \"orders\"}\napiVersion: \"v1\"\n", {}),
    "JSON for YAML": (CLAIM.format("fast"), json.dumps({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "orders"},
                                                        "spec": {"storageClassName": "fast"}}), {}),
}
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 9) + "]\n" for i in range(1, 30))
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: much}\n"
TOO_MUCH = {
    "an alias bomb": HEAD + BOMB,
    "a bomb of merge keys": HEAD + "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}], k{i}: *a{i - 1}}}\n" for i in range(1, 40)),
    "an alias of itself": HEAD + "a: &a {b: *a}\n",
    "a hundred thousand lists": HEAD + "a: " + "[" * 100_000 + "]" * 100_000 + "\n",
    "a hundred thousand open lists": HEAD + "a: " + "[" * 100_000 + "\n",
    "a hundred thousand mappings": HEAD + "a: " + "{a: " * 100_000 + "b" + "}" * 100_000 + "\n",
    "steps downwards": HEAD + "a:\n" + "".join(" " * (i + 1) + "a:\n" for i in range(3_000)),
    "a hundred thousand dashes": HEAD + "a:\n  " + "- " * 100_000 + "b\n",
}


def check(files_before, files_after):
    shutil.rmtree(ROOT, ignore_errors=True)
    ROOT.mkdir(parents=True)
    git = lambda *words: subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True)
    git("init", "-q", "-b", "main")
    for message, files in (("start", files_before), ("change", files_after)):
        for name, text in files.items():
            (ROOT / name).write_text(text, encoding="utf-8")
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", message)
    run = subprocess.run([REDTAG, "check", "--repo", str(ROOT), "HEAD~1..HEAD", "--format", "sarif"], capture_output=True, timeout=60)
    results = json.loads(run.stdout)["runs"][0]["results"] if run.returncode in (0, 1) else None
    return run.returncode, results


def rules(results):
    found = {}
    for result in results:
        rule = result["ruleId"].split("/")[-1]
        found[rule] = found.get(rule, 0) + 1
    return found


wrong = 0
for name, (before, after, wanted) in ROWS.items():
    status, results = check({"a.yaml": before}, {"a.yaml": after})
    got = None if results is None else rules(results)
    if got != wanted:
        wrong += 1
        print(f"{name}: status {status}, wanted {wanted}, got {got}")
for name, text in TOO_MUCH.items():
    for order in ("comes", "changes"):
        before = {"claim.yaml": CLAIM.format("fast")}
        if order == "changes":
            before["much.yaml"] = text
        after = {"claim.yaml": CLAIM.format("slow"), "much.yaml": text + "# more\n"}
        status, results = check(before, after)
        got = None if results is None else rules(results)
        # Whatever becomes of the text that is too much, the claim beside it is found.
        if got is None or got.get(REJECTED) != 1:
            wrong += 1
            print(f"{name} ({order}): status {status}, got {got}")
print(f"{len(ROWS) + 2 * len(TOO_MUCH)} rows, {wrong} wrong")
sys.exit(1 if wrong else 0)
