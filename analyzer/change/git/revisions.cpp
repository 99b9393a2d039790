#include "change/git/revisions.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "change/blob_id.h"
#include "change/read_file.h"

namespace redtag {

Expected<RevisionRange> parse_range(std::string_view range) {
  const std::size_t dots = range.find("..");
  if (dots == std::string_view::npos) {
    return fail(ErrorCode::Usage, "expected BASE..HEAD or BASE...HEAD, got '" + printable(range) + "'");
  }
  RevisionRange result;
  result.from_merge_base = range.substr(dots).starts_with("...");
  const auto name = [](std::string_view text) { return text.empty() ? std::string("HEAD") : std::string(text); };
  result.before = name(range.substr(0, dots));
  result.after = name(range.substr(dots + (result.from_merge_base ? 3 : 2)));
  return result;
}

std::string empty_tree(const SealedDirectory& sealed) {
  return sealed.id_size() == 40 ? "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
                                : "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321";
}

namespace {

constexpr std::string_view root = "--root";

/// True if HEAD names a branch that has no commit yet.
bool unborn(const std::string& name, const SealedDirectory& sealed) {
  if (name != "HEAD") return false;
  constexpr std::size_t limit = std::size_t{1} << 16;
  const auto head = read_file(sealed.path("HEAD"), limit);
  return head && head->starts_with("ref:");
}

tl::unexpected<Error> not_here(const std::string& name, const SealedDirectory& sealed) {
  const bool id = name.size() >= 7 && is_hexadecimal(name);
  std::string advice;
  if (id) advice = "; bring it with 'git fetch origin " + name + "'";
  if (!id && sealed.shallow()) advice = "; this copy is shallow, bring the rest with 'git fetch --unshallow'";
  return fail(ErrorCode::Missing,
              "revision '" + printable(shortened(name, 200)) + "' is not in this repository" + advice);
}

tl::unexpected<Error> no_tree(const std::string& name, const SealedDirectory& sealed) {
  if (!sealed.partial())
    return fail(ErrorCode::Missing,
                "revision '" + printable(name) + "' is no commit and no tree, or its tree is missing");
  return fail(ErrorCode::Missing,
              "the tree of '" + printable(name) +
                  "' is not in this partial copy; bring it with 'git fetch --refetch --filter=blob:none origin'");
}

/// Where git looks for a name, beside the name as it stands; the first that there is wins.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> ref_places{
    {{"refs/", ""}, {"refs/tags/", ""}, {"refs/heads/", ""}, {"refs/remotes/", ""}, {"refs/remotes/", "/HEAD"}}};

/// The part of a revision that may name a ref: `main` of `main~2`. Empty where it is an id, or names HEAD.
std::string_view ref_part(std::string_view name) {
  const std::string_view part = name.substr(0, std::min(name.find_first_of("^~:"), name.find("@{")));
  const bool id = (part.size() == 40 || part.size() == 64) && is_hexadecimal(part);
  return id || part == "HEAD" || part == "@" || part == root ? std::string_view() : part;
}

/// Whoever may push a tag could put it before the branch of its name, and so decide which policy judges.
Expected<void> expect_one_meaning(const std::vector<std::string>& names, ObjectReader& objects) {
  std::vector<std::string> questions;
  for (const std::string& name : names) {
    const std::string_view part = ref_part(name);
    if (part.empty() || part.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) continue;
    for (const auto& [before, behind] : ref_places)
      questions.push_back(std::string(before) + std::string(part) + std::string(behind) + "^{}");
  }
  if (questions.empty()) return {};
  RT_TRY(const auto answers, objects.find(questions));
  std::size_t next = 0;
  for (const std::string& name : names) {
    const std::string_view part = ref_part(name);
    if (part.empty() || part.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) continue;
    std::vector<std::string> full;
    std::set<std::string> ids;
    for (const auto& [before, behind] : ref_places) {
      const auto& answer = answers[next++];
      if (!answer) continue;
      full.push_back(std::string(before) + std::string(part) + std::string(behind));
      ids.insert(answer->id);
    }
    // A full name is one only as it stands, and what may be the beginning of an id is no name.
    const bool alone = !part.starts_with("refs/") && !(part.size() >= 7 && is_hexadecimal(part));
    if (ids.size() > (alone ? 1U : 0U)) {
      return fail(ErrorCode::Usage, "revision '" + printable(shortened(name, 200)) +
                                        "' can mean more than one thing here (" +
                                        printable(fmt::format("{}", fmt::join(full, ", "))) +
                                        "): name a branch in full, or a commit by its id");
    }
  }
  return {};
}

}  // namespace

Expected<std::vector<Revision>> resolve(const std::vector<std::string>& names, ObjectReader& objects,
                                        const SealedDirectory& sealed) {
  RT_TRY(expect_one_meaning(names, objects));
  std::vector<std::string> questions;
  for (const std::string& name : names) {
    const std::string asked = name == root ? empty_tree(sealed) : name;
    if (asked.find_first_of(std::string_view("\n\0", 2)) != std::string::npos) return not_here(name, sealed);
    for (const std::string_view form : {"^{commit}", "^{tree}", ""}) questions.push_back(asked + std::string(form));
  }
  RT_TRY(const auto answers, objects.find(questions));
  std::vector<Revision> revisions;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& commit = answers[3 * i];
    const auto& tree = answers[3 * i + 1];
    if (!commit && !tree && !answers[3 * i + 2]) {
      if (!unborn(names[i], sealed)) return not_here(names[i], sealed);
      revisions.push_back({"", empty_tree(sealed)});
      continue;
    }
    if (!tree) return no_tree(names[i], sealed);
    revisions.push_back({commit ? commit->id : "", tree->id});
  }
  return revisions;
}

Expected<std::string> merge_base(const Revision& before, const Revision& after, const SealedDirectory& sealed) {
  if (before.commit.empty() || after.commit.empty()) {
    return fail(ErrorCode::Usage, "a merge base needs two commits, one side is a bare tree; use BASE..HEAD");
  }
  constexpr std::size_t output_limit = std::size_t{1} << 20;
  RT_TRY(const ProcessResult result,
         run_process(sealed.git({"merge-base", "--all", before.commit, after.commit}), "", output_limit));
  const std::string_view ids = trim(result.output);
  if (result.status == 0 && !ids.empty()) {
    std::vector<std::string_view> all = split(ids, '\n');
    return std::string(all.front());
  }
  const std::string pair = shortened(before.commit, 15) + " and " + shortened(after.commit, 15);
  if (result.status > 1)
    return fail(ErrorCode::Missing, "no merge base of " + pair + ": " + printable(trim(result.errors)));
  if (sealed.shallow()) {
    return fail(ErrorCode::Missing,
                "no merge base of " + pair +
                    " in this shallow copy; bring it with 'git fetch --deepen=200' or 'git fetch --unshallow'");
  }
  return fail(ErrorCode::Missing, pair + " have no common ancestor");
}

}  // namespace redtag
