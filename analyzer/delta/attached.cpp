#include "delta/attached.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "compare/permissions.h"
#include "delta/directives.h"

namespace redtag {

namespace {

constexpr std::size_t most_names = 256;  // each is compared with each of the other side

/// The one document that says what a policy allows; nullptr for what says something else, or more than one thing.
const Value* document_of(const Resource& policy) {
  const Value* found = nullptr;
  for (const Entry& entry : policy.attributes) {
    if (entry.value.shape != Shape::Permissions || entry.value.presence == Presence::Absent) continue;
    if (found != nullptr || lower_ascii(entry.key).find("polic") == std::string::npos ||
        lower_ascii(entry.key).starts_with("assume"))
      return nullptr;
    found = &entry.value;
  }
  return found;
}

/// Things of one side by where they stand and what they are called there.
class Policies {
 public:
  explicit Policies(const Model& model) {
    for (const Resource& resource : model.resources) {
      const Value* document = resource.declares == Declares::Resource ? document_of(resource) : nullptr;
      if (document == nullptr) continue;
      for (const std::string_view name : {local_address(resource), std::string_view(resource.name)})
        documents_.emplace(std::tuple(resource.stack, std::string_view(resource.scope), name), document);
    }
  }

  [[nodiscard]] const Value* find(const Resource& user, std::string_view name) const {
    const auto found = documents_.find({user.stack, std::string_view(user.scope), name});
    return found == documents_.end() ? nullptr : found->second;
  }
  [[nodiscard]] bool empty() const { return documents_.empty(); }

 private:
  std::map<std::tuple<Stack, std::string_view, std::string_view>, const Value*> documents_;
};

/// The names that an attribute hands out, one for each element.
std::vector<const Value*> names_in(const Value& value) {
  std::vector<const Value*> names;
  if (value.presence == Presence::Absent) return names;
  if (value.items.empty() || value.presence == Presence::Unknown) return {&value};
  for (const Value& item : value.items) names.push_back(&item);
  return names;
}

/// `aws_iam_policy.ops` of `aws_iam_policy.ops.arn`; a template's logical id as it is.
std::string_view target_of(const Value& name) {
  if (name.presence != Presence::Unknown || name.expression != Expression::Reference) return {};
  const std::string_view text = name.text;
  const auto attribute = text.rfind('.');
  const bool of_resource = attribute != std::string_view::npos && text.find('.') != attribute;
  return of_resource ? text.substr(0, attribute) : text;
}

/// All that the names which `other` does not hand out allow together; nullopt if one of them is not known here.
std::optional<Value> own_document(const Resource& user, const Value& value, const Value& other,
                                  const Policies& policies) {
  Value all;
  all.presence = Presence::Known;
  all.shape = Shape::Permissions;
  const std::vector<const Value*> shared = names_in(other);
  if (shared.size() > most_names || value.items.size() > most_names) return std::nullopt;
  for (const Value* name : names_in(value)) {
    const bool in_both =
        std::any_of(shared.begin(), shared.end(), [&](const Value* twin) { return same_value(*name, *twin); });
    if (in_both) continue;
    const Value* document = policies.find(user, target_of(*name));
    if (document == nullptr || !document->known()) return std::nullopt;
    all.items.insert(all.items.end(), document->items.begin(), document->items.end());
  }
  return all;
}

/// A statement that allows every action there is on everything, under no condition. `service:*` is for each policy to say where it stands.
bool allows_all(const Value& document) {
  return std::any_of(document.items.begin(), document.items.end(), [](const Value& statement) {
    const auto says = [&](std::string_view key, bool without) {
      const Value* set = find_entry(statement, key);
      return set == nullptr ? without : std::any_of(set->items.begin(), set->items.end(), [](const Value& item) {
        return item.known() && item.text == "*";
      });
    };
    const Value* effect = find_entry(statement, "effect");
    const Value* conditions = find_entry(statement, "conditions");
    return (effect == nullptr || effect->text == "Allow") && (conditions == nullptr || conditions->items.empty()) &&
           says("actions", false) && says("resources", true);
  });
}

enum class Power : std::uint8_t { Some, Everything };

void describe(AttributeChange& change, const PermissionDifference& found, Power gained) {
  const Comparison outcome = found.difference.outcome();
  if (outcome == Comparison::Equal || outcome == Comparison::Unknown) return;
  const bool both = change.before.presence != Presence::Absent && change.after.presence != Presence::Absent;
  if (both)
    change.movement = outcome == Comparison::Wider      ? Movement::Wider
                      : outcome == Comparison::Narrower ? Movement::Narrower
                                                        : Movement::Both;
  change.difference = found.difference.sentence();
  const Certainty certainty = found.difference.certain() ? Certainty::Exact : Certainty::Likely;
  const auto hit = [&](AttributeEffect effect) { change.effects.push_back({effect, certainty, {}}); };
  if (found.opened_to_anyone) hit(AttributeEffect::OpensToAnyone);
  if (gained == Power::Everything) hit(AttributeEffect::GrantsEverything);
  if (found.condition_dropped) hit(AttributeEffect::ConditionDropped);
  if (found.denial_dropped) hit(AttributeEffect::DenialDropped);
}

bool hands_out(const AttributeChange& change) {
  return change.before.shape != Shape::Permissions && change.after.shape != Shape::Permissions &&
         lower_ascii(change.path).find("polic") != std::string::npos &&
         std::any_of(change.effects.begin(), change.effects.end(),
                     [](const EffectHit& hit) { return hit.effect == AttributeEffect::Permits; });
}

}  // namespace

void compare_attached(const Sides& sides, Delta& delta) {
  const Policies before(sides.before), after(sides.after);
  if (before.empty()) return;
  for (ResourceChange& change : delta.resources) {
    if (!change.after.valid()) continue;
    const Resource& is = sides.after.resources[change.after.value];
    const Resource& was = change.before.valid() ? sides.before.resources[change.before.value] : is;
    for (AttributeChange& attribute : change.attributes) {
      if (!hands_out(attribute)) continue;
      const std::optional<Value> gone = own_document(was, attribute.before, attribute.after, before);
      // One that stood before: what a new one allows is told where it is written.
      const std::optional<Value> come = own_document(is, attribute.after, attribute.before, before);
      if (!gone || !come) continue;
      const Power gained = allows_all(*come) && !allows_all(*gone) ? Power::Everything : Power::Some;
      describe(attribute, compare_permissions(*gone, *come), gained);
    }
  }
}

}  // namespace redtag
