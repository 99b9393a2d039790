#include <array>

#include "base/text.h"
#include "stack/content.h"

namespace redtag {

namespace {

/// The first line that says something: neither comment nor marker.
std::string_view first_line(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string_view written = trim(line);
    if (!written.empty() && written[0] != '#' && !written.starts_with("---") && written[0] != '%') return line;
    at = end + 1;
  }
  return {};
}

bool lies_among_inventories(const PlaceView& place) {
  return place.name.find("inventory") != std::string::npos || lies_in(place.path, "inventory") ||
         lies_in(place.path, "inventories");
}

/// `inventory/hosts.yml`: groups that hold hosts, and no list.
bool is_yaml_inventory(const PlaceView& place, std::string_view text) {
  const bool named = lies_among_inventories(place) || place.name == "hosts.yml" || place.name == "hosts.yaml";
  const bool holds =
      text.find(" hosts:\n") != std::string_view::npos || text.find(" children:\n") != std::string_view::npos;
  return named && holds && first_line(text).ends_with(":");
}

/// `inventory/production`, `hosts.ini`: sections of hosts in square brackets, which a file of host names has not.
bool is_inventory(const PlaceView& place, std::string_view text) {
  const bool plain =
      place.name.find('.') == std::string::npos || place.name.ends_with(".ini") || place.name.ends_with(".cfg");
  const bool named = lies_among_inventories(place) || place.name == "hosts" || place.name == "hosts.ini";
  if (!plain || !named || place.name == "ansible.cfg") return false;
  return text.find(":children]") != std::string_view::npos || text.find(":vars]") != std::string_view::npos ||
         text.find("ansible_") != std::string_view::npos || first_line(text).starts_with("[");
}

}  // namespace

bool is_ansible(const PlaceView& place, std::string_view text) {
  if (is_inventory(place, text)) return true;
  if (!place.yaml || has_line(text, "apiVersion:")) return false;
  const bool variables = lies_in(place.path, "group_vars") || lies_in(place.path, "host_vars");
  const bool of_role = lies_in(place.path, "roles") && (lies_in(place.path, "defaults") || lies_in(place.path, "vars"));
  const bool named = place.name.find("ansible") != std::string::npos && place.name.find("vars") != std::string::npos;
  if (variables || of_role || named || is_yaml_inventory(place, text)) return true;
  if (!first_line(text).starts_with("-")) return false;
  const bool play = text.find("\n  hosts:") != std::string_view::npos || has_line(text, "- hosts:") ||
                    has_line(text, "- import_playbook:") || has_line(text, "- ansible.builtin.import_playbook:");
  if (play) return true;
  const bool among_tasks = lies_in(place.path, "tasks") || lies_in(place.path, "handlers");
  return among_tasks || (has_line(text, "- name:") && lies_in(place.path, "playbooks"));
}

}  // namespace redtag
