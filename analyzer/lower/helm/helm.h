// Helm: charts, values and releases, read without running Helm.
//
//   templates/*       objects of the Kubernetes stack; what a directive prints is unknown, never absent
//   values*.yaml      one resource of settings; those of a chart are put where its templates use them, so that a change of a
//                     value is a change of the object that it ends up in
//   Chart.yaml        the chart, and one resource for each dependency
//   helmfile.yaml     one resource for each release, with the condition under which it is rendered
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lower/frontend.h"

namespace redtag {

extern const Frontend helm_frontend;

namespace helm {

enum class FileRole : std::uint8_t { Template, Chart, Values, Releases };

/// What a file of the stack is, from its path.
[[nodiscard]] FileRole role_of(std::string_view path);

/// The chart that a template or a chart's own file belongs to; empty for the top directory. nullopt for any other file.
[[nodiscard]] std::optional<std::string> chart_of(std::string_view path);

/// Says of each object whether its template prints it with the values of the chart: `rendered` is `false`, or unknown where the
/// conditions cannot be judged. Takes the conditions away.
void judge_conditions(std::span<LoweredFile> files);

/// Puts known values of a chart where its templates print them, and takes them out of the settings.
void join_values(std::span<LoweredFile> files);

}  // namespace helm

}  // namespace redtag
