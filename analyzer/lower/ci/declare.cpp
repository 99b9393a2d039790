// A pipeline as resources, gates and commands.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "lower/around.h"
#include "lower/ci/gates.h"
#include "lower/ci/limits.h"
#include "lower/ci/pinned.h"
#include "lower/ci/pipeline.h"
#include "lower/ci/run.h"
#include "lower/ci/tested.h"
#include "lower/shell/follow.h"
#include "model/spared.h"

namespace redtag::ci {

namespace {

Coverage coverage_of(Runs runs) {
  switch (runs) {
    case Runs::Always: return Coverage::All;
    case Runs::Sometimes: return Coverage::Some;
    case Runs::Never: break;
  }
  return Coverage::None;
}

/// The file that a local workflow or action stands in, from the top of the tree; anything else as written.
std::string file_of(std::string uses) {
  if (!uses.starts_with("./")) return uses;
  uses.erase(0, 2);
  const bool is_file = uses.ends_with(".yml") || uses.ends_with(".yaml");
  return is_file ? uses : uses + (uses.ends_with('/') ? "" : "/") + "action.yml";
}

/// Names of secrets that a value reads.
void collect_secrets(std::string_view value, std::set<std::string>& into) {
  for (std::size_t at = value.find("secrets."); at != std::string_view::npos; at = value.find("secrets.", at)) {
    at += 8;
    std::size_t end = at;
    while (end < value.size() && (std::isalnum(static_cast<unsigned char>(value[end])) != 0 || value[end] == '_'))
      ++end;
    const std::string name(value.substr(at, end - at));
    if (!name.empty() && name != "GITHUB_TOKEN") into.insert(name);
  }
}

class Declarer {
 public:
  Declarer(const SourceFileView& file, Pipeline&& pipeline, const LoweringView& view, Model& model)
      : file_(file), pipeline_(std::move(pipeline)), view_(view), model_(model), gates_(view.facts) {}

  void run() {
    declare_workflow();
    for (Job& job : pipeline_.jobs) {
      gates_.note_test_database(file_, pipeline_, job);
      declare_job(job);
      declare_limits(job);
      for (Step& step : job.steps) declare_step(job, step);
    }
    declare_order();
    declare_downloads();
    if (!gated_.empty()) {
      Safeguard gate = safeguard("trigger: merge requests", std::string(file_.path), trigger_place());
      gate.coverage = pipeline_.on_request == Runs::Never ? Coverage::None
                      : pipeline_.has_filters             ? Coverage::Some
                                                          : Coverage::All;
      guard(std::move(gate));
    }
  }

 private:
  [[nodiscard]] Region region(ByteRange bytes) const { return region_in(file_, bytes); }
  [[nodiscard]] std::string address_of(const Job& job) const { return std::string(file_.path) + ":" + job.name; }

  Resource start(std::string type, std::string name, std::string address, ByteRange bytes, ByteRange header) const {
    Resource resource;
    resource.stack = Stack::Ci;
    resource.type = std::move(type);
    resource.name = std::move(name);
    resource.scope = file_.path;
    resource.address = std::move(address);
    resource.region = region(bytes);
    resource.header = region(header);
    return resource;
  }

  void add(Resource& resource, const std::string& key, const Setting& setting) const {
    resource.attributes.push_back({key, known_string(setting.value, region(setting.bytes)), region(setting.bytes)});
  }

  /// Settings below one name, as a block.
  void add_block(Resource& resource, const std::string& key, const std::vector<Setting>& settings) const {
    if (settings.empty()) return;
    Value block;
    block.presence = Presence::Known;
    block.shape = Shape::Block;
    block.region = region(settings.front().bytes);
    for (const Setting& setting : settings) {
      block.entries.push_back({setting.key, known_string(setting.value, region(setting.bytes)), region(setting.bytes)});
    }
    resource.attributes.push_back({key, std::move(block), region(settings.front().bytes)});
  }

  void declare_workflow() {
    const auto end = static_cast<std::uint32_t>(file_.text.size());
    Resource workflow = start("workflow", std::string(file_.path), std::string(file_.path), {0, end}, pipeline_.header);
    add_block(workflow, "on", pipeline_.triggers);
    add_block(workflow, "permissions", pipeline_.permissions);
    add_block(workflow, "env", pipeline_.variables);
    add_block(workflow, "borrowed", pipeline_.borrowed);
    for (const Setting& each : pipeline_.attributes) add(workflow, each.key, each);
    for (const Setting& each : pipeline_.included) {
      workflow.references.push_back({each.value, each.key, region(each.bytes)});
      guard(safeguard("include: " + each.value, std::string(file_.path), each.bytes));
    }
    model_.resources.push_back(std::move(workflow));
  }

  /// Whoever calls the file runs everything in it.
  [[nodiscard]] Reference called_as(ByteRange bytes) const { return {std::string(file_.path), "", region(bytes)}; }

  void declare_job(const Job& job) {
    Resource resource = start("job", job.name, address_of(job), job.bytes, job.header);
    add_block(resource, "permissions", job.permissions);
    add_block(resource, "env", job.variables);
    for (const Setting& each : job.attributes) add(resource, each.key, each);
    for (const Setting& each : job.approvals) {
      if (each.key == "environment") add(resource, "environment", each);
      guard(safeguard("approval: " + each.value, address_of(job), each.bytes));
    }
    if (deploys(job)) {
      resource.attributes.push_back({"deploys", known_bool(true, region(job.header)), region(job.header)});
      if (starts_by_hand(pipeline_, job))
        resource.attributes.push_back({"by_hand", known_bool(true, region(job.header)), region(job.header)});
      if (const Setting* clock = starts_by_clock(pipeline_, job)) add(resource, "by_clock", *clock);
    }
    if (pipeline_.called) resource.references.push_back(called_as(job.header));
    model_.resources.push_back(std::move(resource));
  }

  /// What a window does not show may still stand: it has no gates.
  void guard(Safeguard gate) {
    if (!file_.partial) model_.safeguards.push_back(std::move(gate));
  }

  Safeguard safeguard(std::string text, std::string protects, ByteRange bytes) const {
    Safeguard gate;
    gate.stack = Stack::Ci;
    gate.kind = SafeguardKind::Gate;
    gate.protects = std::move(protects);
    gate.text = std::move(text);
    gate.region = region(bytes);
    return gate;
  }

  void declare_step(const Job& job, Step& step) {
    Resource resource = start("step", step.name, address_of(job) + "/" + step.name, step.bytes, step.header);
    if (!step.uses.empty()) {
      const std::size_t at = step.uses.find('@');
      resource.attributes.push_back(
          {"uses", known_string(step.uses.substr(0, at), region(step.header)), region(step.header)});
      if (at != std::string::npos) {
        resource.attributes.push_back(
            {"ref", known_string(step.uses.substr(at + 1), region(step.header)), region(step.header)});
      }
      resource.attributes.push_back(
          {"pinned", known_string(std::string(pinned(step.uses)), region(step.header)), region(step.header)});
      resource.references.push_back({file_of(step.uses.substr(0, at)), "uses", region(step.header)});
    }
    resource.references.push_back({job.name, "job", region(step.header)});
    if (pipeline_.called) resource.references.push_back(called_as(step.header));
    std::set<std::string> secrets;
    std::map<std::string_view, std::vector<Setting>> groups;
    for (const Setting& setting : step.with) {
      collect_secrets(setting.value, secrets);
      const std::size_t dot = setting.key.find('.');
      const std::string_view group = std::string_view(setting.key).substr(0, dot);
      groups[group].push_back(
          {dot == std::string::npos ? setting.key : setting.key.substr(dot + 1), setting.value, setting.bytes});
    }
    for (const auto& [group, settings] : groups) add_block(resource, std::string(group), settings);
    add_deploying_words(step, resource);
    collect_secrets(step.script.text, secrets);
    if (!secrets.empty()) {
      Value names;
      names.presence = Presence::Known;
      names.shape = Shape::Set;
      names.region = region(step.header);
      for (const std::string& name : secrets) names.items.push_back(known_string(name, region(step.header)));
      resource.attributes.push_back({"secrets", std::move(names), region(step.header)});
    }
    const auto mark = [&](const char* name) {
      resource.attributes.push_back({name, known_string("true", region(step.header)), region(step.header)});
    };
    if (gates_.takes_told_text(step)) {
      resource.attributes.push_back(
          {"runs_told_text", known_string(pipeline_.for_strangers ? "with rights" : "true", region(step.header)),
           region(step.header)});
    }
    if (!step.uses.empty() && holds_secrets(job)) mark("beside_secrets");
    if (!step.uses.empty() && deploys(job)) mark("beside_deployment");
    model_.resources.push_back(std::move(resource));
    declare_gates(job, step);
    lower_script(job, step);
  }

  /// `deploys_with`: where a step deploys to stands among these words, if it stands anywhere.
  void add_deploying_words(const Step& step, Resource& resource) const {
    const Region place = region(step.header);
    Value words;
    words.presence = Presence::Known;
    words.shape = Shape::List;
    words.region = place;
    for (std::string& word : gates_.deploying_words(step)) words.items.push_back(known_string(std::move(word), place));
    if (!words.items.empty()) resource.attributes.push_back({"deploys_with", std::move(words), place});
  }

  [[nodiscard]] bool deploys(const Job& job) const {
    return std::any_of(job.steps.begin(), job.steps.end(),
                       [&](const Step& step) { return gates_.deploys(step) != Deploys::Nothing; });
  }

  /// A secret or a token of identity that every step of the job can reach: they share a machine.
  [[nodiscard]] bool holds_secrets(const Job& job) const {
    std::set<std::string> found;
    for (const Setting& each : pipeline_.variables) collect_secrets(each.value, found);
    for (const Setting& each : job.variables) collect_secrets(each.value, found);
    for (const Step& step : job.steps) {
      for (const Setting& each : step.with) collect_secrets(each.value, found);
      collect_secrets(step.script.text, found);
    }
    const auto identity = [](const Setting& each) { return each.key == "id-token" && each.value == "write"; };
    const auto& permissions = job.permissions.empty() ? pipeline_.permissions : job.permissions;
    return !found.empty() || std::any_of(permissions.begin(), permissions.end(), identity);
  }

  void note_download(const Job& job, const Operation& operation) {
    const bool compared =
        std::any_of(operation.arguments.begin(), operation.arguments.end(),
                    [](const Value& argument) { return std::string_view(argument.text).starts_with(spared_mark); });
    const auto [known, is_new] = downloads_.emplace(job.name, Download{compared, operation.region});
    if (!is_new && known->second.compared && !compared) known->second = Download{compared, operation.region};
  }

  /// Whoever serves what a job runs decides what it does, unless something compares it first.
  void declare_downloads() {
    for (const Job& job : pipeline_.jobs) {
      const auto found = downloads_.find(job.name);
      if (found == downloads_.end()) continue;
      Safeguard check = safeguard(holds_rights(job) ? "digest: beside rights" : "digest", address_of(job), job.header);
      check.kind = SafeguardKind::ResultCheck;
      check.region = found->second.region;
      check.coverage = found->second.compared ? Coverage::All : Coverage::None;
      guard(std::move(check));
    }
  }

  /// Secrets, an identity, or a token that may write.
  [[nodiscard]] bool holds_rights(const Job& job) const {
    const auto& permissions = job.permissions.empty() ? pipeline_.permissions : job.permissions;
    return holds_secrets(job) || std::any_of(permissions.begin(), permissions.end(), [](const Setting& each) {
             return each.value == "write" && each.key != "pull-requests" && each.key != "issues" &&
                    each.key != "checks" && each.key != "statuses" && each.key != "security-events";
           });
  }

  /// Who may start what a job does elsewhere: a person, the branches that are named, or anybody.
  void declare_limits(const Job& job) {
    Deploys most = Deploys::Nothing;
    Keeps least = Keeps::Out;
    for (const Step& step : job.steps) {
      const Deploys does = gates_.deploys(step);
      if (does == Deploys::Nothing) continue;
      most = std::max(most, does);
      least = std::min(least, limits(pipeline_, job, step.condition));
      if (does != Deploys::Destroys) continue;
      const bool own = asks_for_answer(step.condition);
      if (own || asks_for_answer(job.condition)) {
        guard(safeguard("limit: an answer", address_of(job) + "/" + step.name, own ? step.softened : job.softened));
      }
    }
    if (most == Deploys::Nothing || pipeline_.starts.empty() || job.manual) return;
    std::string text = most == Deploys::Destroys ? "limit: who starts what destroys" : "limit: who starts it";
    if (!job.approvals.empty()) text += ", before an approval";
    const ByteRange start = pipeline_.starts.front().bytes;
    const ByteRange otherwise = start.size() == 0 ? job.header : start;
    Safeguard gate = safeguard(std::move(text), address_of(job), job.softened.size() == 0 ? otherwise : job.softened);
    const bool by_hand = starts_by_hand(pipeline_, job);
    gate.coverage = by_hand ? Coverage::All : least == Keeps::Nothing ? Coverage::None : Coverage::Some;
    guard(std::move(gate));
  }

  void declare_gates(const Job& job, const Step& step) {
    for (FoundGate& found : gates_.gates_of(file_, step)) {
      // What runs when something failed needs a condition, and a plan that was seen is no check of its own.
      const bool remedy = found.label == "rollback" || found.label == "saved plan";
      Safeguard gate = safeguard(found.label + ": " + found.text, address_of(job), step.header);
      gate.region.bytes = found.bytes;
      if (found.masked || step.soft) {
        gate.coverage = Coverage::None;
      } else if (!remedy || step.runs == Runs::Never) {
        gate.coverage = coverage_of(step.runs);
      }
      if (!found.masked && gate.coverage != Coverage::All && step.softened.size() > 0)
        gate.region = region(step.softened);
      if (!remedy) {
        const auto [best, is_new] = gated_.emplace(job.name, gate.coverage);
        if (!is_new && gate.coverage == Coverage::All) best->second = Coverage::All;
      }
      guard(std::move(gate));
    }
    if (!job.approvals.empty()) gated_[job.name] = Coverage::All;
  }

  /// What has to be over before a job begins, and what makes a job of checks count.
  void declare_order() {
    std::map<std::string_view, const Job*> jobs;
    for (const Job& job : pipeline_.jobs) jobs.emplace(job.name, &job);
    for (const Job& job : pipeline_.jobs) {
      const bool asks = std::any_of(job.steps.begin(), job.steps.end(), [](const Step& step) {
        const bool in_settings = std::any_of(step.with.begin(), step.with.end(), [](const Setting& each) {
          return each.value.find("needs.") != std::string::npos;
        });
        return in_settings || step.script.text.find("needs") != std::string::npos;
      });
      for (const Need& need : job.needs) {
        const std::size_t slash = job.name.find('/');
        const std::string sibling = slash == std::string::npos ? need.job : job.name.substr(0, slash + 1) + need.job;
        if (!leads_to_gate(need.job, jobs) && !leads_to_gate(sibling, jobs)) continue;
        Safeguard gate = safeguard("needs: " + need.job, address_of(job), need.bytes);
        const bool named = job.condition.find("needs.") != std::string::npos;
        if (job.ignores_needs && !asks && !named) {
          gate.coverage = Coverage::None;
          gate.region = region(job.softened);
        }
        guard(std::move(gate));
      }
      if (const std::optional<Coverage> tested = tested_before_production(file_, pipeline_, job, gates_)) {
        Safeguard gate = safeguard(std::string(tests_first), address_of(job), job.header);
        gate.coverage = *tested;
        guard(std::move(gate));
      }
      const auto gated = gated_.find(job.name);
      if (gated == gated_.end()) continue;
      Safeguard gate = safeguard("job: " + job.name, address_of(job), job.header);
      gate.coverage = job.soft ? Coverage::None : coverage_of(job.runs);
      // Where each of its checks runs only sometimes, so does the job: a condition may move from them to it.
      if (gate.coverage == Coverage::All && gated->second == Coverage::Some) gate.coverage = Coverage::Some;
      if (gate.coverage != Coverage::All && job.softened.size() > 0) gate.region = region(job.softened);
      guard(std::move(gate));
    }
  }

  /// True if the job or one that it waits for checks something.
  [[nodiscard]] bool leads_to_gate(std::string_view name, const std::map<std::string_view, const Job*>& jobs) const {
    std::set<std::string_view> seen;
    std::vector<std::string_view> open{name};
    while (!open.empty()) {
      const std::string_view job = open.back();
      open.pop_back();
      if (!seen.insert(job).second) continue;
      if (gated_.count(std::string(job)) > 0) return true;
      const auto found = jobs.find(job);
      if (found == jobs.end()) continue;
      for (const Need& need : found->second->needs) open.push_back(need.job);
    }
    return false;
  }

  void lower_script(const Job& job, Step& step) {
    if (step.script.text.empty()) return;
    Model inner = lower_commands(file_, pipeline_, job, step, view_);
    const std::string address = address_of(job) + "/" + step.name;
    const auto renamed = [&](const std::string& was) {
      return was.starts_with(file_.path) ? address + was.substr(file_.path.size()) : was;
    };
    for (Procedure& procedure : inner.procedures) {
      procedure.address = renamed(procedure.address);
      if (procedure.trigger == Trigger::Unknown) procedure.trigger = job.manual ? Trigger::ByHand : pipeline_.trigger;
      const bool clean_up =
          step.condition.find("always()") != std::string::npos || step.condition.find("failure()") != std::string::npos;
      if (clean_up && procedure.direction == Direction::Unknown) procedure.direction = Direction::CleanUp;
    }
    for (Safeguard& safeguard : inner.safeguards) safeguard.protects = renamed(safeguard.protects);
    // An environment is where a job gets another database from; what reaches another machine has its own.
    const bool beside = !job.own_machine && job.approvals.empty() && !reaches_out(step.script.text);
    const std::vector<Setting> variables = variables_of(job, step);
    for (Operation& operation : inner.operations) {
      // A push of all branches or tags reaches a host that stays.
      const bool pushes_all = operation.program == "git" && operation.unbounded && operation.action.starts_with("push");
      if (!job.own_machine && !pushes_all && gates_.is_local(operation.program)) operation.harmless_target = true;
      if (beside && gates_.acts_beside_job(operation.program, variables)) operation.harmless_target = true;
      if (shell::is_call(operation)) add_setting(job, step, operation);
      const bool decides = operation.object == "assistant" || operation.object == "downloaded program";
      if (operation.object == "downloaded program") note_download(job, operation);
      if (decides && holds_rights(job)) operation.arguments.push_back(surrounding("beside", "rights"));
    }
    around(job, step).bind(inner.operations, step.script.text);
    append(model_, std::move(inner));
  }

  /// Commands that run what stands behind them elsewhere, or say that it is production.
  static bool reaches_out(std::string_view script) {
    static constexpr std::array words = std::to_array<std::string_view>(
        {"prod", "ssh ", "kubectl ", "heroku ", "fly ", "flyctl ", "aws ", "gcloud ", "az "});
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return script.find(word) != std::string_view::npos; });
  }

  /// Everything that the pipeline hands to a step as variables, outermost first.
  [[nodiscard]] std::vector<Setting> variables_of(const Job& job, const Step& step) const {
    std::vector<Setting> all = pipeline_.variables;
    all.insert(all.end(), job.variables.begin(), job.variables.end());
    for (const Setting& setting : step.with) {
      if (setting.key.starts_with("env.")) all.push_back({setting.key.substr(4), setting.value, setting.bytes});
    }
    return all;
  }

  /// What decides for a step beside its own lines.
  [[nodiscard]] Around around(const Job& job, const Step& step) const {
    Around found(view_.facts);
    found.say("starts", trigger_name(job.manual ? Trigger::ByHand : pipeline_.trigger));
    found.say("directory", step.directory);
    for (const auto* settings : {&job.approvals, &job.attributes}) {
      for (const Setting& each : *settings) {
        if (each.key == "environment") found.say(each.key, each.value);
      }
    }
    for (const Setting& each : pipeline_.variables) found.set(each.key, each.value);
    for (const Setting& each : job.variables) found.set(each.key, each.value);
    for (const Setting& each : step.with) {
      if (each.key.starts_with("env.")) found.set(std::string_view(each.key).substr(4), each.value);
    }
    for (const Step& earlier : job.steps) {
      if (&earlier == &step) break;
      found.after(earlier.script.text);
    }
    return found;
  }

  /// What a script that is called finds where it runs: a machine that is thrown away, variables of the pipeline.
  void add_setting(const Job& job, const Step& step, Operation& call) const {
    constexpr std::size_t most = 64;
    call.harmless_target = !job.own_machine;
    const auto add = [&](std::string_view name, const std::string& value) {
      if (call.arguments.size() < most && value.find("${{") == std::string::npos)
        call.arguments.push_back(known_string(shell::variable_of_call(name, value)));
    };
    for (const Setting& setting : pipeline_.variables) add(setting.key, setting.value);
    for (const Setting& setting : job.variables) add(setting.key, setting.value);
    for (const Setting& setting : step.with) {
      if (setting.key.starts_with("env.")) add(std::string_view(setting.key).substr(4), setting.value);
    }
  }

  [[nodiscard]] ByteRange trigger_place() const {
    for (const Setting& trigger : pipeline_.triggers) {
      if (trigger.key.starts_with("pull_request") || trigger.key == "merge_group" || trigger.key == "pr")
        return trigger.bytes;
    }
    return pipeline_.triggers.empty() ? pipeline_.header : pipeline_.triggers.front().bytes;
  }

  const SourceFileView& file_;
  Pipeline pipeline_;
  const LoweringView& view_;
  Model& model_;
  GateFacts gates_;
  struct Download {
    bool compared = false;
    Region region;
  };
  std::map<std::string, Download> downloads_;  // by job: the first that nothing compares, or one that something does
  std::map<std::string, Coverage> gated_;      // jobs that check something, with what the best of their checks covers
};

}  // namespace

void declare(const SourceFileView& file, Pipeline&& pipeline, const LoweringView& view, Model& model) {
  Declarer(file, std::move(pipeline), view, model).run();
}

}  // namespace redtag::ci
