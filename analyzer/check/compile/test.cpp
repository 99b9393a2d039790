// Tests of one field: what stands behind the field's name.
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "check/compile/fragment.h"

namespace redtag {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

/// Reads the tests of one field; all of them share it.
class Reader {
 public:
  Reader(const FieldInfo& field, std::string_view path, const ReadingView& reading)
      : field_(field), path_(path), reading_(reading), names_(names_of(field.kind)) {}

  Expected<ConditionFragment> test(const Node& node, std::uint32_t depth) {
    if (depth > condition_levels)
      return reading_.wrong(node.line, fmt::format("nested deeper than {} levels", condition_levels));
    if (field_.kind == FieldKind::Shown) {
      return reading_.wrong(node.line, fmt::format("`{}` is for messages; it cannot be tested", shown_name()));
    }
    if (field_.kind == FieldKind::Flag) return flag(node);
    if (field_.kind == FieldKind::Factor) return factor(node);
    if (node.type == NodeType::Mapping) return operators(node, depth);
    if (node.type == NodeType::Sequence) return list(node, ConditionOp::Is);
    return list_of_one(node, ConditionOp::Is);
  }

 private:
  std::string shown_name() const { return fmt::format("{}.{}", subject_name(field_.subject), field_.name); }

  ConditionFragment made(ConditionOp op, std::uint32_t line) const {
    ConditionFragment fragment;
    fragment.op = op;
    fragment.field = field_.field;
    fragment.path = path_;
    fragment.line = line;
    return fragment;
  }

  Expected<ConditionFragment> flag(const Node& node) const {
    if (node.type != NodeType::Bool) {
      return reading_.wrong(node.line,
                            fmt::format("`{}` is true or false, not {}", shown_name(), type_name(node.type)));
    }
    ConditionFragment fragment = made(ConditionOp::Flag, node.line);
    fragment.bits = node.text == "true" ? 1 : 0;
    return fragment;
  }

  Expected<ConditionFragment> factor(const Node& node) const {
    ConditionFragment fragment = made(ConditionOp::Factor, node.line);
    if (node.type == NodeType::Bool && node.text == "true") return fragment;
    double times = 0;
    const auto read = std::from_chars(node.text.data(), node.text.data() + node.text.size(), times);
    if (node.type != NodeType::Number || read.ec != std::errc() || !(times > 1) || times > 1e9) {
      return reading_.wrong(node.line,
                            fmt::format("`{}` takes true, or a number over 1 (how many times)", shown_name()));
    }
    fragment.bits = static_cast<std::uint64_t>(std::llround(times * 1000));
    return fragment;
  }

  Expected<void> add_operand(const Node& node, ConditionFragment& into) const {
    if (!node.scalar() || node.type == NodeType::Null) {
      return reading_.wrong(node.line, fmt::format("`{}` is compared with a word or a number, not {}", shown_name(),
                                                   type_name(node.type)));
    }
    if (names_.empty()) {
      into.operands.push_back(node.text);
      return {};
    }
    const std::optional<std::size_t> index = name_index(field_.kind, node.text);
    if (!index) {
      return reading_.wrong(node.line, fmt::format("`{}` is never `{}`: expected {}", shown_name(),
                                                   printable(node.text), one_of(names_)));
    }
    into.op = ConditionOp::Names;
    into.bits |= std::uint64_t{1} << *index;
    return {};
  }

  Expected<ConditionFragment> list_of_one(const Node& node, ConditionOp op) const {
    ConditionFragment fragment = made(op, node.line);
    RT_TRY(add_operand(node, fragment));
    return fragment;
  }

  Expected<ConditionFragment> list(const Node& node, ConditionOp op) const {
    if (node.type != NodeType::Sequence) return list_of_one(node, op);
    if (node.items.empty()) return reading_.wrong(node.line, "an empty list holds for nothing");
    ConditionFragment fragment = made(op, node.line);
    for (const Node& item : node.items) RT_TRY(add_operand(item, fragment));
    return fragment;
  }

  Expected<ConditionFragment> nested(const Member& member, ConditionOp op, std::uint32_t depth) {
    ConditionFragment outer;
    outer.op = op;
    outer.line = member.line;
    if (op == ConditionOp::Unless) {
      RT_TRY(ConditionFragment child, test(member.value, depth + 1));
      outer.children.push_back(std::move(child));
      return outer;
    }
    if (member.value.type != NodeType::Sequence || member.value.items.empty()) {
      return reading_.wrong(member.line, fmt::format("`{}` takes a list of tests", member.key));
    }
    for (const Node& item : member.value.items) {
      RT_TRY(ConditionFragment child, test(item, depth + 1));
      outer.children.push_back(std::move(child));
    }
    return outer;
  }

  Expected<ConditionFragment> existence(const Member& member, ConditionOp op) const {
    if (!names_.empty()) return reading_.wrong(member.line, fmt::format("`{}` takes `is` and `in` only", shown_name()));
    if (member.value.type != NodeType::Bool || member.value.text != "true") {
      return reading_.wrong(member.line, fmt::format("`{}` takes true; write `{}: true` for the opposite", member.key,
                                                     op == ConditionOp::Present ? "absent" : "present"));
    }
    return made(op, member.line);
  }

  Expected<ConditionFragment> one_operator(const Member& member, std::uint32_t depth) {
    const Node& value = member.value;
    if (member.key == "is") return list_of_one(value, ConditionOp::Is);
    if (member.key == "in") {
      if (value.type == NodeType::Sequence) return list(value, ConditionOp::Is);
      if (field_.kind == FieldKind::Type && value.type == NodeType::String)
        return list_of_one(value, ConditionOp::Fact);
      return reading_.wrong(member.line, fmt::format("`in` takes a list for `{}`{}", shown_name(),
                                                     field_.kind == FieldKind::Type ? ", or the name of a fact" : ""));
    }
    if (member.key == "glob") {
      if (!names_.empty())
        return reading_.wrong(member.line, fmt::format("`{}` takes `is` and `in` only", shown_name()));
      return list(value, ConditionOp::Glob);
    }
    if (member.key == "present") return existence(member, ConditionOp::Present);
    if (member.key == "absent") return existence(member, ConditionOp::Absent);
    if (member.key == "unless") return nested(member, ConditionOp::Unless, depth);
    if (member.key == "all") return nested(member, ConditionOp::All, depth);
    if (member.key == "any") return nested(member, ConditionOp::Any, depth);
    return reading_.wrong(member.line,
                          fmt::format("`{}` is no test: expected is, in, glob, present, absent, unless, all or any",
                                      printable(member.key)));
  }

  Expected<ConditionFragment> operators(const Node& node, std::uint32_t depth) {
    if (node.members.empty()) return reading_.wrong(node.line, fmt::format("`{}` has no test", shown_name()));
    ConditionFragment all;
    all.line = node.line;
    for (const Member& member : node.members) {
      RT_TRY(ConditionFragment child, one_operator(member, depth));
      all.children.push_back(std::move(child));
    }
    if (all.children.size() == 1) return ConditionFragment(std::move(all.children.front()));
    return all;
  }

  const FieldInfo& field_;
  std::string path_;
  const ReadingView& reading_;
  std::span<const std::string_view> names_;
};

}  // namespace

Expected<ConditionFragment> read_test(const Node& node, const FieldInfo& field, std::string_view path,
                                      const ReadingView& reading, std::uint32_t depth) {
  return Reader(field, path, reading).test(node, depth);
}

Expected<std::vector<MessagePiece>> read_message(const Node& node, const ReadingView& reading) {
  if (node.type != NodeType::String || node.text.empty()) {
    return reading.wrong(node.line, fmt::format("expected a sentence, found {}", type_name(node.type)));
  }
  std::vector<MessagePiece> pieces;
  std::string_view rest = node.text;
  while (!rest.empty()) {
    // A brace that a word follows opens a field; `lifecycle { … }` is text.
    std::size_t open = rest.find('{');
    while (open != std::string_view::npos &&
           (open + 1 == rest.size() || rest[open + 1] < 'a' || rest[open + 1] > 'z')) {
      open = rest.find('{', open + 1);
    }
    if (open > 0) pieces.push_back({std::string(rest.substr(0, open)), Field::None});
    if (open == std::string_view::npos) break;
    const std::size_t close = rest.find('}', open);
    const std::string_view inner =
        close == std::string_view::npos ? rest.substr(open + 1) : rest.substr(open + 1, close - open - 1);
    const std::size_t dot = inner.find('.');
    const std::optional<SubjectKind> subject = subject_from_name(inner.substr(0, dot));
    const FieldInfo* field = subject && dot != std::string_view::npos && reading.allows(*subject)
                                 ? find_field(*subject, inner.substr(dot + 1))
                                 : nullptr;
    if (field == nullptr || close == std::string_view::npos || field->kind == FieldKind::Attributes ||
        (field->field == Field::ProcedureChange && reading.subject != SubjectKind::Procedure)) {
      return reading.wrong(
          node.line, fmt::format("{{{}}} is nothing that a check of {} changes can say; `redtag show fields` lists "
                                 "what it can",
                                 printable(shortened(inner, 60)), subject_name(reading.subject)));
    }
    pieces.push_back({{}, field->field});
    rest.remove_prefix(close + 1);
  }
  return pieces;
}

}  // namespace redtag
