"""Reads testdata/rollback/*.pairs: blocks of `=== name`, the way up, `---`, the way down."""


def read(path):
    """[(name, up, down)]"""
    pairs, name, parts = [], None, []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") and name is None:
                continue
            if line.startswith("=== "):
                if name is not None:
                    pairs.append((name, *parts))
                name, parts = line[4:].strip(), ["", ""]
                half = 0
            elif line.rstrip("\n") == "---":
                half = 1
            else:
                parts[half] += line
    pairs.append((name, *parts))
    return pairs


def as_goose(up, down):
    """Both ways in one file, as goose keeps them."""
    return f"-- +goose Up\n{up}-- +goose Down\n{down}"


def judge(verdict, seen):
    """What in redtag's verdict (loses, reverse) does not agree with what was seen; empty if all of it does."""
    loses, reverse = verdict
    wrong = []
    if loses != seen["destroys"]:
        wrong.append(f"says that the way up {'loses data' if loses else 'loses nothing'}")
    if seen.get("stops"):
        return wrong
    runs = reverse not in ("raises", "cannot-run")
    if runs != seen["runs"]:
        wrong.append(f"says that the way down {'runs' if runs else 'stops'}")
    elif reverse == "empty" and seen["changes"]:
        wrong.append("says that the way down does nothing")
    elif reverse in ("structure", "real") and not seen["structure"]:
        wrong.append("says that the structure comes back")
    elif reverse == "partial" and seen["structure"]:
        wrong.append("says that a part of the structure does not come back")
    elif reverse == "real" and not seen["data"]:
        wrong.append("says that the data comes back")
    elif reverse == "structure" and seen["data"]:
        wrong.append("says that the data does not come back")
    elif reverse in ("none", "unread"):
        wrong.append(f"says `{reverse}` of a way down that is there")
    return wrong


def compare(before, middle, after, runs):
    """What was seen, from three snapshots (structure, {column: sorted values})."""

    def missing(values, other):
        rest = list(other)
        for value in values:
            if value not in rest:
                return True
            rest.remove(value)
        return False

    # A value lives on wherever it stands: rows may be moved to another table, columns to another name.
    standing = {value for values in middle[1].values() for value in values}
    destroys = any(value not in standing for values in before[1].values() for value in values)
    back = all(name in after[1] and not missing(values, after[1][name]) for name, values in before[1].items())
    return {"destroys": destroys, "runs": runs, "structure": after[0] == before[0], "data": back, "changes": after != middle}
