#include "depot/access.h"

#include <unistd.h>

#include <stdexcept>

namespace depot {

bool is_admin(const Caller& caller) { return caller.admin || caller.user == 0; }

bool can_delete(const Caller& caller, const std::string& owner) { return is_admin(caller) || caller.name == owner; }

void RequirePermission(const Caller& caller) {
  if (!is_admin(caller)) throw std::runtime_error("only an administrator may do that");
}

Caller CallerOfProcess() {
  Caller caller;
  caller.user = static_cast<int>(geteuid());
  caller.admin = caller.user == 0;
  return caller;
}

}  // namespace depot
