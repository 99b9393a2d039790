#include "check/finding_of.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "delta/resources.h"

namespace redtag {

namespace {

/// The folder of the project that a file of a database belongs to: what stands above the folders that statements and sources are kept in.
std::string_view database_project(std::string_view path) {
  static constexpr std::array kept_in = std::to_array<std::string_view>(
      {"alembic", "app",  "changelog", "changelogs", "database", "databases", "db",
       "flyway",  "lib",  "liquibase", "main",       "migrate",  "migration", "migrations",
       "prisma",  "priv", "resources", "schema",     "sql",      "src"});
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', begin)) {
    const std::string part = lower_ascii(path.substr(begin, slash - begin));
    if (std::find(kept_in.begin(), kept_in.end(), part) != kept_in.end())
      return path.substr(0, begin == 0 ? 0 : begin - 1);
    begin = slash + 1;
  }
  return {};
}

constexpr std::size_t message_bytes = 600;
constexpr std::size_t entity_bytes = 300;
constexpr auto before_index = static_cast<std::size_t>(Side::Before);
constexpr auto after_index = static_cast<std::size_t>(Side::After);

Region first_valid(std::initializer_list<Region> regions) {
  for (const Region& region : regions) {
    if (region.valid()) return region;
  }
  return {};
}

class Maker {
 public:
  Maker(const PackTablesView& pack, const CheckRow& check, SubjectView& subject, DeltaIndex& index)
      : pack_(pack), check_(check), subject_(subject), index_(index) {}

  /// nullopt: the tables say `none`.
  std::optional<Severity> severity() {
    for (const SeverityRow& row : pack_.severities.subspan(check_.severities.first, check_.severities.count)) {
      std::vector<TraitId> ignored;
      if (row.condition != no_row &&
          matches(pack_, row.condition, subject_, UnknownTrait::CountsAsYes, ignored) == Truth::No)
        continue;
      if (row.by == SeverityBy::Word) return row.severity;
      const std::string_view word = class_severity();
      if (word == "none") return std::nullopt;
      return severity_from_name(word).value_or(row.severity);
    }
    return Severity::High;
  }

  std::string message(RowRange range) const {
    std::string out;
    for (const MessageRow& row : pack_.messages.subspan(range.first, range.count)) {
      out += row.field == Field::None ? std::string(pack_.view(row.literal)) : subject_.shown(row.field);
    }
    return shortened(out, message_bytes);
  }

  Region region() const {
    switch (check_.at) {
      case At::Header: return header();
      case At::Cause: return first_valid({cause_region(), header()});
      case At::Because:
        return first_valid(
            {subject_.resource_change == nullptr ? Region{} : subject_.resource_change->because_region, header()});
      case At::Whole:
        return first_valid({subject_.resource == nullptr ? Region{} : subject_.resource->region, header()});
      case At::Attribute: return first_valid({place_of(subject_.attribute), header()});
      case At::Operation: return subject_.operation == nullptr ? Region{} : subject_.operation->region;
      case At::Safeguard: return subject_.safeguard == nullptr ? Region{} : subject_.safeguard->region;
      case At::Procedure: return subject_.procedure == nullptr ? Region{} : subject_.procedure->region;
      case At::Reverse:
        if (subject_.procedure == nullptr) return {};
        return first_valid({index_.reverse_of(subject_.procedure->address).region, subject_.procedure->region});
    }
    return {};
  }

  std::string entity() const {
    if (subject_.resource != nullptr) return subject_.resource->address;
    if (subject_.operation != nullptr) return entity_of(*subject_.operation);
    if (subject_.safeguard != nullptr) return subject_.safeguard->protects;
    return subject_.procedure == nullptr ? std::string() : subject_.procedure->address;
  }

  std::string entity_class() const {
    if (subject_.resource != nullptr) return std::string(subject_.text(Field::ResourceClass));
    if (subject_.operation != nullptr) return std::string(subject_.text(Field::OperationClass));
    if (subject_.safeguard != nullptr) return std::string(subject_.text(Field::SafeguardClass));
    return {};
  }

  /// Kind of change for the fingerprint: nothing in it may move with lines, wording or versions of redtag.
  std::string change() const {
    switch (subject_.subject().kind) {
      case SubjectKind::Resource: return std::string(fate_name(subject_.resource_change->fate));
      case SubjectKind::Attribute:
        return std::string(fate_name(subject_.resource_change->fate)) + " " + subject_.attribute->path;
      case SubjectKind::Operation:
        return subject_.shown(Field::OperationChange) + " " + subject_.shown(Field::OperationVerb);
      case SubjectKind::Safeguard:
        return subject_.shown(Field::SafeguardChange) + " " + subject_.shown(Field::SafeguardKind);
      case SubjectKind::Procedure: return subject_.shown(Field::ProcedureChange);
    }
    return {};
  }

  Certainty certainty(Truth truth) const {
    Certainty lowest = truth == Truth::Unsure ? Certainty::Likely : Certainty::Exact;
    if (subject_.resource_change != nullptr) lowest = std::max(lowest, subject_.resource_change->certainty);
    if (subject_.attribute != nullptr && !subject_.attribute->effects.empty()) {
      lowest = std::max(lowest, subject_.attribute->effects.front().certainty);
    }
    if (subject_.operation != nullptr) lowest = std::max(lowest, subject_.operation->certainty);
    return lowest;
  }

  /// What a clearance accepts beside the values that the finding speaks of. A member that is not there says so, so that no two lists
  /// make one text.
  std::string facts() const {
    std::string out;
    const auto add = [&](std::string_view name, std::string_view value) {
      out += fmt::format("{}{}={}:{}", out.empty() ? "" : ";", name, value.size(), value);
    };
    if (const ResourceChange* change = subject_.resource_change; change != nullptr && subject_.attribute == nullptr) {
      // Which ones go, as the text and a plan of it say alike: the numbers and keys themselves are spelt by one of them only.
      if (change->fate == ResourceFate::Shrunk) add("gone", change->because);
      std::vector<std::string> forcing;
      const bool replaced = change->fate == ResourceFate::Replaced || change->fate == ResourceFate::MaybeReplaced ||
                            change->fate == ResourceFate::Rejected;
      for (const AttributeChange& attribute : change->attributes) {
        if (replaced && forces(attribute)) {
          forcing.push_back(fmt::format("{} from {} to {}", attribute.path, canonical_side(attribute.before),
                                        canonical_side(attribute.after)));
        }
      }
      std::sort(forcing.begin(), forcing.end());
      for (const std::string& one : forcing) add("replaces", one);
    }
    for (const std::size_t side : {before_index, after_index}) {
      if (const Operation* operation = subject_.operation_side[side]) {
        add(side == before_index ? "command before" : "command after", words_of(*operation));
        const std::string database = database_of(*operation);
        if (!database.empty()) add("database", database);
      }
    }
    return out;
  }

  /// Before and after of what the finding speaks of, and the row that knows.
  void fill_values(Finding& finding) const {
    if (const AttributeChange* changed = speaking_attribute()) {
      finding.before_text = canonical_side(changed->before);
      finding.after_text = canonical_side(changed->after);
      if (!changed->effects.empty()) finding.fact_source = changed->effects.front().fact.source;
      return;
    }
    const Operation* before = subject_.operation_side[before_index];
    const Operation* after = subject_.operation_side[after_index];
    if (before != nullptr) finding.before_text = canonical_side(before->target);
    if (after != nullptr) finding.after_text = canonical_side(after->target);
    if (subject_.operation != nullptr) finding.fact_source = subject_.operation->fact;
  }

  /// What a front end needs to know to write the fix.
  FixWish wish(FixKind kind) const {
    FixWish wish;
    wish.kind = kind;
    if (subject_.resource_change != nullptr) {
      wish.before = subject_.resource_change->before;
      wish.after = subject_.resource_change->after;
    }
    if (subject_.safeguard != nullptr) {
      wish.protects = subject_.safeguard->protects;
      if (subject_.safeguard_change->before.valid()) wish.was = subject_.safeguard->region;
    } else if (subject_.attribute != nullptr) {
      const AttributeChange& outermost = outermost_of(*subject_.attribute);
      wish.path = subject_.attribute->path;
      wish.was = outermost.before_region;
      wish.is = outermost.after_region;
    } else if (subject_.resource != nullptr && !wish.after.valid()) {
      wish.was = subject_.resource->region;
    } else if (subject_.operation_side[after_index] != nullptr) {
      wish.is = subject_.operation_side[after_index]->region;
    } else if (subject_.resource == nullptr && subject_.operation == nullptr && subject_.procedure != nullptr) {
      wish.is = subject_.procedure->region;
    }
    return wish;
  }

  void fill_blast(Finding& finding) const {
    if (subject_.procedure != nullptr) finding.trigger = subject_.procedure->trigger;
    const Resource* counted =
        subject_.resource_side[before_index] != nullptr ? subject_.resource_side[before_index] : subject_.resource;
    if (counted == nullptr) return;
    const Instances instances = read_instances(counted->instances);
    const std::uint64_t count = instances.kind == Instances::Kind::Keys ? instances.keys.size() : instances.count;
    finding.instances = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(count, 1, 1'000'000));
  }

 private:
  std::string_view class_severity() const {
    if (subject_.resource != nullptr) {
      return index_.view.facts.severity_of(stack_name(subject_.resource->stack), subject_.resource->type);
    }
    return index_.severity_of_class(entity_class());
  }

  Region header() const {
    if (subject_.resource == nullptr) return {};
    // Of text that stands as it stood, the line that decides is what a reviewer has to see.
    const ResourceChange* change = subject_.resource_change;
    if (!subject_.resource->subject && change != nullptr && change->because_region.valid())
      return change->because_region;
    return first_valid({subject_.resource->header, subject_.resource->region, place_of(subject_.attribute)});
  }

  static Region place_of(const AttributeChange* attribute) {
    return attribute == nullptr ? Region{} : first_valid({attribute->after_region, attribute->before_region});
  }

  const AttributeChange* speaking_attribute() const {
    if (subject_.attribute != nullptr) return subject_.attribute;
    const ResourceChange* change = subject_.resource_change;
    return change != nullptr && change->cause ? &change->attributes[*change->cause] : nullptr;
  }

  /// The block that came or went with the attribute in it, or the attribute itself.
  const AttributeChange& outermost_of(const AttributeChange& attribute) const {
    const auto one_sided = [](const AttributeChange& change) {
      return change.before.presence == Presence::Absent || change.after.presence == Presence::Absent;
    };
    for (const AttributeChange& other : subject_.resource_change->attributes) {
      if (one_sided(other) && attribute.place.starts_with(other.place + ".")) return other;
    }
    return attribute;
  }

  static bool forces(const AttributeChange& attribute) {
    return std::any_of(attribute.effects.begin(), attribute.effects.end(), [](const EffectHit& hit) {
      return hit.effect == AttributeEffect::Replaces || hit.effect == AttributeEffect::MayReplace ||
             hit.effect == AttributeEffect::Rejects;
    });
  }

  /// All that a command was told, and how far it goes.
  static std::string words_of(const Operation& operation) {
    std::string out = fmt::format("{}{}{}", static_cast<int>(operation.arming), operation.unbounded ? " unbounded" : "",
                                  operation.maybe_empty ? " maybe-empty" : "");
    for (const Value& argument : operation.arguments) {
      const std::string word = canonical(argument);
      out += fmt::format(" {}:{}", word.size(), word);
    }
    return out;
  }

  /// Which of a repository's databases a statement in a file of its own is for: the place of the project that it belongs to. A file that
  /// moves inside of its project stays the same statement.
  std::string database_of(const Operation& operation) const {
    if (!operation.region.valid() || operation.program != stack_name(operation.stack)) return {};
    const auto path = index_.view.changes.file(operation.region.file).path(operation.region.side);
    return path ? std::string(database_project(*path)) : std::string();
  }

  Region cause_region() const { return place_of(speaking_attribute()); }

  static std::string canonical_side(const Value& value) {
    return value.presence == Presence::Absent ? std::string() : canonical(value);
  }

  /// A statement's target is an address; a command is named by its words.
  static std::string entity_of(const Operation& operation) {
    const std::string& target = operation.target.text;
    if (operation.program == stack_name(operation.stack) && !target.empty()) return shortened(target, entity_bytes);
    std::string out = operation.program;
    for (const std::string* word : {&operation.action, &target}) {
      if (!word->empty()) out += (out.empty() ? "" : " ") + *word;
    }
    return shortened(out, entity_bytes);
  }

  const PackTablesView& pack_;
  const CheckRow& check_;
  SubjectView& subject_;
  DeltaIndex& index_;
};

}  // namespace

std::optional<Finding> finding_of(const PackTablesView& pack, const RuleRow& rule, SubjectView& subject,
                                  DeltaIndex& index, Truth truth, const std::vector<TraitId>& used) {
  const CheckRow& check = pack.checks[rule.check];
  Maker maker(pack, check, subject, index);
  const std::optional<Severity> severity = maker.severity();
  if (!severity) return std::nullopt;
  Finding finding;
  finding.rule = pack.view(rule.id);
  finding.category = check.category;
  finding.severity = *severity;
  finding.action = check.action;
  finding.certainty = maker.certainty(truth);
  finding.stack = subject.stack();
  finding.entity = maker.entity();
  finding.entity_class = maker.entity_class();
  finding.change = maker.change();
  const EnvironmentEvidence environment = environment_of(index.view, subject.subject());
  finding.environment = environment.environment;
  finding.environment_proven = environment.proven;
  finding.evidence = environment.evidence;
  UndoEvidence undo = undo_of(index.view, subject.subject());
  finding.undo = undo.undo;
  finding.way_back = std::move(undo.sentence);
  finding.region = maker.region();
  finding.says = maker.message(check.says);
  finding.because = maker.message(check.because);
  finding.instead = maker.message(check.instead);
  for (const TraitId id : used) {
    const std::vector<Evidence>& evidence = subject.trait(id).evidence;
    finding.evidence.insert(finding.evidence.end(), evidence.begin(), evidence.end());
  }
  maker.fill_values(finding);
  finding.facts = maker.facts();
  maker.fill_blast(finding);
  if (check.fix) finding.wish = maker.wish(*check.fix);
  return finding;
}

}  // namespace redtag
