// What a finding does, in the words of lanes, and which lane of an assistant's change stops it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "judge/judge.h"
#include "score/score.h"

namespace redtag {
namespace {

struct PlaneClass {
  std::string_view plane;  ///< class of an entity, from the fact tables
  ActionClass action;
};

constexpr std::array plane_classes = std::to_array<PlaneClass>({
    {"cdn", ActionClass::Network},
    {"certificate", ActionClass::Network},
    {"dns", ActionClass::Network},
    {"identity", ActionClass::Identity},
    {"key", ActionClass::Identity},
    {"load-balancer", ActionClass::Network},
    {"network", ActionClass::Network},
    {"organization", ActionClass::Identity},
    {"pipeline", ActionClass::Pipeline},
    {"secret", ActionClass::Identity},
});

ActionClass class_of(Action action) {
  switch (action) {
    case Action::Destroy: return ActionClass::Deletion;
    case Action::Replace: return ActionClass::Recreation;
    case Action::Interrupt:
    case Action::Detach: return ActionClass::Interruption;
    case Action::Reconfigure: return ActionClass::Configuration;
    case Action::Unguard: return ActionClass::Unguarding;
  }
  return ActionClass::Configuration;
}

bool loses_production_data(const Finding& finding) {
  if (finding.environment_proven && low_environment(finding.environment)) return false;
  switch (finding.action) {
    case Action::Destroy:
    case Action::Replace:
    case Action::Unguard: return vector_of(finding).state == State::Data;
    case Action::Interrupt:
    case Action::Detach:
    case Action::Reconfigure: break;
  }
  return false;
}

bool holds_one(const std::vector<ActionClass>& lane, ActionClass action) {
  return std::find(lane.begin(), lane.end(), action) != lane.end();
}

}  // namespace

std::vector<ActionClass> action_classes(const Finding& finding) {
  std::vector<ActionClass> classes{class_of(finding.action)};
  for (const PlaneClass& plane : plane_classes) {
    if (plane.plane == finding.entity_class) classes.push_back(plane.action);
  }
  if (finding.stack == Stack::Redtag) classes.push_back(ActionClass::Pipeline);
  if (finding.category == Category::MissingRollback) classes.push_back(ActionClass::Rollback);
  if (loses_production_data(finding)) classes.push_back(ActionClass::ProductionData);
  std::sort(classes.begin(), classes.end());
  classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
  return classes;
}

std::string lane_that_holds(const std::vector<ActionClass>& classes, Severity counted, const Policy& policy) {
  for (const ActionClass action : classes) {
    if (holds_one(policy.lanes.draft_only, action)) {
      return fmt::format("{} is draft only for an assistant", action_class_name(action));
    }
  }
  if (counted < Severity::Medium) return {};
  for (const ActionClass action : classes) {
    if (holds_one(policy.lanes.senior_required, action)) {
      return fmt::format("{} needs a senior from medium up", action_class_name(action));
    }
  }
  return {};
}

}  // namespace redtag
