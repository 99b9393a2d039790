// A file's text in the command language that it is written in.
#pragma once

#include "lower/carrier.h"
#include "lower/shell/script.h"

namespace redtag::shell {

/// Reads a text as its file and its carrier say; one in which a template engine puts something is read without that, if it reads better so.
[[nodiscard]] Script read_text(const SourceFileView& file, Dialect dialect, unsigned depth);

}  // namespace redtag::shell
