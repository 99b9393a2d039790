#include "lower/cpp/sharpen.h"

#include <algorithm>

#include "lower/cpp/sharpen_side.h"

namespace redtag::cpp {

Safeguard* SharpSide::find(SafeguardKind kind, std::string_view text) const {
  for (Safeguard& guard : guarded.guards) {
    if (guard.kind == kind && guard.text == text) return &guard;
  }
  return nullptr;
}

void SharpSide::set(SafeguardKind kind, std::string_view text, Coverage coverage, ByteRange bytes) {
  const Region region{file.file, file.side, {bytes.begin + file.offset, bytes.end + file.offset}};
  if (Safeguard* known = find(kind, text)) {
    known->coverage = coverage;
    if (coverage != Coverage::All) known->region = region;
    return;
  }
  Safeguard made;
  made.stack = Stack::Cpp;
  made.kind = kind;
  made.coverage = coverage;
  made.protects = guarded.function->symbol;
  made.text = std::string(text);
  made.region = region;
  guarded.guards.push_back(std::move(made));
}

void SharpSide::drop(SafeguardKind kind, std::string_view text) {
  std::erase_if(guarded.guards, [&](const Safeguard& guard) { return guard.kind == kind && guard.text == text; });
}

void sharpen(GuardedFunction& before, GuardedFunction& after, const SharpenView& view) {
  if (before.ways == nullptr || after.ways == nullptr) return;
  if (std::max(before.ways->blocks.size(), after.ways->blocks.size()) > most_blocks_asked) return;
  SharpSide was{
      before, view.before, {*before.function, *before.ways, view.before.text, view.words, view.bodies_before}};
  SharpSide is{after, view.after, {*after.function, *after.ways, view.after.text, view.words, view.bodies_after}};
  compare_ways_back(was, is, view.words);
  compare_locks(was, is, view.words);
  compare_harmful(was, is, view.words);
  compare_durable(was, is, view.words);
  compare_access(was, is, view.words);
  compare_handlers(was, is, view.words);
  compare_promises(was, is, view.words);
  compare_hardening(was, is, view.words);
}

}  // namespace redtag::cpp
