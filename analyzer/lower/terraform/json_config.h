// Configuration in JSON (`*.tf.json`): the same blocks as in HCL, with their labels as nested keys.
#pragma once

#include "lower/terraform/declare.h"

namespace redtag::terraform {

/// Declares what the object at the top of a file in JSON says.
void declare_json(Value root, Declarer& declarer);

}  // namespace redtag::terraform
