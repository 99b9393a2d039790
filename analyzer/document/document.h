// YAML and JSON as values that remember their place. Manifests, check folders and policy are read alike.
//
// Tolerant of everything but what would change meaning: duplicate keys, aliases beyond the budget, tabs and broken nesting are
// errors with a line. Values are strings as written plus the type that YAML 1.2's core schema gives them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/region.h"

namespace redtag::document {

enum class NodeType : std::uint8_t { Null, Bool, Number, String, Sequence, Mapping };

struct Member;

struct Node {
  NodeType type = NodeType::Null;
  std::string text;             ///< scalars: the value, unescaped; Bool: "true" or "false"
  std::vector<Node> items;      ///< Sequence
  std::vector<Member> members;  ///< Mapping, in order
  ByteRange bytes;              ///< in the parsed text
  std::uint32_t line = 1;       ///< 1-based, of the first byte: for messages
  std::string tag;              ///< an explicit tag as written (`!Ref`, `!!str`); empty for none
  bool plain = false;           ///< a scalar without quotes: its type is for the reader's schema to say

  [[nodiscard]] bool scalar() const { return type != NodeType::Sequence && type != NodeType::Mapping; }
  /// The member called `key`, or nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Member {
  std::string key;
  ByteRange key_bytes;
  std::uint32_t line = 1;
  Node value;
};

/// What a NodeType is called in messages: "a mapping", "a string".
[[nodiscard]] std::string_view type_name(NodeType type);

/// What a key means that stands twice in one mapping.
enum class Repeats : std::uint8_t {
  Refused,  ///< an error with its line: our own files mean one thing
  Kept,     ///< both stand among the members, in order: what a platform's tool makes of them is the caller's to say
};

/// YAML 1.1's reading of a plain scalar where it differs from 1.2: `yes`, `no`, `on`, `off` are booleans, and digits behind a
/// leading zero are octal. Most tools of platforms read so. nullopt where both mean the same.
struct Yaml11Reading {
  NodeType type = NodeType::Bool;
  std::string text;
};
[[nodiscard]] std::optional<Yaml11Reading> yaml11_reading(std::string_view plain);

/// Parses one document (the first one of a stream, which must be the only one). Errors name `name` and the line.
[[nodiscard]] Expected<Node> parse_yaml(std::string_view text, std::string_view name);
/// Parses every document of a stream.
[[nodiscard]] Expected<std::vector<Node>> parse_yaml_stream(std::string_view text, std::string_view name,
                                                             Repeats repeats = Repeats::Refused);

}  // namespace redtag::document
