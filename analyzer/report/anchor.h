// Where a host that shows results only on added lines must put them.
//
// A removed resource, a dropped guard, a deleted file: what matters most has no added line of its own, and a result elsewhere is
// neither shown nor counted by such hosts. So each result goes to the nearest line that the host does show: of its own file, else
// of the file that shares most directories with it. Only a change without any added line has no place at all.
#pragma once

#include <optional>
#include <vector>

#include "change/change.h"
#include "report/place.h"

namespace redtag {

/// Borrows the change set and the places.
class AnchorsView {
 public:
  AnchorsView(const ChangeSet& changes, PlacesView& places);

  /// A span of added lines only (at most PlacesView::region_lines): the added part of the region if there is one, else the nearest
  /// added line. nullopt if the change adds no visible line. Logarithmic in the hunks of a file or the files of the change.
  [[nodiscard]] std::optional<Place> anchor(const Region& region);

 private:
  struct Visible {
    FileId file;
    std::vector<LineRange> added;  ///< sorted, disjoint, not empty
  };
  [[nodiscard]] const Visible* of(FileId file) const;
  /// The first by path of those that share most directories with `path`.
  [[nodiscard]] const Visible& nearest_to(const Path& path) const;
  [[nodiscard]] const Path& path_of(std::size_t index) const { return *changes_.file(visible_[index].file).after_path; }
  [[nodiscard]] Place place_at(const Visible& visible, LineRange lines);

  const ChangeSet& changes_;
  PlacesView& places_;
  std::vector<Visible> visible_;      ///< sorted by file
  std::vector<std::size_t> by_path_;  ///< indexes into visible_, sorted by path
};

}  // namespace redtag
