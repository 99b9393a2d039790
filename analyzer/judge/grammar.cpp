#include "judge/grammar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"

namespace redtag {
namespace {

using document::Node;
using document::NodeType;

constexpr std::size_t shown_bytes = 40;

std::string quoted(std::string_view text) { return fmt::format("'{}'", shortened(printable(text), shown_bytes)); }

std::string list_of(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? " or " : ", ", words[i]);
  }
  return text;
}

std::string list_of(std::span<const KeyView> keys) {
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    text += fmt::format("{}`{}`", i == 0 ? "" : i + 1 == keys.size() ? " and " : ", ", keys[i].key);
  }
  return text;
}

std::string what_came(const Node& node) {
  return node.scalar() && node.type != NodeType::Null ? quoted(node.text) : std::string(document::type_name(node.type));
}

/// Text as an author writes it: a version (`0.2`) and a key's digits are numbers to YAML and text to us.
bool is_text(const Node& node) {
  return (node.type == NodeType::String || node.type == NodeType::Number) && !trim(node.text).empty();
}

/// True for a path that stays below the top of the tree, so that a policy cannot name a directory of the host.
bool inside_tree(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  const auto parts = split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") == parts.end();
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = -1;
    const char* end = text.data() + at + size;
    return std::from_chars(text.data() + at, end, value).ptr == end ? value : -1;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 2000 || month < 1 || month > 12 || day < 1) return false;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  const int days = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  return day <= days;
}

/// What is wrong with one scalar, as "must be …"; empty for nothing.
std::string objection(const Node& node, const KeyView& key) {
  switch (key.kind) {
    case KeyKind::Word:
    case KeyKind::Words:
      if (node.scalar() && std::find(key.words.begin(), key.words.end(), node.text) != key.words.end()) return {};
      return "must be " + list_of(key.words);
    case KeyKind::Text:
    case KeyKind::Texts: return is_text(node) ? std::string() : "must be a text that says something";
    case KeyKind::Glob:
    case KeyKind::Globs:
      return is_text(node) ? std::string() : "must be a pattern like infra/prod/* (`*` matches any run of characters)";
    case KeyKind::Paths:
      if (node.type == NodeType::String && inside_tree(node.text)) return {};
      return "must be a path of the repository, like .redtag/checks";
    case KeyKind::Number: {
      int value = 0;
      const char* end = node.text.data() + node.text.size();
      const auto [stop, error] = std::from_chars(node.text.data(), end, value);
      const bool read = node.type == NodeType::Number && stop == end && error == std::errc();
      if (read && value >= key.least && value <= key.most) return {};
      return fmt::format("must be a whole number from {} to {}", key.least, key.most);
    }
    case KeyKind::Date: return is_date(node.text) ? std::string() : "must be a date like 2030-01-31";
    case KeyKind::Group:
    case KeyKind::Groups:
    case KeyKind::Named: break;
  }
  return "must be a mapping";
}

bool takes_list(KeyKind kind) {
  return kind == KeyKind::Words || kind == KeyKind::Texts || kind == KeyKind::Globs || kind == KeyKind::Paths;
}

Expected<void> check_value(const Node& node, const KeyView& key, const std::string& origin) {
  // A tag asks its reader to make something of a value; nothing here is made of anything but what stands there.
  if (!node.tag.empty())
    return policy_error(origin, node.line,
                        fmt::format("`{}` must be a plain value, without the tag {}", key.key,
                                    shortened(printable(node.tag), shown_bytes)));
  const auto refuse = [&](const Node& at, std::string_view what) {
    return policy_error(origin, at.line, fmt::format("`{}` {}, not {}", key.key, what, what_came(at)));
  };
  if (key.kind == KeyKind::Group) {
    if (node.type != NodeType::Mapping) return refuse(node, "must be a mapping with " + list_of(key.parts));
    return check_against(node, key.parts, origin);
  }
  if (key.kind == KeyKind::Groups) {
    if (node.type != NodeType::Sequence) return refuse(node, "must be a list of mappings with " + list_of(key.parts));
    for (const Node& item : node.items) {
      if (item.type != NodeType::Mapping) return refuse(item, "must be a list of mappings with " + list_of(key.parts));
      RT_TRY(check_against(item, key.parts, origin));
    }
    return {};
  }
  if (key.kind == KeyKind::Named) {
    if (node.type != NodeType::Mapping) return refuse(node, "must be a mapping of names");
    for (const document::Member& member : node.members) {
      if (member.value.type == NodeType::Null) continue;  // `senior:` alone is a role without limits
      if (member.value.type != NodeType::Mapping) {
        return refuse(member.value,
                      fmt::format("must give '{}' a mapping with {}", printable(member.key), list_of(key.parts)));
      }
      RT_TRY(check_against(member.value, key.parts, origin));
    }
    return {};
  }
  if (takes_list(key.kind) && node.type == NodeType::Sequence) {
    for (const Node& item : node.items) {
      if (!item.tag.empty()) return refuse(item, "entries must be plain values without a tag");
      if (const std::string what = objection(item, key); !what.empty()) return refuse(item, "entries " + what);
    }
    return {};
  }
  if (key.kind == KeyKind::Paths)
    return refuse(node, "must be a list of paths of the repository, like [.redtag/checks]");
  if (const std::string what = objection(node, key); !what.empty()) return refuse(node, what);
  return {};
}

}  // namespace

tl::unexpected<Error> policy_error(const std::string& origin, std::uint32_t line, std::string_view what) {
  return fail(ErrorCode::Input, fmt::format("{}:{}: {}", origin, line, what));
}

Expected<void> check_against(const Node& mapping, std::span<const KeyView> keys, const std::string& origin) {
  std::set<std::string_view> seen;
  for (const document::Member& member : mapping.members) {
    const auto known =
        std::find_if(keys.begin(), keys.end(), [&](const KeyView& key) { return key.key == member.key; });
    if (known == keys.end()) {
      return policy_error(origin, member.line,
                          fmt::format("unknown key {}; expected {}", quoted(member.key), list_of(keys)));
    }
    if (!seen.insert(known->key).second) {
      return policy_error(origin, member.line, fmt::format("`{}` stands here a second time", known->key));
    }
    RT_TRY(check_value(member.value, *known, origin));
  }
  for (const KeyView& key : keys) {
    if (key.needed == Needed::Required && seen.count(key.key) == 0) {
      return policy_error(origin, mapping.line, fmt::format("`{}` is missing: {}", key.key, key.sentence));
    }
  }
  return {};
}

}  // namespace redtag
