#include "delta/resources.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "delta/attributes.h"
#include "delta/callers.h"
#include "delta/cascade.h"
#include "delta/effects.h"
#include "delta/key_sources.h"
#include "delta/matching.h"
#include "delta/modules.h"
#include "delta/moved_instances.h"
#include "delta/timed_rules.h"

namespace redtag {

namespace {

using Id = std::uint32_t;

/// What became of each resource, once it is known which is which.
class Judge {
 public:
  Judge(const Sides& sides, const FactTables& facts, Delta& delta)
      : sides_(sides),
        facts_(facts),
        delta_(delta),
        matching_(match_resources(sides, facts)),
        moved_(sides.after),
        copies_before_(sides.before, Side::Before, moved_),
        copies_after_(sides.after, Side::After, moved_),
        versions_(sides.after) {}

  void run() {
    for (const Resource& resource : sides_.after.resources) {  // what a tool wrote is no root by itself
      if (scalar_attribute(resource, "by_tool") != "true") standing_.insert({resource.stack, resource.scope});
    }
    for (const Id id : matching_.gone) {
      const Resource& resource = old_one(id);
      const bool names = resource.type == "variable" || resource.type == "local";
      if (names && resource.declares == Declares::Setting)
        undefined_[resource.scope].push_back((resource.type == "local" ? "local." : "var.") + resource.name);
    }
    for (const Match& pair : matching_.pairs) {
      const Declares declares = old_one(pair.before).declares;
      const bool stands = declares == Declares::Resource || declares == Declares::Module;
      if (stands && old_one(pair.before).scope != new_one(pair.after).scope)
        emigrated_.insert(old_one(pair.before).scope);
    }
    for (Released& released : matching_.released) report_released(released);
    for (const Match& pair : matching_.pairs) compare_pair(pair);
    for (ResourceChange& change : content_of_shrunk(sides_, delta_, facts_))
      delta_.resources.push_back(std::move(change));
    for (const Swapped& swapped : swapped_content(sides_, matching_, facts_)) report_swapped(swapped);
    for (const Swapped& left : content_left_behind(sides_, matching_)) report_swapped(left);
    std::vector<MatchedPair> matched;
    for (const Match& pair : matching_.pairs) matched.push_back({{pair.before}, {pair.after}});
    cascade(sides_, matched, matching_.gone, facts_, delta_);
    report_removed();
    report_added();
  }

 private:
  const Resource& old_one(Id id) const { return sides_.before.resources[id]; }
  const Resource& new_one(Id id) const { return sides_.after.resources[id]; }

  void report_released(Released& released) {
    ResourceChange change;
    change.fate = released.fate;
    change.before.value = released.before;
    change.because = std::move(released.because);
    change.because_region = released.region;
    change.certainty = released.certainty;
    delta_.resources.push_back(std::move(change));
  }

  void report_swapped(const Swapped& swapped) {
    if (swapped.after) {
      const std::size_t known = delta_.resources.size();
      compare_pair({swapped.before, *swapped.after, ResourceFate::Updated, {}, swapped.region});
      if (delta_.resources.size() > known && !leave_losses(delta_.resources.back(), swapped))
        delta_.resources.pop_back();
      return;
    }
    ResourceChange change;
    change.fate = ResourceFate::Removed;
    change.before.value = swapped.before;
    change.certainty = swapped.certainty;
    change.because = swapped.because;
    change.because_region = swapped.region;
    delta_.resources.push_back(std::move(change));
  }

  /// Two modules are written differently in many ways; what is lost between them is what counts. False if nothing is.
  static bool leave_losses(ResourceChange& change, const Swapped& swapped) {
    const auto loses = [](const EffectHit& hit) {
      return hit.effect == AttributeEffect::Replaces || hit.effect == AttributeEffect::MayReplace ||
             hit.effect == AttributeEffect::Rejects || hit.effect == AttributeEffect::GuardDropped ||
             hit.effect == AttributeEffect::DangerArmed || hit.effect == AttributeEffect::BackupCut;
    };
    std::vector<AttributeChange> kept;
    for (AttributeChange& attribute : change.attributes) {
      const bool known =
          attribute.before.presence != Presence::Unknown && attribute.after.presence != Presence::Unknown;
      const bool instances = attribute.path == "count" || attribute.path == "for_each";
      if (!known || (!instances && std::none_of(attribute.effects.begin(), attribute.effects.end(), loses))) continue;
      attribute.before.origins.push_back(swapped.region);
      attribute.after.origins.push_back(swapped.region);
      kept.push_back(std::move(attribute));
    }
    change.attributes = std::move(kept);
    change.cause.reset();
    const bool fewer = change.fate == ResourceFate::Shrunk || change.fate == ResourceFate::Removed;
    if (!fewer) {
      change.fate = ResourceFate::Updated;
      judge_replacement(change);
      change.because = swapped.because;
    }
    change.because_region = swapped.region;
    return fewer || !change.attributes.empty();
  }

  void report_removed() {
    for (const Id id : matching_.gone) {
      const Resource& resource = old_one(id);
      ResourceChange change;
      change.fate = ResourceFate::Removed;
      change.before.value = id;
      change.whole_root = standing_.count({resource.stack, resource.scope}) == 0;
      // What stood in that root goes on in another one, where the state that knows it does not.
      if (resource.declares == Declares::Backend && emigrated_.contains(resource.scope)) change.whole_root = false;
      if (change.whole_root && scalar_attribute(resource, "uncalled") == "true") {
        change.fate = ResourceFate::Forgotten;
        change.because = "no configuration of this tree calls its module, so that nothing was made from it here";
      }
      for (const FactRowView& row : facts_.rows(stack_name(resource.stack), resource.type, "cascades")) {
        change.because = "With it go: " + std::string(row.condition);
      }
      delta_.resources.push_back(std::move(change));
    }
  }

  void report_added() {
    for (const Id id : matching_.come) {
      ResourceChange change;
      change.fate = ResourceFate::Added;
      change.after.value = id;
      change.attributes = compare_attributes({}, new_one(id).attributes);
      add_effects(change, new_one(id).stack, new_one(id).type, facts_);
      add_widened_rules(change, predecessors_of(new_one(id)), new_one(id), facts_);
      change.whole_root = new_one(id).declares == Declares::Backend && !stood(new_one(id).scope);
      delta_.resources.push_back(std::move(change));
    }
  }

  /// Whether something was declared in a scope before.
  [[nodiscard]] bool stood(const std::string& scope) const {
    return std::any_of(sides_.before.resources.begin(), sides_.before.resources.end(), [&](const Resource& resource) {
      return resource.scope == scope &&
             (resource.declares == Declares::Resource || resource.declares == Declares::Module);
    });
  }

  /// What may have held the rules of a new resource: one of its type that goes, and what it was split from (`aws_s3_bucket`).
  std::vector<const Resource*> predecessors_of(const Resource& added) const {
    std::vector<const Resource*> found;
    if (!deletes_by_rule(added, facts_)) return found;
    for (const Id id : matching_.gone) {
      if (old_one(id).type == added.type) found.push_back(&old_one(id));
    }
    for (const Match& pair : matching_.pairs) {
      const Resource& was = old_one(pair.before);
      if (was.scope == added.scope && was.type != added.type && added.type.starts_with(was.type) &&
          rule_goes(was, new_one(pair.after), facts_))
        found.push_back(&was);
    }
    return found;
  }

  void compare_pair(const Match& pair) {
    // Of a module that gets a second caller, or loses one, what the other call makes of it is what stood and stands.
    const Resource& was = copies_before_.under_the_call_of(old_one(pair.before), new_one(pair.after));
    const Resource& is = copies_after_.under_the_call_of(new_one(pair.after), old_one(pair.before));
    ResourceChange change;
    change.fate = pair.fate;
    change.before.value = pair.before;
    change.after.value = pair.after;
    change.because = pair.because;
    change.because_region = pair.region;
    // What follows another resource to its new name refers to the same thing as before.
    change.attributes = matching_.renames.concern(was.scope)
                            ? compare_attributes(matching_.renames.applied_to(was), is.attributes)
                        : is.declares == Declares::Module ? compare_arguments(was.attributes, is.attributes)
                                                          : compare_attributes(was.attributes, is.attributes);
    drop_ignored(change, is);
    drop_unplanned(change, is);
    drop_kept_by_instances(change, is);
    if (pair.open) leave_settled(change, *pair.open);
    std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
      const bool asks = attribute.before.presence == Presence::Unknown || attribute.after.presence == Presence::Unknown;
      // What all instances had alike and do not any more, or not yet, theirs is to tell.
      const bool told = asks && !attribute.before.reason.empty() && attribute.before.reason == attribute.after.reason &&
                        (attribute.before.known() || attribute.after.known());
      return told || (asks && kept_by_moved_instances(sides_, moved_, was, is, attribute.path));
    });
    add_effects(change, is.stack, is.type, facts_);
    drop_unmet(change, was, is);
    settle_versions(change, new_one(pair.after), versions_);
    add_unignored(change, was, is, facts_);
    add_widened_rules(change, {&was}, is, facts_);
    if (pair.fate != ResourceFate::Renamed) {
      // That a thing is there for some choices only from now on is told of all of them together.
      const bool settled = !pair.open || (*pair.open == Side::After && !is.instances.starts_with('?'));
      if (settled) judge_instances(change, was, is);
      judge_replacement(change);
    }
    if (change.fate == ResourceFate::Updated && change.attributes.empty()) return;
    delta_.resources.push_back(std::move(change));
  }

  /// One choice beside what stands for all: what that leaves open is, of this choice, what it was.
  static void leave_settled(ResourceChange& change, Side all) {
    std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
      return (all == Side::After ? attribute.after : attribute.before).presence == Presence::Unknown;
    });
  }

  /// What the platform's answer is not asked for changes nothing there.
  static void drop_ignored(ResourceChange& change, const Resource& resource) {
    const std::vector<std::string> ignored = ignored_paths(resource);
    if (ignored.empty()) return;
    std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
      return std::any_of(ignored.begin(), ignored.end(), [&](const std::string& path) {
        return path == "*" || attribute.path == path || attribute.path.starts_with(path + ".");
      });
    });
  }

  /// What each instance has of its own now, of which one has what the single thing had: `bucket = each.key` after `bucket = "x"`, where a
  /// moved block says that the thing is that instance now.
  void drop_kept_by_instances(ResourceChange& change, const Resource& resource) {
    const auto asks = [](const AttributeChange& attribute) {
      return attribute.before.known() && attribute.after.presence == Presence::Unknown &&
             attribute.after.text.find("each.") != std::string::npos;
    };
    if (resource.instances.empty() || std::none_of(change.attributes.begin(), change.attributes.end(), asks)) return;
    const Resource* const kept = instance_moved_to(resource);
    if (kept == nullptr) return;
    std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
      return asks(attribute) && std::any_of(kept->attributes.begin(), kept->attributes.end(), [&](const Entry& entry) {
               return entry.key == attribute.path && same_value(entry.value, attribute.before);
             });
    });
  }

  /// The instance that a moved block names as what the single thing is from now on.
  [[nodiscard]] const Resource* instance_moved_to(const Resource& resource) const {
    for (const Resource& directive : sides_.after.resources) {
      if (directive.declares != Declares::Moved || directive.scope != resource.scope) continue;
      const std::string to(moved_.last_of_chain(directive));
      const std::string local(local_address(resource));
      if (!to.starts_with(local + "[")) continue;
      const std::string address = resource.address + to.substr(local.size());
      const auto copy = std::find_if(sides_.after.resources.begin(), sides_.after.resources.end(),
                                     [&](const Resource& other) { return other.expanded && other.address == address; });
      if (copy != sides_.after.resources.end()) return &*copy;
    }
    return nullptr;
  }

  /// A name that the change takes away and goes on using: the next plan fails, so that what it would decide does not happen.
  void drop_unplanned(ResourceChange& change, const Resource& resource) const {
    const auto names = undefined_.find(resource.scope);
    if (names == undefined_.end()) return;
    std::erase_if(change.attributes, [&](const AttributeChange& attribute) {
      return attribute.after.presence == Presence::Unknown &&
             std::any_of(names->second.begin(), names->second.end(),
                         [&](const std::string& name) { return mentions(attribute.after.text, name); });
    });
  }

  static bool mentions(std::string_view text, std::string_view name) {
    const auto goes_on = [](char c) {
      return c == '_' || c == '-' || std::isalnum(static_cast<unsigned char>(c)) != 0;
    };
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      const bool begins = at == 0 || (!goes_on(text[at - 1]) && text[at - 1] != '.');
      if (begins && (end == text.size() || !goes_on(text[end]))) return true;
    }
    return false;
  }

  /// What the platform refuses is worse than what it replaces: the roll-out stops half-way, or somebody deletes by hand.
  static bool judge_rejection(ResourceChange& change) {
    std::optional<Certainty> most;
    for (std::size_t i = 0; i < change.attributes.size(); ++i) {
      for (const EffectHit& hit : change.attributes[i].effects) {
        if (hit.effect != AttributeEffect::Rejects || (most && hit.certainty >= *most)) continue;
        most = hit.certainty;
        change.cause = i;
      }
    }
    if (!most) return false;
    change.certainty = *most;
    change.fate = ResourceFate::Rejected;
    return true;
  }

  static void judge_replacement(ResourceChange& change) {
    if (change.fate != ResourceFate::Updated && change.fate != ResourceFate::Moved) return;
    if (judge_rejection(change)) return;
    const std::optional<Replacement> replacement = find_replacement(change);
    if (!replacement) return;
    change.cause = replacement->cause;
    change.certainty = replacement->certainty;
    const bool sure = replacement->certainty == Certainty::Exact &&
                      change.attributes[replacement->cause].effects.front().effect != AttributeEffect::MayReplace;
    change.fate = sure ? ResourceFate::Replaced : ResourceFate::MaybeReplaced;
  }

  /// Where nobody here knows the keys, what they were made from still tells of a loss.
  void judge_sources(ResourceChange& change, const Resource& was) const {
    if (!moved_.keys_of(was).empty()) return;
    for (const AttributeChange& attribute : change.attributes) {
      if (attribute.path != "for_each" && attribute.path != "count") continue;
      std::string lost = lost_keys(attribute.before, attribute.after);
      if (lost.empty()) continue;
      change.because = std::move(lost);
      change.because_region = place_of_loss(change, {});
      change.certainty = Certainty::Likely;
      if (change.fate == ResourceFate::Updated) change.fate = ResourceFate::Shrunk;
      return;
    }
  }

  void judge_instances(ResourceChange& change, const Resource& was, const Resource& is) const {
    using Kind = Instances::Kind;
    if (was.instances == is.instances) return;
    if (has(is, "exists") != has(was, "exists")) return;  // given on one side: another deployment, not this one's end
    const Instances old_set = read_instances(was.instances), new_set = read_instances(is.instances);
    const std::set<std::string> moved = moved_.keys_of(was);
    if (old_set.kind == Kind::Unknown || new_set.kind == Kind::Unknown) {
      if (old_set.kind == Kind::Unknown && has(is, "for_each") == has(was, "for_each")) judge_sources(change, was);
      // Whatever the keys are: what stood there had none.
      if (old_set.kind == Kind::Unknown || old_set.kind == Kind::Keys || old_set.count == 0 || !moved.empty() ||
          !has(is, "for_each"))
        return;
      change.because = "its instances have keys now, and no moved block carries it over";
      change.because_region = place_of_loss(change, {});
      if (change.fate == ResourceFate::Updated) change.fate = ResourceFate::Shrunk;
      return;
    }
    std::vector<std::string> lost;
    // Only a resource becomes number 0 of a count by itself, and the other way round; a module's instances do not.
    const bool same_kind = old_set.kind == new_set.kind || (old_set.kind != Kind::Keys && new_set.kind != Kind::Keys &&
                                                            is.declares != Declares::Module);
    if (new_set.count == 0 && old_set.count > 0) {
      change.fate = ResourceFate::Removed;
      change.because = has(is, "exists")
                           ? std::string("its condition does not hold with the parameters that are given now")
                       : has(is, "exists_if") ? std::string("its condition is never true")
                                              : "no instance of it is left: " + is.instances;
    } else if (same_kind && old_set.kind == Kind::Keys) {
      std::set_difference(old_set.keys.begin(), old_set.keys.end(), new_set.keys.begin(), new_set.keys.end(),
                          std::back_inserter(lost));
      std::erase_if(lost, [&](const std::string& key) { return moved.contains(key); });
      if (!lost.empty()) change.because = "these keys are gone: " + joined(lost);
    } else if (same_kind) {
      if (new_set.count < old_set.count) {
        change.because = "there were " + std::to_string(old_set.count) + " of it, there are " +
                         std::to_string(new_set.count) + " now";
      }
    } else if (moved.size() < (old_set.kind == Kind::Single ? 1 : old_set.count)) {
      change.because = "its instances have other keys now, and no moved block carries them over";
    }
    if (change.because.empty()) return;
    change.because_region = place_of_loss(change, lost);
    if (change.fate == ResourceFate::Updated) change.fate = ResourceFate::Shrunk;
  }

  static bool has(const Resource& resource, std::string_view key) {
    return std::any_of(resource.attributes.begin(), resource.attributes.end(),
                       [&](const Entry& entry) { return entry.key == key; });
  }

  /// Where the first lost key stood; else where the number or the keys are written now.
  static Region place_of_loss(const ResourceChange& change, const std::vector<std::string>& lost) {
    for (const AttributeChange& attribute : change.attributes) {
      if (attribute.path != "for_each" && attribute.path != "count" && attribute.path != "exists") continue;
      for (const Value& item : attribute.before.items) {
        if (std::find(lost.begin(), lost.end(), item.text) != lost.end() && item.region.valid()) return item.region;
      }
      for (const Entry& entry : attribute.before.entries) {
        if (std::find(lost.begin(), lost.end(), entry.key) != lost.end() && entry.region.valid()) return entry.region;
      }
      if (attribute.after.region.valid()) return attribute.after.region;
      return attribute.before.region;
    }
    return {};
  }

  static std::string joined(const std::vector<std::string>& keys) {
    std::string out;
    constexpr std::size_t most = 8;
    for (std::size_t i = 0; i < keys.size() && i < most; ++i) out += (i == 0 ? "" : ", ") + keys[i];
    return keys.size() > most ? out + " and " + std::to_string(keys.size() - most) + " more" : out;
  }

  const Sides& sides_;
  const FactTables& facts_;
  Delta& delta_;
  Matching matching_;
  MovedBlocks moved_;
  CallCopies copies_before_, copies_after_;
  ProviderVersions versions_;
  std::set<std::pair<Stack, std::string>> standing_;  // scopes that something stands in afterwards
  std::set<std::string, std::less<>> emigrated_;      // scopes of which something stands in another one afterwards
  std::map<std::string, std::vector<std::string>, std::less<>> undefined_;  // names that go, by scope
};

}  // namespace

void compare_resources(const Sides& sides, const FactTables& facts, Delta& delta) { Judge(sides, facts, delta).run(); }

}  // namespace redtag
