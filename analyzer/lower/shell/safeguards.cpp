#include "lower/shell/safeguards.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/text.h"
#include "lower/shell/results.h"
#include "lower/shell/strip.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_levels = 64;     ///< of conditions around a command that are looked at
constexpr std::size_t most_ways_out = 128;  ///< of blocks in front of one that may leave

/// Variables that count something else than what goes.
constexpr auto tries = std::to_array<std::string_view>(
    {"retr",    "tries",    "attempt", "time",   "wait",  "elapsed", "second", "uid",  "level", "verb",
     "version", "versinfo", "optind",  "status", "argc",  "exit",    "errors", "code", "pid",   "ret",
     "rc",      "free",     "space",   "disk",   "usage", "load",    "mem",    "port"});

Safeguard make(SafeguardKind kind, std::string protects, std::string_view text, Region region) {
  Safeguard safeguard;
  safeguard.stack = Stack::Shell;
  safeguard.kind = kind;
  safeguard.protects = std::move(protects);
  safeguard.text = shortened(trim(text), 200);
  safeguard.region = region;
  return safeguard;
}

bool sets_option(const Command& command, char letter, std::string_view name) {
  if (command.words.empty() || marked_text(command.words[0].parts) != "set") return false;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string text = marked_text(command.words[i].parts);
    if (text == "--") return false;
    if (text.size() > 1 && text[0] == '-' && text[1] != '-' && letter != '\0' && text.find(letter) != std::string::npos)
      return true;
    if (text == name && i > 1 && marked_text(command.words[i - 1].parts).ends_with("o")) return true;
  }
  return false;
}

/// `Clone url of your fork: ` asks for a value; `Really?`, `[y/N]` and `Press enter` let somebody say no.
bool wants_value(std::string_view question) {
  const std::string plain = lower_ascii(trim(question));
  if (!plain.ends_with(':') || plain.find(variable_begin) != std::string::npos) return false;
  return plain.find("url") != std::string::npos || plain.find("path") != std::string::npos ||
         plain.find("user") != std::string::npos || plain.find("password") != std::string::npos ||
         plain.find("address") != std::string::npos || plain.find("port") != std::string::npos;
}

bool asks(const Command& command) {
  if (command.words.size() < 2 || marked_text(command.words[0].parts) != "read" || command.piped) return false;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string text = marked_text(command.words[i].parts);
    if (text.size() < 2 || text[0] != '-' || text[1] == '-' || text.find('p') == std::string::npos) continue;
    return !(text.ends_with('p') && i + 1 < command.words.size() &&
             wants_value(marked_text(command.words[i + 1].parts)));
  }
  return false;
}

/// `flock -n 9 || exit`, `lockfile x`, `mkdir x.lock || exit`: whoever comes second waits or goes.
bool locks(const Command& command) {
  if (command.words.size() < 2) return false;
  const std::string program = marked_text(command.words[0].parts);
  if (program == "lockfile" || program == "dotlockfile" || program == "shlock") return true;
  const std::string last = marked_text(command.words.back().parts);
  if (program == "mkdir") return command.words.size() == 2 && (last.ends_with(".lock") || last.ends_with("lockdir"));
  // With a file and a command it wraps that one, which is looked at by itself.
  const bool descriptor =
      !last.empty() && (last.find_first_not_of("0123456789") == std::string::npos || last[0] == variable_begin);
  return program == "flock" && descriptor;
}

/// The words of the first line after `#!`.
bool shebang_stops_on_error(std::string_view text) {
  if (!text.starts_with("#!")) return false;
  for (const std::string_view word : split(text.substr(0, text.find('\n')), ' ')) {
    if (word.size() > 1 && word[0] == '-' && word[1] != '-' && word != "-S" && word.find('e') != std::string_view::npos)
      return true;
  }
  return false;
}

bool mentions(const Script& script, CommandRange range, std::initializer_list<std::string_view> names) {
  for (std::size_t i = range.first; i < range.last && i < range.first + 16; ++i) {
    for (const Word& word : script.commands[i].words) {
      for (const Part& part : word.parts) {
        if (part.kind != PartKind::Variable) continue;
        const std::string name = lower_ascii(part.text);
        for (const std::string_view wanted : names) {
          if (name.find(wanted) != std::string::npos) return true;
        }
      }
    }
  }
  return false;
}

/// What a test compares a variable with, and whether it must differ.
struct Comparison {
  std::string value;
  bool differs = false;
};

std::optional<Comparison> comparison_of(const Command& command) {
  for (std::size_t i = 1; i + 1 < command.words.size(); ++i) {
    const std::string sign = marked_text(command.words[i].parts);
    const bool equal = sign == "=" || sign == "==" || sign == "=~" || sign == "-eq";
    const bool differs = sign == "!=" || sign == "-ne";
    if (equal || differs)
      return Comparison{lower_ascii(marked_text(command.words[i + 1].parts)), differs != command.negated};
  }
  for (std::size_t i = 1; i + 1 < command.words.size(); ++i) {
    const std::string sign = marked_text(command.words[i].parts);
    if (sign == "-z" || sign == "-n") return Comparison{"", (sign == "-n") != command.negated};
  }
  return std::nullopt;
}

/// Options and wrappers by which a command limits itself.
void add_limits(const Command& harm, const std::string& address, std::vector<Safeguard>& out) {
  for (std::size_t i = 0; i < harm.words.size(); ++i) {
    const std::string text = marked_text(harm.words[i].parts);
    if (text == "flock" && i < 3) out.push_back(make(SafeguardKind::Lock, address, harm.source, harm.region));
    const bool limit = text == "--limit" || text.starts_with("--limit=") || text.starts_with("--max-items") ||
                       text == "--max-delete" || text.starts_with("--max-delete=");
    if (limit) out.push_back(make(SafeguardKind::Limit, address, text, harm.words[i].region));
  }
}

bool says_no(std::string_view value) {
  return value.empty() || value == "false" || value == "0" || value == "no" || value == "off";
}

/// True if what the block holds runs when a trial run is asked for: the test is the wrong way round.
bool runs_in_trial(const Command& condition, BlockKind kind) {
  const auto compared = comparison_of(condition);
  bool trial = !condition.negated;  // `if $DRY_RUN`
  if (compared) trial = says_no(compared->value) == compared->differs;
  return trial == (kind != BlockKind::Else);
}

/// True if what the block holds runs when the answer was no.
bool runs_when_refused(const Command& condition, BlockKind kind) {
  const auto compared = comparison_of(condition);
  if (!compared || compared->value.empty()) return false;
  const bool yes =
      compared->value.find('y') != std::string::npos || compared->value == "true" || compared->value == "1";
  if (!yes && !says_no(compared->value) && compared->value != "n") return false;
  const bool wants_yes = yes != compared->differs;
  return wants_yes == (kind == BlockKind::Else);
}

/// True if what the block holds runs in production alone, or everywhere but where nobody minds.
bool runs_in_production(const Command& condition, BlockKind kind) {
  const auto compared = comparison_of(condition);
  if (!compared) return false;
  const bool there = compared->differs == (kind == BlockKind::Else);  // it runs where the value is met
  if (compared->value.find("prod") != std::string::npos) return there;
  static constexpr std::array<std::string_view, 6> low{"dev", "test", "staging", "local", "sandbox", "ci"};
  return !there &&
         std::any_of(low.begin(), low.end(), [&](std::string_view word) { return compared->value.starts_with(word); });
}

/// Whether one of the variables of a test has readings that `wanted` says yes to.
template <class Wanted>
bool any_variable(const Script& script, const Scope& scope, CommandRange range, Wanted wanted) {
  for (std::size_t i = range.first; i < range.last && i < range.first + 16; ++i) {
    for (const Word& word : script.commands[i].words) {
      for (const Part& part : word.parts) {
        if (part.kind != PartKind::Variable) continue;
        Word variable;
        variable.parts = {part};
        if (wanted(scope.read(variable, i))) return true;
      }
    }
  }
  return false;
}

/// True if the switch that the test looks at is off unless somebody sets it: `DRY_RUN=${DRY_RUN:-false}`.
bool is_off_by_default(const Script& script, const Scope& scope, CommandRange range) {
  return any_variable(script, scope, range, [](const std::vector<Reading>& readings) {
    const std::optional<std::string> value = readings.size() == 1 ? known_text(readings.front()) : std::nullopt;
    return value && says_no(lower_ascii(*value));
  });
}

/// `pg_dump shop | gzip > x`: without pipefail nobody learns that the dump failed.
bool feeds_a_dump(const Script& script) {
  return std::any_of(script.commands.begin(), script.commands.end(),
                     [](const Command& command) { return command.feeds_pipe && copies_first(command); });
}

std::vector<Safeguard> of_script(const Script& script, std::string_view text,
                                 const std::vector<std::string>& addresses) {
  std::vector<Safeguard> found;
  bool stops = false, nounset = false, pipes = false;
  if (shebang_stops_on_error(text)) {
    Region first = script.blocks[0].region;
    first.bytes.end =
        std::min<std::uint32_t>(first.bytes.end, first.bytes.begin + static_cast<std::uint32_t>(text.find('\n')));
    found.push_back(make(SafeguardKind::StopOnError, addresses[0], text.substr(0, text.find('\n')), first));
    stops = true;
  }
  for (const Command& command : script.commands) {
    const std::string& address = addresses[command.block.value];
    if (!stops && sets_option(command, 'e', "errexit")) {
      found.push_back(make(SafeguardKind::StopOnError, addresses[0], command.source, command.region));
      stops = true;
    }
    if (!pipes && sets_option(command, '\0', "pipefail") && feeds_a_dump(script)) {
      found.push_back(make(SafeguardKind::StopOnError, addresses[0], "pipefail", command.region));
      pipes = true;
    }
    if (!nounset && sets_option(command, 'u', "nounset")) {
      found.push_back(make(SafeguardKind::ExistenceCheck, addresses[0], command.source, command.region));
      nounset = true;
    }
    if (locks(command)) found.push_back(make(SafeguardKind::Lock, address, command.source, command.region));
    if (asks(command)) found.push_back(make(SafeguardKind::Confirmation, address, command.source, command.region));
  }
  for (std::size_t i = 0; i < script.blocks.size(); ++i) {
    const Block& block = script.blocks[i];
    if (block.kind == BlockKind::Select)
      found.push_back(make(SafeguardKind::Confirmation, addresses[i], "select", block.region));
  }
  return found;
}

}  // namespace

void add_script_safeguards(const Script& script, std::string_view text, const std::vector<std::string>& addresses,
                           std::vector<Safeguard>& out) {
  for (Safeguard& safeguard : of_script(script, text, addresses)) {
    // A question whose answer is looked at is known by that.
    const bool answered = safeguard.kind == SafeguardKind::Confirmation &&
                          std::any_of(out.begin(), out.end(), [&](const Safeguard& known) {
                            return known.kind == safeguard.kind && known.protects == safeguard.protects;
                          });
    if (!answered) out.push_back(std::move(safeguard));
  }
}

namespace {

/// A command that is called after what it makes sure of: `verify_backup`, `./ensure-dev.sh`, `is_safe`.
bool makes_sure(const Command& command) {
  if (command.words.empty()) return false;
  const std::string name = lower_ascii(base_name(marked_text(command.words[0].parts)));
  const auto words = listed(List::CheckingWord);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    const std::size_t at = name.find(word);
    if (at == std::string::npos) return false;
    const bool begins = at == 0 || name[at - 1] == '_' || name[at - 1] == '-';
    return begins && (word.ends_with('_') || name != word || command.words.size() > 1 || word.size() > 4);
  });
}

/// What a test asks about an amount.
enum class Amount : std::uint8_t {
  None,
  Any,   ///< `[ -s list ]`, `[ "$found" -eq 0 ]`: whether there is anything
  Many,  ///< `[ "$found" -lt 100 ]`: whether there are as many as there should be
};

/// Whether a word may say how many things there are. How often something was tried, and how many words the script was given, is no
/// such amount.
bool counts_things(const Word& word) {
  for (const Part& part : word.parts) {
    if (part.kind == PartKind::Number) return part.text != "#";
    if (part.kind == PartKind::Output) return part.text.find("id -") == std::string::npos;
    if (part.kind != PartKind::Variable || part.text == "i" || part.text == "?" || part.text == "#") continue;
    const std::string variable = lower_ascii(part.text);
    return std::none_of(tries.begin(), tries.end(),
                        [&](std::string_view each) { return variable.find(each) != std::string::npos; });
  }
  return false;
}

Amount asked_amount(const Command& command) {
  const std::string name = command.words.empty() ? std::string() : marked_text(command.words[0].parts);
  if (name != "[" && name != "[[" && name != "test") return Amount::None;
  for (std::size_t i = 1; i + 1 < command.words.size(); ++i) {
    const std::string sign = marked_text(command.words[i].parts);
    if (sign == "-s") return Amount::Any;
    const bool compares = sign == "-lt" || sign == "-le" || sign == "-gt" || sign == "-ge";
    const std::string value = marked_text(command.words[i + 1].parts);
    const bool zero = value == "0" && (compares || sign == "-eq" || sign == "=" || sign == "==");
    if ((compares || zero) && counts_things(command.words[i - 1])) return zero ? Amount::Any : Amount::Many;
  }
  return Amount::None;
}

/// `[ -f /backup/orders.sql ]`: whether there is a copy.
bool asks_for_copy(const Command& command) {
  const std::string name = command.words.empty() ? std::string() : marked_text(command.words[0].parts);
  if (name != "[" && name != "[[" && name != "test") return false;
  for (std::size_t i = 1; i + 1 < command.words.size(); ++i) {
    const std::string sign = marked_text(command.words[i].parts);
    if (sign != "-f" && sign != "-e" && sign != "-d" && sign != "-s" && sign != "-r") continue;
    const std::string plain = lower_ascii(command.words[i + 1].source);
    for (const std::string_view word : {"backup", "dump", "snapshot", ".bak", "archive"}) {
      if (plain.find(word) != std::string::npos) return true;
    }
  }
  return false;
}

/// Whether a condition lets a command run in one of several cases of which the first alone is what it is named by: `dev || force` where
/// it runs if that holds, `prod && !force` where it does not.
bool has_way_around(const Script& script, CommandRange range, BlockKind kind) {
  const BlockKind around = kind == BlockKind::Else ? BlockKind::Then : BlockKind::Else;
  const std::string_view sign = kind == BlockKind::Else ? "&&" : "||", old_sign = kind == BlockKind::Else ? "-a" : "-o";
  bool joined = false;
  std::set<std::string> names;
  for (std::size_t i = range.first; i < range.last && i < range.first + 16; ++i) {
    for (const Word& word : script.commands[i].words) {
      joined = joined || word.source == sign || word.source == old_sign;
      for (const Part& part : word.parts) {
        if (part.kind == PartKind::Variable) names.insert(part.text);
      }
    }
    const Block& block = script.blocks[script.commands[i].block.value];
    joined = joined || (i > range.first && block.kind == around && block.condition.first >= range.first &&
                        block.condition.last <= range.last && !block.condition.empty());
  }
  return joined && names.size() > 1;
}

/// True if every value that the switch of a test may have in the script says yes.
bool is_on_anyway(const Script& script, const Scope& scope, CommandRange range) {
  const auto says_yes = [](const Reading& reading) {
    const std::optional<std::string> value = known_text(reading);
    const std::string word = value ? lower_ascii(*value) : std::string();
    return word == "1" || word == "true" || word == "yes" || word == "y";
  };
  return any_variable(script, scope, range, [&](const std::vector<Reading>& readings) {
    return !readings.empty() && std::all_of(readings.begin(), readings.end(), says_yes);
  });
}

/// `true`, `:`: a condition that holds whatever there is.
bool always_holds(const Command& command) {
  if (command.words.size() != 1 || command.negated) return false;
  const std::string name = marked_text(command.words[0].parts);
  return name == "true" || name == ":";
}

/// What a condition in front of a command makes sure of; `kind` says on which outcome the command runs.
void add_condition(const Script& script, const Scope& scope, CommandRange range, BlockKind kind,
                   const std::string& address, std::vector<Safeguard>& out) {
  const Command& condition = script.commands[range.first];
  const Command& last = script.commands[range.last - 1];
  const auto add = [&](SafeguardKind safeguard, const Command& at, bool lost) {
    out.push_back(make(safeguard, address, at.source, at.region));
    // `verify || true`: it holds whatever the first part says.
    if (lost || (range.last - range.first > 1 && always_holds(last))) out.back().coverage = Coverage::None;
  };
  const bool asked_yes = comparison_of(condition) && comparison_of(condition)->value == "yes";
  if (mentions(script, range, {"dry", "simulate", "noop", "whatif"})) {
    add(SafeguardKind::DryRun, condition, runs_in_trial(condition, kind));
    if (out.back().coverage == Coverage::All && is_off_by_default(script, scope, range))
      out.back().coverage = Coverage::Some;
  } else if (mentions(script, range, {"env", "stage"})) {
    add(SafeguardKind::EnvironmentCheck, condition, runs_in_production(condition, kind));
    if (out.back().coverage == Coverage::All && has_way_around(script, range, kind))
      out.back().coverage = Coverage::Some;
  } else if (asked_yes || mentions(script, range, {"confirm", "reply", "answer", "really", "sure", "force", "yes"})) {
    add(SafeguardKind::Confirmation, condition, runs_when_refused(condition, kind));
    if (out.back().coverage == Coverage::All && is_on_anyway(script, scope, range))
      out.back().coverage = Coverage::Some;
  } else if (makes_sure(condition)) {
    add(SafeguardKind::ResultCheck, condition, condition.negated == (kind != BlockKind::Else));
  } else if (const Amount amount = asked_amount(condition); amount != Amount::None) {
    add(SafeguardKind::Limit, condition, false);
    out.back().text =
        shortened((amount == Amount::Any ? "any there are: " : "how many there are: ") + out.back().text, 200);
  }
}

/// True if some command of the range ends the script as a failure: somebody is to look. Otherwise there is nothing to do.
bool refuses(const Script& script, CommandRange range) {
  for (std::size_t i = range.first; i < range.last && i < range.first + 16; ++i) {
    const Command& command = script.commands[i];
    const std::string name = command.words.empty() ? std::string() : lower_ascii(marked_text(command.words[0].parts));
    for (const std::string_view word : {"throw", "die", "fail", "fatal", "abort", "panic", "bail"}) {
      if (name.find(word) != std::string::npos) return true;
    }
    const std::string code = command.words.size() > 1 ? marked_text(command.words[1].parts) : std::string("0");
    if ((name == "exit" || name == "return") && code != "0") return true;
  }
  return false;
}

/// `verify || exit 1`, `if [ "$ENV" = prod ]; then exit; fi`: what stands behind runs on the other outcome alone.
void add_ways_out(const Script& script, const Scope& scope, std::size_t command, const std::string& address,
                  std::vector<Safeguard>& out) {
  const Command& harm = script.commands[command];
  std::size_t looked = 0;
  std::vector<Safeguard> found;
  for (std::size_t i = script.blocks.size(); i-- > 1 && looked < most_ways_out;) {
    const Block& block = script.blocks[i];
    const bool branch = block.kind == BlockKind::Then || block.kind == BlockKind::Else;
    if (!branch || block.condition.empty() || block.body.last > command) continue;
    ++looked;
    if (!within(script, harm.block, block.parent) || !leaves(script, block.body)) continue;
    if (procedure_of(script, block.parent) != procedure_of(script, harm.block)) continue;
    // That something is there at all says nothing of where.
    const auto compared = comparison_of(script.commands[block.condition.first]);
    if (compared && compared->value.empty()) continue;
    const std::size_t known = found.size();
    add_condition(script, scope, block.condition, block.kind == BlockKind::Then ? BlockKind::Else : BlockKind::Then,
                  address, found);
    const Command& condition = script.commands[block.condition.first];
    if (found.size() == known && asks_for_copy(condition))
      found.push_back(make(SafeguardKind::ResultCheck, address, condition.source, condition.region));
    const bool amount = found.size() > known && found.back().kind == SafeguardKind::Limit;
    if (amount && refuses(script, block.body)) found.back().text = "refuses by " + found.back().text;
  }
  // One way out stands in front of all that is behind it.
  for (Safeguard& each : found) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const Safeguard& other) {
      return other.kind == each.kind && other.protects == each.protects && other.text == each.text;
    });
    if (!known) out.push_back(std::move(each));
  }
}

/// `[ "$DRY_RUN" = 1 ] && RUN=echo` for `$RUN rm x`: the switch decides whether the command is only printed.
void add_printing(const Script& script, const Scope& scope, std::size_t command, const std::string& address,
                  std::vector<Safeguard>& out) {
  constexpr std::size_t most_looked_at = 512;
  const Command& harm = script.commands[command];
  if (harm.words.empty() || harm.words[0].parts.size() != 1) return;
  const Part& first = harm.words[0].parts[0];
  if (first.kind != PartKind::Variable) return;
  for (std::size_t i = command - std::min(command, most_looked_at); i < command; ++i) {
    for (const Assignment& assignment : script.commands[i].assignments) {
      const std::string value = marked_text(assignment.value.parts);
      if (assignment.name != first.text || (value != "echo" && value != ":" && value != "true")) continue;
      const CommandRange switched = script.blocks[script.commands[i].block.value].condition;
      const Command& at = switched.empty() ? script.commands[i] : script.commands[switched.first];
      out.push_back(make(SafeguardKind::DryRun, address, at.source, at.region));
      if (!switched.empty() && is_off_by_default(script, scope, switched)) out.back().coverage = Coverage::Some;
      return;
    }
  }
}

}  // namespace

void add_safeguards_around(const Script& script, const Scope& scope, std::size_t command, const std::string& address,
                           std::vector<Safeguard>& out) {
  const Command& harm = script.commands[command];
  std::size_t levels = 0;
  for (BlockId at = harm.block; at.value != 0 && levels < most_levels; at = script.blocks[at.value].parent, ++levels) {
    const Block& block = script.blocks[at.value];
    if (block.condition.empty()) continue;
    const Command& last = script.commands[block.condition.last - 1];
    if (block.kind == BlockKind::Then && copies_first(last))
      out.push_back(make(SafeguardKind::ResultCheck, address, last.source, last.region));
    add_condition(script, scope, block.condition, block.kind, address, out);
  }
  add_ways_out(script, scope, command, address, out);
  add_results_of(script, scope, command, address, out);
  add_printing(script, scope, command, address, out);
  add_limits(harm, address, out);
  for (const Word& word : harm.words) {
    for (const Part& part : word.parts) {
      const bool demanded = part.expand == Expand::Require;
      if (part.kind != PartKind::Variable || (!demanded && !scope.guarded(part.text, command))) continue;
      out.push_back(make(SafeguardKind::ExistenceCheck, address, "$" + part.text + " is checked", harm.region));
    }
  }
}

}  // namespace redtag::shell
