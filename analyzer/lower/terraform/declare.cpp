#include "lower/terraform/declare.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "lower/around.h"
#include "lower/terraform/lock_file.h"
#include "lower/terraform/references.h"
#include "lower/terraform/render.h"
#include "lower/terraform/type_defaults.h"

namespace redtag::terraform {

namespace {

/// A block that declares one thing under its labels.
struct Keyword {
  std::string_view word;
  unsigned labels;
  Declares declares;
  std::string_view address;  ///< what stands before the labels in an address
};

constexpr std::array keywords = std::to_array<Keyword>({
    {"resource", 2, Declares::Resource, ""},
    {"data", 2, Declares::Data, "data"},
    {"ephemeral", 2, Declares::Data, "ephemeral"},
    {"module", 1, Declares::Module, "module"},
    {"variable", 1, Declares::Setting, "var"},
    {"output", 1, Declares::Setting, "output"},
    {"check", 1, Declares::Setting, "check"},
});

Entry* find(std::vector<Entry>& entries, std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

void name_entry(std::vector<Entry>& entries, std::string_view key) {
  if (Entry* entry = find(entries, key); entry != nullptr) name_instead(entry->value);
}

/// Meta-arguments take names, not values. Those of other entities are references all the same, and are collected first.
void name_meta_arguments(std::vector<Entry>& entries) {
  for (const std::string_view key : {"depends_on", "provider", "providers"}) name_entry(entries, key);
  Entry* lifecycle = find(entries, "lifecycle");
  if (lifecycle != nullptr) name_entry(lifecycle->value.entries, "replace_triggered_by");
}

void name_ignored_attributes(std::vector<Entry>& entries) {
  Entry* lifecycle = find(entries, "lifecycle");
  if (lifecycle != nullptr) name_entry(lifecycle->value.entries, "ignore_changes");
}

void add_old_dependencies(Resource& resource) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [](const Entry& entry) { return entry.key == "depends_on"; });
  if (found == resource.attributes.end()) return;
  for (const Value& item : found->value.items) {  // before 0.12 they were strings
    if (!item.known() || item.shape != Shape::Scalar) continue;
    std::string target = referred_entity(item.text);
    if (!target.empty()) resource.references.push_back({std::move(target), "depends_on", item.region});
  }
}

std::string joined(const std::vector<Value>& labels, std::string_view first) {
  std::string out(first);
  for (const Value& label : labels) out += (out.empty() ? "" : ".") + label.text;
  return out;
}

Resource start(const Block& block, Declares declares) {
  Resource resource;
  resource.stack = Stack::Terraform;
  resource.declares = declares;
  resource.type = block.keyword;
  resource.region = block.region;
  resource.header = block.header;
  return resource;
}

/// Where an entry's key stands: what to mark when all of it goes.
Region key_region(const Entry& entry) {
  Region region = entry.region;
  region.bytes.end =
      std::min<std::uint32_t>(region.bytes.end, region.bytes.begin + static_cast<std::uint32_t>(entry.key.size()));
  return region;
}

/// The settings of a back end, which are a block where one is declared, are an object where one is read (`config = { … }`).
void open_settings(std::vector<Entry>& entries) {
  Entry* config = find(entries, "config");
  if (config == nullptr || !config->value.known() || config->value.shape != Shape::Map) return;
  config->value.shape = Shape::Block;
  Entry* workspaces = find(config->value.entries, "workspaces");
  if (workspaces != nullptr && workspaces->value.known() && workspaces->value.shape == Shape::Map)
    workspaces->value.shape = Shape::Block;
}

/// `hashicorp/aws` of `registry.terraform.io/hashicorp/aws`: what is asked where nothing is said.
void drop_usual_registry(Value& source) {
  for (const std::string_view registry : {"registry.terraform.io/", "registry.opentofu.org/"}) {
    if (source.known() && source.text.starts_with(registry)) source.text.erase(0, registry.size());
  }
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_variable_file(std::string_view path) { return path.ends_with(".tfvars") || path.ends_with(".tfvars.json"); }

/// The operations of an embedded script belong to the resource that holds it.
void adopt(Model& inner, const std::string& owner, const PlacedScript& script, std::string_view path) {
  const bool provisioner = script.place.ends_with("-exec");
  for (Procedure& procedure : inner.procedures) {
    std::string_view rest = procedure.address;
    if (rest.starts_with(path)) rest.remove_prefix(path.size());
    procedure.address = owner + "/" + script.place + std::string(rest);
    if (procedure.trigger == Trigger::Unknown) procedure.trigger = provisioner ? Trigger::Deploy : Trigger::Boot;
    if (script.on_destroy) procedure.direction = Direction::CleanUp;
  }
  for (Safeguard& safeguard : inner.safeguards) {
    if (safeguard.protects.starts_with(path)) {
      safeguard.protects = owner + "/" + script.place + safeguard.protects.substr(path.size());
    }
  }
}

}  // namespace

void note_lifecycle(const Resource& resource, Model& model) {
  for (const Entry& entry : resource.attributes) {
    if (entry.key != "lifecycle") continue;
    for (const Entry& inner : entry.value.entries) {
      const bool set = inner.key == "prevent_destroy" && inner.value.known() && inner.value.text == "true";
      if (!set) continue;
      Safeguard safeguard;
      safeguard.stack = Stack::Terraform;
      safeguard.kind = SafeguardKind::PreventDestroy;
      safeguard.protects = resource.address;
      safeguard.text = "prevent_destroy = true";
      safeguard.region = inner.region;
      safeguard.subject = resource.subject;
      model.safeguards.push_back(std::move(safeguard));
    }
  }
}

bool Declarer::has_room() const {
  return model_.resources.size() + model_.operations.size() < limits::entities_per_file;
}

Resource& Declarer::add(Resource resource) {
  add_old_dependencies(resource);
  name_ignored_attributes(resource.attributes);
  std::vector<Reference> found = references_in(resource.attributes);
  for (Reference& reference : found) {
    const bool provider = reference.through == "provider" || reference.through.starts_with("providers.");
    if (provider) reference.target.insert(0, "provider.");
  }
  resource.references.insert(resource.references.end(), std::make_move_iterator(found.begin()),
                             std::make_move_iterator(found.end()));
  name_meta_arguments(resource.attributes);
  model_.resources.push_back(std::move(resource));
  note_lifecycle(model_.resources.back(), model_);
  return model_.resources.back();
}

void Declarer::embed_scripts(const std::vector<PlacedScript>& scripts, const std::string& owner) {
  std::string last;
  unsigned ordinal = 0;
  for (const PlacedScript& placed : scripts) {
    const Certainty certainty = placed.place.ends_with("-exec") ? Certainty::Exact : Certainty::Likely;
    const FlatText& flat = placed.script.text;
    if (placed.script.configuration) {
      append(model_, embed(Stack::Terraform, file_, flat.text, placed.script.bytes, flat.map, certainty, view_));
      continue;
    }
    Model inner = embed(Stack::Shell, file_, flat.text, placed.script.bytes, flat.map, certainty, view_);
    Around around(view_.facts);
    for (const auto& [name, value] : placed.around) {
      if (name.starts_with('$'))
        around.set(std::string_view(name).substr(1), value);
      else
        around.say(name, value);
    }
    around.bind(inner.operations, flat.text);
    PlacedScript named = {{}, placed.place, placed.on_destroy, {}};
    ordinal = placed.place == last ? ordinal + 1 : 1;
    last = placed.place;
    std::string place_of = owner;
    if (ordinal > 1) place_of += "/" + std::to_string(ordinal);
    adopt(inner, place_of, named, file_.path);
    append(model_, std::move(inner));
  }
}

void Declarer::declare(Block block) {
  const std::string owner = joined(block.labels, block.keyword == "resource" ? "" : block.keyword);
  const std::vector<PlacedScript> scripts = std::move(block.scripts);
  if (block.keyword == "locals")
    declare_locals(std::move(block));
  else if (block.keyword == "terraform")
    declare_settings(std::move(block));
  else if (block.keyword == "provider")
    declare_provider(std::move(block));
  else if (block.keyword == "moved" || block.keyword == "removed" || block.keyword == "import")
    declare_move(std::move(block));
  else
    declare_named(std::move(block));
  embed_scripts(scripts, owner);
}

void Declarer::declare_named(Block block) {
  const auto* const known = std::find_if(keywords.begin(), keywords.end(), [&](const Keyword& keyword) {
    return keyword.word == block.keyword && keyword.labels == block.labels.size();
  });
  Resource resource = start(block, known == keywords.end() ? Declares::Setting : known->declares);
  if (known == keywords.end()) {
    resource.name = joined(block.labels, "");
    resource.address = joined(block.labels, block.keyword);
    if (block.keyword == "remote_state") resource.declares = Declares::Backend;
  } else {
    resource.name = block.labels.back().text;
    if (known->labels == 2) resource.type = block.labels.front().text;
    resource.address = joined(block.labels, known->address);
  }
  if (resource.type == "remote_state" || resource.type == "terraform_remote_state") open_settings(block.entries);
  if (block.keyword == "variable") {
    const Entry* type = find(block.entries, "type");
    std::optional<Entry> defaults;
    if (type != nullptr && has_defaults(type->value)) defaults = Entry{"type_defaults", type->value, type->region};
    name_entry(block.entries, "type");
    if (defaults) block.entries.push_back(std::move(*defaults));
  }
  resource.attributes = std::move(block.entries);
  add(std::move(resource));
}

void Declarer::declare_locals(Block block) {
  for (Entry& entry : block.entries) {
    if (!has_room()) return;
    Resource resource = start(block, Declares::Setting);
    resource.type = "local";
    resource.name = entry.key;
    resource.address = "local." + entry.key;
    resource.region = entry.region;
    resource.header = key_region(entry);
    const Region region = entry.region;
    resource.attributes.push_back({"value", std::move(entry.value), region});
    add(std::move(resource));
  }
}

void Declarer::declare(Entry attribute) {
  Block line;
  line.keyword = is_variable_file(file_.path) ? "tfvar" : "attribute";
  line.region = attribute.region;
  line.header = key_region(attribute);
  Resource resource = start(line, Declares::Setting);
  resource.name = attribute.key;
  resource.address = line.keyword + "." + attribute.key + "@" + std::string(file_name(file_.path));
  const Region region = attribute.region;
  resource.attributes.push_back({"value", std::move(attribute.value), region});
  add(std::move(resource));
}

void Declarer::declare_settings(Block block) {
  std::vector<Entry> rest;
  for (Entry& entry : block.entries) {
    const bool nested = entry.value.shape == Shape::Block;
    Resource resource = start(block, Declares::Backend);
    resource.region = entry.region;
    resource.header = key_region(entry);
    if (nested && (entry.key == "backend" || entry.key == "cloud")) {
      const Value* label = find_entry(entry.value, "label");
      resource.type = entry.key;
      resource.name = label == nullptr ? entry.key : label->text;
      if (label != nullptr) resource.header.bytes.end = label->region.bytes.end;
      resource.address = "terraform.backend";
      resource.attributes = std::move(entry.value.entries);
      if (label == nullptr)
        resource.attributes.insert(resource.attributes.begin(),
                                   {"label", known_string("cloud", resource.header), resource.header});
      add(std::move(resource));
    } else if (nested && entry.key == "required_providers") {
      for (Entry& provider : entry.value.entries) {
        Resource required = start(block, Declares::Provider);
        required.type = "required_provider";
        required.name = provider.key;
        required.address = "terraform.required_providers." + provider.key;
        required.region = provider.region;
        required.header = key_region(provider);
        const Region region = provider.region;
        if (provider.value.shape == Shape::Map) {
          Entry* aliases = find(provider.value.entries, "configuration_aliases");
          if (aliases != nullptr) name_instead(aliases->value);
          if (Entry* source = find(provider.value.entries, "source"); source != nullptr)
            drop_usual_registry(source->value);
          required.attributes = std::move(provider.value.entries);
        } else {
          required.attributes.push_back({"version", std::move(provider.value), region});
        }
        add(std::move(required));
      }
    } else {
      rest.push_back(std::move(entry));
    }
  }
  if (rest.empty()) return;
  Resource resource = start(block, Declares::Provider);
  resource.address = "terraform";
  resource.attributes = std::move(rest);
  add(std::move(resource));
}

void Declarer::declare_provider(Block block) {
  Resource resource = start(block, Declares::Provider);
  resource.name = joined(block.labels, "");
  if (is_lock_file(file_.path)) {  // which version was picked; the digests only repeat it
    resource.type = "provider_lock";
    resource.address = "lock." + resource.name;
    std::erase_if(block.entries, [](const Entry& entry) { return entry.key == "hashes"; });
    resource.attributes = std::move(block.entries);
    resource.attributes.push_back({"by_tool", known_bool(true), resource.header});
    add(std::move(resource));
    return;
  }
  const Entry* alias = find(block.entries, "alias");
  if (alias != nullptr && alias->value.known()) resource.name += "." + alias->value.text;
  resource.address = "provider." + resource.name;
  resource.attributes = std::move(block.entries);
  add(std::move(resource));
}

void Declarer::declare_move(Block block) {
  const Declares declares = block.keyword == "moved"     ? Declares::Moved
                            : block.keyword == "removed" ? Declares::Removed
                                                         : Declares::Import;
  Resource resource = start(block, declares);
  for (const std::string_view key : {"from", "to", "provider"}) name_entry(block.entries, key);
  const Entry* named = find(block.entries, declares == Declares::Import ? "to" : "from");
  if (named != nullptr) resource.name = named->value.text;
  resource.address = block.keyword + "." + resource.name;
  resource.attributes = std::move(block.entries);
  add(std::move(resource));
}

}  // namespace redtag::terraform
