#include "trait/environment.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "model/destination.h"
#include "trait/trait.h"

namespace redtag {

namespace {

struct Word {
  std::string_view word;
  Environment environment;
};

constexpr std::array words = std::to_array<Word>({
    {"acceptance", Environment::Staging},
    {"dev", Environment::Development},
    {"devel", Environment::Development},
    {"development", Environment::Development},
    {"demo", Environment::Sandbox},
    {"e2e", Environment::Test},
    {"experimental", Environment::Sandbox},
    {"live", Environment::Production},
    {"nonprd", Environment::Development},
    {"nonprod", Environment::Development},
    {"nonproduction", Environment::Development},
    {"playground", Environment::Sandbox},
    {"poc", Environment::Sandbox},
    {"prd", Environment::Production},
    {"preprod", Environment::Staging},
    {"preproduction", Environment::Staging},
    {"prod", Environment::Production},
    {"production", Environment::Production},
    {"qa", Environment::Test},
    {"sandbox", Environment::Sandbox},
    {"shared", Environment::Shared},
    {"global", Environment::Shared},
    {"mgmt", Environment::Shared},
    {"management", Environment::Shared},
    {"stage", Environment::Staging},
    {"staging", Environment::Staging},
    {"stg", Environment::Staging},
    {"test", Environment::Test},
    {"testing", Environment::Test},
    {"uat", Environment::Staging},
    {"integration", Environment::Staging},
    {"sbx", Environment::Sandbox},
});

constexpr std::array test_directories = std::to_array<std::string_view>({
    "test",    "tests",    "testing",   "testdata", "test-data", "test_data",  "spec",    "specs",
    "fixture", "fixtures", "__tests__", "example",  "examples",  "sample",     "samples", "e2e",
    "cypress", "molecule", "mock",      "mocks",    "benchmark", "benchmarks", "bench",
});

// Manifests in a documentation are shown, and applied by nobody.
constexpr std::array documentation_directories = std::to_array<std::string_view>({"docs", "documentation", "website"});

int rank(Environment environment) {
  switch (environment) {
    case Environment::Production: return 6;
    case Environment::Shared: return 5;
    case Environment::Unknown: return 4;
    case Environment::Staging: return 3;
    case Environment::Development: return 2;
    case Environment::Test: return 1;
    case Environment::Sandbox: return 0;
  }
  return 4;
}

bool is_word_byte(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Calls `visit` with each word of a text in small letters, and where it stands.
template <class Visit>
void for_each_word(std::string_view lowered, Visit visit) {
  std::size_t at = 0;
  while (at < lowered.size()) {
    if (!is_word_byte(lowered[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < lowered.size() && is_word_byte(lowered[end])) ++end;
    visit(lowered.substr(at, end - at), at);
    at = end;
  }
}

/// `live/dev/network`, `live.example.org/shop-staging`: where directories below `live` are called after environments, it holds them all, as is
/// the custom of Terragrunt and of shared clusters. `at` is where the word ends. `live` below `live` says no more than the first.
bool holds_environments(std::string_view lowered, std::size_t at) {
  const std::size_t begin = lowered.find('/', at), end = lowered.rfind('/');
  if (begin == std::string_view::npos || begin >= end) return false;
  bool named = false;
  for_each_word(lowered.substr(begin, end - begin), [&](std::string_view word, std::size_t) {
    named = named || (word != "live" &&
                      std::any_of(words.begin(), words.end(), [&](const Word& known) { return known.word == word; }));
  });
  return named;
}

}  // namespace

Environment worse(Environment a, Environment b) { return rank(a) >= rank(b) ? a : b; }

Environment environment_in(std::string_view text) {
  const std::string lowered = lower_ascii(text);
  Environment found = Environment::Unknown;
  bool any = false;
  for_each_word(lowered, [&](std::string_view word, std::size_t at) {
    // `non-prod` and `pre-prod` are two words to us: what stands before the hyphen turns the meaning.
    const bool negated =
        at >= 4 && (lowered.compare(at - 4, 4, "non-") == 0 || lowered.compare(at - 4, 4, "non_") == 0 ||
                    lowered.compare(at - 4, 4, "pre-") == 0 || lowered.compare(at - 4, 4, "pre_") == 0);
    for (const Word& known : words) {
      if (known.word != word || (word == "live" && !negated && holds_environments(lowered, at + word.size()))) continue;
      const Environment meant =
          negated && known.environment == Environment::Production ? Environment::Staging : known.environment;
      found = any ? worse(found, meant) : meant;
      any = true;
    }
  });
  return found;
}

std::string_view test_directory(std::string_view path) {
  const bool manifest = path.ends_with(".yaml") || path.ends_with(".yml");
  const auto is_one_of = [](const auto& names, std::string_view part) {
    return std::find(names.begin(), names.end(), part) != names.end();
  };
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', begin)) {
    const std::string part = lower_ascii(path.substr(begin, slash - begin));
    if (is_one_of(test_directories, part) || (manifest && is_one_of(documentation_directories, part)))
      return path.substr(0, slash);
    begin = slash + 1;
  }
  return {};
}

namespace {

/// Programs that measure and torment others: `table_reader_bench`, `db_stress_tool`. What they destroy they made.
bool names_a_trial(std::string_view name) {
  constexpr std::array trials =
      std::to_array<std::string_view>({"bench", "benchmark", "benchmarks", "fuzz", "fuzzer", "stress"});
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= name.size(); ++i) {
    if (i < name.size() && name[i] != '_' && name[i] != '-' && name[i] != '/') continue;
    if (std::find(trials.begin(), trials.end(), name.substr(begin, i - begin)) != trials.end()) return true;
    begin = i + 1;
  }
  return false;
}

}  // namespace

bool is_test_source(std::string_view path) {
  constexpr std::array endings =
      std::to_array<std::string_view>({".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".rb", ".py", ".exs", ".js",
                                       ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".php"});
  const std::size_t slash = path.rfind('/');
  const std::string name = lower_ascii(slash == std::string_view::npos ? path : path.substr(slash + 1));
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || std::find(endings.begin(), endings.end(), name.substr(dot)) == endings.end())
    return false;
  const std::string_view stem = std::string_view(name).substr(0, dot);
  const auto ends = [&](std::string_view word) { return stem.ends_with(word); };
  const bool by_class = path.ends_with("Test.php") || path.ends_with("TestCase.php") || stem == "conftest";
  return stem.starts_with("test_") || ends("_test") || ends("_tests") || ends("_unittest") || ends("_spec") ||
         ends(".test") || ends(".spec") || by_class || names_a_trial(stem) ||
         (slash != std::string_view::npos && names_a_trial(lower_ascii(path.substr(0, slash))));
}

bool is_test_path(std::string_view path) { return !test_directory(path).empty(); }

namespace {

/// What a subject's place and name say on one side.
struct SideEvidence {
  bool present = false;
  Environment environment = Environment::Unknown;
  std::optional<Evidence> evidence;
};

/// What the texts of a setting say, two levels down (`workspaces { name = … }`, `assume_role { role_arn = … }`). Where a place of the world
/// or a version is written, a word of it is no environment.
void add_setting(const Entry& entry, unsigned levels, const std::string& owner, SideEvidence& found) {
  constexpr std::array silent = std::to_array<std::string_view>({"endpoint", "region", "source", "version", "zone"});
  if (std::find(silent.begin(), silent.end(), entry.key) != silent.end() || entry.value.sensitive) return;
  if (entry.value.known() && entry.value.shape == Shape::Scalar) {
    const Environment here = environment_in(entry.value.text);
    if (here == Environment::Unknown) return;
    const bool first = found.environment == Environment::Unknown;
    const Environment both = first ? here : worse(found.environment, here);
    if (first || both != found.environment)
      found.evidence = Evidence{entry.region, owner + " says " + std::string(environment_name(here)) + ": " +
                                                  entry.key + " is " + shortened(entry.value.text, 80)};
    found.environment = both;
  }
  if (levels == 0) return;
  for (const Entry& inner : entry.value.entries) add_setting(inner, levels - 1, owner, found);
  for (const Value& item : entry.value.items) {
    for (const Entry& inner : item.entries) add_setting(inner, levels - 1, owner, found);
  }
}

/// Where the state of a resource's root is kept, and whose account its provider works in.
void add_root(const DeltaView& view, const Resource& resource, Side side, SideEvidence& found) {
  for (const Resource& setting : view.sides.model(side).resources) {
    const bool of_root =
        setting.declares == Declares::Backend || (setting.declares == Declares::Provider && setting.type == "provider");
    if (!of_root || setting.stack != resource.stack || setting.scope != resource.scope || setting.type == "state_file")
      continue;
    const bool other_account = setting.declares == Declares::Provider && setting.name.find('.') != std::string::npos;
    if (other_account) continue;  // an alias: what is made through it says so itself
    for (const Entry& entry : setting.attributes) add_setting(entry, 2, setting.address, found);
  }
}

/// What a pipeline is, whom it asks and what it may do is the repository's: `test.yml` is where tests are run, and no place that may break.
bool is_pipelines_own(const DeltaView& view, const Subject& subject, Side side) {
  if (const Resource* resource = resource_of(view, subject, side)) return resource->stack == Stack::Ci;
  const Safeguard* safeguard = safeguard_of(view, subject, side);
  return safeguard != nullptr && safeguard->stack == Stack::Ci;
}

SideEvidence evidence_on(const DeltaView& view, const Subject& subject, Side side) {
  const Region region = region_of(view, subject, side);
  if (!region.valid()) return {};
  const auto& path = view.changes.file(region.file).path(side);
  SideEvidence found{true, path ? environment_in(*path) : Environment::Unknown, {}};
  const bool own = is_pipelines_own(view, subject, side);
  if (own && low_environment(found.environment)) found.environment = Environment::Unknown;
  if (const Resource* resource = resource_of(view, subject, side)) {
    Environment named = environment_in(own ? resource->name : resource->address);
    if (own && (named == Environment::Test || resource->type == "workflow")) named = Environment::Unknown;
    // A name says less than a path, but where the path is silent it is what there is.
    if (found.environment == Environment::Unknown || named == Environment::Production) {
      found.environment = named == Environment::Unknown ? found.environment : named;
    }
    if (found.environment == Environment::Unknown && resource->declares != Declares::Backend)
      add_root(view, *resource, side, found);
  }
  return found;
}

/// Was the directory that names the environment there before the change?
bool established(const DeltaView& view, const Subject& subject) {
  const Region region = region_of(view, subject, Side::After);
  if (!region.valid()) return false;
  const FileChange& file = view.changes.file(region.file);
  const auto& path = file.path(Side::After);
  if (!path) return false;
  if (file.before_path) return environment_in(*file.before_path) == environment_in(*path);
  if (view.base == nullptr) return false;
  const auto slash = path->rfind('/');
  return slash != std::string::npos && !view.base->list(path->substr(0, slash)).empty();
}

}  // namespace

namespace {

/// A state back end that newly names production is production's, whatever folder it is set from.
bool turns_to_production(const DeltaView& view, const Subject& subject) {
  Environment named[2] = {Environment::Unknown, Environment::Unknown};
  for (const Side side : {Side::Before, Side::After}) {
    const Resource* resource = resource_of(view, subject, side);
    if (resource == nullptr || resource->declares != Declares::Backend || resource->type == "state_file") return false;
    SideEvidence found;
    for (const Entry& entry : resource->attributes) add_setting(entry, 2, resource->address, found);
    named[side == Side::After ? 1 : 0] = found.environment;
  }
  return named[0] != Environment::Production && named[1] == Environment::Production;
}

/// What its places and its root say of a subject.
EnvironmentEvidence claimed(const DeltaView& view, const Subject& subject) {
  const SideEvidence before = evidence_on(view, subject, Side::Before);
  const SideEvidence after = evidence_on(view, subject, Side::After);
  if (before.present) {
    const Environment known = after.present ? worse(before.environment, after.environment) : before.environment;
    EnvironmentEvidence told{known, known != Environment::Unknown, {}};
    const std::optional<Evidence>& shown = before.environment == known ? before.evidence : after.evidence;
    if (known != Environment::Unknown && shown) told.evidence.push_back(*shown);
    return told;
  }
  const bool known = after.environment != Environment::Unknown;
  // What a new resource's root says stood there before only if the root did.
  EnvironmentEvidence told{after.environment, known && !after.evidence && established(view, subject), {}};
  if (known && after.evidence) told.evidence.push_back(*after.evidence);
  return told;
}

/// A job whose tests are led to production's database.
bool tests_production(const Resource& job) {
  return std::any_of(job.attributes.begin(), job.attributes.end(), [](const Entry& entry) {
    return entry.key == "test_database" && entry.value.text == "production";
  });
}

}  // namespace

EnvironmentEvidence environment_of(const DeltaView& view, const Subject& subject) {
  EnvironmentEvidence found = claimed(view, subject);
  // What a test's file is led to is no test's.
  const Operation* operation = operation_of(view, subject, Side::After);
  if (operation != nullptr && low_environment(found.environment) &&
      reach_of(*operation).where == Destination::Production)
    return {Environment::Production, false, {}};
  if (low_environment(found.environment) && turns_to_production(view, subject))
    return {Environment::Production, false, {}};
  const Resource* job = resource_of(view, subject, Side::After);
  if (job != nullptr && job->stack == Stack::Ci && low_environment(found.environment) && tests_production(*job))
    return {Environment::Production, false, {}};
  if (!found.proven || !low_environment(found.environment) || view.referrers == nullptr) return found;
  for (const Side side : {Side::Before, Side::After}) {
    const Region region = region_of(view, subject, side);
    const auto path = region.valid() ? view.changes.file(region.file).path(side) : std::nullopt;
    if (path && view.referrers->against(Claim::LowEnvironment, *path)) return {Environment::Production, false, {}};
  }
  return found;
}

}  // namespace redtag
