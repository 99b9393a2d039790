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

}  // namespace

bool is_ansible(const PlaceView& place, std::string_view text) {
  if (!place.yaml || has_line(text, "apiVersion:")) return false;
  const bool variables = lies_in(place.path, "group_vars") || lies_in(place.path, "host_vars");
  const bool of_role = lies_in(place.path, "roles") && (lies_in(place.path, "defaults") || lies_in(place.path, "vars"));
  if (variables || of_role) return true;
  if (!first_line(text).starts_with("-")) return false;
  const bool play = text.find("\n  hosts:") != std::string_view::npos || has_line(text, "- hosts:") ||
                    has_line(text, "- import_playbook:") || has_line(text, "- ansible.builtin.import_playbook:");
  if (play) return true;
  const bool among_tasks = lies_in(place.path, "tasks") || lies_in(place.path, "handlers");
  return among_tasks || (has_line(text, "- name:") && lies_in(place.path, "playbooks"));
}

}  // namespace redtag
