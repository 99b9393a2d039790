#include "run/context_changes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "delta/directives.h"
#include "delta/effects.h"

namespace redtag {

namespace {

std::string_view folder_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// Line indexes and maps of the change's files, made when first asked for.
class ChangedLines {
 public:
  explicit ChangedLines(const ChangeSet& changes) : changes_(changes) {}

  [[nodiscard]] bool touch(const Region& region) {
    if (!region.valid()) return false;
    const FileChange& file = changes_.file(region.file);
    if (file.is_context()) return false;
    if (!file.before_path || !file.after_path) return true;
    Lines& lines = lines_of(region.file);
    const LineIndex& index = region.side == Side::Before ? lines.before : lines.after;
    const std::uint32_t last = std::max(region.bytes.begin, region.bytes.end > 0 ? region.bytes.end - 1 : 0);
    return lines.map.touches(region.side, {index.line_of(region.bytes.begin), index.line_of(last)});
  }

  /// A whole file that comes or goes brings its own declarations, and calls of a module that stands. What it says of others without doubt
  /// is a variable file.
  [[nodiscard]] bool comes_or_goes(const Region& region) const {
    if (!region.valid()) return false;
    const FileChange& file = changes_.file(region.file);
    const std::string& path = file.shown_path();
    return (!file.before_path || !file.after_path) && !path.ends_with(".tfvars") && !path.ends_with(".tfvars.json");
  }

  /// Whether an attribute is decided beside its resource, and not by who calls its module.
  [[nodiscard]] bool same_folder(const AttributeChange& attribute, const Region& resource) const {
    return same_folder(attribute.after_region.valid() ? attribute.after_region : attribute.before_region, resource);
  }
  [[nodiscard]] bool same_folder(const Region& place, const Region& resource) const {
    return place.valid() &&
           folder_of(changes_.file(place.file).shown_path()) == folder_of(changes_.file(resource.file).shown_path());
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
    return lines_.emplace(id, Lines{LineIndex(file.before.text), LineIndex(file.after.text), LineMap(file)})
        .first->second;
  }
  const ChangeSet& changes_;
  std::map<FileId, Lines> lines_;
};

bool is_context(const ResourceChange& change, const Sides& sides) {
  const bool before = change.before.valid() && sides.before.resources[change.before.value].subject;
  const bool after = change.after.valid() && sides.after.resources[change.after.value].subject;
  return !before && !after;
}

/// The first changed place that decides a value: its own, one it came from, or one of a part. Invalid for none.
Region changed_place(const Value& value, ChangedLines& lines, std::uint32_t levels) {
  if (lines.touch(value.region)) return value.region;
  for (const Region& origin : value.origins) {
    if (lines.touch(origin)) return origin;
  }
  if (levels == 0) return {};
  for (const Value& item : value.items) {
    if (const Region found = changed_place(item, lines, levels - 1); found.valid()) return found;
  }
  for (const Entry& entry : value.entries) {
    if (const Region found = changed_place(entry.value, lines, levels - 1); found.valid()) return found;
  }
  return {};
}

/// The attribute with its regions where the cause stands; false if no changed line decides it.
bool point_at_cause(AttributeChange& attribute, ChangedLines& lines) {
  constexpr std::uint32_t levels = 8;  // what stands deeper has its list's or block's place
  const Region before = changed_place(attribute.before, lines, levels);
  const Region after = changed_place(attribute.after, lines, levels);
  if (!before.valid() && !after.valid()) return false;
  const auto doubtful = [](const Value& value) {  // so is a default that the deployment may have overridden before
    return value.presence == Presence::Unknown ||
           (value.presence == Presence::Defaulted && value.expression == Expression::Reference);
  };
  const bool in_doubt = doubtful(attribute.before) || doubtful(attribute.after);
  if (in_doubt && (lines.comes_or_goes(before) || lines.comes_or_goes(after))) return false;
  attribute.before_region = before;
  attribute.after_region = after;
  return true;
}

/// Whether one and the same call leads to a declaration on both sides: under one address, or where a moved block carries it. Where one side has
/// more calls, that one is what was compared. If none does, what comes in with them is its copies' to tell.
bool called_alike(const Resource& before, const Resource& after, const MovedBlocks& moved) {
  if (before.calls.empty() || after.calls.empty()) return before.calls.empty() && after.calls.empty();
  if (before.calls.size() > 1 && after.calls.size() > 1) return false;
  return std::any_of(before.calls.begin(), before.calls.end(), [&](const Call& was) {
    return std::any_of(after.calls.begin(), after.calls.end(), [&](const Call& is) {
      return was.address == is.address || moved.carried(was.address) == is.address;
    });
  });
}

/// A declaration and its copies may all be decided by one line: then it is told once for each effect that it has on some of them.
using Telling = std::tuple<Region, std::string, std::string, std::string, std::set<AttributeEffect>>;
using Told = std::set<Telling>;

Telling told_as(const AttributeChange& attribute, const Resource& resource) {
  const Region& place = attribute.after_region.valid() ? attribute.after_region : attribute.before_region;
  std::set<AttributeEffect> effects;
  for (const EffectHit& hit : attribute.effects) effects.insert(hit.effect);
  return {place, attribute.path, resource.type, resource.name, std::move(effects)};
}

bool decides_instances(const AttributeChange& attribute) {
  return attribute.path == "count" || attribute.path == "for_each" || attribute.path == "lifecycle.enabled" ||
         attribute.path == "exists";
}

/// The changed place that says how many of it there are: in the number or the keys, in what they come from, or where the loss is.
Region place_of_instances(const ResourceChange& change, ChangedLines& lines) {
  if (lines.touch(change.because_region)) return change.because_region;
  for (const AttributeChange& attribute : change.attributes) {
    AttributeChange probe = attribute;
    if (!decides_instances(attribute) || !point_at_cause(probe, lines)) continue;
    return probe.after_region.valid() ? probe.after_region : probe.before_region;
  }
  return {};
}

/// What is left of a context resource's change; false if nothing is.
bool keep(ResourceChange& change, ChangedLines& lines, const Sides& sides, const MovedBlocks& moved, Told& told) {
  if (!change.before.valid()) return false;
  if (!change.after.valid()) return change.fate == ResourceFate::Removed && lines.touch(change.because_region);
  const Resource& resource = sides.after.resources[change.after.value];
  const bool alike = resource.expanded || called_alike(sides.before.resources[change.before.value], resource, moved);
  const bool fewer = change.fate == ResourceFate::Shrunk || change.fate == ResourceFate::Removed;
  if (fewer) {
    const bool written = lines.touch(change.because_region);
    change.because_region = place_of_instances(change, lines);
    if (!written && !alike && !lines.same_folder(change.because_region, resource.region)) return false;
  }
  bool told_already = false;
  std::vector<AttributeChange> kept;
  std::optional<std::size_t> cause;
  for (std::size_t i = 0; i < change.attributes.size(); ++i) {
    if (!point_at_cause(change.attributes[i], lines)) continue;
    if (!alike && !lines.same_folder(change.attributes[i], resource.region)) continue;
    const bool fresh = told.insert(told_as(change.attributes[i], resource)).second;
    if (resource.expanded && !fresh) {
      told_already = told_already || decides_instances(change.attributes[i]);
      continue;
    }
    if (change.cause == i) cause = kept.size();
    kept.push_back(std::move(change.attributes[i]));
  }
  change.attributes = std::move(kept);
  const bool replaced = change.fate == ResourceFate::Replaced || change.fate == ResourceFate::MaybeReplaced ||
                        change.fate == ResourceFate::Rejected;
  if (replaced && !cause) change.fate = ResourceFate::Updated;
  change.cause = cause;
  if (fewer) return !told_already && change.because_region.valid();
  return lines.touch(change.because_region) || !change.attributes.empty();
}

/// A value that was known and is not any more, though no changed line has a part in it: one more caller has come, and what the others give
/// stands as it stood. Their copies tell what becomes of them.
bool is_callers(const AttributeChange& attribute, ChangedLines& lines) {
  constexpr std::uint32_t levels = 8;
  const auto decided = [&](const Value& value) {
    const Region place = changed_place(value, lines, levels);
    return place.valid() && !lines.comes_or_goes(place);
  };
  return attribute.movement == Movement::Unknown && !decided(attribute.before) && !decided(attribute.after);
}

void drop_callers(ResourceChange& change, ChangedLines& lines) {
  const bool maybe =
      change.fate == ResourceFate::MaybeReplaced && change.cause && is_callers(change.attributes[*change.cause], lines);
  if (!maybe) return;
  std::erase_if(change.attributes, [&](const AttributeChange& attribute) { return is_callers(attribute, lines); });
  const std::optional<Replacement> other = find_replacement(change);
  change.cause = other ? std::optional(other->cause) : std::nullopt;
  change.fate = other ? ResourceFate::MaybeReplaced : ResourceFate::Updated;
  if (other) change.certainty = other->certainty;
}

/// What an argument does to the things of a module that is at hand is told of them; it is the call's to tell where it leads out of sight.
void drop_told_by_content(Delta& delta, const Sides& sides) {
  const auto resource_of = [&](const ResourceChange& change) -> const Resource& {
    return change.after.valid() ? sides.after.resources[change.after.value]
                                : sides.before.resources[change.before.value];
  };
  const auto place_of = [](const AttributeChange& attribute) -> const Region& {
    return attribute.after_region.valid() ? attribute.after_region : attribute.before_region;
  };
  using Place = std::tuple<AttributeEffect, FileId, Side, std::uint32_t, std::uint32_t>;
  std::set<Place> told;
  for (const ResourceChange& change : delta.resources) {
    if (resource_of(change).declares != Declares::Resource) continue;
    for (const AttributeChange& attribute : change.attributes) {
      const Region& place = place_of(attribute);
      for (const EffectHit& hit : attribute.effects)
        told.emplace(hit.effect, place.file, place.side, place.bytes.begin, place.bytes.end);
    }
  }
  for (ResourceChange& change : delta.resources) {
    if (told.empty() || resource_of(change).declares != Declares::Module) continue;
    for (AttributeChange& attribute : change.attributes) {
      const Region& whole = place_of(attribute);
      if (!whole.valid()) continue;
      std::erase_if(attribute.effects, [&](const EffectHit& hit) {
        const auto first = told.lower_bound({hit.effect, whole.file, whole.side, whole.bytes.begin, 0});
        const auto last = told.upper_bound({hit.effect, whole.file, whole.side, whole.bytes.end, UINT32_MAX});
        return std::any_of(first, last, [&](const Place& place) { return std::get<4>(place) <= whole.bytes.end; });
      });
    }
  }
}

}  // namespace

void point_at_causes(Delta& delta, const Sides& sides, const ChangeSet& changes) {
  ChangedLines lines(changes);
  const MovedBlocks moved(sides.after);
  Told told;
  for (const bool expanded : {false, true}) {
    std::erase_if(delta.resources, [&](ResourceChange& change) {
      const Resource& resource = change.after.valid() ? sides.after.resources[change.after.value]
                                                      : sides.before.resources[change.before.value];
      if (resource.expanded != expanded) return false;
      if (!is_context(change, sides)) {
        drop_callers(change, lines);
        for (const AttributeChange& attribute : change.attributes) told.insert(told_as(attribute, resource));
        return false;
      }
      return !keep(change, lines, sides, moved, told);
    });
  }
  drop_told_by_content(delta, sides);
}

}  // namespace redtag
