#include "check/compile/vocabulary.h"

#include <array>

namespace redtag {

namespace {

namespace subjects {
constexpr SubjectKind resource = SubjectKind::Resource, attribute = SubjectKind::Attribute,
                      operation = SubjectKind::Operation, safeguard = SubjectKind::Safeguard,
                      procedure = SubjectKind::Procedure;
}  // namespace subjects

constexpr FieldInfo all_fields[] = {
#define REDTAG_FIELD(enumerator, subject, name, kind, sentence) \
  {Field::enumerator, subjects::subject, #name, FieldKind::kind, sentence},
#include "check/compile/field.def"
#undef REDTAG_FIELD
};

constexpr std::string_view subject_names[] = {"resource", "attribute", "operation", "safeguard", "procedure"};

constexpr std::string_view stacks[] = {
#define REDTAG_STACK(enumerator, name, title) name,
#include "model/stack.def"
#undef REDTAG_STACK
};
constexpr std::string_view verbs[] = {
#define REDTAG_VERB(enumerator, name, sentence) name,
#include "model/verb.def"
#undef REDTAG_VERB
};
constexpr std::string_view safeguards[] = {
#define REDTAG_SAFEGUARD(enumerator, name, sentence) name,
#include "model/safeguard.def"
#undef REDTAG_SAFEGUARD
};
constexpr std::string_view fates[] = {
#define REDTAG_FATE(enumerator, name, sentence) name,
#include "delta/fate.def"
#undef REDTAG_FATE
};
constexpr std::string_view movements[] = {
#define REDTAG_MOVEMENT(enumerator, name, sentence) name,
#include "delta/movement.def"
#undef REDTAG_MOVEMENT
};
constexpr std::string_view effects[] = {
#define REDTAG_EFFECT(enumerator, name, sentence) name,
#include "delta/effect.def"
#undef REDTAG_EFFECT
};
// These sets have no .def of their own; names stand in the order of their enums.
constexpr std::string_view declares[] = {"resource", "data",  "module",  "setting", "backend",
                                         "provider", "moved", "removed", "import",  "table"};
constexpr std::string_view shapes[] = {"scalar", "list",        "set",       "map",     "block",
                                       "rules",  "permissions", "addresses", "quantity"};
constexpr std::string_view armings[] = {"armed", "plain", "disarmed"};
constexpr std::string_view certainties[] = {"exact", "likely", "partial"};
constexpr std::string_view coverages[] = {"all", "some", "none"};
constexpr std::string_view operation_fates[] = {"introduced", "removed", "re-aimed", "re-armed"};
constexpr std::string_view safeguard_fates[] = {"added", "removed", "weakened", "strengthened"};
constexpr std::string_view procedure_fates[] = {"added", "removed", "edited"};
constexpr std::string_view triggers[] = {"unknown", "merge", "deploy",  "schedule", "event",
                                         "request", "boot",  "by-hand", "test"};
constexpr std::string_view directions[] = {"unknown", "up", "down", "clean-up"};
#define REDTAG_REVERSE(enumerator, name, sentence) name,
constexpr std::string_view reverses[] = {
#include "trait/reverse.def"
};
#undef REDTAG_REVERSE

}  // namespace

std::span<const FieldInfo> fields() { return all_fields; }

const FieldInfo& field_info(Field field) {
  RT_ASSERT(field != Field::None, "literal text has no field");
  return all_fields[static_cast<std::size_t>(field)];
}

const FieldInfo* find_field(SubjectKind subject, std::string_view name) {
  for (const FieldInfo& info : all_fields) {
    if (info.subject == subject && info.name == name) return &info;
  }
  return nullptr;
}

std::string_view subject_name(SubjectKind subject) { return subject_names[static_cast<std::size_t>(subject)]; }

std::optional<SubjectKind> subject_from_name(std::string_view name) {
  for (std::size_t i = 0; i < std::size(subject_names); ++i) {
    if (subject_names[i] == name) return static_cast<SubjectKind>(i);
  }
  return std::nullopt;
}

std::string_view tests_of(FieldKind kind) {
  static constexpr std::string_view tests[] = {
#define REDTAG_FIELD(enumerator, subject, name, kind, sentence)
#define REDTAG_KIND(enumerator, words) words,
#include "check/compile/field.def"
#undef REDTAG_KIND
#undef REDTAG_FIELD
  };
  return tests[static_cast<std::size_t>(kind)];
}

std::span<const std::string_view> names_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::Text:
    case FieldKind::Type:
    case FieldKind::Value:
    case FieldKind::Attributes:
    case FieldKind::Flag:
    case FieldKind::Factor:
    case FieldKind::Shown: return {};
    case FieldKind::Fate: return fates;
    case FieldKind::Declares: return declares;
    case FieldKind::Stack: return stacks;
    case FieldKind::Certainty: return certainties;
    case FieldKind::Effect: return effects;
    case FieldKind::Movement: return movements;
    case FieldKind::Shape: return shapes;
    case FieldKind::OperationFate: return operation_fates;
    case FieldKind::Verb: return verbs;
    case FieldKind::Arming: return armings;
    case FieldKind::SafeguardFate: return safeguard_fates;
    case FieldKind::SafeguardKind: return safeguards;
    case FieldKind::Coverage: return coverages;
    case FieldKind::ProcedureFate: return procedure_fates;
    case FieldKind::Direction: return directions;
    case FieldKind::Trigger: return triggers;
    case FieldKind::Reverse: return reverses;
  }
  return {};
}

std::optional<std::size_t> name_index(FieldKind kind, std::string_view name) {
  const std::span<const std::string_view> names = names_of(kind);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

std::string one_of(std::span<const std::string_view> names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

}  // namespace redtag
