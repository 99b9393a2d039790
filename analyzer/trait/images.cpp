#include "trait/images.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"

namespace redtag {

namespace {

constexpr std::size_t longest_text = std::size_t{1} << 16;
constexpr std::size_t most_images = 200;

/// `quay.io/acme/worker:v2.6`; the version is empty where none is said.
struct Pulled {
  std::string_view place;  ///< `quay.io/acme`
  std::string_view name;
  std::string_view version;
};

/// An image with its registry: what stands in front of the first stroke is a host.
std::optional<Pulled> read_image(std::string_view text) {
  constexpr std::string_view of_hosts = "abcdefghijklmnopqrstuvwxyz0123456789.-:";
  const std::size_t first = text.find('/'), last = text.rfind('/');
  if (first == std::string_view::npos || first == 0 || text.find("//") != std::string_view::npos) return std::nullopt;
  const std::string_view host = text.substr(0, first);
  if (host.find_first_of(".:") == std::string_view::npos ||
      host.find_first_not_of(of_hosts) != std::string_view::npos || host.starts_with('.') || host.front() == ':')
    return std::nullopt;
  std::string_view name = text.substr(last + 1);
  const std::size_t version = std::min(name.find_first_of(":@"), name.size());
  Pulled image{text.substr(0, last), name.substr(0, version), {}};
  if (version < name.size()) image.version = name.substr(version + 1);
  return image.name.empty() ? std::nullopt : std::optional(image);
}

/// All images that a text names: a reference by itself, a document of a container, a script that a machine starts with.
std::vector<Pulled> images_in(std::string_view text) {
  constexpr std::string_view of_images = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@";
  std::vector<Pulled> images;
  text = text.substr(0, longest_text);
  std::size_t at = text.find_first_of(of_images);
  while (at != std::string_view::npos && images.size() < most_images) {
    const std::size_t end = std::min(text.find_first_not_of(of_images, at), text.size());
    if (const std::optional<Pulled> image = read_image(text.substr(at, end - at))) images.push_back(*image);
    at = text.find_first_of(of_images, end);
  }
  return images;
}

/// The texts of a value, through maps and lists.
void add_images(const Value& value, std::vector<Pulled>& images, unsigned levels = 8) {
  if (levels == 0 || value.presence == Presence::Unknown || images.size() >= most_images) return;
  for (const Pulled& image : images_in(value.text)) images.push_back(image);
  for (const Value& item : value.items) add_images(item, images, levels - 1);
  for (const Entry& entry : value.entries) add_images(entry.value, images, levels - 1);
}

bool is_of_version(std::string_view path) {
  const std::string last = lower_ascii(path.substr(path.rfind('.') + 1));
  return last.find("tag") != std::string::npos || last.find("version") != std::string::npos;
}

/// The version stands in a setting of its own, which changes as well.
bool version_changes(const ResourceChange& change) {
  return std::any_of(change.attributes.begin(), change.attributes.end(), [](const AttributeChange& attribute) {
    return is_of_version(attribute.path) && attribute.path.find("tags") == std::string::npos &&
           attribute.before.known() && attribute.after.known();
  });
}

}  // namespace

TraitResult moves_registry(const DeltaView& view, const Subject& subject) {
  if (subject.kind != SubjectKind::Attribute) return {};
  const ResourceChange& change = view.delta.resources[subject.change];
  const AttributeChange& attribute = change.attributes[subject.attribute];
  if (!attribute.before.known() || !attribute.after.known()) return {};
  std::vector<Pulled> before, after;
  add_images(attribute.before, before);
  add_images(attribute.after, after);
  std::map<std::string_view, Pulled> was;
  for (const Pulled& image : before) was.emplace(image.name, image);
  if (was.empty()) return {};
  for (const Pulled& image : after) {
    const auto old = was.find(image.name);
    if (old == was.end() || old->second.place == image.place) continue;
    const bool apart = image.version.empty() && old->second.version.empty();
    const bool both = !image.version.empty() && !old->second.version.empty() && image.version != old->second.version;
    if (both || (apart && version_changes(change)))
      return {Answer::Yes,
              {{attribute.before_region, std::string(old->second.place) + " has the version that ran until now"}}};
  }
  return {};
}

}  // namespace redtag
