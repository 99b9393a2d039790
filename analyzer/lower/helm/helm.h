// Helm: charts, values and releases, read without running Helm.
//
//   templates/*       objects of the Kubernetes stack; what a directive prints is unknown, never absent
//   values*.yaml      one resource of settings; those of a chart are put where its templates use them, so that a change of a
//                     value is a change of the object that it ends up in
//   Chart.yaml        the chart, and one resource for each dependency
//   .helmignore       which templates are left out
//   helmfile.yaml     one resource for each release, with the condition under which it is rendered
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lower/frontend.h"

namespace redtag {

extern const Frontend helm_frontend;

namespace helm {

enum class FileRole : std::uint8_t { Template, Chart, Values, Ignored, Releases };

/// What a file of the stack is, from its path.
[[nodiscard]] FileRole role_of(std::string_view path);

/// A lowered file of values, whatever it is called.
[[nodiscard]] bool holds_values(const LoweredFile& file);

/// The chart that a template or a chart's own file belongs to; empty for the top directory. nullopt for any other file.
[[nodiscard]] std::optional<std::string> chart_of(std::string_view path);

/// Says of each object whether its template prints it with the values of the chart, and of each dependency whether it is taken in:
/// `rendered` is `false`, or unknown where the conditions cannot be judged. A changed file of one environment's values is
/// judged by itself, as `rendered with FILE`. Takes the conditions away.
void judge_conditions(std::span<LoweredFile> files, SourceTree& tree);

/// Takes settings away that decide that something is not rendered: it is told as that.
void forget_told_settings(std::span<LoweredFile> files, const FactTables& facts);

/// Puts known values of a chart where its templates print them, and takes them out of the settings.
void join_values(std::span<LoweredFile> files);

}  // namespace helm

}  // namespace redtag
