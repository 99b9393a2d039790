#include "run/fixes.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "lower/fix.h"

namespace redtag {

namespace {

constexpr std::uint32_t longest_edit = 4000;  // bytes; what is longer is better put back by hand

const Resource* at(const Model& model, ResourceId id) { return id.valid() ? &model.resources[id.value] : nullptr; }

const Resource* called(const Model& model, std::string_view address) {
  const auto found = std::find_if(model.resources.begin(), model.resources.end(),
                                  [&](const Resource& resource) { return resource.address == address; });
  return found == model.resources.end() ? nullptr : &*found;
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

/// Bytes of the whole lines that a region covers; nullopt if something else stands on them.
std::optional<ByteRange> own_lines(std::string_view text, ByteRange bytes) {
  const LineIndex lines(text);
  if (bytes.end <= bytes.begin || bytes.end > text.size()) return std::nullopt;
  const std::uint32_t begin = lines.start_of(lines.line_of(bytes.begin));
  const std::uint32_t end = lines.start_of(lines.line_of(bytes.end - 1) + 1);
  if (!is_blank(text.substr(begin, bytes.begin - begin))) return std::nullopt;
  const std::string_view rest = trim(text.substr(bytes.end, end > bytes.end ? end - bytes.end : 0));
  if (!rest.empty() && !rest.starts_with("#") && !rest.starts_with("//")) return std::nullopt;
  return ByteRange{begin, std::max(end, bytes.end)};
}

class Writer {
 public:
  explicit Writer(const Analysis& analysis) : analysis_(analysis) {}

  std::optional<Fix> write(const Finding& finding) {
    const FixWish& wish = *finding.wish;
    std::optional<Fix> fix = ask_front_end(finding, wish);
    if (!fix && wish.kind == FixKind::Restore) fix = restore(finding, wish);
    if (!fix || fix->edits.empty()) return std::nullopt;
    fix->kind = wish.kind;
    return fix;
  }

 private:
  [[nodiscard]] const FileChange* file_of(const Region& region) const {
    return region.valid() && region.file.value < analysis_.changes.files.size() ? &analysis_.changes.file(region.file)
                                                                                : nullptr;
  }

  std::optional<Fix> ask_front_end(const Finding& finding, const FixWish& wish) const {
    FixRequestView request;
    request.kind = wish.kind;
    request.path = wish.path;
    request.side = &analysis_.sides.after;
    request.before = at(analysis_.sides.before, wish.before);
    request.after = at(analysis_.sides.after, wish.after);
    Safeguard safeguard;
    if (!wish.protects.empty()) {
      request.before = called(analysis_.sides.before, wish.protects);
      request.after = called(analysis_.sides.after, wish.protects);
      safeguard.protects = wish.protects;
      request.safeguard = &safeguard;
    }
    find_subject(finding, wish, request);
    const Region& stands = request.after != nullptr               ? request.after->region
                           : wish.was.valid()                     ? wish.was
                           : changed_way_back(request) != nullptr ? changed_way_back(request)->region
                                                                  : wish.is;
    const FileChange* file = file_of(stands);
    if (file == nullptr || !file->after_path || !file->after.readable()) return std::nullopt;
    request.file = stands.file;
    request.text = file->after.text;
    request.whole = file->after.kind == ImageKind::Whole;
    request.place =
        stands.side == Side::After ? line_start(*file, stands.bytes.begin) : carried(*file, stands.bytes.begin);
    return write_stack_fix(finding.stack, request);
  }

  /// The way back of the procedure at hand, where it stands in a file of the change: the edit goes there.
  [[nodiscard]] const Procedure* changed_way_back(const FixRequestView& request) const {
    if (request.procedure == nullptr || request.reverse == nullptr) return nullptr;
    const FileChange* file = file_of(request.reverse->region);
    return file != nullptr && !file->is_context() && request.reverse->region.side == Side::After ? request.reverse
                                                                                                 : nullptr;
  }

  /// What runs, where the finding is about that.
  void find_subject(const Finding& finding, const FixWish& wish, FixRequestView& request) const {
    if (request.before != nullptr || request.after != nullptr || !wish.is.valid()) return;
    const Model& model = analysis_.sides.after;
    for (const Operation& operation : model.operations) {
      if (operation.region == wish.is && finding.entity.ends_with(operation.target.text))
        request.operation = &operation;
    }
    for (const Procedure& procedure : model.procedures) {
      if (procedure.region == wish.is && procedure.address == finding.entity) request.procedure = &procedure;
      if (procedure.reverses == finding.entity) request.reverse = &procedure;
    }
  }

  static std::uint32_t line_start(const FileChange& file, std::uint32_t offset) {
    const LineIndex lines(file.after.text);
    return lines.start_of(lines.line_of(offset));
  }

  /// Start of the line of the post-image at which a byte of the pre-image stood.
  static std::uint32_t carried(const FileChange& file, std::uint32_t offset) {
    const LineIndex before(file.before.text), after(file.after.text);
    return after.start_of(LineMap(file).carry(Side::Before, before.line_of(offset)));
  }

  /// What is generic: the old bytes in the place of the new ones.
  std::optional<Fix> restore(const Finding& finding, const FixWish& wish) const {
    const FileChange* file = file_of(wish.is.valid() ? wish.is : wish.was);
    if (file == nullptr || !file->after.readable() || file->is_context()) return std::nullopt;
    std::optional<TextEdit> edit;
    if (wish.was.valid() && wish.is.valid())
      edit = exchange(*file, wish);
    else if (wish.was.valid())
      edit = put_back(*file, wish);
    else
      edit = take_out(*file, wish);
    if (!edit || edit->text.size() > longest_edit) return std::nullopt;
    return Fix{wish.kind, "Put " + finding.entity + " back to what it was in this place", {std::move(*edit)}};
  }

  static std::optional<TextEdit> exchange(const FileChange& file, const FixWish& wish) {
    if (wish.was.file != wish.is.file || wish.was.side != Side::Before || wish.is.side != Side::After)
      return std::nullopt;
    const auto was = file.before.text.substr(wish.was.bytes.begin, wish.was.bytes.size());
    // What it refers to changed, and its own words did not: there is nothing here to put back.
    if (was == file.after.text.substr(wish.is.bytes.begin, wish.is.bytes.size())) return std::nullopt;
    return TextEdit{wish.is, was};
  }

  /// The last member of a list with commas: what stands before it has lost its comma, so the line alone would not parse.
  static bool ends_a_list(std::string_view text, ByteRange lines) {
    const std::string_view before = trim(text.substr(0, lines.begin));
    return before.ends_with(',') && !trim(text.substr(lines.begin, lines.size())).ends_with(',');
  }

  /// One of the lines is there after the change: what decides whether it counts changed, not the line.
  static bool still_stands(const FileChange& file, ByteRange lines) {
    const LineIndex index(file.before.text);
    const LineMap map(file);
    for (std::uint32_t line = index.line_of(lines.begin); line <= index.line_of(lines.end - 1); ++line) {
      if (!map.changed(Side::Before, line)) return true;
    }
    return false;
  }

  /// Lines that went come back where they stood, if the block around them is still there.
  std::optional<TextEdit> put_back(const FileChange& file, const FixWish& wish) const {
    const Resource* around = at(analysis_.sides.after, wish.after);
    const std::optional<ByteRange> lines = own_lines(file.before.text, wish.was.bytes);
    if (around == nullptr || !lines || around->region.file != wish.was.file) return std::nullopt;
    if (ends_a_list(file.before.text, *lines) || still_stands(file, *lines)) return std::nullopt;
    const std::uint32_t place = carried(file, lines->begin);
    const LineIndex index(file.after.text);
    const ByteRange block = around->region.bytes;
    const bool inside = place > block.begin && place <= index.start_of(index.line_of(block.end));
    if (!inside) return std::nullopt;
    return TextEdit{{wish.was.file, Side::After, {place, place}}, file.before.text.substr(lines->begin, lines->size())};
  }

  /// What the change brought goes again: its added lines, if they stand together. A block that is new to the model may hold lines
  /// that were there before, such as the name that became part of the address.
  static std::optional<TextEdit> take_out(const FileChange& file, const FixWish& wish) {
    const std::optional<ByteRange> lines = own_lines(file.after.text, wish.is.bytes);
    if (!lines) return std::nullopt;
    const LineIndex index(file.after.text);
    const LineMap map(file);
    std::uint32_t first = index.line_of(lines->begin), last = index.line_of(lines->end - 1);
    while (first < last && !map.changed(Side::After, first)) ++first;
    while (first < last && !map.changed(Side::After, last)) --last;
    for (std::uint32_t line = first; line <= last; ++line) {
      if (!map.changed(Side::After, line)) return std::nullopt;
    }
    // Where something stood in their place before, that has to come back, and taking them out is half of it.
    const bool apart = first > 1 && last < index.count() && !map.changed(Side::After, first - 1) &&
                       !map.changed(Side::After, last + 1);
    if (apart && map.carry(Side::After, last + 1) != map.carry(Side::After, first - 1) + 1) return std::nullopt;
    const ByteRange added{index.start_of(first), std::min(index.start_of(last + 1), lines->end)};
    return TextEdit{{wish.is.file, Side::After, added}, {}};
  }

  const Analysis& analysis_;
};

}  // namespace

void write_fixes(std::vector<Finding>& findings, const Analysis& analysis) {
  Writer writer(analysis);
  for (Finding& finding : findings) {
    if (!finding.wish) continue;
    if (std::optional<Fix> fix = writer.write(finding)) finding.fixes.push_back(std::move(*fix));
  }
}

}  // namespace redtag
