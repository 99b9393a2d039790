#include "lower/shell/rollout.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "lower/ci/gates.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_bytes = std::size_t{128} << 10;

/// A script that speaks of none of these makes no roll-out that the table knows.
bool may_deploy(std::string_view text) {
  static constexpr std::array words = std::to_array<std::string_view>(
      {"kubectl", "helm", "docker", "compose", "deploy", "argocd", "flux", "ecs", "nomad", "heroku", "cf push"});
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

void add_rollout_gates(const SourceFileView& file, const std::string& address, const FactTables& facts,
                       std::vector<Safeguard>& out) {
  if (file.partial || file.text.size() > most_bytes || !may_deploy(file.text)) return;
  ci::Step step;
  step.script.text = std::string(file.text);
  step.script.map.resize(file.text.size() + 1);
  std::iota(step.script.map.begin(), step.script.map.end(), file.offset);
  const ci::GateFacts gates(facts);
  if (gates.deploys(step) == ci::Deploys::Nothing) return;
  for (const ci::FoundGate& found : gates.gates_of(file, step)) {
    if (found.label != "smoke" && found.label != "rollback" && found.label != "canary") continue;
    Safeguard gate;
    gate.stack = Stack::Shell;
    gate.kind = SafeguardKind::Gate;
    gate.protects = address;
    gate.text = found.label + ": " + found.text;
    gate.region = Region{file.file, file.side, found.bytes};
    if (found.masked) gate.coverage = Coverage::None;
    out.push_back(std::move(gate));
  }
}

}  // namespace redtag::shell
