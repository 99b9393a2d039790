// Selectors and what they select: joined by labels, across files.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// The change leaves a selector (of a service, a budget, a policy, a monitor, an autoscaler) with nothing that it selects, though
/// it selected something before. Asked of what selects as well as of what is selected; the evidence is the selector's place.
[[nodiscard]] TraitResult loses_selection(const DeltaView& view, const Subject& subject);

/// For a Kubernetes service: it selects the pods of a workload that stood before the change.
[[nodiscard]] TraitResult selects_existing(const DeltaView& view, const Resource& service);

/// An object that goes is named by another that stays beside it: a pod's config map, an ingress's service, a claim's class; or what it
/// fills is (a certificate's secret), and nothing else fills it. The evidence is the place where it is named.
[[nodiscard]] TraitResult still_named(const DeltaView& view, const Subject& subject);

}  // namespace redtag
