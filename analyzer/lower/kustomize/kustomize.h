// Kustomize: what an overlay includes, deletes and renames.
//
// Each entry of `resources`, `bases` and `components` is a resource whose type is that of the weightiest object it brings in, read
// from the tree of its side: an entry that goes takes those objects out of that overlay. A patch with `$patch: delete` is an
// operation on the object that it names. Everything else of the file is one resource, the kustomization.
#pragma once

#include "lower/frontend.h"

namespace redtag {

extern const Frontend kustomize_frontend;

namespace kustomize {

/// Gives entries the type of what they include.
void resolve_entries(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

/// Adds the attribute `patch: true` to objects in files that a kustomization beside or above them lists as patches: such a file
/// says how another object differs, and taking it away takes no object away.
void mark_patches(std::span<LoweredFile> files, SourceTree& tree);

/// Gives objects of a base the overlays that apply it as their instances, so that one finding says how far it reaches.
void note_overlays(std::span<LoweredFile> files, SourceTree& tree);

/// Says of objects that apply a path of this repository (Argo CD's, Flux's) what that is: `applies.KIND/NAME` for each object whose loss
/// would be high, `carries: data`, and `contents: elsewhere` where the path is not in this tree.
void note_applied(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

/// The type that entries have until they are resolved.
inline constexpr std::string_view entry_type = "entry";

}  // namespace kustomize

}  // namespace redtag
