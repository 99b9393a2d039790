#include "lower/shell/effect.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

std::optional<Verb> verb_of(std::string_view effect) {
  if (effect == "destroys") return Verb::Destroy;
  if (effect == "detaches") return Verb::Detach;
  if (effect == "interrupts") return Verb::Interrupt;
  if (effect == "steers") return Verb::Steer;
  return std::nullopt;
}

namespace {

bool is_option(std::string_view text) { return text.size() > 1 && text[0] == '-'; }

/// An option or operand of a row that may stand anywhere: `-rf`, `of=/dev/`, `:9200/`.
bool stands_anywhere(const LineView& line, std::string_view word) {
  if (is_option(word)) return line.has(word);
  // `/L` of a program of Windows, and no other option that begins like it.
  const bool option = word.size() > 1 && word[0] == '/' &&
                      word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1) == std::string_view::npos;
  if (option) return line.has_word(word);
  const bool glob = word.find('*') != std::string_view::npos;
  for (std::size_t i = line.first(); i < line.last(); ++i) {
    if (line.text(i) == word || (glob && glob_match(word, line.text(i)))) return true;
    const bool fragment = word.find_first_of("/=:.") != std::string_view::npos;
    if (fragment && line.text(i).find(word) != std::string::npos) return true;
  }
  return false;
}

/// Matches the words of a row. Subcommands stand in order with nothing between them but options and their values. Returns the
/// index behind the last subcommand.
using Spellings = std::map<std::string_view, std::string_view>;

/// What a word of the line is in the rows: `pods` and `po/web` are `pod`.
std::string_view as_rows_spell(std::string_view text, const Spellings& spelled) {
  const std::string_view head = text.substr(0, text.find('/'));
  const auto found = spelled.find(head);
  return found == spelled.end() ? head : found->second;
}

std::optional<std::size_t> match_row(const LineView& line, const std::vector<std::string_view>& words,
                                     const Spellings& spelled) {
  std::size_t next = line.first();
  std::size_t operands = next;
  bool subcommands = true;
  for (const std::string_view word : words) {
    if (word.empty() || word == "*") continue;
    if (is_option(word) || word.starts_with('/') || word.find('=') != std::string_view::npos) subcommands = false;
    if (!subcommands) {
      if (!stands_anywhere(line, word)) return std::nullopt;
      continue;
    }
    bool after_option = false;
    for (;; ++next) {
      if (next >= line.last()) return std::nullopt;
      const std::string_view text = line.text(next);
      if (text == word || as_rows_spell(text, spelled) == word) break;
      if (is_option(text)) {
        after_option = text.find('=') == std::string_view::npos;
      } else if (after_option) {
        after_option = false;
      } else {
        return std::nullopt;
      }
    }
    const bool both = line.text(next) != word && line.text(next).find('/') != std::string::npos;
    operands = both ? next : next + 1;  // `pvc/data` names kind and operand at once
    ++next;
  }
  return operands;
}

/// `--policy keep` and `--policy=keep` say the same: true if a row has one of them and the line the other.
bool value_stands(const LineView& line, std::string_view argument) {
  const std::size_t at = argument.find_first_of(" =");
  if (at == std::string_view::npos || at < 2 || at + 1 == argument.size() || argument[0] != '-') return false;
  const std::string_view option = argument.substr(0, at), value = argument.substr(at + 1);
  if (value.find(' ') != std::string_view::npos) return false;
  const std::size_t found = line.value_of(option);
  if (found == LineView::npos) return false;
  const std::string_view text = line.text(found);
  return text == value || (text.starts_with(option) && text.substr(option.size()) == "=" + std::string(value));
}

/// True if an arming or disarming argument stands there. Phrases in words ("plan first") are for people.
bool argument_stands(const LineView& line, std::string_view argument) {
  argument = trim(argument);
  if (argument.empty()) return false;
  if (argument.starts_with("+")) {
    for (std::size_t i = line.first(); i < line.last(); ++i) {
      if (line.text(i).size() > 1 && line.text(i)[0] == '+') return true;
    }
    return false;
  }
  if (value_stands(line, argument)) return true;
  for (const std::string_view word : split(argument, ' ')) {
    std::string_view name = word;
    if (name.ends_with('=')) name.remove_suffix(1);
    const bool doubled = name.size() > 2 && name[0] == '-' && name[1] != '-' && line.has("-" + std::string(name));
    if (!doubled && !stands_anywhere(line, name)) return false;
  }
  return true;
}

bool any_argument_stands(const LineView& line, std::string_view cell) {
  if (cell.empty()) return false;
  const std::vector<std::string_view> arguments = split(cell, '|');
  return std::any_of(arguments.begin(), arguments.end(), [&](std::string_view a) { return argument_stands(line, a); });
}

std::string resolve_alias(const FactTables& facts, const std::string& program) {
  for (const FactRowView& row : facts.rows("shell", program, "alias")) {
    if (row.path.empty()) return std::string(row.value);
  }
  return program;
}

/// `-WhatIf:$true`, and `-WhatIf:$Trial` where that is so unless somebody says otherwise.
bool is_tried_out(const LineView& line) {
  constexpr std::string_view option = "-whatif:";
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    if (!lower_ascii(line.words[i].word->source).starts_with(option)) continue;
    const auto known = known_text(line.words[i].readings.front());
    const std::string value = lower_ascii(known ? *known : line.words[i].word->source);
    return value.ends_with("true");
  }
  return false;
}

bool says_what_happens(const FactRowView& row) { return row.effect == "none" || verb_of(row.effect).has_value(); }

}  // namespace

const ProgramRows::Rows& ProgramRows::rows(const std::string& program) {
  const auto found = known_.find(program);
  if (found != known_.end()) return found->second;
  Rows made;
  made.all = facts_.rows("shell", program);
  if (const std::string meant = resolve_alias(facts_, program); meant != program) {
    const std::vector<FactRowView> shared = facts_.rows("shell", meant);
    made.all.insert(made.all.end(), shared.begin(), shared.end());
  }
  for (std::size_t i = 0; i < made.all.size(); ++i) {
    const FactRowView& row = made.all[i];
    if (row.effect == "alias" && !row.path.empty()) made.spelled[row.path] = row.value;
    if (row.effect == "exposes" || (row.effect == "unguards" && !row.value.empty())) made.exposing.push_back(i);
    if (!says_what_happens(row)) continue;
    const std::string_view head = row.path.substr(0, row.path.find(' '));
    const bool subcommand =
        !head.empty() && head != "*" && !is_option(head) && head.find_first_of("/=:.") == std::string_view::npos;
    subcommand ? made.by_word[head].push_back(i) : made.anywhere.push_back(i);
  }
  return known_.emplace(program, std::move(made)).first->second;
}

std::optional<Effect> find_effect(ProgramRows& programs, const LineView& line) {
  if (auto request = find_request(programs.facts(), line)) return request;
  const ProgramRows::Rows& rows = programs.rows(line.invocation.program);
  const FactRowView* best = nullptr;
  std::size_t best_words = 0, operands = 0;
  const auto consider = [&](std::size_t index) {
    const FactRowView& row = rows.all[index];
    const std::vector<std::string_view> words = split(row.path, ' ');
    const std::size_t count = row.path.empty() ? 0 : words.size();
    if (best != nullptr && (count < best_words || (count == best_words && best <= &row))) return;
    const auto behind = match_row(line, words, rows.spelled);
    if (!behind) return;
    best = &row;
    best_words = count;
    operands = *behind;
  };
  for (const std::size_t index : rows.anywhere) consider(index);
  // A subcommand is among the first words: options and their values may stand before it.
  for (std::size_t i = line.first(); i < line.last() && i < line.first() + 16; ++i) {
    const std::string_view text = line.text(i);
    const auto found = rows.by_word.find(as_rows_spell(text, rows.spelled));
    if (found == rows.by_word.end()) continue;
    for (const std::size_t index : found->second) consider(index);
  }
  if (best == nullptr) return std::nullopt;
  Effect effect;
  effect.row = *best;
  effect.operands = operands;
  std::string_view strength = best->effect;
  const bool armed = any_argument_stands(line, best->value);
  if (armed) effect.arming = Arming::Armed;
  if (!armed) {
    for (const FactRowView& row : rows.all) {
      if (row.effect == "unarmed" && row.path == best->path) strength = row.value;
    }
  }
  if (any_argument_stands(line, best->condition)) effect.arming = Arming::Disarmed;
  if (line.has_any({"--dry-run", "--dryrun", "--what-if", "-WhatIf", "--no-act"}) || is_tried_out(line))
    effect.arming = Arming::Disarmed;
  effect.verb = verb_of(strength);
  return effect;
}

std::optional<Effect> find_exposure(ProgramRows& programs, const LineView& line) {
  const ProgramRows::Rows& rows = programs.rows(line.invocation.program);
  for (const std::size_t index : rows.exposing) {
    const FactRowView& row = rows.all[index];
    const auto behind = match_row(line, split(row.path, ' '), rows.spelled);
    const bool always = row.value.empty() || row.value == "*";
    if (!behind || (!always && !any_argument_stands(line, row.value))) continue;
    Effect effect;
    effect.row = row;
    effect.operands = *behind;
    effect.verb = row.effect == "unguards" ? Verb::Unguard : Verb::Steer;
    const bool only_shown = line.has_any({"--dry-run", "--dryrun", "--what-if", "--no-act"});
    effect.arming = only_shown ? Arming::Disarmed : Arming::Armed;
    return effect;
  }
  return std::nullopt;
}

std::optional<FactRowView> find_row(const FactTables& facts, std::string_view program, std::string_view words) {
  for (const FactRowView& row : facts.rows("shell", program)) {
    if (row.path == words && (says_what_happens(row) || row.effect == "unguards")) return row;
  }
  return std::nullopt;
}

bool sounds_destructive(const LineView& line) {
  const std::string& program = line.invocation.program;
  if (!is_listed(List::PlatformClient, program)) return false;
  for (std::size_t i = line.first(); i < line.last() && i < line.first() + 6; ++i) {
    const std::string_view word = line.text(i);
    if (is_option(word)) continue;
    for (const std::string_view verb : {"delete", "remove", "purge", "destroy", "terminate"}) {
      if (word == verb || (word.starts_with(verb) && word.size() > verb.size() && word[verb.size()] == '-') ||
          word.ends_with(":" + std::string(verb))) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace redtag::shell
