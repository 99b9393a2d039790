// What installs a chart: Flux's HelmRelease, k3s' HelmChart, an Argo CD Application that names one, a line of helmfile. Whatever way the values
// are handed over (a mapping, a text, a list of names), they end up as one mapping, so that a setting is compared as a setting.
#pragma once

#include <string>
#include <string_view>

#include "lower/frontend.h"
#include "lower/kubernetes/value.h"

namespace redtag::kubernetes {

/// True for types that `spell_values` and `settle_release` have something to say about.
[[nodiscard]] bool is_release(std::string_view type);

/// Puts texts of values and lists of parameters in a `spec` as the mappings that they mean. Places stay those in the document.
void spell_values(std::string_view type, document::Node& spec, const SourceFileView& file, const NodePlace& place);

/// A list of `name` (dotted) and `value` as the mapping that it means.
[[nodiscard]] document::Node mapping_of(const document::Node& parameters);

/// Lays the members of a mapping over another's, deeply; what is no mapping takes the other's place.
void merge_mapping(document::Node& into, const document::Node& from);

/// Writes out what a release does not say and the platform fills in (its name and namespaces), and the major version of its chart.
/// `space` is the object's own namespace; empty if it says none.
void settle_release(Resource& release, std::string_view space);

/// The major version that a chart's version fixes, a lower or upper bound left open or not: `12.1.0`, `^12`, `v12.x`. Empty where it fixes none.
[[nodiscard]] std::string major_of(std::string_view version);

/// The chart that a release object installs, by its name; empty for any other object.
[[nodiscard]] std::string chart_of(const Resource& release);

}  // namespace redtag::kubernetes
