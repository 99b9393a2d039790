// Pipelines: GitHub Actions, GitLab CI, CircleCI, Azure Pipelines, Jenkins and others, as jobs of steps behind gates.
//
//   text ──dialect reader──> Pipeline: jobs, steps, triggers, conditions, in one form for all of them
//        ──declare──> resources `workflow`, `job`, `step`; gates as safeguards; commands through the shell front end
//
// What comes out
//   workflow   the file's path; attributes `on.EVENT`, `permissions.SCOPE`, `concurrency`
//   job        `path:job`; attributes `environment`, `permissions.SCOPE`, `runs_on`, `if`, `privileged`
//   step       `path:job/name`; attributes `uses`, `ref`, `pinned`, `secrets`, `with.…`, `identity`
//   gate       a safeguard of kind `gate` whose text starts with what it is: `test: npm test`, `approval: production`,
//              `needs: build`, `redtag: …`. Its coverage says whether it can stop anything: all, only under a condition, or nothing
//   procedure  `path:job/name`, with what starts the pipeline
//
// What is called a check here stands in the fact table (`ci gate`), as do the programs that reach no further than the machine
// a job runs on (`ci local`): what those delete is made anew for the next run, unless the machine is the house's own.
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend ci_frontend;

}  // namespace redtag
