// From the syntax tree of one YAML document to its value: anchors, merge keys, duplicate keys and limits live here.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/expected.h"
#include "base/text.h"
#include "document/document.h"
#include "syntax/tree.h"

namespace redtag::document {

/// Builds the values of one text's documents. Borrows the text, its name and its line index.
class Builder {
 public:
  Builder(std::string_view text, std::string_view name, const LineIndex& lines, Repeats repeats)
      : text_(text), name_(name), lines_(lines), repeats_(repeats) {}

  /// The value of a `document` node. Anchors do not outlive it.
  [[nodiscard]] Expected<Node> build(const syntax::NodeView& document);

 private:
  struct Anchored {
    Node node;
    std::uint32_t height = 0;  ///< levels below it
    std::uint64_t nodes = 1;   ///< itself and all below it
  };
  /// A value on its way up, with what alias budgets need to know of it.
  using Built = Anchored;
  /// Where a value stands: how deep, and in a collection at which column.
  struct Place {
    std::uint32_t depth = 0;
    int indent = -1;
  };

  [[nodiscard]] Expected<Built> value(const syntax::NodeView& node, Place place);
  [[nodiscard]] Expected<Built> content(const syntax::NodeView& node, Place place, std::string_view tag);
  [[nodiscard]] Expected<Built> sequence(const syntax::NodeView& node, Place place);
  [[nodiscard]] Expected<Built> mapping(const syntax::NodeView& node, Place place);
  [[nodiscard]] Expected<void> add_pair(Built& into, const syntax::NodeView& pair, Place place,
                                        std::vector<Built>& merged);
  [[nodiscard]] Expected<void> check_keys(const Node& mapping) const;
  [[nodiscard]] Expected<void> merge(Built& into, std::vector<Built>&& merged) const;
  [[nodiscard]] Expected<Built> scalar(const syntax::NodeView& node, int indent, std::string_view tag) const;
  [[nodiscard]] Expected<Built> alias(const syntax::NodeView& node, Place place);
  [[nodiscard]] tl::unexpected<Error> wrong(std::uint32_t offset, std::string_view what) const;
  [[nodiscard]] Node start(NodeType type, const syntax::NodeView& node) const;
  [[nodiscard]] int column(std::uint32_t offset) const;

  std::string_view text_;
  std::string_view name_;
  const LineIndex& lines_;
  Repeats repeats_;
  std::unordered_map<std::string, Anchored> anchors_;
  std::uint64_t copied_ = 0;  ///< nodes that aliases and anchors have multiplied
};

}  // namespace redtag::document
