// Hands a string inside one language to the front end of another: shell in a Terraform provisioner, SQL in a shell command.
#include <algorithm>

#include "base/text.h"
#include "lower/carrier.h"
#include "lower/shell/shell.h"

namespace redtag {

namespace {

constexpr unsigned deepest_embedding = 8;

/// Carries regions of the inner text to the host's image.
class Relocation {
 public:
  Relocation(std::uint32_t begin, std::span<const std::uint32_t> map) : begin_(begin), map_(map) {}
  void move(Region& region) const {
    if (!region.valid()) return;
    const ByteRange inner = region.bytes;
    region.bytes.begin = at(inner.begin);
    region.bytes.end = at(inner.end);
    // A text that its host put together jumps: what follows the region may stand before it.
    if (region.bytes.end < region.bytes.begin)
      region.bytes.end = std::max(region.bytes.begin, inner.end > inner.begin ? at(inner.end - 1) + 1 : 0);
  }
  void move(Value& value) const {  // depth is bounded by limits::nesting where values are made
    move(value.region);
    for (Value& item : value.items) move(item);
    for (Entry& entry : value.entries) {
      move(entry.region);
      move(entry.value);
    }
  }

 private:
  [[nodiscard]] std::uint32_t at(std::uint32_t offset) const {
    if (map_.empty()) return begin_ + offset;
    return map_[std::min<std::size_t>(offset, map_.size() - 1)];
  }
  std::uint32_t begin_;
  std::span<const std::uint32_t> map_;
};

void relocate(Model& model, const Relocation& relocation) {
  for (Resource& resource : model.resources) {
    relocation.move(resource.region);
    relocation.move(resource.header);
    for (Entry& entry : resource.attributes) {
      relocation.move(entry.region);
      relocation.move(entry.value);
    }
    for (Reference& reference : resource.references) relocation.move(reference.region);
  }
  for (Operation& operation : model.operations) {
    relocation.move(operation.region);
    relocation.move(operation.target);
    for (Value& argument : operation.arguments) relocation.move(argument);
  }
  for (Procedure& procedure : model.procedures) {
    relocation.move(procedure.region);
    for (Reference& reference : procedure.references) relocation.move(reference.region);
  }
  for (Safeguard& safeguard : model.safeguards) relocation.move(safeguard.region);
  for (Gap& gap : model.gaps) relocation.move(gap.region);
}

}  // namespace

namespace {

/// Runs `lower` on the inner text as one language deeper and brings its results to the host's image.
template <class Lower>
Model embed_with(Stack inner, const SourceFileView& host, std::string_view text, ByteRange bytes,
                 std::span<const std::uint32_t> map, Certainty certainty, const LoweringView& view,
                 const Lower& lower) {
  Model model;
  if (trim(text).empty()) return model;
  if (view.depth >= deepest_embedding) {
    model.gaps.push_back({Region{host.file, host.side, bytes}, inner, "languages nested in one another too deeply"});
    return model;
  }
  SourceFileView file = host;
  file.text = text;
  file.offset = 0;  // regions come back in bytes of `text`, and relocate() carries them over
  LoweringView deeper = view;
  ++deeper.depth;
  model = lower(file, deeper);
  relocate(model, Relocation(bytes.begin, map));
  for (Operation& operation : model.operations) operation.certainty = std::max(operation.certainty, certainty);
  return model;
}

}  // namespace

Model embed(Stack inner, const SourceFileView& host, std::string_view text, ByteRange bytes,
            std::span<const std::uint32_t> map, Certainty certainty, const LoweringView& view) {
  const Frontend* frontend = find_frontend(inner);
  if (frontend == nullptr) return {};
  return embed_with(inner, host, text, bytes, map, certainty, view, frontend->lower);
}

Model embed_commands(const SourceFileView& host, std::string_view text, ByteRange bytes,
                     std::span<const std::uint32_t> map, Certainty certainty, const LoweringView& view,
                     const Carrier& carrier) {
  const auto lower = [&](const SourceFileView& file, const LoweringView& deeper) {
    return shell::lower_carried(file, deeper, carrier);
  };
  return embed_with(Stack::Shell, host, text, bytes, map, certainty, view, lower);
}

}  // namespace redtag
