// Where something stands: bytes of one side of one file. Lines and columns are computed in report/ only.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace redtag {

/// The two sides of a change: the tree it starts from and the tree it leads to.
enum class Side : std::uint8_t { Before, After };

[[nodiscard]] constexpr Side other(Side side) { return side == Side::Before ? Side::After : Side::Before; }

/// Index of a file in ChangeSet::files, changed and context files alike.
struct FileId {
  std::uint32_t value = UINT32_MAX;
  auto operator<=>(const FileId&) const = default;
  /// False for the id that names no file.
  [[nodiscard]] constexpr bool valid() const { return value != UINT32_MAX; }
};

/// Half-open range of byte offsets into one image.
struct ByteRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  auto operator<=>(const ByteRange&) const = default;
  [[nodiscard]] constexpr std::uint32_t size() const { return end - begin; }
  [[nodiscard]] constexpr bool contains(std::uint32_t offset) const { return begin <= offset && offset < end; }
};

/// Bytes of one side of one file. Offsets count in the image as ChangeSet holds it.
struct Region {
  FileId file;
  Side side = Side::After;
  ByteRange bytes;
  auto operator<=>(const Region&) const = default;
  /// False where there is nothing to point at.
  [[nodiscard]] constexpr bool valid() const { return file.valid(); }
};

}  // namespace redtag
