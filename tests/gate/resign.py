"""Signs a good envelope's statement again: with another key, or for another purpose.

    resign.py ENVELOPE KEY NAMESPACE OUTPUT
"""
import base64
import json
import subprocess
import sys

source, key, namespace, output = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    envelope = json.load(file)
payload = base64.b64decode(envelope["payload"])
kind = envelope["payloadType"].encode()
signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
signature = subprocess.run(["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", key], input=signed, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, check=True).stdout
envelope["signatures"][0]["sig"] = base64.b64encode(signature).decode()
with open(output, "w", encoding="utf-8") as file:
    file.write(json.dumps(envelope, separators=(",", ":")) + "\n")
