"""Puts one file into the store as anybody with the right to push could: under the name that its bytes ask for.

    store.py FILE [FOLDER]     makes refs/redtag/clearances hold this file and nothing else
"""
import hashlib
import subprocess
import sys


def git(*arguments, text=b""):
    return subprocess.run(["git", *arguments], input=text, stdout=subprocess.PIPE, check=True).stdout.decode().strip()


with open(sys.argv[1], "rb") as file:
    data = file.read()
folder = sys.argv[2] if len(sys.argv) > 2 else "clearances"
name = hashlib.sha256(data).hexdigest() + ".json"
blob = git("hash-object", "-w", "--stdin", text=data)
tree = git("mktree", text=f"100644 blob {blob}\t{name}\n".encode())
top = git("mktree", text=f"040000 tree {tree}\t{folder}\n".encode())
git("update-ref", "refs/redtag/clearances", git("commit-tree", top, "-m", "forged"))
