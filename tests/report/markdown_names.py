"""A patch that removes resources whose names would be markup in a comment. With a number: so many harmless names."""
import sys

HOSTILE = ["@octocat", "#123", "a/b#1", "https://example.com/x", "www.example.com", "<!-- redtag -->", "--><img src=x onerror=alert(1)>", "```",
           "````` x", "</code></summary></details>", "[x](javascript:alert(1))", "![x](y)", "| a | b |", "/approve", "**HELD**",
           "\u202etxt.exe", "\u200bx", "\x1b[31mred", "::error::x", "0123456789012345678901234567890123456789", "GH-12", "&lt;b&gt;", "$(id)"]
names = HOSTILE if len(sys.argv) < 2 else [f"table_{i}" for i in range(int(sys.argv[1]))]
for index, name in enumerate(names):
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    print(f"diff --git a/prod/f{index}.sql b/prod/f{index}.sql")
    print("new file mode 100644")
    print("--- /dev/null")
    print(f"+++ b/prod/f{index}.sql")
    print("@@ -0,0 +1,1 @@")
    print(f'+DROP TABLE "{quoted}";')
