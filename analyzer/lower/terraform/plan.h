// A plan as `terraform show -json` and `tofu show -json` print it: what the platform itself says will happen.
//
// The text is read as events: only what changes is kept, and the module calls of the configuration, which say where a
// module's text stands. Format: https://developer.hashicorp.com/terraform/internals/json-format
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "model/model.h"

namespace redtag::terraform {

inline constexpr std::size_t plan_bytes = std::size_t{512} << 20;  ///< a larger plan is an error
inline constexpr std::size_t plan_values = 4'000'000;  ///< values of changing resources that are kept at most
inline constexpr std::size_t plan_depth = 200;

/// One resource instance of the plan that does not stay as it is.
struct PlannedChange {
  std::string address;           ///< with keys: `module.shop["eu"].aws_db_instance.main[0]`
  std::string previous_address;  ///< empty unless it moved
  std::string mode;              ///< `managed` or `data`
  std::string type;
  std::string name;
  std::vector<std::string> actions;  ///< `create`, `update`, `delete`, `forget`, `read`, `no-op`, in the plan's order
  std::string reason;                ///< action_reason; empty for none
  bool importing = false;
  std::vector<Entry> before;  ///< nested blocks as Shape::Block, like the text's
  std::vector<Entry> after;
  std::vector<std::string> replace_paths;  ///< without indexes: `ingress.cidr_blocks`
};

struct Plan {
  std::vector<PlannedChange> changes;
  std::map<std::string, std::uint64_t>
      instances;  ///< of every declaration (address without keys): how many stand afterwards
  std::map<std::string, std::string> sources;  ///< of module calls (address without keys): `source` as written
};

/// Reads a plan. `name` is for messages. What is no plan, not whole, or over a limit is an error.
[[nodiscard]] Expected<Plan> read_plan(std::string_view text, std::string_view name);

/// `module.shop["eu"].aws_db_instance.main[0]` → `module.shop.aws_db_instance.main`.
[[nodiscard]] std::string without_keys(std::string_view address);

}  // namespace redtag::terraform
