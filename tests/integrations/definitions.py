"""Prints the entries of a file of pre-commit definitions, after looking at what each must have.

    definitions.py FILE
"""
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    hooks = yaml.safe_load(file)
for hook in hooks:
    assert {"id", "name", "entry", "language"} <= set(hook), hook
    assert hook["language"] == "system" and hook["pass_filenames"] is False, hook
    assert "--advise" in hook["entry"], hook
    print(hook["entry"])
