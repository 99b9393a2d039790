"""Every check.yaml below a folder as one JSON object: name of the check -> what it says."""
import json
import os
import sys

import yaml

checks = {}
for folder, _, names in os.walk(sys.argv[1]):
    if "check.yaml" in names:
        with open(os.path.join(folder, "check.yaml"), encoding="utf-8") as file:
            checks[os.path.basename(folder)] = yaml.safe_load(file)
json.dump(checks, sys.stdout)
