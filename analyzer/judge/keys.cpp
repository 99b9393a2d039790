// The table of a policy's keys.
#include <array>

#include "judge/grammar.h"

namespace redtag {
namespace {

using namespace std::string_view_literals;

constexpr std::array profiles{"advise"sv, "standard"sv, "strict"sv};
constexpr std::array verdicts{"hold"sv, "note"sv};
constexpr std::array categories{"destructive"sv, "control-plane"sv, "missing-rollback"sv, "advice"sv};
constexpr std::array severities{"low"sv, "medium"sv, "high"sv, "critical"sv};
constexpr std::array environment_words{"production"sv,  "shared"sv, "unknown"sv, "staging"sv,
                                       "development"sv, "test"sv,   "sandbox"sv};
constexpr std::array makers{"unknown"sv, "bot"sv, "assisted"sv, "agent"sv};
constexpr std::array action_classes{
#define REDTAG_ACTION_CLASS(enumerator, name, sentence) std::string_view(name),
#include "judge/action_class.def"
#undef REDTAG_ACTION_CLASS
};
constexpr std::array delegable{"thresholds"sv, "excludes"sv, "environments"sv, "packs"sv, "facts"sv};

constexpr KeyView word(std::string_view key, std::span<const std::string_view> words, std::string_view sentence) {
  return {key, KeyKind::Word, sentence, words, {}, 0, 0, Needed::Optional};
}
constexpr KeyView list(std::string_view key, std::span<const std::string_view> words, std::string_view sentence) {
  return {key, KeyKind::Words, sentence, words, {}, 0, 0, Needed::Optional};
}
constexpr KeyView simple(std::string_view key, KeyKind kind, std::string_view sentence,
                         Needed needed = Needed::Optional) {
  return {key, kind, sentence, {}, {}, 0, 0, needed};
}
constexpr KeyView number(std::string_view key, int least, int most, std::string_view sentence) {
  return {key, KeyKind::Number, sentence, {}, {}, least, most, Needed::Optional};
}
constexpr KeyView nested(std::string_view key, KeyKind kind, std::span<const KeyView> parts,
                         std::string_view sentence) {
  return {key, kind, sentence, {}, parts, 0, 0, Needed::Optional};
}

constexpr std::array environment_parts{
    simple("paths", KeyKind::Globs, "globs of files that are this environment"),
    simple("evidence", KeyKind::Globs, "globs of entity addresses that are this environment, wherever they stand"),
    simple("branches", KeyKind::Globs,
           "globs of target branches whose changes go to this environment, where nothing nearer says another"),
};
constexpr std::array environment_keys{
    nested("production", KeyKind::Group, environment_parts, "what customers use"),
    nested("shared", KeyKind::Group, environment_parts, "what production uses too"),
    nested("staging", KeyKind::Group, environment_parts, "a rehearsal; severity is capped at medium"),
    nested("development", KeyKind::Group, environment_parts, "its authors rebuild it; severity is capped at medium"),
    nested("test", KeyKind::Group, environment_parts, "made anew for every run; severity is capped at medium"),
    nested("sandbox", KeyKind::Group, environment_parts, "made to be broken; severity is capped at medium"),
};
constexpr std::array threshold_parts{
    word("verdict", verdicts, "hold (the default), or note, which needs a reason and never reaches what is critical"),
    simple("rule", KeyKind::Globs, "globs of rule ids, like terraform/*"),
    list("category", categories, "categories"),
    word("severity", severities, "hold: from this severity up; note: up to this one"),
    number("score", 0, 100, "hold: from this blast radius up; note: up to this one"),
    list("environment", environment_words, "environments as redtag sees them"),
    list("provenance", makers, "who or what made the change; a threshold with it can only hold"),
    simple("reason", KeyKind::Text, "why"),
};
constexpr std::array exclude_parts{
    simple("rule", KeyKind::Glob, "the rule, or a glob of rules of one stack", Needed::Required),
    simple("paths", KeyKind::Globs, "globs of files; a renamed file must match under both names"),
    simple("entity", KeyKind::Glob, "a glob of the entity's address; for what destroys it must name one"),
    simple("reason", KeyKind::Text, "why redtag should know better", Needed::Required),
    simple("until", KeyKind::Date, "the last day on which it counts", Needed::Required),
};
constexpr std::array lane_parts{
    list("draft_only", action_classes, "holds whatever its severity"),
    list("senior_required", action_classes, "holds from medium up"),
    list("act_at_low_risk", action_classes, "holds as everybody's change does"),
};
constexpr std::array role_parts{
    list("categories", categories, "what it may clear; everything where nothing is said"),
    simple("paths", KeyKind::Globs, "globs of files whose findings it may clear"),
};
constexpr std::array band_parts{
    number("score", 0, 100, "from this blast radius up"),
    list("category", categories, "categories"),
    list("environment", environment_words, "environments as redtag sees them"),
};
constexpr std::array clearance_parts{
    number("lifetime_days", 1, 366, "no clearance counts for longer after it was signed"),
    simple("witnesses", KeyKind::Texts, "keys (SHA256:…) that may sign what a listed senior said on the host"),
};
constexpr std::array break_glass_parts{
    number("signers", 2, 10, "persons who must sign"),
    number("hours", 1, 168, "how long it counts"),
    number("shown_days", 1, 366, "how long later runs show it"),
    simple("roles", KeyKind::Texts, "roles whose persons may sign; every role where nothing is said"),
};
constexpr std::array keys{
    word("profile", profiles, "advise only notes; standard holds high and critical; strict holds medium too"),
    simple("minimum_version", KeyKind::Text, "an older redtag must not judge"),
    simple("packs", KeyKind::Paths,
           "directories of this repository with checks of the house; advice: the built-in checks that are off"),
    simple("facts", KeyKind::Paths,
           "fact tables (*.tsv) of this repository: in-house modules that hold data, commands that destroy"),
    nested("environments", KeyKind::Group, environment_keys, "which files and entities are which environment"),
    nested("thresholds", KeyKind::Groups, threshold_parts, "what holds beyond the profile, and what need not"),
    nested("excludes", KeyKind::Groups, exclude_parts,
           "rules that do not hold at a place: with a reason, until a day, listed in every report"),
    nested("lanes", KeyKind::Group, lane_parts, "what a change with evidence of an assistant may do"),
    nested("roles", KeyKind::Named, role_parts, "who may clear what; persons have roles in .redtag/people.yaml"),
    nested("two_person", KeyKind::Named, band_parts, "what two persons must clear"),
    nested("clearance", KeyKind::Group, clearance_parts, "how clearances count"),
    nested("break_glass", KeyKind::Group, break_glass_parts, "the way round in an emergency"),
    simple("unset", KeyKind::Texts, "entries of the defaults that do not count here"),
    list("delegates", delegable, "an organisation's policy: what a repository may set as it likes"),
};

}  // namespace

std::span<const KeyView> policy_keys() { return keys; }

}  // namespace redtag
