#include "trait/network.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "trait/selection.h"

namespace redtag {

namespace {

// Registered ports of databases, caches, queues and remote administration.
constexpr std::array sensitive_ports =
    std::to_array<int>({22,   23,   135,  445,  1433, 1521, 2375, 2379, 3306, 3389, 5432,  5439,  5601,
                        5672, 5900, 5984, 6379, 6443, 8086, 9042, 9092, 9200, 9300, 10250, 11211, 27017});

std::optional<int> number_in(const std::vector<Entry>& entries, std::string_view key) {
  for (const Entry& entry : entries) {
    if (entry.key != key || !entry.value.known()) continue;
    int number = 0;
    const std::string& text = entry.value.text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return std::nullopt;
}

bool encloses(const Region& outer, const Region& inner) {
  return outer.valid() && inner.valid() && outer.file == inner.file && outer.side == inner.side &&
         outer.bytes.begin <= inner.bytes.begin && inner.bytes.end <= outer.bytes.end;
}

/// The attributes that stand beside the one at `place`: those of its block, or of the resource.
const std::vector<Entry>& siblings(const Resource& resource, const Region& place) {
  for (const Entry& entry : resource.attributes) {
    if (entry.value.shape == Shape::Block && encloses(entry.region, place)) return entry.value.entries;
  }
  return resource.attributes;
}

/// The attribute at `through` names peers or what a document speaks of, and not what the resource is attached to.
bool names_the_other_end(const Resource& resource, std::string_view through, const FactTables& facts) {
  const std::string_view top = through.substr(0, through.find_first_of(".["));
  for (const Entry& entry : resource.attributes) {
    if (entry.key == top && entry.value.shape == Shape::Permissions) return true;
  }
  const std::vector<FactRowView> rows = facts.rows(stack_name(resource.stack), resource.type, "addresses");
  return std::any_of(rows.begin(), rows.end(), [&](const FactRowView& row) { return row.path == top; });
}

}  // namespace

TraitResult opens_sensitive_port(const DeltaView& view, const Subject& subject) {
  const Resource* resource = resource_of(view, subject, Side::After);
  if (resource == nullptr || subject.kind != SubjectKind::Attribute) return {};
  const std::vector<Entry>& rule = siblings(*resource, region_of(view, subject, Side::After));
  std::optional<int> from = number_in(rule, "from_port"), to = number_in(rule, "to_port");
  if (!from) {
    from = number_in(rule, "FromPort");
    to = number_in(rule, "ToPort");
  }
  if (!from) return {};
  const int last = to.value_or(*from);
  const bool every = *from <= 0 && (last <= 0 || last >= 65535);
  const bool covers = std::any_of(sensitive_ports.begin(), sensitive_ports.end(),
                                  [&](int port) { return *from <= port && port <= last; });
  return {every || covers ? Answer::Yes : Answer::No, {}};
}

namespace {

/// The declared thing that an expression (`aws_lb_target_group.blue.arn`, `Blue`) begins with; nullptr for none.
const Resource* named_by(const Model& model, const Resource& from, const Value& value) {
  if (value.presence != Presence::Unknown || value.expression != Expression::Reference) return nullptr;
  const std::string prefix = from.scope.empty() ? std::string() : from.scope + ":";
  const std::string_view text = value.text;
  constexpr std::size_t longest_address = 12;  // steps: three modules around it, and a data source
  std::size_t end = 0;
  for (std::size_t step = 0; step < longest_address && end != std::string_view::npos; ++step) {
    end = text.find_first_of(".[", step == 0 ? 0 : end + 1);
    const std::string address = prefix + std::string(text.substr(0, end));
    for (const Resource& other : model.resources) {
      const bool thing = other.declares == Declares::Resource || other.declares == Declares::Data;
      if (thing && other.stack == from.stack && other.address == address) return &other;
    }
  }
  return nullptr;
}

/// Of two references to things that nothing at hand declares: whether they name two of one kind (`aws_lb_target_group.blue.arn` and
/// `….green.arn`).
bool names_another(const Value& before, const Value& after) {
  const auto is_reference = [](const Value& value) {
    return value.presence == Presence::Unknown && value.expression == Expression::Reference;
  };
  if (!is_reference(before) || !is_reference(after)) return false;
  const auto name_of = [](std::string_view text) {
    const std::size_t type = text.find('.');
    if (type == std::string_view::npos || text.substr(0, type).find('_') == std::string_view::npos)
      return std::pair(text, std::string_view());
    const std::size_t end = text.find_first_of(".[", type + 1);
    return std::pair(text.substr(0, type),
                     end == std::string_view::npos ? text.substr(type + 1) : text.substr(type + 1, end - type - 1));
  };
  const auto was = name_of(before.text), is = name_of(after.text);
  return was.first == is.first && !was.second.empty() && !is.second.empty() && was.second != is.second;
}

}  // namespace

TraitResult is_repointed(const DeltaView& view, const Subject& subject) {
  if (subject.kind != SubjectKind::Attribute) return {};
  const Resource* was = resource_of(view, subject, Side::Before);
  const Resource* is = resource_of(view, subject, Side::After);
  if (was == nullptr || is == nullptr) return {};
  const AttributeChange& attribute = view.delta.resources[subject.change].attributes[subject.attribute];
  const Resource* old_target = named_by(view.sides.before, *was, attribute.before);
  const Resource* new_target = named_by(view.sides.after, *is, attribute.after);
  if (old_target == nullptr && new_target == nullptr && names_another(attribute.before, attribute.after))
    return {Answer::Yes, {}};
  if (old_target == nullptr || new_target == nullptr || old_target->type != new_target->type ||
      old_target->name == new_target->name)
    return {};
  for (const ResourceChange& change : view.delta.resources) {
    const bool same = change.before.valid() && change.after.valid() &&
                      &view.sides.before.resources[change.before.value] == old_target &&
                      &view.sides.after.resources[change.after.value] == new_target;
    if (same) return {};
  }
  return {Answer::Yes, {{new_target->header, "what it names now"}}};
}

TraitResult steers_existing(const DeltaView& view, const Subject& subject) {
  const Resource* resource = resource_of(view, subject, Side::After);
  if (resource == nullptr) return {};
  if (resource->stack == Stack::Kubernetes && resource->type == "Service") return selects_existing(view, *resource);
  const std::string prefix = resource->scope.empty() ? std::string() : resource->scope + ":";
  for (const Reference& reference : resource->references) {
    if (names_the_other_end(*resource, reference.through, view.facts)) continue;
    const std::string address = prefix + reference.target;
    for (const Resource& other : view.sides.before.resources) {
      const bool thing = other.declares == Declares::Resource || other.declares == Declares::Module;
      const bool named = other.address == address || address.starts_with(other.address + ".");  // an output of a module
      if (thing && other.stack == resource->stack && named) {
        return {Answer::Yes, {{reference.region, reference.target + " stood before this change"}}};
      }
    }
  }
  return {};
}

namespace {

/// `aws_acm_certificate.site.domain_validation_options` somewhere in an expression: what an authority asks for, by the facts of its type.
bool asks_for_proof(std::string_view text, Stack stack, const FactTables& facts) {
  constexpr std::string_view of_paths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.[]*";
  for (std::size_t at = text.find_first_of(of_paths); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_not_of(of_paths, at), text.size());
    const std::string_view path = text.substr(at, end - at);
    const std::string_view type = path.substr(0, path.find('.'));
    if (type.size() < path.size()) {
      for (const FactRowView& row : facts.rows(stack_name(stack), type, "challenge")) {
        if (path.find("." + std::string(row.path)) != std::string_view::npos) return true;
      }
    }
    at = text.find_first_of(of_paths, end);
  }
  return false;
}

bool asks_for_proof(const Value& value, const Resource& resource, const FactTables& facts, unsigned levels = 8) {
  if (levels == 0) return false;
  if (value.presence == Presence::Unknown) return asks_for_proof(value.text, resource.stack, facts);
  return std::any_of(value.items.begin(), value.items.end(),
                     [&](const Value& item) { return asks_for_proof(item, resource, facts, levels - 1); });
}

bool is_of_each(const Value& value) {
  if (value.presence == Presence::Unknown) return value.text.find("each.") != std::string::npos;
  return value.known() && !value.items.empty() && std::all_of(value.items.begin(), value.items.end(), is_of_each);
}

/// What a record of any provider answers with.
constexpr std::array answers =
    std::to_array<std::string_view>({"alias", "content", "record", "records", "rrdatas", "target", "value", "values"});

bool answers_challenge(const Resource& record, const FactTables& facts) {
  const auto table = std::find_if(record.attributes.begin(), record.attributes.end(),
                                  [](const Entry& entry) { return entry.key == "for_each"; });
  const bool each = table != record.attributes.end() && asks_for_proof(table->value, record, facts);
  bool answered = false;
  for (const Entry& entry : record.attributes) {
    if (std::find(answers.begin(), answers.end(), entry.key) == answers.end()) continue;
    if (!asks_for_proof(entry.value, record, facts) && !(each && is_of_each(entry.value))) return false;
    answered = true;
  }
  return answered;
}

}  // namespace

TraitResult answers_challenge(const DeltaView& view, const Subject& subject) {
  bool any = false;
  for (const Side side : {Side::Before, Side::After}) {
    const Resource* record = resource_of(view, subject, side);
    if (record == nullptr) continue;
    if (!answers_challenge(*record, view.facts)) return {};
    any = true;
  }
  return {any ? Answer::Yes : Answer::No, {}};
}

}  // namespace redtag
