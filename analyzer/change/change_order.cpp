#include "change/change_order.h"

#include <algorithm>
#include <tuple>

namespace redtag {

void order_files(ChangeSet& changes) {
  const auto number = [&] {
    for (std::size_t i = 0; i < changes.files.size(); ++i) changes.files[i].id = FileId{static_cast<std::uint32_t>(i)};
  };
  const auto key = [](const FileChange& file) { return std::tie(file.shown_path(), file.before_path, file.id); };
  number();
  std::sort(changes.files.begin(), changes.files.end(),
            [&](const FileChange& a, const FileChange& b) { return key(a) < key(b); });
  number();
}

}  // namespace redtag
