// Text that is not a whole file, or does not parse as one: what can be read of it.
#pragma once

#include "lower/terraform/declare.h"

namespace redtag::terraform {

/// Reads `file` statement by statement. A statement that does not parse is read by its own statements; those that still
/// do not are gaps, and their names are entries with an Unknown value, so that nobody takes them for absent.
/// In a window (`file.partial`) only blocks whose first line is seen are read; the rest belongs to nobody and is a gap.
void recover(const SourceFileView& file, Declarer& declarer, Model& model);

}  // namespace redtag::terraform
