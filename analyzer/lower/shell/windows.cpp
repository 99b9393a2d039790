#include "lower/shell/windows.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

ScriptBuilder::ScriptBuilder(std::string_view text, const Origin& origin) : text_(text), origin_(origin) {
  Block whole;
  whole.region = origin.region(0, text.size());
  script_.blocks.push_back(std::move(whole));
  open_.push_back(BlockId{0});
}

void ScriptBuilder::begin_word(std::size_t at) {
  if (begun_) return;
  begun_ = true;
  word_begin_ = at;
}

void ScriptBuilder::add_char(char c, std::size_t at, bool quoted) {
  begin_word(at);
  if (word_.parts.empty() || word_.parts.back().kind != PartKind::Text || word_.parts.back().quoted != quoted) {
    Part part;
    part.quoted = quoted;
    part.begin = origin_.at(at);
    word_.parts.push_back(std::move(part));
  }
  Part& part = word_.parts.back();
  part.text += c == '\\' ? '/' : c;
  part.map.push_back(origin_.at(at));
  if (!quoted && (c == '*' || c == '?')) part.glob = true;
}

void ScriptBuilder::add_part(PartKind kind, std::string name, std::size_t at, bool quoted, Expand expand) {
  begin_word(at);
  Part part;
  part.kind = kind;
  part.expand = expand;
  part.quoted = quoted;
  part.text = std::move(name);
  part.begin = origin_.at(at);
  word_.parts.push_back(std::move(part));
}

void ScriptBuilder::end_word(std::size_t at) {
  if (!begun_) return;
  at = std::max(word_begin_, std::min(at, text_.size()));
  begun_ = false;
  word_.source = std::string(text_.substr(word_begin_, at - word_begin_));
  word_.region = origin_.region(word_begin_, at);
  if (word_.parts.empty()) {
    Part nothing;
    nothing.quoted = true;
    nothing.begin = origin_.at(word_begin_);
    word_.parts.push_back(std::move(nothing));
  }
  if (command_.words.empty() && command_.assignments.empty()) command_.region = word_.region;
  command_.region.bytes.end = word_.region.bytes.end;
  command_.words.push_back(std::exchange(word_, Word{}));
}

void ScriptBuilder::end_command(std::size_t at, Then then) {
  end_word(at);
  const bool empty = command_.words.empty() && command_.assignments.empty();
  if (!empty && script_.commands.size() < limits::entities_per_file) {
    command_.block = open_.back();
    command_.piped = pipe_;
    if (pipe_) script_.commands[*pipe_].feeds_pipe = true;
    for (const Word& word : command_.words) command_.source += (command_.source.empty() ? "" : " ") + word.source;
    command_.source = shortened(command_.source, 4000);
    script_.commands.push_back(std::exchange(command_, Command{}));
  }
  command_ = Command{};
  pipe_.reset();
  if (then == Then::Pipes && !empty) pipe_ = script_.commands.size() - 1;
}

void ScriptBuilder::open(BlockKind kind, std::string name, std::size_t at) {
  if (open_.size() >= limits::nesting) return;
  Block block;
  block.kind = kind;
  block.name = std::move(name);
  block.parent = open_.back();
  block.region = origin_.region(at, at);
  block.body.first = script_.commands.size();
  if (kind == BlockKind::Then || kind == BlockKind::Else) {
    block.condition = {script_.commands.empty() ? 0 : script_.commands.size() - 1, script_.commands.size()};
  }
  script_.blocks.push_back(std::move(block));
  open_.push_back(BlockId{static_cast<std::uint32_t>(script_.blocks.size() - 1)});
}

void ScriptBuilder::go_through(std::vector<Word> values) { script_.blocks.back().values = std::move(values); }

void ScriptBuilder::close() {
  if (open_.size() < 2) return;
  script_.blocks[open_.back().value].body.last = script_.commands.size();
  open_.pop_back();
}

Script ScriptBuilder::finish() {
  end_command(text_.size(), Then::Ends);
  while (open_.size() > 1) close();
  script_.blocks[0].body.last = script_.commands.size();
  return std::move(script_);
}

Word ScriptBuilder::literal(std::string text, std::size_t at) const {
  Word word;
  word.source = text;
  word.region = origin_.region(at, at);
  Part part;
  part.text = std::move(text);
  part.begin = origin_.at(at);
  word.parts.push_back(std::move(part));
  return word;
}

std::string_view windows_place(std::string_view name) {
  const std::string plain = lower_ascii(name);
  if (plain == "systemdrive" || plain == "homedrive") return "C:";
  return plain == "systemroot" || plain == "windir" ? "C:/Windows" : std::string_view();
}

void respell_mirror(std::vector<Word>& words, const ScriptBuilder& builder, std::size_t at) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string text = i == 0 ? "robocopy" : marked_text(words[i].parts);
    if (i > 0 && (text.size() < 2 || text[0] != '/' || text.find('/', 1) != std::string::npos)) continue;
    if (i > 0) {
      std::transform(text.begin(), text.end(), text.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    }
    const Region region = words[i].region;
    words[i] = builder.literal(std::move(text), at);
    words[i].region = region;
  }
}

std::string windows_variable(std::string_view name) {
  struct Same {
    std::string_view theirs, ours;
  };
  static constexpr std::array same{Same{"userprofile", "HOME"}, Same{"homepath", "HOME"},    Same{"temp", "TMPDIR"},
                                   Same{"tmp", "TMPDIR"},       Same{"cd", "PWD"},           Same{"home", "HOME"},
                                   Same{"pwd", "PWD"},          Same{"psscriptroot", "PWD"}, Same{"errorlevel", "?"},
                                   Same{"lastexitcode", "?"}};
  const std::string plain = lower_ascii(name);
  for (const Same& known : same) {
    if (plain == known.theirs) return std::string(known.ours);
  }
  return std::string(name);
}

}  // namespace redtag::shell
