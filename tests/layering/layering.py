"""Reads the includes of analyzer/ and fails on one that no arrow allows. The arrows are the DEPENDS of analyzer/CMakeLists.txt.

    layering.py TOP        prints each include that has no arrow; exit status 1 if there is one
"""
import os
import re
import sys

MODULE = re.compile(r"redtag_module\(\s*([^)]*)\)")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def read_arrows(cmake):
    """Module -> what it may include directly. `cli`, which is no library, stands on the executable's link line."""
    with open(cmake, encoding="utf-8") as file:
        text = re.sub(r"#[^\n]*", "", file.read())
    arrows = {}
    for body in MODULE.findall(text):
        words = body.split()
        uses, keyword = set(), None
        for word in words[1:]:
            if word in ("DEPENDS", "LINK", "RECURSE"):
                keyword = word
            elif keyword == "DEPENDS":
                uses.add(word)
        arrows[words[0]] = uses
    linked = re.search(r"target_link_libraries\(redtag PRIVATE([^)]*)\)", text)
    names = {module.replace("/", "_"): module for module in arrows}
    arrows["cli"] = {names[word[len("redtag_"):]] for word in linked.group(1).split() if word.startswith("redtag_")}
    return arrows


def reachable(arrows, module):
    seen, todo = {module}, [module]
    while todo:
        for used in sorted(arrows[todo.pop()]):
            if used not in arrows:
                sys.exit(f"analyzer/CMakeLists.txt: DEPENDS names {used}, which is no module")
            if used not in seen:
                seen.add(used)
                todo.append(used)
    return seen


def module_of(path, arrows):
    """The longest module name that `path` (below analyzer/) lies in, or None."""
    folder = os.path.dirname(path)
    while folder:
        if folder in arrows:
            return folder
        folder = os.path.dirname(folder)
    return None


def find_cycles(arrows):
    return [module for module in sorted(arrows) if any(module in reachable(arrows, used) for used in arrows[module])]


def main(top):
    analyzer = os.path.join(top, "analyzer")
    arrows = read_arrows(os.path.join(analyzer, "CMakeLists.txt"))
    problems = [f"{module}: its arrows lead back to it" for module in find_cycles(arrows)]
    files = 0
    for folder, _, names in sorted(os.walk(analyzer)):
        for name in sorted(names):
            if not name.endswith((".h", ".cpp", ".c", ".def")):
                continue
            path = os.path.relpath(os.path.join(folder, name), analyzer)
            module = module_of(path, arrows)
            if module is None:
                problems.append(f"analyzer/{path}: in no module of analyzer/CMakeLists.txt")
                continue
            files += 1
            allowed = reachable(arrows, module)
            with open(os.path.join(analyzer, path), encoding="utf-8") as file:
                for number, line in enumerate(file, 1):
                    match = INCLUDE.match(line)
                    if not match:
                        continue
                    target = module_of(match.group(1), arrows)
                    if target is not None and target not in allowed:
                        problems.append(f"analyzer/{path}:{number}: {module} may not include {match.group(1)}: no arrow to {target}")
    for problem in problems:
        print(problem)
    print(f"{files} files, {len(problems)} problems")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
