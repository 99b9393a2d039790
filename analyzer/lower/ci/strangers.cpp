#include "lower/ci/strangers.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace redtag::ci {

namespace {

bool holds_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool has(const Pipeline& pipeline, std::string_view event) {
  return std::any_of(pipeline.triggers.begin(), pipeline.triggers.end(),
                     [&](const Setting& each) { return each.key == event; });
}

/// What names the text of a request: its head, or the merge that the host makes of it.
bool names_request(std::string_view value) {
  return holds_any(value, {"pull_request.head", "github.head_ref", "workflow_run.head", "refs/pull/"});
}

/// A command that brings the text of a request into the work tree.
bool fetches_request(std::string_view script) {
  if (holds_any(script, {"gh pr checkout", "hub pr checkout"})) return true;
  return holds_any(script, {"git fetch", "git checkout", "git pull", "git switch", "git clone"}) &&
         holds_any(script, {"pull_request.head", "github.head_ref", "pull/${{", "pull/$"});
}

/// Whether a step takes it, and by which of its lines. A comment names its request by number, and by what an earlier step looked up.
std::optional<ByteRange> takes(const Step& step, bool commented) {
  if (fetches_request(step.script.text)) return step.header;
  const bool checks_out = step.uses.find("checkout") != std::string::npos;
  const bool local = step.uses.starts_with("./");
  if (!checks_out && !local) return std::nullopt;
  for (const Setting& input : step.with) {
    if (!input.key.starts_with("with.")) continue;
    const std::string key = lower_ascii(std::string_view(input.key).substr(5));
    const bool where =
        checks_out ? key == "ref" || key == "repository" : holds_any(key, {"ref", "sha", "repo", "branch", "commit"});
    if (!where) continue;
    const std::string value = lower_ascii(input.value);
    const bool looked_up = commented && value.find("steps.") != std::string::npos &&
                           holds_any(value, {"head", "sha", "ref", "branch", "commit"});
    if (names_request(input.value) || looked_up) return input.bytes;
  }
  return std::nullopt;
}

/// A condition that asks who it is: a member, somebody by name, a branch of this repository, a label that only members set.
bool asks_who(std::string_view condition) {
  return holds_any(condition,
                   {"author_association", "head.repo.full_name ==", "head.repo.full_name==", "head.repo.fork",
                    "head_repository.full_name ==", ".actor", "user.login", "sender.login", "labels", "label.name",
                    "repository_owner", "workflow_run.event ==", "workflow_run.head_branch =="});
}

/// Steps that ask the host for what the one who started the run may do.
bool asks_for_rights(const Step& step) {
  const std::string uses = lower_ascii(step.uses);
  return holds_any(uses, {"permission", "membership", "authoriz", "is-organization-member", "actor"}) ||
         holds_any(step.script.text,
                   {"/permission", "author_association", "/memberships/", "getCollaboratorPermission"});
}

bool may_write(const std::vector<Setting>& permissions) {
  return std::any_of(permissions.begin(), permissions.end(), [](const Setting& each) { return each.value == "write"; });
}

bool names_secret(const Setting& each) {
  for (std::size_t at = each.value.find("secrets."); at != std::string::npos;
       at = each.value.find("secrets.", at + 1)) {
    if (each.value.compare(at + 8, 12, "GITHUB_TOKEN") != 0) return true;
  }
  return false;
}

/// A token that may write, an identity, or secrets: what runs in the job can reach them.
bool has_rights(const Pipeline& pipeline, const Job& job) {
  if (may_write(job.permissions.empty() ? pipeline.permissions : job.permissions)) return true;
  const auto any = [](const std::vector<Setting>& all) { return std::any_of(all.begin(), all.end(), names_secret); };
  if (any(pipeline.variables) || any(job.variables)) return true;
  return std::any_of(job.steps.begin(), job.steps.end(),
                     [&](const Step& step) { return any(step.with) || names_secret({"", step.script.text, {}}); });
}

/// True if something runs that may stand in the text that was taken: any script, or an action of the work tree.
bool runs_it(const Job& job, std::size_t taken) {
  if (job.steps[taken].uses.starts_with("./")) return true;
  for (std::size_t i = taken; i < job.steps.size(); ++i) {
    if (i > taken && job.steps[i].uses.starts_with("./")) return true;
    if (i > taken && !job.steps[i].script.text.empty()) return true;
  }
  return fetches_request(job.steps[taken].script.text);  // with what stands behind it in the same script
}

}  // namespace

void note_strangers_code(Pipeline& pipeline) {
  const bool asked = has(pipeline, "pull_request_target") || has(pipeline, "workflow_run");
  const bool commented = has(pipeline, "issue_comment");
  if (!asked && !commented) return;
  // A run after runs of named branches is one after what was merged.
  const bool merged = std::any_of(pipeline.triggers.begin(), pipeline.triggers.end(), [](const Setting& each) {
    return each.key == "workflow_run" && each.value.find("branches:") != std::string::npos;
  });
  const bool by_request = has(pipeline, "pull_request_target");
  std::optional<Setting> found;
  for (const Job& job : pipeline.jobs) {
    bool known = asks_who(job.condition) || !job.approvals.empty() || (merged && !by_request && !commented);
    for (std::size_t i = 0; i < job.steps.size(); ++i) {
      const Step& step = job.steps[i];
      known = known || asks_for_rights(step) || asks_who(step.condition);
      const std::optional<ByteRange> place = takes(step, commented);
      // Whoever comments is nobody in particular, unless something asks; a request's workflow says so by its event.
      if (!place || (!asked && known)) continue;
      const bool rights = !known && runs_it(job, i) && has_rights(pipeline, job);
      if (!found || rights) found = Setting{"takes_request_code", rights ? "with rights" : "true", *place};
      if (rights) break;
    }
    if (found && found->value == "with rights") break;
  }
  if (found) pipeline.attributes.push_back(*found);
}

}  // namespace redtag::ci
