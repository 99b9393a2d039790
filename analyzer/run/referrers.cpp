#include "run/referrers.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/path.h"
#include "base/text.h"
#include "change/link_tree.h"
#include "run/nearby.h"
#include "run/whole_tree.h"
#include "trait/environment.h"

namespace redtag {

namespace {

constexpr std::size_t searched_bytes = std::size_t{32} << 20;
constexpr std::size_t searched_files = 256;
constexpr std::size_t most_ways = 20'000;
constexpr std::size_t most_links = 2'000;
constexpr std::size_t most_directories = 16'000;
constexpr unsigned most_rounds = 6;  // from one place in the tests to the next
constexpr std::string_view beyond = "more than is searched";

bool is_word_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_test(std::string_view path) { return is_test_path(path) || is_test_source(path); }

/// The directory by which a path makes the claim; empty where it makes none.
std::string claiming_directory(Claim claim, std::string_view path) {
  if (claim == Claim::Tests) return std::string(test_directory(path));
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (low_environment(environment_in(path.substr(0, slash)))) return std::string(path.substr(0, slash));
  }
  return {};
}

/// Whether a file may speak against the claim of others.
bool may_speak_against(Claim claim, std::string_view path, std::string_view entity) {
  if (claim == Claim::Tests) return !is_test(path);
  const Environment said = environment_in(std::string(path) + "/" + std::string(entity));
  return said == Environment::Production || said == Environment::Shared;
}

/// Whether one of its words, in small letters, is in the list.
template <std::size_t N>
bool has_word(std::string_view text, const std::array<std::string_view, N>& words) {
  const std::string lowered = lower_ascii(text);
  for (std::size_t at = 0; at < lowered.size();) {
    std::size_t end = at;
    while (end < lowered.size() && is_word_byte(lowered[end])) ++end;
    const std::string_view word = std::string_view(lowered).substr(at, end - at);
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
    at = std::max(end, at + 1);
  }
  return false;
}

/// What runs tests, by its name.
bool runs_tests(std::string_view name) {
  static constexpr std::array words = std::to_array<std::string_view>(
      {"test",        "tests",      "testing", "tester",    "e2e",      "ci",    "check",     "checks",
       "lint",        "spec",       "verify",  "smoke",     "coverage", "bench", "benchmark", "integration",
       "conformance", "acceptance", "pr",      "pytest",    "jest",     "mocha", "rspec",     "phpunit",
       "ctest",       "bats",       "kuttl",   "terratest", "precommit"});
  return has_word(name, words);
}

/// What runs for everybody, by its name.
bool rolls_out(std::string_view name) {
  static constexpr std::array words =
      std::to_array<std::string_view>({"deploy", "deployment", "release", "rollout", "provision", "production", "prod",
                                       "live", "publish", "apply", "cron"});
  return has_word(name, words);
}

/// A script's or job's call counts if it is no test run: a pipeline at a push or a pull request only where its name says that it rolls out.
bool counts(const Procedure& procedure) {
  if (rolls_out(procedure.address)) return true;
  switch (procedure.trigger) {
    case Trigger::Merge:
    case Trigger::Event:
    case Trigger::Test: return false;
    case Trigger::Unknown:
    case Trigger::Deploy:
    case Trigger::Schedule:
    case Trigger::Request:
    case Trigger::Boot:
    case Trigger::ByHand: break;
  }
  return !runs_tests(procedure.address);
}

/// Files and what their entities bring in or run.
class Ways {
 public:
  explicit Ways(const TreeModel& tree) : tree_(tree) {
    for (const Resource& resource : tree.model.resources) {
      const Region& region = resource.header.valid() ? resource.header : resource.region;
      for (const Reference& reference : resource.references)
        add(region, reference, resource.address, resource.declares == Declares::Module);
    }
    for (const Procedure& procedure : tree.model.procedures) {
      if (!counts(procedure)) continue;
      for (const Reference& reference : procedure.references)
        add(procedure.region, reference, procedure.address, false);
    }
  }

  /// False if there were more ways than are kept.
  [[nodiscard]] bool complete() const { return complete_; }

  /// Files and directories that are entered from what may speak against the claim, each with the entity that leads there.
  [[nodiscard]] std::map<Path, std::string> entered(Claim claim) const {
    std::map<Path, std::string> found;
    std::map<Path, std::vector<const Way*>> leaving;  // a file, or a directory of files
    std::vector<std::pair<Path, std::string>> open;
    for (const Way& way : ways_) {
      const Path& from = tree_.files[way.from];
      if (may_speak_against(claim, from, way.entity)) open.emplace_back(way.to, way.entity);
      leaving[from].push_back(&way);
      leaving[directory_of(from)].push_back(&way);
    }
    while (!open.empty()) {
      auto [path, entity] = std::move(open.back());
      open.pop_back();
      if (!found.emplace(path, entity).second) continue;
      for (const Way* way : leaving[path]) open.emplace_back(way->to, entity);
    }
    return found;
  }

 private:
  struct Way {
    std::size_t from;
    Path to;
    std::string entity;
  };

  /// `to` is a file or a directory: what the way leads into need not have been read yet.
  void add(const Region& region, const Reference& reference, const std::string& entity, bool brings_directory) {
    if (!region.valid()) return;
    if (ways_.size() >= most_ways) {
      complete_ = false;
      return;
    }
    std::string_view target = reference.target;
    if (target.starts_with("file:")) target.remove_prefix(5);
    if (!brings_directory && target.find('/') == std::string_view::npos) return;
    const std::size_t from = region.file.value;
    ways_.push_back({from, std::string(target), entity});
    std::string beside = path_below(directory_of(tree_.files[from]), target).value_or("");
    if (!beside.empty() && beside != target) ways_.push_back({from, std::move(beside), entity});
  }

  const TreeModel& tree_;
  std::vector<Way> ways_;
  bool complete_ = true;
};

/// Whether a text writes a path into a directory of that name.
bool writes_path_into(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !(is_word_byte(text[at - 1]) || text[at - 1] == '-' || text[at - 1] == '_');
    // As a whole it is named with what leads there: `../tests`.
    const bool ends = end < text.size() && (text[end] == '/' || (at > 0 && text[at - 1] == '/'));
    if (begins && ends) return true;
  }
  return false;
}

/// Whether a line writes that path, from wherever it starts.
bool writes_path(std::string_view line, std::string_view path) {
  for (std::size_t at = line.find(path); at != std::string_view::npos; at = line.find(path, at + 1)) {
    const std::size_t end = at + path.size();
    std::string_view lead = line.substr(0, at);
    while (lead.ends_with("./")) lead.remove_suffix(lead.ends_with("../") ? 3 : 2);
    // `//` divides a repository from a place in it; behind another name it is another place.
    const char last = lead.empty() ? ' ' : lead.back();
    const bool begins =
        lead.ends_with("//") || !(is_word_byte(last) || last == '-' || last == '_' || last == '/' || last == '.');
    const bool ends = end == line.size() || !(is_word_byte(line[end]) || line[end] == '-' || line[end] == '_');
    if (begins && ends) return true;
  }
  return false;
}

/// What of a path says more than that it lies in the tests: the file, and the folders above it inside of them.
std::vector<std::string> own_places(const Path& path, const std::string& tests) {
  std::vector<std::string> places{path};
  for (std::string place = directory_of(path); place.size() > tests.size(); place = directory_of(place))
    places.push_back(place);
  return places;
}

/// What rolls out for everybody need not be understood to be believed: a line of it that writes the place, and is no test run's. An
/// application of a cluster's, a working directory of a job, a source of a wrapper.
bool rolls_it_out(const Path& speaker, std::string_view text, const std::vector<std::string>& places) {
  if (!rolls_out(speaker) || runs_tests(speaker)) return false;
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string& place : places) {
      if (!writes_path(line, place) || trim(line).starts_with('#') || trim(line).starts_with("//")) continue;
      std::string rest(line);
      for (std::size_t at = rest.find(place); at != std::string::npos; at = rest.find(place))
        rest.erase(at, place.size());
      if (!runs_tests(rest)) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::string> ReferrerSearch::against(Claim claim, const Path& path) {
  const auto known = known_.find({claim, path});
  if (known != known_.end()) return known->second;
  std::optional<std::string> who;
  for (const Side side : {Side::After, Side::Before}) {
    if (who) break;
    Expected<std::optional<std::string>> found = search(side, claim, path);
    if (found)
      who = std::move(*found);
    else
      outcome_ = tl::make_unexpected(found.error());
  }
  return known_.emplace(std::make_pair(claim, path), std::move(who)).first->second;
}

std::optional<std::string> ReferrerSearch::leaves_behind(const Path& before, const Path& after) {
  for (const Side side : {Side::Before, Side::After}) {
    ChangedTree tree(before_, analysis_.changes, side);
    if (!appliers_.contains(side)) {
      Expected<Appliers> found = find_appliers(tree, side, facts_, options_, analysis_.lowered);
      if (!found) {
        outcome_ = tl::make_unexpected(found.error());
        return std::nullopt;
      }
      appliers_.emplace(side, std::move(*found));
    }
    const Appliers& appliers = appliers_.at(side);
    if (!appliers.complete) return std::nullopt;
    if (side == Side::After) {
      if (may_apply(appliers, after, tree)) return std::nullopt;
    } else if (pruner_of(appliers, before, tree) == nullptr) {
      return std::nullopt;
    }
  }
  ChangedTree tree(before_, analysis_.changes, Side::Before);
  return pruner_of(appliers_.at(Side::Before), before, tree)->by;
}

std::optional<std::string> ReferrerSearch::target_of(Side side, const Path& link) {
  for (const FileChange& file : analysis_.changes.files) {
    if (file.is_context() || file.path(side) != link) continue;
    const Image& image = file.image(side);
    return image.kind == ImageKind::Symlink ? std::optional(image.text) : std::nullopt;
  }
  auto* links = dynamic_cast<LinkTree*>(&before_);
  return links == nullptr ? std::nullopt : links->link_target(link);
}

void ReferrerSearch::collect_links(Side side, Claim claim, const std::vector<Path>& links, Speakers& found) {
  for (const Path& link : links) {
    if (!may_speak_against(claim, link, {})) continue;
    if (found.links.size() >= most_links) {
      found.complete = false;
      return;
    }
    const std::optional<std::string> target = target_of(side, link);
    const std::optional<std::string> place = target ? path_below(directory_of(link), trim(*target)) : std::nullopt;
    if (place && !claiming_directory(claim, *place + "/").empty()) found.links.emplace(*place, link);
  }
}

/// Files that may speak against the claim and write a path into a directory of that name, nearest first, and links that lead into
/// one that makes it.
const ReferrerSearch::Speakers& ReferrerSearch::speakers(Side side, Claim claim, SourceTree& tree,
                                                         const std::string& directory) {
  const std::string name = directory.substr(directory.rfind('/') + 1);
  const auto [known, fresh] = speakers_.try_emplace({side, claim, name});
  Speakers& found = known->second;
  if (!fresh) return found;
  TextSearch search{searched_bytes, searched_files};
  const bool whole = walk_tree(tree, {directory_of(directory)}, most_directories, [&](const TreeLevel& level) {
    collect_links(side, claim, level.links, found);
    std::vector<Path> wanted;
    std::copy_if(level.files.begin(), level.files.end(), std::back_inserter(wanted),
                 [&](const Path& path) { return may_speak_against(claim, path, {}) && may_declare(path, options_); });
    const auto speaks = [&](std::string_view text) { return writes_path_into(text, name); };
    if (find_speaking(tree, wanted, speaks, search, found.files)) return true;
    found.complete = false;
    return false;
  });
  found.complete = found.complete && whole;
  return found;
}

Expected<std::optional<std::string>> ReferrerSearch::search(Side side, Claim claim, const Path& path) {
  // What claims it by the file's own name, as a test source beside what it tests, is brought in by nobody.
  const std::string directory = claiming_directory(claim, path);
  if (directory.empty()) return std::optional<std::string>();
  ChangedTree tree(before_, analysis_.changes, side);
  const Speakers& speaking = speakers(side, claim, tree, directory);
  const std::vector<std::string> places = own_places(path, directory);
  for (const std::string& place : places) {
    if (const auto link = speaking.links.find(place); link != speaking.links.end()) return std::optional(link->second);
  }
  if (const auto link = speaking.links.find(directory); link != speaking.links.end())
    return std::optional(link->second);
  // A claim that cannot be examined to its end is not believed: many files must not hide one.
  if (!speaking.complete) return std::optional<std::string>(beyond);
  if (claim == Claim::Tests) {
    for (const Path& file : speaking.files) {
      if (rolls_it_out(file, tree.read(file).value_or(""), places)) return std::optional(file);
    }
  }
  return follow(side, claim, path, tree, {speaking.files.begin(), speaking.files.end()});
}

/// From what the files bring in to what that brings in.
Expected<std::optional<std::string>> ReferrerSearch::follow(Side side, Claim claim, const Path& path, SourceTree& tree,
                                                            std::set<Path> read) {
  for (unsigned round = 0; !read.empty(); ++round) {
    RT_TRY(const TreeModel model,
           lower_tree(tree, side, {read.begin(), read.end()}, facts_, options_, analysis_.lowered));
    const Ways ways(model);
    const std::map<Path, std::string> entered = ways.entered(claim);
    for (const Path& place : {path, directory_of(path)}) {
      if (const auto found = entered.find(place); found != entered.end()) return std::optional(found->second);
    }
    const std::size_t known = read.size();
    for (const auto& [place, entity] : entered) {
      if (claiming_directory(claim, place + "/").empty()) continue;
      const std::vector<TreeEntry> entries = tree.list(place);
      if (entries.empty()) read.insert(place);
      for (const TreeEntry& entry : entries) {
        if (!entry.directory && may_declare(entry.name, options_)) read.insert(place + "/" + entry.name);
      }
    }
    if (!ways.complete() || !model.unfinished.empty()) return std::optional<std::string>(beyond);
    if (read.size() == known) break;
    if (round + 1 == most_rounds || read.size() > 2 * searched_files) return std::optional<std::string>(beyond);
  }
  return std::optional<std::string>();
}

}  // namespace redtag
