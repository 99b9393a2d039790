#include "lower/migration/changelog.h"

#include <algorithm>

#include "base/text.h"
#include "document/document.h"
#include "syntax/tree.h"

namespace redtag::migration {

namespace {

using syntax::NodeView;

constexpr unsigned deepest = 60;  // a changelog is a few levels deep
constexpr std::size_t most_errors = 50;

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class XmlReader {
 public:
  XmlReader(std::string_view text, std::uint32_t offset) : text_(text), offset_(offset) {}

  Changelog run() {
    Changelog changelog;
    const auto tree = syntax::Tree::parse(syntax::Grammar::Xml, text_);
    if (!tree) {
      changelog.errors.push_back({offset_, static_cast<std::uint32_t>(offset_ + text_.size())});
      return changelog;
    }
    Element document;
    read_children(tree->root(), document, 0);
    changelog.roots = std::move(document.children);
    changelog.errors = std::move(errors_);
    return changelog;
  }

 private:
  [[nodiscard]] ByteRange place(const NodeView& node) const {
    const ByteRange bytes = node.bytes();
    return {bytes.begin + offset_, bytes.end + offset_};
  }
  [[nodiscard]] std::string_view text(const NodeView& node) const { return syntax::text_of(node, text_); }

  void read_children(const NodeView& node, Element& into, unsigned depth) {
    for (const NodeView& child : syntax::named_children(node)) {
      const std::string_view kind = child.kind_name();
      if (child.error() && errors_.size() < most_errors) errors_.push_back(place(child));
      if (kind == "element") {
        if (depth < deepest) into.children.push_back(read_element(child, depth + 1));
      } else if (kind == "EmptyElemTag") {  // in broken text, where no element is made of it
        Element element;
        element.bytes = element.head = place(child);
        read_tag(child, element);
        element.map.push_back(element.bytes.end);
        into.children.push_back(std::move(element));
      } else if (kind == "CharData" || kind == "CData") {
        append(into, child);
      } else if (kind == "EntityRef" || kind == "CharRef") {
        append_entity(into, child);
      } else if (kind == "CDSect" || kind == "content" || child.error()) {
        if (depth < deepest) read_children(child, into, depth + 1);
      }
    }
  }
  Element read_element(const NodeView& node, unsigned depth) {
    Element element;
    element.bytes = element.head = place(node);
    for (const NodeView& child : syntax::named_children(node)) {
      const std::string_view kind = child.kind_name();
      if (kind == "STag" || kind == "EmptyElemTag") {
        element.head = place(child);
        read_tag(child, element);
      } else if (kind == "content") {
        read_children(child, element, depth);
      }
    }
    element.map.push_back(element.bytes.end);
    return element;
  }
  void read_tag(const NodeView& tag, Element& element) const {
    for (const NodeView& part : syntax::named_children(tag)) {
      const std::string_view kind = part.kind_name();
      if (kind == "Name") element.name = std::string(local_name(text(part)));
      if (kind != "Attribute") continue;
      Element::Attribute attribute;
      attribute.bytes = place(part);
      for (const NodeView& piece : syntax::named_children(part)) {
        if (piece.kind_name() == "Name") attribute.name = std::string(local_name(text(piece)));
        if (piece.kind_name() != "AttValue") continue;
        const std::string_view quoted = text(piece);
        attribute.value = quoted.size() >= 2 ? std::string(quoted.substr(1, quoted.size() - 2)) : std::string();
      }
      element.attributes.push_back(std::move(attribute));
    }
  }
  void append(Element& element, const NodeView& piece) const {
    const ByteRange bytes = place(piece);
    element.text += text(piece);
    for (std::uint32_t at = bytes.begin; at < bytes.end; ++at) element.map.push_back(at);
  }
  void append_entity(Element& element, const NodeView& piece) const {
    const std::string_view name = text(piece);
    const char meant = name == "&lt;"     ? '<'
                       : name == "&gt;"   ? '>'
                       : name == "&amp;"  ? '&'
                       : name == "&apos;" ? '\''
                                          : '"';
    element.text += meant;
    element.map.push_back(place(piece).begin);
  }

  std::string_view text_;
  std::uint32_t offset_;
  std::vector<ByteRange> errors_;
};

class DocumentReader {
 public:
  explicit DocumentReader(std::uint32_t offset) : offset_(offset) {}

  void read(const document::Node& node, Element& into, unsigned depth) const {
    if (depth > deepest) return;
    for (const document::Node& item : node.items) read(item, into, depth + 1);
    for (const document::Member& member : node.members) {
      Element child;
      child.name = member.key;
      child.head = moved(member.key_bytes);
      child.bytes = {child.head.begin, moved(member.value.bytes).end};
      if (member.value.scalar()) {
        into.attributes.push_back({member.key, member.value.text, child.bytes});
        child.text = member.value.text;
        // A folded or quoted scalar is not in the text byte for byte; its first byte is near enough.
        child.map.assign(child.text.size() + 1, moved(member.value.bytes).begin);
      } else {
        read(member.value, child, depth + 1);
      }
      into.children.push_back(std::move(child));
    }
  }

 private:
  [[nodiscard]] ByteRange moved(ByteRange bytes) const { return {bytes.begin + offset_, bytes.end + offset_}; }
  std::uint32_t offset_;
};

}  // namespace

std::string Element::value(std::string_view key) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == key) return attribute.value;
  }
  const Element* inner = child(key);
  return inner == nullptr ? std::string() : std::string(trim(inner->text));
}

const Element* Element::child(std::string_view key) const {
  const auto found =
      std::find_if(children.begin(), children.end(), [&](const Element& element) { return element.name == key; });
  return found == children.end() ? nullptr : &*found;
}

Changelog read_changelog(std::string_view path, std::string_view text, std::uint32_t offset) {
  if (path.ends_with(".xml")) return XmlReader(text, offset).run();
  Changelog changelog;
  const auto documents = document::parse_yaml_stream(text, path, document::Repeats::Kept);
  if (!documents) {
    changelog.errors.push_back({offset, static_cast<std::uint32_t>(offset + text.size())});
    return changelog;
  }
  Element root;
  for (const document::Node& node : *documents) DocumentReader(offset).read(node, root, 0);
  changelog.roots = std::move(root.children);
  return changelog;
}

}  // namespace redtag::migration
