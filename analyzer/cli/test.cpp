// redtag test: golden cases of checks and of phases.
#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/case_runner.h"
#include "cli/source.h"

namespace redtag::cli {

namespace {

namespace fs = std::filesystem;

/// What the paths name: cases, and folders of checks whose cases must be complete.
struct Work {
  std::vector<std::string> cases;
  std::set<std::string> folders;  ///< with a check.yaml
};

Expected<void> add_path(const std::string& path, Work& work) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (!fs::exists(path, error)) return fail(ErrorCode::Missing, fmt::format("there is no {}", printable(path)));
    work.cases.push_back(path);
    return {};
  }
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename() == "check.yaml") work.folders.insert(at->path().parent_path().string());
    if (at->path().extension() == ".diff" && at->is_regular_file(error)) work.cases.push_back(at->path().string());
  }
  if (error) return fail(ErrorCode::Disk, fmt::format("cannot read {}: {}", printable(path), error.message()));
  return {};
}

class Command {
 public:
  explicit Command(const TestOptions& options) : options_(options), runner_(options.packs) {}

  Expected<int> run() {
    Work work;
    for (const std::string& path : options_.paths) RT_TRY(add_path(path, work));
    std::sort(work.cases.begin(), work.cases.end());
    for (const std::string& path : work.cases) RT_TRY(run_case(path));
    for (const std::string& folder : work.folders) RT_TRY(check_folder(folder));
    if (work.cases.empty() && work.folders.empty())
      return fail(ErrorCode::Missing, "no case (*.diff) and no check.yaml in what was named");
    out_ += fmt::format("{} passed, {} failed", passed_, failed_);
    if (options_.update) out_ += fmt::format(", {} rewritten", rewritten_);
    RT_TRY(print_out(out_ + "\n"));
    return failed_ > 0 ? 1 : 0;
  }

 private:
  void report(const std::string& path, const std::vector<std::string>& problems) {
    if (problems.empty()) {
      ++passed_;
      return;
    }
    ++failed_;
    out_ += fmt::format("FAILED {}\n", printable(path));
    for (const std::string& problem : problems) out_ += fmt::format("  {}\n", printable(problem));
  }

  Expected<void> run_case(const std::string& path) {
    RT_TRY(const std::string text, read_file(path));
    // A pack that cannot be read is everybody's trouble; a case that cannot be, its own.
    const std::optional<CheckFolder> folder = folder_of(path);
    RT_TRY(runner_.checks_of(folder ? folder->pack : std::string()));
    const Expected<void> ran = run_readable(text, path);
    if (!ran) report(path, {ran.error().message});
    return {};
  }

  Expected<void> run_readable(const std::string& text, const std::string& path) {
    RT_TRY(GoldenCase golden, read_case(text, path));
    RT_TRY(CaseOutcome outcome, runner_.run(golden));
    if (options_.update && outcome.actual != golden.expected) {
      RT_TRY(write_file(path, with_expectations(golden, outcome.actual)));
      ++rewritten_;
      // Run again, so that what is left is what no rewriting mends: a promise that does not hold.
      golden.expected = outcome.actual;
      RT_TRY(outcome, runner_.run(golden));
    }
    report(path, outcome.problems);
    return {};
  }

  /// A check is done when each stack that it names has a case that fires and one that is silent.
  Expected<void> check_folder(const std::string& folder) {
    const std::string inside = folder + "/check.yaml";
    const std::optional<CheckFolder> check = folder_of(inside);
    RT_TRY(const std::shared_ptr<const CheckSet> checks, runner_.checks_of(check->pack));
    std::set<std::pair<Promise, std::string>> there;
    for (const TreeEntry& entry : disk_tree(folder)->list("")) {
      const CaseName name = read_case_name(entry.name);
      if (entry.name.ends_with(".diff")) there.emplace(name.promise, name.stack);
    }
    std::vector<std::string> problems;
    for (const RuleView& rule : checks->rules()) {
      if (rule.check != check->name) continue;
      const std::vector<std::string_view> parts = split(rule.id, '/');
      const std::string stack(parts[parts.size() - 2]);
      if (!there.contains({Promise::Fires, stack}))
        problems.push_back(fmt::format("no case fires_{}_*.diff shows that it can fire", stack));
      if (!there.contains({Promise::Silent, stack}))
        problems.push_back(fmt::format("no case silent_{}_*.diff shows its nearest neighbour", stack));
    }
    report(folder, problems);
    return {};
  }

  const TestOptions& options_;
  CaseRunner runner_;
  std::string out_;
  std::size_t passed_ = 0, failed_ = 0, rewritten_ = 0;
};

}  // namespace

int test(const TestOptions& options) {
  const Expected<int> status = Command(options).run();
  return status ? *status : complain(status.error());
}

}  // namespace redtag::cli
