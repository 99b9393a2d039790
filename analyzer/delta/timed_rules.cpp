#include "delta/timed_rules.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/text.h"
#include "compare/quantity.h"
#include "facts/match.h"

namespace redtag {

namespace {

constexpr std::string_view everything = "everything";
constexpr std::size_t most_rules = 200;  // a platform takes a thousand; beyond this a rule is not compared

/// How the values of one `narrows` row limit a rule: its condition.
enum class Narrowing : std::uint8_t { AnyOf, AllOf, Prefix, Presence };

struct Limit {
  Narrowing kind = Narrowing::AnyOf;
  std::set<std::string> values;
  bool known = true;
};

struct Rule {
  std::string id;
  std::map<std::string, Limit, std::less<>> limits;  // by the last step of their path
  Value time;
  Region region;
  std::vector<Region> parts;  ///< where its values stand and come from
  std::string place;          ///< as in the resource, with its index

  [[nodiscard]] bool unread() const {
    return std::any_of(limits.begin(), limits.end(), [](const auto& limit) { return !limit.second.known; });
  }
};

struct Rules {
  std::vector<Rule> all;
  bool unread = false;  // behind an expression stand more of them
};

/// A value, and the whole of what gives it.
struct Found {
  const Value* value = nullptr;
  Region region;
};

/// The document that a text was encoded from, where the front end keeps it; else the value itself.
const Value& opened(const Value& value) {
  const bool encoded = value.expression == Expression::Call && value.shape == Shape::Scalar && value.items.size() == 1;
  return encoded ? value.items.front() : value;
}

void collect(const std::vector<Entry>& entries, std::string_view path, std::vector<Found>& into) {
  const std::size_t dot = path.find('.');
  for (const Entry& entry : entries) {
    if (entry.key != path.substr(0, dot)) continue;
    const Value& value = opened(entry.value);
    const bool list_of_maps =
        !value.items.empty() &&
        std::all_of(value.items.begin(), value.items.end(), [](const Value& item) { return !item.entries.empty(); });
    if (dot == std::string_view::npos) {
      if (!list_of_maps) into.push_back({&entry.value, entry.region});
      for (const Value& item : value.items) {
        if (list_of_maps) into.push_back({&item, item.region});  // elements stand where their list does
      }
    } else {
      collect(value.entries, path.substr(dot + 1), into);
      for (const Value& item : value.items) collect(item.entries, path.substr(dot + 1), into);
    }
  }
}

std::vector<Found> entries_at(const std::vector<Entry>& entries, std::string_view path) {
  std::vector<Found> found;
  collect(entries, path, found);
  return found;
}

const Value* member(const Value& block, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const Value* value = find_entry(block, name)) return value;
  }
  return nullptr;
}

/// Where a value and all in it stand or come from.
void add_places(const Value& value,
                std::vector<Region>& into) {  // depth is bounded by limits::nesting where values are made
  constexpr std::size_t most_places = 64;
  if (into.size() >= most_places) return;
  if (value.region.valid()) into.push_back(value.region);
  into.insert(into.end(), value.origins.begin(), value.origins.end());
  for (const Value& item : value.items) add_places(item, into);
  for (const Entry& entry : value.entries) add_places(entry.value, into);
}

void add_words(const Value& value, std::string_view nothing, Limit& limit) {
  if (value.presence == Presence::Absent || value.is_null()) return;
  if (value.presence == Presence::Unknown) {
    limit.known = false;
    limit.values.insert("${" + value.text + "}");
    return;
  }
  if (value.shape == Shape::Scalar || value.shape == Shape::Quantity) {
    if (!value.text.empty() && (nothing.empty() || !value_matches(nothing, value.text)))
      limit.values.insert(value.text);
    return;
  }
  for (const Value& item : value.items) {
    if (item.presence == Presence::Unknown) limit.known = false;
    if (!item.text.empty()) limit.values.insert(item.text);
  }
  const Value* key = member(value, {"key", "Key", "name"});
  const Value* named = member(value, {"value", "Value"});
  if (key != nullptr && named != nullptr) {  // a tag as a block: the same as an entry of a map
    limit.known = limit.known && key->known() && named->known();
    limit.values.insert(key->text + "=" + named->text);
    return;
  }
  for (const Entry& entry : value.entries) {
    limit.known = limit.known && entry.value.known();
    limit.values.insert(entry.key + "=" + entry.value.text);
  }
}

Narrowing narrowing_of(std::string_view condition) {
  if (condition == "all of them") return Narrowing::AllOf;
  if (condition == "as a prefix") return Narrowing::Prefix;
  return condition == "by being there" ? Narrowing::Presence : Narrowing::AnyOf;
}

/// `expiration.days`, or `action.type=Delete`: one of the alternatives says that the rule deletes.
const Value* deleting_member(const Value& block, std::string_view cell) {
  for (const std::string_view alternative : split(cell, '|')) {
    const std::size_t equals = alternative.find('=');
    for (const Found& each : entries_at(block.entries, alternative.substr(0, equals))) {
      const Value& value = *each.value;
      if (value.presence == Presence::Absent || value.is_null()) continue;
      if (equals == std::string_view::npos || (value.known() && value.text == alternative.substr(equals + 1)))
        return &value;
    }
  }
  return nullptr;
}

/// `while status=Enabled`: a rule that is switched off deletes nothing.
bool is_switched_off(const Value& block, std::string_view condition) {
  constexpr std::string_view word = "while ";
  if (!condition.starts_with(word)) return false;
  condition.remove_prefix(word.size());
  const std::size_t equals = condition.find('=');
  const auto found = entries_at(block.entries, condition.substr(0, equals));
  return !found.empty() && found.front().value->known() &&
         lower_ascii(found.front().value->text) != lower_ascii(condition.substr(equals + 1));
}

/// The time after which a rule deletes, where the type has a row on it.
Value time_of(const Value& block, std::string_view path, const std::vector<FactRowView>& times) {
  for (const FactRowView& row : times) {
    if (!row.path.starts_with(path) || row.path.size() <= path.size() + 1) continue;
    const std::string_view below = row.path.substr(path.size() + 1);
    if (below.find("oncurrent") != std::string_view::npos) continue;
    for (const Found& each : entries_at(block.entries, below)) return *each.value;
  }
  return {};
}

Rules rules_of(const Resource& resource, const FactTables& facts) {
  Rules rules;
  const std::string_view stack = stack_name(resource.stack);
  const auto narrows = facts.rows(stack, resource.type, "narrows"), times = facts.rows(stack, resource.type, "expires");
  for (const FactRowView& row : facts.rows(stack, resource.type, "deletes-by-rule")) {
    const auto blocks = entries_at(resource.attributes, row.path);
    for (std::size_t i = 0; i < blocks.size() && i < most_rules; ++i) {
      const Value& block = *blocks[i].value;
      rules.unread = rules.unread || block.presence == Presence::Unknown;
      if (deleting_member(block, row.value) == nullptr || is_switched_off(block, row.condition)) continue;
      Rule rule;
      rule.region = blocks[i].region;
      add_places(block, rule.parts);
      rule.place = std::string(row.path) + (blocks.size() > 1 ? "[" + std::to_string(i) + "]" : "");
      rule.time = time_of(block, row.path, times);
      if (const Value* id = member(block, {"id", "Id", "name"}); id != nullptr && id->known()) rule.id = id->text;
      for (const FactRowView& narrow : narrows) {
        if (!narrow.path.starts_with(row.path) || narrow.path.size() <= row.path.size() + 1) continue;
        Limit limit{narrowing_of(narrow.condition), {}, true};
        for (const Found& each : entries_at(block.entries, narrow.path.substr(row.path.size() + 1)))
          add_words(*each.value, narrow.value, limit);
        if (limit.values.empty()) continue;
        std::string name(narrow.path.substr(narrow.path.rfind('.') + 1));
        if (name.ends_with("s") && limit.kind == Narrowing::AllOf) name.pop_back();
        Limit& known = rule.limits.try_emplace(std::move(name), Limit{limit.kind, {}, true}).first->second;
        known.values.merge(limit.values);
        known.known = known.known && limit.known;
      }
      rules.all.push_back(std::move(rule));
    }
  }
  return rules;
}

bool keeps_within(const Limit& narrow, const Limit& wide) {
  const auto in = [](const std::set<std::string>& some, const std::set<std::string>& all) {
    return std::includes(all.begin(), all.end(), some.begin(), some.end());
  };
  switch (wide.kind) {
    case Narrowing::Presence: return true;
    case Narrowing::AllOf: return in(wide.values, narrow.values);
    case Narrowing::AnyOf: return in(narrow.values, wide.values);
    case Narrowing::Prefix: break;
  }
  return std::all_of(narrow.values.begin(), narrow.values.end(), [&](const std::string& value) {
    return std::any_of(wide.values.begin(), wide.values.end(),
                       [&](const std::string& prefix) { return value.starts_with(prefix); });
  });
}

/// Everything that `narrow` deletes, `wide` deletes too.
bool covers(const Rule& wide, const Rule& narrow) {
  return std::all_of(wide.limits.begin(), wide.limits.end(), [&](const auto& limit) {
    const auto found = narrow.limits.find(limit.first);
    return found != narrow.limits.end() && keeps_within(found->second, limit.second);
  });
}

std::string aim_of(const Rule& rule) {
  std::string words;
  for (const auto& [name, limit] : rule.limits) {
    words += (words.empty() ? "" : ", ") + name;
    for (const std::string& value : limit.values) words += " " + value;
  }
  return words.empty() ? std::string(everything) : words;
}

bool lies_in(const Region& inner, const Region& outer) {
  return inner.valid() && outer.valid() && inner.file == outer.file && inner.side == outer.side &&
         outer.bytes.begin <= inner.bytes.begin && inner.bytes.end <= outer.bytes.end;
}

class Widening {
 public:
  Widening(ResourceChange& change, Rules before, Rules after)
      : change_(change), before_(std::move(before)), after_(std::move(after)) {}

  void add() {
    if (before_.unread) return;  // any of those may have covered it
    for (const Rule& rule : after_.all) {
      const bool covered =
          std::any_of(before_.all.begin(), before_.all.end(), [&](const Rule& old) { return covers(old, rule); });
      if (!covered) {
        add_rule(rule);
      } else if (rule.limits.empty()) {
        add_sooner(rule);
      }
    }
  }

 private:
  /// The rule that this one was: of the same name, or the only one that is left.
  const Rule* partner_of(const Rule& rule) const {
    const Rule* only = nullptr;
    std::size_t left = 0;
    for (const Rule& old : before_.all) {
      if (!rule.id.empty() && old.id == rule.id) return &old;
      const bool stays = std::any_of(after_.all.begin(), after_.all.end(), [&](const Rule& other) {
        return &other != &rule && covers(old, other) && covers(other, old);
      });
      if (stays) continue;
      only = &old;
      ++left;
    }
    return left == 1 ? only : nullptr;
  }

  void add_rule(const Rule& rule) {
    const Rule* was = partner_of(rule);
    const bool may_be_same = rule.unread() || (was != nullptr && was->unread() && !rule.limits.empty());
    const Movement movement = may_be_same          ? Movement::Unknown
                              : was == nullptr     ? Movement::Appeared
                              : covers(rule, *was) ? Movement::Wider
                                                   : Movement::Both;
    add_change(rule, was, movement, was == nullptr ? std::string() : aim_of(*was), aim_of(rule));
  }

  /// The whole store, in a tenth of the time or less.
  void add_sooner(const Rule& rule) {
    const Rule* was = nullptr;
    for (const Rule& old : before_.all) {
      if (!old.limits.empty() || !old.time.known() || !rule.time.known()) continue;
      const std::optional<double> ratio = compare_quantities(old.time, rule.time).ratio;
      if (!ratio || *ratio > 0.1) return;
      was = &old;
    }
    if (was == nullptr) return;
    const auto aim = [](const Rule& one) { return std::string(everything) + " after " + one.time.text + " days"; };
    add_change(rule, was, Movement::Decreased, aim(*was), aim(rule));
  }

  void add_change(const Rule& rule, const Rule* was, Movement movement, const std::string& from,
                  const std::string& to) {
    for (AttributeChange& attribute : change_.attributes) {
      const bool inside = lies_in(attribute.after_region, rule.region) ||
                          (was != nullptr && lies_in(attribute.before_region, was->region));
      if (!inside) continue;
      std::erase_if(attribute.effects, [](const EffectHit& hit) {
        return hit.effect == AttributeEffect::BackupCut || hit.effect == AttributeEffect::DangerArmed;
      });
    }
    AttributeChange widened;
    widened.path = rule.place.substr(0, rule.place.find('['));
    widened.place = rule.place + ".aim";
    if (was != nullptr) {
      widened.before = known_string(from, was->region);
      widened.before.origins = was->parts;
    }
    widened.after = known_string(to, rule.region);
    widened.after.origins = rule.parts;
    widened.movement = movement;
    if (was != nullptr) widened.before_region = was->region;
    widened.after_region = rule.region;
    widened.effects.push_back({AttributeEffect::DeletesMore, Certainty::Exact, {}});
    change_.attributes.push_back(std::move(widened));
  }

  ResourceChange& change_;
  Rules before_, after_;
};

}  // namespace

bool deletes_by_rule(const Resource& resource, const FactTables& facts) {
  return !facts.rows(stack_name(resource.stack), resource.type, "deletes-by-rule").empty();
}

bool rule_goes(const Resource& before, const Resource& after, const FactTables& facts) {
  return rules_of(before, facts).all.size() > rules_of(after, facts).all.size();
}

void add_widened_rules(ResourceChange& change, const std::vector<const Resource*>& before, const Resource& after,
                       const FactTables& facts) {
  if (!deletes_by_rule(after, facts)) return;
  Rules old_rules;
  for (const Resource* resource : before) {
    Rules more = rules_of(*resource, facts);
    old_rules.unread = old_rules.unread || more.unread;
    for (Rule& rule : more.all) old_rules.all.push_back(std::move(rule));
  }
  Widening(change, std::move(old_rules), rules_of(after, facts)).add();
}

}  // namespace redtag
