// A Liquibase changelog as elements with attributes, whatever it is written in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/region.h"

namespace redtag::migration {

/// An element of XML, or a key of YAML and JSON with what it holds. `<where>x</where>` and `where: x` are alike.
struct Element {
  struct Attribute {
    std::string name;
    std::string value;
    ByteRange bytes;
  };
  std::string name;  ///< without a namespace
  std::vector<Attribute> attributes;
  std::vector<Element> children;
  std::string text;                ///< what stands in it that is no element
  std::vector<std::uint32_t> map;  ///< for each byte of `text`, and one behind it, its offset in the image
  ByteRange bytes;                 ///< in the image
  ByteRange head;

  /// The value of an attribute, or the text of a child of that name; empty for none.
  [[nodiscard]] std::string value(std::string_view key) const;
  [[nodiscard]] const Element* child(std::string_view key) const;
};

struct Changelog {
  std::vector<Element> roots;
  std::vector<ByteRange> errors;  ///< what could not be read, in the image
};

/// Reads a changelog in XML, YAML or JSON, by its ending. `offset` is where the text starts in its image.
[[nodiscard]] Changelog read_changelog(std::string_view path, std::string_view text, std::uint32_t offset);

}  // namespace redtag::migration
