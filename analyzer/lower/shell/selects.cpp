#include "lower/shell/selects.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/shell/vocabulary.h"
#include "model/spared.h"

namespace redtag::shell {

namespace {

constexpr unsigned deepest = 4;  ///< variables made of variables
constexpr std::size_t most_tests = 24;
constexpr unsigned most_functions = 8;
constexpr std::size_t longest_source = 4096;
constexpr std::size_t most_before = 200;  ///< commands that are looked at for the one that sets a variable

/// Finds the commands whose output an operand holds, and reads them.
class Selection {
 public:
  Selection(const LineView& line) : line_(line), script_(line.script) {}

  std::map<std::string, std::string> tests() {
    for (std::size_t i = line_.first(); i < line_.last() && i < line_.words.size(); ++i)
      read_parts(line_.words[i].word->parts, 0);
    if (line_.invocation.reads_operands) read_pipe(line_.as_written().piped);
    return std::move(tests_);
  }
  [[nodiscard]] bool found() const { return found_; }

 private:
  void add(std::string name, std::string_view amount) {
    if (tests_.size() < most_tests) tests_.emplace(shortened(std::move(name), 200), shortened(amount, 200));
  }

  void read_parts(const std::vector<Part>& parts, unsigned depth) {
    for (const Part& part : parts) {
      if (part.kind == PartKind::Output) read_text(part.text);
      if (part.kind == PartKind::Variable) read_variable(part.text, depth);
    }
  }

  /// The last thing that gave the variable its value: a loop around the line, an assignment, `mapfile`.
  void read_variable(std::string name, unsigned depth) {
    name = name.substr(0, name.find('['));
    if (depth > deepest || !seen_.insert(name).second) return;
    for (BlockId at = line_.as_written().block; at.value != 0; at = script_.blocks[at.value].parent) {
      const Block& block = script_.blocks[at.value];
      if (block.kind != BlockKind::Loop) continue;
      if (block.name == name) {
        for (const Word& word : block.values) read_parts(word.parts, depth + 1);
        return;
      }
      if (read_loop(block, name)) return;
    }
    const std::size_t first = line_.command > most_before ? line_.command - most_before : 0;
    for (std::size_t i = line_.command; i-- > first;) {
      const Command& command = script_.commands[i];
      for (const Assignment& assignment : command.assignments) {
        if (assignment.name != name) continue;
        read_parts(assignment.value.parts, depth + 1);
        for (const Word& word : assignment.elements) read_parts(word.parts, depth + 1);
        return;
      }
      if (reads_into(command, name)) return read_input(command);
    }
  }

  static bool reads_into(const Command& command, std::string_view name) {
    if (command.words.empty()) return false;
    const std::string program = marked_text(command.words[0].parts);
    if (program != "read" && program != "mapfile" && program != "readarray") return false;
    return std::any_of(command.words.begin() + 1, command.words.end(),
                       [&](const Word& word) { return word.source == name; });
  }

  /// `… | while read x`, `while read x; do … done < file`
  bool read_loop(const Block& block, std::string_view name) {
    for (std::size_t i = block.condition.first; i < block.condition.last && i < script_.commands.size(); ++i) {
      const Command& reader = script_.commands[i];
      if (!reads_into(reader, name)) continue;
      if (!reader.redirects.empty() || reader.piped) {
        read_input(reader);
      } else if (block.body.last < script_.commands.size() && script_.commands[block.body.last].words.empty()) {
        read_input(script_.commands[block.body.last]);
      }
      return true;
    }
    return false;
  }

  void read_input(const Command& command) {
    read_pipe(command.piped);
    for (const Redirect& redirect : command.redirects) {
      if (redirect.kind == RedirectKind::Write || redirect.kind == RedirectKind::Append) continue;
      const bool made = std::any_of(redirect.word.parts.begin(), redirect.word.parts.end(),
                                    [](const Part& part) { return part.kind == PartKind::Output; });
      made ? read_parts(redirect.word.parts, 0) : add("by a list of names", "");
    }
  }

  void read_pipe(std::optional<std::size_t> source) {
    for (std::size_t step = 0; source && step < 8; ++step) {
      read_command(script_.commands[*source]);
      source = script_.commands[*source].piped;
    }
  }

  /// The text of a `$(…)`.
  void read_text(std::string_view text) {
    if (text.size() > longest_source) return;
    Origin origin{line_.as_written().region.file, line_.as_written().region.side, 0, {}};
    const Script inner = read_script(text, origin);
    for (const Command& command : inner.commands) read_command(command);
  }

  void read_command(const Command& command) {
    found_ = true;
    if (read_function(command)) return;
    std::vector<std::string> words;
    for (const Word& word : command.words) words.push_back(plain(word));
    std::vector<std::string> marked;
    for (const Word& word : command.words) marked.push_back(marked_text(word.parts));
    const std::vector<Invocation> runs = strip(marked);
    if (runs.empty() || runs.front().begin >= words.size()) return;
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(runs.front().begin));
    const std::string& program = runs.front().program;
    if (program.ends_with("grep") || program == "rg") return read_grep(words);
    if (program == "head" || program == "tail") return read_lines(program, words);
    if (program == "awk" || program == "gawk" || program == "sed") return read_script_of(program, words);
    if (program == "jq") return read_conditions(joined(words), "select(");
    if (program == "cat" || program == "ls") return;
    read_options(words);
  }

  /// A function of this script: what its commands print.
  bool read_function(const Command& command) {
    if (command.words.empty() || functions_ >= most_functions) return false;
    const std::string name = marked_text(command.words[0].parts);
    for (const Block& block : script_.blocks) {
      if (block.kind != BlockKind::Function || block.name != name || name.empty()) continue;
      ++functions_;
      for (std::size_t i = block.body.first; i < block.body.last && i < block.body.first + most_tests; ++i)
        read_command(script_.commands[i]);
      return true;
    }
    return false;
  }

  /// Literal text, with variables as they are written.
  static std::string plain(const Word& word) {
    std::string text;
    for (const Part& part : word.parts)
      text += part.kind == PartKind::Text ? part.text : part.kind == PartKind::Variable ? "$" + part.text : "$()";
    return text;
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
  }

  void read_grep(const std::vector<std::string>& words) {
    bool turned = false;
    std::string pattern;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const bool option = words[i].size() > 1 && words[i][0] == '-';
      const bool cluster = option && words[i][1] != '-';
      turned = turned || words[i] == "--invert-match" || (cluster && words[i].find('v') != std::string::npos);
      const bool takes = words[i] == "-e" || words[i] == "-f" || (cluster && words[i].ends_with('f'));
      if (option && !takes) continue;
      if (option && i + 1 < words.size()) ++i;
      if (pattern.empty()) pattern = words[i];
    }
    if (!pattern.empty()) add(turned ? "not by grep" : "by grep", pattern);
  }

  /// `head -n 3`, `head -3`, `tail -n +4`: how many at the most, or how many are left out.
  void read_lines(const std::string& program, const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      std::string amount = words[i];
      if (amount == "-n" && i + 1 < words.size())
        amount = words[++i];
      else if (amount.starts_with("-n"))
        amount.erase(0, 2);
      else if (amount.starts_with("-"))
        amount.erase(0, 1);
      const bool leaves =
          (program == "head" && amount.starts_with("-")) || (program == "tail" && amount.starts_with("+"));
      if (leaves) amount.erase(0, 1);
      if (amount.empty() || amount.find_first_not_of("0123456789") != std::string::npos) continue;
      return add(leaves ? "by the first ones" : "by at most", leaves ? amount : "-" + amount);
    }
    add("by at most", "-10");
  }

  void read_script_of(const std::string& program, const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].starts_with("-")) {
        if (words[i] == "-F" || words[i] == "-v") ++i;
        continue;
      }
      const bool tests = words[i].find('/') != std::string::npos || words[i].find_first_of("<>=~") != std::string::npos;
      if (tests && words[i][0] != '{' && !(program == "sed" && words[i][0] == 's')) add("by " + program, words[i]);
      return;
    }
  }

  /// Options of the client that lists: filters, selectors, a query, limits.
  void read_options(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (word.find("://") != std::string::npos || word.starts_with("$")) read_address(word);
      if (word.size() < 2 || word[0] != '-') continue;
      const std::size_t sign = word.find('=');
      const std::string name = lower_ascii(std::string_view(word).substr(0, sign));
      const auto values = [&] {
        std::vector<std::string> found;
        if (sign != std::string::npos) return std::vector<std::string>{word.substr(sign + 1)};
        while (i + 1 < words.size() && !words[i + 1].starts_with("-")) found.push_back(words[++i]);
        return found;
      };
      if (name == "--filters" || name == "--filter" || name == "-filter") {
        for (const std::string& value : values()) read_filter(value);
      } else if (name == "--query") {
        for (const std::string& value : values()) read_conditions(value, "[?");
      } else if (name == "-l" || name == "--selector" || name == "--field-selector" || name == "--tag" ||
                 name == "--label") {
        for (const std::string& value : values()) read_pairs(value);
      } else if (name == "--limit" || name == "--max-items" || name == "--max-results" || name == "--top") {
        for (const std::string& value : values()) add("by at most", "-" + value);
      } else if (name == "--prefix" || name == "--name-prefix" || name == "--pattern") {
        for (const std::string& value : values()) add("by " + name, value + "*");
      }
    }
  }

  /// `Name=tag:role,Values=index,placement`, `name~^tmp AND labels.expired=true`
  void read_filter(std::string_view text) {
    const std::size_t values = text.find(",Values=");
    if (text.starts_with("Name=") && values != std::string_view::npos)
      return add("by " + std::string(text.substr(5, values - 5)), text.substr(values + 8));
    for (const std::string_view each : parts_of(text, " AND ")) {
      std::string_view test = trim(each);
      const bool turned = test.starts_with("NOT ") || test.starts_with("-");
      if (turned) test.remove_prefix(test[0] == '-' ? 1 : 4);
      const std::size_t sign = test.find_first_of("=~:<>!");
      if (test.empty()) continue;
      const std::string_view key = test.substr(0, sign);
      add((turned ? "not by " : "by ") + std::string(key),
          sign == std::string_view::npos ? std::string_view() : test.substr(key.size()));
    }
  }

  void read_pairs(std::string_view text) {
    for (const std::string_view each : split(text, ',')) {
      const std::size_t sign = each.find('=');
      const bool turned = sign != std::string_view::npos && sign > 0 && each[sign - 1] == '!';
      const std::string_view key = each.substr(0, turned ? sign - 1 : sign);
      if (!each.empty())
        add((turned ? "not by " : "by ") + std::string(key),
            sign == std::string_view::npos ? std::string_view() : each.substr(sign + 1));
    }
  }

  /// What stands behind the question mark of an address.
  void read_address(std::string_view text) {
    const std::size_t mark = text.find('?');
    if (mark == std::string_view::npos) return;
    for (const std::string_view each : split(text.substr(mark + 1), '&')) {
      const std::size_t sign = each.find('=');
      const std::string_view key = each.substr(0, sign);
      static constexpr std::array pages = std::to_array<std::string_view>(
          {"limit", "per_page", "page", "page_size", "size", "offset", "sort", "format", "fields", "repo", "order"});
      if (sign == std::string_view::npos || std::find(pages.begin(), pages.end(), key) != pages.end()) continue;
      add("by ?" + std::string(key), each.substr(sign + 1));
    }
  }

  /// The conditions of a query: `[?a && (b || c)]`, `select(.a and .b)`.
  void read_conditions(std::string_view text, std::string_view opens) {
    const char open = opens.back() == '?' ? '[' : '(', close = open == '[' ? ']' : ')';
    for (std::size_t at = text.find(opens); at != std::string_view::npos; at = text.find(opens, at + 1)) {
      const std::size_t begin = at + opens.size();
      std::size_t end = begin, depth = 1;
      for (; end < text.size() && depth > 0; ++end) {
        if (text[end] == open) ++depth;
        if (text[end] == close) --depth;
      }
      const std::string_view inside = text.substr(begin, end - begin - (depth == 0 ? 1 : 0));
      for (const std::string_view each : parts_of(inside, open == '[' ? "&&" : " and ")) read_condition(trim(each));
    }
  }

  /// One of them; alternatives about the same thing are a list of values.
  void read_condition(std::string_view text) {
    if (text.empty()) return;
    std::string key, values;
    for (const std::string_view each : parts_of(text, text.find("||") == std::string_view::npos ? " or " : "||")) {
      const std::string_view test = trim(each);
      const std::size_t quote = test.find_first_of("'\"`");
      const std::string_view head = trim(test.substr(0, quote));
      std::string value(quote == std::string_view::npos ? std::string_view() : test.substr(quote));
      std::erase_if(value, [](char c) { return c == '\'' || c == '"' || c == '`' || c == ')' || c == ' '; });
      if (head.starts_with("starts_with(") || head.find("startswith(") != std::string_view::npos) value += '*';
      if (key.empty()) key = head;
      if (key != head) return add((text.starts_with('!') ? "not by " : "by ") + std::string(text), "");
      values += (values.empty() ? "" : ",") + value;
    }
    add((key.starts_with('!') ? "not by " : "by ") + key, values);
  }

  /// Parts at the outermost level of brackets.
  static std::vector<std::string_view> parts_of(std::string_view text, std::string_view separator) {
    std::vector<std::string_view> parts;
    std::size_t depth = 0, begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '(' || text[i] == '[') ++depth;
      if ((text[i] == ')' || text[i] == ']') && depth > 0) --depth;
      if (depth > 0 || text.substr(i, separator.size()) != separator) continue;
      parts.push_back(text.substr(begin, i - begin));
      begin = i + separator.size();
      i = begin - 1;
    }
    parts.push_back(text.substr(begin));
    return parts;
  }

  const LineView& line_;
  const Script& script_;
  std::set<std::string> seen_;
  std::map<std::string, std::string> tests_;
  bool found_ = false;
  unsigned functions_ = 0;  ///< that were read
};

}  // namespace

void add_selection(const LineView& line, Operation& operation) {
  if (operation.verb != Verb::Destroy && operation.verb != Verb::Delete) return;
  Selection selection(line);
  for (const auto& [name, amount] : selection.tests()) operation.arguments.push_back(spared(name, amount));
  if (selection.found()) operation.arguments.push_back(surrounding("chosen", "by a command"));
}

}  // namespace redtag::shell
