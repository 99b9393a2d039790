#include "delta/modules.h"

#include <algorithm>

namespace redtag {

namespace {

constexpr std::size_t most_swapped = 2000;

/// `module.a.module.b` and the rest behind it.
std::pair<std::string, std::string> split_modules(const std::string& path) {
  constexpr std::string_view word = "module.";
  std::size_t at = 0, end = 0;
  while (std::string_view(path).substr(at).starts_with(word)) {
    const std::size_t dot = path.find('.', at + word.size());
    if (dot == std::string::npos) break;  // the last step is the thing itself
    end = dot;
    at = dot + 1;
  }
  return end == 0 ? std::pair(std::string(), path) : std::pair(path.substr(0, end), path.substr(end + 1));
}

const Value* source_of(const Resource& call) {
  for (const Entry& entry : call.attributes) {
    if (entry.key == "source")
      return entry.value.known() && entry.value.shape == Shape::Scalar ? &entry.value : nullptr;
  }
  return nullptr;
}

bool is_local(std::string_view source) {
  return source.starts_with("./") || source.starts_with("../") || source == ".";
}

bool is_thing(const Resource& resource) {
  return !resource.expanded && (resource.declares == Declares::Resource || resource.declares == Declares::Module);
}

/// What a directive of the side after the change takes along or lets go of, as a path in the directive's scope.
std::set<std::pair<std::string, std::string>> spoken_of(const Model& after) {
  std::set<std::pair<std::string, std::string>> spoken;
  for (const Resource& directive : after.resources) {
    const bool forgets = directive.declares == Declares::Removed && !destroys(directive);
    if (directive.declares == Declares::Moved || forgets)
      spoken.insert({directive.scope, without_keys(scalar_attribute(directive, "from"))});
  }
  return spoken;
}

class Swaps {
 public:
  Swaps(const Sides& sides, const Matching& matching, const FactTables& facts)
      : sides_(sides), facts_(facts), before_(sides.before), after_(sides.after), spoken_(spoken_of(sides.after)) {
    for (const Match& pair : matching.pairs) partner_[pair.before] = pair;
    told_.insert(matching.gone.begin(), matching.gone.end());
    for (const Released& released : matching.released) told_.insert(released.before);
  }

  void add(const Match& pair) {
    const Resource& was = sides_.before.resources[pair.before];
    const Resource& is = sides_.after.resources[pair.after];
    const Value* from = source_of(was);
    const Value* to = source_of(is);
    if (from == nullptr || to == nullptr || from->text == to->text || !is_local(from->text)) return;
    const std::vector<std::string> new_ways = CalledModules::addresses_of(is);
    for (const std::string& way : CalledModules::addresses_of(was)) {
      for (const auto& [rest, id] : before_.held_by(way)) {
        if (found_.size() >= most_swapped) return;
        add(id, rest, pair, new_ways.empty() ? std::string() : new_ways.front(), *to);
      }
    }
  }
  std::vector<Swapped> take() { return std::move(found_); }

 private:
  void add(std::uint32_t id, const std::string& rest, const Match& call, const std::string& way, const Value& source) {
    const Resource& was = sides_.before.resources[id];
    const auto partner = partner_.find(id);
    // What goes with its own file, or moves with it, is told there.
    if (told_.contains(id) || (partner != partner_.end() && partner->second.fate != ResourceFate::Updated)) return;
    Swapped swapped{id, {}, Certainty::Exact, {}, source.region};
    swapped.after = after_.at(way + "." + rest, was.declares);
    const bool same = swapped.after && partner != partner_.end() && partner->second.after == *swapped.after;
    if (same || is_spoken_of(was, rest, call)) return;
    const Resource& now = sides_.after.resources[call.after];
    if (!swapped.after && !is_local(source.text)) {
      if (was.declares != Declares::Resource || !facts_.stateful(stack_name(was.stack), was.type)) return;
      swapped.certainty = Certainty::Partial;
      swapped.because =
          now.address + " comes from " + source.text + " now, and whether that declares it cannot be read here";
    } else {
      swapped.because =
          now.address + " comes from " + source.text + " now" + (swapped.after ? "" : ", which does not declare it");
    }
    told_.insert(id);
    found_.push_back(std::move(swapped));
  }

  bool is_spoken_of(const Resource& was, const std::string& rest, const Match& call) const {
    const Resource& now = sides_.after.resources[call.after];
    if (spoken_.contains({now.scope, std::string(local_address(now)) + "." + rest})) return true;
    const std::string local(local_address(was));
    return std::any_of(spoken_.begin(), spoken_.end(),
                       [&](const auto& one) { return one.second == local && one.first != now.scope; });
  }

  const Sides& sides_;
  const FactTables& facts_;
  CalledModules before_, after_;
  std::set<std::pair<std::string, std::string>> spoken_;
  std::map<std::uint32_t, Match> partner_;
  std::set<std::uint32_t> told_;
  std::vector<Swapped> found_;
};

}  // namespace

CalledModules::CalledModules(const Model& side) : side_(side) {
  for (std::uint32_t id = 0; id < side.resources.size(); ++id) {
    const Resource& resource = side.resources[id];
    if (!is_thing(resource)) continue;
    const std::string local(local_address(resource));
    for (const Call& call : resource.calls) {
      held_[call.address].push_back(id);
      at_.try_emplace({call.address + "." + local, resource.declares}, id);
    }
    if (resource.calls.empty()) at_.try_emplace({resource.address, resource.declares}, id);
  }
}

std::vector<std::string> CalledModules::addresses_of(const Resource& call) {
  std::vector<std::string> addresses;
  for (const Call& above : call.calls) addresses.push_back(above.address + "." + std::string(local_address(call)));
  if (addresses.empty()) addresses.push_back(call.address);
  return addresses;
}

std::vector<std::pair<std::string, std::uint32_t>> CalledModules::held_by(const std::string& call) const {
  std::vector<std::pair<std::string, std::uint32_t>> held;
  for (auto at = held_.lower_bound(call); at != held_.end() && at->first.starts_with(call); ++at) {
    const std::string rest = at->first.substr(call.size());
    if (!rest.empty() && rest[0] != '.') continue;
    const std::string above = rest.empty() ? "" : rest.substr(1) + ".";
    for (const std::uint32_t id : at->second) {
      const Resource& resource = side_.resources[id];
      const std::string local(local_address(resource));
      // A call whose content is at hand is told by its content.
      const bool read = resource.declares == Declares::Module && held_.contains(at->first + "." + local);
      if (!read) held.emplace_back(above + local, id);
    }
  }
  return held;
}

std::optional<std::uint32_t> CalledModules::at(const std::string& address, Declares declares) const {
  const auto found = at_.find({address, declares});
  return found == at_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::pair<std::string, std::string>> CalledModules::way_to(const std::string& scope,
                                                                         std::string_view path) const {
  const auto [modules, rest] = split_modules(without_keys(path));
  const std::string prefix = scope.empty() ? std::string() : scope + ":";
  const std::string first = modules.substr(0, modules.find(".module."));
  const auto call = std::find_if(side_.resources.begin(), side_.resources.end(), [&](const Resource& resource) {
    return resource.declares == Declares::Module && resource.scope == scope && resource.address == prefix + first;
  });
  if (call == side_.resources.end()) return std::nullopt;
  return std::pair(addresses_of(*call).front() + modules.substr(first.size()), rest);
}

CalledModules::Lookup CalledModules::find(const std::string& scope, std::string_view path, Declares declares) const {
  const auto way = way_to(scope, path);
  if (!way) return Lookup::OutOfSight;
  if (at(way->first + "." + way->second, declares)) return Lookup::Declared;
  return held_.contains(way->first) ? Lookup::NotDeclared : Lookup::OutOfSight;
}

std::optional<std::uint32_t> CalledModules::declaration(const std::string& scope, std::string_view path,
                                                        Declares declares) const {
  const auto way = way_to(scope, path);
  return way ? at(way->first + "." + way->second, declares) : std::nullopt;
}

std::vector<Swapped> swapped_content(const Sides& sides, const Matching& matching, const FactTables& facts) {
  std::vector<const Match*> calls;
  for (const Match& pair : matching.pairs) {
    const Resource& was = sides.before.resources[pair.before];
    const Resource& is = sides.after.resources[pair.after];
    if (was.declares != Declares::Module || was.expanded || is.expanded) continue;
    const Value* from = source_of(was);
    const Value* to = source_of(is);
    if (from != nullptr && to != nullptr && from->text != to->text) calls.push_back(&pair);
  }
  if (calls.empty()) return {};
  Swaps swaps(sides, matching, facts);
  for (const Match* pair : calls) swaps.add(*pair);
  return swaps.take();
}

namespace {

/// What directives of the side after the change say of things in modules, by absolute addresses without keys.
class Spoken {
 public:
  explicit Spoken(const Model& after) : moved_(after) {
    for (const Resource& directive : after.resources) {
      if (directive.declares == Declares::Removed && !destroys(directive)) let_go_.insert(absolute_from(directive));
    }
  }

  /// Where a moved block carries it; the address itself where none does.
  [[nodiscard]] std::string now(const std::string& address) const { return moved_.carried(address); }

  /// A block speaks of what it names, of all below that, and of a call that it names something in, whose content is told by itself or
  /// cannot be read.
  [[nodiscard]] bool of(const std::string& address, bool call) const {
    if (moved_.carried(address) != address || let_go_.contains(address)) return true;
    for (std::size_t end = address.find('.'); end != std::string::npos; end = address.find('.', end + 1)) {
      if (let_go_.contains(std::string_view(address).substr(0, end))) return true;
    }
    const auto next = let_go_.lower_bound(address + ".");
    return call && (moved_.first_inside(address) || (next != let_go_.end() && next->starts_with(address + ".")));
  }

 private:
  MovedBlocks moved_;
  std::set<std::string, std::less<>> let_go_;
};

}  // namespace

std::vector<Swapped> content_left_behind(const Sides& sides, const Matching& matching) {
  std::vector<const Released*> opened;
  for (const Released& released : matching.released) {
    const Resource& call = sides.before.resources[released.before];
    if (call.declares == Declares::Module && !call.expanded && released.fate == ResourceFate::Moved)
      opened.push_back(&released);
  }
  if (opened.empty()) return {};
  const Spoken spoken(sides.after);
  std::set<std::uint32_t> standing, told;
  for (const Match& pair : matching.pairs) {
    if (pair.fate == ResourceFate::Updated) standing.insert(pair.before);
  }
  const CalledModules before(sides.before), after(sides.after);
  std::map<std::string_view, std::uint32_t> copies;  // what declarations are under each of several calls
  for (std::uint32_t id = 0; id < sides.before.resources.size(); ++id) {
    if (sides.before.resources[id].expanded) copies.emplace(sides.before.resources[id].address, id);
  }
  std::vector<Swapped> left;
  for (const Released* released : opened) {
    const Resource& call = sides.before.resources[released->before];
    for (const std::string& way : CalledModules::addresses_of(call)) {
      for (const auto& [rest, id] : before.held_by(way)) {
        if (left.size() >= most_swapped) return left;
        // What goes with its own file is told there.
        if (!standing.contains(id) || told.contains(id)) continue;
        const Declares declares = sides.before.resources[id].declares;
        const std::string address = way + "." + rest;
        if (spoken.of(address, declares == Declares::Module)) {
          const std::string carried = spoken.now(address);
          const auto now = carried == address ? std::nullopt : after.at(carried, declares);
          if (!now) continue;
          const auto copy = copies.find(address);
          left.push_back({copy == copies.end() ? id : copy->second, now, Certainty::Exact,
                          "a moved block names its new address", released->region});
        } else {
          left.push_back(
              {id,
               {},
               Certainty::Exact,
               call.address + " is no longer called, and the moved blocks that take things out of it leave this in it",
               released->region});
        }
        told.insert(id);
      }
    }
  }
  return left;
}

std::vector<ResourceChange> content_of_shrunk(const Sides& sides, const Delta& delta, const FactTables& facts) {
  std::vector<ResourceChange> found;
  std::optional<CalledModules> before, after;
  for (const ResourceChange& change : delta.resources) {
    if (change.fate != ResourceFate::Shrunk || !change.before.valid() || !change.after.valid()) continue;
    const Resource& call = sides.before.resources[change.before.value];
    if (call.declares != Declares::Module || call.expanded) continue;
    if (!before) before.emplace(sides.before);
    if (!after) after.emplace(sides.after);
    const std::string way = CalledModules::addresses_of(call).front();
    for (const auto& [rest, id] : before->held_by(way)) {
      const Resource& resource = sides.before.resources[id];
      const auto now = after->at(way + "." + rest, resource.declares);
      const bool data =
          resource.declares == Declares::Resource && facts.stateful(stack_name(resource.stack), resource.type);
      if (!data || !now || found.size() >= most_swapped) continue;
      ResourceChange inner;
      inner.fate = ResourceFate::Shrunk;
      inner.before.value = id;
      inner.after.value = *now;
      inner.because = "of " + call.address + ", which holds it, " + change.because;
      inner.because_region = change.because_region;
      for (const AttributeChange& attribute : change.attributes) {
        if (attribute.path == "count" || attribute.path == "for_each") inner.attributes.push_back(attribute);
      }
      found.push_back(std::move(inner));
    }
  }
  return found;
}

}  // namespace redtag
