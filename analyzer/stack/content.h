// What a file's text and place say of it where its name's ending does not: `.yaml` can be five things, and no ending at all more.
#pragma once

#include <string>
#include <string_view>

namespace redtag {

/// A path in the parts that decide. Views the path.
struct PlaceView {
  std::string_view path;
  std::string name;   ///< last component, lower case, without the ending of a template engine (`.j2`, `.tpl` …)
  bool yaml = false;  ///< `.yml`, `.yaml`
  bool json = false;
};
[[nodiscard]] PlaceView place_of(std::string_view path);

/// True if a directory on the way is called `directory` (`roles`, `.github/workflows`).
[[nodiscard]] bool lies_in(std::string_view path, std::string_view directory);

/// True if a line of `text` starts with `start` at column 0.
[[nodiscard]] bool has_line(std::string_view text, std::string_view start);

/// Settings of a Terraform back end in a file of their own (`backend.hcl`, `backends/prod.hcl`), at the left margin.
[[nodiscard]] bool is_state_settings(const PlaceView& place, std::string_view text);

/// CloudFormation and SAM templates, stack policies.
[[nodiscard]] bool is_cloudformation(const PlaceView& place, std::string_view text);
/// GitHub Actions, GitLab CI and other pipelines, by name and place.
[[nodiscard]] bool is_pipeline(const PlaceView& place, std::string_view text);
/// Dockerfiles by name, Compose files by name and content.
[[nodiscard]] bool is_container(const PlaceView& place, std::string_view text);
/// Playbooks, roles, variables of groups and hosts.
[[nodiscard]] bool is_ansible(const PlaceView& place, std::string_view text);

}  // namespace redtag
