"""Makes an object of every kind in the fact tables and asks redtag about three changes of it.

    kubernetes_kinds.py REDTAG FACTS     FACTS is checks/facts/

Removing an object that holds state, steers or is made of copies is found; rewriting any object with other quotes, order, indentation
and comments is silent; changing a field that cannot change is found. All of it is asked of manifests and of a chart's templates, whose
names the release gives. Each change is one patch with a file for each kind, so that six runs ask about all of them. Prints what was not
as it should be; status 1 if there was anything.
"""
import difflib
import json
import pathlib
import subprocess
import sys

REMOVED = {"remove-resource", "remove-steering-resource", "remove-backup"}
CHANGED = {"change-immutable-field", "rebind-role", "replace-resource", "replace-stateful-resource"}


def read_rows(folder):
    for name in ("kubernetes.tsv", "kubernetes-steering.tsv"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("kubernetes\t"):
                yield line.split("\t")


def api_of(kind):
    """`*.example.io/*` -> an apiVersion and a kind that it covers."""
    group, _, name = kind.rpartition("/")
    name = "Anything" if name == "*" else name
    group = group.replace("*", "any")
    return (f"{group}/v1" if group else "v1"), name


def dump(value, indent=0):
    """Plain block YAML of mappings, lists of mappings, and scalars."""
    pad = " " * indent
    lines = []
    for key, item in value.items():
        if isinstance(item, dict):
            lines += [f"{pad}{key}:"] + dump(item, indent + 2)
        elif isinstance(item, list):
            lines.append(f"{pad}{key}:")
            for element in item:
                inner = dump(element, indent + 4)
                lines += [f"{pad}  - {inner[0].strip()}"] + inner[1:]
        else:
            lines.append(f"{pad}{key}: {item}")
    return lines


def restyled(value, indent=0):
    """The same in another style: keys the other way round, quotes, deeper indentation, comments."""
    pad = " " * indent
    lines = []
    for key, item in reversed(list(value.items())):
        lines.append(f"{pad}# {key}")
        if isinstance(item, dict):
            lines += [f'{pad}"{key}":'] + restyled(item, indent + 4)
        elif isinstance(item, list):
            lines.append(f"{pad}{key}:")
            for element in item:
                lines += [f"{pad}  -"] + restyled(element, indent + 6)
        else:
            lines.append(f"{pad}'{key}': \"{item}\"")
    return lines


def put(into, path, value):
    keys = path.split(".")
    for key in keys[:-1]:
        into = into.setdefault(key, {})
    into[keys[-1]] = value


def object_of(kind, path="spec.some", value="thing", condition=""):
    version, name = api_of(kind)
    made = {"apiVersion": version, "kind": name, "metadata": {"name": "some-name", "namespace": "some-space"}}
    if condition.startswith("if "):
        key, _, wanted = condition[3:].partition("=")
        made[key] = wanted
    if path.startswith("metadata.labels.") or path.startswith("metadata.annotations."):
        part, _, key = path[len("metadata."):].partition(".")
        made["metadata"][part] = {key: value}
    else:
        put(made, path, value)
    return made


def file_patch(path, before, after):
    new = after or []
    head = [f"diff --git a/{path} b/{path}"] + (["deleted file mode 100644"] if after is None else [])
    body = difflib.unified_diff(before, new, f"a/{path}", "/dev/null" if after is None else f"b/{path}", n=10000, lineterm="")
    return "\n".join([*head, *body]) + "\n"


def ask(redtag, patches):
    """Path -> names of the rules that fired for it."""
    done = subprocess.run([redtag, "check", "--patch", "-", "--whole", "--format", "json"], input="".join(patches), text=True,
                          capture_output=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"redtag ended with {done.returncode}: {done.stderr}")
    rules = {}
    for finding in json.loads(done.stdout)["findings"]:
        rules.setdefault(finding["place"]["path"], set()).add(finding["rule"].split("/")[-1])
    return rules


def changes_of(path, condition):
    """A value before and one after that the row's condition speaks of."""
    if condition == "growth is allowed":
        return "20", "10"
    if condition == "first entry only":
        return "[one, other]", "[two, other]"
    if condition == "removal only":
        return [{"name": "v1"}, {"name": "v2"}], [{"name": "v2"}]
    if path.endswith("selector"):
        return {"matchLabels": {"app": "one"}}, {"matchLabels": {"app": "two"}}
    if path.endswith(("template", "Templates")):
        return [{"spec": {"some": "one"}}], [{"spec": {"some": "two"}}]
    return "one", "two"


def in_template(lines):
    """The object as a chart's template prints it."""
    return [line.replace("some-name", "{{ .Release.Name }}-web") for line in lines]


def in_manifest(lines):
    return lines


def main(redtag, folder):
    rows = list(read_rows(folder))
    wrong = ask_all(redtag, rows, "objects", in_manifest) + ask_all(redtag, rows, "charts/web/templates", in_template)
    print(f"{len(wrong)} wrong in manifests and templates together")
    print("\n".join(wrong))
    return 1 if wrong else 0


def ask_all(redtag, rows, place, spelled):
    kinds = sorted({row[1] for row in rows if row[3] == "type" and row[1] != "repeated key"})
    effects = {kind: {row[3] for row in rows if row[1] == kind and not row[2]} for kind in kinds}
    unworthy = {row[1] for row in rows if row[3] == "severity" and row[4] == "none"}
    wrong = []

    paths = {kind: f"{place}/{number}.yaml" for number, kind in enumerate(kinds)}
    found = ask(redtag, [file_patch(paths[kind], spelled(dump(object_of(kind))), None) for kind in kinds])
    matters = [kind for kind in kinds if effects[kind] & {"stateful", "steers", "backs-up"} and kind not in unworthy]
    wrong += [f"{kind} goes and nothing is said" for kind in matters if not found.get(paths[kind], set()) & REMOVED]

    found = ask(redtag, [file_patch(paths[kind], spelled(dump(object_of(kind))), spelled(restyled(object_of(kind)))) for kind in kinds])
    wrong += [f"{kind} is only written differently, and there is {', '.join(sorted(found[path]))}"
              for kind, path in paths.items() if path in found]

    fields = [(row[1], row[2].replace("*", "anything"), row[5]) for row in rows
              if row[3] in ("rejects", "replaces") and row[2] and row[1] != "*" and row[7] != "house" and not
              (row[2].endswith(".*") and any(other[1] == row[1] and other[2] == row[2][:-2] for other in rows))]
    patches = []
    for number, (kind, path, condition) in enumerate(fields):
        before, after = changes_of(path, condition)
        patches.append(file_patch(f"{place}/field{number}.yaml", spelled(dump(object_of(kind, path, before, condition))),
                                  spelled(dump(object_of(kind, path, after, condition)))))
    found = ask(redtag, patches)
    wrong += [f"{kind}: {path} changes and nothing is said ({condition or 'always'})"
              for number, (kind, path, condition) in enumerate(fields)
              # A job that a release names is made anew with each release; that is said to be harmless on purpose.
              if not (kind == "batch/Job" and spelled is in_template) and not found.get(f"{place}/field{number}.yaml", set()) & CHANGED]
    print(f"{place}: {len(kinds)} kinds, {len(matters)} that matter, {len(fields)} fields: {len(wrong)} wrong")
    return [f"{place}: {each}" for each in wrong]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2])))
