#include <array>

#include "base/text.h"
#include "stack/content.h"

namespace redtag {

namespace {

/// A file that a GitLab pipeline includes may have any name: jobs at the top level with a script and a stage.
bool holds_gitlab_jobs(std::string_view text) {
  const bool runs = text.find("\n  script:") != std::string_view::npos;
  const bool job = text.find("\n  stage:") != std::string_view::npos ||
                   text.find("\n  rules:") != std::string_view::npos ||
                   text.find("\n  only:") != std::string_view::npos;
  return runs && job && !has_line(text, "apiVersion:") && !has_line(text, "language:");
}

/// Concourse takes a file of any name and place.
bool holds_concourse_jobs(std::string_view text) {
  return has_line(text, "jobs:") && has_line(text, "resources:") && text.find(" plan:") != std::string_view::npos &&
         !has_line(text, "apiVersion:");
}

}  // namespace

bool is_pipeline(const PlaceView& place, std::string_view text) {
  static constexpr std::array names = std::to_array<std::string_view>(
      {".gitlab-ci.yml", ".gitlab-ci.yaml", ".travis.yml", "bitbucket-pipelines.yml", ".drone.yml", "cloudbuild.yaml",
       "cloudbuild.yml", "buildspec.yml", "buildspec.yaml", "appveyor.yml", ".appveyor.yml"});
  if (place.name == "jenkinsfile" || place.name.starts_with("jenkinsfile.") || place.name.ends_with(".jenkinsfile"))
    return true;
  if (!place.yaml) return false;
  for (const std::string_view name : names) {
    if (place.name == name) return true;
  }
  if (lies_in(place.path, ".github/workflows") || lies_in(place.path, ".gitea/workflows") ||
      lies_in(place.path, ".forgejo/workflows"))
    return true;
  if (place.name == "action.yml" || place.name == "action.yaml") return has_line(text, "runs:");
  if (has_line(text, "presubmits:") || has_line(text, "postsubmits:") || has_line(text, "periodics:")) return true;
  if (holds_concourse_jobs(text)) return true;
  if (lies_in(place.path, ".gitlab") || place.name.ends_with(".gitlab-ci.yml") ||
      place.name.ends_with("gitlab-ci.yaml"))
    return true;
  if (holds_gitlab_jobs(text)) return true;
  if (lies_in(place.path, ".circleci") || lies_in(place.path, ".buildkite")) return true;
  return place.name.starts_with("azure-pipelines") || lies_in(place.path, ".azure-pipelines") ||
         lies_in(place.path, ".azuredevops");
}

}  // namespace redtag
