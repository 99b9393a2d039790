#include "lower/shell/decide.h"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "lower/shell/scope.h"
#include "lower/shell/strip.h"

namespace redtag::shell {

namespace {

constexpr unsigned most_rounds = 3;  ///< what is dropped may have set a variable that decides something else
constexpr std::size_t most_words = 64;
constexpr std::size_t longest_pattern = 64;

enum class Truth : std::uint8_t { No, Yes, Unknown };

Truth truth_of(bool value) { return value ? Truth::Yes : Truth::No; }

Truth opposite(Truth truth) { return truth == Truth::Unknown ? truth : truth_of(truth == Truth::No); }

Truth both(Truth a, Truth b) {
  if (a == Truth::No || b == Truth::No) return Truth::No;
  return a == Truth::Yes && b == Truth::Yes ? Truth::Yes : Truth::Unknown;
}

Truth either(Truth a, Truth b) { return opposite(both(opposite(a), opposite(b))); }

std::optional<long long> number_in(std::string_view text) {
  text = trim(text);
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Truth> compare_numbers(std::string_view left, std::string_view sign, std::string_view right) {
  const auto a = number_in(left), b = number_in(right);
  if (!a || !b) return std::nullopt;
  if (sign == "-eq") return truth_of(*a == *b);
  if (sign == "-ne") return truth_of(*a != *b);
  if (sign == "-gt") return truth_of(*a > *b);
  if (sign == "-ge") return truth_of(*a >= *b);
  if (sign == "-lt") return truth_of(*a < *b);
  if (sign == "-le") return truth_of(*a <= *b);
  return std::nullopt;
}

bool is_number_sign(std::string_view sign) {
  return sign == "-eq" || sign == "-ne" || sign == "-gt" || sign == "-ge" || sign == "-lt" || sign == "-le";
}

/// A pattern of the shell. nullopt for one that costs too much to try.
std::optional<bool> matches(const std::string& pattern, const std::string& text) {
  if (pattern.size() > longest_pattern || text.size() > 512 || std::count(pattern.begin(), pattern.end(), '*') > 3)
    return std::nullopt;
  if (pattern.find_first_of("$`(") != std::string::npos) return std::nullopt;
  return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

class Deciding {
 public:
  Deciding(Script& script, const Names& empty) : script_(script), empty_(empty), scope_(script, Sight::Whole) {}

  /// False if nothing more was found.
  bool run() {
    dead_.assign(script_.commands.size(), false);
    blocks_.assign(script_.blocks.size(), Truth::Unknown);
    if (!blocks_.empty()) blocks_[0] = Truth::Yes;
    for (std::size_t i = 1; i < script_.blocks.size(); ++i) blocks_[i] = runs(i);
    for (std::size_t i = 1; i < script_.blocks.size(); ++i) {
      if (blocks_[i] == Truth::No) drop(script_.blocks[i].body);
    }
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      if (!dead_[i]) leave(i);
    }
    return empty_dead();
  }

  /// Branches of which the values do not say whether they run.
  [[nodiscard]] std::vector<OpenBranch> open() const {
    const auto branches = [&](BlockId id) {
      const Block& block = script_.blocks[id.value];
      return (block.kind == BlockKind::Then || block.kind == BlockKind::Else) && !block.condition.empty();
    };
    std::vector<OpenBranch> found;
    for (std::uint32_t i = 1; i < script_.blocks.size(); ++i) {
      if (!branches({i}) || blocks_[i] != Truth::Unknown) continue;
      BlockId holder = script_.blocks[i].parent;
      while (branches(holder) && blocks_[holder.value] == Truth::Yes) holder = script_.blocks[holder.value].parent;
      found.push_back({{i}, holder});
    }
    return found;
  }

 private:
  void drop(CommandRange range) {
    for (std::size_t i = range.first; i < range.last && i < dead_.size(); ++i) dead_[i] = true;
  }

  bool empty_dead() {
    bool any = false;
    for (std::size_t i = 0; i < dead_.size(); ++i) {
      Command& command = script_.commands[i];
      if (!dead_[i] || (command.words.empty() && command.assignments.empty() && command.redirects.empty())) continue;
      command.words.clear();
      command.assignments.clear();
      command.redirects.clear();
      command.source.clear();
      any = true;
    }
    return any;
  }

  [[nodiscard]] std::optional<std::string> known(const Word& word, std::size_t command) const {
    const std::vector<Reading> readings = scope_.read(word, command);
    if (readings.size() != 1) return std::nullopt;
    std::string text;
    for (const Piece& piece : readings.front()) {
      if (piece.hole == Hole::Environment && is_empty(piece.text)) continue;
      if (piece.hole != Hole::None) return std::nullopt;
      text += piece.text;
    }
    return text;
  }

  /// `$X`, `${X}`, `${X-}` of a variable that nobody sets.
  [[nodiscard]] bool is_empty(std::string_view written) const {
    if (written.starts_with("${")) {
      written = written.substr(2, written.find_first_of(":-}", 2) - 2);
    } else if (written.starts_with('$')) {
      written.remove_prefix(1);
    }
    return empty_.find(written) != empty_.end();
  }

  /// Whether a block runs, where what holds it does.
  Truth runs(std::size_t index) {
    const Block& block = script_.blocks[index];
    if (block.kind == BlockKind::Then) return truth_of_range(block.condition);
    if (block.kind == BlockKind::Else) return opposite(truth_of_range(block.condition));
    if (block.kind == BlockKind::Case) return runs_arm(index);
    return block.kind == BlockKind::Subshell ? Truth::Yes : Truth::Unknown;
  }

  Truth runs_arm(std::size_t index) {
    const Block& arm = script_.blocks[index];
    if (arm.values.empty() || arm.values[0].parts.empty()) return Truth::Unknown;
    // Arms before it take the value away; they stand in front of it among the blocks.
    for (std::size_t k = index; k-- > 1;) {
      const Block& other = script_.blocks[k];
      if (other.region.bytes.end < arm.values[0].region.bytes.begin) break;
      if (other.kind != BlockKind::Case || other.parent != arm.parent || other.values.empty() ||
          other.values[0].region != arm.values[0].region)
        continue;
      if (blocks_[k] == Truth::Yes) return Truth::No;
      if (blocks_[k] == Truth::Unknown) return matches_arm(arm) == Truth::No ? Truth::No : Truth::Unknown;
    }
    return matches_arm(arm);
  }

  Truth matches_arm(const Block& arm) {
    const std::optional<std::string> value =
        known(arm.values[0], std::min(arm.body.first, script_.commands.size() - 1));
    if (!value || arm.body.first >= script_.commands.size()) return Truth::Unknown;
    bool doubt = false;
    for (std::string_view each : split(arm.name, '|')) {
      each = trim(each);
      std::string pattern;
      for (const char c : each) {
        if (c != '"' && c != '\'') pattern += c;
      }
      const std::optional<bool> fits = matches(pattern, *value);
      if (fits && *fits) return Truth::Yes;
      doubt = doubt || !fits;
    }
    return doubt ? Truth::Unknown : Truth::No;
  }

  /// The commands of a condition with what joins them.
  Truth truth_of_range(CommandRange range) {
    std::optional<Truth> whole;
    for (std::size_t i = range.first; i < range.last && i < range.first + most_words; ++i) {
      const Command& command = script_.commands[i];
      BlockId at = command.block;
      bool inside = false;
      std::optional<BlockKind> joint;
      for (; at.value != 0; at = script_.blocks[at.value].parent) {
        const Block& block = script_.blocks[at.value];
        if (block.body.first < range.first || block.region.bytes.size() == 0) break;
        inside = inside || block.kind == BlockKind::Output;
        const bool joins = block.kind == BlockKind::Then || block.kind == BlockKind::Else;
        if (joins && !joint && block.condition.first >= range.first) joint = block.kind;
      }
      if (inside) continue;
      const Truth truth = truth_of_command(i);
      if (!whole) {
        whole = truth;
      } else if (joint) {
        whole = *joint == BlockKind::Then ? both(*whole, truth) : either(*whole, truth);
      } else {
        whole = truth;  // the last one of a list decides
      }
    }
    return whole.value_or(Truth::Unknown);
  }

  Truth truth_of_command(std::size_t index) {
    const Command& command = script_.commands[index];
    if (command.words.empty() || command.piped || command.feeds_pipe) return Truth::Unknown;
    const std::optional<std::string> name = known(command.words[0], index);
    if (!name) return Truth::Unknown;
    Truth truth = Truth::Unknown;
    if (*name == "[" || *name == "[[" || *name == "test") truth = test(index);
    if (*name == "true" || *name == ":" || *name == "echo") truth = Truth::Yes;
    if (*name == "false") truth = Truth::No;
    if (truth == Truth::Unknown) truth = truth_of_function(*name);
    return command.negated ? opposite(truth) : truth;
  }

  /// A function of this script that answers the same whatever it is asked: `checked() { return 0; }`.
  Truth truth_of_function(std::string_view name) {
    const Block* only = nullptr;
    for (const Block& block : script_.blocks) {
      if (block.kind != BlockKind::Function || block.name != name) continue;
      if (only != nullptr) return Truth::Unknown;
      only = &block;
    }
    for (std::size_t i = only == nullptr ? 0 : only->body.first; only != nullptr && i < only->body.last; ++i) {
      const Command& command = script_.commands[i];
      if (command.words.empty() || command.piped || command.feeds_pipe || command.negated) continue;
      if (&script_.blocks[command.block.value] != only) return Truth::Unknown;
      const std::string said = marked_text(command.words[0].parts);
      if (said == "true" || said == ":") return i + 1 == only->body.last ? Truth::Yes : Truth::Unknown;
      if (said == "false") return i + 1 == only->body.last ? Truth::No : Truth::Unknown;
      if (said != "return" || command.words.size() != 2) return Truth::Unknown;
      const auto code = known(command.words[1], i);
      return code ? truth_of(*code == "0") : Truth::Unknown;
    }
    return Truth::Unknown;
  }

  /// A test as its words: `a = b`, `-n a`, joined by `-a`, `&&` and the like; brackets are not followed.
  Truth test(std::size_t index) {
    const Command& command = script_.commands[index];
    std::vector<std::string> signs;  // as written, for operators
    for (const Word& word : command.words) signs.push_back(marked_text(word.parts));
    std::size_t last = signs.size();
    if (last > 1 && (signs.back() == "]" || signs.back() == "]]")) --last;
    if (last > most_words) return Truth::Unknown;
    std::optional<Truth> whole;
    bool all = true;
    for (std::size_t i = 1; i < last;) {
      if (signs[i] == "&&" || signs[i] == "-a" || signs[i] == "||" || signs[i] == "-o") {
        all = signs[i] == "&&" || signs[i] == "-a";
        ++i;
        continue;
      }
      if (signs[i] == "(" || signs[i] == ")") return Truth::Unknown;
      const Truth one = comparison(index, signs, last, i);
      whole = !whole ? one : all ? both(*whole, one) : either(*whole, one);
    }
    return whole.value_or(Truth::Unknown);
  }

  Truth comparison(std::size_t index, const std::vector<std::string>& signs, std::size_t last, std::size_t& i) {
    const std::vector<Word>& words = script_.commands[index].words;
    bool negated = false;
    while (i < last && signs[i] == "!") negated = !negated, ++i;
    Truth truth = Truth::Unknown;
    if (i + 1 < last && (signs[i] == "-n" || signs[i] == "-z")) {
      const auto value = known(words[i + 1], index);
      if (value) truth = truth_of(value->empty() == (signs[i] == "-z"));
      i += 2;
    } else if (i + 2 < last && (is_number_sign(signs[i + 1]) || is_text_sign(signs[i + 1]))) {
      truth = compare(index, words[i], signs[i + 1], words[i + 2]);
      i += 3;
    } else if (i + 1 < last && signs[i].size() == 2 && signs[i][0] == '-') {
      i += 2;  // of files
    } else if (i < last) {
      const auto value = known(words[i], index);
      if (value) truth = truth_of(!value->empty());
      ++i;
    }
    return negated ? opposite(truth) : truth;
  }

  static bool is_text_sign(std::string_view sign) {
    return sign == "=" || sign == "==" || sign == "!=" || sign == "=~" || sign == "<" || sign == ">";
  }

  Truth compare(std::size_t index, const Word& left_word, std::string_view sign, const Word& right_word) {
    const auto left = known(left_word, index), right = known(right_word, index);
    if (!left || !right || sign == "=~") return Truth::Unknown;
    if (is_number_sign(sign)) return compare_numbers(*left, sign, *right).value_or(Truth::Unknown);
    if (sign == "<" || sign == ">") return Truth::Unknown;
    const bool pattern = std::any_of(right_word.parts.begin(), right_word.parts.end(),
                                     [](const Part& part) { return part.kind == PartKind::Text && part.glob; });
    const bool differs = sign == "!=";
    if (pattern && marked_text(script_.commands[index].words[0].parts) == "[[") {
      const auto fits = matches(*right, *left);
      return fits ? truth_of(*fits != differs) : Truth::Unknown;
    }
    return truth_of((*left == *right) != differs);
  }

  /// True if a command runs whenever the block `outer` does.
  [[nodiscard]] bool surely_in(std::size_t index, BlockId outer) const {
    for (BlockId at = script_.commands[index].block; at != outer; at = script_.blocks[at.value].parent) {
      if (at.value == 0 || script_.blocks[at.value].kind == BlockKind::Subshell) return false;
      if (blocks_[at.value] != Truth::Yes) return false;
    }
    return true;
  }

  /// What stands behind a way out that is taken does not run.
  void leave(std::size_t index) {
    const Command& command = script_.commands[index];
    if (stops_on_empty(index)) dead_[index] = true;
    const std::string name = command.words.empty() ? std::string() : marked_text(command.words[0].parts);
    const bool loop = name == "continue" || name == "break";
    if (!dead_[index] && !loop && name != "exit" && name != "return" && name != "exec") return;
    if (name == "exec" && command.words.size() < 2 && !dead_[index]) return;
    BlockId outer = procedure_of(script_, command.block);
    for (BlockId at = command.block; loop && at.value != 0; at = script_.blocks[at.value].parent) {
      if (script_.blocks[at.value].kind != BlockKind::Loop) continue;
      outer = at;
      break;
    }
    if (!surely_in(index, outer)) return;
    for (std::size_t i = index + 1; i < script_.blocks[outer.value].body.last && i < dead_.size(); ++i) {
      if (loop || procedure_of(script_, script_.commands[i].block) == outer) dead_[i] = true;
    }
  }

  /// `${X:?}` of what is known to be empty.
  [[nodiscard]] bool stops_on_empty(std::size_t index) const {
    const auto stops = [&](const Word& word) {
      return std::any_of(word.parts.begin(), word.parts.end(), [&](const Part& part) {
        if (part.kind != PartKind::Variable || part.expand != Expand::Require) return false;
        return empty_.find(part.text) != empty_.end();
      });
    };
    const Command& command = script_.commands[index];
    return std::any_of(command.words.begin(), command.words.end(), stops) ||
           std::any_of(command.assignments.begin(), command.assignments.end(),
                       [&](const Assignment& assignment) { return stops(assignment.value); });
  }

  Script& script_;
  const Names& empty_;
  Scope scope_;
  std::vector<bool> dead_;
  std::vector<Truth> blocks_;  // whether each runs where what holds it does
};

}  // namespace

void drop_what_cannot_run(Script& script, const Names& empty) {
  if (script.commands.empty()) return;
  for (unsigned round = 0; round < most_rounds && Deciding(script, empty).run(); ++round) {
  }
}

std::vector<OpenBranch> open_branches(Script& script, const Names& empty) {
  if (script.commands.empty()) return {};
  Deciding deciding(script, empty);
  deciding.run();
  return deciding.open();
}

std::vector<std::string> conditions_before(const Script& script, const std::vector<OpenBranch>& open,
                                           std::size_t command) {
  constexpr std::size_t most_conditions = 16;
  std::vector<std::string> found;
  const BlockId at = script.commands[command].block;
  for (const OpenBranch& branch : open) {
    const Block& block = script.blocks[branch.block.value];
    const bool around = within(script, at, branch.block);
    const bool in_front = block.body.last <= command && within(script, at, branch.holder) &&
                          procedure_of(script, branch.holder) == procedure_of(script, at) && leaves(script, block.body);
    if (!around && !in_front) continue;
    std::string text;
    for (std::size_t k = block.condition.first; k < block.condition.last; ++k) {
      for (const Word& word : script.commands[k].words) text += (text.empty() ? "" : " ") + word.source;
    }
    if (!text.empty()) found.push_back(shortened(text, 160));
    if (found.size() >= most_conditions) break;
  }
  return found;
}

}  // namespace redtag::shell
