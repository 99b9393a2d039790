"""Feeds redtag what is broken, hostile or large, and programs in redtag-clang's place that die, lie or say nothing.

    bad_input.py REDTAG CLANG
"""
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import time

REDTAG, CLANG = sys.argv[1:3]
GUARD = "void wipe(const char* path, bool dry_run) {\n  if (dry_run) return;\n  if (path == nullptr) return;\n  unlink(path);\n}\n"
BARE = "void wipe(const char* path, bool dry_run) {\n  unlink(path);\n}\n"
HELD = {"cpp/drop-script-guard"}


def git(folder, *words, text=None):
    return subprocess.run(["git", "-C", folder, *words], check=True, capture_output=True, text=True, input=text).stdout


def beside(folder, clang):
    """redtag in a folder of its own, with this program (or none) in redtag-clang's place: it looks beside itself alone."""
    os.makedirs(os.path.join(folder, "bin"))
    redtag = os.path.join(folder, "bin", "redtag")
    shutil.copy(REDTAG, redtag)
    if os.path.exists(clang):
        shutil.copy(clang, os.path.join(folder, "bin", "redtag-clang"))
    return redtag


def check(before, after, clang=CLANG, objects="sha1"):
    """Two trees -> status, rules found, gaps told, seconds."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as place:
        redtag = REDTAG if clang == CLANG else beside(place, clang)
        git(folder, "init", "-q", "--object-format=" + objects)
        for tree, name in ((before, "one"), (after, "two")):
            git(folder, "rm", "-rfq", "--cached", "--ignore-unmatch", ".")
            for path, text in tree.items():
                blob = subprocess.run(["git", "-C", folder, "hash-object", "-w", "--stdin"], check=True, capture_output=True,
                                      input=text if isinstance(text, bytes) else text.encode()).stdout.decode().strip()
                git(folder, "update-index", "--add", "--cacheinfo", f"100644,{blob},{path}")
            git(folder, "commit", "-qm", name, "--allow-empty")
        start = time.monotonic()
        run = subprocess.run([redtag, "check", "HEAD~1..HEAD", "--repo", folder, "--format", "json"],
                             capture_output=True, text=True)
        seconds = time.monotonic() - start
    report = json.loads(run.stdout) if run.stdout else {}
    rules = {finding["rule"] for finding in report.get("findings", [])}
    gaps = [gap["reason"] for gap in report.get("gaps", [])]
    return run.returncode, rules, gaps, seconds


def expect(what, got, status, rules, gap=None):
    problems = []
    if got[0] != status:
        problems.append(f"status {got[0]}, expected {status}")
    if got[1] != rules:
        problems.append(f"rules {sorted(got[1])}, expected {sorted(rules)}")
    if gap is None and got[2]:
        problems.append(f"gaps {got[2]}, expected none")
    if gap is not None and not any(re.search(gap, text) for text in got[2]):
        problems.append(f"gaps {got[2]}, expected one like '{gap}'")
    if problems:
        print(f"{what}: " + "; ".join(problems))
    return not problems


def stand_in(folder, name, script):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + script + "\n")
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    return path


def loss(**more):
    return check({"a.cpp": GUARD, **more}, {"a.cpp": BARE, **more})


def input_cases():
    yield expect("plain", loss(), 1, HELD)
    yield expect("does not parse", check({"a.cpp": GUARD}, {"a.cpp": BARE + "\nvoid f( { ]] <<< template class\n"}), 1, HELD)
    yield expect("missing headers", check({"a.cpp": "#include <not/here.h>\n" + GUARD}, {"a.cpp": "#include <not/here.h>\n" + BARE}), 1, HELD)
    macro = "#pragma once\n#define REFUSE(what) if (!is_admin(what)) return\n"
    use = '#include "m.h"\nvoid wipe(const char* path) {\n  REFUSE(path);\n  unlink(path);\n}\n'
    without = macro.replace("if (!is_admin(what)) return", "(void)(what)")
    yield expect("a macro of a header that no longer refuses, where it is used", check({"m.h": macro, "a.cpp": use}, {"m.h": without, "a.cpp": use}), 1, HELD)
    yield expect("objects of SHA-256", check({"m.h": macro, "a.cpp": use}, {"m.h": without, "a.cpp": use}, objects="sha256"), 1, HELD)
    yield expect("includes itself", loss(**{"b.h": '#include "b.h"\n'}), 1, HELD)
    include_self = '#include "a.cpp"\n'
    yield expect("a file that includes itself", check({"a.cpp": include_self + GUARD}, {"a.cpp": include_self + BARE}), 1, HELD)
    outside = '#include "/etc/passwd"\n#include "../../../../etc/passwd"\n'
    yield expect("headers outside the tree", check({"a.cpp": outside + GUARD}, {"a.cpp": outside + BARE}), 1, HELD)
    # A constructor whose class was never defined: Clang's graph of it asks for the bases that the class would have.
    late = "class Later;\nLater::Later(int id) : id_(id) { open(id_); }\nLater::~Later() { if (id_) stop(id_); }\n"
    yield expect("a class without a definition", check({"a.cpp": late + GUARD}, {"a.cpp": late.replace("open(id_)", "close(id_)").replace("stop", "halt") + BARE}), 1, HELD)
    nested = "int x = " + "(" * 5000 + "1" + ")" * 5000 + ";\n"
    yield expect("deep nesting", check({"a.cpp": GUARD}, {"a.cpp": BARE + nested}), 1, HELD)
    yield expect("not UTF-8", check({"a.cpp": GUARD}, {"a.cpp": BARE.encode() + b"// \xff\xfe\n"}), 1, HELD)
    bomb = "template <int N, int M> struct B { B<N - 1, 2 * M> a; B<N - 1, 2 * M + 1> b; };\ntemplate <int M> struct B<0, M> {};\nB<40, 0> all;\n"
    got = check({"a.cpp": GUARD}, {"a.cpp": BARE + bomb})
    yield expect("template bomb", got, 1, HELD, gap="redtag-clang met its limit")
    yield got[3] < 60 or print(f"template bomb: took {got[3]:.0f} s")
    expand = "#define A x x x x x x x x x x\n" + "".join(f"#define {chr(66 + i)} " + (chr(65 + i) + " ") * 10 + "\n" for i in range(9)) + "int J;\n"
    yield expect("macro bomb", check({"a.cpp": GUARD}, {"a.cpp": BARE + expand}), 1, HELD, gap="redtag-clang met its limit")
    table = "static const int table[] = {\n" + "  1, 2, 3, 4, 5, 6, 7, 8,\n" * 400_000 + "};\n"
    # What ends the parser is a budget of steps, some seconds of processor time. Where the machine is so busy that they take a minute, the
    # clock's backstop is first, and says so by its status: one of the two it has to be, whatever else runs.
    def is_late(got):
        return got[0] == 2 and any("did not end in time" in text for text in got[2])

    got = check({"a.cpp": GUARD}, {"a.cpp": BARE + table})
    yield is_late(got) or expect("ten megabytes, generated", got, 1, {"redtag/not-analysed"})
    table = "static const int table[] = {\n" + "  1, 2, 3, 4, 5, 6, 7, 8,\n" * 90_000 + "};\n"
    got = check({"a.cpp": GUARD + table}, {"a.cpp": BARE + table})
    yield is_late(got) or expect("two megabytes, generated", got, 1, HELD, gap="too large for redtag-clang")


def database(*words):
    return json.dumps([{"directory": "/home/someone/depot", "file": "/home/someone/depot/a.cpp", "arguments": ["c++", *words, "-c", "a.cpp"]}])


def database_cases():
    with tempfile.TemporaryDirectory() as folder:
        mark = os.path.join(folder, "was-here")
        evil = stand_in(folder, "evil", f"touch {mark}")
        hostile = [("-Xclang", "-load", "-Xclang", evil), ("-fplugin=" + evil,), ("@" + evil,), ("-wrapper", evil), ("-B", folder),
                   ("-specs=" + evil,), ("-fmodule-file=" + evil,)]
        for words in hostile:
            got = loss(**{"compile_commands.json": database(*words)})
            yield expect("database with " + words[0], got, 1, HELD, gap="compile_commands.json asks for")
        got = loss(**{"compile_commands.json": json.dumps([{"directory": folder, "file": folder + "/a.cpp", "command": f"{evil} -c a.cpp -o {mark}; {evil}"}])})
        yield expect("database with a script for a compiler", got, 1, HELD)
        yield not os.path.exists(mark) or print("something that a compile database named was run")
    lost = {"a.cpp": "#include <guard.h>\n" + BARE.replace("  unlink", "  GUARDED(path);\n  unlink"), "inc/guard.h": "#define GUARDED(what) if (!confirm(what)) return\n"}
    kept = {"a.cpp": lost["a.cpp"], "inc/guard.h": lost["inc/guard.h"].replace("if (!confirm(what)) return", "(void)(what)")}
    told = {"compile_commands.json": database("-I/home/someone/depot/inc")}
    yield expect("a database on both sides leads to a header", check({**lost, **told}, {**kept, **told}), 1, HELD)
    yield expect("a database that goes", check({**lost, **told}, kept), 1, HELD)
    yield expect("a database that comes", check(lost, {**kept, **told}), 1, HELD)
    yield expect("database that is none", loss(**{"compile_commands.json": "{"}), 1, HELD)
    yield expect("database with macros", loss(**{"compile_commands.json": database("-DGUARDED=1", "-std=c++17", "-I/home/someone/depot/include")}), 1, HELD)


def program_cases():
    with tempfile.TemporaryDirectory() as folder:
        cases = [("killed", "kill -9 $$", "met its limit"), ("aborts", "kill -6 $$", "ended by signal 6"), ("ends", "exit 3", "ended with status 3"),
                 ("lies", "printf '\\004\\000\\000\\000RTA9'", "another version"), ("damaged", "printf '\\005\\000\\000\\000RTA2x'", "damaged bytes"),
                 ("huge", "printf '\\377\\377\\377\\377'", "larger than any"), ("cut", "printf '\\020\\000\\000\\000RT'", "ended with status 0"),
                 ("mid-way", "head -c 10 >/dev/null; kill -9 $$", "met its limit")]
        for name, script, reason in cases:
            got = check({"a.cpp": GUARD}, {"a.cpp": BARE}, stand_in(folder, name, script))
            yield expect("a program that " + name, got, 1, HELD, gap=reason)
        # Two files: what did not answer once is not waited for again.
        got = check({"a.cpp": GUARD, "b.cpp": GUARD.replace("wipe", "wipe_b")}, {"a.cpp": BARE, "b.cpp": BARE.replace("wipe", "wipe_b")}, stand_in(folder, "stopped", "kill -STOP $$"))
        yield expect("a program that is stopped", got, 1, HELD, gap="did not answer in time")
        got = check({"a.cpp": GUARD}, {"a.cpp": BARE}, os.path.join(folder, "missing"))
        yield expect("no program", got, 1, HELD, gap="redtag-clang is not beside redtag")
        mark = os.path.join(folder, "started")
        notes = stand_in(folder, "notes", f"touch {mark}")
        got = check({"a.py": "x = 1\n", "README": "a\n"}, {"a.py": "x = 2\n", "README": "b\n"}, notes)
        yield expect("no C or C++", got, 0, set())
        yield not os.path.exists(mark) or print("redtag-clang was started without C or C++")
        check({"a.c": "int f(void) { return 1; }\n"}, {"a.c": "int f(void) { return 2; }\n"}, notes)
        yield os.path.exists(mark) or print("redtag-clang was not started for C")


def mutated(text, chance):
    """A text with pieces cut out, doubled, put elsewhere, and brackets turned round."""
    for _ in range(chance.randrange(1, 6)):
        begin = chance.randrange(len(text))
        end = min(len(text), begin + chance.randrange(1, 200))
        piece = text[begin:end]
        how = chance.randrange(4)
        if how == 0:
            text = text[:begin] + text[end:]
        elif how == 1:
            text = text[:end] + piece + text[end:]
        elif how == 2:
            at = chance.randrange(len(text))
            text = text[:at] + piece + text[at:]
        else:
            text = text[:begin] + piece.translate(str.maketrans("(){}<>;,", "){}(><,;")) + text[end:]
    return text


def mutation_cases():
    """Sources that are nearly right, many in one change: whatever they are taken for, nobody crashes."""
    folder = os.path.join(os.path.dirname(__file__), "..", "..", "testdata", "cpp", "ordinary")
    texts = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            texts[name] = file.read()
    seed = 20
    chance = random.Random(seed)
    before = {f"{i:02}_{name}": text for i in range(12) for name, text in texts.items()}
    after = {path: mutated(text, chance) for path, text in before.items()}
    got = check(before, after)
    bad = [gap for gap in got[2] if "signal" in gap or "damaged" in gap or "ended with status" in gap]
    yield (got[0] in (0, 1) and not bad) or print(f"mutations by seed {seed}: status {got[0]}, {bad}")
    for size in (0, 1, 4, 5, 64, 4096):
        run = subprocess.run([CLANG], input=chance.randbytes(size), capture_output=True)
        yield run.returncode >= 0 or print(f"redtag-clang ended by signal {-run.returncode} at {size} bytes by seed {seed}")


def main():
    results = [bool(result) for cases in (input_cases(), database_cases(), program_cases(), mutation_cases()) for result in cases]
    print(f"{len(results)} questions, {results.count(False)} answered wrongly")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
