#include "delta/matching.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "delta/attributes.h"
#include "delta/directives.h"
#include "delta/modules.h"
#include "model/choice.h"

namespace redtag {

namespace {

constexpr double same_in_file = 0.3;  // the same, where both stand in one file that was perhaps renamed
// Share of equal attributes above which a vanished and a new resource are one thing renamed.
constexpr double same_thing = 0.6;

using Id = std::uint32_t;
using Key = std::tuple<Stack, Declares, std::string>;

class Matcher {
 public:
  Matcher(const Sides& sides, const FactTables& facts) : sides_(sides), facts_(facts), moved_(sides.after) {}

  Matching run() {
    for (const Resource& resource : sides_.after.resources) standing_.insert({resource.stack, resource.scope});
    index(sides_.before, before_);
    index(sides_.after, after_);
    match_addresses();
    match_choices();
    match_moves();
    match_relocated();
    match_in_file();
    match_renamed();
    add_new_names(sides_, gone_, come_, found_.renames);
    found_.gone = std::move(gone_);
    found_.come = std::move(come_);
    return std::move(found_);
  }

 private:
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

  /// `infra[prod]:a.b`: what a root is for one choice, where the other side of the change makes no difference between them any more, or
  /// made none yet. It is compared with what stands there for all.
  void match_choices() {
    match_choices(before_, after_, [&](Id choice, Id all) {
      found_.pairs.push_back({choice, all, ResourceFate::Updated, {}, {}, Side::After});
    });
    match_choices(after_, before_, [&](Id choice, Id all) {
      found_.pairs.push_back({all, choice, ResourceFate::Updated, {}, {}, Side::Before});
    });
  }

  template <typename Pair>
  static void match_choices(const std::map<Key, std::vector<Id>>& chosen, const std::map<Key, std::vector<Id>>& other,
                            Pair&& pair) {
    std::set<Key> told_apart;
    for (const auto& [key, ids] : other) {
      if (auto plain = without_choice(key)) told_apart.insert(std::move(*plain));
    }
    for (const auto& [key, ids] : chosen) {
      const auto plain = without_choice(key);
      if (!plain || told_apart.contains(*plain)) continue;
      const auto found = other.find(*plain);
      if (found != other.end() && ids.size() == 1 && found->second.size() == 1)
        pair(ids.front(), found->second.front());
    }
  }

  /// The key without the choice in its address; nullopt where there is none. A variable file that comes or goes is no choice between
  /// what stands: it is another thing that is set up, or given up.
  static std::optional<Key> without_choice(const Key& key) {
    const std::string& address = std::get<std::string>(key);
    std::optional<std::string> plain = redtag::without_choice(address);
    if (!plain || address.find(".tfvars") < address.find("]:")) return std::nullopt;
    return Key{std::get<Stack>(key), std::get<Declares>(key), std::move(*plain)};
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
      if (directive.declares != Declares::Moved && directive.declares != Declares::Removed) continue;
      const std::string from(without_key(scalar_attribute(directive, "from")));
      const std::string to(without_key(moved_.last_of_chain(directive)));
      std::erase_if(gone_, [&](Id id) { return apply_directive(directive, id, from, to, waiting); });
    }
    std::erase_if(gone_, [&](Id id) { return take_apart(id); });
    match_moved_copies();
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  bool apply_directive(const Resource& directive, Id id, const std::string& from, const std::string& to,
                       const std::map<std::string, Id, std::less<>>& waiting) {
    const Resource& old_resource = old_one(id);
    if (old_resource.stack != directive.stack) return false;
    if (old_resource.scope != directive.scope) return move_out(directive, id, from, to, waiting);
    const auto rest = behind(local_address(old_resource), from);
    if (!rest) return false;
    if (directive.declares == Declares::Removed) {
      if (destroys(directive)) return false;
      release(id, ResourceFate::Forgotten, "a removed block lets go of it without destroying it", directive.region);
      return true;
    }
    const std::string prefix = scope_prefix(directive);
    const auto target = waiting.find(prefix + to + std::string(*rest));
    if (target != waiting.end() && taken_.insert(target->second).second) {
      add_pair(id, target->second, ResourceFate::Moved, "a moved block names its new address", directive.region);
      return true;
    }
    return target == waiting.end() && to.starts_with("module.") && move_in(directive, id, to + std::string(*rest));
  }

  /// What a declaration is under each of several calls, where moved blocks carry one of these.
  void match_moved_copies() {
    if (moved_.empty()) return;
    for (const auto& [key, olds] : before_) {
      if (olds.size() != 1 || !old_one(olds.front()).expanded || after_.contains(key)) continue;
      const std::string& address = std::get<std::string>(key);
      const auto found = after_.find(Key{std::get<Stack>(key), std::get<Declares>(key), moved_.carried(address)});
      if (found != after_.end() && found->second.size() == 1 && new_one(found->second.front()).expanded)
        add_pair(olds.front(), found->second.front(), ResourceFate::Updated, {}, {});
    }
  }

  /// A call that goes, with moved blocks that take things out of it, wherever it is called. What they leave in it is told by itself, see
  /// content_left_behind().
  bool take_apart(Id id) {
    const Resource& call = old_one(id);
    if (call.declares != Declares::Module) return false;
    std::optional<Region> region;
    for (const std::string& way : CalledModules::addresses_of(call)) {
      region = moved_.first_inside(way);
      if (!region) return false;
    }
    release(id, ResourceFate::Moved, "a moved block takes out what it holds", *region);
    return true;
  }

  /// Into a module. Where its text is not at hand, the block is believed for what can be made again; of what holds data somebody has to
  /// see that the module declares it.
  bool move_in(const Resource& directive, Id id, const std::string& to) {
    const Resource& old_resource = old_one(id);
    if (!called_) called_.emplace(sides_.after);
    const auto lookup = called_->find(directive.scope, to, old_resource.declares);
    if (lookup == CalledModules::Lookup::NotDeclared) return false;
    // What stands there for this call alone can be compared with what it was; what serves several is each caller's.
    const auto there = called_->declaration(directive.scope, to, old_resource.declares);
    if (there && new_one(*there).calls.size() <= 1 && std::binary_search(come_.begin(), come_.end(), *there) &&
        taken_.insert(*there).second) {
      add_pair(id, *there, ResourceFate::Moved, "a moved block names its new address inside a module",
               directive.region);
      return true;
    }
    const bool data = old_resource.declares == Declares::Resource &&
                      facts_.stateful(stack_name(old_resource.stack), old_resource.type);
    if (lookup == CalledModules::Lookup::Declared || !data) {
      release(id, ResourceFate::Moved, "a moved block names its new address inside a module", directive.region);
      return true;
    }
    release(id, ResourceFate::Removed, "a moved block names " + to + ", and nothing at hand declares that",
            directive.region);
    found_.released.back().certainty = Certainty::Partial;
    return true;
  }

  /// `module.inner.x.y` of a module whose text stands in another folder, moved to an address of the directive's own.
  bool move_out(const Resource& directive, Id id, const std::string& from, const std::string& to,
                const std::map<std::string, Id, std::less<>>& waiting) {
    const Resource& old_resource = old_one(id);
    const std::string prefix = scope_prefix(directive);
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
        if (likeness(resource, new_one(candidate)) < same_thing) continue;
        if (scalar_attribute(resource, "state_by_path") == "true") {
          taken_.insert(candidate);
          add_pair(id, candidate, ResourceFate::Renamed,
                   "the same unit stands in " + scope_name(new_one(candidate)) +
                       ", where it starts with an empty state: the state is kept under the folder's path, and what the "
                       "old one "
                       "holds is left without an owner",
                   new_one(candidate).header);
          return true;
        }
        if (!same_state(resource, new_one(candidate))) continue;
        taken_.insert(candidate);
        add_pair(id, candidate, ResourceFate::Moved, "the same declaration stands in " + scope_name(new_one(candidate)),
                 new_one(candidate).header);
        return true;
      }
      return false;
    });
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  /// Where a state is kept for each scope, a root takes it along only as a whole; a module's folder is one under the same calls.
  [[nodiscard]] bool same_state(const Resource& before, const Resource& after) const {
    if (facts_.rows(stack_name(before.stack), "*", "state-by-scope").empty()) return true;
    const auto called = [](const Call& a, const Call& b) { return a.address == b.address; };
    if (!std::equal(before.calls.begin(), before.calls.end(), after.calls.begin(), after.calls.end(), called))
      return false;
    return !before.calls.empty() || !standing_.contains({before.stack, before.scope}) || takes_state(before, after);
  }

  /// The new root keeps its state where the old one did, which has given that up.
  [[nodiscard]] bool takes_state(const Resource& before, const Resource& after) const {
    const auto backend_of = [](const Model& side, const Resource& user) -> const Resource* {
      const auto found = std::find_if(side.resources.begin(), side.resources.end(), [&](const Resource& resource) {
        return resource.declares == Declares::Backend && resource.stack == user.stack && resource.scope == user.scope;
      });
      return found == side.resources.end() ? nullptr : &*found;
    };
    const Resource* was = backend_of(sides_.before, before);
    const Resource* is = backend_of(sides_.after, after);
    if (was == nullptr || is == nullptr || backend_of(sides_.after, before) != nullptr) return false;
    return !was->attributes.empty() && was->type == is->type &&
           compare_attributes(was->attributes, is->attributes).empty();
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
        const auto ends =
            std::mismatch(address.begin(), address.end(), resource.address.begin(), resource.address.end());
        const auto alike = static_cast<std::size_t>(ends.first - address.begin()) + 1;
        if (alike > most) {
          most = alike;
          best = &candidate;
        }
      }
      if (best == nullptr) return false;
      taken_.insert(*best);
      add_pair(id, *best, ResourceFate::Moved, "the same object stands in " + scope_name(new_one(*best)),
               new_one(*best).header);
      return true;
    });
    std::erase_if(come_, [&](Id id) { return taken_.count(id) > 0; });
  }

  static std::string scope_name(const Resource& resource) {
    return resource.scope.empty() ? "the top directory" : resource.scope;
  }

  /// A file keeps its one object of a type under another name, wherever the file is now: what names it changed, not the thing. Only
  /// for what the platform knows by a name of its own; everything else has its likeness to speak for it.
  void match_in_file() {
    using Sign = std::tuple<Stack, std::string, FileId>;
    std::map<Sign, std::vector<Id>> going, coming;
    const auto sign = [](const Resource& resource) {
      return Sign{resource.stack, resource.type, resource.region.file};
    };
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
  void release(Id before, ResourceFate fate, std::string because, Region region) {
    found_.released.push_back({before, fate, std::move(because), region, Certainty::Exact});
  }

  void add_pair(Id before, Id after, ResourceFate fate, std::string because, Region region) {
    const Resource& was = old_one(before);
    if (was.address != new_one(after).address && was.scope == new_one(after).scope) {
      found_.renames.add(was.scope, local_address(was), local_address(new_one(after)));
    }
    found_.pairs.push_back({before, after, fate, std::move(because), region});
  }

  const Sides& sides_;
  const FactTables& facts_;
  Matching found_;
  std::map<Key, std::vector<Id>> before_, after_;
  std::vector<Id> gone_, come_;
  std::set<Id> taken_;                                // of the after side
  std::set<std::pair<Stack, std::string>> standing_;  // scopes that something stands in afterwards
  MovedBlocks moved_;
  std::optional<CalledModules> called_;  // of the after side, once it is asked for
};

}  // namespace

Matching match_resources(const Sides& sides, const FactTables& facts) { return Matcher(sides, facts).run(); }

}  // namespace redtag
