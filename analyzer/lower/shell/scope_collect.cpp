// Where variables get their values, and where someone makes sure of them.
#include <algorithm>

#include "base/text.h"
#include "lower/shell/scope.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_guards = 128;  ///< of one variable that are looked at

/// `set -e`, `set -o errexit` and the like.
bool turns_on(const Command& command, char letter, std::string_view name) {
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string text = marked_text(command.words[i].parts);
    if (text.size() > 1 && text[0] == '-' && text[1] != '-' && text.find(letter) != std::string::npos) return true;
    if (text == name && marked_text(command.words[i - 1].parts) == "-o") return true;
  }
  return false;
}

}  // namespace

Scope::Scope(const Script& script, Sight sight, OnFailure on_failure) : script_(script), sight_(sight) {
  if (on_failure == OnFailure::Stops) errexit_ = 0;
  collect_loops();
  for (std::size_t i = 0; i < script_.commands.size(); ++i) collect_sources(i);
  for (auto& [name, indexes] : by_name_) {
    std::stable_sort(indexes.begin(), indexes.end(),
                     [&](std::size_t a, std::size_t b) { return sources_[a].command < sources_[b].command; });
  }
  collect_guards();
  collect_forwards();
}

void Scope::add_source(const std::string& name, Source source) {
  by_name_[name].push_back(sources_.size());
  sources_.push_back(source);
}

void Scope::collect_loops() {
  for (const Block& block : script_.blocks) {
    if (block.kind != BlockKind::Loop && block.kind != BlockKind::Select) continue;
    if (block.name.empty() || block.body.empty()) continue;
    Source source{block.body.first, BlockId{0}, nullptr, &block.values, Hole::None, {}, false, false};
    if (block.kind == BlockKind::Select) source.hole = Hole::Input;
    add_source(block.name, source);
  }
}

void Scope::collect_sources(std::size_t index) {
  const Command& command = script_.commands[index];
  const std::string name = command.words.empty() ? std::string() : marked_text(command.words[0].parts);
  const bool declares =
      name == "local" || name == "declare" || name == "typeset" || name == "export" || name == "readonly";
  const BlockId function = procedure_of(script_, command.block);
  const bool local = name == "local" || ((name == "declare" || name == "typeset") && function.value != 0);
  if (declares || command.words.empty()) {
    const bool refers = std::any_of(command.words.begin(), command.words.end(), [](const Word& word) {
      return word.source.starts_with("-") && !word.source.starts_with("--") &&
             word.source.find('n') != std::string::npos;
    });
    for (const Assignment& assignment : command.assignments) {
      const BlockId owner = local ? function : BlockId{0};
      if (declares && refers && name != "export" && name != "readonly") {
        collect_reference(index, assignment, owner);
        continue;
      }
      Source source{index, owner, &assignment.value.parts, nullptr, Hole::None, assignment.elements, false, false};
      if (assignment.array || assignment.append) source.hole = Hole::Several;
      source.array = assignment.array && assignment.value.source.starts_with("(");
      source.appended = assignment.append;
      add_source(assignment.name, source);
    }
  }
  for (const Word& word : command.words) collect_defaults(word.parts, index);
  for (const Assignment& assignment : command.assignments) collect_defaults(assignment.value.parts, index);
  if (name.empty()) return;
  calls_[name].push_back(index);
  if (name == "alias") collect_aliases(index);
  if (name == "set" && !nounset_ && turns_on(command, 'u', "nounset")) nounset_ = index;
  if (name == "set" && !errexit_ && turns_on(command, 'e', "errexit")) errexit_ = index;
  if (name == "printf") collect_printed(index);
  if (name == "set") collect_positions(index);
  if (name == "read" || name == "mapfile" || name == "readarray" || name == "getopts") collect_read(index, name);
}

/// `read -r x`; `read -r x <<< 'rm -rf'` and `read -rd '' x <<END` with what stands there.
void Scope::collect_read(std::size_t index, const std::string& name) {
  const Command& command = script_.commands[index];
  const std::vector<Part>* told = nullptr;
  for (const Redirect& redirect : command.redirects) {
    const bool here = redirect.kind == RedirectKind::Here || redirect.kind == RedirectKind::HereString;
    if (here && redirect.descriptor.empty() && name == "read") told = &redirect.word.parts;
  }
  std::vector<std::string> names;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string text = marked_text(command.words[i].parts);
    if (text.empty() || text[0] == '-' || text[0] == variable_begin) continue;
    names.push_back(text);
  }
  for (const std::string& each : names) {
    const Hole hole = name == "getopts" ? Hole::Several : command.piped || name != "read" ? Hole::Item : Hole::Input;
    Source source{index, BlockId{0}, nullptr, nullptr, hole, {}, false, false};
    if (told != nullptr && names.size() == 1) {
      source.parts = told;
      source.hole = Hole::None;
    }
    add_source(each, source);
  }
}

/// `declare -n r=t`, `local -n r=$1`: another name of a variable.
void Scope::collect_reference(std::size_t index, const Assignment& assignment, BlockId owner) {
  const std::vector<Part>& parts = assignment.value.parts;
  if (parts.size() != 1 || (parts[0].kind != PartKind::Text && parts[0].kind != PartKind::Variable)) return;
  Part meant = parts[0];
  meant.expand = meant.kind == PartKind::Variable ? Expand::Indirect : Expand::Plain;
  meant.kind = PartKind::Variable;
  made_.push_back({std::move(meant)});
  add_source(assignment.name, Source{index, owner, &made_.back(), nullptr, Hole::None, {}, false, false});
}

/// `printf -v name '%s' value`.
void Scope::collect_printed(std::size_t index) {
  const std::vector<Word>& words = script_.commands[index].words;
  if (words.size() < 4 || marked_text(words[1].parts) != "-v") return;
  const std::string format = marked_text(words[3].parts);
  Source source{index, BlockId{0}, nullptr, nullptr, Hole::Several, {}, false, false};
  const bool plain = words.size() == 4 && format.find('%') == std::string::npos;
  const bool copies = words.size() == 5 && format == "%s";
  std::string line = "printf";
  for (std::size_t i = 3; i < words.size(); ++i) line += " " + words[i].source;
  if (plain || copies) {
    source.hole = Hole::None;
    source.parts = &words.back().parts;
  } else if (const auto text = printed_text(line)) {
    Part part;
    part.text = *text;
    part.begin = words[3].region.bytes.begin;
    part.map.assign(text->size(), part.begin);
    made_.push_back({std::move(part)});
    source.hole = Hole::None;
    source.parts = &made_.back();
  }
  add_source(marked_text(words[2].parts), source);
}

/// `alias wipe='rm -rf'`: words alone. An alias that is more than one command is not followed.
void Scope::collect_aliases(std::size_t index) {
  for (const Word& word : script_.commands[index].words) {
    const std::string text = marked_text(word.parts);
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || text.size() > 4096) continue;
    std::string meant = text.substr(equals + 1);
    if (meant.find_first_of(";|&<>()`\n\x01") != std::string::npos) continue;
    aliases_[text.substr(0, equals)] = {index, std::move(meant)};
  }
}

void Scope::collect_defaults(const std::vector<Part>& parts, std::size_t command) {
  for (const Part& part : parts) {
    if (part.kind != PartKind::Variable) continue;
    if (part.expand == Expand::Assign) {
      add_source(part.text, Source{command, BlockId{0}, &part.operand, nullptr, Hole::None, {}, false, false});
      guards_[part.text].push_back({command, script_.commands[command].block});
    }
    if (part.expand == Expand::Require) guards_[part.text].push_back({command, script_.commands[command].block});
  }
}

void Scope::collect_guards() {
  for (std::size_t i = 1; i < script_.blocks.size(); ++i) {
    const Block& block = script_.blocks[i];
    const BlockId id{static_cast<std::uint32_t>(i)};
    if (block.kind == BlockKind::Then || block.kind == BlockKind::Else || block.kind == BlockKind::Loop)
      guard_condition(block, id);
    if (block.kind != BlockKind::Case || block.values.empty() || block.name.starts_with("*")) continue;
    const bool empty = block.name == "\"\"" || block.name == "''";
    for (const Part& part : block.values[0].parts) {
      if (part.kind != PartKind::Variable) continue;
      if (!empty) guards_[part.text].push_back({block.body.first, id});
      if (empty && leaves(script_, block.body)) guards_[part.text].push_back({block.body.last, block.parent});
    }
  }
}

void Scope::guard_condition(const Block& block, BlockId id) {
  const bool leaving = leaves(script_, block.body);
  const CommandRange& range = block.condition;
  // A long chain of conditions is read once for each of its blocks; its first commands are enough.
  for (std::size_t i = range.first; i < range.last && i < range.first + 64; ++i) {
    const Tested tested = tested_names(script_.commands[i]);
    const bool then = block.kind != BlockKind::Else;
    for (const std::string& name : then ? tested.proven : tested.missing)
      guards_[name].push_back({block.body.first, id});
    if (!leaving) continue;
    for (const std::string& name : then ? tested.missing : tested.proven)
      guards_[name].push_back({block.body.last, block.parent});
  }
}

bool Scope::guarded(const std::string& name, std::size_t command) const {
  const auto found = guards_.find(name);
  if (found == guards_.end()) return false;
  const BlockId block = script_.commands[command].block;
  const bool in_function = procedure_of(script_, block).value != 0;
  std::size_t looked = 0;
  for (const Guard& guard : found->second) {
    if (++looked > most_guards) return false;
    if (guard.block.value == 0 && in_function) return true;  // checked by the script, which calls the function later
    if (guard.after <= command && within(script_, block, guard.block)) return true;
  }
  return false;
}

std::vector<std::size_t> Scope::ways_to(std::size_t command) const {
  constexpr std::size_t most_ways = 8;
  std::vector<std::size_t> ways{command};
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const Block& owner = script_.blocks[procedure_of(script_, script_.commands[ways[i]].block).value];
    const auto calls = owner.kind == BlockKind::Function ? calls_.find(owner.name) : calls_.end();
    if (calls == calls_.end()) continue;
    for (const std::size_t call : calls->second) {
      const bool known = std::find(ways.begin(), ways.end(), call) != ways.end();
      if (!known && ways.size() < most_ways) ways.push_back(call);
    }
  }
  return ways;
}

}  // namespace redtag::shell
