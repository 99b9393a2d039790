// Ansible: plays and tasks as resources and operations; variables of groups and hosts as settings.
//
// What comes out
//   play       `path:name`; attributes `hosts`, `serial`, `max_fail_percentage`, `any_errors_fatal`, `roles` …
//   operation  one for each task whose module the fact table knows (`ansible MODULE`): program is the module's last name, action the
//              argument that arms it (`state=absent`), target what it names. Tasks of command modules go to the shell front end
//   procedure  the file; `path:name` for each play. A task under `rescue` or `always` cleans up
//   setting    `path:variable` of group and host variables, and of defaults
//
// Expressions (`{{ … }}`) stay as written: a target with one is unknown. What variables of changed files decide is said of the variables:
// what is destroyed by them (decided.h), and on which hosts (aimed.h, reach.h).
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend ansible_frontend;

}  // namespace redtag
