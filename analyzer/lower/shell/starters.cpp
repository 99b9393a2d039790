// Targets, scripts and tasks of one file that start one another.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/shell/follow.h"
#include "lower/shell/strip.h"
#include "model/spared.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_starters = 64;  ///< of one procedure

bool does_harm(const Operation& operation) {
  return (operation.verb == Verb::Destroy || operation.verb == Verb::Delete || operation.verb == Verb::Empty ||
          operation.verb == Verb::Overwrite) &&
         !operation.harmless_target;
}

/// The last part of an address in that file; empty for another one.
std::string name_in(std::string_view path, std::string_view address) {
  const std::string_view file = address.substr(0, std::min(address.find(':'), address.size()));
  if (file == address) return {};
  const bool same = file == path || (file == base_name(path) && file.find('/') == std::string_view::npos);
  return same ? std::string(address.substr(file.size() + 1)) : std::string();
}

}  // namespace

Operation call_of_target(std::string_view path, std::string_view target, Region region) {
  Operation call;
  call.stack = Stack::Shell;
  call.verb = Verb::Run;
  call.program = "make";
  call.object = std::string(call_object);
  call.target = known_string(std::string(path) + ":" + std::string(target), region);
  call.text = "make " + std::string(target);
  call.region = region;
  return call;
}

void tell_starters(Model& model, std::string_view path) {
  std::map<std::string, std::set<std::string>> callers;  // by what they call
  for (const Operation& operation : model.operations) {
    if (!is_call(operation) || !operation.procedure.valid()) continue;
    const std::string callee = name_in(path, operation.target.text);
    const std::string caller = name_in(path, model.procedures[operation.procedure.value].address);
    if (!callee.empty() && !caller.empty() && callee != caller) callers[callee].insert(caller);
  }
  if (callers.empty()) return;
  std::map<std::string, std::set<std::string>> starters;
  const auto starters_of = [&](const std::string& name) -> const std::set<std::string>& {
    const auto [found, is_new] = starters.try_emplace(name);
    std::vector<std::string> waiting{name};
    while (is_new && !waiting.empty()) {
      const std::string at = std::move(waiting.back());
      waiting.pop_back();
      const auto known = callers.find(at);
      if (known == callers.end()) continue;
      for (const std::string& caller : known->second) {
        if (found->second.size() >= most_starters) break;
        if (caller != name && found->second.insert(caller).second) waiting.push_back(caller);
      }
    }
    return found->second;
  };
  for (Operation& operation : model.operations) {
    if (!does_harm(operation) || !operation.procedure.valid()) continue;
    const std::string name = name_in(path, model.procedures[operation.procedure.value].address);
    if (name.empty()) continue;
    for (const std::string& starter : starters_of(name)) operation.arguments.push_back(started_by(starter));
  }
}

}  // namespace redtag::shell
