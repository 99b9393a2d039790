#include "run/context_changes.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace redtag {

namespace {

/// Line indexes and maps of the change's files, made when first asked for.
class ChangedLines {
 public:
  explicit ChangedLines(const ChangeSet& changes) : changes_(changes) {}

  [[nodiscard]] bool touch(const Region& region) {
    if (!region.valid()) return false;
    const FileChange& file = changes_.file(region.file);
    const bool on_both_sides = !file.is_context() && file.before_path && file.after_path;
    if (!on_both_sides) return false;
    Lines& lines = lines_of(region.file);
    const LineIndex& index = region.side == Side::Before ? lines.before : lines.after;
    const std::uint32_t last = std::max(region.bytes.begin, region.bytes.end > 0 ? region.bytes.end - 1 : 0);
    return lines.map.touches(region.side, {index.line_of(region.bytes.begin), index.line_of(last)});
  }

 private:
  struct Lines {
    LineIndex before, after;
    LineMap map;
  };
  Lines& lines_of(FileId id) {
    const auto found = lines_.find(id);
    if (found != lines_.end()) return found->second;
    const FileChange& file = changes_.file(id);
    return lines_.emplace(id, Lines{LineIndex(file.before.text), LineIndex(file.after.text), LineMap(file)}).first->second;
  }
  const ChangeSet& changes_;
  std::map<FileId, Lines> lines_;
};

bool is_context(const ResourceChange& change, const Sides& sides) {
  const bool before = change.before.valid() && sides.before.resources[change.before.value].subject;
  const bool after = change.after.valid() && sides.after.resources[change.after.value].subject;
  return !before && !after;
}

/// The attribute with its regions where the cause stands; false if no changed line decides it.
bool point_at_cause(AttributeChange& attribute, ChangedLines& lines) {
  const bool before = lines.touch(attribute.before.region), after = lines.touch(attribute.after.region);
  if (!before && !after) return false;
  attribute.before_region = before ? attribute.before.region : Region();
  attribute.after_region = after ? attribute.after.region : Region();
  return true;
}

/// What is left of a context resource's change; false if nothing is.
bool keep(ResourceChange& change, ChangedLines& lines) {
  if (!change.before.valid() || !change.after.valid()) return false;
  const bool instances = lines.touch(change.because_region);
  if ((change.fate == ResourceFate::Shrunk || change.fate == ResourceFate::Removed) && !instances) return false;
  std::vector<AttributeChange> kept;
  std::optional<std::size_t> cause;
  for (std::size_t i = 0; i < change.attributes.size(); ++i) {
    if (!point_at_cause(change.attributes[i], lines)) continue;
    if (change.cause == i) cause = kept.size();
    kept.push_back(std::move(change.attributes[i]));
  }
  change.attributes = std::move(kept);
  const bool replaced = change.fate == ResourceFate::Replaced || change.fate == ResourceFate::MaybeReplaced ||
                        change.fate == ResourceFate::Rejected;
  if (replaced && !cause) change.fate = ResourceFate::Updated;
  change.cause = cause;
  return instances || !change.attributes.empty();
}

}  // namespace

void point_at_causes(Delta& delta, const Sides& sides, const ChangeSet& changes) {
  ChangedLines lines(changes);
  std::erase_if(delta.resources, [&](ResourceChange& change) { return is_context(change, sides) && !keep(change, lines); });
}

}  // namespace redtag
