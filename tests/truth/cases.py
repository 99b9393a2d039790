"""Pairs of Terraform configurations, before and after a change, that need no provider but the built-in one.

Each pair is made from a few words, so that adding one is a line. `record.py` asks the real program what it plans for each of them,
`compare.py` what redtag says of the same text. A case is `solo` where it needs a root of its own: variable files, and
plans that end with an error.
"""
import dataclasses


@dataclasses.dataclass
class Case:
    name: str
    before: dict
    after: dict
    solo: bool = False


def resource(name, body="", kind="terraform_data"):
    return f'resource "{kind}" "{name}" {{\n{body}}}\n'


def triggered(expression, name="main", more=""):
    return resource(name, f"  triggers_replace = {expression}\n{more}")


# (name, expression before, expression after): values that are the same, or not, whatever they are written as.
VALUES = [
    ("text", '"a"', '"b"'),
    ("same_text", '"a"', '"a"'),
    ("number_to_other", "1", "2"),
    ("blanks", '["a","b"]', '[ "a", "b" ]'),
    ("lower", 'lower("US-EAST-1")', '"us-east-1"'),
    ("upper", '"AB"', 'upper("ab")'),
    ("lower_differs", 'lower("US-EAST-1")', '"us-east-2"'),
    ("title", 'title("hello world")', '"Hello World"'),
    ("join", 'join("-", ["a", "b"])', '"a-b"'),
    ("join_order", 'join("-", ["a", "b"])', 'join("-", ["b", "a"])'),
    ("split", 'split(",", "a,b")', 'tolist(["a", "b"])'),
    ("split_type", 'split(",", "a,b")', '["a", "b"]'),
    ("format", 'format("%s-%03d", "db", 7)', '"db-007"'),
    ("format_differs", 'format("%s-%03d", "db", 7)', 'format("%s-%02d", "db", 7)'),
    ("template", '"${"a"}-b"', '"a-b"'),
    ("template_differs", '"${"a"}-b"', '"${"a"}-c"'),
    ("concat", 'concat(["a"], ["b"])', '["a", "b"]'),
    ("concat_differs", 'concat(["a"], ["b"])', 'concat(["b"], ["a"])'),
    ("set_order", 'toset(["a", "b"])', 'toset(["b", "a"])'),
    ("set_repeats", 'toset(["a", "b", "a"])', 'toset(["b", "a"])'),
    ("set_grows", 'toset(["a"])', 'toset(["a", "b"])'),
    ("list_order", '["a", "b"]', '["b", "a"]'),
    ("sort", 'sort(["b", "a"])', 'tolist(["a", "b"])'),
    ("sort_type", 'sort(["b", "a"])', '["a", "b"]'),
    ("distinct", 'distinct(["a", "a", "b"])', 'tolist(["a", "b"])'),
    ("distinct_type", 'distinct(["a", "a", "b"])', '["a", "b"]'),
    ("reverse", 'reverse(["a", "b"])', '["b", "a"]'),
    ("flatten", 'flatten([["a"], ["b"]])', '["a", "b"]'),
    ("compact", 'compact(["a", "", "b"])', 'tolist(["a", "b"])'),
    ("compact_type", 'compact(["a", "", "b"])', '["a", "b"]'),
    ("merge", 'merge({ a = "1" }, { b = "2" })', '{ a = "1", b = "2" }'),
    ("merge_wins", 'merge({ a = "1" }, { a = "2" })', '{ a = "2" }'),
    ("merge_differs", 'merge({ a = "1" }, { a = "2" })', 'merge({ a = "2" }, { a = "1" })'),
    ("map_order", '{ a = "1", b = "2" }', '{ b = "2", a = "1" }'),
    ("map_value", '{ a = "1" }', '{ a = "2" }'),
    ("map_key", '{ a = "1" }', '{ c = "1" }'),
    ("quoted_key", '{ "a" = "1" }', '{ a = "1" }'),
    ("colon", '{ a : "1" }', '{ a = "1" }'),
    ("nested", '{ a = { b = ["x"] } }', '{ a = { b = ["y"] } }'),
    ("nested_same", '{ a = { b = ["x"], c = 1 } }', '{ a = { c = 1, b = ["x"] } }'),
    ("jsonencode", 'jsonencode({ a = 1, b = [2] })', '"{\\"a\\":1,\\"b\\":[2]}"'),
    ("jsonencode_order", 'jsonencode({ a = 1, b = 2 })', 'jsonencode({ b = 2, a = 1 })'),
    ("jsonencode_differs", 'jsonencode({ a = 1 })', 'jsonencode({ a = 2 })'),
    ("jsondecode", 'jsondecode("{\\"a\\":\\"x\\"}").a', '"x"'),
    ("lookup", 'lookup({ a = "1" }, "a", "0")', '"1"'),
    ("lookup_default", 'lookup({ a = "1" }, "b", "0")', '"0"'),
    ("element", 'element(["a", "b"], 1)', '"b"'),
    ("element_wraps", 'element(["a", "b"], 2)', '"a"'),
    ("index", '["a", "b"][1]', '"b"'),
    ("attribute", '{ a = "x" }.a', '"x"'),
    ("length", 'length(["a", "b"])', "2"),
    ("length_differs", 'length(["a", "b"])', "3"),
    ("condition", 'true ? "a" : "b"', '"a"'),
    ("condition_flips", 'true ? "a" : "b"', 'false ? "a" : "b"'),
    ("condition_evaluated", '1 + 1 == 2 ? "a" : "b"', '"a"'),
    ("arithmetic", "2 * 3 + 1", "7"),
    ("arithmetic_differs", "2 * 3 + 1", "2 * (3 + 1)"),
    ("modulo", "7 % 4", "3"),
    ("for_list", '[for x in ["a", "b"] : upper(x)]', '["A", "B"]'),
    ("for_if", '[for x in ["a", "b"] : x if x != "a"]', '["b"]'),
    ("for_map", '{ for k, v in { a = "1" } : k => upper(v) }', '{ a = "1" }'),
    ("for_differs", '[for x in ["a", "b"] : upper(x)]', '[for x in ["a", "c"] : upper(x)]'),
    ("replace", 'replace("a-b", "-", "_")', '"a_b"'),
    ("trimspace", 'trimspace("  a ")', '"a"'),
    ("trimsuffix", 'trimsuffix("a.com", ".com")', '"a"'),
    ("trimprefix", 'trimprefix("v1", "v")', '"1"'),
    ("substr", 'substr("hello", 0, 2)', '"he"'),
    ("coalesce", 'coalesce("", "a")', '"a"'),
    ("try", 'try({ a = "1" }.b, "2")', '"2"'),
    ("keys", 'keys({ b = 1, a = 2 })', '["a", "b"]'),
    ("values", 'values({ b = "1", a = "2" })', '["2", "1"]'),
    ("zipmap", 'zipmap(["a"], ["1"])', '{ a = "1" }'),
    ("contains", 'contains(["a"], "a") ? "x" : "y"', '"x"'),
    ("slice", 'slice(["a", "b", "c"], 0, 2)', '["a", "b"]'),
    ("range", "range(3)", "tolist([0, 1, 2])"),
    ("range_type", "range(3)", "[0, 1, 2]"),
    ("max", "max(1, 3, 2)", "3"),
    ("min", "min(4, 3)", "3"),
    ("heredoc", '<<-EOT\n    a\n    b\n  EOT', '"a\\nb\\n"'),
    ("tostring", "tostring(1)", '"1"'),
    ("tonumber", 'tonumber("1")', "1"),
    ("not", "!true ? 1 : 2", "2"),
    ("and", 'true && false ? "a" : "b"', '"b"'),
    ("cidrsubnet", 'cidrsubnet("10.0.0.0/8", 8, 2)', '"10.2.0.0/16"'),
    ("cidrhost", 'cidrhost("10.0.0.0/24", 5)', '"10.0.0.5"'),
    ("parentheses", '("a")', '"a"'),
    ("null_gone", '{ a = "1", b = null }', '{ a = "1" }'),
]


def direct(before, after):
    return {"main.tf": triggered(before)}, {"main.tf": triggered(after)}


def through_local(before, after):
    def text(value):
        return {"main.tf": f"locals {{\n  value = {value}\n}}\n\n" + triggered("local.value")}
    return text(before), text(after)


def through_default(before, after):
    def text(value):
        return {"main.tf": triggered("[var.value]"), "variables.tf": f'variable "value" {{\n  default = {value}\n}}\n'}
    return text(before), text(after)


def through_module(before, after):
    inside = 'variable "value" {}\n\n' + triggered("[var.value]")
    def text(value):
        return {"main.tf": f'module "inner" {{\n  source = "./inner"\n  value  = {value}\n}}\n', "inner/main.tf": inside}
    return text(before), text(after)


def constant(value):
    """Defaults of variables are literals."""
    return not any(sign in value for sign in ("(", "?", "${", "for ", "+", "*", "%", "!", "<<", "].", "}.", "][", "&&"))


def value_cases():
    for name, before, after in VALUES:
        for way, make in (("direct", direct), ("local", through_local), ("module", through_module)):
            yield Case(f"{way}_{name}", *make(before, after))
        if constant(before) and constant(after):
            yield Case(f"default_{name}", *through_default(before, after))


def one(before, after, **more):
    return {"before": {"main.tf": before}, "after": {"main.tf": after}, **more}


def counted(count, name="main"):
    return resource(name, f"  count = {count}\n  input = count.index\n")


def keyed(keys, name="main"):
    return resource(name, f"  for_each = {keys}\n  input    = each.key\n")


def moved(source, target):
    return f"moved {{\n  from = {source}\n  to   = {target}\n}}\n"


def removed(source, destroy):
    return f"removed {{\n  from = {source}\n  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"


MAIN = resource("main", '  input = "a"\n')
OTHER = resource("other", '  input = "b"\n')
GUARDED = resource("main", '  input = "a"\n  lifecycle {\n    prevent_destroy = true\n  }\n')


def structure():
    """Resources that come, go, move and multiply."""
    yield "added", one(MAIN, MAIN + OTHER)
    yield "removed", one(MAIN + OTHER, MAIN)
    yield "removed_all_but_comment", one(MAIN + OTHER, MAIN + "# nothing else\n")
    yield "commented_out", one(MAIN + OTHER, MAIN + "".join("# " + line + "\n" for line in OTHER.splitlines()))
    yield "block_comment", one(MAIN + OTHER, MAIN + "/*\n" + OTHER + "*/\n")
    yield "uncommented", one(MAIN + "/*\n" + OTHER + "*/\n", MAIN + OTHER)
    yield "input_changes", one(MAIN, MAIN.replace('"a"', '"c"'))
    yield "input_vanishes", one(MAIN + OTHER, resource("main") + OTHER)
    yield "reordered", one(MAIN + OTHER, OTHER + MAIN)
    yield "reformatted", one(MAIN, MAIN.replace("  input = ", "      input    =    "))
    yield "moved_to_file", {"before": {"main.tf": MAIN + OTHER}, "after": {"main.tf": MAIN, "other.tf": OTHER}}
    yield "file_renamed", {"before": {"main.tf": MAIN, "a.tf": OTHER}, "after": {"main.tf": MAIN, "b.tf": OTHER}}
    yield "renamed", one(MAIN, MAIN.replace('"main"', '"better"'))
    yield "renamed_moved", one(MAIN, MAIN.replace('"main"', '"better"') + moved("terraform_data.main", "terraform_data.better"))
    yield "renamed_moved_wrongly", one(MAIN, MAIN.replace('"main"', '"better"') + moved("terraform_data.mian", "terraform_data.better"))
    yield "renamed_two", one(MAIN + OTHER, (MAIN + OTHER).replace('"main"', '"first"').replace('"other"', '"second"'))
    yield "renamed_two_moved_one", one(MAIN + OTHER, (MAIN + OTHER).replace('"main"', '"first"').replace('"other"', '"second"')
                                       + moved("terraform_data.main", "terraform_data.first"))
    yield "move_chain", one(MAIN, MAIN.replace('"main"', '"c"') + moved("terraform_data.main", "terraform_data.b")
                            + moved("terraform_data.b", "terraform_data.c"))
    yield "swapped", one(resource("a", '  triggers_replace = 1\n') + resource("b", '  triggers_replace = 2\n'),
                         resource("b", '  triggers_replace = 1\n') + resource("a", '  triggers_replace = 2\n'))
    yield "moved_and_replaced", one(triggered('"a"'), triggered('"b"', "better") + moved("terraform_data.main", "terraform_data.better"))
    yield "forgotten", one(MAIN + OTHER, MAIN + removed("terraform_data.other", "false"))
    yield "removed_block_destroys", one(MAIN + OTHER, MAIN + removed("terraform_data.other", "true"))
    yield "forgotten_module", {
        "before": {"main.tf": MAIN + 'module "inner" {\n  source = "./inner"\n}\n', "inner/main.tf": OTHER},
        "after": {"main.tf": MAIN + removed("module.inner", "false"), "inner/main.tf": OTHER}}
    for old, new in ((2, 3), (3, 2), (2, 0), (0, 2), (3, 1), (1, 0), (2, 2)):
        yield f"count_{old}_{new}", one(counted(old), counted(new))
    yield "count_condition", one(counted("true ? 1 : 0"), counted("false ? 1 : 0"))
    yield "count_length", one(counted('length(["a", "b"])'), counted('length(["a"])'))
    yield "single_to_count", one(MAIN, resource("main", '  count = 1\n  input = "a"\n'))
    yield "single_to_two", one(MAIN, resource("main", '  count = 2\n  input = "a"\n'))
    yield "single_to_none", one(MAIN, resource("main", '  count = 0\n  input = "a"\n'))
    yield "count_to_single", one(resource("main", '  count = 1\n  input = "a"\n'), MAIN)
    yield "two_to_single", one(resource("main", '  count = 2\n  input = "a"\n'), MAIN)
    yield "single_to_keys", one(MAIN, keyed('toset(["a"])'))
    yield "single_to_keys_moved", one(MAIN, keyed('toset(["a"])') + moved("terraform_data.main", 'terraform_data.main["a"]'))
    yield "keys_to_single", one(keyed('toset(["a"])'), MAIN)
    yield "count_to_keys", one(counted(2), keyed('toset(["a", "b"])'))
    yield "count_to_keys_moved", one(counted(2), keyed('toset(["a", "b"])') + moved("terraform_data.main[0]", 'terraform_data.main["a"]')
                                     + moved("terraform_data.main[1]", 'terraform_data.main["b"]'))
    yield "count_to_keys_moved_one", one(counted(2), keyed('toset(["a", "b"])') + moved("terraform_data.main[0]", 'terraform_data.main["a"]'))
    yield "keys_to_count", one(keyed('toset(["a", "b"])'), counted(2))
    yield "keys_grow", one(keyed('toset(["a"])'), keyed('toset(["a", "b"])'))
    yield "keys_shrink", one(keyed('toset(["a", "b"])'), keyed('toset(["a"])'))
    yield "keys_none", one(keyed('toset(["a", "b"])'), keyed("toset([])"))
    yield "keys_reordered", one(keyed('toset(["a", "b"])'), keyed('toset(["b", "a"])'))
    yield "key_renamed", one(keyed('toset(["a", "b"])'), keyed('toset(["a", "c"])'))
    yield "key_renamed_moved", one(keyed('toset(["a", "b"])'), keyed('toset(["a", "c"])')
                                   + moved('terraform_data.main["b"]', 'terraform_data.main["c"]'))
    yield "keys_from_map", one(keyed("{ a = 1, b = 2 }"), keyed("{ a = 1 }"))
    yield "keys_map_to_set", one(keyed("{ a = 1, b = 2 }"), keyed('toset(["a", "b"])'))
    yield "keys_computed", one(keyed('toset([for x in ["a", "b"] : upper(x)])'), keyed('toset(["A", "B"])'))
    yield "keys_filtered", one(keyed('{ for k, v in { a = 1, b = 2 } : k => v if v > 0 }'), keyed('{ for k, v in { a = 1, b = 2 } : k => v if v > 1 }'))
    yield "keys_local", one('locals {\n  keys = ["a", "b"]\n}\n' + keyed("toset(local.keys)"), 'locals {\n  keys = ["a"]\n}\n' + keyed("toset(local.keys)"))
    yield "keys_case", one(keyed('toset(["a"])'), keyed('toset(["A"])'))
    table = 'locals {{\n  table = {{\n    a = {{ size = {0} }}\n    b = {{ size = {1} }}\n  }}\n}}\n'
    walked = resource("main", "  for_each         = local.table\n  triggers_replace = each.value.size\n")
    yield "table_element", one(table.format(1, 2) + walked, table.format(1, 3) + walked)
    yield "table_all", one(table.format(1, 2) + walked, table.format(3, 4) + walked)
    yield "table_same", one(table.format(1, 2) + walked, table.format("0 + 1", 2) + walked)


def lifecycle():
    """What a lifecycle block changes about the answer."""
    def with_life(value, *lines):
        inner = "".join(f"    {line}\n" for line in lines)
        return triggered(value, more="  lifecycle {\n" + inner + "  }\n")
    yield "before_destroy", one(with_life('"a"', "create_before_destroy = true"), with_life('"b"', "create_before_destroy = true"))
    yield "before_destroy_added", one(triggered('"a"'), with_life('"a"', "create_before_destroy = true"))
    yield "ignored", one(with_life('"a"', "ignore_changes = [triggers_replace]"), with_life('"b"', "ignore_changes = [triggers_replace]"))
    yield "ignored_all", one(with_life('"a"', "ignore_changes = all"), with_life('"b"', "ignore_changes = all"))
    yield "ignored_other", one(with_life('"a"', "ignore_changes = [input]"), with_life('"b"', "ignore_changes = [input]"))
    yield "ignore_added_with_change", one(triggered('"a"'), with_life('"b"', "ignore_changes = [triggers_replace]"))
    yield "ignore_removed_with_change", one(with_life('"a"', "ignore_changes = [triggers_replace]"), triggered('"b"'))
    yield "ignore_part", one(with_life('{ a = "1", b = "2" }', 'ignore_changes = [triggers_replace["a"]]'),
                             with_life('{ a = "3", b = "2" }', 'ignore_changes = [triggers_replace["a"]]'))
    yield "ignore_other_part", one(with_life('{ a = "1", b = "2" }', 'ignore_changes = [triggers_replace["a"]]'),
                                   with_life('{ a = "1", b = "3" }', 'ignore_changes = [triggers_replace["a"]]'))
    follow = resource("main", "  lifecycle {\n    replace_triggered_by = [terraform_data.cause]\n  }\n")
    narrow = resource("main", "  lifecycle {\n    replace_triggered_by = [terraform_data.cause.input]\n  }\n")
    cause = resource("cause", '  input = "{0}"\n  triggers_replace = "{1}"\n')
    def causes(value, trigger):
        return cause.replace("{0}", value).replace("{1}", trigger)
    yield "triggered_by_update", one(causes("a", "x") + follow, causes("b", "x") + follow)
    yield "triggered_by_replace", one(causes("a", "x") + follow, causes("a", "y") + follow)
    yield "triggered_by_nothing", one(causes("a", "x") + follow, causes("a", "x") + follow + OTHER)
    yield "triggered_by_attribute", one(causes("a", "x") + narrow, causes("b", "x") + narrow)
    yield "triggered_by_added", one(causes("a", "x") + resource("main"), causes("a", "x") + follow)
    yield "triggered_by_chain", one(causes("a", "x") + follow + resource("last", "  lifecycle {\n    replace_triggered_by = [terraform_data.main]\n  }\n"),
                                    causes("b", "x") + follow + resource("last", "  lifecycle {\n    replace_triggered_by = [terraform_data.main]\n  }\n"))
    yield "refers_to_replaced", one(causes("a", "x") + triggered("terraform_data.cause.id"), causes("a", "y") + triggered("terraform_data.cause.id"))
    yield "refers_to_updated", one(causes("a", "x") + triggered("terraform_data.cause.input"), causes("b", "x") + triggered("terraform_data.cause.input"))
    yield "guard_dropped", one(GUARDED, MAIN)
    yield "guard_added", one(MAIN, GUARDED)
    yield "guard_dropped_then_gone", one(GUARDED + OTHER, OTHER, solo=True)  # the guard goes with its block: destroyed
    yield "guarded_replaced", one(triggered('"a"', more="  lifecycle {\n    prevent_destroy = true\n  }\n"),
                                  triggered('"b"', more="  lifecycle {\n    prevent_destroy = true\n  }\n"), solo=True)
    yield "guarded_count", one(resource("main", "  count = 2\n  lifecycle {\n    prevent_destroy = true\n  }\n"),
                               resource("main", "  count = 1\n  lifecycle {\n    prevent_destroy = true\n  }\n"), solo=True)
    yield "guarded_updated", one(GUARDED, GUARDED.replace('"a"', '"b"'), solo=True)


def call(name="inner", more="", source="./inner"):
    return f'module "{name}" {{\n  source = "{source}"\n{more}}}\n'


def modules():
    """Calls, arguments, moves in and out of modules."""
    inside = {"inner/main.tf": 'variable "value" {\n  default = "a"\n}\n\n' + triggered("var.value")}
    def pair(before, after, files=None, after_files=None):
        base = inside if files is None else files
        return {"before": {"main.tf": before, **base}, "after": {"main.tf": after, **(base if after_files is None else after_files)}}
    yield "call_added", pair(MAIN, MAIN + call())
    yield "call_removed", pair(MAIN + call(), MAIN)
    yield "call_renamed", pair(call(), call("better"))
    yield "call_renamed_moved", pair(call(), call("better") + moved("module.inner", "module.better"))
    yield "argument_given", pair(call(), call(more='  value = "b"\n'))
    yield "argument_given_same", pair(call(), call(more='  value = "a"\n'))
    yield "argument_changes", pair(call(more='  value = "b"\n'), call(more='  value = "c"\n'))
    yield "argument_dropped", pair(call(more='  value = "b"\n'), call())
    yield "default_changes", pair(call(), call(), after_files={"inner/main.tf": inside["inner/main.tf"].replace('"a"', '"z"')})
    yield "default_overridden", pair(call(more='  value = "b"\n'), call(more='  value = "b"\n'),
                                     after_files={"inner/main.tf": inside["inner/main.tf"].replace('"a"', '"z"')})
    yield "two_callers_one_changes", pair(call("x", '  value = "1"\n') + call("y", '  value = "2"\n'),
                                          call("x", '  value = "1"\n') + call("y", '  value = "3"\n'))
    yield "two_callers_both_change", pair(call("x", '  value = "1"\n') + call("y", '  value = "2"\n'),
                                          call("x", '  value = "4"\n') + call("y", '  value = "3"\n'))
    yield "two_callers_swap", pair(call("x", '  value = "1"\n') + call("y", '  value = "2"\n'),
                                   call("x", '  value = "2"\n') + call("y", '  value = "1"\n'))
    middle = {"inner/main.tf": 'variable "value" {}\n' + call("deep", "  value = \"p-${var.value}\"\n", "../deep"),
              "deep/main.tf": 'variable "value" {}\n' + triggered("var.value")}
    yield "two_levels", pair(call(more='  value = "1"\n'), call(more='  value = "2"\n'), middle)
    yield "two_levels_same", pair(call(more='  value = "1"\n'), call(more='  value = lower("1")\n'), middle)
    yield "two_levels_middle", pair(call(more='  value = "1"\n'), call(more='  value = "1"\n'), middle,
                                    {**middle, "inner/main.tf": middle["inner/main.tf"].replace("p-", "q-")})
    deep = {"inner/main.tf": 'variable "value" {}\n' + call("middle", "  value = var.value\n", "../middle"),
            "middle/main.tf": 'variable "value" {}\n' + call("deep", "  value = var.value\n", "../deep"),
            "deep/main.tf": 'variable "value" {}\n' + triggered("var.value")}
    yield "three_levels", pair(call(more='  value = "1"\n'), call(more='  value = "2"\n'), deep)
    yield "three_levels_two_callers", pair(call("x", '  value = "1"\n') + call("y", '  value = "1"\n'),
                                           call("x", '  value = "1"\n') + call("y", '  value = "2"\n'), deep)
    each = '  for_each = {0}\n  value    = each.value\n'
    yield "call_keys_shrink", pair(call(more=each.replace("{0}", '{ a = "1", b = "2" }')), call(more=each.replace("{0}", '{ a = "1" }')))
    yield "call_keys_value", pair(call(more=each.replace("{0}", '{ a = "1", b = "2" }')), call(more=each.replace("{0}", '{ a = "1", b = "3" }')))
    yield "call_keys_grow", pair(call(more=each.replace("{0}", '{ a = "1" }')), call(more=each.replace("{0}", '{ a = "1", b = "2" }')))
    yield "call_count_shrink", pair(call(more="  count = 2\n"), call(more="  count = 1\n"))
    yield "call_count_added", pair(call(), call(more="  count = 1\n"))
    yield "call_count_zero", pair(call(), call(more="  count = 0\n"))
    yield "call_single_to_keys", pair(call(), call(more='  for_each = toset(["a"])\n'))
    yield "call_single_to_keys_moved", pair(call(), call(more='  for_each = toset(["a"])\n') + moved("module.inner", 'module.inner["a"]'))
    yield "into_module", {"before": {"main.tf": MAIN}, "after": {"main.tf": call(), "inner/main.tf": MAIN}}
    yield "into_module_moved", {"before": {"main.tf": MAIN},
                                "after": {"main.tf": call() + moved("terraform_data.main", "module.inner.terraform_data.main"), "inner/main.tf": MAIN}}
    yield "out_of_module", {"before": {"main.tf": call(), "inner/main.tf": MAIN}, "after": {"main.tf": MAIN}}
    yield "out_of_module_moved", {"before": {"main.tf": call(), "inner/main.tf": MAIN},
                                  "after": {"main.tf": MAIN + moved("module.inner.terraform_data.main", "terraform_data.main")}}
    yield "module_folder_renamed", {"before": {"main.tf": call(), "inner/main.tf": MAIN},
                                    "after": {"main.tf": call(source="./better"), "better/main.tf": MAIN}}
    yield "inside_removed", pair(call(), call(), {"inner/main.tf": MAIN + OTHER}, {"inner/main.tf": MAIN})
    yield "inside_renamed", pair(call(), call(), {"inner/main.tf": MAIN}, {"inner/main.tf": MAIN.replace('"main"', '"better"')})
    yield "inside_renamed_moved", pair(call(), call(), {"inner/main.tf": MAIN},
                                       {"inner/main.tf": MAIN.replace('"main"', '"better"') + moved("terraform_data.main", "terraform_data.better")})
    yield "inside_trigger", pair(call(), call(), {"inner/main.tf": triggered('"a"')}, {"inner/main.tf": triggered('"b"')})
    output = {"inner/main.tf": 'output "name" {\n  value = "a"\n}\n'}
    yield "output_flows", {"before": {"main.tf": call() + triggered("module.inner.name"), **output},
                           "after": {"main.tf": call() + triggered("module.inner.name"),
                                     "inner/main.tf": output["inner/main.tf"].replace('"a"', '"b"')}}
    yield "output_same", {"before": {"main.tf": call() + triggered("module.inner.name"), **output},
                          "after": {"main.tf": call() + triggered('"a"'), **output}}


def variable_files():
    """Roots with variable files: they need a root of their own."""
    root = {"main.tf": 'variable "value" {\n  default = "a"\n}\n\n' + triggered("var.value")}
    yield "tfvars_changes", {"before": {**root, "terraform.tfvars": 'value = "b"\n'}, "after": {**root, "terraform.tfvars": 'value = "c"\n'}, "solo": True}
    yield "tfvars_added", {"before": root, "after": {**root, "terraform.tfvars": 'value = "b"\n'}, "solo": True}
    yield "tfvars_added_same", {"before": root, "after": {**root, "terraform.tfvars": 'value = "a"\n'}, "solo": True}
    # Another text than the file above, or git takes one for the other under a new name.
    yield "tfvars_gone", {"before": {**root, "terraform.tfvars": 'value = "gone"\n'}, "after": root, "solo": True}
    yield "auto_wins", {"before": {**root, "terraform.tfvars": 'value = "b"\n', "x.auto.tfvars": 'value = "c"\n'},
                        "after": {**root, "terraform.tfvars": 'value = "d"\n', "x.auto.tfvars": 'value = "c"\n'}, "solo": True}
    yield "auto_changes", {"before": {**root, "x.auto.tfvars": 'value = "c"\n'}, "after": {**root, "x.auto.tfvars": 'value = "d"\n'}, "solo": True}
    yield "auto_order", {"before": {**root, "a.auto.tfvars": 'value = "1"\n', "b.auto.tfvars": 'value = "2"\n'},
                         "after": {**root, "a.auto.tfvars": 'value = "3"\n', "b.auto.tfvars": 'value = "2"\n'}, "solo": True}
    yield "default_behind_tfvars", {"before": {**root, "terraform.tfvars": 'value = "b"\n'},
                                    "after": {"main.tf": root["main.tf"].replace('"a"', '"z"'), "terraform.tfvars": 'value = "b"\n'}, "solo": True}
    yield "json_variables", {"before": {**root, "terraform.tfvars.json": '{"value": "b"}\n'},
                             "after": {**root, "terraform.tfvars.json": '{"value": "c"}\n'}, "solo": True}
    json_root = '{"resource": {"terraform_data": {"main": {"triggers_replace": "%s"}}}}\n'
    yield "json_configuration", {"before": {"main.tf.json": json_root % "a"}, "after": {"main.tf.json": json_root % "b"}}
    yield "json_to_native", {"before": {"main.tf.json": json_root % "a"}, "after": {"main.tf": triggered('"a"')}}


def cases():
    """All of them, by name; names are unique."""
    found = list(value_cases())
    for group in (structure, lifecycle, modules, variable_files):
        for name, parts in group():
            found.append(Case(f"{group.__name__}_{name}", **parts))
    assert len({case.name for case in found}) == len(found)
    return found


if __name__ == "__main__":
    print(len(cases()))
