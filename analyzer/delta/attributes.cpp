#include "delta/attributes.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/limits.h"
#include "compare/template.h"
#include "delta/access.h"

namespace redtag {

namespace {

/// What stands on one level, by name: a name occurs once for an attribute and several times for a repeated block.
using Level = std::map<std::string_view, std::vector<const Entry*>>;

Level level_of(const std::vector<Entry>& entries) {
  Level level;
  for (const Entry& entry : entries) {
    if (entry.value.presence == Presence::Absent) continue;
    level[entry.key].push_back(&entry);
  }
  return level;
}

bool is_block(const Entry& entry) { return entry.value.shape == Shape::Block && entry.value.known(); }

/// Attributes in common, for pairing blocks that are not equal: those that name something count most.
int block_likeness(const Value& a, const Value& b) {
  int alike = 0;
  for (const Entry& entry : a.entries) {
    const Value* twin = find_entry(b, entry.key);
    if (twin != nullptr && same_value(entry.value, *twin)) alike += entry.key == "name" || entry.key == "key" ? 4 : 1;
  }
  return alike;
}

enum class Objects : std::uint8_t { AsOne, AlsoInside };

class Differ {
 public:
  explicit Differ(Objects objects) : objects_(objects) {}

  std::vector<AttributeChange> run(const std::vector<Entry>& before, const std::vector<Entry>& after) {
    compare_level(before, after, "", "", 0);
    return std::move(changes_);
  }

 private:
  void compare_level(const std::vector<Entry>& before, const std::vector<Entry>& after, const std::string& path,
                     const std::string& place, std::uint32_t depth) {
    if (depth > limits::nesting) return;
    const Level old_level = level_of(before);
    const Level new_level = level_of(after);
    std::set<std::string_view> names;
    for (const auto& [name, entries] : old_level) names.insert(name);
    for (const auto& [name, entries] : new_level) names.insert(name);
    const std::vector<const Entry*> none;
    for (const std::string_view name : names) {
      const auto old_found = old_level.find(name);
      const auto new_found = new_level.find(name);
      const std::string prefix = path.empty() ? std::string(name) : path + "." + std::string(name);
      const std::string at = place.empty() ? std::string(name) : place + "." + std::string(name);
      compare_named(old_found == old_level.end() ? none : old_found->second,
                    new_found == new_level.end() ? none : new_found->second, prefix, at, depth);
    }
  }

  void compare_named(std::vector<const Entry*> before, std::vector<const Entry*> after, const std::string& path,
                     const std::string& place, std::uint32_t depth) {
    const bool repeated = before.size() > 1 || after.size() > 1;
    std::vector<std::pair<const Entry*, const Entry*>> pairs = pair_up(before, after);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto& [old_entry, new_entry] = pairs[i];
      const std::string at = repeated ? place + "[" + std::to_string(i) + "]" : place;
      compare_pair(old_entry, new_entry, path, at, depth);
    }
  }

  /// Equal ones cancel out; of the rest, the likest go together; what is left appeared or vanished.
  static std::vector<std::pair<const Entry*, const Entry*>> pair_up(std::vector<const Entry*>& before,
                                                                    std::vector<const Entry*>& after) {
    std::vector<std::pair<const Entry*, const Entry*>> pairs;
    if (before.size() > 1 || after.size() > 1) cancel_equal(before, after);
    constexpr std::size_t most_compared = 40;  // beyond that, order is the better guess and the cost stays linear
    while (!before.empty() && !after.empty()) {
      std::size_t best_old = 0, best_new = 0;
      if (before.size() * after.size() > 1 && before.size() <= most_compared && after.size() <= most_compared) {
        int best = -1;
        for (std::size_t i = 0; i < before.size(); ++i) {
          for (std::size_t j = 0; j < after.size(); ++j) {
            const int alike = block_likeness(before[i]->value, after[j]->value);
            if (alike > best) {
              best = alike;
              best_old = i;
              best_new = j;
            }
          }
        }
      }
      pairs.emplace_back(before[best_old], after[best_new]);
      before.erase(before.begin() + static_cast<std::ptrdiff_t>(best_old));
      after.erase(after.begin() + static_cast<std::ptrdiff_t>(best_new));
    }
    for (const Entry* entry : before) pairs.emplace_back(entry, nullptr);
    for (const Entry* entry : after) pairs.emplace_back(nullptr, entry);
    return pairs;
  }

  static void cancel_equal(std::vector<const Entry*>& before, std::vector<const Entry*>& after) {
    std::map<std::string, std::vector<const Entry*>> left;
    for (const Entry* entry : before) left[canonical(entry->value)].push_back(entry);
    std::vector<const Entry*> rest;
    std::set<const Entry*> gone;
    for (const Entry* entry : after) {
      const auto found = left.find(canonical(entry->value));
      if (found == left.end() || found->second.empty()) {
        rest.push_back(entry);
      } else {
        gone.insert(found->second.back());
        found->second.pop_back();
      }
    }
    after = std::move(rest);
    std::erase_if(before, [&](const Entry* entry) { return gone.count(entry) > 0; });
  }

  void compare_pair(const Entry* before, const Entry* after, const std::string& path, const std::string& place,
                    std::uint32_t depth) {
    static const std::vector<Entry> nothing;
    const bool old_block = before != nullptr && is_block(*before);
    const bool new_block = after != nullptr && is_block(*after);
    if (before != nullptr && after != nullptr && old_block && new_block) {
      compare_level(before->value.entries, after->value.entries, path, place, depth + 1);
      return;
    }
    const Value absent;
    const Value& old_value = before != nullptr ? before->value : absent;
    const Value& new_value = after != nullptr ? after->value : absent;
    const Movement movement = movement_of(old_value, new_value);
    if (movement == Movement::Same) return;
    AttributeChange change;
    change.path = path;
    change.place = place;
    change.before = old_value;
    change.after = new_value;
    change.movement = movement;
    if (before != nullptr) change.before_region = before->region;
    if (after != nullptr) change.after_region = after->region;
    point_at_row(change);
    if (refine_access(change) == Refined::NoChange) return;
    const bool document = change.before.shape == Shape::Permissions || change.after.shape == Shape::Permissions;
    if (!document) {
      changes_.push_back(std::move(change));
    } else {
      for (AttributeChange& part : by_statement(change)) changes_.push_back(std::move(part));
    }
    if (objects_ == Objects::AlsoInside && !document) compare_inside(old_value, new_value, path, place, depth);
    // The parts of a block that comes or goes matter on their own: a guard in it, a CIDR in it. Behind what cannot be known they
    // may all still stand.
    const bool hidden = old_value.presence == Presence::Unknown || new_value.presence == Presence::Unknown;
    if ((old_block || new_block) && !hidden) {
      compare_level(old_block ? before->value.entries : nothing, new_block ? after->value.entries : nothing, path,
                    place, depth + 1);
    }
  }

  /// Members of an object that both sides have, and of the elements of a list of them.
  void compare_inside(const Value& before, const Value& after, const std::string& path, const std::string& place,
                      std::uint32_t depth) {
    if (depth > limits::nesting || !before.known() || !after.known()) return;
    if (before.shape == Shape::Map && after.shape == Shape::Map) {
      compare_level(before.entries, after.entries, path, place, depth + 1);
      return;
    }
    const std::vector<Entry> olds = objects_in(before), news = objects_in(after);
    std::vector<const Entry*> old_ones, new_ones;
    for (const Entry& entry : olds) old_ones.push_back(&entry);
    for (const Entry& entry : news) new_ones.push_back(&entry);
    std::size_t number = 0;
    for (const auto& [was, is] : pair_up(old_ones, new_ones)) {
      const std::string at = place + "[" + std::to_string(number++) + "]";
      if (was != nullptr && is != nullptr) compare_inside(was->value, is->value, path, at, depth + 1);
    }
  }

  static std::vector<Entry> objects_in(const Value& list) {
    std::vector<Entry> objects;
    for (const Value& item : list.items) {
      if (item.known() && item.shape == Shape::Map) objects.push_back({{}, item, item.region});
    }
    return objects;
  }

  /// Of a value that is a table from elsewhere, the row that differs is what a reviewer has to see.
  static void point_at_row(AttributeChange& change) {
    if (change.before.shape != Shape::Map || change.after.shape != Shape::Map) return;
    for (const Entry& row : change.after.entries) {
      const Value* was = find_entry(change.before, row.key);
      const bool elsewhere = row.region.valid() && !(change.after_region.bytes.begin <= row.region.bytes.begin &&
                                                     row.region.bytes.end <= change.after_region.bytes.end);
      if (!elsewhere || (was != nullptr && same_value(*was, row.value))) continue;
      change.after_region = row.region;
      return;
    }
  }

  Objects objects_;
  std::vector<AttributeChange> changes_;
};

std::optional<double> as_number(const Value& value) {
  if (!value.known() || value.shape != Shape::Scalar || value.text.empty()) return std::nullopt;
  if (value.type != ScalarType::Number && value.text.find_first_not_of("0123456789.-") != std::string::npos)
    return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(value.text.c_str(), &end);
  return end == value.text.c_str() + value.text.size() ? std::optional(number) : std::nullopt;
}

bool is_collection(const Value& value) {
  return value.known() && (value.shape == Shape::List || value.shape == Shape::Set || value.shape == Shape::Addresses);
}

Movement collection_movement(const Value& before, const Value& after) {
  std::multiset<std::string> lost, gained;
  for (const Value& item : before.items) lost.insert(canonical(item));
  for (const Value& item : after.items) {
    const std::string form = canonical(item);
    if (const auto found = lost.find(form); found != lost.end()) {
      lost.erase(found);
    } else {
      gained.insert(form);
    }
  }
  if (lost.empty() && gained.empty()) return Movement::Reordered;
  if (lost.empty()) return Movement::Wider;
  if (gained.empty()) return Movement::Narrower;
  return Movement::Both;
}

}  // namespace

Movement movement_of(const Value& before, const Value& after) {
  if (same_value(before, after)) return Movement::Same;
  const auto empty = [](const Value& value) {
    return value.presence == Presence::Absent || (value.known() && value.is_null() && value.shape == Shape::Scalar);
  };
  if (empty(before) && empty(after)) return Movement::Same;
  if (empty(before)) return Movement::Appeared;
  if (empty(after)) return Movement::Vanished;
  if (!before.known() || !after.known()) return surely_differ(before, after) ? Movement::Different : Movement::Unknown;
  if (is_collection(before) && is_collection(after)) return collection_movement(before, after);
  const std::optional<double> old_number = as_number(before), new_number = as_number(after);
  if (old_number && new_number) return *new_number > *old_number ? Movement::Increased : Movement::Decreased;
  return Movement::Different;
}

std::vector<AttributeChange> compare_attributes(const std::vector<Entry>& before, const std::vector<Entry>& after) {
  return Differ(Objects::AsOne).run(before, after);
}

std::vector<AttributeChange> compare_arguments(const std::vector<Entry>& before, const std::vector<Entry>& after) {
  return Differ(Objects::AlsoInside).run(before, after);
}

double likeness(const Resource& a, const Resource& b) {
  const Level left = level_of(a.attributes), right = level_of(b.attributes);
  std::size_t alike = 0, all = left.size();
  for (const auto& [name, entries] : right) {
    const auto found = left.find(name);
    if (found == left.end()) {
      ++all;
      continue;
    }
    const bool equal = std::equal(entries.begin(), entries.end(), found->second.begin(), found->second.end(),
                                  [](const Entry* x, const Entry* y) { return same_value(x->value, y->value); });
    if (equal) ++alike;
  }
  return all == 0 ? 1.0 : static_cast<double>(alike) / static_cast<double>(all);
}

}  // namespace redtag
