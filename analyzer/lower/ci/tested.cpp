#include "lower/ci/tested.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"

namespace redtag::ci {

namespace {

/// A part of the name says so, and none in front of it takes it back: `deploy-prod`, not `pre-prod`.
bool names_production(std::string_view written) {
  const std::string name = lower_ascii(written);
  std::string last;
  for (std::size_t at = 0; at < name.size();) {
    std::size_t end = at;
    while (end < name.size() && name[end] >= 'a' && name[end] <= 'z') ++end;
    if (end == at) {
      ++at;
      continue;
    }
    const std::string word = name.substr(at, end - at);
    if ((word == "prod" || word == "production") && last != "non" && last != "pre" && last != "not") return true;
    last = word;
    at = end;
  }
  return false;
}

bool goes_to_production(const SourceFileView& file, const Job& job, const GateFacts& gates) {
  const auto environment = [](const Setting& each) {
    return each.key == "environment" && names_production(each.value);
  };
  if (std::any_of(job.approvals.begin(), job.approvals.end(), environment) ||
      std::any_of(job.attributes.begin(), job.attributes.end(), environment) || names_production(job.name) ||
      names_production(file.path.substr(file.path.rfind('/') + 1)))
    return true;
  return std::any_of(job.steps.begin(), job.steps.end(), [&](const Step& step) {
    const std::vector<std::string> words = gates.deploying_words(step);
    return std::any_of(words.begin(), words.end(), names_production);
  });
}

bool tests(const SourceFileView& file, const Step& step, const GateFacts& gates) {
  const std::vector<FoundGate> found = gates.gates_of(file, step);
  return std::any_of(found.begin(), found.end(),
                     [](const FoundGate& gate) { return gate.label == "test" || gate.label == "scan"; });
}

/// Steps of another file: what they do is not known here.
bool is_elsewhere(const Step& step) {
  return step.uses.starts_with("./") || step.uses.find(".github/workflows/") != std::string::npos;
}

}  // namespace

std::optional<Coverage> tested_before_production(const SourceFileView& file, const Pipeline& pipeline, const Job& job,
                                                 const GateFacts& gates) {
  const auto last = std::find_if(job.steps.rbegin(), job.steps.rend(),
                                 [&](const Step& step) { return gates.deploys(step) != Deploys::Nothing; });
  if (last == job.steps.rend() || file.partial || !goes_to_production(file, job, gates)) return std::nullopt;
  if (!pipeline.tells_order) return Coverage::All;
  const auto answers = [&](const Step& step) { return is_elsewhere(step) || tests(file, step, gates); };
  if (std::any_of(job.steps.begin(), last.base(), answers)) return Coverage::All;
  std::set<std::string_view> seen{job.name};
  std::vector<std::string_view> open;
  const auto wait_for = [&](const Job& waiting) {
    for (const Need& need : waiting.needs) open.push_back(need.job);
    for (const std::string& earlier : waiting.follows) open.push_back(earlier);
  };
  wait_for(job);
  while (!open.empty()) {
    const std::string_view name = open.back();
    open.pop_back();
    if (!seen.insert(name).second) continue;
    const auto before =
        std::find_if(pipeline.jobs.begin(), pipeline.jobs.end(), [&](const Job& each) { return each.name == name; });
    if (before == pipeline.jobs.end() || before->steps.empty()) return Coverage::All;
    if (std::any_of(before->steps.begin(), before->steps.end(), answers)) return Coverage::All;
    wait_for(*before);
  }
  return Coverage::None;
}

}  // namespace redtag::ci
