// From nodes to values: mappings are blocks, lists of mappings repeated blocks, other lists sets, so that order, quotes and
// indentation mean nothing and every part is compared on its own.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "document/document.h"
#include "lower/kubernetes/mask.h"
#include "model/model.h"

namespace redtag::kubernetes {

/// Where a document's nodes stand in the image, and what is hidden in them. Borrows the directives.
struct NodePlace {
  FileId file;
  Side side = Side::After;
  std::uint32_t text_begin = 0;  ///< of the file's text in the image
  std::uint32_t offset = 0;      ///< of the document in the file's text
  const std::vector<Directive>* directives = nullptr;

  [[nodiscard]] Region region(ByteRange bytes) const {
    return {file, side, {text_begin + offset + bytes.begin, text_begin + offset + bytes.end}};
  }
};

/// True if what stands at `path` (dotted, without indexes) is compared as one value rather than part by part.
using IsWhole = std::function<bool(std::string_view path)>;

/// The value of a node below `path`. `whole` may be empty.
[[nodiscard]] Value value_of(const document::Node& node, const NodePlace& place, const std::string& path,
                             const IsWhole& whole);

/// Appends a member as entries: one, or one for each mapping of a list.
void add_entries(std::vector<Entry>& into, const document::Member& member, const NodePlace& place,
                 const std::string& path, const IsWhole& whole);

/// A scalar with its type by YAML 1.1, or unknown where a directive stands in it.
[[nodiscard]] Value scalar_of(const document::Node& node, const NodePlace& place);

/// The text of a scalar with its directives in one spelling; empty for what is no scalar.
[[nodiscard]] std::string text_of(const document::Node* node, const NodePlace& place);

}  // namespace redtag::kubernetes
