#include "check/match.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace redtag {

namespace {

Truth truth(bool holds) { return holds ? Truth::Yes : Truth::No; }

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The same text, or the same number written otherwise (`1.0` and `1`).
bool same_text(std::string_view operand, std::string_view text) {
  if (operand == text) return true;
  if (operand.empty() || text.empty()) return false;
  const std::optional<double> a = number(operand);
  return a && a == number(text);
}

class Evaluator {
 public:
  Evaluator(const PackTablesView& pack, SubjectView& subject, std::vector<TraitId>& used)
      : pack_(pack), subject_(subject), used_(used) {}

  /// Recursion is bounded by condition_levels, which the compiler of checks enforces.
  Truth holds(const ConditionRow& row, UnknownTrait unknown) {
    switch (row.op) {
      case ConditionOp::All: {
        Truth all = Truth::Yes;
        for (const ConditionRow& child : children(row)) {
          all = std::min(all, holds(child, unknown));
          if (all == Truth::No) break;
        }
        return all;
      }
      case ConditionOp::Any: {
        Truth any = Truth::No;
        for (const ConditionRow& child : children(row)) {
          any = std::max(any, holds(child, unknown));
          if (any == Truth::Yes) break;
        }
        return any;
      }
      case ConditionOp::Unless: return unless(row, unknown);
      case ConditionOp::Trait: return trait(static_cast<TraitId>(row.bits), unknown);
      case ConditionOp::Names: return truth((subject_.names(row.field) & row.bits) != 0);
      case ConditionOp::Flag: return truth(subject_.flag(row.field) == (row.bits == 1));
      case ConditionOp::Factor: return truth(subject_.moved(row.field, row.bits));
      case ConditionOp::Fact:
        return truth(any_operand(row, [&](std::string_view word) { return subject_.has_fact(row.field, word); }));
      case ConditionOp::Is:
      case ConditionOp::Glob:
      case ConditionOp::Present:
      case ConditionOp::Absent: return truth(text_or_value(row));
    }
    return Truth::No;
  }

 private:
  std::span<const ConditionRow> children(const ConditionRow& row) const {
    return pack_.conditions.subspan(row.children.first, row.children.count);
  }

  template <class Accept>
  bool any_operand(const ConditionRow& row, Accept accept) const {
    const auto operands = pack_.texts.subspan(row.operands.first, row.operands.count);
    return std::any_of(operands.begin(), operands.end(), [&](TextRef ref) { return accept(pack_.view(ref)); });
  }

  /// What excludes must be sure: an unknown trait in it excludes nothing.
  Truth unless(const ConditionRow& row, UnknownTrait unknown) {
    const UnknownTrait inside =
        unknown == UnknownTrait::CountsAsYes ? UnknownTrait::CountsAsNo : UnknownTrait::CountsAsYes;
    const std::size_t used = used_.size();
    const Truth held = holds(children(row).front(), inside);
    used_.resize(used);
    if (held == Truth::Unsure) return Truth::Unsure;
    return truth(held == Truth::No);
  }

  Truth trait(TraitId id, UnknownTrait unknown) {
    const Answer answer = subject_.trait(id).answer;
    if (answer == Answer::No) return Truth::No;
    if (answer == Answer::Unknown && unknown == UnknownTrait::CountsAsNo) return Truth::No;
    used_.push_back(id);
    return answer == Answer::Yes ? Truth::Yes : Truth::Unsure;
  }

  bool accepts(const ConditionRow& row, std::string_view text) const {
    if (row.op == ConditionOp::Glob)
      return any_operand(row, [&](std::string_view pattern) { return glob_match(pattern, text); });
    return any_operand(row, [&](std::string_view operand) { return same_text(operand, text); });
  }

  bool text_or_value(const ConditionRow& row) const {
    const FieldKind kind = field_info(row.field).kind;
    if (kind == FieldKind::Text || kind == FieldKind::Type) {
      const std::string_view text = subject_.text(row.field);
      if (row.op == ConditionOp::Present) return !text.empty();
      if (row.op == ConditionOp::Absent) return text.empty();
      return accepts(row, text);
    }
    const std::vector<const Value*> values = subject_.values(row.field, pack_.view(row.path));
    if (row.op == ConditionOp::Absent || row.op == ConditionOp::Present) {
      const bool present = std::any_of(values.begin(), values.end(), [](const Value* value) {
        return value->presence != Presence::Absent && !(value->known() && value->is_null());
      });
      return present == (row.op == ConditionOp::Present);
    }
    return std::any_of(values.begin(), values.end(), [&](const Value* value) { return value_accepted(row, *value); });
  }

  /// The value, or one of its elements. An unknown one passes no test: a check speaks of what is written.
  bool value_accepted(const ConditionRow& row, const Value& value) const {
    std::vector<const Value*> open{&value};
    while (!open.empty()) {
      const Value& top = *open.back();
      open.pop_back();
      if (!top.known()) continue;
      const bool leaf = top.items.empty() && top.entries.empty();
      if (leaf && !top.is_null() && accepts(row, top.text)) return true;
      for (const Value& item : top.items) open.push_back(&item);
      for (const Entry& entry : top.entries) open.push_back(&entry.value);
    }
    return false;
  }

  const PackTablesView& pack_;
  SubjectView& subject_;
  std::vector<TraitId>& used_;
};

}  // namespace

Truth matches(const PackTablesView& pack, std::uint32_t condition, SubjectView& subject, UnknownTrait unknown,
              std::vector<TraitId>& used) {
  return Evaluator(pack, subject, used).holds(pack.conditions[condition], unknown);
}

}  // namespace redtag
