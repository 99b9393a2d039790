// What is replaced can be kept: the policy goes in front of the resource's type, in the spelling of the file.
#include "lower/cloudformation/fix.h"

#include <algorithm>

#include "base/text.h"

namespace redtag::cloudformation {

namespace {

constexpr std::string_view policy = "UpdateReplacePolicy";

/// Start of the line that opens with the resource's own `Type`; nullopt where that stands beside something else. The first one is its own:
/// what is nested stands below it, or in `Properties` with a type that is no resource's.
struct TypeLine {
  std::uint32_t begin = 0;
  std::string indent;
  bool json = false;
};

std::optional<TypeLine> type_line(const FixRequestView& request) {
  const ByteRange block = request.after->region.bytes;
  const std::string_view text = request.text;
  if (block.end > text.size()) return std::nullopt;
  std::optional<TypeLine> found;
  for (std::uint32_t at = block.begin; at < block.end;) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t next = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::uint32_t begin = at;
    const std::string_view line = text.substr(begin, std::min<std::size_t>(next, block.end) - begin);
    at = static_cast<std::uint32_t>(next);
    const std::string_view rest = trim(line);
    const bool json = rest.starts_with("\"Type\"");
    const bool own = json || rest.starts_with("Type:");
    if (!own || rest.find(request.after->type) == std::string_view::npos || begin == block.begin) continue;
    const std::string indent(line.substr(0, line.find_first_not_of(" \t")));
    if (!found || indent.size() < found->indent.size()) found = TypeLine{begin, indent, json};
  }
  return found;
}

}  // namespace

std::optional<Fix> write_fix(const FixRequestView& request) {
  const bool replaced = request.kind == FixKind::Move && request.before != nullptr && request.after != nullptr;
  // Another logical id is another resource: no policy of the new one keeps the old one.
  const bool same = replaced && request.before->address == request.after->address;
  if (!same || request.after->region.file != request.file || request.after->declares != Declares::Resource)
    return std::nullopt;
  const std::vector<Entry>& attributes = request.after->attributes;
  if (std::any_of(attributes.begin(), attributes.end(), [](const Entry& entry) { return entry.key == policy; }))
    return std::nullopt;
  const std::optional<TypeLine> line = type_line(request);
  if (!line) return std::nullopt;
  const std::string words =
      line->json ? "\"" + std::string(policy) + "\": \"Retain\"," : std::string(policy) + ": Retain";
  Fix fix;
  fix.sentence = "Keep what " + request.after->address + " holds when it is replaced";
  fix.edits.push_back({{request.file, Side::After, {line->begin, line->begin}}, line->indent + words + "\n"});
  return fix;
}

}  // namespace redtag::cloudformation
