"""A clearance of the same fact at the lowest blast radius, signed anew.

    lower_band.py ENVELOPE KEY OUTPUT
"""
import base64
import json
import os
import re
import subprocess
import sys

source, key, output = sys.argv[1:]
with open(source, encoding="utf-8") as file:
    envelope = json.load(file)
payload = base64.b64decode(envelope["payload"]).decode()
payload = re.sub(r'"band":"[0-9-]+"', '"band":"0-24"', payload)
envelope["payload"] = base64.b64encode(payload.encode()).decode()
with open(output, "w", encoding="utf-8") as file:
    file.write(json.dumps(envelope, separators=(",", ":")) + "\n")
folder = os.path.dirname(os.path.abspath(sys.argv[0]))
subprocess.run([sys.executable, os.path.join(folder, "resign.py"), output, key, "redtag", output], check=True)
