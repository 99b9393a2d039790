#include "lower/terraform/origins.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "lower/terraform/functions.h"

namespace redtag::terraform {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Entry* find(Resource& resource, std::string_view key) {
  const auto found = std::find_if(resource.attributes.begin(), resource.attributes.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == resource.attributes.end() ? nullptr : &*found;
}

std::optional<std::string> text_of(Resource& resource, std::string_view key) {
  const Entry* entry = find(resource, key);
  const bool known = entry != nullptr && entry->value.known() && entry->value.shape == Shape::Scalar;
  return known ? std::optional(entry->value.text) : std::nullopt;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// `v1.2.3`, `1.2`, `release-4.0.1`: the number before the first dot. A number alone is a version only behind a `v`.
std::optional<unsigned> major_of(std::string_view version) {
  const std::size_t at = version.find_first_of("0123456789");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = version.substr(at);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const std::string_view rest = digits.substr(static_cast<std::size_t>(end - digits.data()));
  const bool dotted = rest.size() > 1 && rest[0] == '.' && is_digit(rest[1]);
  const bool named = at > 0 && (version[at - 1] == 'v' || version[at - 1] == 'V');
  if (error != std::errc() || number > 9999 || (!dotted && !(named && rest.empty()))) return std::nullopt;
  return number;
}

bool is_commit(std::string_view ref) {
  const auto hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return ref.size() >= 7 && ref.size() <= 64 && std::all_of(ref.begin(), ref.end(), hex) &&
         std::any_of(ref.begin(), ref.end(), is_digit);
}

/// What a version constraint (`>= 1.2, < 3.0`, `~> 4.0`, `1.2.3`) admits.
struct Constraint {
  std::optional<unsigned> major;  ///< the highest that is admitted; where nothing bounds it, the lowest
  bool bounded = false;
};

std::optional<Constraint> read_constraint(std::string_view text) {
  Constraint constraint;
  std::optional<unsigned> upper, lower;
  for (std::string_view part : split(text, ',')) {
    part = trim(part);
    const std::size_t digit = part.find_first_of("0123456789");
    if (digit == std::string_view::npos) return std::nullopt;
    const std::string_view sign = trim(part.substr(0, digit));
    unsigned major = 0;
    const auto [end, error] = std::from_chars(part.data() + digit, part.data() + part.size(), major);
    if (error != std::errc()) return std::nullopt;
    const std::string_view rest(end, static_cast<std::size_t>(part.data() + part.size() - end));
    const bool zeros = rest.find_first_not_of(".0") == std::string_view::npos;
    if (sign == ">=" || sign == ">") {
      lower = std::max(lower.value_or(0), major);
    } else if (sign == "<") {
      const unsigned last = zeros && major > 0 ? major - 1 : major;
      upper = std::min(upper.value_or(last), last);
    } else if (sign == "<=" || sign == "~>" || sign == "=" || sign.empty() || sign == "v") {
      upper = std::min(upper.value_or(major), major);
    } else if (sign != "!=") {
      return std::nullopt;
    }
  }
  constraint.bounded = upper.has_value();
  constraint.major = upper ? upper : lower;
  return constraint;
}

/// A remote source in parts.
struct Origin {
  std::string place;  ///< host, path and folder, in one spelling
  std::string ref;    ///< branch, tag or commit; empty for none
  bool registry = false;
};

/// `terraform-PROVIDER-NAME` of an owner on the host is what a registry calls `OWNER/NAME/PROVIDER`.
std::string registry_name(std::string_view place) {
  constexpr std::string_view host = "github.com/", prefix = "terraform-";
  std::string_view rest = place;
  if (!take_prefix(rest, host)) return std::string(place);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::string(place);
  const std::string_view owner = rest.substr(0, slash);
  std::string_view name = rest.substr(slash + 1);
  std::string_view folder;
  if (const auto folders = name.find("//"); folders != std::string_view::npos) {
    folder = name.substr(folders);
    name = name.substr(0, folders);
  }
  if (!take_prefix(name, prefix)) return std::string(place);
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos) return std::string(place);
  return std::string(owner) + "/" + std::string(name.substr(dash + 1)) + "/" + std::string(name.substr(0, dash)) +
         std::string(folder);
}

bool is_local(std::string_view source) {
  return source.starts_with("./") || source.starts_with("../") || source.starts_with('/') || source == "." ||
         source == "..";
}

/// `ref=` among the words behind the question mark.
std::string ref_in(std::string_view query) {
  for (std::string_view word : split(query, '&')) {
    if (take_prefix(word, "ref=") || take_prefix(word, "rev=") || take_prefix(word, "versionId="))
      return std::string(word);
  }
  return {};
}

/// `host:owner/name` as git has it, with a slash for the colon.
std::string without_colon(std::string_view text) {
  std::string out(text);
  const std::size_t colon = out.find(':');
  const bool port = colon != std::string::npos && colon + 1 < out.size() && is_digit(out[colon + 1]);
  if (colon != std::string::npos && colon < out.find('/') && !port) out[colon] = '/';
  return out;
}

std::optional<Origin> read_origin(std::string_view source) {
  if (source.empty() || is_local(source)) return std::nullopt;
  Origin origin;
  if (const auto query = source.find('?'); query != std::string_view::npos) {
    origin.ref = ref_in(source.substr(query + 1));
    source = source.substr(0, query);
  }
  bool remote = false;
  for (const std::string_view scheme :
       {"git::", "hg::", "s3::", "gcs::", "tfr://", "https://", "http://", "ssh://", "git@"}) {
    remote = take_prefix(source, scheme) || remote;
  }
  if (const auto user = source.find('@'); user != std::string_view::npos && user < source.find('/'))
    source.remove_prefix(user + 1);
  take_prefix(source, "www.");
  const std::size_t first = source.find('/');
  const bool host = first != std::string_view::npos && source.substr(0, first).find('.') != std::string_view::npos;
  const std::string_view whole = source.substr(0, source.find("//"));
  origin.registry =
      !remote && std::count(whole.begin(), whole.end(), '/') == (host ? 3 : 2) && !source.starts_with("github.com/");
  if (!remote && !host && !origin.registry) return std::nullopt;
  take_prefix(source, "registry.terraform.io/");
  std::string place = without_colon(source);
  if (const auto git = place.find(".git");
      git != std::string::npos && (git + 4 == place.size() || place[git + 4] == '/'))
    place.erase(git, 4);
  while (place.ends_with('/')) place.pop_back();
  origin.place = origin.registry ? place : registry_name(lower_ascii(place));
  if (origin.registry) origin.place = lower_ascii(origin.place);
  return origin;
}

void add(Resource& resource, std::string_view key, Value value, const Region& region) {
  value.region = region;
  resource.attributes.push_back({std::string(key), std::move(value), region});
}

void add_major(Resource& resource, std::optional<unsigned> major, const Region& region) {
  if (major) add(resource, "major", known_number(std::to_string(*major)), region);
}

/// What a module is, wherever its text is kept: `rds` of `terraform-aws-modules/rds/aws`, of `acme/terraform-aws-rds` on a host, of
/// `acme/modules//rds` and of `../modules/rds`. Empty where the place does not say.
std::string kind_of(std::string_view place, bool registry) {
  const std::size_t folders = place.find("//");
  std::string_view whole = place.substr(0, folders);
  std::string_view name = folders == std::string_view::npos ? std::string_view() : place.substr(folders + 2);
  while (name.ends_with('/')) name.remove_suffix(1);
  if (name.empty()) {
    while (whole.ends_with('/')) whole.remove_suffix(1);
    if (registry) whole = whole.substr(0, whole.rfind('/'));  // the provider stands last
    name = whole;
  }
  name = name.substr(name.rfind('/') + 1);
  if (take_prefix(name, "terraform-") && name.find('-') != std::string_view::npos)
    name.remove_prefix(name.find('-') + 1);
  std::string kind = lower_ascii(name);
  std::replace(kind.begin(), kind.end(), '_', '-');
  // `network-v2` is another edition of `network`.
  const std::size_t last = kind.rfind('-');
  const bool edition =
      last != std::string::npos && last + 1 < kind.size() &&
      std::string_view(kind).substr(last + 1).find_first_not_of("v.0123456789") == std::string_view::npos;
  if (edition) kind.resize(last);
  return kind.find_first_not_of('.') == std::string::npos ? std::string() : kind;
}

void add_kind(Resource& resource, std::string_view place, bool registry, const Region& region) {
  if (std::string kind = kind_of(place, registry); !kind.empty())
    add(resource, "kind", known_string(std::move(kind)), region);
}

void note_module(Resource& resource) {
  const std::optional<std::string> source = text_of(resource, "source");
  if (source && is_local(*source)) add_kind(resource, *source, false, find(resource, "source")->region);
  const std::optional<Origin> origin = source ? read_origin(*source) : std::nullopt;
  if (!origin) return;
  const Region place = find(resource, "source")->region;
  find(resource, "source")->value.text = origin->place;
  // A host's `terraform-aws-rds` is written as the registry has it by now.
  const std::string whole = origin->place.substr(0, origin->place.find("//"));
  const bool renamed = std::count(whole.begin(), whole.end(), '/') == 2 &&
                       whole.substr(0, whole.find('/')).find('.') == std::string::npos;
  add_kind(resource, origin->place, origin->registry || renamed, place);
  if (origin->registry) {
    const Entry* version = find(resource, "version");
    const std::optional<std::string> text = text_of(resource, "version");
    const std::optional<Constraint> constraint = text ? read_constraint(*text) : std::nullopt;
    if (version != nullptr && !constraint) return;
    const Region region = version == nullptr ? place : version->region;
    add(resource, "pinned", known_bool(constraint && constraint->bounded), region);
    add_major(resource, constraint ? constraint->major : std::nullopt, region);
    return;
  }
  const std::optional<unsigned> major = major_of(origin->ref);
  if (!origin->ref.empty()) add(resource, "version", known_string(origin->ref), place);
  add(resource, "pinned", known_bool(major || is_commit(origin->ref)), place);
  add_major(resource, major, place);
}

void note_constraint(Resource& resource, std::string_view key) {
  const Entry* version = find(resource, key);
  const std::optional<std::string> text = text_of(resource, key);
  if (version != nullptr && !text) return;
  const std::optional<Constraint> constraint = text ? read_constraint(*text) : std::nullopt;
  if (text && !constraint) return;
  const Region region = version == nullptr ? resource.header : version->region;
  add(resource, "bounded", known_bool(constraint && constraint->bounded), region);
  add_major(resource, constraint ? constraint->major : std::nullopt, region);
}

/// The version that a lock picked, where the configuration leaves the major number open; elsewhere the configuration says it.
void note_picked(Resource& resource) {
  const std::optional<std::string> asked = text_of(resource, "constraints"), picked = text_of(resource, "version");
  const std::optional<Constraint> constraint = asked ? read_constraint(*asked) : std::nullopt;
  const std::optional<Constraint> version = picked ? read_constraint(*picked) : std::nullopt;
  if ((constraint && constraint->bounded) || !version) return;
  add_major(resource, version->major, find(resource, "version")->region);
}

}  // namespace

void note_origin(Resource& resource) {
  if (resource.declares == Declares::Module) return note_module(resource);
  if (resource.declares != Declares::Provider) return;
  if (resource.type == "provider_lock") return note_picked(resource);
  if (resource.type == "required_provider")
    note_constraint(resource, "version");
  else if (resource.type == "terraform" && find(resource, "required_version") != nullptr)
    note_constraint(resource, "required_version");
  else if (resource.type == "provider" && find(resource, "version") != nullptr)
    note_constraint(resource, "version");
}

}  // namespace redtag::terraform
