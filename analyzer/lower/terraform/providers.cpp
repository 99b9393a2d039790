#include "lower/terraform/providers.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "lower/terraform/scope.h"

namespace redtag::terraform {

namespace {

/// Providers of one directory by name (`aws`, `aws.replica`), and what each points at.
using Providers = std::map<std::string, std::string, std::less<>>;

Entry* find(std::vector<Entry>& entries, std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

/// The account in `arn:aws:iam::123456789012:role/deploy`; another role of the same account makes the same things.
std::optional<std::string> account_in(std::string_view arn) {
  const std::vector<std::string_view> parts = split(arn, ':');
  constexpr std::size_t account = 4;
  if (parts.size() <= account || parts[0] != "arn" || parts[account].empty()) return std::nullopt;
  return std::string(parts[account]);
}

void add_account(Resource& provider) {
  Entry* role = find(provider.attributes, "assume_role");
  if (role == nullptr || find(provider.attributes, "account") != nullptr) return;
  const Entry* arn = find(role->value.entries, "role_arn");
  if (arn == nullptr) return;
  const Value& written = arn->value;
  Value account = written;
  const std::optional<std::string> number = written.known() ? account_in(written.text) : std::nullopt;
  if (number) account = known_string(*number, written.region);
  provider.attributes.push_back({"account", std::move(account), arn->region});
}

std::string described(const Value& value) {
  if (value.sensitive) return "(not shown)";
  return value.known() || value.presence == Presence::Unknown ? value.text : std::string();
}

/// `aws in account 123456789012, region eu-west-1`; the bare name where nothing says more.
std::string target_of(const Resource& provider, const std::vector<FactRowView>& rows) {
  std::string out;
  for (const FactRowView& row : rows) {
    const std::vector<std::string_view> steps = split(row.path, '.');
    const auto top = std::find_if(provider.attributes.begin(), provider.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == steps[0]; });
    if (top == provider.attributes.end()) continue;
    const Value* value = &top->value;
    for (std::size_t i = 1; i < steps.size() && value != nullptr; ++i) value = find_entry(*value, steps[i]);
    const std::string text = value == nullptr ? std::string() : described(*value);
    if (!text.empty()) out += (out.empty() ? " in " : ", ") + std::string(row.path) + " " + text;
  }
  return std::string(std::string_view(provider.name).substr(0, provider.name.find('.'))) + out;
}

/// A name that this directory does not configure comes in from whoever calls it.
void describe(Value& name, const Providers& known) {
  if (!name.known() || name.shape != Shape::Scalar) return;
  const auto found = known.find(name.text);
  if (found != known.end()) {
    name.text = found->second;
  } else if (name.text.find('.') != std::string::npos) {
    Value unknown = unknown_value(name.text, "the module's caller says which provider that is");
    unknown.region = name.region;
    name = std::move(unknown);
  }
}

bool is_default(const Value& name, std::string_view provider, const Providers& known) {
  const auto usual = known.find(provider);
  return name.known() && name.text == (usual == known.end() ? provider : std::string_view(usual->second));
}

void rewrite(Resource& resource, const Providers& known) {
  if (Entry* provider = find(resource.attributes, "provider"); provider != nullptr) {
    const std::string family = provider->value.text.substr(0, provider->value.text.find('.'));
    describe(provider->value, known);
    if (is_default(provider->value, family, known))
      std::erase_if(resource.attributes, [](const Entry& entry) { return entry.key == "provider"; });
  }
  if (resource.declares != Declares::Module) return;
  Entry* providers = find(resource.attributes, "providers");
  if (providers == nullptr || !providers->value.known()) return;
  for (Entry& entry : providers->value.entries) describe(entry.value, known);
  std::erase_if(providers->value.entries,
                [&](const Entry& entry) { return is_default(entry.value, entry.key, known); });
  // That a module is given another provider than the one that stands there for everybody is said, so that it differs from a usual one which
  // only gets a name.
  for (Entry& entry : providers->value.entries) {
    if (entry.value.known() && known.contains(entry.key)) entry.value.text += ", not the usual one";
  }
  providers->value.shape = Shape::Block;  // each provider is a change of its own
  if (providers->value.entries.empty())
    std::erase_if(resource.attributes, [](const Entry& entry) { return entry.key == "providers"; });
}

}  // namespace

void name_providers(std::span<LoweredFile> files, const FactTables& facts) {
  const std::vector<FactRowView> rows = facts.rows(stack_name(Stack::Terraform), "provider", "replaces");
  std::map<std::string, Providers, std::less<>> directories;
  for (LoweredFile& file : files) {
    for (Resource& resource : file.model.resources) {
      if (resource.declares != Declares::Provider || resource.type != "provider") continue;
      add_account(resource);
      directories[std::string(directory_of(file.path))][resource.name] = target_of(resource, rows);
    }
  }
  static const Providers none;
  for (LoweredFile& file : files) {
    const auto found = directories.find(directory_of(file.path));
    const Providers& known = found == directories.end() ? none : found->second;
    for (Resource& resource : file.model.resources) rewrite(resource, known);
  }
}

}  // namespace redtag::terraform
