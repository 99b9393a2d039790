#include "delta/effects.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/text.h"
#include "compare/quantity.h"
#include "compare/schedule.h"
#include "compare/template.h"
#include "delta/access.h"
#include "delta/written.h"
#include "facts/match.h"

namespace redtag {

bool is_off(const Value& value) {
  if (!value.known()) return value.presence == Presence::Absent;
  if (value.shape != Shape::Scalar) return value.items.empty() && value.entries.empty();
  const std::string text = lower_ascii(value.text);
  return value.is_null() || text.empty() || text == "0" || text == "false" || text == "disabled" ||
         text == "suspended" || text == "off";
}

namespace {

std::string_view text_of(const Value& value) {
  return value.known() && (value.shape == Shape::Scalar || value.shape == Shape::Quantity)
             ? std::string_view(value.text)
             : std::string_view();
}

bool means(const FactRowView& row, const Value& value) {
  if (value.presence == Presence::Absent) return false;
  if (value.presence == Presence::Unknown) return row.value == "*" || row.value.empty();
  if (value.shape != Shape::Scalar && value.shape != Shape::Quantity) {
    const bool something = !value.items.empty() || !value.entries.empty();
    return something && (row.value == "*" || row.value.empty());
  }
  return !value.is_null() && value_matches(row.value, text_of(value));
}

/// It is that, or one of its members is.
bool has_one_of(const FactRowView& row, const Value& value) {
  return means(row, value) || std::any_of(value.items.begin(), value.items.end(),
                                          [&](const Value& item) { return item.known() && means(row, item); });
}

/// A default that whoever deploys may have overridden: that it changed says little of what stands.
bool is_overridable(const Value& value) {
  return value.presence == Presence::Defaulted && value.expression == Expression::Reference;
}

/// The places of a pattern that a deployer fills, and the rest of it with nothing in them.
std::pair<std::vector<std::string_view>, std::string> taken_apart(std::string_view pattern) {
  std::vector<std::string_view> places;
  std::string rest;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t open = pattern.find("${", at), close = pattern.find('}', std::min(open, pattern.size()));
    if (close == std::string_view::npos) {
      rest += pattern.substr(at);
      break;
    }
    places.push_back(pattern.substr(open + 2, close - open - 2));
    rest += pattern.substr(at, open + 2 - at);
    at = close;
  }
  return {std::move(places), std::move(rest)};
}

/// What is composed of defaults and of text: the same parts are given to both, and the text around them is another one, so that the two
/// differ whatever is given.
bool differs_around_defaults(const Value& before, const Value& after) {
  const Value* const was = find_entry(before, "pattern");
  const Value* const is = find_entry(after, "pattern");
  if (was == nullptr || is == nullptr) return false;
  const auto [old_places, old_rest] = taken_apart(was->text);
  const auto [new_places, new_rest] = taken_apart(is->text);
  return old_places == new_places && old_rest != new_rest;
}

/// An expression of which one outcome is that it is not set.
bool may_be_nothing(const Value& value) {
  return value.presence == Presence::Unknown && value.type == ScalarType::Null;
}

/// A name that nothing defined: such a configuration was never applied, and what it would have made does not exist.
bool was_broken(const Value& value) {
  return value.presence == Presence::Unknown && value.reason == "defined nowhere that redtag has read";
}

/// `vpc_id` of `data.x.net.outputs.vpc_id`; empty for what is not a path.
std::string_view last_step(const Value& value) {
  constexpr std::string_view of_paths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.[]*";
  std::string_view path = value.text;
  if (value.presence != Presence::Unknown || path.find_first_not_of(of_paths) != std::string_view::npos) return {};
  if (const auto index = path.find('['); index != std::string_view::npos) path = path.substr(0, index);
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
}

/// `West Europe` and `westeurope`.
bool same_name(const Value& before, const Value& after) {
  const auto plain = [](std::string_view text) {
    std::string name = lower_ascii(text);
    std::erase(name, ' ');
    return name;
  };
  return before.known() && after.known() && plain(text_of(before)) == plain(text_of(after));
}

/// `data.x.net.id` and `data.x.net[0].id`, or `[count.index]`: what it is taken from got a `count`, or lost it.
bool one_of_one(const Value& before, const Value& after) {
  if (before.presence != Presence::Unknown || after.presence != Presence::Unknown) return false;
  const bool longer = after.text.size() > before.text.size();
  const std::string_view plain = longer ? before.text : after.text, indexed = longer ? after.text : before.text;
  const std::size_t open = indexed.find('[');
  if (open == std::string_view::npos || plain.find('[') != std::string_view::npos) return false;
  for (const std::string_view index : {"[0]", "[count.index]"}) {
    if (indexed.substr(open).starts_with(index) && plain.substr(0, open) == indexed.substr(0, open) &&
        plain.substr(open) == indexed.substr(open + index.size()))
      return true;
  }
  return false;
}

/// Taken from elsewhere under the same name, which says that it is the same: a variable becomes a look-up, one look-up another. A
/// resource's own attribute (`id`, `name`) says nothing of the kind.
bool same_by_name(const Value& before, const Value& after) {
  constexpr std::size_t shortest = 5;
  const std::string_view name = last_step(before);
  return (name.size() >= shortest && name == last_step(after)) || one_of_one(before, after);
}

/// The attribute of another resource, of a module or of a look-up: `aws_kms_key.main.arn`; not a variable, which may be left out.
bool is_address(const Value& value) {
  const std::string_view text = value.text;
  if (last_step(value).empty() || std::count(text.begin(), text.end(), '.') < 2) return false;
  const std::string_view root = text.substr(0, text.find('.'));
  return root == "data" || root == "module" || root.find('_') != std::string_view::npos;
}

bool is_known_or_absent(const Value& value) { return value.presence != Presence::Unknown; }

class Effects {
 public:
  Effects(AttributeChange& change, Stack stack, std::string_view type, const FactTables& facts)
      : change_(change), stack_(stack), type_(type), facts_(facts) {}

  void add() {
    const bool block = change_.before.shape == Shape::Block || change_.after.shape == Shape::Block;
    const auto rows =
        matching_rows(facts_, stack_name(stack_), type_, change_.path, block ? PathChange::Block : PathChange::Value);
    for (const FactMatchView& match : rows) {
      // What stands below a block that comes or goes is a change of its own; only replacement speaks of the block itself.
      if (match.reach == RowReach::Below) continue;
      add_row(match.row, match.reach);
    }
  }

 private:
  void hit(AttributeEffect effect, Certainty certainty, const FactRowView& row) {
    for (const EffectHit& known : change_.effects) {
      if (known.effect == effect) return;
    }
    change_.effects.push_back({effect, certainty, row});
  }

  /// The same number in another unit (`256M` for `256Mi`, `500` for `500m`): a slip more often than a wish.
  [[nodiscard]] bool is_another_unit() const {
    if (!change_.before.known() || !change_.after.known()) return false;
    const auto number = [](const Value& value) {
      return std::string_view(value.text).substr(0, value.text.find_first_not_of("0123456789."));
    };
    const std::string_view before = number(change_.before), after = number(change_.after);
    if (before.empty() || before != after || change_.before.text == change_.after.text) return false;
    const Comparison outcome = compare_quantities(change_.before, change_.after).outcome;
    return outcome == Comparison::Wider || outcome == Comparison::Narrower;
  }

  /// Ten times more or less, or nothing at all.
  [[nodiscard]] bool is_another_order() const {
    if (is_off(change_.after) && change_.after.presence != Presence::Absent) return !is_off(change_.before);
    const std::optional<double> ratio = compare_quantities(change_.before, change_.after).ratio;
    return ratio && *ratio > 0 && (*ratio >= 10 || *ratio <= 0.1);
  }

  void add_row(const FactRowView& row, RowReach reach) {
    const bool one_sided = change_.before.presence == Presence::Absent || change_.after.presence == Presence::Absent;
    if (one_sided && row.condition == given_on_both_sides) return;
    if (row.effect == "replaces") {
      add_replacement(row, AttributeEffect::Replaces);
    } else if (row.effect == "may-replace") {
      add_replacement(row, AttributeEffect::MayReplace);
    } else if (row.effect == "rejects") {
      // `spec.*` covers what the row's source does not name: that such a line comes or goes may be a default spelled out.
      const bool unnamed = one_sided && row.path.ends_with(".*") && row.path.find('.') == row.path.size() - 2;
      if (!unnamed) add_rejection(row);
    } else if (reach != RowReach::Exact && reach != RowReach::Above) {
      return;
    } else if (row.effect == "guards") {
      add_guard(row);
    } else if (row.effect == "endangers") {
      add_danger(row);
    } else if (row.effect == "backup") {
      add_backup(row);
    } else if (row.effect == "rollout") {
      add_rollout(row);
    } else if (row.effect == "expires") {
      add_expiry(row);
    } else if (row.effect == "addresses") {
      hit(AttributeEffect::Steers, certainty_of_values(), row);
      const Exposure exposure = refine_addresses(change_);
      if (exposure == Exposure::Internet) hit(AttributeEffect::Exposes, certainty_of_values(), row);
      if (exposure == Exposure::Public) hit(AttributeEffect::AdmitsPublic, certainty_of_values(), row);
    } else if (row.effect == "permissions") {
      // The same members in another order may do the same.
      if (change_.movement != Movement::Reordered) hit(AttributeEffect::Permits, certainty_of_values(), row);
    } else if (row.effect == "steers") {
      hit(AttributeEffect::Steers, certainty_of_values(), row);
    } else if (row.effect == "capacity") {
      const bool fewer = change_.movement == Movement::Decreased || change_.movement == Movement::Narrower;
      const bool smaller = row.condition == by_size && is_less();
      const bool less = fewer || smaller || (is_off(change_.after) && !is_off(change_.before));
      const bool meant = row.value.empty() || (!means(row, change_.before) && !means(row, change_.after));
      if (less && meant) hit(AttributeEffect::Steers, certainty_of_values(), row);
    } else if (row.effect == "schedule") {
      add_schedule(row);
    } else if (row.effect == "grants-everything") {
      if (names_power(row, change_.after) && !names_power(row, change_.before))
        hit(AttributeEffect::GrantsEverything, Certainty::Exact, row);
    } else if (row.effect == "limit") {
      if (is_another_order() || is_another_unit()) hit(AttributeEffect::Steers, certainty_of_values(), row);
    } else if (row.effect == "exposes") {
      if (has_one_of(row, change_.after) && !has_one_of(row, change_.before))
        hit(AttributeEffect::Exposes, certainty_of_values(), row);
    } else if (row.effect == "irreversible-upgrade") {
      add_upgrade(row);
    }
  }

  [[nodiscard]] Certainty certainty_of_values() const {
    if (is_overridable(change_.after)) return Certainty::Likely;
    return is_known_or_absent(change_.before) && is_known_or_absent(change_.after) ? Certainty::Exact
                                                                                   : Certainty::Likely;
  }

  /// An optional attribute whose line comes or goes usually keeps its value on the platform, and a value that cannot be known may
  /// be the same: both may replace, and count only if nothing surely does.
  void add_replacement(const FactRowView& row, AttributeEffect effect) {
    const bool one_sided = change_.movement == Movement::Appeared || change_.movement == Movement::Vanished;
    const bool comes_or_goes = one_sided && row.condition != also_where_it_comes_or_goes;
    const bool off = one_sided && is_off(change_.movement == Movement::Appeared ? change_.after : change_.before);
    if (off) return;  // written or not, it is what the platform does by default
    if (row.condition == spelling_aside && same_name(change_.before, change_.after)) return;
    if (may_be_nothing(change_.before) || may_be_nothing(change_.after))
      return hit(AttributeEffect::MayReplace, Certainty::Partial, row);
    if (is_overridable(change_.before) && is_overridable(change_.after) &&
        !differs_around_defaults(change_.before, change_.after)) {
      // A part of a name (`${Stage}-orders`) is what tells one deployment from another, and is given to each.
      const bool part = find_entry(change_.before, "pattern") != nullptr;
      if (part) return;
      return hit(AttributeEffect::MayReplace, Certainty::Partial, row);
    }
    const bool unknown = change_.movement == Movement::Unknown && !surely_differ(change_.before, change_.after);
    const bool appears_known = change_.movement == Movement::Appeared && change_.after.known();
    const bool sure = effect == AttributeEffect::Replaces && !unknown && change_.movement != Movement::Reordered &&
                      (!comes_or_goes || appears_known);
    if (sure) return hit(AttributeEffect::Replaces, Certainty::Exact, row);
    // Something else's attribute, written where nothing was, is a value that the platform did not choose by itself.
    const bool appears = appears_known || (change_.movement == Movement::Appeared && is_address(change_.after));
    const bool weak = (unknown && same_by_name(change_.before, change_.after)) || (comes_or_goes && !appears) ||
                      (was_broken(change_.before) && change_.after.known());
    hit(AttributeEffect::MayReplace,
        weak || (comes_or_goes && effect == AttributeEffect::MayReplace) ? Certainty::Partial : Certainty::Likely, row);
  }

  /// What the platform refuses to change. That the line comes or goes counts as well: nothing stands in for what it says.
  void add_rejection(const FactRowView& row) {
    if (!row.value.empty() && !means(row, change_.before)) return;
    // What a template may print now, where nothing stood, is mostly what the platform had chosen: an address, not where data lies.
    const bool chosen = change_.after.presence == Presence::Unknown && !facts_.stateful(stack_name(stack_), type_);
    const bool off = (change_.movement == Movement::Appeared && (is_off(change_.after) || chosen)) ||
                     (change_.movement == Movement::Vanished && is_off(change_.before));
    if (off || change_.movement == Movement::Reordered) return;
    if (row.condition == removal_only && change_.movement != Movement::Vanished) return;
    if (row.condition == growth_only && change_.movement != Movement::Decreased && !is_less()) return;
    if (row.condition == first_entry_only && !first_entry_differs()) return;
    const bool on_both = change_.movement != Movement::Appeared && change_.movement != Movement::Vanished;
    const bool known = is_known_or_absent(change_.before) && is_known_or_absent(change_.after);
    hit(AttributeEffect::Rejects,
        known && on_both                        ? Certainty::Exact
        : change_.movement == Movement::Unknown ? Certainty::Partial
                                                : Certainty::Likely,
        row);
  }

  [[nodiscard]] bool first_entry_differs() const {
    if (change_.before.items.empty() || change_.after.items.empty()) return false;
    const Value &was = change_.before.items.front(), &is = change_.after.items.front();
    return was.known() && is.known() && was.text != is.text;
  }

  [[nodiscard]] bool is_less() const {
    return compare_quantities(change_.before, change_.after).outcome == Comparison::Narrower;
  }

  /// A roll-out that takes more at once, waits or checks less. The row names the value that does so, or less of it does, or
  /// (`more is weaker`) more of it.
  void add_rollout(const FactRowView& row) {
    if (change_.movement == Movement::Unknown) return;
    if (row.condition == more_is_weaker) {
      const bool more = change_.movement == Movement::Increased ||
                        compare_quantities(change_.before, change_.after).outcome == Comparison::Wider;
      if (more || (!row.value.empty() && means(row, change_.after) && !means(row, change_.before)))
        hit(AttributeEffect::RolloutWeakened, certainty_of_values(), row);
      return;
    }
    if (!row.value.empty()) {
      if (has_one_of(row, change_.after) && !has_one_of(row, change_.before))
        hit(AttributeEffect::RolloutWeakened, Certainty::Exact, row);
      return;
    }
    if (row.condition == removal_only && change_.movement != Movement::Vanished) return;
    const bool less = change_.movement == Movement::Decreased || change_.movement == Movement::Vanished ||
                      change_.movement == Movement::Narrower || is_less();
    if (less && !is_off(change_.before)) hit(AttributeEffect::RolloutWeakened, certainty_of_values(), row);
  }

  void add_guard(const FactRowView& row) {
    const bool was = means(row, change_.before) || (change_.before.presence == Presence::Absent && default_guards());
    const bool is = means(row, change_.after) || (change_.after.presence == Presence::Absent && default_guards());
    if (change_.before.presence == Presence::Unknown && change_.after.presence == Presence::Unknown) {
      const auto [old_word, new_word] = one_word_of(change_.before.text, change_.after.text);
      if (!old_word.empty() && !new_word.empty() && value_matches(row.value, old_word) &&
          !value_matches(row.value, new_word))
        hit(AttributeEffect::GuardDropped, Certainty::Likely, row);
      return;
    }
    if (was && !is) {
      hit(AttributeEffect::GuardDropped, is_known_or_absent(change_.after) ? Certainty::Exact : Certainty::Partial,
          row);
    } else if (!was && is) {
      hit(AttributeEffect::GuardAdded, Certainty::Exact, row);
    } else if (change_.before.presence == Presence::Unknown && change_.after.known() && is_off(change_.after) &&
               !was_broken(change_.before)) {
      hit(AttributeEffect::GuardDropped, Certainty::Likely, row);  // somebody could turn it on, and nobody can any more
    }
  }

  [[nodiscard]] bool default_guards() const {
    for (const FactRowView& row : facts_.rows(stack_name(stack_), type_, "guarded-by-default")) {
      if (row.path == change_.path) return true;
    }
    return false;
  }

  void add_danger(const FactRowView& row) {
    const bool was = means(row, change_.before), is = means(row, change_.after);
    if (is && !was) hit(AttributeEffect::DangerArmed, Certainty::Exact, row);
    if (was && !is) hit(AttributeEffect::DangerDisarmed, Certainty::Exact, row);
  }

  void add_backup(const FactRowView& row) {
    if (!row.value.empty()) {  // the row names the value that cuts
      if (means(row, change_.after) && !means(row, change_.before))
        hit(AttributeEffect::BackupCut, Certainty::Exact, row);
      return;
    }
    const bool lowered = change_.movement == Movement::Decreased || change_.movement == Movement::Vanished ||
                         change_.movement == Movement::Narrower || is_less() || names_some_of_all();
    const bool turned_off = is_off(change_.after) && !is_off(change_.before);
    if (may_be_lower(change_.before, change_.after)) return hit(AttributeEffect::BackupCut, Certainty::Likely, row);
    if ((lowered && !is_off(change_.before)) || turned_off) hit(AttributeEffect::BackupCut, certainty_of_values(), row);
  }

  /// `["*"]` becomes a list of names.
  [[nodiscard]] bool names_some_of_all() const {
    const auto has_all = [](const Value& value) {
      return std::any_of(value.items.begin(), value.items.end(), [](const Value& item) { return item.text == "*"; });
    };
    return has_all(change_.before) && change_.after.known() && !change_.after.items.empty() && !has_all(change_.after);
  }

  /// Things are deleted sooner. A time that goes keeps them for ever, and the row may name a value that does so too.
  void add_expiry(const FactRowView& row) {
    const auto never = [&](const Value& value) {
      return value.presence == Presence::Absent || value.is_null() || (!row.value.empty() && means(row, value));
    };
    if (never(change_.after)) return;
    const bool sooner = never(change_.before) || change_.movement == Movement::Decreased || is_less();
    if (sooner) hit(AttributeEffect::BackupCut, certainty_of_values(), row);
  }

  /// What makes the copies comes half as often, or less.
  void add_schedule(const FactRowView& row) {
    const auto before = times_a_year(text_of(change_.before)), after = times_a_year(text_of(change_.after));
    if (before && after && *after * 2 <= *before) hit(AttributeEffect::BackupCut, Certainty::Exact, row);
  }

  void add_upgrade(const FactRowView& row) {
    if (change_.before.known() && change_.after.known())
      hit(AttributeEffect::IrreversibleUpgrade, Certainty::Likely, row);
  }

  AttributeChange& change_;
  Stack stack_;
  std::string_view type_;
  const FactTables& facts_;
};

/// A block that comes or goes says for all that stands in it that something steers differently.
void drop_repeated_steering(ResourceChange& change) {
  const auto steers = [](const AttributeChange& attribute) {
    return std::any_of(attribute.effects.begin(), attribute.effects.end(),
                       [](const EffectHit& hit) { return hit.effect == AttributeEffect::Steers; });
  };
  std::vector<std::pair<std::string, Movement>> blocks;
  for (const AttributeChange& attribute : change.attributes) {
    const bool block = attribute.before.shape == Shape::Block || attribute.after.shape == Shape::Block;
    const bool one_sided = attribute.movement == Movement::Appeared || attribute.movement == Movement::Vanished;
    if (block && one_sided && steers(attribute)) blocks.emplace_back(attribute.place + ".", attribute.movement);
  }
  if (blocks.empty()) return;
  for (AttributeChange& attribute : change.attributes) {
    const bool inside = std::any_of(blocks.begin(), blocks.end(), [&](const auto& block) {
      return attribute.movement == block.second && attribute.place.starts_with(block.first);
    });
    if (inside)
      std::erase_if(attribute.effects, [](const EffectHit& hit) { return hit.effect == AttributeEffect::Steers; });
  }
}

/// `a[2].b.c` stands directly in `a[2].b`, and in the top-level element `a[2]`.
std::string_view top_of(std::string_view place) { return place.substr(0, place.find('.')); }

/// A block that goes from one level of an element and comes as it stood on another level of it was written in the wrong place:
/// the platform knows one of the two alone.
void drop_steering_of_relocated_blocks(ResourceChange& change) {
  const auto key_of = [](const AttributeChange& attribute) {
    return std::string_view(attribute.path).substr(attribute.path.rfind('.') + 1);
  };
  const auto is_block = [](const Value& value) { return value.known() && value.shape == Shape::Block; };
  for (AttributeChange& gone : change.attributes) {
    if (gone.movement != Movement::Vanished || !is_block(gone.before)) continue;
    for (AttributeChange& come : change.attributes) {
      if (come.movement != Movement::Appeared || !is_block(come.after) || gone.path == come.path ||
          key_of(gone) != key_of(come) || top_of(gone.place) != top_of(come.place) ||
          !same_value(gone.before, come.after))
        continue;
      for (AttributeChange* moved : {&gone, &come}) {
        std::erase_if(moved->effects, [](const EffectHit& hit) { return hit.effect == AttributeEffect::Steers; });
      }
    }
  }
}

}  // namespace

void add_effects(ResourceChange& change, Stack stack, std::string_view type, const FactTables& facts) {
  for (AttributeChange& attribute : change.attributes) Effects(attribute, stack, type, facts).add();
  drop_repeated_steering(change);
  drop_steering_of_relocated_blocks(change);
  // An address set that was only written differently has turned out to be the same.
  std::erase_if(change.attributes,
                [](const AttributeChange& attribute) { return attribute.movement == Movement::Same; });
}

std::optional<Replacement> find_replacement(const ResourceChange& change) {
  std::optional<Replacement> likely;
  for (std::size_t i = 0; i < change.attributes.size(); ++i) {
    for (const EffectHit& hit : change.attributes[i].effects) {
      if (hit.effect == AttributeEffect::Replaces) return Replacement{i, Certainty::Exact};
      if (hit.effect == AttributeEffect::MayReplace && (!likely || hit.certainty < likely->certainty)) {
        likely = Replacement{i, hit.certainty};
      }
    }
  }
  return likely;
}

}  // namespace redtag
