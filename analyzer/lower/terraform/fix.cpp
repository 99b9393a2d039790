// The edits that Terraform has words for: a moved block, a removed block, prevent_destroy.
#include "lower/terraform/fix.h"

#include <algorithm>

#include "base/text.h"

namespace redtag::terraform {

namespace {

/// The address as `moved` and `removed` blocks of its own module write it.
std::string local_address(const Resource& resource) {
  const std::string prefix = resource.scope.empty() ? std::string() : resource.scope + ":";
  return resource.address.starts_with(prefix) ? resource.address.substr(prefix.size()) : resource.address;
}

bool is_block(const Resource& resource) {
  return resource.declares == Declares::Resource || resource.declares == Declares::Module ||
         resource.declares == Declares::Data;
}

TextEdit insertion(FileId file, std::uint32_t at, std::string text) {
  return {{file, Side::After, {at, at}}, std::move(text)};
}

const Value* find_attribute(const Resource& resource, std::string_view key) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == resource.attributes.end() ? nullptr : &found->value;
}

std::uint32_t line_start(std::string_view text, std::uint32_t offset) {
  const auto newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return newline == std::string_view::npos ? 0 : static_cast<std::uint32_t>(newline) + 1;
}

/// In front of the next block of the file, or at its end.
std::optional<TextEdit> between_blocks(const FixRequestView& request, std::string text) {
  std::optional<std::uint32_t> next;
  for (const Resource& resource : request.side->resources) {
    if (resource.stack != Stack::Terraform || resource.region.file != request.file || !is_block(resource)) continue;
    const std::uint32_t begin = resource.region.bytes.begin;
    if (begin >= request.place && (!next || begin < *next)) next = begin;
  }
  if (next &&
      trim(request.text.substr(line_start(request.text, *next), *next - line_start(request.text, *next))).empty())
    return insertion(request.file, line_start(request.text, *next), text + "\n");
  if (!request.whole) return std::nullopt;
  const bool ends_well = request.text.empty() || request.text.back() == '\n';
  return insertion(request.file, static_cast<std::uint32_t>(request.text.size()),
                   (ends_well ? "" : "\n") + std::string(request.text.empty() ? "" : "\n") + text);
}

std::optional<Fix> move(const FixRequestView& request) {
  if (request.before == nullptr || request.after == nullptr) return std::nullopt;
  const std::string from = local_address(*request.before), to = local_address(*request.after);
  const bool same_kind = request.before->type == request.after->type && request.before->scope == request.after->scope &&
                         request.before->declares == request.after->declares;
  // What a declaration is under one call of its module is carried there already: that is how the two came to be compared.
  if (!same_kind || from == to || request.before->expanded) return std::nullopt;
  const std::uint32_t at = line_start(request.text, request.after->region.bytes.begin);
  if (!trim(request.text.substr(at, request.after->region.bytes.begin - at)).empty()) return std::nullopt;
  Fix fix;
  fix.sentence = "Declare that " + from + " is " + to + " now";
  fix.edits.push_back(insertion(request.file, at, "moved {\n  from = " + from + "\n  to   = " + to + "\n}\n\n"));
  return fix;
}

std::optional<Fix> forget(const FixRequestView& request) {
  if (request.before == nullptr || request.after != nullptr) return std::nullopt;
  if (request.before->declares != Declares::Resource && request.before->declares != Declares::Module)
    return std::nullopt;
  // What still stands in a module that is no longer called goes by its call: a block beside it would be called no more than it is.
  const bool stands =
      std::any_of(request.side->resources.begin(), request.side->resources.end(), [&](const Resource& resource) {
        return resource.stack == request.before->stack && resource.declares == request.before->declares &&
               resource.address == request.before->address;
      });
  if (stands) return std::nullopt;
  const std::string from = local_address(*request.before);
  std::optional<TextEdit> edit =
      between_blocks(request, "removed {\n  from = " + from + "\n\n  lifecycle {\n    destroy = false\n  }\n}\n");
  if (!edit) return std::nullopt;
  Fix fix;
  fix.sentence = "Let Terraform forget " + from + " without destroying it";
  fix.edits.push_back(std::move(*edit));
  return fix;
}

/// The offset behind the brace that opens a block, if its line ends there.
std::optional<std::uint32_t> inside_of(std::string_view text, ByteRange block) {
  const std::string_view body = text.substr(block.begin, block.size());
  const auto brace = body.find('{');
  const auto newline = body.find('\n');
  if (brace == std::string_view::npos || newline == std::string_view::npos || newline < brace) return std::nullopt;
  const std::string_view rest = trim(body.substr(brace + 1, newline - brace - 1));
  if (!rest.empty() && !rest.starts_with("#") && !rest.starts_with("//")) return std::nullopt;
  return block.begin + static_cast<std::uint32_t>(newline) + 1;
}

std::string indent_of(std::string_view text, std::uint32_t offset) {
  const std::uint32_t begin = line_start(text, offset);
  const std::string_view line = text.substr(begin, offset - begin);
  return std::string(line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())));
}

std::optional<Fix> guard(const FixRequestView& request) {
  if (request.after == nullptr || request.safeguard == nullptr || request.after->region.file != request.file)
    return std::nullopt;
  const ByteRange block = request.after->region.bytes;
  Fix fix;
  fix.sentence = "Give " + request.after->address + " its prevent_destroy back";
  const Value* lifecycle = find_attribute(*request.after, "lifecycle");
  const Value* present = lifecycle == nullptr ? nullptr : find_entry(*lifecycle, "prevent_destroy");
  if (present != nullptr) {
    if (!present->known() || present->region.file != request.file || !block.contains(present->region.bytes.begin))
      return std::nullopt;
    fix.edits.push_back({present->region, "true"});
    return fix;
  }
  const ByteRange around = lifecycle == nullptr ? block : lifecycle->region.bytes;
  const std::string indent = indent_of(request.text, around.begin) + "  ";
  const std::optional<std::uint32_t> inside = inside_of(request.text, around);
  if (lifecycle == nullptr) {
    if (block.size() == 0 || request.text[block.end - 1] != '}' || !inside) return std::nullopt;
    const std::uint32_t close = line_start(request.text, block.end - 1);
    if (close <= *inside - 1 || !trim(request.text.substr(close, block.end - 1 - close)).empty()) return std::nullopt;
    fix.edits.push_back(insertion(
        request.file, close, "\n" + indent + "lifecycle {\n" + indent + "  prevent_destroy = true\n" + indent + "}\n"));
    return fix;
  }
  if (!inside) return std::nullopt;
  fix.edits.push_back(insertion(request.file, *inside, indent + "prevent_destroy = true\n"));
  return fix;
}

}  // namespace

std::optional<Fix> write_fix(const FixRequestView& request) {
  switch (request.kind) {
    case FixKind::Move: return move(request);
    case FixKind::Forget: return forget(request);
    case FixKind::Restore: return guard(request);
    case FixKind::Keep: break;  // Terraform has no such word: what goes from the text goes from the platform
  }
  return std::nullopt;
}

}  // namespace redtag::terraform
