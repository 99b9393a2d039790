"""What the example workflow must be: started by the base's definition, with the permissions that it needs, without a checkout.

    workflow.py FILE
"""
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
workflow = yaml.safe_load(text)
triggers = workflow.get("on", workflow.get(True))  # YAML 1.1 takes the word for a truth
assert set(triggers) == {"pull_request_target", "merge_group"}, triggers
assert workflow["permissions"] == {"contents": "read", "pull-requests": "write", "security-events": "write"}, workflow["permissions"]
assert "checkout" not in text
(job,) = workflow["jobs"].values()
assert not {"if", "continue-on-error", "permissions"} & set(job), job
for step in job["steps"]:
    assert "${{" not in step.get("run", ""), step
    assert not {"if", "continue-on-error"} & set(step), step
