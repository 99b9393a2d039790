"""Variants of a good envelope that must not count.

    forge.py ENVELOPE FOLDER KIND…     writes FOLDER/KIND.json for each
"""
import base64
import json
import os
import sys


def forge(text, kind):
    envelope = json.loads(text)
    payload = base64.b64decode(envelope["payload"]).decode()
    if kind == "reason":  # the statement says something else than what was signed
        payload = payload.replace("the table is empty", "everybody agreed")
    elif kind == "key":  # the name of the key is another's
        envelope["signatures"][0]["keyid"] = "SHA256:" + "A" * 43
        payload = payload.replace(json.loads(payload)["predicate"]["key"], "SHA256:" + "A" * 43)
    elif kind == "twice":  # a second value for a key that decides, which some readers would take
        payload = payload.replace('"target":', '"target":"refs/heads/main","target":', 1)
    elif kind == "spaces":  # the same meaning in other bytes would be another file of the same signature
        return text.replace(":", ": ")
    else:
        sys.exit(f"unknown kind {kind}")
    envelope["payload"] = base64.b64encode(payload.encode()).decode()
    return json.dumps(envelope, separators=(",", ":")) + "\n"


def main(source, folder, kinds):
    os.makedirs(folder, exist_ok=True)
    with open(source, encoding="utf-8") as file:
        text = file.read()
    for kind in kinds:
        with open(os.path.join(folder, kind + ".json"), "w", encoding="utf-8") as file:
            file.write(forge(text, kind))


main(sys.argv[1], sys.argv[2], sys.argv[3:])
