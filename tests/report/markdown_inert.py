"""Reads a comment as a host would, roughly: blocks of code and `<code>` go, and what is left must be our own words.

    markdown_inert.py FILE
"""
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()

outside, fence = [], None
for line in text.split("\n"):
    if fence is None:
        opened = re.match(r"^(`{3,})text$", line)
        if opened:
            fence = opened.group(1)
        else:
            outside.append(line)
    elif re.match(r"^`{%d,}\s*$" % len(fence), line):
        fence = None
    else:
        assert re.match(r"^[A-Za-z]", line), f"a line of a block begins with foreign text: {line!r}"
assert fence is None, "a block of code is not closed"
prose = re.sub(r"<code>[^<]*</code>", "", "\n".join(outside))
for pattern in (r"@", r"#\d", r"https?:", r"www\.", r"<!--", r"-->", r"\]\(", r"<img", r"javascript:", r"\b[0-9a-f]{40}\b", r"^/", r"^::"):
    assert not re.search(pattern, prose, re.MULTILINE), f"{pattern} is left in {prose!r}"
tags = re.findall(r"</?[a-z]+>", prose)
depth = 0
for tag in tags:
    assert tag in ("<details>", "</details>", "<summary>", "</summary>"), tag
    depth += {"<details>": 1, "</details>": -1}.get(tag, 0)
    assert depth >= 0
assert depth == 0, "a fold is not closed"
for character in text:
    assert character == "\n" or ord(character) >= 0x20, hex(ord(character))
    assert not 0x202A <= ord(character) <= 0x202E and not 0x2066 <= ord(character) <= 0x2069 and ord(character) != 0x200B, hex(ord(character))
assert "<!--" not in text and "-->" not in text
