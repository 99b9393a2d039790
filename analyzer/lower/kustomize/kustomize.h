// Kustomize: what an overlay includes, deletes and renames.
//
// Each entry of `resources`, `bases` and `components` is a resource whose type is that of the weightiest object it brings in, read
// from the tree of its side: an entry that goes takes those objects out of that overlay. A patch with `$patch: delete` is an
// operation on the object that it names. Other patches are laid over the objects that the overlay includes, as the platform does it, so that
// a change of a patch is the change of the object that comes of it. Everything else of the file is one resource, the kustomization.
#pragma once

#include <map>
#include <set>
#include <string>

#include "lower/frontend.h"
#include "lower/kubernetes/value.h"

namespace redtag {

extern const Frontend kustomize_frontend;

namespace kustomize {

/// Gives entries the type of what they include.
void resolve_entries(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

/// Adds the attribute `patch: true` to objects in files that a kustomization beside or above them lists as patches: such a file
/// says how another object differs, and taking it away takes no object away.
void mark_patches(std::span<LoweredFile> files, SourceTree& tree);

/// A changed file of a base → the directories of the overlays that apply it.
using BaseOverlays = std::map<Path, std::set<std::string>>;

/// Gives objects of a base the overlays that apply it as their instances, so that one finding says how far it reaches.
BaseOverlays note_overlays(std::span<LoweredFile> files, SourceTree& tree);

/// The kustomizations of those overlays: what they lay over the base, it does not decide.
void want_overlays(std::span<const LoweredFile> files, SourceTree& tree, std::set<Path>& wanted);

/// Says of objects that apply a path of this repository (Argo CD's, Flux's) what that is: `applies.KIND/NAME` for each object whose loss
/// would be high, `carries: data`, and `contents: elsewhere` where the path is not in this tree.
void note_applied(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts);

/// Adds the attribute `applied: false` to objects in changed files beside a kustomization that does not name them: nobody
/// applies such a file, and nothing goes with it.
void note_unlisted(std::span<LoweredFile> files, SourceTree& tree);

/// Lays the patches of kustomizations that change, or whose patches do, over the objects that they include. What comes of it stands
/// for the object in its overlay (`overlays/live:apps/Deployment/web`), and the patch by itself says nothing any more. What every overlay of a
/// changed base lays something else over is taken out of its objects; what some do stands for each of the others.
void lay_patches(std::span<LoweredFile> files, const BaseOverlays& overlays);

/// Unchanged files that `lay_patches` needs: the kustomizations above changed files, and what those with changes include and patch with.
void want_layers(std::span<const LoweredFile> files, std::set<Path>& wanted);

/// A list of operations of RFC 6902 (`op`, `path`, `value`).
[[nodiscard]] bool is_operations(const document::Node& root);

/// Such a list as a setting of the type `patch operations`.
[[nodiscard]] Resource operations_of(const document::Node& root, const SourceFileView& file,
                                     const kubernetes::NodePlace& place);

/// A changed file that a kustomization beside or above it lists as a patch.
[[nodiscard]] bool reads_as_patch(std::string_view path, SourceTree& tree);

/// What the list of patches of a kustomization says of one.
inline constexpr std::string_view patch_type = "patch";
inline constexpr std::string_view operations_type = "patch operations";

/// The type that entries have until they are resolved.
inline constexpr std::string_view entry_type = "entry";

}  // namespace kustomize

}  // namespace redtag
