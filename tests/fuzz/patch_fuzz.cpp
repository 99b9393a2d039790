// Any bytes as a patch: an error, or a change set whose parts agree with one another and whose hunks can be applied.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"
#include "change/load.h"

namespace {

using namespace redtag;

void require(bool condition) {
  if (!condition) std::abort();
}

bool knows(const Image& image, std::uint32_t first, std::uint32_t count) {
  if (image.kind != ImageKind::Partial || count == 0) return true;
  return std::any_of(image.known.begin(), image.known.end(),
                     [&](const LineRange& range) { return range.first <= first && first + count - 1 <= range.last; });
}

void check_image(const Image& image, bool present) {
  require(present == (image.kind != ImageKind::None));
  require(image.text.size() <= limits::file_bytes);
  require(!image.readable() || image.text.find('\0') == std::string::npos);
  require(image.kind == ImageKind::Partial || image.known.empty());
  std::uint32_t next = 1;
  for (const LineRange& range : image.known) {
    require(range.first >= next && range.last >= range.first);
    next = range.last + 1;
  }
  if (image.kind == ImageKind::Partial) require(LineIndex(image.text).count() == next - 1);
}

void check_file(const FileChange& file) {
  require(file.before_path || file.after_path);
  check_image(file.before, file.before_path.has_value());
  check_image(file.after, file.after_path.has_value());
  std::uint32_t before = 1, after = 1;
  for (const Hunk& hunk : file.hunks) {
    require(hunk.before_count + hunk.after_count > 0);
    require(hunk.before_first >= before && hunk.after_first >= after);
    require(knows(file.before, hunk.before_first, hunk.before_count) &&
            knows(file.after, hunk.after_first, hunk.after_count));
    before = hunk.before_first + hunk.before_count;
    after = hunk.after_first + hunk.after_count;
  }
  const LineMap map(file);
  for (std::uint32_t line = 1; line < 20; ++line)
    require(map.carry(Side::Before, line) >= 1 && map.carry(Side::After, line) >= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Images images : {Images::AsProven, Images::Whole}) {
    auto changes = read_patch(text, "fuzz", images);
    if (!changes) {
      require(changes.error().message.find('\n') == std::string::npos);
      continue;
    }
    std::map<Path, std::string> tree;
    for (const FileChange& file : changes->files) {
      check_file(file);
      if (file.before_path) tree.emplace(*file.before_path, file.before.text);
    }
    MemoryTree base(std::move(tree));
    std::vector<Path> unapplied;
    require(complete_images(*changes, base, unapplied).has_value());
    for (const FileChange& file : changes->files) check_file(file);
  }
  return 0;
}
