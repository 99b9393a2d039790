#include "delta/resources.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "delta/attributes.h"
#include "delta/cascade.h"
#include "delta/effects.h"
#include "delta/renames.h"

namespace redtag {

namespace {

constexpr double same_in_file = 0.3;  // the same, where both stand in one file that was perhaps renamed
constexpr double same_thing = 0.6;  // share of equal attributes above which a vanished and a new resource are one thing renamed

using Id = std::uint32_t;
using Key = std::tuple<Stack, Declares, std::string>;

/// Declarations that say something about other addresses instead of declaring anything.
bool is_directive(Declares declares) {
  return declares == Declares::Moved || declares == Declares::Removed || declares == Declares::Import;
}

std::string scalar_attribute(const Resource& resource, std::string_view name) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key == name) return entry.value.text;
  }
  return {};
}

/// The address without its scope: what `moved` and `removed` blocks speak of.
std::string_view local_address(const Resource& resource) {
  const std::string_view address = resource.address;
  if (!resource.scope.empty() && address.starts_with(resource.scope + ":"))
    return address.substr(resource.scope.size() + 1);
  return address;
}

/// `from` names `address` itself or a module above it; the rest behind it, or nullopt.
std::optional<std::string_view> behind(std::string_view address, std::string_view from) {
  if (from.empty() || !address.starts_with(from)) return std::nullopt;
  const std::string_view rest = address.substr(from.size());
  if (rest.empty() || rest[0] == '.' || rest[0] == '[') return rest;
  return std::nullopt;
}

/// `x[0]` and `x["a"]` name instances of `x`; the declaration is what both sides have.
std::string_view without_key(std::string_view address) {
  return !address.empty() && address.back() == ']' ? address.substr(0, address.rfind('[')) : address;
}

class Matcher {
 public:
  Matcher(const Sides& sides, const FactTables& facts, Delta& delta) : sides_(sides), facts_(facts), delta_(delta) {}

  void run() {
    for (const Resource& resource : sides_.after.resources) standing_.insert({resource.stack, resource.scope});
    index(sides_.before, before_);
    index(sides_.after, after_);
    match_addresses();
    match_moves();
    match_relocated();
    match_in_file();
    match_renamed();
    for (const Pair& pair : pairs_) compare_pair(pair);
    std::vector<MatchedPair> matched;
    for (const Pair& pair : pairs_) matched.push_back({{pair.before}, {pair.after}});
    cascade(sides_, matched, facts_, delta_);
    report_removed();
    report_added();
  }

 private:
  struct Pair {
    Id before = 0;
    Id after = 0;
    ResourceFate fate{};
    std::string because;
    Region region;
  };

  static void index(const Model& model, std::map<Key, std::vector<Id>>& into) {
    for (Id id = 0; id < model.resources.size(); ++id) {
      const Resource& resource = model.resources[id];
      if (!is_directive(resource.declares)) into[{resource.stack, resource.declares, resource.address}].push_back(id);
    }
  }

  const Resource& old_one(Id id) const { return sides_.before.resources[id]; }
  const Resource& new_one(Id id) const { return sides_.after.resources[id]; }

  void match_addresses() {
    for (auto& [key, olds] : before_) {
      const auto found = after_.find(key);
      if (found != after_.end() && found->second.size() > 1) keep_files(olds, found->second);
      const std::size_t both = found == after_.end() ? 0 : std::min(olds.size(), found->second.size());
      for (std::size_t i = 0; i < both; ++i) add_pair(olds[i], found->second[i], ResourceFate::Updated, {}, {});
      // Under one address there is one thing: while a declaration of it stands, no other takes it along.
      const bool stands = both > 0 && std::get<Declares>(key) == Declares::Resource;
      for (std::size_t i = both; i < olds.size() && !stands; ++i) leave_over(old_one(olds[i]), olds[i], gone_);
    }
    for (const auto& [key, news] : after_) {
      const auto found = before_.find(key);
      const std::size_t both = found == before_.end() ? 0 : std::min(news.size(), found->second.size());
      for (std::size_t i = both; i < news.size(); ++i) leave_over(new_one(news[i]), news[i], come_);
    }
    std::sort(gone_.begin(), gone_.end());
    std::sort(come_.begin(), come_.end());
  }

  /// Of several under one address, those that stand in the same file on both sides are the same.
  void keep_files(const std::vector<Id>& olds, std::vector<Id>& news) const {
    for (std::size_t i = 0; i < olds.size() && i < news.size(); ++i) {
      const FileId file = old_one(olds[i]).region.file;
      const auto same = std::find_if(news.begin() + static_cast<std::ptrdiff_t>(i), news.end(),
                                     [&](Id id) { return new_one(id).region.file == file; });
      if (same != news.end()) std::iter_swap(news.begin() + static_cast<std::ptrdiff_t>(i), same);
    }
  }

  /// A copy of a declaration that one side does not have says nothing that its declaration does not.
  static void leave_over(const Resource& resource, Id id, std::vector<Id>& into) {
    if (!resource.expanded) into.push_back(id);
  }

  /// `moved { from to }`, and `removed { from }`.
  void match_moves() {
    std::map<std::string, Id, std::less<>> waiting;
    for (const Id id : come_) waiting.emplace(new_one(id).address, id);
    for (const Resource& directive : sides_.after.resources) {
      if (directive.declares == Declares::Moved) directives_.push_back(&directive);
    }
    for (const Resource& directive : sides_.after.resources) {
      if (directive.declares != Declares::Moved && directive.declares != Declares::Removed) continue;
      const std::string from(without_key(scalar_attribute(directive, "from")));
      const std::string to(without_key(last_of_chain(directive)));
      std::erase_if(gone_, [&](Id id) { return apply_directive(directive, id, from, to, waiting); });
    }
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  /// Where a thing ends that is moved, and moved on.
  [[nodiscard]] std::string last_of_chain(const Resource& directive) const {
    std::string to = scalar_attribute(directive, "to");
    constexpr int longest = 16;  // a cycle is an error to Terraform
    for (int step = 0; step < longest; ++step) {
      const auto next = std::find_if(directives_.begin(), directives_.end(), [&](const Resource* other) {
        return other->scope == directive.scope && other != &directive && scalar_attribute(*other, "from") == to;
      });
      if (next == directives_.end()) break;
      to = scalar_attribute(**next, "to");
    }
    return to;
  }

  /// Keys of `resource` that a moved block carries to another address; without a key, the single one is called "".
  [[nodiscard]] std::set<std::string> moved_keys(const Resource& resource) const {
    std::set<std::string> keys;
    for (const Resource* directive : directives_) {
      const std::string from = scalar_attribute(*directive, "from");
      if (directive->scope != resource.scope || without_key(from) != local_address(resource)) continue;
      std::string key = from.substr(without_key(from).size());
      std::erase_if(key, [](char c) { return c == '[' || c == ']' || c == '"'; });
      keys.insert(std::move(key));
    }
    return keys;
  }

  bool apply_directive(const Resource& directive, Id id, const std::string& from, const std::string& to,
                       const std::map<std::string, Id, std::less<>>& waiting) {
    const Resource& old_resource = old_one(id);
    if (old_resource.stack != directive.stack) return false;
    if (old_resource.scope != directive.scope) return move_out(directive, id, from, to, waiting);
    const auto rest = behind(local_address(old_resource), from);
    if (!rest) {
      const bool inside = old_resource.declares == Declares::Module && directive.declares == Declares::Moved &&
                          behind(from, local_address(old_resource)).has_value();
      if (!inside) return false;
      add_lone(id, {}, ResourceFate::Moved, "a moved block takes out what it holds", directive.region);
      return true;
    }
    if (directive.declares == Declares::Removed) {
      if (destroys(directive)) return false;
      add_lone(id, {}, ResourceFate::Forgotten, "a removed block lets go of it without destroying it",
               directive.region);
      return true;
    }
    const std::string prefix = directive.scope.empty() ? std::string() : directive.scope + ":";
    const auto target = waiting.find(prefix + to + std::string(*rest));
    if (target != waiting.end() && taken_.insert(target->second).second) {
      add_pair(id, target->second, ResourceFate::Moved, "a moved block names its new address", directive.region);
      return true;
    }
    // The new address lies in a module that is not part of the text at hand: the block still says that it stays.
    if (target == waiting.end() && to.starts_with("module.")) {
      add_lone(id, {}, ResourceFate::Moved, "a moved block names its new address inside a module", directive.region);
      return true;
    }
    return false;
  }

  /// `module.inner.x.y` of a module whose text stands in another folder, moved to an address of the directive's own.
  bool move_out(const Resource& directive, Id id, const std::string& from, const std::string& to,
                const std::map<std::string, Id, std::less<>>& waiting) {
    const Resource& old_resource = old_one(id);
    const std::string prefix = directive.scope.empty() ? std::string() : directive.scope + ":";
    const bool named = std::any_of(old_resource.calls.begin(), old_resource.calls.end(), [&](const Call& call) {
      return call.address + "." + std::string(local_address(old_resource)) == prefix + from;
    });
    const auto target = waiting.find(prefix + to);
    if (!named || directive.declares != Declares::Moved || target == waiting.end() ||
        !taken_.insert(target->second).second)
      return false;
    add_pair(id, target->second, ResourceFate::Moved, "a moved block takes it out of its module", directive.region);
    return true;
  }

  static bool destroys(const Resource& removed) {
    for (const Entry& entry : removed.attributes) {
      if (entry.key != "lifecycle") continue;
      const Value* destroy = find_entry(entry.value, "destroy");
      if (destroy != nullptr && destroy->known() && destroy->text == "false") return false;
    }
    return true;
  }

  /// The same declaration, word for word the same type and name, in another directory: a configuration that moved as a whole
  /// takes its state along. It counts only where nothing of the old directory stays behind under that name.
  void match_relocated() {
    match_identities();
    using Sign = std::tuple<Stack, Declares, std::string, std::string>;
    std::map<Sign, std::vector<Id>> waiting;
    for (const Id id : come_) {
      const Resource& resource = new_one(id);
      waiting[{resource.stack, resource.declares, resource.type, resource.name}].push_back(id);
    }
    std::erase_if(gone_, [&](Id id) {
      const Resource& resource = old_one(id);
      const auto found = waiting.find({resource.stack, resource.declares, resource.type, resource.name});
      if (found == waiting.end()) return false;
      for (const Id candidate : found->second) {
        if (taken_.count(candidate) > 0 || new_one(candidate).scope == resource.scope) continue;
        if (!same_state(resource, new_one(candidate))) continue;
        if (likeness(resource, new_one(candidate)) < same_thing) continue;
        taken_.insert(candidate);
        add_pair(id, candidate, ResourceFate::Moved, "the same declaration stands in " + scope_name(new_one(candidate)),
                 new_one(candidate).header);
        return true;
      }
      return false;
    });
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  /// A root takes its state along only as a whole; a module's folder is one under the same calls.
  [[nodiscard]] bool same_state(const Resource& before, const Resource& after) const {
    if (before.stack != Stack::Terraform) return true;  // no other stack keeps a state beside its text
    const auto called = [](const Call& a, const Call& b) { return a.address == b.address; };
    if (!std::equal(before.calls.begin(), before.calls.end(), after.calls.begin(), after.calls.end(), called))
      return false;
    return !before.calls.empty() || !standing_.contains({before.stack, before.scope});
  }

  /// What the platform knows by a name of its own is the same thing in whichever file it is declared. Among several, the one
  /// whose address is most alike.
  void match_identities() {
    std::map<std::pair<Stack, std::string>, std::vector<Id>> waiting;
    for (const Id id : come_) {
      const Resource& resource = new_one(id);
      if (!resource.identity.empty()) waiting[{resource.stack, resource.identity}].push_back(id);
    }
    if (waiting.empty()) return;
    std::erase_if(gone_, [&](Id id) {
      const Resource& resource = old_one(id);
      const auto found = waiting.find({resource.stack, resource.identity});
      if (resource.identity.empty() || found == waiting.end()) return false;
      const Id* best = nullptr;
      std::size_t most = 0;
      for (const Id& candidate : found->second) {
        if (taken_.count(candidate) > 0) continue;
        const std::string& address = new_one(candidate).address;
        const auto ends = std::mismatch(address.begin(), address.end(), resource.address.begin(), resource.address.end());
        const auto alike = static_cast<std::size_t>(ends.first - address.begin()) + 1;
        if (alike > most) {
          most = alike;
          best = &candidate;
        }
      }
      if (best == nullptr) return false;
      taken_.insert(*best);
      add_pair(id, *best, ResourceFate::Moved, "the same object stands in " + scope_name(new_one(*best)), new_one(*best).header);
      return true;
    });
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  static std::string scope_name(const Resource& resource) { return resource.scope.empty() ? "the top directory" : resource.scope; }

  /// A file keeps its one object of a type under another name, wherever the file is now: what names it changed, not the thing. Only
  /// for what the platform knows by a name of its own; everything else has its likeness to speak for it.
  void match_in_file() {
    using Sign = std::tuple<Stack, std::string, FileId>;
    std::map<Sign, std::vector<Id>> going, coming;
    const auto sign = [](const Resource& resource) { return Sign{resource.stack, resource.type, resource.region.file}; };
    for (const Id id : gone_) {
      if (!old_one(id).identity.empty()) going[sign(old_one(id))].push_back(id);
    }
    for (const Id id : come_) {
      if (!new_one(id).identity.empty()) coming[sign(new_one(id))].push_back(id);
    }
    std::erase_if(gone_, [&](Id id) {
      const Resource& resource = old_one(id);
      if (resource.identity.empty() || going[sign(resource)].size() != 1) return false;
      const auto found = coming.find(sign(resource));
      if (found == coming.end() || found->second.size() != 1) return false;
      const Resource& now = new_one(found->second.front());
      if (likeness(resource, now) < same_in_file) return false;
      taken_.insert(found->second.front());
      add_pair(id, found->second.front(), ResourceFate::Renamed, "it is called " + now.address + " now", now.header);
      return true;
    });
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  /// One of a type went and one of that type came in the same scope, and they are alike: it was renamed, and nothing moves it.
  void match_renamed() {
    using Sign = std::tuple<Stack, Declares, std::string, std::string>;
    std::map<Sign, std::vector<Id>> waiting;
    for (const Id id : come_) {
      const Resource& resource = new_one(id);
      waiting[{resource.stack, resource.declares, resource.type, resource.scope}].push_back(id);
    }
    std::erase_if(gone_, [&](Id id) {
      const Resource& resource = old_one(id);
      if (resource.declares == Declares::Setting || resource.declares == Declares::Data) return false;
      const auto found = waiting.find({resource.stack, resource.declares, resource.type, resource.scope});
      if (found == waiting.end()) return false;
      const Id* best = nullptr;
      double most = 0;
      constexpr std::size_t most_candidates = 60;
      for (std::size_t i = 0; i < found->second.size() && i < most_candidates; ++i) {
        if (taken_.count(found->second[i]) > 0) continue;
        const double alike = likeness(resource, new_one(found->second[i]));
        if (alike > most) {
          most = alike;
          best = &found->second[i];
        }
      }
      if (best == nullptr || most < same_thing) return false;
      taken_.insert(*best);
      add_pair(id, *best, ResourceFate::Renamed,
               "it is called " + new_one(*best).address + " now, and no moved block says so", new_one(*best).header);
      return true;
    });
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  void report_removed() {
    for (const Id id : gone_) {
      const Resource& resource = old_one(id);
      ResourceChange& change = add_lone(id, {}, ResourceFate::Removed, {}, {});
      change.whole_root = standing_.count({resource.stack, resource.scope}) == 0;
      for (const FactRowView& row : facts_.rows(stack_name(resource.stack), resource.type, "cascades")) {
        change.because = "With it go: " + std::string(row.condition);
      }
    }
  }

  void report_added() {
    for (const Id id : come_) {
      ResourceChange change;
      change.fate = ResourceFate::Added;
      change.after.value = id;
      change.attributes = compare_attributes({}, new_one(id).attributes);
      add_effects(change, new_one(id).stack, new_one(id).type, facts_);
      delta_.resources.push_back(std::move(change));
    }
  }

  ResourceChange& add_lone(Id before, ResourceId after, ResourceFate fate, std::string because, Region region) {
    ResourceChange change;
    change.fate = fate;
    change.before.value = before;
    change.after = after;
    change.because = std::move(because);
    change.because_region = region;
    delta_.resources.push_back(std::move(change));
    return delta_.resources.back();
  }

  void add_pair(Id before, Id after, ResourceFate fate, std::string because, Region region) {
    const Resource& was = old_one(before);
    if (was.address != new_one(after).address && was.scope == new_one(after).scope) {
      renames_.add(was.scope, local_address(was), local_address(new_one(after)));
    }
    pairs_.push_back({before, after, fate, std::move(because), region});
  }

  void compare_pair(const Pair& pair) {
    const Resource& was = old_one(pair.before);
    const Resource& is = new_one(pair.after);
    ResourceChange change;
    change.fate = pair.fate;
    change.before.value = pair.before;
    change.after.value = pair.after;
    change.because = pair.because;
    change.because_region = pair.region;
    // What follows another resource to its new name refers to the same thing as before.
    change.attributes = renames_.concern(was.scope) ? compare_attributes(renames_.applied_to(was), is.attributes)
                                                    : compare_attributes(was.attributes, is.attributes);
    drop_ignored(change, is);
    add_effects(change, is.stack, is.type, facts_);
    drop_unmet(change, was);
    if (pair.fate != ResourceFate::Renamed) {
      judge_instances(change, was, is);
      judge_replacement(change);
    }
    if (change.fate == ResourceFate::Updated && change.attributes.empty()) return;
    delta_.resources.push_back(std::move(change));
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

  void judge_instances(ResourceChange& change, const Resource& was, const Resource& is) const {
    if (was.instances == is.instances) return;
    using Kind = Instances::Kind;
    const Instances old_set = read_instances(was.instances), new_set = read_instances(is.instances);
    if (old_set.kind == Kind::Unknown || new_set.kind == Kind::Unknown) return;
    const std::set<std::string> moved = moved_keys(was);
    std::vector<std::string> lost;
    // Only a resource becomes number 0 of a count by itself, and the other way round; a module's instances do not.
    const bool same_kind = old_set.kind == new_set.kind || (old_set.kind != Kind::Keys && new_set.kind != Kind::Keys &&
                                                            is.declares != Declares::Module);
    if (new_set.count == 0 && old_set.count > 0) {
      change.fate = ResourceFate::Removed;
      change.because = "no instance of it is left: " + is.instances;
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

  /// Where the first lost key stood; else where the number or the keys are written now.
  static Region place_of_loss(const ResourceChange& change, const std::vector<std::string>& lost) {
    for (const AttributeChange& attribute : change.attributes) {
      if (attribute.path != "for_each" && attribute.path != "count") continue;
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
  std::map<Key, std::vector<Id>> before_, after_;
  std::vector<Id> gone_, come_;
  std::set<Id> taken_;  // of the after side
  std::vector<Pair> pairs_;
  Renames renames_;
  std::set<std::pair<Stack, std::string>> standing_;  // scopes that something stands in afterwards
  std::vector<const Resource*> directives_;           // moved blocks of the after side
};

}  // namespace

void compare_resources(const Sides& sides, const FactTables& facts, Delta& delta) {
  Matcher(sides, facts, delta).run();
}

}  // namespace redtag
