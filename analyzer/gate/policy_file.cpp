// Changes of `.redtag.yaml` itself.
#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "document/document.h"
#include "gate/finding.h"
#include "gate/readers.h"
#include "judge/policy_change.h"

namespace redtag {
namespace {

constexpr std::string_view policy_path = ".redtag.yaml";

/// Where a key of the policy stands on a side, or the file's first line.
Region key_region(const FileChange& file, Side side, std::string_view key) {
  const auto root = document::parse_yaml(text_on(file, side), policy_path);
  if (root && root->type == document::NodeType::Mapping) {
    for (const document::Member& member : root->members) {
      if (member.key == key) return {file.id, side, member.key_bytes};
    }
  }
  return line_region(file, side, 1);
}

/// The key where it stands after the change, else where it stood.
Region place_of(const FileChange& file, const Policy& after, std::string_view key) {
  const bool there = file.after_path && !after.origin.empty();
  if (there) {
    const Region region = key_region(file, Side::After, key);
    if (region.bytes.begin > 0 || file.before.kind == ImageKind::None || text_on(file, Side::After).starts_with(key))
      return region;
  }
  return file.before.readable() ? key_region(file, Side::Before, key) : line_region(file, Side::After, 1);
}

/// A policy that goes takes its lines along, whatever they say today: the next one would be the first again.
void removed(const FileChange& file, std::vector<Finding>& findings) {
  GateFinding made;
  made.rule = "redtag/weaken-policy";
  made.severity = Severity::High;
  made.entity = policy_path;
  made.change = "removed";
  made.says = "the policy goes, and the defaults take its place";
  made.because = "nothing stands at .redtag.yaml any more";
  made.instead = "keep the file, if only with the profile; a policy that says nothing is fine";
  made.before_text = file.before.blob;
  made.region = line_region(file, Side::Before, 1);
  findings.push_back(finding_of(std::move(made)));
}

void first_policy(const FileChange& file, const Policy& after, std::vector<Finding>& findings) {
  GateFinding made;
  made.rule = "redtag/weaken-policy";
  made.severity = Severity::Medium;
  made.entity = policy_path;
  made.change = "first policy";
  made.says = fmt::format("this is the first policy of the target, with the profile {}", profile_name(after.profile));
  made.because = "until now the defaults counted; it counts from the next change on";
  made.instead = "read what it means with `redtag policy check`, and have a second person agree";
  made.after_text = after.digest;
  made.region = line_region(file, Side::After, 1);
  findings.push_back(finding_of(std::move(made)));
}

void unreadable(const FileChange& file, std::string reason, Certainty certainty, std::vector<Finding>& findings) {
  GateFinding made;
  made.rule = "redtag/unreadable-policy";
  made.severity = Severity::High;
  made.entity = policy_path;
  made.change = "unreadable";
  made.says = "the policy cannot be read as this change leaves it: " + reason;
  made.because = "redtag refuses to judge with a policy that it cannot read";
  made.instead = "run `redtag policy check` on the file and mend the line that it names";
  made.after_text = file.after.blob;
  made.region = line_region(file, file.after_path ? Side::After : Side::Before, 1);
  made.certainty = certainty;
  findings.push_back(finding_of(std::move(made)));
}

void weakened(const FileChange& file, const Policy& after, const PolicyChange& change, std::vector<Finding>& findings) {
  GateFinding made;
  made.rule = "redtag/weaken-policy";
  made.severity = Severity::High;
  made.entity = fmt::format("{}:{}", policy_path, change.key);
  made.change = "weakened " + change.key;
  made.says = "the policy lets more pass: " + change.sentence;
  made.because = "both sides of the file were read and compared; it counts from the next change on";
  made.instead = "keep the stricter line, or add an exclude with a reason and an end for the one place that needs it";
  made.after_text = change.sentence;
  made.region = place_of(file, after, change.key);
  findings.push_back(finding_of(std::move(made)));
}

/// The policy on a side; the defaults where the file does not stand there.
std::optional<Policy> policy_on(const FileChange& file, Side side, std::string& error) {
  if (!is_at(file, side, policy_path)) return Policy();
  if (!whole_text(file.image(side))) {
    error = "not all of it is shown";
    return std::nullopt;
  }
  auto policy = read_policy(text_on(file, side), std::string(policy_path));
  if (policy) return std::move(*policy);
  error = policy.error().message;
  return std::nullopt;
}

}  // namespace

void read_policy_file(const FileChange& file, std::vector<Finding>& findings) {
  const bool was = is_at(file, Side::Before, policy_path), is = is_at(file, Side::After, policy_path);
  if (!was && !is) return;
  // A copy elsewhere leaves the policy where it was.
  if (file.status == ChangeStatus::Copied && !is) return;
  std::string error;
  const std::optional<Policy> after = policy_on(file, Side::After, error);
  if (!after) {
    const bool partial = file.after.kind == ImageKind::Partial;
    unreadable(file, error, partial ? Certainty::Partial : Certainty::Exact, findings);
    return;
  }
  if (!was) {
    first_policy(file, *after, findings);
    // It may say more than the defaults; what it lets pass beyond them is weighed like any other weakening.
    for (const PolicyChange& change : compare(Policy(), *after)) {
      if (change.move == PolicyMove::Weaker) weakened(file, *after, change, findings);
    }
    return;
  }
  if (!is) removed(file, findings);
  // A policy that the target cannot read itself has let nothing pass: whatever comes is no weaker.
  const std::optional<Policy> before = policy_on(file, Side::Before, error);
  if (!before) return;
  for (const PolicyChange& change : compare(*before, *after)) {
    if (change.move == PolicyMove::Weaker) weakened(file, *after, change, findings);
  }
}

}  // namespace redtag
