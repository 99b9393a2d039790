#include "check/compile/compile.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace redtag {

namespace {

constexpr std::uint64_t bit(std::size_t index) { return std::uint64_t{1} << index; }

class Compiler {
 public:
  explicit Compiler(PackStorage& into) : into_(into) {}

  void add(const CheckFragment& check) {
    CheckRow row;
    row.name = text(check.name);
    row.title = text(check.title);
    row.help = text(check.help);
    row.since = text(check.since);
    row.category = check.category;
    row.action = check.action;
    row.at = check.at;
    row.subject = check.subject;
    for (const Stack stack : check.stacks) row.stacks |= std::uint32_t{1} << static_cast<unsigned>(stack);
    const ConditionFragment match = with_default_declares(check);
    row.match = condition(match);
    row.changes = demanded(match, change_field(check.subject));
    if (check.subject == SubjectKind::Attribute) {
      const std::uint64_t effects = demanded(match, Field::AttributeEffect);
      row.effects = effects == ~std::uint64_t{0} ? 0 : effects;
    }
    if (check.unless) row.unless = condition(*check.unless);
    add_severities(check, row);
    row.says = message(check.says);
    row.because = message(check.because);
    row.instead = message(check.instead);
    row.supersedes = operands(check.supersedes);
    row.fold = check.fold;
    row.fix = check.fix;
    add_rules(check, static_cast<std::uint32_t>(into_.checks.size()));
    into_.checks.push_back(row);
  }

 private:
  TextRef text(std::string_view value) {
    const auto found = seen_.find(std::string(value));
    if (found != seen_.end()) return found->second;
    const TextRef ref{static_cast<std::uint32_t>(into_.text.size()), static_cast<std::uint32_t>(value.size())};
    into_.text += value;
    seen_.emplace(value, ref);
    return ref;
  }

  RowRange operands(const std::vector<std::string>& values) {
    const RowRange range{static_cast<std::uint32_t>(into_.texts.size()), static_cast<std::uint32_t>(values.size())};
    for (const std::string& value : values) into_.texts.push_back(text(value));
    return range;
  }

  static Field change_field(SubjectKind subject) {
    switch (subject) {
      case SubjectKind::Resource:
      case SubjectKind::Attribute: return Field::ResourceChange;
      case SubjectKind::Operation: return Field::OperationChange;
      case SubjectKind::Safeguard: return Field::SafeguardChange;
      case SubjectKind::Procedure: return Field::ProcedureChange;
    }
    return Field::None;
  }

  static bool mentions(const ConditionFragment& condition, Field field) {
    return condition.field == field ||
           std::any_of(condition.children.begin(), condition.children.end(),
                       [&](const ConditionFragment& child) { return mentions(child, field); });
  }

  /// Look-ups, parameters and the like are no things: a check that means them says so with `declares`.
  static ConditionFragment with_default_declares(const CheckFragment& check) {
    const bool declared = check.subject == SubjectKind::Resource || check.subject == SubjectKind::Attribute;
    if (!declared || mentions(check.match, Field::ResourceDeclares)) return check.match;
    ConditionFragment things;
    things.op = ConditionOp::Names;
    things.field = Field::ResourceDeclares;
    things.bits = bit(static_cast<std::size_t>(Declares::Resource)) | bit(static_cast<std::size_t>(Declares::Table));
    ConditionFragment all;
    all.children = {std::move(things), check.match};
    return all;
  }

  /// The names that the condition leaves for a field, looking through All only: an index, so it may be too wide.
  static std::uint64_t demanded(const ConditionFragment& condition, Field field) {
    if (condition.op == ConditionOp::Names && condition.field == field) return condition.bits;
    if (condition.op == ConditionOp::Any) {
      std::uint64_t bits = 0;
      for (const ConditionFragment& child : condition.children) bits |= demanded(child, field);
      return bits;
    }
    std::uint64_t bits = ~std::uint64_t{0};
    if (condition.op != ConditionOp::All) return bits;
    for (const ConditionFragment& child : condition.children) {
      const std::uint64_t more = demanded(child, field);
      // Two demands on a field of several values may be met by different ones: one of them is index enough.
      bits = field == Field::AttributeEffect && bits != ~std::uint64_t{0} ? bits : bits & more;
    }
    return bits;
  }

  /// Children of one condition stand side by side, so their rows are reserved before any of them is filled.
  std::uint32_t condition(const ConditionFragment& fragment) {
    const auto row = static_cast<std::uint32_t>(into_.conditions.size());
    into_.conditions.emplace_back();
    fill(row, fragment);
    return row;
  }

  void fill(std::uint32_t row, const ConditionFragment& fragment) {
    ConditionRow made;
    made.op = fragment.op;
    made.field = fragment.field;
    made.bits = fragment.bits;
    made.path = text(fragment.path);
    made.operands = operands(fragment.operands);
    made.children = {static_cast<std::uint32_t>(into_.conditions.size()),
                     static_cast<std::uint32_t>(fragment.children.size())};
    into_.conditions.resize(into_.conditions.size() + fragment.children.size());
    into_.conditions[row] = made;
    for (std::uint32_t i = 0; i < made.children.count; ++i) fill(made.children.first + i, fragment.children[i]);
  }

  void add_severities(const CheckFragment& check, CheckRow& row) {
    std::vector<SeverityRow> rows;
    for (const SeverityFragment& fragment : check.severities) {
      SeverityRow made;
      made.by = fragment.by;
      made.severity = fragment.severity;
      if (fragment.condition) made.condition = condition(*fragment.condition);
      rows.push_back(made);
    }
    row.severities = {static_cast<std::uint32_t>(into_.severities.size()), static_cast<std::uint32_t>(rows.size())};
    into_.severities.insert(into_.severities.end(), rows.begin(), rows.end());
  }

  RowRange message(const std::vector<MessagePiece>& pieces) {
    const RowRange range{static_cast<std::uint32_t>(into_.messages.size()), static_cast<std::uint32_t>(pieces.size())};
    for (const MessagePiece& piece : pieces) into_.messages.push_back({text(piece.literal), piece.field});
    return range;
  }

  void add_rules(const CheckFragment& check, std::uint32_t index) {
    for (const Stack stack : check.stacks) {
      const std::string id =
          fmt::format("{}/{}", names_of(FieldKind::Stack)[static_cast<std::size_t>(stack)], check.name);
      into_.rules.push_back({text(into_.name.empty() ? id : into_.name + "/" + id), index, stack});
    }
  }

  PackStorage& into_;
  std::unordered_map<std::string, TextRef> seen_;
};

}  // namespace

PackTablesView PackStorage::view() const {
  return {name, digest, text, texts, conditions, messages, severities, checks, rules, fact_words};
}

PackStorage compile(const PackSources& sources, std::string name) {
  PackStorage pack;
  pack.name = std::move(name);
  pack.digest = sources.digest;
  FactWords words;
  for (const auto& [table, text] : sources.facts) words.add(text);
  pack.fact_words = words.lines();
  Compiler compiler(pack);
  for (const CheckFragment& check : sources.checks) compiler.add(check);
  std::sort(pack.rules.begin(), pack.rules.end(), [&](const RuleRow& a, const RuleRow& b) {
    const PackTablesView view = pack.view();
    return view.view(a.id) < view.view(b.id);
  });
  return pack;
}

}  // namespace redtag
