#include "lower/cpp/processes.h"

#include <algorithm>
#include <array>

#include "base/c_names.h"
#include "base/text.h"

namespace redtag::cpp {

namespace {

constexpr std::size_t most_words = 64;

struct Word {
  std::string text;
  std::uint32_t at = 0;
};

/// A word that a shell reads as one.
std::string quoted(std::string_view word) {
  const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\$`;&|<>(){}*?") == std::string_view::npos;
  return plain ? std::string(word) : "'" + std::string(word) + "'";
}

/// Whether a text is a name alone, and none that ends a list.
bool is_variable(std::string_view text) {
  if (text.empty() || text == "NULL" || text == "nullptr" || text == "environ" || text == "envp" || text == "0")
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

/// `path.c_str()`, `const_cast<char*>(path)` and `path` are one thing to the program that is started.
std::string variable_in(std::string_view text) {
  std::string_view name = trim(text);
  if (const std::size_t call = name.find(".c_str("); call != std::string_view::npos) name = name.substr(0, call);
  if (const std::size_t call = name.find(".data("); call != std::string_view::npos) name = name.substr(0, call);
  if (const std::size_t open = name.rfind('('); open != std::string_view::npos && name.ends_with(")"))
    name = name.substr(open + 1, name.size() - open - 2);
  if (!is_variable(name)) return {};
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '.', '_');
  return "\"$" + plain + "\"";
}

/// The items of a list in braces, as words.
void add_items(std::string_view list, std::uint32_t at, std::vector<Word>& words) {
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i <= list.size() && words.size() < most_words; ++i) {
    if (i < list.size() && list[i] == '"' && (i == 0 || list[i - 1] != '\\')) inside = !inside;
    if (i < list.size() && (inside || list[i] != ',')) continue;
    const std::string_view item = trim(list.substr(begin, i - begin));
    begin = i + 1;
    const std::size_t open = item.find('"'), close = item.rfind('"');
    if (open != std::string_view::npos && close > open) {
      words.push_back({quoted(item.substr(open + 1, close - open - 1)), at});
    } else if (std::string variable = variable_in(item); !variable.empty()) {
      words.push_back({std::move(variable), at});
    }
  }
}

/// The text between the outermost braces.
std::string_view in_braces(std::string_view text) {
  const std::size_t open = text.find('{'), close = text.rfind('}');
  return open == std::string_view::npos || close == std::string_view::npos || close < open
             ? std::string_view()
             : text.substr(open + 1, close - open - 1);
}

void add_argument(const Argument& argument, const Function& function, std::vector<Word>& words) {
  const std::string_view text = argument.text;
  if (text.find('{') != std::string_view::npos) return add_items(in_braces(text), argument.bytes.begin, words);
  if (argument.literal) return words.push_back({quoted(*argument.literal), argument.bytes.begin});
  for (const Local& local : function.locals) {
    const std::string_view list = in_braces(local.text);
    const std::string_view name = std::string_view(local.name).substr(0, local.name.find('['));
    if (list.empty() || (text != name && text != std::string(name) + ".data()")) continue;
    return add_items(list, argument.bytes.begin, words);
  }
  if (words.empty()) return;  // what is started is not known: nothing is
  if (std::string variable = variable_in(text); !variable.empty())
    words.push_back({std::move(variable), argument.bytes.begin});
}

std::string_view last_step(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::optional<CommandLine> command_line_of(const Call& call, const Function& function) {
  std::vector<Word> words;
  for (const Argument& argument : call.arguments) add_argument(argument, function, words);
  // The name under which a program runs is told beside its path.
  if (words.size() > 1 && last_step(words[0].text) == last_step(words[1].text)) words.erase(words.begin());
  if (words.empty()) return std::nullopt;
  CommandLine line;
  for (const Word& word : words) {
    if (!line.text.empty()) line.text += ' ';
    line.text += word.text;
    line.map.resize(line.text.size(), word.at);
  }
  line.map.push_back(line.map.back());
  return line;
}

std::set<std::string> started_in(const Function& function, std::string_view text) {
  std::set<std::string> children;
  for (const Call& call : function.calls) {
    if (call.name == "fork" || call.name == "vfork" || call.name == "clone") {
      std::string_view front = trim(text.substr(0, std::min<std::size_t>(call.bytes.begin, text.size())));
      while (front.ends_with(":")) front = trim(front.substr(0, front.size() - 1));
      if (!front.ends_with("=") || front.ends_with("==")) continue;
      front = trim(front.substr(0, front.size() - 1));
      std::size_t begin = front.size();
      while (begin > 0 && in_name(front[begin - 1])) --begin;
      if (begin < front.size()) children.insert(std::string(front.substr(begin)));
    } else if (call.name.starts_with("posix_spawn") && !call.arguments.empty()) {
      std::string_view child = call.arguments[0].text;
      if (child.starts_with("&")) child.remove_prefix(1);
      children.insert(std::string(child));
    }
  }
  return children;
}

bool spares_others(const Call& call, const std::set<std::string>& children) {
  // What asks or tells and leaves a process as it is, unless the process has it otherwise.
  constexpr std::array gentle =
      std::to_array<std::string_view>({"0", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"});
  if (call.arguments.empty()) return false;
  if (call.arguments.size() > 1 && std::find(gentle.begin(), gentle.end(), call.arguments[1].text) != gentle.end())
    return true;
  const std::string_view target = call.arguments[0].text;
  if (target.find("getpid()") != std::string_view::npos || target == "GetCurrentProcess()") return true;
  for (std::size_t i = 0; i < target.size();) {
    if (!in_name(target[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < target.size() && in_name(target[end])) ++end;
    const std::string name(target.substr(i, end - i));
    if (children.count(name) > 0 || lower_ascii(name).find("child") != std::string::npos) return true;
    i = end;
  }
  return false;
}

}  // namespace redtag::cpp
