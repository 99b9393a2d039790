// A lowered file that stands elsewhere: on the other side, or under another id.
#pragma once

#include "model/model.h"

namespace redtag {

/// Makes every valid region of the model of one file name `file` and `side`.
void move_model(Model& model, FileId file, Side side);

}  // namespace redtag
