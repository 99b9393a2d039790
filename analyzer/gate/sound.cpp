#include "gate/sound.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "gate/call.h"
#include "gate/words.h"

namespace redtag {
namespace {

bool is_judging(std::string_view kind) { return kind == "check" || kind == "verify"; }

/// Words from the program on; empty where the line runs something else, as `echo redtag check` does.
std::vector<std::string> command_of(std::string_view line) {
  std::vector<std::string> words = bare_words(line);
  const auto assigns = [](const std::string& word) {
    return word.find('=') != std::string::npos && !word.starts_with('-') && word.find('/') > word.find('=');
  };
  while (!words.empty() && assigns(words.front())) words.erase(words.begin());
  if (words.empty()) return {};
  const bool container =
      words.front() == "docker" || words.front() == "podman" || words.front() == "sudo" || words.front() == "nice";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string lower = lower_ascii(words[i]);
    if (lower.find("redtag") != std::string::npos) return {words.begin() + static_cast<std::ptrdiff_t>(i), words.end()};
    if (!container) return {};
  }
  return {};
}

bool takes_value(std::string_view option) {
  constexpr auto flags = std::to_array<std::string_view>({"--color", "--explain", "--quiet", "--verbose", "-q", "-v"});
  return option.find('=') == std::string_view::npos && std::find(flags.begin(), flags.end(), option) == flags.end();
}

/// True for a name of the change's own commits: as a base it makes the difference smaller or empty.
bool is_own(std::string_view revision) {
  return revision == "@" || revision.starts_with("HEAD") || revision.starts_with("@~") || revision.starts_with("@^");
}

/// What is wrong with what `check` is asked.
std::string wrong_question(const std::vector<std::string>& words) {
  std::string base, head;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::string name = word.substr(0, word.find('='));
    for (const std::string_view lax : {"--policy", "--at", "--advise", "--pack", "--packs"}) {
      if (name == lax) return fmt::format("is told `{}`, which the target does not say", lax);
    }
    if (name == "--patch") return {};
    if (name == "--merge") {
      if (i + 2 < words.size()) base = words[i + 1], head = words[i + 2];
      i += 2;
    } else if (word.starts_with('-')) {
      if (takes_value(word)) ++i;
    } else if (const auto dots = word.find(".."); dots != std::string::npos) {
      base = word.substr(0, dots);
      head = word.substr(word.find_first_not_of('.', dots) == std::string::npos ? word.size()
                                                                                : word.find_first_not_of('.', dots));
    }
  }
  if (base.empty()) return "is not told which branch the change goes into";
  if (base == head) return "compares a commit with itself: nothing changes there";
  if (is_own(base)) return fmt::format("compares with `{}`, which is the change's own", shortened(printable(base), 40));
  return {};
}

/// `redtag … || status=$?`, with the script leaving by it: the name of the variable, or empty.
std::string kept_status(const std::string& line, const std::vector<std::string>& lines, std::size_t at) {
  const auto bars = line.find("||");
  if (bars == std::string::npos) return {};
  const std::string then(trim(std::string_view(line).substr(bars + 2)));
  const auto equals = then.find("=$?");
  if (equals == std::string::npos || equals + 3 != then.size()) return {};
  const std::string name = then.substr(0, equals);
  for (std::size_t i = at + 1; i < lines.size(); ++i) {
    if ((lines[i].find("exit") != std::string::npos || lines[i].find("GITHUB_OUTPUT") != std::string::npos ||
         lines[i].find("test ") != std::string::npos || lines[i].find('[') != std::string::npos) &&
        lines[i].find("$" + name) != std::string::npos)
      return name;
    if (lines[i].find("${" + name) != std::string::npos && lines[i].find("exit") != std::string::npos) return name;
  }
  return {};
}

bool stops(const std::vector<std::string>& lines, std::size_t at) {
  return std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(at), lines.end(), [](const std::string& line) {
    const auto exit = line.find("exit ");
    return exit != std::string::npos && line.substr(exit + 5, 1) != "0";
  });
}

/// What stands before the call and takes its meaning or its status away.
std::string undone_before(const std::vector<std::string>& lines, std::size_t call) {
  for (std::size_t i = 0; i < call; ++i) {
    const std::string& line = lines[i];
    const std::string first = line.substr(0, line.find(' '));
    if (first == "exit" || first == "return" || first == "exec") return "stands behind a line that ends the script";
    if (first == "trap" && line.find("exit") != std::string::npos) return "ends in a trap that sets another status";
    if (first == "alias" || line.starts_with("redtag()") || line.starts_with("redtag ()") ||
        line.starts_with("function redtag"))
      return "is another command of that name";
  }
  return {};
}

}  // namespace

bool names_judging_call(std::string_view script) {
  const std::vector<std::string> lines = logical_lines(script);
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) { return is_judging(call_kind(line)); });
}

std::string unsound_call(std::string_view script, bool ends_on_failure) {
  const std::vector<std::string> lines = logical_lines(script);
  const auto call =
      std::find_if(lines.begin(), lines.end(), [](const std::string& line) { return is_judging(call_kind(line)); });
  if (call == lines.end()) return {};
  const auto at = static_cast<std::size_t>(call - lines.begin());
  if (std::string why = undone_before(lines, at); !why.empty()) return why;
  std::string line = *call;
  bool obeyed = false;
  if (const std::string kept = kept_status(line, lines, at); !kept.empty()) {
    line = std::string(trim(std::string_view(line).substr(0, line.find("||"))));
    obeyed = true;
  } else if (line.starts_with("if ! ") && stops(lines, at)) {
    line = line.substr(5, line.find(';') == std::string::npos ? std::string::npos : line.find(';') - 5);
    obeyed = true;
  } else if (const auto bars = line.find("|| exit "); bars != std::string::npos && stops(lines, at)) {
    const std::string status(trim(std::string_view(line).substr(bars + 8)));
    if (status.find_first_not_of('0') != std::string::npos &&
        status.find_first_not_of("0123456789") == std::string::npos) {
      line = std::string(trim(std::string_view(line).substr(0, bars)));
      obeyed = true;
    }
  }
  // What a report's redirection does changes no status.
  if (const auto redirect = line.find(" > "); redirect != std::string::npos && line.find('|') == std::string::npos)
    line = line.substr(0, redirect);
  const std::vector<std::string> words = command_of(line);
  if (words.empty()) return "is not run: another command has its words";
  if (!plain_line(line)) return "runs on a condition, or something else takes its status";
  if (is_judging(call_kind(line)) && call_kind(line) == "check") {
    const auto check = std::find(words.begin(), words.end(), "check");
    if (std::string why = wrong_question({check, words.end()}); !why.empty()) return why;
  }
  if (obeyed) return {};
  const bool last = at + 1 == lines.size();
  bool ends = ends_on_failure;
  for (std::size_t i = 0; i < at; ++i) {
    if (lines[i].starts_with("set -") && lines[i].find('e') != std::string::npos &&
        bare_words(lines[i])[1].find('e') != std::string::npos)
      ends = true;
    if (lines[i].starts_with("set +") && lines[i].find('e') != std::string::npos) ends = false;
  }
  return last || ends ? std::string() : "is followed by other commands, and the script's status is theirs";
}

}  // namespace redtag
