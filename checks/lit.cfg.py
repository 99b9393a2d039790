"""The golden cases of the checks: each *.diff names its own RUN line. Everything else is tests/lit.cfg.py's."""
import os

import lit.formats

checks = os.path.dirname(os.path.abspath(__file__))
lit_config.load_config(config, os.path.join(os.path.dirname(checks), "tests", "lit.cfg.py"))
config.name = "checks"
config.suffixes = [".diff"]
config.excludes = ["facts"]
config.test_exec_root = os.path.join(os.path.dirname(config.test_exec_root), "checks")
config.test_source_root = checks
# One plain command a case: lit's own shell saves a process for each.
config.test_format = lit.formats.ShTest(execute_external=False)
