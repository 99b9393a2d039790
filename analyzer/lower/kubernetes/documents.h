// The documents of a manifest or template, each parsed alone: one that does not parse does not take the others along.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "document/document.h"
#include "lower/kubernetes/mask.h"
#include "syntax/tree.h"

namespace redtag::kubernetes {

struct ReadDocument {
  document::Node root;
  std::uint32_t offset = 0;  ///< of the text that `root` counts its bytes in
  ByteRange bytes;           ///< all of it, in the file's text
};

/// Bytes that were left out, and why.
struct Unread {
  ByteRange bytes;
  std::string reason;
};

struct Documents {
  std::vector<ReadDocument> all;
  std::vector<Directive> directives;  ///< of the whole text; empty for plain YAML
  std::vector<Unread> unread;
};

enum class Templating : std::uint8_t {
  Never,     ///< braces are text
  IfNeeded,  ///< braces are directives where the text does not parse as it stands
  Always,
};

/// Reads all documents. A line that keeps one from parsing is left out and named in `unread`, up to a limit.
[[nodiscard]] Documents read_documents(std::string_view text, Templating templating, syntax::Twin* twin = nullptr);

}  // namespace redtag::kubernetes
