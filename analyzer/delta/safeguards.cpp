// Safeguards of both sides, matched by what they say, then by what they protect.
#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>

#include "delta/operations.h"
#include "delta/pairing.h"

namespace redtag {

namespace {

/// What a gate is, before the colon of its text: `test` of `test: npm test`.
std::string kind_of_gate(const Safeguard& gate) { return gate.text.substr(0, gate.text.find(':')); }

/// The file that holds what a safeguard protects: `a/ci.yml` of `a/ci.yml:job`.
std::string holder_of(const Safeguard& safeguard) {
  return safeguard.protects.substr(0, safeguard.protects.rfind(':'));
}

/// The same words about the same thing first; of the rest, one of a kind about the same thing. A gate is one that moved when
/// another of its kind stands in the same file, or anywhere.
Pairs pair_safeguards(const Sides& sides, Ids& before, Ids& after) {
  using Key = std::tuple<SafeguardKind, std::string, std::string>;
  const auto at = [&](Side side, std::uint32_t id) -> const Safeguard& { return sides.model(side).safeguards[id]; };
  const auto is_gate = [&](Side side, std::uint32_t id) { return at(side, id).kind == SafeguardKind::Gate; };
  Pairs pairs = pair_by<Key>(before, after, [&](Side side, std::uint32_t id) {
    return Key{at(side, id).kind, at(side, id).protects, at(side, id).text};
  });
  const auto add = [&](Pairs&& more) { pairs.insert(pairs.end(), more.begin(), more.end()); };
  add(pair_by<Key>(before, after, [&](Side side, std::uint32_t id) {
    const Safeguard& x = at(side, id);
    return Key{x.kind, x.protects, is_gate(side, id) ? kind_of_gate(x) : std::string()};
  }));
  Ids old_gates, new_gates;
  std::copy_if(before.begin(), before.end(), std::back_inserter(old_gates),
               [&](std::uint32_t id) { return is_gate(Side::Before, id); });
  std::copy_if(after.begin(), after.end(), std::back_inserter(new_gates),
               [&](std::uint32_t id) { return is_gate(Side::After, id); });
  std::erase_if(before, [&](std::uint32_t id) { return is_gate(Side::Before, id); });
  std::erase_if(after, [&](std::uint32_t id) { return is_gate(Side::After, id); });
  add(pair_by<Key>(old_gates, new_gates, [&](Side side, std::uint32_t id) {
    return Key{at(side, id).kind, holder_of(at(side, id)), kind_of_gate(at(side, id))};
  }));
  add(pair_by<Key>(old_gates, new_gates, [&](Side side, std::uint32_t id) {
    return Key{at(side, id).kind, std::string(), kind_of_gate(at(side, id))};
  }));
  before.insert(before.end(), old_gates.begin(), old_gates.end());
  after.insert(after.end(), new_gates.begin(), new_gates.end());
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  return pairs;
}

/// A guard in text that stands as it stood, which other text takes away from what stands as well.
void note_overridden(const Sides& sides, const std::set<std::string>& standing, Delta& delta) {
  std::set<std::string> guarded;
  for (const Safeguard& safeguard : sides.after.safeguards) {
    if (safeguard.kind == SafeguardKind::PreventDestroy) guarded.insert(safeguard.protects);
  }
  for (std::uint32_t id = 0; id < sides.before.safeguards.size(); ++id) {
    const Safeguard& was = sides.before.safeguards[id];
    if (was.subject || was.kind != SafeguardKind::PreventDestroy) continue;
    if (standing.contains(was.protects) && !guarded.contains(was.protects))
      delta.safeguards.push_back({SafeguardFate::Removed, {id}, {}, true});
  }
}

}  // namespace

void compare_safeguards(const Sides& sides, Delta& delta) {
  Ids before = subjects(sides.before.safeguards), after = subjects(sides.after.safeguards);
  const Pairs pairs = pair_safeguards(sides, before, after);
  std::set<std::string> standing;
  for (const Resource& resource : sides.after.resources) standing.insert(resource.address);
  for (const Procedure& procedure : sides.after.procedures) standing.insert(procedure.address);
  const auto remains = [&](const Safeguard& safeguard) {
    if (standing.count(safeguard.protects) > 0) return true;
    return safeguard.kind == SafeguardKind::Gate && standing.count(holder_of(safeguard)) > 0;  // of a job that went
  };
  for (const auto& [old_id, new_id] : pairs) {
    const Safeguard& was = sides.before.safeguards[old_id];
    const Safeguard& is = sides.after.safeguards[new_id];
    if (was.coverage == is.coverage) continue;
    const SafeguardFate fate = is.coverage > was.coverage ? SafeguardFate::Weakened : SafeguardFate::Strengthened;
    delta.safeguards.push_back({fate, {old_id}, {new_id}, remains(was)});
  }
  // One of several gates of a kind in one place: the others still stand.
  const auto has_kin = [&](const Safeguard& was) {
    if (was.kind != SafeguardKind::Gate || kind_of_gate(was) == "needs")
      return false;  // each job waited for is another one
    const auto& all = sides.after.safeguards;
    return std::any_of(all.begin(), all.end(), [&](const Safeguard& is) {
      return is.kind == was.kind && is.protects == was.protects && is.coverage <= was.coverage &&
             kind_of_gate(is) == kind_of_gate(was);
    });
  };
  std::erase_if(before, [&](std::uint32_t id) { return has_kin(sides.before.safeguards[id]); });
  for (const std::uint32_t id : before) {
    delta.safeguards.push_back({SafeguardFate::Removed, {id}, {}, remains(sides.before.safeguards[id])});
  }
  for (const std::uint32_t id : after) delta.safeguards.push_back({SafeguardFate::Added, {}, {id}, true});
  note_overridden(sides, standing, delta);
}

}  // namespace redtag
