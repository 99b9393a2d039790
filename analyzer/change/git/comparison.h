// Two trees, compared by git: one process prints the list of changed files and a patch with full context, which shows both images
// of every file whose content changed. What such a patch leaves out (moved and binary files) is read from the objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "change/change.h"
#include "change/git/object_reader.h"
#include "change/git/sealed_directory.h"

namespace redtag {

/// Options of every git command whose output read_comparison() reads: list and patch, with full context and git's own renames.
[[nodiscard]] std::vector<std::string> comparison_options();

/// Files of `--raw -z -p` output. Images that the patch does not show have kind Partial and no known lines, or Binary.
[[nodiscard]] Expected<std::vector<FileChange>> read_comparison(std::string_view output);

/// Fills the images that the patch did not show from their blobs: Whole, Symlink, Binary, TooLarge or Missing.
[[nodiscard]] Expected<void> fill_images(std::vector<FileChange>& files, ObjectReader& objects);

/// Files that differ between two trees when some blobs are not in this copy: those files have Missing images and no renames.
[[nodiscard]] Expected<std::vector<FileChange>> compare_partial_trees(SealedDirectory& sealed, ObjectReader& objects,
                                                                      const std::string& before_tree,
                                                                      const std::string& after_tree);

}  // namespace redtag
