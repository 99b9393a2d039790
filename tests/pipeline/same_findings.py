"""same_findings.py A.json B.json: fails unless both reports have the same findings, place for place; says how many."""
import json
import sys


def findings(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    return sorted(json.dumps(finding, sort_keys=True) for finding in report["findings"])


first, second = map(findings, sys.argv[1:3])
for line in sorted(set(first) ^ set(second)):
    print(line)
print(len(first), "findings")
sys.exit(first != second or not first)
