#include "change/git/own_refs.h"

#include <cstdlib>

#include "base/text.h"

namespace redtag {
namespace {

constexpr std::size_t output_limit = std::size_t{1} << 20;

void read_environment(const char* name, std::string& into) {
  const char* value = std::getenv(name);
  if (value != nullptr && *value != '\0') into = value;
}

}  // namespace

Expected<OwnRefs> OwnRefs::open(const std::string& directory) {
  RT_TRY(const RepositoryPlaces places, find_repository(directory));
  Surroundings surroundings;
  read_environment("PATH", surroundings.search_path);
  read_environment("TMPDIR", surroundings.temporary);
  read_environment("GIT_QUARANTINE_PATH", surroundings.quarantine);
  RT_TRY(SealedDirectory sealed, SealedDirectory::create(places, surroundings));
  return OwnRefs(std::move(sealed));
}

Expected<std::string> OwnRefs::full_name(std::string_view revision) const {
  const Command command = sealed_.git(
      {"rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", std::string(revision)});
  RT_TRY(const ProcessResult result, run_process(command, "", output_limit));
  const std::vector<std::string_view> lines = split(trim(result.output), '\n');
  const std::string name(result.status == 0 ? lines.back() : std::string_view());
  return name.starts_with("refs/") ? name : std::string();
}

}  // namespace redtag
