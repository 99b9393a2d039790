#include "lower/shell/results.h"

#include <algorithm>

#include "base/text.h"
#include "lower/shell/strip.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_looked_back = 128;  ///< commands in front of one
constexpr std::size_t most_copies = 8;         ///< of them
constexpr std::size_t most_blocks = 1024;      ///< of a script; in a longer one nobody is asked

std::string name_of(const Command& command) {
  return command.words.empty() ? std::string() : marked_text(command.words[0].parts);
}

/// `[ $? -ne 0 ]`
bool asks_for_status(const Command& command) {
  const std::string name = name_of(command);
  if (name != "[" && name != "[[" && name != "test" && name != "((") return false;
  return std::any_of(command.words.begin(), command.words.end(), [](const Word& word) {
    return std::any_of(word.parts.begin(), word.parts.end(),
                       [](const Part& part) { return part.kind != PartKind::Text && part.text == "?"; });
  });
}

/// What goes lies where the script stands at that time: `rm -rf *`.
bool works_here(const Command& command) {
  bool any = false;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string& word = command.words[i].source;
    if (word.starts_with('-')) continue;
    if (word.find_first_of("/~$") < 2 && !word.starts_with("./")) return false;
    any = any || word.find('*') != std::string::npos || word == ".";
  }
  return any;
}

/// What decides whether a command runs that stands behind another one.
struct Look {
  bool written = false;  ///< somebody asks
  bool ignored = false;  ///< somebody says that it does not matter
};

class Results {
 public:
  Results(const Script& script, const Scope& scope, std::size_t harm) : script_(script), scope_(scope), harm_(harm) {}

  void add(const std::string& address, std::vector<Safeguard>& out) const {
    const Command& harm = script_.commands[harm_];
    if (script_.blocks.size() > most_blocks) return;
    const bool here = works_here(harm);
    std::size_t looked = 0;
    for (std::size_t i = harm_ - std::min(harm_, most_looked_back); i < harm_; ++i) {
      const Command& command = script_.commands[i];
      const std::string name = name_of(command);
      const bool goes = here && (name == "cd" || name == "pushd");
      if (!goes && !copies_first(command)) continue;
      if (procedure_of(script_, command.block) != procedure_of(script_, harm.block)) continue;
      if (++looked > most_copies) return;
      const Look look = look_at(i);
      const bool stops = !look.ignored && scope_.stops_on_error(i) && within(script_, harm.block, command.block);
      if (!look.written && !stops) continue;
      Safeguard safeguard;
      safeguard.stack = Stack::Shell;
      safeguard.kind = SafeguardKind::ResultCheck;
      safeguard.protects = address;
      const std::string mark(look.written ? std::string_view() : stops_unless);
      safeguard.text = shortened(mark + std::string(trim(command.source)), 200);
      safeguard.region = command.region;
      const bool known = std::any_of(out.begin(), out.end(), [&](const Safeguard& other) {
        return other.kind == safeguard.kind && other.protects == safeguard.protects && other.text == safeguard.text;
      });
      if (!known) out.push_back(std::move(safeguard));
    }
  }

 private:
  /// The blocks whose condition ends with the command, or with the test of its status behind it.
  [[nodiscard]] Look look_at(std::size_t command) const {
    Look look;
    const bool status = command + 1 < harm_ && asks_for_status(script_.commands[command + 1]);
    for (const Block& block : script_.blocks) {
      const bool branch = block.kind == BlockKind::Then || block.kind == BlockKind::Else;
      if (!branch || block.condition.empty()) continue;
      const bool own = block.condition.last == command + 1;
      const bool behind = status && block.condition.last == command + 2;
      if (!own && !behind) continue;
      const bool holds = within(script_, script_.commands[harm_].block, id_of(block));
      const bool way_out = block.body.last <= harm_ && leaves(script_, block.body);
      const BlockKind failure = script_.commands[command].negated ? BlockKind::Then : BlockKind::Else;
      const bool on_failure = own && block.kind == failure;
      if (behind || (own && on_failure)) {
        look.written = look.written || way_out;
        look.ignored = look.ignored || (on_failure && !way_out && !holds);
      }
      if (holds && !on_failure) look.written = true;
    }
    return look;
  }

  [[nodiscard]] BlockId id_of(const Block& block) const {
    return BlockId{static_cast<std::uint32_t>(&block - script_.blocks.data())};
  }

  const Script& script_;
  const Scope& scope_;
  std::size_t harm_;
};

}  // namespace

/// `rsync … && rm …`: what goes is there a second time, or nothing happens.
bool copies_first(const Command& command) {
  std::vector<std::string> texts;
  for (const Word& word : command.words) texts.push_back(marked_text(word.parts));
  const std::vector<Invocation> runs = strip(texts);
  if (runs.empty()) return false;
  const std::string program = lower_ascii(runs.back().program);
  if (program == "robocopy" || program == "xcopy" || program == "copy-item" || program == "copy") return true;
  if (program == "cp" || program == "rsync" || program == "scp" || program == "tar" || program == "mv") return true;
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return is_listed(List::Backup, program) || is_listed(List::Backup, program + " " + text) ||
           (is_listed(List::ObjectStoreClient, program) && (text == "cp" || text == "sync" || text == "copy"));
  });
}

void add_results_of(const Script& script, const Scope& scope, std::size_t harm, const std::string& address,
                    std::vector<Safeguard>& out) {
  Results(script, scope, harm).add(address, out);
}

}  // namespace redtag::shell
