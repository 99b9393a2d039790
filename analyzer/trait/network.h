// Truths about what lets others in.
#pragma once

#include "trait/trait.h"

namespace redtag {

/// Does the rule that an attribute belongs to cover a port that has no business on the Internet?
[[nodiscard]] TraitResult opens_sensitive_port(const DeltaView& view, const Subject& subject);

/// Does a resource refer to something that is declared on the before side: a rule for a group that is in use, a policy for a role
/// that is assumed?
[[nodiscard]] TraitResult steers_existing(const DeltaView& view, const Subject& subject);

/// Does an attribute refer to one thing before the change and to another one after it? Both must be things of one kind, since a variable that
/// becomes a look-up may mean the same.
[[nodiscard]] TraitResult is_repointed(const DeltaView& view, const Subject& subject);

/// Is all that a record publishes what a certificate authority asked for, on both sides? Such a record proves who has the name, and sends
/// nobody anywhere.
[[nodiscard]] TraitResult answers_challenge(const DeltaView& view, const Subject& subject);

}  // namespace redtag
