#include "lower/shell/standby.h"

#include <algorithm>

#include "base/text.h"
#include "lower/shell/vocabulary.h"

namespace redtag::shell {

namespace {

bool asks(const Script& script, CommandRange condition) {
  for (std::size_t i = condition.first; i < condition.last && i < script.commands.size(); ++i) {
    const std::string text = lower_ascii(script.commands[i].source);
    const auto words = listed(List::StandbyWord);
    if (std::any_of(words.begin(), words.end(),
                    [&](std::string_view word) { return text.find(word) != std::string::npos; }))
      return true;
  }
  return false;
}

bool ends_it(const Script& script, const Block& block) {
  for (std::size_t i = block.body.first; i < block.body.last && i < script.commands.size(); ++i) {
    const Command& command = script.commands[i];
    if (command.words.empty()) continue;
    const std::string name = marked_text(command.words[0].parts);
    if (name == "exit" || name == "return") return true;
  }
  return false;
}

}  // namespace

bool only_on_standby(const LineView& line) {
  const BlockId own = line.as_written().block;
  const BlockId procedure = procedure_of(line.script, own);
  for (std::size_t i = 1; i < line.script.blocks.size(); ++i) {
    const Block& block = line.script.blocks[i];
    if (block.kind != BlockKind::Then && block.kind != BlockKind::Else) continue;
    if (!asks(line.script, block.condition)) continue;
    const BlockId id{static_cast<std::uint32_t>(i)};
    if (within(line.script, own, id)) return true;
    const bool before = block.body.last <= line.command && procedure_of(line.script, block.parent) == procedure &&
                        within(line.script, own, block.parent);
    if (before && ends_it(line.script, block)) return true;
  }
  return false;
}

}  // namespace redtag::shell
