#include "lower/ci/pipeline.h"

#include <algorithm>

#include "base/text.h"

namespace redtag::ci {

using document::Member;
using document::Node;
using document::NodeType;

ByteRange whole(const Member& member) {
  return {member.key_bytes.begin, std::max(member.key_bytes.end, member.value.bytes.end)};
}

std::string flat(const Node& node) {
  if (node.scalar()) return node.text;
  std::vector<std::string> parts;
  for (const Node& item : node.items) parts.push_back(flat(item));
  for (const Member& member : node.members) parts.push_back(member.key + ": " + flat(member.value));
  std::sort(parts.begin(), parts.end());
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return node.type == NodeType::Mapping ? "{" + out + "}" : out;
}

std::string condition_text(std::string_view written) {
  std::string_view text = trim(written);
  if (text.starts_with("${{") && text.ends_with("}}")) text = trim(text.substr(3, text.size() - 5));
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  return out;
}

Runs runs_under(std::string_view condition) {
  if (condition.empty() || condition == "true" || condition == "always()" || condition == "success()" ||
      condition == "!cancelled()" || condition == "! cancelled()" || condition == "success() || failure()" ||
      condition == "succeeded()") {
    return Runs::Always;
  }
  const bool never = condition == "false" || condition == "0" || condition == "'false'" ||
                     condition.starts_with("false &&") || condition.ends_with("&& false") || condition == "1 == 0" ||
                     condition == "'' == 'x'" || condition == "always() && false";
  return never ? Runs::Never : Runs::Sometimes;
}

void add_script(const SourceFileView& file, const Node& node, PlacedText& script) {
  if (node.scalar()) {
    if (!script.text.empty() && script.text.back() != '\n') script.add("\n", file.offset + node.bytes.begin);
    script.add(file, node);
    return;
  }
  for (const Node& item : node.items) {
    if (item.scalar() || item.type == NodeType::Sequence) add_script(file, item, script);
  }
}

void add_settings(const Node& map, std::string_view prefix, std::vector<Setting>& into) {
  for (const Member& member : map.members)
    into.push_back({std::string(prefix) + member.key, flat(member.value), whole(member)});
}

}  // namespace redtag::ci
