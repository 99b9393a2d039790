#include "run/jobs.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace redtag {

std::vector<syntax::LineEdit> line_edits(const FileChange& file) {
  std::vector<syntax::LineEdit> edits;
  if (file.before.kind != ImageKind::Whole || file.after.kind != ImageKind::Whole) return edits;
  const LineIndex before(file.before.text), after(file.after.text);
  for (const Hunk& hunk : file.hunks) {
    const ByteRange was{before.start_of(hunk.before_first), before.start_of(hunk.before_first + hunk.before_count)};
    const ByteRange is{after.start_of(hunk.after_first), after.start_of(hunk.after_first + hunk.after_count)};
    edits.push_back({was, is, hunk.before_first - 1, hunk.before_count, hunk.after_count});
  }
  return edits;
}

std::vector<SourceFileView> windows_of(const FileChange& file, Side side) {
  const Image& image = file.image(side);
  SourceFileView view{file.id, side, *file.path(side), image.text, 0, false};
  if (image.kind == ImageKind::Whole) return {view};
  std::vector<SourceFileView> windows;
  const LineIndex lines(image.text);
  for (const LineRange& known : image.known) {
    const std::uint32_t begin = lines.start_of(known.first);
    const std::uint32_t end = lines.start_of(known.last + 1);
    view.text = std::string_view(image.text).substr(begin, end - begin);
    view.offset = begin;
    view.partial = true;
    windows.push_back(view);
  }
  return windows;
}

Region whole_region(const SourceFileView& view) {
  const auto end = static_cast<std::uint32_t>(view.offset + view.text.size());
  return {view.file, view.side, {view.offset, end}};
}

std::vector<Piece> pieces_of(const std::vector<Job>& jobs) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (i == 0 || jobs[i].view.file != jobs[i - 1].view.file) pieces.push_back({i, i, 0});
    pieces.back().last = i + 1;
    pieces.back().bytes += jobs[i].view.text.size();
  }
  std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.bytes > b.bytes; });
  return pieces;
}

std::string packed(const std::vector<std::string>& parts) {
  std::string bytes;
  for (const std::string& part : parts) {
    const auto size = static_cast<std::uint32_t>(part.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof(size));
    bytes += part;
  }
  return bytes;
}

std::string_view next_part(std::string_view& rest) {
  std::uint32_t size = 0;
  if (rest.size() >= sizeof(size)) std::memcpy(&size, rest.data(), sizeof(size));
  rest.remove_prefix(std::min(rest.size(), sizeof(size)));
  const std::string_view part = rest.substr(0, size);
  rest.remove_prefix(part.size());
  return part;
}

}  // namespace redtag
