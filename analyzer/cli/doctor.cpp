// redtag doctor: how this repository's gate could be skipped today.
#include "doctor/doctor.h"

#include <fmt/format.h>

#include "base/text.h"
#include "change/git/own_refs.h"
#include "clearance/store.h"
#include "cli/clear_commands.h"
#include "cli/source.h"

namespace redtag::cli {

namespace {

/// What the copy at hand lacks.
void examine_copy(const OwnRefs& refs, Repository& repository, SourceTree& tree, std::vector<WayPast>& ways) {
  if (refs.shallow()) {
    ways.push_back(
        {"", 0, "this clone is shallow: a check that needs its history ends with status 2", "git fetch --unshallow"});
  }
  const bool signers = tree.read(".redtag/people.yaml").has_value();
  if (signers && !read_store(repository, StorePart::BreakGlass).present) {
    ways.push_back({"", 0, "no clearances are here: whatever was cleared is held", std::string(fetch_command)});
  }
}

std::string print(const std::vector<WayPast>& ways) {
  std::string text;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const WayPast& way = ways[i];
    std::string where = way.file.empty() ? "the repository" : printable(way.file);
    if (way.line > 0) where += fmt::format(":{}", way.line);
    text += fmt::format("{:>2}  {}: {}\n    mend it: {}\n", i + 1, where, printable(way.says), printable(way.mend));
  }
  text += ways.empty() ? "No way past the gate shows in the files.\n"
                       : fmt::format("{} way{} past the gate show{} in the files.\n", ways.size(),
                                     ways.size() == 1 ? "" : "s", ways.size() == 1 ? "s" : "");
  text += "\nOnly the host can answer:\n";
  for (const std::string& question : questions_for_the_host()) text += "  - " + question + "\n";
  return text;
}

Expected<int> look(const DoctorOptions& options) {
  RT_TRY(const auto repository, Repository::open(options.repository.empty() ? "." : options.repository));
  RT_TRY(const auto tree, repository->tree("HEAD"));
  std::vector<WayPast> ways = examine(*tree);
  RT_TRY(const OwnRefs refs, OwnRefs::open(options.repository.empty() ? "." : options.repository));
  examine_copy(refs, *repository, *tree, ways);
  RT_TRY(print_out(print(ways)));
  return ways.empty() ? 0 : 1;
}

}  // namespace

int doctor(const DoctorOptions& options) {
  const Expected<int> status = look(options);
  return status ? *status : complain(status.error());
}

}  // namespace redtag::cli
