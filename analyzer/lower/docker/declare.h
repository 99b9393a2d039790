// What Dockerfiles and Compose files declare.
#pragma once

#include "document/document.h"
#include "lower/frontend.h"

namespace redtag::docker {

void declare_dockerfile(const SourceFileView& file, const LoweringView& view, Model& model);
/// What a service is started with: `environment` and `options` of its command line as blocks of `service`, and the operations
/// of the command itself, on the data that its mounts hold. A line of a job table in it runs on a schedule.
void declare_start(const SourceFileView& file, const document::Node& node, const LoweringView& view, Resource& service,
                   Model& model);
/// A file of settings of a server (`postgresql.conf`, `redis.conf`, `my.cnf`): the same `options` as on its command line.
void declare_settings(const SourceFileView& file, Model& model);
void declare_compose(const SourceFileView& file, const document::Node& root, const LoweringView& view, Model& model);

}  // namespace redtag::docker
