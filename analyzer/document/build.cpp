#include "document/build.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/limits.h"
#include "document/scalar.h"

namespace redtag::document {

namespace {

using syntax::NodeView;

/// Nodes that anchors and aliases may copy in one document. Real files stay under a few thousand.
constexpr std::uint64_t alias_nodes = 200'000;

struct Kinds {
  std::uint16_t block_node, flow_node, block_mapping, block_mapping_pair, block_sequence, block_sequence_item,
      flow_mapping, flow_sequence, flow_pair, plain, single, quoted, block_scalar, alias, anchor, tag, comment,
      key_field, value_field;
};

const Kinds& kinds() {
  static const Kinds found = [] {
    const auto kind = [](std::string_view name) { return syntax::kind_of(syntax::Grammar::Yaml, name); };
    return Kinds{kind("block_node"),
                 kind("flow_node"),
                 kind("block_mapping"),
                 kind("block_mapping_pair"),
                 kind("block_sequence"),
                 kind("block_sequence_item"),
                 kind("flow_mapping"),
                 kind("flow_sequence"),
                 kind("flow_pair"),
                 kind("plain_scalar"),
                 kind("single_quote_scalar"),
                 kind("double_quote_scalar"),
                 kind("block_scalar"),
                 kind("alias"),
                 kind("anchor"),
                 kind("tag"),
                 kind("comment"),
                 syntax::field_of(syntax::Grammar::Yaml, "key"),
                 syntax::field_of(syntax::Grammar::Yaml, "value")};
  }();
  return found;
}

/// The type that an explicit tag of the core schema asks for; `otherwise` for other tags.
NodeType tagged_type(std::string_view tag, NodeType otherwise) {
  if (tag == "!" || tag == "!!str") return NodeType::String;
  if (tag == "!!null") return NodeType::Null;
  if (tag == "!!bool") return NodeType::Bool;
  if (tag == "!!int" || tag == "!!float") return NodeType::Number;
  return otherwise;
}

}  // namespace

tl::unexpected<Error> Builder::wrong(std::uint32_t offset, std::string_view what) const {
  return fail(ErrorCode::Input, fmt::format("{}:{}: {}", name_, lines_.line_of(offset), what));
}

int Builder::column(std::uint32_t offset) const {
  return static_cast<int>(offset - lines_.start_of(lines_.line_of(offset)));
}

Node Builder::start(NodeType type, const NodeView& node) const {
  Node made;
  made.type = type;
  made.bytes = node.bytes();
  made.line = lines_.line_of(made.bytes.begin);
  return made;
}

Expected<Node> Builder::build(const NodeView& document) {
  anchors_.clear();
  copied_ = 0;
  for (const NodeView& child : syntax::named_children(document)) {
    if (child.kind() != kinds().block_node && child.kind() != kinds().flow_node) continue;
    RT_TRY(Built built, value(child, {}));
    return std::move(built.node);
  }
  return start(NodeType::Null, document);
}

Expected<Builder::Built> Builder::value(const NodeView& node, Place place) {
  if (place.depth > limits::nesting) {
    return wrong(node.bytes().begin, fmt::format("nested deeper than {} levels", limits::nesting));
  }
  std::string_view tag;
  std::string anchor;
  NodeView inner;
  for (const NodeView& child : syntax::named_children(node)) {
    if (child.kind() == kinds().tag) {
      tag = syntax::text_of(child, text_);
    } else if (child.kind() == kinds().anchor) {
      anchor = syntax::text_of(child, text_).substr(1);
    } else if (child.kind() != kinds().comment) {
      inner = child;
    }
  }
  Built built;
  if (inner.null()) {
    built.node = start(tagged_type(tag, NodeType::Null), node);
  } else {
    RT_TRY(built, content(inner, place, tag));
  }
  built.node.tag = tag;
  if (!anchor.empty()) {
    copied_ += built.nodes;
    if (copied_ > alias_nodes)
      return wrong(node.bytes().begin, "anchors and aliases multiply to more values than the limit");
    anchors_.insert_or_assign(std::move(anchor), built);
  }
  return built;
}

Expected<Builder::Built> Builder::content(const NodeView& node, Place place, std::string_view tag) {
  const Kinds& k = kinds();
  const std::uint16_t kind = node.kind();
  if (kind == k.block_mapping || kind == k.flow_mapping) return mapping(node, place);
  if (kind == k.block_sequence || kind == k.flow_sequence) return sequence(node, place);
  if (kind == k.alias) return alias(node, place);
  return scalar(node, place.indent, tag);
}

Expected<Builder::Built> Builder::alias(const NodeView& node, Place place) {
  const std::string_view name = syntax::text_of(node, text_).substr(1);
  const auto found = anchors_.find(std::string(name));
  if (found == anchors_.end()) {
    return wrong(node.bytes().begin,
                 fmt::format("the alias *{} names no anchor that stands before it", printable(name)));
  }
  copied_ += found->second.nodes;
  if (copied_ > alias_nodes)
    return wrong(node.bytes().begin, "anchors and aliases multiply to more values than the limit");
  if (place.depth + found->second.height > limits::nesting) {
    return wrong(node.bytes().begin, fmt::format("nested deeper than {} levels", limits::nesting));
  }
  Built copy = found->second;
  // The copy is shown where it is used: that is the line an author looks at.
  copy.node.bytes = node.bytes();
  copy.node.line = lines_.line_of(copy.node.bytes.begin);
  return copy;
}

Expected<Builder::Built> Builder::sequence(const NodeView& node, Place place) {
  Built built;
  built.node = start(NodeType::Sequence, node);
  const bool block = node.kind() == kinds().block_sequence;
  const Place inside{place.depth + 1, block ? column(built.node.bytes.begin) : place.indent};
  for (const NodeView& child : syntax::named_children(node)) {
    if (child.kind() == kinds().comment) continue;
    Built item;
    if (child.kind() == kinds().flow_pair) {
      item.node = start(NodeType::Mapping, child);
      std::vector<Built> merged;
      RT_TRY(add_pair(item, child, {inside.depth + 1, inside.indent}, merged));
      RT_TRY(merge(item, std::move(merged)));
    } else if (child.kind() == kinds().flow_node) {
      RT_TRY(item, value(child, inside));
    } else {
      NodeView written;
      for (const NodeView& part : syntax::named_children(child)) {
        if (part.kind() != kinds().comment) written = part;
      }
      if (written.null()) {
        item.node = start(NodeType::Null, child);
      } else {
        RT_TRY(item, value(written, inside));
      }
    }
    built.nodes += item.nodes;
    built.height = std::max(built.height, item.height + 1);
    built.node.items.push_back(std::move(item.node));
  }
  return built;
}

Expected<Builder::Built> Builder::mapping(const NodeView& node, Place place) {
  Built built;
  built.node = start(NodeType::Mapping, node);
  const bool block = node.kind() == kinds().block_mapping;
  const Place inside{place.depth + 1, block ? column(built.node.bytes.begin) : place.indent};
  std::vector<Built> merged;
  for (const NodeView& child : syntax::named_children(node)) {
    if (child.kind() == kinds().comment) continue;
    RT_TRY(add_pair(built, child, inside, merged));
  }
  if (repeats_ == Repeats::Refused) {
    RT_TRY(check_keys(built.node));
  }
  RT_TRY(merge(built, std::move(merged)));
  return built;
}

Expected<void> Builder::add_pair(Built& into, const NodeView& pair, Place place, std::vector<Built>& merged) {
  // In a flow mapping a key may stand alone: `{a, b: 1}`.
  const bool lone = pair.kind() == kinds().flow_node;
  const NodeView key_node = lone ? pair : pair.field(kinds().key_field);
  const NodeView value_node = lone ? NodeView() : pair.field(kinds().value_field);
  Member member;
  member.key_bytes = key_node.null() ? ByteRange{pair.bytes().begin, pair.bytes().begin} : key_node.bytes();
  member.line = lines_.line_of(member.key_bytes.begin);
  bool plain_key = false;
  if (!key_node.null()) {
    RT_TRY(Built key, value(key_node, place));
    if (!key.node.scalar())
      return wrong(member.key_bytes.begin, fmt::format("a key must be a scalar, not {}", type_name(key.node.type)));
    plain_key = syntax::text_of(key_node, text_) == "<<";
    member.key = std::move(key.node.text);
  }
  Built built;
  if (value_node.null()) {
    built.node.bytes = {pair.bytes().end, pair.bytes().end};
    built.node.line = member.line;
  } else {
    RT_TRY(built, value(value_node, place));
  }
  if (plain_key) {
    merged.push_back(std::move(built));
    return {};
  }
  into.nodes += built.nodes;
  into.height = std::max(into.height, built.height + 1);
  member.value = std::move(built.node);
  into.node.members.push_back(std::move(member));
  return {};
}

Expected<void> Builder::check_keys(const Node& mapping) const {
  std::unordered_set<std::string_view> seen;
  seen.reserve(mapping.members.size());
  for (const Member& member : mapping.members) {
    if (!seen.insert(member.key).second) {
      return wrong(member.key_bytes.begin,
                   fmt::format("the key `{}` stands twice in one mapping", printable(shortened(member.key, 80))));
    }
  }
  return {};
}

/// Adds the members that `<<` brings and that the mapping does not have itself; among several sources the first one wins.
Expected<void> Builder::merge(Built& into, std::vector<Built>&& merged) const {
  if (merged.empty()) return {};
  std::unordered_set<std::string> seen;
  for (const Member& member : into.node.members) seen.insert(member.key);
  for (Built& source : merged) {
    std::vector<Node> mappings;
    if (source.node.type == NodeType::Sequence) {
      mappings = std::move(source.node.items);
    } else {
      mappings.push_back(std::move(source.node));
    }
    for (Node& mapping : mappings) {
      if (mapping.type != NodeType::Mapping) {
        return wrong(mapping.bytes.begin,
                     fmt::format("`<<` takes a mapping or a list of them, not {}", type_name(mapping.type)));
      }
      for (Member& member : mapping.members) {
        if (seen.insert(member.key).second) into.node.members.push_back(std::move(member));
      }
    }
    into.nodes += source.nodes;
    into.height = std::max(into.height, source.height);
  }
  return {};
}

Expected<Builder::Built> Builder::scalar(const NodeView& node, int indent, std::string_view tag) const {
  const Kinds& k = kinds();
  const std::uint16_t kind = node.kind();
  const std::string_view raw = syntax::text_of(node, text_);
  Built built;
  built.node = start(NodeType::String, node);
  if (kind == k.plain) {
    built.node.plain = tag.empty();
    built.node.text = fold_plain(raw);
    built.node.type = tagged_type(tag, core_type(built.node.text));
    if (built.node.type == NodeType::Bool) built.node.text = lower_ascii(built.node.text);
  } else if (kind == k.block_scalar) {
    built.node.text = decode_block(text_, built.node.bytes.begin, indent);
    built.node.type = tagged_type(tag, NodeType::String);
  } else if ((kind == k.single || kind == k.quoted) && raw.size() >= 2) {
    const std::string_view inner = raw.substr(1, raw.size() - 2);
    std::optional<std::string> decoded = kind == k.single ? decode_single(inner) : decode_double(inner);
    if (!decoded) return wrong(built.node.bytes.begin, "an escape in this string does not exist in YAML");
    built.node.text = std::move(*decoded);
    built.node.type = tagged_type(tag, NodeType::String);
  } else {
    return wrong(built.node.bytes.begin, fmt::format("expected a value, found {}", node.kind_name()));
  }
  return built;
}

}  // namespace redtag::document
