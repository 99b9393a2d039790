#include "lower/ci/gates.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/ci/script.h"

namespace redtag::ci {

namespace {

/// The label of what applies a plan: it is a gate where somebody has seen the plan.
constexpr std::string_view saved_plan = "saved plan";

std::string_view unquoted(std::string_view word) {
  const bool quoted = word.size() > 1 && (word.front() == '"' || word.front() == '\'') && word.back() == word.front();
  return quoted ? word.substr(1, word.size() - 2) : word;
}

bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  return std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// A word that may stand anywhere behind those in front of it.
bool has_option(std::string_view wanted, const std::vector<std::string_view>& words, std::size_t from) {
  return std::any_of(words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())), words.end(),
                     [&](std::string_view word) { return glob_match(wanted, unquoted(word)); });
}

/// A file that a command of Terraform is given, as its last word: a plan that was saved.
bool names_plan(const std::vector<std::string_view>& words) {
  static constexpr std::array takes_a_word = std::to_array<std::string_view>(
      {"-var", "-var-file", "-target", "-replace", "-state", "-backup", "-parallelism", "-lock-timeout", "-chdir"});
  if (words.size() < 3) return false;
  const std::string_view last = unquoted(words.back());
  std::string_view before = words[words.size() - 2];
  if (before.starts_with("--")) before.remove_prefix(1);
  if (std::find(takes_a_word.begin(), takes_a_word.end(), before) != takes_a_word.end()) return false;
  return !last.starts_with('-') && last != "apply" && last.find('=') == std::string_view::npos;
}

/// The words of a row's path match the first words of a command, each as a glob; an option behind two of them may stand anywhere.
bool words_match(std::string_view path, const std::vector<std::string_view>& words, std::size_t from) {
  const std::size_t first = from;
  for (const std::string_view wanted : split(path, ' ')) {
    if (from >= words.size()) return false;
    if (wanted.starts_with("--") && from > first + 1) {
      if (!has_option(wanted, words, from)) return false;
      continue;
    }
    std::string_view word = unquoted(words[from++]);
    if (from - 1 == 0 || wanted.find('/') == std::string_view::npos) {
      const std::size_t slash = word.rfind('/');
      if (slash != std::string_view::npos && slash + 1 < word.size()) word.remove_prefix(slash + 1);
    }
    if (!glob_match(wanted, word)) return false;
  }
  return true;
}

/// A command that ends a script with failure: `exit 1`, `exit $status`, `false`, `return 1`.
bool fails(const CommandView& command) {
  const std::string_view first = command.words[0];
  if (first == "false" || first == "(exit" || first == "kill") return true;
  if (first != "exit" && first != "return") return false;
  return command.words.size() > 1 && command.words[1] != "0" && command.words[1] != "0)";
}

bool stops_early(const CommandView& command) {
  return command.words[0] == "exit" && command.words.size() > 1 && command.words[1] == "0";
}

/// What the shell does on an error at each command: `set -e`, `set +e`, `set -o pipefail` so far.
struct Mode {
  bool stops = true;
  bool pipefail = false;

  void read(const CommandView& command) {
    if (command.words[0] != "set") return;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
      const std::string_view word = command.words[i];
      if (word.size() < 2) continue;
      if (word[0] == '+' && word.find('e') != std::string_view::npos) stops = false;
      if (word[0] == '-' && word[1] != '-' && word.find('e') != std::string_view::npos) stops = true;
      if (word == "pipefail") pipefail = command.words[i - 1].starts_with('-');
      if (word == "errexit") stops = command.words[i - 1].starts_with('-');
    }
  }
};

/// Whether something behind the command at `index` still turns its failure into one: up to `limit` commands further.
bool fails_later(const std::vector<CommandView>& commands, std::size_t index, std::size_t limit) {
  for (std::size_t i = index + 1; i < commands.size() && i <= index + limit; ++i) {
    if (fails(commands[i])) return true;
  }
  return false;
}

bool is_masked(const std::vector<CommandView>& commands, std::size_t index, const Mode& mode) {
  const CommandView& command = commands[index];
  constexpr std::size_t near = 12;
  if (command.condition || command.negated) return !fails_later(commands, index, near);
  const bool last = index + 1 >= commands.size();
  switch (command.next) {
    case Join::Background: return true;
    case Join::Or: return last || (!fails(commands[index + 1]) && !fails_later(commands, index, 4));
    case Join::Pipe: {
      if (mode.pipefail) return false;
      // Which command the pipe ends in decides; `| xargs` and `| grep` may be what checks.
      return !last && (commands[index + 1].words[0] == "tee" || commands[index + 1].words[0] == "cat" ||
                       commands[index + 1].words[0] == "head" || commands[index + 1].words[0] == "tail" ||
                       commands[index + 1].words[0] == "sed");
    }
    case Join::End:
    case Join::Then: return !mode.stops && !last && !fails_later(commands, index, near);
    case Join::And: {
      // `a && b || true`: what stands behind the list swallows it.
      for (std::size_t i = index + 1; i < commands.size(); ++i) {
        if (commands[i].next == Join::Or) return i + 1 >= commands.size() || !fails(commands[i + 1]);
        if (commands[i].next != Join::And) break;
      }
      return false;
    }
  }
  return false;
}

/// A database's address or an environment's name that means a machine which is thrown away with the job: the name of a service, or of the
/// job's own machine. `value` in small letters.
bool is_beside(std::string_view value) {
  if (value.find("prod") != std::string_view::npos || value.find("secrets.") != std::string_view::npos ||
      value.find("vars.") != std::string_view::npos)
    return false;
  if (value.find("localhost") != std::string_view::npos || value.find("127.0.0.1") != std::string_view::npos)
    return true;
  std::string_view host = value.substr(value.find("://") == std::string_view::npos ? 0 : value.find("://") + 3);
  host = host.substr(0, host.find('/'));
  if (host.find('@') != std::string_view::npos) host = host.substr(host.rfind('@') + 1);
  return host.find('.') == std::string_view::npos;
}

}  // namespace

GateFacts::GateFacts(const FactTables& facts)
    : commands_(facts.rows("ci", "command")),
      actions_(facts.rows("ci", "action")),
      names_(facts.rows("ci", "name")),
      wrappers_(facts.rows("ci", "wrapper")),
      lenient_(facts.rows("ci", "lenient")),
      local_(facts.rows("ci", "local")),
      idle_(facts.rows("ci", "idle")),
      deploys_(facts.rows("ci", "deploy")),
      deploy_actions_(facts.rows("ci", "deploy-action")),
      told_(facts.rows("ci", "told")),
      application_database_(facts.rows("ci", "application-database")),
      database_variables_(facts.rows("ci", "database-variable")) {}

bool GateFacts::acts_beside_job(std::string_view program, const std::vector<Setting>& variables) const {
  const auto named = [&](const FactRowView& row) { return row.path == program; };
  if (std::none_of(application_database_.begin(), application_database_.end(), named)) return false;
  return std::none_of(variables.begin(), variables.end(), [&](const Setting& variable) {
    const auto decides = [&](const FactRowView& row) { return glob_match(row.path, variable.key); };
    const bool aims = std::any_of(database_variables_.begin(), database_variables_.end(), decides);
    return aims && !is_beside(lower_ascii(variable.value));
  });
}

namespace {

/// How bad a place is for tests, which empty tables as they please.
enum class TestPlace : std::uint8_t { Unknown, Beside, Own, Elsewhere, Production };

constexpr std::array test_places =
    std::to_array<std::string_view>({"", "beside", "of its own", "elsewhere", "production"});

TestPlace place_of_tests(const Setting& variable) {
  static constexpr std::array endings = std::to_array<std::string_view>({"URL", "URI", "HOST", "STRING", "DSN"});
  const bool address = std::any_of(endings.begin(), endings.end(),
                                   [&](std::string_view ending) { return variable.key.ends_with(ending); });
  if (!address || variable.value.empty()) return TestPlace::Unknown;
  const std::string value = lower_ascii(variable.value);
  static constexpr std::array own =
      std::to_array<std::string_view>({"test", "stag", "dev", "preview", "sandbox", "qa", "nonprod", "preprod", "_ci"});
  if (std::any_of(own.begin(), own.end(), [&](std::string_view word) { return value.find(word) != std::string::npos; }))
    return is_beside(value) ? TestPlace::Beside : TestPlace::Own;
  if (value.find("prod") != std::string::npos) return TestPlace::Production;
  return is_beside(value) ? TestPlace::Beside : TestPlace::Elsewhere;
}

}  // namespace

void GateFacts::note_test_database(const SourceFileView& file, const Pipeline& pipeline, Job& job) const {
  const auto tests = [&](const Step& step) {
    const std::vector<FoundGate> gates = gates_of(file, step);
    return std::any_of(gates.begin(), gates.end(), [](const FoundGate& gate) { return gate.label == "test"; });
  };
  std::vector<Setting> variables;
  for (const Step& step : job.steps) {
    if (!tests(step)) continue;
    variables.insert(variables.end(), pipeline.variables.begin(), pipeline.variables.end());
    variables.insert(variables.end(), job.variables.begin(), job.variables.end());
    for (const Setting& each : step.with) {
      if (each.key.starts_with("env.")) variables.push_back({each.key.substr(4), each.value, each.bytes});
    }
  }
  TestPlace worst = TestPlace::Unknown;
  ByteRange bytes;
  for (const Setting& variable : variables) {
    const bool aims = std::any_of(database_variables_.begin(), database_variables_.end(),
                                  [&](const FactRowView& row) { return glob_match(row.path, variable.key); });
    const TestPlace place = aims ? place_of_tests(variable) : TestPlace::Unknown;
    if (place <= worst) continue;
    worst = place;
    bytes = variable.bytes;
  }
  if (worst == TestPlace::Unknown) return;
  job.attributes.push_back({"test_database", std::string(test_places[static_cast<std::size_t>(worst)]), bytes});
}

bool GateFacts::takes_told_text(const Step& step) const {
  const std::string_view script = step.script.text;
  for (std::size_t at = script.find("${{"); at != std::string_view::npos; at = script.find("${{", at + 3)) {
    const std::size_t end = std::min(script.find("}}", at), script.size());
    const std::string context = lower_ascii(trim(script.substr(at + 3, end - at - 3)));
    if (std::any_of(told_.begin(), told_.end(), [&](const FactRowView& row) { return glob_match(row.path, context); }))
      return true;
  }
  return false;
}

Deploys GateFacts::deploys(const Step& step) const {
  const std::string action = lower_ascii(step.uses.substr(0, step.uses.find('@')));
  Deploys found = std::any_of(deploy_actions_.begin(), deploy_actions_.end(),
                              [&](const FactRowView& row) { return glob_match(row.path, action); })
                      ? Deploys::Changes
                      : Deploys::Nothing;
  if (step.language == Language::Python || step.language == Language::JavaScript) return found;
  for (const CommandView& command : commands_of(step.script.text)) {
    const std::size_t from = skip_wrappers(command.words);
    for (const FactRowView& row : deploys_) {
      if (from >= command.words.size() || !words_match(row.path, command.words, from)) continue;
      found = std::max(found, row.value == "destroys" ? Deploys::Destroys : Deploys::Changes);
    }
  }
  return found;
}

bool GateFacts::is_local(std::string_view program) const {
  return std::any_of(local_.begin(), local_.end(), [&](const FactRowView& row) { return row.path == program; });
}

std::size_t GateFacts::skip_wrappers(const std::vector<std::string_view>& words) const {
  std::size_t at = 0;
  for (unsigned rounds = 0; rounds < 8 && at < words.size(); ++rounds) {
    if (is_assignment(words[at])) {
      ++at;
      continue;
    }
    const auto wrapper = std::find_if(wrappers_.begin(), wrappers_.end(),
                                      [&](const FactRowView& row) { return words_match(row.path, words, at); });
    if (wrapper == wrappers_.end()) break;
    at += split(wrapper->path, ' ').size();
    while (at < words.size() && words[at].starts_with('-')) ++at;
  }
  return at;
}

/// The longest row decides.
std::optional<std::string> GateFacts::label_of(const std::vector<std::string_view>& words) const {
  const std::size_t from = skip_wrappers(words);
  if (from >= words.size()) return std::nullopt;
  const FactRowView* best = nullptr;
  for (const FactRowView& row : commands_) {
    if ((best == nullptr || row.path.size() > best->path.size()) && words_match(row.path, words, from)) best = &row;
  }
  if (best == nullptr || best->value == "none") return std::nullopt;
  return std::string(best->value);
}

bool GateFacts::is_lenient(const std::vector<std::string_view>& words) const {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return std::any_of(lenient_.begin(), lenient_.end(), [&](const FactRowView& row) { return row.path == word; });
  });
}

void GateFacts::find_in_script(const Step& step, std::vector<FoundGate>& found) const {
  if (step.language == Language::Python || step.language == Language::JavaScript) return;
  const std::vector<CommandView> commands = commands_of(step.script.text);
  Mode mode{step.stops_on_error, step.pipefail};
  bool over = false;
  unsigned nested = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    mode.read(commands[i]);
    nested += commands[i].condition ? 1 : 0;
    // Under a condition it ends only some runs.
    if (stops_early(commands[i]) && nested == 0 && (i == 0 || commands[i - 1].next == Join::Then)) over = true;
    const std::optional<std::string> label = label_of(commands[i].words);
    if (!label) continue;
    FoundGate gate;
    gate.label = *label;
    for (const std::string_view word : commands[i].words)
      gate.text += (gate.text.empty() ? "" : " ") + std::string(word);
    gate.text = shortened(gate.text, 200);
    gate.masked = gate.label == saved_plan ? !names_plan(commands[i].words)
                                           : over || is_lenient(commands[i].words) || is_masked(commands, i, mode);
    const auto last = static_cast<std::uint32_t>(step.script.map.size() - 1);
    gate.bytes = {step.script.map[std::min<std::size_t>(commands[i].begin, last)],
                  step.script.map[std::min<std::size_t>(commands[i].end, last)]};
    found.push_back(std::move(gate));
  }
}

std::vector<std::string> GateFacts::deploying_words(const Step& step) const {
  constexpr std::size_t most = 64;
  std::vector<std::string> found;
  if (step.language == Language::Python || step.language == Language::JavaScript) return found;
  for (const CommandView& command : commands_of(step.script.text)) {
    const std::size_t from = skip_wrappers(command.words);
    const bool deploys = from < command.words.size() &&
                         std::any_of(
                             deploys_.begin(), deploys_.end(),
                             [&](const FactRowView& row) { return words_match(row.path, command.words, from); });
    for (std::size_t i = from + 1; deploys && i < command.words.size() && found.size() < most; ++i)
      found.emplace_back(unquoted(command.words[i]));
  }
  return found;
}

std::vector<FoundGate> GateFacts::gates_of(const SourceFileView& file, const Step& step) const {
  std::vector<FoundGate> found;
  const ByteRange place{step.header.begin + file.offset, step.header.end + file.offset};
  if (!step.uses.empty()) {
    const std::string action = lower_ascii(step.uses.substr(0, step.uses.find('@')));
    for (const FactRowView& row : actions_) {
      if (!glob_match(row.path, action)) continue;
      bool masked = false;
      for (const Setting& input : step.with)
        masked = masked || is_lenient({std::string_view(input.key + "=" + input.value)});
      found.push_back({std::string(row.value), step.uses.substr(0, step.uses.find('@')), masked, place});
      break;
    }
  }
  find_in_script(step, found);
  if (!found.empty() || (step.script.text.empty() && step.uses.empty())) return found;
  // A name is believed where something runs under it: not where it only prints.
  const std::vector<CommandView> commands = commands_of(step.script.text);
  const bool works =
      !step.uses.empty() || std::any_of(commands.begin(), commands.end(), [&](const CommandView& command) {
        return std::none_of(idle_.begin(), idle_.end(),
                            [&](const FactRowView& row) { return row.path == command.words[0]; });
      });
  if (!works) return found;
  const std::string name = lower_ascii(step.name);
  for (const FactRowView& row : names_) {
    if (!glob_match(row.path, name)) continue;
    found.push_back({std::string(row.value), step.name, false, place});
    break;
  }
  return found;
}

}  // namespace redtag::ci
