#include "lower/kubernetes/access.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"

namespace redtag::kubernetes {

namespace {

constexpr std::string_view rbac = "rbac.authorization.k8s.io/";
constexpr std::size_t most_shown_verbs = 64;

constexpr std::array power_names =
    std::to_array<std::string_view>({"none", "reads", "writes", "steers", "escalates", "everything"});

Value container(Shape shape, Region region) {
  Value value;
  value.presence = Presence::Known;
  value.shape = shape;
  value.region = region;
  return value;
}

/// The scalars of a list member; one unknown where the list itself is.
std::vector<Value> elements(const Value& rule, std::string_view key) {
  const Value* list = find_entry(rule, key);
  if (list == nullptr || list->presence == Presence::Absent || list->is_null()) return {};
  if (list->shape == Shape::Scalar) return {*list};
  return list->items;
}

std::string text_or(const Value& value) { return value.text.empty() && !value.known() ? "?" : value.text; }

Value joined(const Value& group, const Value& resource, const std::vector<Value>& names, std::size_t index) {
  // `*` of the core group is every resource of it; `*/*` is everything there is.
  std::string text = text_or(group) == "*" && text_or(resource) == "*" ? "*" : text_or(group) + "/" + text_or(resource);
  if (!names.empty()) text += ":" + text_or(names[index]);
  const bool known = group.known() && resource.known() && (names.empty() || names[index].known());
  return known ? known_string(std::move(text), resource.region)
               : unknown_value(std::move(text), "a template decides it", resource.region);
}

/// A rule as a statement of the permission algebra: verbs on `group/resource:name`.
Value statement_of(const Value& rule) {
  Value statement = container(Shape::Map, rule.region);
  statement.entries.push_back({"effect", known_string("Allow", rule.region), rule.region});
  Value actions = container(Shape::Set, rule.region);
  actions.items = elements(rule, "verbs");
  Value resources = container(Shape::Set, rule.region);
  std::vector<Value> groups = elements(rule, "apiGroups");
  if (groups.empty()) groups.push_back(known_string("", rule.region));
  const std::vector<Value> names = elements(rule, "resourceNames");
  for (const Value& group : groups) {
    for (const Value& resource : elements(rule, "resources")) {
      for (std::size_t i = 0; i < std::max<std::size_t>(names.size(), 1); ++i) {
        if (resources.items.size() < 4096) resources.items.push_back(joined(group, resource, names, i));
      }
    }
  }
  for (const Value& url : elements(rule, "nonResourceURLs")) {
    resources.items.push_back(url.known() ? known_string("url:" + url.text, url.region) : url);
  }
  statement.entries.push_back({"actions", std::move(actions), rule.region});
  statement.entries.push_back({"resources", std::move(resources), rule.region});
  return statement;
}

/// The power of one verb on one resource, from the table of permissions.
Power power_of(std::string_view verb, std::string_view resource, const std::vector<FactRowView>& rows) {
  const std::size_t slash = resource.find('/');
  std::string_view kind = slash == std::string_view::npos ? resource : resource.substr(slash + 1);
  kind = kind.substr(0, kind.find(':'));
  if (verb == "*" && resource == "*") return Power::Everything;
  const bool reads = verb == "get" || verb == "list" || verb == "watch";
  Power power = reads ? Power::Reads : Power::Writes;
  for (const FactRowView& row : rows) {
    const bool anywhere = row.path == "*";  // a verb that nobody writes without meaning it
    const bool of_kind = anywhere      ? verb != "*"
                         : kind == "*" ? row.path.find('/') == std::string_view::npos
                                       : row.path == kind;
    const std::vector<std::string_view> verbs = split(row.value, '|');
    const bool of_verb = verb == "*" || std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
    if (!of_kind || !of_verb) continue;
    power = std::max(power, row.effect == "exposes" ? Power::Escalates : Power::Steers);
  }
  return power;
}

Power power_of(const Value& document, const std::vector<FactRowView>& rows) {
  Power power = Power::None;
  for (const Value& statement : document.items) {
    const Value* verbs = find_entry(statement, "actions");
    const Value* resources = find_entry(statement, "resources");
    if (verbs == nullptr || resources == nullptr) continue;
    for (std::size_t i = 0; i < verbs->items.size() && i < most_shown_verbs; ++i) {
      for (const Value& resource : resources->items) {
        // A rule that names its objects reaches no further than they do.
        const Power found = power_of(verbs->items[i].text, resource.text, rows);
        const bool named = resource.text.find(':') != std::string::npos;
        power = std::max(power, named ? std::min(found, Power::Writes) : found);
      }
    }
  }
  return power;
}

void read_rules(Resource& role, const FactTables& facts) {
  Value document = container(Shape::Permissions, role.region);
  Region whole;
  for (const Entry& entry : role.attributes) {
    if (entry.key != "rules") continue;
    if (entry.value.shape == Shape::Block) {
      document.items.push_back(statement_of(entry.value));
    } else if (entry.value.presence == Presence::Unknown) {
      document.items.push_back(entry.value);
    }
    if (!whole.valid()) whole = entry.region;
    whole.bytes.end = std::max(whole.bytes.end, entry.region.bytes.end);
  }
  std::erase_if(role.attributes, [](const Entry& entry) { return entry.key == "rules"; });
  if (!whole.valid()) return;
  document.region = whole;
  const Power power = power_of(document, facts.rows("kubernetes", "permission"));
  role.attributes.push_back({"rules", std::move(document), whole});
  set_power(role, power_name(power));
}

std::string subject_text(const Value& subject) {
  const auto part = [&](std::string_view key) {
    const Value* value = find_entry(subject, key);
    return value == nullptr ? std::string() : value->text;
  };
  const std::string space = part("namespace");
  return part("kind") + ":" + (space.empty() ? "" : space + "/") + part("name");
}

void read_subjects(Resource& binding, const FactTables& facts) {
  Value subjects = container(Shape::Set, binding.region);
  Region whole;
  for (const Entry& entry : binding.attributes) {
    if (entry.key != "subjects") continue;
    if (entry.value.shape == Shape::Block)
      subjects.items.push_back(known_string(subject_text(entry.value), entry.region));
    if (!whole.valid()) whole = entry.region;
    whole.bytes.end = std::max(whole.bytes.end, entry.region.bytes.end);
  }
  std::erase_if(binding.attributes, [](const Entry& entry) { return entry.key == "subjects"; });
  if (whole.valid()) {
    subjects.region = whole;
    binding.attributes.push_back({"subjects", std::move(subjects), whole});
  }
  for (const Entry& entry : binding.attributes) {
    const Value* name = entry.key == "roleRef" ? find_entry(entry.value, "name") : nullptr;
    if (name == nullptr || !name->known()) continue;
    for (const FactRowView& row : facts.rows("kubernetes", "role")) {
      if (!glob_match(row.path, name->text)) continue;
      set_power(binding, row.value);
      return;
    }
  }
}

}  // namespace

std::string_view power_name(Power power) { return power_names[static_cast<std::size_t>(power)]; }

bool is_role(const Resource& object) { return object.type.starts_with(rbac) && object.type.ends_with("Role"); }

bool is_binding(const Resource& object) {
  return object.type.starts_with(rbac) && object.type.ends_with("RoleBinding");
}

void set_power(Resource& object, std::string_view power) {
  for (Entry& entry : object.attributes) {
    if (entry.key != "power") continue;
    entry.value.text = power;
    return;
  }
  object.attributes.push_back({"power", known_string(std::string(power), object.header), object.header});
}

void refine_access(Resource& object, const FactTables& facts) {
  if (is_role(object)) read_rules(object, facts);
  if (is_binding(object)) read_subjects(object, facts);
}

}  // namespace redtag::kubernetes
