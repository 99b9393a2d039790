"""Writes a patch that removes a data store from files of hostile names, or checks what reports made of it."""
import json
import sys
import urllib.parse

NAMES = [b"plain", b"quo\"te'`", b"new\nline", b"tab\tcr\r", b"per%cent %s", b"ha#sh?query", b"b[r](0)", b"{0} {{1}}", b"back\\slash",
         b"\xff\xfe", b"\xc3", "bidi\u202eabc".encode(), "zero\u200bwidth".encode(), b"::error file=x::boom", b"##[error]boom",
         b"\x1b[2J\x1b]0;title\x07", b"<script>", b"| a |", b"@all #1 ![x](y)", b"file:x", b"-rf", b" blanks ", b"A" * 200]
ALLOWED = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%")


def quoted(path):
    """A path as git writes it in C quotes."""
    escapes = {0x22: b'\\"', 0x5C: b"\\\\", 0x0A: b"\\n", 0x09: b"\\t", 0x0D: b"\\r"}
    body = b"".join(escapes.get(c) or (bytes([c]) if 0x20 <= c < 0x7F else b"\\%03o" % c) for c in path)
    return b'"' + body + b'"'


def write(path):
    with open(path, "wb") as out:
        for number, name in enumerate(NAMES):
            old, new = (quoted(side + b"/" + name + b"/main.tf") for side in (b"a", b"b"))
            out.write(b"diff --git %s %s\n--- %s\n+++ %s\n@@ -1,3 +1 @@\n" % (old, new, old, new))
            out.write(b'-resource "aws_dynamodb_table" "t%d" {\n-  hash_key = "id"\n-}\n+# gone\n' % number)


def check(reports, text):
    for report in reports:
        raw = open(report, "rb").read()
        assert all(c == 0x0A or 0x20 <= c < 0x7F for c in raw), f"{report}: more than ASCII"
        results = json.loads(raw)["runs"][0]["results"]
        uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in results}
        assert all(set(uri) <= ALLOWED for uri in uris), f"{report}: {uris}"
        found = {urllib.parse.unquote_to_bytes(uri) for uri in uris}
        assert found == {name + b"/main.tf" for name in NAMES}, f"{report}: {found}"
        assert all(len(r["message"]["text"].encode("utf-16-le")) <= 2 * 1000 for r in results)
    for line in open(text, "rb").read().decode("utf-8").split("\n"):
        assert not line.strip().startswith("::") and "##[" not in line, line
        assert line.isprintable(), ascii(line)


if sys.argv[1] == "--check":
    check(sys.argv[2:-1], sys.argv[-1])
else:
    write(sys.argv[1])
