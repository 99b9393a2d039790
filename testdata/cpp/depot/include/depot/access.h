#pragma once

#include <string>

#include "depot/status.h"

namespace depot {

struct Caller {
  std::string name;
  int user = -1;
  bool admin = false;
};

bool is_admin(const Caller& caller);
bool can_delete(const Caller& caller, const std::string& owner);
/// Throws where the caller is no administrator.
void RequirePermission(const Caller& caller);
Caller CallerOfProcess();

}  // namespace depot
