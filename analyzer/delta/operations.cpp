// Operations, safeguards and procedures of both sides, matched by what they say, then by where they stand.
#include "delta/operations.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "delta/pairing.h"
#include "delta/reach.h"
#include "model/surrounding.h"

namespace redtag {

namespace {

std::string procedure_address(const Model& model, const Operation& operation) {
  return operation.procedure.valid() ? model.procedures[operation.procedure.value].address : std::string();
}

Direction direction_of(const Model& model, const Operation& operation) {
  return operation.procedure.valid() ? model.procedures[operation.procedure.value].direction : Direction::Unknown;
}

/// What an operation says, wherever it stands. The direction belongs to it: a DROP that moves from the way back to the way up
/// is new.
std::string saying(const Model& model, const Operation& operation) {
  std::string key = std::string(stack_name(operation.stack)) + '\0' + std::string(verb_name(operation.verb)) + '\0' +
                    operation.program + '\0' + operation.action + '\0' + operation.object + '\0' +
                    canonical(operation.target) + '\0' + std::string(direction_name(direction_of(model, operation)));
  key += operation.unbounded ? '1' : '0';
  key += operation.harmless_target ? '1' : '0';
  key += static_cast<char>('0' + static_cast<int>(operation.arming));
  // Where its front end says what the words come to, whatever their order and spelling, they are not looked at one by one.
  const auto said = std::find_if(operation.arguments.begin(), operation.arguments.end(), is_said_as);
  for (auto at = said == operation.arguments.end() ? operation.arguments.begin() : said;
       at != operation.arguments.end(); ++at) {
    if (is_said_as(*at) || !is_surrounding(*at)) key += '\0' + canonical(*at);
  }
  return key;
}

/// What each procedure's operations say.
std::vector<std::multiset<std::string>> sayings(const Model& model) {
  std::vector<std::multiset<std::string>> said(model.procedures.size());
  for (const Operation& operation : model.operations) {
    if (operation.procedure.valid()) said[operation.procedure.value].insert(saying(model, operation));
  }
  return said;
}

/// The texts of a target that names several things, or one.
std::set<std::string> names_in(const Value& target) {
  std::set<std::string> names;
  if (target.shape == Shape::Set) {
    for (const Value& item : target.items) names.insert(item.text);
  } else {
    names.insert(target.text);
  }
  return names;
}

/// The place that a path or an address names with all that is below it: `/srv/data` of `/srv/data/*`. Empty for a name that is no place.
std::string_view place_in(std::string_view text) {
  for (const std::string_view tail : {"/**", "/*", "/.*"}) {
    if (text.ends_with(tail)) text.remove_suffix(tail.size() - 1);
  }
  while (text.size() > 1 && text.ends_with('/') && !text.ends_with("://")) text.remove_suffix(1);
  return text.find('/') == std::string_view::npos ? std::string_view() : text;
}

/// The name of a variable of the text's own. What the engine of a pipeline puts in (`$__inputs_ns__`) is named by where it comes from,
/// and a path says something of its own.
bool is_plain_name(std::string_view text) {
  return text.find('/') == std::string_view::npos && text.find("__") == std::string_view::npos;
}

/// True if what one path names stands below the other.
bool stands_below(std::string_view inner, std::string_view outer) {
  const std::string_view below = place_in(inner), above = place_in(outer);
  if (below.empty() || above.empty() || !below.starts_with(above) || below.size() <= above.size()) return false;
  return above.ends_with('/') || below[above.size()] == '/';
}

/// `$OVERLAY/$name` and then `/$name`: the same from the root on.
bool lost_its_front(std::string_view was, std::string_view is) {
  return is.starts_with("/$") && was.size() > is.size() && was.ends_with(is);
}

/// How the aim moved between two targets of which at least one is a set of names, or that are paths; Different where neither holds
/// the other.
Movement movement_of_names(const Value& was, const Value& is) {
  if (was.shape != Shape::Set && is.shape != Shape::Set) {
    // Another name of what nobody knows: perhaps the same thing.
    if (!was.known() && !is.known() && was.presence == Presence::Unknown && is.presence == Presence::Unknown &&
        is_plain_name(was.text) && is_plain_name(is.text))
      return Movement::Unknown;
    if (stands_below(was.text, is.text) || lost_its_front(was.text, is.text)) return Movement::Wider;
    return stands_below(is.text, was.text) ? Movement::Narrower : Movement::Different;
  }
  if (!was.known() || !is.known()) return Movement::Different;
  const std::set<std::string> before = names_in(was), after = names_in(is);
  if (std::includes(before.begin(), before.end(), after.begin(), after.end())) return Movement::Narrower;
  return std::includes(after.begin(), after.end(), before.begin(), before.end()) ? Movement::Wider
                                                                                 : Movement::Different;
}

/// What a copy went to is what it comes from now, and the other way round.
bool changed_places(const Operation& was, const Operation& is) {
  if (was.target.text.empty() || is.target.text.empty() || was.target.text == is.target.text) return false;
  const auto names = [](const Operation& operation, const std::string& text) {
    return std::any_of(operation.arguments.begin(), operation.arguments.end(),
                       [&](const Value& argument) { return argument.text == text; });
  };
  return names(was, is.target.text) && names(is, was.target.text);
}

/// What an operand is by where its function has it from, whatever it is called there; empty where nothing says so.
std::string_view operand_of(const Operation& operation) {
  constexpr std::string_view mark = "around: operand=";
  for (const Value& argument : operation.arguments) {
    if (std::string_view(argument.text).starts_with(mark)) return std::string_view(argument.text).substr(mark.size());
  }
  return {};
}

/// A thing that is made under another name takes those along that work on it: they aim at the same as before. They are told all the
/// same, since where it was made already, it is not made again.
void explain_renames(const Sides& sides, Delta& delta) {
  using Names = std::pair<std::string, std::string>;
  const auto names_of = [&](const OperationChange& change) {
    return Names{canonical(sides.before.operations[change.before.value].target),
                 canonical(sides.after.operations[change.after.value].target)};
  };
  // A name that was known before is another thing, and so is the old one where somebody still means it: then nothing was renamed, and
  // what is emptied now may be what another file made long ago. So may be what is made only where it is missing.
  std::set<std::string> known, meant;
  for (const Operation& operation : sides.before.operations) known.insert(canonical(operation.target));
  for (const Resource& resource : sides.before.resources) known.insert(canonical(known_string(resource.name)));
  for (const Operation& operation : sides.after.operations) meant.insert(canonical(operation.target));
  std::set<Names> renamed;
  for (const OperationChange& change : delta.operations) {
    const Operation& made = sides.after.operations[change.after.value];
    const bool if_missing = std::any_of(made.arguments.begin(), made.arguments.end(),
                                        [](const Value& argument) { return argument.text == "if not exists"; });
    if (made.verb != Verb::Create || if_missing || change.fate != OperationFate::Reaimed) continue;
    Names names = names_of(change);
    if (known.count(names.second) == 0 && meant.count(names.first) == 0) renamed.insert(std::move(names));
  }
  if (renamed.empty()) return;
  for (OperationChange& change : delta.operations) {
    if (change.fate != OperationFate::Reaimed || renamed.count(names_of(change)) == 0) continue;
    change.aim = Movement::Same;
    change.because += ", and what is made under that name has the new one as well";
  }
}

/// What an operation aims at, without the object that it is a part of: `s.path` is `path` in a member of what `s` is.
std::string part_of(const Value& target) {
  if (target.presence != Presence::Unknown) return canonical(target);
  const std::string& text = target.text;
  const std::size_t dot = text.rfind('.'), arrow = text.rfind("->");
  std::size_t begin = dot == std::string::npos ? 0 : dot + 1;
  if (arrow != std::string::npos) begin = std::max(begin, arrow + 2);
  const bool name = text.find_first_of("()[]{} \"'/*$", begin) == std::string::npos && begin < text.size();
  return begin > 0 && name ? text.substr(begin) : text;
}

std::set<std::string> addresses_of(const std::vector<Procedure>& procedures) {
  std::set<std::string> addresses;
  for (const Procedure& procedure : procedures) addresses.insert(procedure.address);
  return addresses;
}

/// Takes out what a procedure does by a new one that it calls: the conditions that it stands under may be the caller's now.
void take_moved(const Sides& sides, Ids& before, Ids& after) {
  const std::set<std::string> known = addresses_of(sides.before.procedures);
  std::map<std::string, std::set<std::string>> callees;  // on the after side, of what was there before
  for (const Procedure& procedure : sides.after.procedures) {
    if (known.count(procedure.address) == 0) continue;
    for (const Reference& reference : procedure.references) callees[procedure.address].insert(reference.target);
  }
  const auto says = [](const Operation& x) {
    return std::string(verb_name(x.verb)) + '\0' + x.program + '\0' + x.action + '\0' + x.object + '\0' +
           part_of(x.target);
  };
  std::multimap<std::string, std::uint32_t> waiting;
  for (const std::uint32_t id : before) waiting.emplace(says(sides.before.operations[id]), id);
  std::set<std::uint32_t> gone;
  std::erase_if(after, [&](std::uint32_t id) {
    const Operation& is = sides.after.operations[id];
    if (!is.procedure.valid() || is.target.text.empty()) return false;
    const Procedure& procedure = sides.after.procedures[is.procedure.value];
    if (known.count(procedure.address) > 0 || procedure.references.empty() ||
        !procedure.references.front().through.empty())
      return false;
    const auto [first, last] = waiting.equal_range(says(is));
    for (auto at = first; at != last; ++at) {
      const Operation& was = sides.before.operations[at->second];
      const auto called = callees.find(procedure_address(sides.before, was));
      // Its own name is the first thing that a procedure refers to.
      if (called == callees.end() || called->second.count(procedure.references.front().target) == 0) continue;
      if (was.region.file != is.region.file || was.harmless_target != is.harmless_target) continue;
      if (was.arming != is.arming || was.unbounded != is.unbounded || !gone.insert(at->second).second) continue;
      waiting.erase(at);
      return true;
    }
    return false;
  });
  std::erase_if(before, [&](std::uint32_t id) { return gone.count(id) > 0; });
}

/// A procedure that was there before and starts an operation of the same file now; empty for none.
std::string newly_started(const Sides& sides, const Operation& was, const Operation& is,
                          const std::set<std::string>& known) {
  const std::string address = procedure_address(sides.after, is);
  const std::string holder = address.substr(0, address.find(':') + 1);
  for (const std::string_view starter : new_starters(was, is)) {
    if (known.count(holder + std::string(starter)) > 0) return "`" + std::string(starter) + "` runs it now as well";
  }
  return {};
}

/// What each side says, and how often. Made once for all pairs, and only where one is asked for: a pair each would cost their square.
class Surroundings {
 public:
  explicit Surroundings(const Sides& sides) : sides_(sides) {}

  /// True if nothing else on either side says the same: where two branches do, it is not known which one went.
  [[nodiscard]] bool stand_once(const Operation& was, const Operation& is) {
    make();
    return before_[said(was)] == 1 && after_[said(is)] == 1;
  }

  /// True if a safeguard of its procedure is there and guards nothing any more: that is told of the safeguard.
  [[nodiscard]] bool is_told_of_guard(const Operation& is) {
    make();
    return unguarded_.contains(procedure_address(sides_.after, is));
  }

 private:
  static std::string said(const Operation& operation) {
    return std::string(verb_name(operation.verb)) + '\0' + operation.program + '\0' + canonical(operation.target);
  }

  void make() {
    if (std::exchange(made_, true)) return;
    for (const Operation& operation : sides_.before.operations) ++before_[said(operation)];
    for (const Operation& operation : sides_.after.operations) ++after_[said(operation)];
    for (const Safeguard& safeguard : sides_.after.safeguards) {
      if (safeguard.coverage == Coverage::None) unguarded_.insert(safeguard.protects);
    }
  }

  const Sides& sides_;
  bool made_ = false;
  std::map<std::string, std::size_t> before_, after_;
  std::set<std::string> unguarded_;
};

/// What says the same as before, and is started more often (by its clock, or by a procedure that did not before), led elsewhere, or told
/// to act on more by what lists it.
void add_oftener(const Sides& sides, const Pairs& same, Delta& delta) {
  const std::set<std::string> known = addresses_of(sides.before.procedures);
  Surroundings surroundings(sides);
  for (const auto& [old_id, new_id] : same) {
    const Operation &was = sides.before.operations[old_id], &is = sides.after.operations[new_id];
    std::string because = led_elsewhere(was, is);
    const bool led = !because.empty();
    if (because.empty()) because = runs_oftener(was, is);
    if (because.empty()) because = newly_started(sides, was, is, known);
    if (because.empty()) because = chooses_more(was, is);
    if (because.empty()) {
      because = turned_round(was, is);
      if (!because.empty() && (!surroundings.stand_once(was, is) || surroundings.is_told_of_guard(is))) because.clear();
    }
    if (because.empty()) continue;
    OperationChange change;
    change.before.value = old_id;
    change.after.value = new_id;
    change.fate = led ? OperationFate::Reaimed : OperationFate::Rearmed;
    change.aim = Movement::Wider;
    change.because = std::move(because);
    delta.operations.push_back(std::move(change));
  }
}

/// The same command in the same procedure, of which the one aims at what holds the other's aim, whatever each of them is called: the
/// parent of a directory that was known to hold data.
Pairs pair_widened(const Sides& sides, Ids& before, Ids& after) {
  using Key = std::tuple<std::string, std::string, std::string>;
  const auto key = [](const Model& model, const Operation& x) {
    return Key{procedure_address(model, x), x.program, x.action};
  };
  std::map<Key, Ids> waiting;
  for (const std::uint32_t id : before) {
    const Operation& was = sides.before.operations[id];
    if (!place_in(was.target.text).empty()) waiting[key(sides.before, was)].push_back(id);
  }
  Pairs pairs;
  std::set<std::uint32_t> old_ids, new_ids;
  for (const std::uint32_t id : after) {
    const Operation& is = sides.after.operations[id];
    const auto found = waiting.find(key(sides.after, is));
    if (found == waiting.end() || found->second.empty()) continue;
    const std::uint32_t old_id = found->second.back();  // one try each, so that many of them cost no more
    if (!stands_below(sides.before.operations[old_id].target.text, is.target.text)) continue;
    pairs.emplace_back(old_id, id);
    found->second.pop_back();
    old_ids.insert(old_id);
    new_ids.insert(id);
  }
  std::erase_if(before, [&](std::uint32_t id) { return old_ids.count(id) > 0; });
  std::erase_if(after, [&](std::uint32_t id) { return new_ids.count(id) > 0; });
  return pairs;
}

/// The same copy in the same procedure, which goes the other way: what it went to may be a place of another kind than what it came from.
Pairs pair_turned(const Sides& sides, Ids& before, Ids& after) {
  constexpr std::size_t most = 64;
  Pairs pairs;
  if (before.size() > most || after.size() > most) return pairs;
  for (const std::uint32_t id : after) {
    const Operation& is = sides.after.operations[id];
    const auto turned = std::find_if(before.begin(), before.end(), [&](std::uint32_t old_id) {
      const Operation& was = sides.before.operations[old_id];
      return was.program == is.program && was.action == is.action && changed_places(was, is) &&
             procedure_address(sides.before, was) == procedure_address(sides.after, is);
    });
    if (turned == before.end()) continue;
    pairs.emplace_back(*turned, id);
    before.erase(turned);
  }
  std::erase_if(after, [&](std::uint32_t id) {
    return std::any_of(pairs.begin(), pairs.end(), [&](const auto& pair) { return pair.second == id; });
  });
  return pairs;
}

/// Whether two operations stand under a condition and its opposite.
bool stand_apart(const Operation& one, const Operation& other) {
  constexpr std::string_view so = "if ", not_so = "unless ";
  const auto asks = [](const Operation& x, std::string_view word, std::string_view what) {
    return std::any_of(x.arguments.begin(), x.arguments.end(), [&](const Value& argument) {
      return std::string_view(argument.text).starts_with(word) &&
             std::string_view(argument.text).substr(word.size()) == what;
    });
  };
  return std::any_of(one.arguments.begin(), one.arguments.end(), [&](const Value& argument) {
    const std::string_view text = argument.text;
    if (text.starts_with(so)) return asks(other, not_so, text.substr(so.size()));
    return text.starts_with(not_so) && asks(other, so, text.substr(not_so.size()));
  });
}

/// Takes out what stands in both branches of a decision now, and was done once before: one of them is what was there.
void take_branches(const Sides& sides, const Pairs& pairs, Ids& after) {
  const auto key = [](const Operation& x) {
    return std::to_string(x.procedure.value) + '\0' + std::string(verb_name(x.verb)) + '\0' + x.program + '\0' +
           x.action + '\0' + x.object + '\0' + canonical(x.target);
  };
  std::map<std::string, Pairs> paired;  // so that many of them cost no more
  for (const auto& pair : pairs) paired[key(sides.after.operations[pair.second])].push_back(pair);
  std::erase_if(after, [&](std::uint32_t id) {
    const Operation& is = sides.after.operations[id];
    const auto found = paired.find(key(is));
    if (found == paired.end()) return false;
    return std::any_of(found->second.begin(), found->second.end(), [&](const auto& pair) {
      const Operation& other = sides.after.operations[pair.second];
      return same_value(other.target, is.target) && same_value(sides.before.operations[pair.first].target, is.target) &&
             stand_apart(other, is);
    });
  });
}

/// What decided beside the words of a command, and is another now (`with AWS_PROFILE=dev`, `after . prod.env`); empty for nothing.
std::string lost_setting(const Operation& was, const Operation& is) {
  for (const Value& setting : was.arguments) {
    if (!setting.text.starts_with("with ") && !setting.text.starts_with("after ")) continue;
    const bool stands = std::any_of(is.arguments.begin(), is.arguments.end(),
                                    [&](const Value& other) { return other.text == setting.text; });
    if (!stands && setting.text.size() < 200) return setting.text;
  }
  return {};
}

}  // namespace

void compare_operations(const Sides& sides, Delta& delta) {
  Ids before = subjects(sides.before.operations), after = subjects(sides.after.operations);
  const auto operation = [&](Side side, std::uint32_t id) -> const Operation& {
    return sides.model(side).operations[id];
  };
  const auto unchanged = pair_by<std::string>(
      before, after, [&](Side side, std::uint32_t id) { return saying(sides.model(side), operation(side, id)); });
  add_oftener(sides, unchanged, delta);
  // Another command that does the same to the same thing under the same conditions: `unlink` for `std::remove`.
  pair_by<std::string>(before, after, [&](Side side, std::uint32_t id) {
    Operation same = operation(side, id);
    if (same.target.text.empty()) return saying(sides.model(side), same);
    same.program.clear();
    same.action.clear();
    return procedure_address(sides.model(side), same) + '\0' + saying(sides.model(side), same);
  });
  take_moved(sides, before, after);
  // The same command in the same procedure with other arguments, then with another operand.
  using Place = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  const auto place = [&](Side side, std::uint32_t id, bool aimed) {
    const Operation& x = operation(side, id);
    return Place{procedure_address(sides.model(side), x), x.program, x.action, x.object,
                 aimed ? canonical(x.target) : std::string()};
  };
  auto pairs = pair_by<Place>(before, after, [&](Side side, std::uint32_t id) { return place(side, id, true); });
  for (const auto& pair :
       pair_by<Place>(before, after, [&](Side side, std::uint32_t id) { return place(side, id, false); }))
    pairs.push_back(pair);
  for (const auto& pair : pair_widened(sides, before, after)) pairs.push_back(pair);
  for (const auto& pair : pair_turned(sides, before, after)) pairs.push_back(pair);
  take_branches(sides, pairs, after);
  for (const auto& [old_id, new_id] : pairs) {
    const Operation& was = operation(Side::Before, old_id);
    const Operation& is = operation(Side::After, new_id);
    OperationChange change;
    change.before.value = old_id;
    change.after.value = new_id;
    const bool same_aim = same_value(was.target, is.target) && was.unbounded == is.unbounded;
    change.fate = same_aim ? OperationFate::Rearmed : OperationFate::Reaimed;
    if (!same_aim) {
      change.aim = was.unbounded == is.unbounded ? movement_of_names(was.target, is.target)
                   : is.unbounded                ? Movement::Wider
                   // What a query found, one by one, and what goes with all below it: neither holds the other.
                   : is.arming < was.arming ? Movement::Different
                                            : Movement::Narrower;
      const std::string_view operand = operand_of(is);
      if (!operand.empty() && operand == operand_of(was)) change.aim = Movement::Same;
      const Movement spared = movement_of_spared(was, is);
      if (spared != Movement::Different && !was.target.known() && !is.target.known()) change.aim = spared;
      change.because = "it aimed at " + show(was.target) + " before";
      if (changed_places(was, is)) {
        change.aim = Movement::Reordered;
        change.because += ", which is where it comes from now";
      }
    } else {
      change.aim = was.arming == is.arming  ? movement_of_spared(was, is)
                   : is.arming < was.arming ? Movement::Wider
                                            : Movement::Narrower;
      const std::string setting = was.text == is.text ? lost_setting(was, is) : std::string();
      change.because =
          setting.empty() ? "its arguments were `" + was.text + "` before" : "it ran " + setting + " before";
    }
    if (std::string led = led_elsewhere(was, is); !led.empty()) {
      change.fate = OperationFate::Reaimed;
      change.aim = Movement::Wider;
      change.because = std::move(led);
    }
    delta.operations.push_back(std::move(change));
  }
  explain_renames(sides, delta);
  for (const std::uint32_t id : before)
    delta.operations.push_back({OperationFate::Removed, {id}, {}, Movement::Vanished, {}});
  for (const std::uint32_t id : after) {
    const Operation& is = operation(Side::After, id);
    if (is.verb == Verb::Create && is.target.known() && !is.target.text.empty()) {
      delta.creations.push_back(static_cast<std::uint32_t>(delta.operations.size()));
    }
    delta.operations.push_back({OperationFate::Introduced, {}, {id}, Movement::Appeared, {}});
  }
  std::stable_sort(delta.creations.begin(), delta.creations.end(), [&](std::uint32_t a, std::uint32_t b) {
    return operation(Side::After, delta.operations[a].after.value).target.text <
           operation(Side::After, delta.operations[b].after.value).target.text;
  });
}

void compare_procedures(const Sides& sides, Delta& delta) {
  Ids before = subjects(sides.before.procedures), after = subjects(sides.after.procedures);
  const auto pairs = pair_by<std::string>(
      before, after, [&](Side side, std::uint32_t id) { return sides.model(side).procedures[id].address; });
  const std::vector<std::multiset<std::string>> said_before = sayings(sides.before), said_after = sayings(sides.after);
  for (const auto& [old_id, new_id] : pairs) {
    if (said_before[old_id] != said_after[new_id]) {
      delta.procedures.push_back({ProcedureFate::Edited, {old_id}, {new_id}});
    }
  }
  for (const std::uint32_t id : before) delta.procedures.push_back({ProcedureFate::Removed, {id}, {}});
  for (const std::uint32_t id : after) delta.procedures.push_back({ProcedureFate::Added, {}, {id}});
}

}  // namespace redtag
