#include "lower/helm/charts.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "base/path.h"
#include "base/text.h"
#include "lower/helm/helm.h"
#include "lower/helm/likeness.h"

namespace redtag::helm {

namespace {

constexpr std::size_t most_levels = 4;  // above a file of values that charts and lists of releases are looked for
constexpr std::size_t most_texts = 40;  // that may name one
constexpr std::size_t most_text = 256 * 1024;  // bytes of such a text
constexpr std::size_t window = 600;            // bytes around the name in which the chart's is looked for
constexpr std::size_t most_words = 60;         // of a window

constexpr std::string_view borders = " \t\r\n\"'=,[](){}";

/// Words by which people name an environment's file of values, or the directory of such files.
constexpr std::array environment_words = std::to_array<std::string_view>(
    {"prod", "stag", "dev", "env", "live", "qa", "uat", "value", "override", "preview", "sandbox"});

/// Values that a chart is tried out with.
constexpr std::array trial_directories =
    std::to_array<std::string_view>({"ci", "test", "tests", "example", "examples", "testdata"});

std::string below(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : std::string(directory) + "/" + std::string(name);
}

bool is_yaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

bool is_trial(std::string_view path) {
  const std::vector<std::string_view> parts = split(path, '/');
  return std::any_of(parts.begin(), parts.end(), [](std::string_view part) {
    return std::find(trial_directories.begin(), trial_directories.end(), part) != trial_directories.end();
  });
}

bool names_environment(std::string_view path) {
  const std::string lower = lower_ascii(path);
  return std::any_of(environment_words.begin(), environment_words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// Texts that give values to charts.
bool may_install(std::string_view name) {
  return name.starts_with("helmfile") || name == "Makefile" || name == "makefile" || name == "justfile" ||
         name == "Taskfile.yml" || name == ".gitlab-ci.yml" || name.ends_with(".sh");
}

/// `values` seen from `directory`; empty where it lies elsewhere.
std::string_view seen_from(std::string_view values, std::string_view directory) {
  if (directory.empty()) return values;
  const bool inside =
      values.size() > directory.size() && values.starts_with(directory) && values[directory.size()] == '/';
  return inside ? values.substr(directory.size() + 1) : std::string_view();
}

/// One part of a path by a shell's rules, where `*` stays within it.
bool part_matches(std::string_view pattern, std::string_view path) {
  const std::vector<std::string_view> wanted = split(pattern, '/'), given = split(path, '/');
  return wanted.size() == given.size() && std::equal(wanted.begin(), wanted.end(), given.begin(), glob_match);
}

}  // namespace

bool Charts::is_chart(const std::string& directory) {
  const auto known = known_.find(directory);
  if (known != known_.end()) return known->second;
  return known_[directory] = tree_.read(below(directory, "Chart.yaml")).has_value();
}

std::optional<std::string> Charts::enclosing(std::string_view path) {
  std::string directory = directory_of(path);
  for (std::size_t level = 0; level <= most_levels; ++level) {
    if (is_chart(directory)) return directory;
    if (directory.empty()) break;
    directory = directory_of(directory);
  }
  return std::nullopt;
}

/// The chart whose directory is named nearest to `at`.
std::optional<std::string> Charts::near(std::string_view text, std::size_t at, std::string_view directory) {
  const std::size_t begin = at < window ? 0 : at - window;
  const std::string_view around = text.substr(begin, 2 * window);
  std::optional<std::string> found;
  std::size_t best = 2 * window, words = 0;
  for (std::size_t from = around.find_first_not_of(borders); from != std::string_view::npos && ++words <= most_words;) {
    const std::size_t end = std::min(around.find_first_of(borders, from), around.size());
    const std::string_view word = around.substr(from, end - from);
    const std::size_t middle = begin + from;
    const std::size_t distance = middle > at ? middle - at : at - middle;
    from = around.find_first_not_of(borders, end);
    if (distance >= best || word.size() < 2 || word.starts_with('-') || is_yaml(word)) continue;
    for (const std::string_view seen : {directory, std::string_view()}) {
      const std::optional<std::string> named = path_below(seen, word);
      if (!named || named->empty() || !is_chart(*named)) continue;
      found = named;
      best = distance;
    }
  }
  return found;
}

std::optional<std::string> Charts::named_in(const std::string& text_path, std::string_view values) {
  const std::optional<std::string> text = tree_.read(text_path);
  if (!text || text->size() > most_text) return std::nullopt;
  const std::string directory = directory_of(text_path);
  for (const std::string_view name : {values, seen_from(values, directory)}) {
    if (name.empty()) continue;
    for (std::size_t at = text->find(name); at != std::string::npos; at = text->find(name, at + 1)) {
      const bool starts =
          at == 0 || text->at(at - 1) == '/' || borders.find(text->at(at - 1)) != std::string_view::npos;
      const std::size_t end = at + name.size();
      const bool ends = end == text->size() || borders.find(text->at(end)) != std::string_view::npos;
      if (!starts || !ends) continue;
      if (std::optional<std::string> chart = near(*text, at, directory)) return chart;
    }
  }
  return std::nullopt;
}

namespace {

constexpr std::size_t most_neighbours = 40;  // charts that are asked whether a file of values reads like theirs
constexpr std::size_t least_keys = 2;        // that such a file has at its top

constexpr std::array chart_directories = std::to_array<std::string_view>(
    {"charts", "chart", "helm", "helm-charts", "helm/charts", "deploy/charts", "deploy/helm"});

/// The keys at the top of a text, by its lines.
std::set<std::string> top_keys(std::string_view text) {
  std::set<std::string> keys;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t colon = line.find(':');
    const bool key = colon != std::string_view::npos && colon != 0 && line.find_first_of(" \t#-{\"'") > colon;
    if (key) keys.emplace(line.substr(0, colon));
  }
  return keys;
}

}  // namespace

/// The one chart of the tree whose own values have all of the keys that stand at the top of the file.
std::optional<std::string> Charts::alike(std::string_view path) {
  const std::optional<std::string> text = tree_.read(std::string(path));
  if (!text || text->size() > most_text || !names_environment(path)) return std::nullopt;
  const std::set<std::string> keys = top_keys(*text);
  if (keys.size() < least_keys) return std::nullopt;
  std::optional<std::string> found;
  std::size_t asked = 0;
  for (const std::string_view directory : chart_directories) {
    for (const TreeEntry& entry : tree_.list(std::string(directory))) {
      if (!entry.directory) continue;
      if (++asked > most_neighbours) return std::nullopt;
      std::string chart = below(directory, entry.name);
      const std::optional<std::string> own = tree_.read(below(chart, "values.yaml"));
      if (!own || own->size() > most_text || !is_chart(chart)) continue;
      const std::set<std::string> known = top_keys(*own);
      if (!std::includes(known.begin(), known.end(), keys.begin(), keys.end())) continue;
      if (found) return std::nullopt;
      found = std::move(chart);
    }
  }
  return found;
}

/// The chart of the one release that lies beside the file: its values come to it through a map that is made of the file.
std::optional<std::string> Charts::released(std::string_view path) {
  const std::string directory = directory_of(path);
  std::optional<std::string> found;
  std::size_t asked = 0;
  for (const TreeEntry& entry : tree_.list(directory)) {
    const std::string other = below(directory, entry.name);
    if (entry.directory || !is_yaml(entry.name) || other == path || ++asked > most_texts) continue;
    const std::optional<std::string> text = tree_.read(other);
    if (!text || text->size() > most_text || text->find("kind: HelmRelease") == std::string::npos) continue;
    if (text->find("valuesFrom:") == std::string::npos) continue;
    for (std::size_t at = text->find("chart: "); at != std::string::npos; at = text->find("chart: ", at + 1)) {
      const std::string_view word = trim(std::string_view(*text).substr(at + 7, text->find('\n', at) - at - 7));
      const std::optional<std::string> named = word.empty() ? std::nullopt : path_below("", word);
      if (!named || named->empty() || !is_chart(*named)) continue;
      if (found && found != named) return std::nullopt;
      found = named;
    }
  }
  return found;
}

std::optional<std::string> Charts::given(std::string_view path) {
  const auto known = given_.find(path);
  if (known != given_.end()) return known->second;
  std::optional<std::string>& answer = given_[std::string(path)];
  if (is_trial(path)) return answer;
  answer = enclosing(path);
  if (!answer) answer = released(path);
  std::string directory = directory_of(path);
  std::vector<std::string> texts;
  const auto collect = [&](const std::string& place, bool all) {
    for (const TreeEntry& entry : tree_.list(place)) {
      if (!entry.directory && (all || may_install(entry.name)) && texts.size() < most_texts)
        texts.push_back(below(place, entry.name));
    }
  };
  for (std::size_t level = 0; level <= most_levels && !answer; ++level) {
    collect(directory, false);
    if (directory.empty()) break;
    directory =
        directory.find('/') == std::string::npos || level + 1 == most_levels ? std::string() : directory_of(directory);
  }
  if (!answer) collect(".github/workflows", true);
  for (std::size_t i = 0; i < texts.size() && !answer; ++i) answer = named_in(texts[i], path);
  if (!answer) answer = alike(path);
  return answer;
}

std::optional<std::string> Charts::of_values(std::string_view path) {
  std::optional<std::string> own = chart_of(path);
  if (own && is_chart(*own)) return own;
  std::optional<std::string> other = given(path);
  return other ? other : own;
}

bool reads_as_values(std::string_view path, SourceTree& tree) {
  if (!is_yaml(path) || is_trial(path)) return false;
  if (names_environment(path) && Charts(tree).given(path)) return true;
  const std::optional<std::string> text = tree.read(std::string(path));
  return text && looks_like_values(*text);
}

bool is_ignored_by(std::string_view pattern, std::string_view below_chart) {
  const bool directories_alone = pattern.ends_with('/');
  if (directories_alone) pattern.remove_suffix(1);
  const bool from_top = pattern.find('/') != std::string_view::npos;
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (pattern.empty()) return false;
  for (std::size_t end = below_chart.find('/');; end = below_chart.find('/', end + 1)) {
    const bool whole = end == std::string_view::npos;
    const std::string_view path = below_chart.substr(0, end);
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (!(whole && directories_alone) && part_matches(pattern, from_top ? path : name)) return true;
    if (whole) return false;
  }
}

}  // namespace redtag::helm
