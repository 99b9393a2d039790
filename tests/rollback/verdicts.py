"""What redtag says of migrations: whether the way up loses data, and what the way back is worth."""
import os
import subprocess
import tempfile


def patch(files):
    """A patch that adds the given files ({path: text})."""
    out = []
    for path, text in files.items():
        lines = text.splitlines()
        out.append(f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{len(lines)} @@\n")
        out.extend(f"+{line}\n" for line in lines)
    return "".join(out)


def verdicts_on(redtag, standing, files):
    """As `verdicts`, of migrations that are added to a repository where the files of `standing` ({path: text}) are."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in standing.items():
            os.makedirs(os.path.dirname(f"{folder}/{path}"), exist_ok=True)
            with open(f"{folder}/{path}", "w", encoding="utf-8") as file:
                file.write(text)
        git = ["git", "-C", folder, "-c", "user.name=start", "-c", "user.email=start@example.org"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "start"]):
            subprocess.run(git + words, check=True)
        return verdicts(redtag, files, ["--repo", folder])


def verdicts(redtag, files, more=()):
    """{path: (loses, reverse, because)} of all migrations among `files`, in one run."""
    run = subprocess.run([redtag, "show", "traits", "--whole", "--patch", "-", *more], input=patch(files), capture_output=True, text=True)
    if run.returncode != 0:
        raise SystemExit(f"redtag show traits ended with {run.returncode}: {run.stderr}")
    found, path, loses = {}, None, None
    for line in run.stdout.splitlines():
        if line.startswith("procedure "):
            path = line[len("procedure ") :].split("#")[0]
        elif line.startswith("  loses "):
            loses = line.split()[1] == "data"
        elif line.startswith("  reverse ") and path is not None:
            word, _, because = line[len("  reverse ") :].partition(": ")
            found[path] = (loses, word, because)
    return found
