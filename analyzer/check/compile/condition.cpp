// Conditions: `match`, `unless` and the `if` of a severity.
#include <fmt/format.h>

#include "base/text.h"
#include "check/compile/fragment.h"

namespace redtag {

namespace {

using document::Member;
using document::Node;
using document::NodeType;

ConditionFragment group(ConditionOp op, std::uint32_t line) {
  ConditionFragment fragment;
  fragment.op = op;
  fragment.line = line;
  return fragment;
}

/// A group of one says nothing more than what is in it.
ConditionFragment simplified(ConditionFragment fragment) {
  const bool plain = fragment.op == ConditionOp::All || fragment.op == ConditionOp::Any;
  if (plain && fragment.children.size() == 1) return ConditionFragment(std::move(fragment.children.front()));
  return fragment;
}

std::string known_fields(SubjectKind subject) {
  std::vector<std::string_view> names;
  for (const FieldInfo& info : fields()) {
    if (info.subject == subject && info.kind != FieldKind::Shown) names.push_back(info.name);
  }
  return one_of(names);
}

class Reader {
 public:
  explicit Reader(const ReadingView& reading) : reading_(reading) {}

  /// `inside` is the subject whose fields stand here, or nullopt at the outer level, where subjects stand.
  Expected<ConditionFragment> condition(const Node& node, std::optional<SubjectKind> inside, std::uint32_t depth) {
    if (depth > condition_levels)
      return reading_.wrong(node.line, fmt::format("nested deeper than {} levels", condition_levels));
    if (node.type == NodeType::Sequence) {
      ConditionFragment any = group(ConditionOp::Any, node.line);
      RT_TRY(add_all(node, any, inside, depth));
      return simplified(std::move(any));
    }
    if (node.type != NodeType::Mapping || node.members.empty()) {
      return reading_.wrong(node.line, fmt::format("expected a mapping of what must hold, found {}", found(node)));
    }
    ConditionFragment all = group(ConditionOp::All, node.line);
    for (const Member& member : node.members) {
      RT_TRY(ConditionFragment child, clause(member, inside, depth));
      all.children.push_back(std::move(child));
    }
    return simplified(std::move(all));
  }

 private:
  static std::string_view found(const Node& node) {
    if (node.type == NodeType::Mapping) return "an empty mapping";
    if (node.type == NodeType::Sequence) return "an empty list";
    return type_name(node.type);
  }

  Expected<void> add_all(const Node& list, ConditionFragment& into, std::optional<SubjectKind> inside,
                         std::uint32_t depth) {
    if (list.type != NodeType::Sequence || list.items.empty()) {
      return reading_.wrong(list.line, fmt::format("expected a list of conditions, found {}", found(list)));
    }
    for (const Node& item : list.items) {
      RT_TRY(ConditionFragment child, condition(item, inside, depth + 1));
      into.children.push_back(std::move(child));
    }
    return {};
  }

  Expected<ConditionFragment> clause(const Member& member, std::optional<SubjectKind> inside, std::uint32_t depth) {
    if (member.key == "all" || member.key == "any") {
      ConditionFragment made = group(member.key == "all" ? ConditionOp::All : ConditionOp::Any, member.line);
      RT_TRY(add_all(member.value, made, inside, depth));
      return simplified(std::move(made));
    }
    if (member.key == "unless") {
      ConditionFragment made = group(ConditionOp::Unless, member.line);
      RT_TRY(ConditionFragment child, condition(member.value, inside, depth + 1));
      made.children.push_back(std::move(child));
      return made;
    }
    if (member.key == "trait") return trait(member);
    return inside ? field(member, *inside, depth) : subject(member, depth);
  }

  Expected<ConditionFragment> subject(const Member& member, std::uint32_t depth) {
    const std::optional<SubjectKind> named = subject_from_name(member.key);
    if (!named) {
      return reading_.wrong(member.line,
                            fmt::format("`{}` is no subject: expected resource, attribute, operation, safeguard, "
                                        "procedure, trait, all, any or unless",
                                        printable(member.key)));
    }
    if (!reading_.allows(*named)) {
      return reading_.wrong(member.line, fmt::format("a check of {} changes cannot ask about `{}`",
                                                     subject_name(reading_.subject), member.key));
    }
    return condition(member.value, *named, depth + 1);
  }

  Expected<ConditionFragment> field(const Member& member, SubjectKind inside, std::uint32_t depth) {
    const FieldInfo* info = find_field(inside, member.key);
    // What a change belongs to may stand in its mapping as well as beside it: `attribute: { path: x, resource: { … } }`.
    if (info == nullptr && subject_from_name(member.key)) return subject(member, depth);
    if (info == nullptr) {
      return reading_.wrong(
          member.line, fmt::format("{} has no field `{}`: expected {}, trait, all, any or unless", subject_name(inside),
                                   printable(member.key), known_fields(inside)));
    }
    if (info->field == Field::ProcedureChange && reading_.subject == SubjectKind::Operation) {
      return reading_.wrong(member.line, "`procedure.change` is known in checks of procedures only");
    }
    if (info->kind != FieldKind::Attributes) return read_test(member.value, *info, {}, reading_, depth + 1);
    if (member.value.type != NodeType::Mapping || member.value.members.empty()) {
      return reading_.wrong(member.line, fmt::format("`{}` takes a mapping from attribute paths to tests", member.key));
    }
    ConditionFragment all = group(ConditionOp::All, member.line);
    for (const Member& path : member.value.members) {
      RT_TRY(ConditionFragment child, read_test(path.value, *info, path.key, reading_, depth + 1));
      all.children.push_back(std::move(child));
    }
    return simplified(std::move(all));
  }

  Expected<ConditionFragment> trait(const Member& member) {
    const auto one = [&](const Node& node) -> Expected<ConditionFragment> {
      const std::optional<TraitId> id = node.scalar() ? trait_from_name(node.text) : std::nullopt;
      if (!id) {
        return reading_.wrong(node.line,
                              fmt::format("`{}` is no trait; `redtag show traits` lists them", printable(node.text)));
      }
      ConditionFragment made = group(ConditionOp::Trait, node.line);
      made.bits = static_cast<std::uint64_t>(*id);
      return made;
    };
    if (member.value.type != NodeType::Sequence) return one(member.value);
    ConditionFragment any = group(ConditionOp::Any, member.line);
    for (const Node& item : member.value.items) {
      RT_TRY(ConditionFragment child, one(item));
      any.children.push_back(std::move(child));
    }
    if (any.children.empty()) return reading_.wrong(member.line, "an empty list holds for nothing");
    return simplified(std::move(any));
  }

  const ReadingView& reading_;
};

void collect_subjects(const Node& node, std::vector<SubjectKind>& into, std::uint32_t depth) {
  if (depth > condition_levels) return;
  for (const Node& item : node.items) collect_subjects(item, into, depth + 1);
  for (const Member& member : node.members) {
    if (const std::optional<SubjectKind> subject = subject_from_name(member.key)) {
      into.push_back(*subject);
    } else if (member.key == "all" || member.key == "any" || member.key == "unless") {
      collect_subjects(member.value, into, depth + 1);
    }
  }
}

}  // namespace

bool ReadingView::allows(SubjectKind other) const {
  return other == subject || (subject == SubjectKind::Attribute && other == SubjectKind::Resource) ||
         (subject == SubjectKind::Operation && other == SubjectKind::Procedure);
}

tl::unexpected<Error> ReadingView::wrong(std::uint32_t line, std::string_view what) const {
  return fail(ErrorCode::Input, fmt::format("{}:{}: {}", file, line, what));
}

Expected<SubjectKind> find_subject(const Node& match, std::string_view file) {
  std::vector<SubjectKind> subjects;
  collect_subjects(match, subjects, 0);
  if (subjects.empty()) {
    return ReadingView{file, {}}.wrong(
        match.line, "`match` names no subject: expected resource, attribute, operation, safeguard or procedure");
  }
  SubjectKind best = subjects.front();
  for (const SubjectKind subject : subjects) {
    if (!ReadingView{file, best}.allows(subject)) best = subject;
  }
  for (const SubjectKind subject : subjects) {
    if (!ReadingView{file, best}.allows(subject)) {
      return ReadingView{file, best}.wrong(
          match.line, fmt::format("`match` asks about {} and {}, which are never one change", subject_name(best),
                                  subject_name(subject)));
    }
  }
  return best;
}

Expected<ConditionFragment> read_condition(const Node& node, const ReadingView& reading) {
  return Reader(reading).condition(node, std::nullopt, 0);
}

}  // namespace redtag
