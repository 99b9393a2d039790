// Runs checks over a delta: every subject against the checks that its kind and fate leave.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "check/check.h"
#include "check/finding_of.h"
#include "check/match.h"
#include "check/pack.h"

namespace redtag {

namespace {

/// A finding with what decides whether another one makes it superfluous.
struct Candidate {
  Finding finding;
  const Pack* pack = nullptr;
  std::size_t check = 0;
  Subject subject;
};

/// The entity that a subject belongs to: all attributes of a resource share it.
std::pair<int, std::size_t> entity_of(const Subject& subject) {
  const SubjectKind kind = subject.kind == SubjectKind::Attribute ? SubjectKind::Resource : subject.kind;
  return {static_cast<int>(kind), subject.change};
}

class Runner {
 public:
  Runner(const CheckSet& checks, const DeltaView& view) : checks_(checks), index_(view) {}

  std::vector<Finding> run() {
    const Delta& delta = index_.view.delta;
    for (std::size_t i = 0; i < delta.resources.size(); ++i) {
      add({SubjectKind::Resource, i, 0});
      for (std::size_t j = 0; j < delta.resources[i].attributes.size(); ++j) add({SubjectKind::Attribute, i, j});
    }
    for (std::size_t i = 0; i < delta.operations.size(); ++i) add({SubjectKind::Operation, i, 0});
    for (std::size_t i = 0; i < delta.safeguards.size(); ++i) add({SubjectKind::Safeguard, i, 0});
    for (std::size_t i = 0; i < delta.procedures.size(); ++i) add({SubjectKind::Procedure, i, 0});
    drop_superseded();
    drop_doubles();
    fold_settings();
    fold_alike();
    return sorted();
  }

 private:
  void add(const Subject& subject) {
    SubjectView view(index_, subject);
    const Stack stack = view.stack();
    const std::uint64_t change = view.change_bit(), effects = view.effect_bits();
    for (const auto& pack : checks_.packs()) {
      const std::span<const CheckRow> rows = pack->tables.checks;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const CheckRow& row = rows[i];
        if (row.subject != subject.kind || (row.changes & change) == 0 ||
            (row.effects != 0 && (row.effects & effects) == 0))
          continue;
        const RuleRow* rule = pack->rule(i, stack);
        if (rule == nullptr) continue;
        std::vector<TraitId> used;
        const Truth truth = matches(pack->tables, row.match, view, UnknownTrait::CountsAsYes, used);
        if (truth == Truth::No || excluded(*pack, row, view)) continue;
        std::optional<Finding> finding = finding_of(pack->tables, *rule, view, index_, truth, used);
        if (finding) found_.push_back({std::move(*finding), pack.get(), i, subject});
      }
    }
  }

  static bool excluded(const Pack& pack, const CheckRow& row, SubjectView& view) {
    std::vector<TraitId> ignored;
    return row.unless != no_row &&
           matches(pack.tables, row.unless, view, UnknownTrait::CountsAsNo, ignored) != Truth::No;
  }

  /// A check may say that another of its pack has nothing to add to it.
  void drop_superseded() {
    std::map<std::tuple<const Pack*, std::pair<int, std::size_t>, std::string_view>, bool> superseded;
    for (const Candidate& candidate : found_) {
      const PackTablesView& tables = candidate.pack->tables;
      const RowRange range = tables.checks[candidate.check].supersedes;
      for (const TextRef name : tables.texts.subspan(range.first, range.count)) {
        superseded[{candidate.pack, entity_of(candidate.subject), tables.view(name)}] = true;
      }
    }
    std::erase_if(found_, [&](const Candidate& candidate) {
      const PackTablesView& tables = candidate.pack->tables;
      return superseded.contains(
          {candidate.pack, entity_of(candidate.subject), tables.view(tables.checks[candidate.check].name)});
    });
  }

  /// Of one pack's findings of one category on one subject the most severe stays. A house's pack never displaces ours.
  void drop_doubles() {
    std::sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
      const auto key = [](const Candidate& x) {
        return std::tie(x.finding.rule, x.subject.kind, x.subject.change, x.subject.attribute);
      };
      return a.finding.severity != b.finding.severity ? a.finding.severity > b.finding.severity : key(a) < key(b);
    });
    std::map<std::tuple<const Pack*, SubjectKind, std::size_t, std::size_t, Category>, bool> seen;
    std::erase_if(found_, [&](const Candidate& candidate) {
      const Subject& subject = candidate.subject;
      return !seen.emplace(std::make_tuple(candidate.pack, subject.kind, subject.change, subject.attribute,
                                           candidate.finding.category),
                           true)
                  .second;
    });
  }

  /// Many settings of one resource that one check speaks of are one thing to look at: the first tells of the others.
  void fold_settings() {
    constexpr std::size_t most_apart = 8;
    std::map<std::tuple<const Pack*, std::size_t, std::size_t, Severity>, std::vector<std::size_t>> settings;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const Candidate& candidate = found_[i];
      if (candidate.subject.kind != SubjectKind::Attribute || candidate.finding.wish) continue;
      settings[{candidate.pack, candidate.check, candidate.subject.change, candidate.finding.severity}].push_back(i);
    }
    std::vector<bool> folded(found_.size(), false);
    for (auto& [key, members] : settings) {
      if (members.size() <= most_apart) continue;
      std::sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(found_[a].finding.region, found_[a].subject.attribute) <
               std::tie(found_[b].finding.region, found_[b].subject.attribute);
      });
      for (std::size_t i = 1; i < members.size(); ++i) folded[members[i]] = true;
      take_in_settings(found_[members[0]].finding, members);
    }
    std::size_t at = 0;
    std::erase_if(found_, [&](const Candidate&) { return folded[at++]; });
  }

  void take_in_settings(Finding& first, const std::vector<std::size_t>& members) const {
    constexpr std::size_t most_named = 8, most_shown = 40;
    std::set<std::string> named;
    std::string names;
    for (std::size_t i = 1; i < members.size(); ++i) {
      const Candidate& other = found_[members[i]];
      const ResourceChange& change = index_.view.delta.resources[other.subject.change];
      const std::string& path = change.attributes[other.subject.attribute].path;
      if (named.insert(path).second && named.size() <= most_named) names += (names.empty() ? "" : ", ") + path;
      if (i <= most_shown) first.evidence.push_back({other.finding.region, "another of its settings: " + path});
      first.facts += "\n" + path + " " + other.finding.facts;  // a clearance accepts them all
    }
    first.says += "; with it change " + std::to_string(members.size() - 1) + " more of its settings: " + names +
                  (named.size() > most_named ? " …" : "");
  }

  using Likeness = std::tuple<const Pack*, std::size_t, std::string, std::string, std::string, std::string>;

  [[nodiscard]] Likeness likeness(const Candidate& candidate) const {
    const ResourceChange& change = index_.view.delta.resources[candidate.subject.change];
    const Model& side = index_.view.sides.model(change.after.valid() ? Side::After : Side::Before);
    const Resource& resource = side.resources[change.after.valid() ? change.after.value : change.before.value];
    const Finding& finding = candidate.finding;
    return {candidate.pack, candidate.check, resource.scope, finding.change, finding.before_text, finding.after_text};
  }

  /// What one edit does to many of a scope is one finding, if its check says so: the most severe tells of the others.
  void fold_alike() {
    std::map<Likeness, std::vector<std::size_t>> alike;
    for (std::size_t i = 0; i < found_.size(); ++i) {
      const Candidate& candidate = found_[i];
      const SubjectKind kind = candidate.subject.kind;
      if (kind != SubjectKind::Resource && kind != SubjectKind::Attribute) continue;
      if (candidate.pack->tables.checks[candidate.check].fold > 0) alike[likeness(candidate)].push_back(i);
    }
    std::vector<bool> folded(found_.size(), false);
    for (auto& [key, members] : alike) {
      if (members.size() <= found_[members[0]].pack->tables.checks[std::get<1>(key)].fold) continue;
      std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
        const Finding &one = found_[a].finding, &other = found_[b].finding;
        return one.severity != other.severity ? one.severity > other.severity
                                              : std::tie(one.region, one.entity) < std::tie(other.region, other.entity);
      });
      for (std::size_t i = 1; i < members.size(); ++i) folded[members[i]] = true;
      take_in(found_[members[0]].finding, members);
    }
    std::size_t at = 0;
    std::erase_if(found_, [&](const Candidate&) { return folded[at++]; });
  }

  void take_in(Finding& first, const std::vector<std::size_t>& members) const {
    constexpr std::size_t most_named = 8, most_shown = 40;
    std::string names;
    for (std::size_t i = 1; i < members.size(); ++i) {
      const Finding& other = found_[members[i]].finding;
      if (i <= most_named) names += (i == 1 ? "" : ", ") + other.entity;
      if (i <= most_shown) first.evidence.push_back({other.region, "the same happens to " + other.entity});
      first.instances += other.instances;
      first.facts += "\n" + other.entity + " " + other.facts;  // a clearance accepts them all
    }
    const std::size_t others = members.size() - 1;
    first.says +=
        "; the same happens to " + std::to_string(others) + " more: " + names + (others > most_named ? " …" : "");
  }

  std::vector<Finding> sorted() {
    std::vector<Finding> findings;
    findings.reserve(found_.size());
    for (Candidate& candidate : found_) findings.push_back(std::move(candidate.finding));
    std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
      const auto key = [](const Finding& x) {
        return std::tie(x.rule, x.region, x.entity, x.change, x.says, x.before_text, x.after_text);
      };
      return key(a) < key(b);
    });
    return findings;
  }

  const CheckSet& checks_;
  DeltaIndex index_;
  std::vector<Candidate> found_;
};

}  // namespace

std::vector<Finding> run_checks(const CheckSet& checks, const DeltaView& view) { return Runner(checks, view).run(); }

}  // namespace redtag
