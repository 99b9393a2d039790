#include "delta/cascade.h"

#include <algorithm>
#include <optional>
#include <set>

#include "delta/directives.h"
#include "delta/effects.h"

namespace redtag {

namespace {

constexpr unsigned most_rounds = 8;  // links in a chain of triggers
constexpr std::string_view trigger_path = "lifecycle.replace_triggered_by";

enum class Stir : std::uint8_t { LookedUp, Updated, Replaced, Gone };

/// Something that changed, as those who refer to it find it.
struct Cause {
  Stir stir{};
  std::set<std::string> paths;  ///< attributes that changed
  Region before;
  Region after;
};

/// The value at a path without indexes: of the first block of each name.
const Value* value_at(const std::vector<Entry>& entries, std::string_view path) {
  const std::vector<Entry>* level = &entries;
  while (true) {
    const auto dot = path.find('.');
    const std::string_view key = path.substr(0, dot);
    const auto found = std::find_if(level->begin(), level->end(), [&](const Entry& entry) { return entry.key == key; });
    if (found == level->end()) return nullptr;
    if (dot == std::string_view::npos) return &found->value;
    level = &found->value.entries;
    path.remove_prefix(dot + 1);
  }
}

class Cascade {
 public:
  Cascade(const Sides& sides, const FactTables& facts, Delta& delta) : sides_(sides), facts_(facts), delta_(delta) {
    for (std::size_t i = 0; i < delta.resources.size(); ++i) {
      const ResourceChange& change = delta.resources[i];
      if (change.after.valid() && change.before.valid()) change_of_[change.after.value] = i;
      note(change);
    }
  }

  void run(const std::vector<MatchedPair>& pairs, const std::vector<std::uint32_t>& gone) {
    for (const std::uint32_t id : gone) note_gone(sides_.before.resources[id]);
    for (const MatchedPair& pair : pairs) follow_gone(pair);
    bool more = !causes_.empty();
    for (unsigned round = 0; round < most_rounds && more; ++round) {
      more = false;
      for (const MatchedPair& pair : pairs) more = follow(pair) || more;
    }
  }

 private:
  const Resource& after(ResourceId id) const { return sides_.after.resources[id.value]; }

  void note(const ResourceChange& change) {
    if (!change.after.valid() || !change.before.valid()) return;
    const Resource& resource = after(change.after);
    const bool data = resource.declares == Declares::Data;
    const bool changed = change.fate == ResourceFate::Updated || change.fate == ResourceFate::Replaced ||
                         change.fate == ResourceFate::MaybeReplaced;
    if (!changed || resource.expanded || (!data && resource.declares != Declares::Resource)) return;
    Cause cause;
    cause.stir = data ? Stir::LookedUp : change.fate == ResourceFate::Replaced ? Stir::Replaced : Stir::Updated;
    for (const AttributeChange& attribute : change.attributes) {
      const bool meta = attribute.path.starts_with("lifecycle") || attribute.path == "count" ||
                        attribute.path == "for_each" || attribute.path == "depends_on" || attribute.path == "provider";
      if (meta && attribute.path != trigger_path) continue;
      cause.paths.insert(attribute.path);
      if (!cause.before.valid()) cause.before = attribute.before_region;
      if (!cause.after.valid()) cause.after = attribute.after_region;
    }
    if (!cause.paths.empty()) causes_[{resource.scope, std::string(local_address(resource))}] = std::move(cause);
  }

  void note_gone(const Resource& resource) {
    if (resource.declares != Declares::Resource || resource.expanded) return;
    gone_[{resource.scope, std::string(local_address(resource))}] = Cause{Stir::Gone, {}, resource.header, {}};
  }

  /// What named something that goes, and is handed something else now: by its caller, say, under the very name that the old one had.
  void follow_gone(const MatchedPair& pair) {
    const Resource& was = sides_.before.resources[pair.before.value];
    if (gone_.empty() || was.declares != Declares::Resource || was.expanded) return;
    const Resource& is = after(pair.after);
    for (const Reference& reference : was.references) {
      const auto cause = gone_.find({was.scope, reference.target});
      if (cause == gone_.end() || reference.target == local_address(was)) continue;
      const bool still = std::any_of(is.references.begin(), is.references.end(),
                                     [&](const Reference& other) { return other.target == reference.target; });
      if (still || may_replace(pair, reference, cause->second)) continue;
      const auto known = change_of_.find(pair.after.value);
      if (known == change_of_.end()) continue;
      ResourceChange& change = delta_.resources[known->second];
      // A value that nobody can tell from the old one comes from another thing for certain.
      if (change.fate == ResourceFate::MaybeReplaced && change.certainty == Certainty::Partial && change.cause &&
          change.attributes[*change.cause].path == reference.through) {
        change.certainty = Certainty::Likely;
        change.because = because_of(reference, cause->second);
        change.because_region = cause->second.before;
      }
    }
  }

  static std::string because_of(const Reference& reference, const Cause& cause) {
    switch (cause.stir) {
      case Stir::LookedUp: return reference.target + " looks for something else";
      case Stir::Gone: return reference.target + ", which it named, goes";
      case Stir::Updated:
      case Stir::Replaced: break;
    }
    return reference.target + " is another one afterwards";
  }

  const Cause* cause_at(const Resource& resource, const std::string& target) const {
    const auto found = causes_.find({resource.scope, target});
    return found == causes_.end() ? nullptr : &found->second;
  }

  bool follow(const MatchedPair& pair) {
    const Resource& resource = after(pair.after);
    if (resource.declares != Declares::Resource || resource.expanded || resource.references.empty()) return false;
    const auto known = change_of_.find(pair.after.value);
    if (known != change_of_.end()) {
      const ResourceFate fate = delta_.resources[known->second].fate;
      if (fate != ResourceFate::Updated && fate != ResourceFate::Moved && fate != ResourceFate::MaybeReplaced)
        return false;
    }
    for (const Reference& reference : resource.references) {
      const Cause* cause = cause_at(resource, reference.target);
      if (cause == nullptr || reference.target == local_address(resource)) continue;
      if (reference.through == trigger_path) {
        if (fires(resource, reference, *cause) && replace(pair, reference, *cause, ResourceFate::Replaced)) return true;
      } else if (cause->stir != Stir::Updated && may_replace(pair, reference, *cause)) {
        return true;
      }
    }
    return false;
  }

  /// Names with an attribute fire where that attribute changes, or all of it is new.
  static bool fires(const Resource& resource, const Reference& reference, const Cause& cause) {
    const Value* names = value_at(resource.attributes, trigger_path);
    if (names == nullptr || cause.stir == Stir::Replaced) return names != nullptr;
    return std::any_of(names->items.begin(), names->items.end(), [&](const Value& name) {
      if (name.text == reference.target) return true;
      if (!name.text.starts_with(reference.target + ".")) return false;
      const std::string tail = name.text.substr(reference.target.size() + 1);
      return std::any_of(cause.paths.begin(), cause.paths.end(), [&](const std::string& path) {
        return path == tail || path.starts_with(tail + ".") || tail.starts_with(path + ".");
      });
    });
  }

  ResourceChange& change_for(const MatchedPair& pair) {
    const auto known = change_of_.find(pair.after.value);
    if (known != change_of_.end()) return delta_.resources[known->second];
    ResourceChange change;
    change.fate = ResourceFate::Updated;
    change.before = pair.before;
    change.after = pair.after;
    delta_.resources.push_back(std::move(change));
    change_of_[pair.after.value] = delta_.resources.size() - 1;
    return delta_.resources.back();
  }

  AttributeChange attribute_of(const MatchedPair& pair, const Reference& reference, const Cause& cause) const {
    AttributeChange attribute;
    attribute.path = attribute.place = reference.through;
    if (const Value* value = value_at(sides_.before.resources[pair.before.value].attributes, reference.through))
      attribute.before = *value;
    if (const Value* value = value_at(after(pair.after).attributes, reference.through)) attribute.after = *value;
    attribute.movement = Movement::Unknown;
    attribute.before_region = cause.before;
    attribute.after_region = cause.after;
    if (cause.before.valid()) attribute.before.origins.push_back(cause.before);
    if (cause.after.valid()) attribute.after.origins.push_back(cause.after);
    return attribute;
  }

  bool replace(const MatchedPair& pair, const Reference& reference, const Cause& cause, ResourceFate fate) {
    ResourceChange& change = change_for(pair);
    change.attributes.push_back(attribute_of(pair, reference, cause));
    change.cause = change.attributes.size() - 1;
    change.fate = fate;
    change.because = reference.target + " changes, and it is replaced with it";
    change.because_region = cause.after.valid() ? cause.after : cause.before;
    note(change);
    return true;
  }

  bool may_replace(const MatchedPair& pair, const Reference& reference, const Cause& cause) {
    ResourceChange probe;
    probe.attributes.push_back(attribute_of(pair, reference, cause));
    AttributeChange& attribute = probe.attributes.front();
    if (attribute.after.presence != Presence::Unknown || ignored(after(pair.after), reference.through)) return false;
    add_effects(probe, after(pair.after).stack, after(pair.after).type, facts_);
    const auto replaces = [](const EffectHit& hit) {
      return hit.effect == AttributeEffect::MayReplace || hit.effect == AttributeEffect::Replaces;
    };
    if (probe.attributes.empty()) return false;
    std::erase_if(attribute.effects, [&](const EffectHit& hit) { return !replaces(hit); });
    if (attribute.effects.empty()) return false;
    ResourceChange& change = change_for(pair);
    const bool again = std::any_of(change.attributes.begin(), change.attributes.end(),
                                   [&](const AttributeChange& other) { return other.path == reference.through; });
    if (again) return false;
    change.attributes.push_back(std::move(attribute));
    if (change.fate == ResourceFate::MaybeReplaced) return false;
    change.cause = change.attributes.size() - 1;
    change.fate = ResourceFate::MaybeReplaced;
    change.certainty = Certainty::Likely;
    change.because = because_of(reference, cause);
    change.because_region = cause.after.valid() ? cause.after : cause.before;
    return true;
  }

  static bool ignored(const Resource& resource, const std::string& path) {
    const std::vector<std::string> paths = ignored_paths(resource);
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& one) {
      return one == "*" || path == one || path.starts_with(one + ".");
    });
  }

  const Sides& sides_;
  const FactTables& facts_;
  Delta& delta_;
  std::map<std::pair<std::string, std::string>, Cause> causes_;
  std::map<std::pair<std::string, std::string>, Cause> gone_;
  std::map<std::uint32_t, std::size_t> change_of_;  ///< after id → index in the delta
};

}  // namespace

void cascade(const Sides& sides, const std::vector<MatchedPair>& pairs, const std::vector<std::uint32_t>& gone,
             const FactTables& facts, Delta& delta) {
  Cascade(sides, facts, delta).run(pairs, gone);
}

}  // namespace redtag
