// Kubernetes: objects of the API as resources, whichever file or template they stand in.
//
//   text ──documents──> YAML or JSON, template directives covered
//        ──object────> one Resource each: group/Kind, namespace, name; mappings as blocks, lists of mappings as repeated blocks
//        ──access────> roles as permission sets, bindings as subjects with the power that they hand out
//        ──scripts───> command lines of containers and scripts of a ConfigMap, by the shell front end
//
// An address is the directory (or chart), then what the platform knows the object by; its identity leaves the directory away but
// for the overlay or cluster that it names, so that a move between files is no change. Helm's templates and Kustomize's patches
// lower their objects with the functions of object.h, and those are of this stack too.
#pragma once

#include "lower/frontend.h"
#include "lower/kubernetes/documents.h"

namespace redtag {

extern const Frontend kubernetes_frontend;

namespace kubernetes {

/// The attribute that holds the conditions of a chart's template around an object, a `! ` in front of those whose other branch it is.
inline constexpr std::string_view condition_attribute = "condition";

/// The attribute that holds the conditions around the annotation by which a chart keeps an object, beyond those around the object itself.
inline constexpr std::string_view keep_condition_attribute = "keep condition";

/// That annotation; nullptr where there is none.
[[nodiscard]] Entry* find_keep(Resource& object);

/// Lowers every object of a text and names what could not be read.
[[nodiscard]] Model lower_manifests(const SourceFileView& file, const LoweringView& view, Templating templating);

/// Gives bindings the power of roles that stand on the same side.
void link_access(std::span<LoweredFile> files);

}  // namespace kubernetes

}  // namespace redtag
