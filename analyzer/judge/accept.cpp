#include "judge/accept.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "judge/judge.h"

namespace redtag {
namespace {

/// What a statement says of a finding: its fingerprint, under the rule and the entity that the signer read.
const AcceptedFinding* acceptance_of(const ClearanceStatement& statement, const Finding& finding) {
  const auto found =
      std::lower_bound(statement.accepts.begin(), statement.accepts.end(), finding.fingerprint,
                       [](const AcceptedFinding& one, const std::string& f) { return one.fingerprint < f; });
  if (found == statement.accepts.end() || found->fingerprint != finding.fingerprint) return nullptr;
  return names(*found, finding.rule, finding.entity) ? &*found : nullptr;
}

bool may_break_glass(const Person& person, const Policy& policy) {
  if (policy.break_glass.roles.empty()) return !person.roles.empty();
  return std::any_of(person.roles.begin(), person.roles.end(), [&](const std::string& role) {
    return std::find(policy.break_glass.roles.begin(), policy.break_glass.roles.end(), role) !=
           policy.break_glass.roles.end();
  });
}

/// Persons who accept one finding in one way, each once, with one of their clearances.
using Voices = std::map<std::string, const SignedClearance*>;

Acceptance acceptance_by(const Voices& voices, std::string_view how) {
  Acceptance acceptance;
  for (const auto& [name, clearance] : voices) {
    acceptance.clearances.push_back(clearance->id);
    acceptance.by += (acceptance.by.empty() ? "" : ", ") + printable(clearance->principal);
    if (acceptance.reason.find(clearance->statement.reason) == std::string::npos) {
      acceptance.reason += (acceptance.reason.empty() ? "" : "; ") + clearance->statement.reason;
    }
    const std::string until = print_instant(clearance->statement.until);
    if (acceptance.until.empty() || until < acceptance.until) acceptance.until = until;
  }
  if (!how.empty()) acceptance.by += fmt::format(" ({})", how);
  return acceptance;
}

/// What clearances say of one finding.
class Ballot {
 public:
  Ballot(const JudgedFinding& judged, const Review& review) : judged_(judged), review_(review) {}

  void count(const SignedClearance& clearance) {
    const AcceptedFinding* accepted = acceptance_of(clearance.statement, judged_.finding);
    if (accepted == nullptr) return;
    if (band_of(judged_.blast.score) > accepted->band) {
      objections_.insert(fmt::format("a clearance of it was signed for a blast radius of {}, and it is {} now",
                                     band_name(accepted->band), judged_.blast.score));
      return;
    }
    if (clearance.statement.kind == ClearanceKind::BreakGlass) {
      if (may_break_glass(clearance.person, review_.policy)) broken_.emplace(clearance.person.name, &clearance);
      return;
    }
    if (std::string why = cannot_clear(clearance.person, judged_, review_); !why.empty()) {
      objections_.insert(std::move(why));
      return;
    }
    witnessed_ = witnessed_ || clearance.statement.kind == ClearanceKind::Witnessed;
    voices_.emplace(clearance.person.name, &clearance);
  }

  [[nodiscard]] std::optional<Acceptance> result() const {
    const auto needed = static_cast<std::size_t>(persons_needed(review_.policy, judged_.finding, judged_.blast.score));
    if (voices_.size() >= needed) return acceptance_by(voices_, witnessed_ ? "witnessed" : "");
    const auto signers = static_cast<std::size_t>(std::max(2, review_.policy.break_glass.signers));
    if (broken_.size() >= signers) return acceptance_by(broken_, "break-glass");
    return std::nullopt;
  }

  /// Sentences for a finding that still holds.
  [[nodiscard]] std::vector<std::string> missing() const {
    std::vector<std::string> sentences(objections_.begin(), objections_.end());
    const int needed = persons_needed(review_.policy, judged_.finding, judged_.blast.score);
    if (!voices_.empty()) {
      sentences.push_back(fmt::format("{} of {} persons cleared it; another one must", voices_.size(), needed));
    }
    if (!broken_.empty()) {
      sentences.push_back(fmt::format("{} of {} persons broke the glass for it", broken_.size(),
                                      std::max(2, review_.policy.break_glass.signers)));
    }
    return sentences;
  }

 private:
  const JudgedFinding& judged_;
  const Review& review_;
  Voices voices_;
  Voices broken_;
  std::set<std::string> objections_;
  bool witnessed_ = false;
};

}  // namespace

std::string cannot_clear(const Person& person, const JudgedFinding& judged, const Review& review) {
  const std::vector<std::string> paths = paths_of(judged.finding, review.changes);
  const bool may = std::any_of(person.roles.begin(), person.roles.end(), [&](const std::string& role) {
    return may_clear(review.policy, role, judged.finding, paths);
  });
  if (may) return {};
  if (person.roles.empty()) return "whoever signed a clearance of it has no role in the target's .redtag/people.yaml";
  return fmt::format("whoever signed a clearance of it has no role that covers {} findings here",
                     category_name(judged.finding.category));
}

bool concerns(const ClearanceStatement& statement, const Review& review) {
  return std::any_of(review.findings.begin(), review.findings.end(), [&](const JudgedFinding& judged) {
    return judged.holds() && acceptance_of(statement, judged.finding) != nullptr;
  });
}

void accept(Review& review, const std::vector<SignedClearance>& clearances) {
  if (clearances.empty()) return;
  for (JudgedFinding& judged : review.findings) {
    if (!judged.holds()) continue;
    Ballot ballot(judged, review);
    for (const SignedClearance& clearance : clearances) ballot.count(clearance);
    judged.cleared = ballot.result();
    if (judged.cleared) continue;
    for (std::string& sentence : ballot.missing()) judged.reasons.push_back(std::move(sentence));
  }
}

}  // namespace redtag
