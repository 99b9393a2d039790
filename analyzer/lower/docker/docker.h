// Containers: Dockerfiles by a reader of lines of its own, Compose files as services and volumes.
//
// What comes out
//   stage     of a Dockerfile, `path:name`, the last one `path:final`: `base`, `tag`, `digest`, `user`, `healthcheck`, `entrypoint`,
//             `expose`; commands of RUN through the shell front end, with what they do to the image alone taken as harmless
//   service   of a Compose file, `path:name`; one that keeps data has the type `stateful service`. Its mounts are blocks: `data`
//             for those that hold what it keeps (`source`, `target`), `mounts` for the rest; `ports` have `host`, `published`, `target`
//   volume    a named volume at the top of a Compose file
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend docker_frontend;

}  // namespace redtag
