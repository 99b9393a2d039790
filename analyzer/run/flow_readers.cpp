#include "run/flow_readers.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "base/text.h"
#include "run/whole_tree.h"
#include "stack/commands.h"

namespace redtag {

namespace {

constexpr std::size_t most_directories = 300;
constexpr std::size_t most_scripts = 160;
constexpr std::size_t most_starters = 160;
constexpr std::size_t most_bytes = std::size_t{3} << 20;  ///< of each kind
constexpr std::size_t largest = std::size_t{128} << 10;
constexpr std::size_t portion = 64;
constexpr std::string_view line_mark = "line ";  ///< in front of the number that tells nameless carried scripts apart

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_script_kind(CommandFile kind) {
  return kind == CommandFile::Script || kind == CommandFile::PowerShell || kind == CommandFile::Batch ||
         kind == CommandFile::Makefile || kind == CommandFile::Justfile || kind == CommandFile::Taskfile ||
         kind == CommandFile::Packages;
}

/// A file without an ending may be a script; its first line says so.
bool may_be_script(std::string_view name) {
  static constexpr std::array known = std::to_array<std::string_view>(
      {"license", "licence", "readme", "changelog", "copying", "authors", "notice", "codeowners", "contributors",
       "version", "dockerfile", "gemfile", "rakefile", "procfile", "control", "install"});
  if (name.empty() || name[0] == '.' || name.find('.') != std::string_view::npos) return false;
  return std::find(known.begin(), known.end(), lower_ascii(name)) == known.end();
}

bool may_start(std::string_view path) {
  const std::string name = lower_ascii(name_of(path));
  const std::string whole = lower_ascii(path);
  for (const std::string_view ending : {".yml", ".yaml", ".service", ".timer", ".cron", ".crontab"}) {
    if (name.ends_with(ending)) return true;
  }
  return name.find("dockerfile") != std::string::npos || name == "crontab" || whole.find("cron") != std::string::npos;
}

/// What a key or item in front of a block says of it: the name of a script, or that commands stand there.
std::string carried_name(std::string_view line, std::string_view before, std::string_view first, std::size_t number) {
  const std::string_view item = line.starts_with("- ") ? trim(line.substr(2)) : line;
  const std::size_t colon = item.find(": |");
  if (colon == std::string_view::npos) {
    const bool flag = before.find("-c") != std::string_view::npos && before.size() < 12;  // `- -c`, `- "-ec"`
    return line.starts_with("- |") && flag ? std::string(line_mark) + std::to_string(number) : std::string();
  }
  const std::string_view key = item.substr(0, colon);
  if (key.ends_with(".sh") || key.ends_with(".bash") || first.starts_with("#!")) return std::string(key);
  const bool commands = key == "run" || key == "script" || key == "command";
  return commands ? std::string(line_mark) + std::to_string(number) : std::string();
}

/// The job or step that holds a line: the nearest key further out that is one's own name, and no word of the pipeline's language.
std::string holder_of(const std::vector<std::string_view>& lines, std::size_t at) {
  static constexpr std::array words =
      std::to_array<std::string_view>({"steps", "jobs", "script", "spec", "containers", "task", "run", "config", "args",
                                       "command", "template", "tasks", "stages", "pipeline", "inputs", "plan"});
  constexpr std::size_t most_lines = 2000;
  std::size_t outer = lines[at].find_first_not_of(' ');
  for (std::size_t i = at, looked = 0; i-- > 0 && outer > 0 && looked < most_lines; ++looked) {
    const std::size_t indent = lines[i].find_first_not_of(' ');
    if (indent == std::string_view::npos || indent >= outer || lines[i][indent] == '#') continue;
    std::string_view line = trim(lines[i]);
    if (line.starts_with("- ")) line = trim(line.substr(2));
    outer = indent;
    if (line.starts_with("name:")) return std::string(trim(line.substr(5)));
    if (!line.ends_with(':') || line.find(' ') != std::string_view::npos) continue;
    const std::string_view key = line.substr(0, line.size() - 1);
    if (std::find(words.begin(), words.end(), key) == words.end()) return std::string(key);
  }
  return "commands";
}

/// Each adds what it finds to `out`, and says whether that is all there is.
/// `ExecStart=-/usr/bin/find ${ROOT} -delete` of a unit: each such line is a script of its own.
bool add_unit_lines(const Path& path, std::string_view text, std::vector<ReaderText>& out) {
  constexpr std::size_t most_lines = 16;
  std::size_t found = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    while (end > at && end < text.size() && text[end - 1] == '\\')
      end = std::min(text.find('\n', end + 1), text.size());
    const std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    const std::size_t sign = line.find('=');
    if (!line.starts_with("Exec") || sign == std::string_view::npos) continue;
    std::string_view command = trim(line.substr(sign + 1));
    while (!command.empty() && std::string_view("-@:+!").find(command[0]) != std::string_view::npos)
      command.remove_prefix(1);
    if (command.empty()) continue;
    if (++found > most_lines) return false;
    out.push_back({path, std::string(trim(line.substr(0, sign))), std::string(command) + "\n", true});
  }
  return true;
}

/// The lines of `script:` and of what stands in front of it in the same job, where they are a list: `- make deploy`.
bool add_listed(const Path& path, std::string_view text, std::vector<ReaderText>& out) {
  constexpr std::size_t most_listed = 24;
  const std::vector<std::string_view> lines = split(text, '\n');
  std::size_t found = 0;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const std::string_view key = trim(lines[i]);
    if (key != "script:" && key != "before_script:" && key != "commands:") continue;
    const std::size_t outer = lines[i].find_first_not_of(' ');
    ReaderText listed{path, std::string(line_mark) + std::to_string(i + 1), "", true, "", holder_of(lines, i)};
    for (std::size_t k = i + 1; k < lines.size(); ++k) {
      const std::string_view item = trim(lines[k]);
      const std::size_t at = lines[k].find_first_not_of(' ');
      if (item.empty() || item.starts_with('#')) continue;
      if (at < outer || !item.starts_with("- ") || item.starts_with("- |") || item.starts_with("- >")) break;
      std::string_view line = trim(item.substr(2));
      const bool quoted =
          line.size() > 1 && (line.front() == '"' || line.front() == '\'') && line.back() == line.front();
      if (quoted) line = line.substr(1, line.size() - 2);
      listed.text += std::string(line) + "\n";
    }
    if (listed.text.find('$') == std::string::npos) continue;
    if (++found > most_listed) return false;
    out.push_back(std::move(listed));
  }
  return true;
}

/// `janitor.sh: |` and the lines below that stand further in.
bool add_carried(const Path& path, std::string_view text, std::vector<ReaderText>& out) {
  if (path.ends_with(".service")) return add_unit_lines(path, text, out);
  constexpr std::size_t most_carried = 40;
  const std::vector<std::string_view> lines = split(text, '\n');
  std::size_t found = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].find('|') == std::string_view::npos || i + 1 >= lines.size()) continue;
    std::string name =
        carried_name(trim(lines[i]), i > 0 ? trim(lines[i - 1]) : std::string_view(), trim(lines[i + 1]), i + 1);
    if (name.empty()) continue;
    const std::size_t outer = lines[i].find_first_not_of(' ');
    const std::size_t inner = lines[i + 1].find_first_not_of(' ');
    if (inner == std::string_view::npos || inner <= outer) continue;
    ReaderText carried{path, std::move(name), "", true};
    if (carried.name.starts_with(line_mark)) carried.holder = holder_of(lines, i);
    std::size_t k = i + 1;
    for (; k < lines.size(); ++k) {
      const std::size_t at = lines[k].find_first_not_of(' ');
      if (at != std::string_view::npos && at < inner) break;
      carried.text += std::string(lines[k].substr(std::min(inner, lines[k].size()))) + "\n";
    }
    i = k - 1;
    if (++found > most_carried) return false;
    out.push_back(std::move(carried));
  }
  return true;
}

/// Calls `take` for each text, nearest first, as far as the budget goes. False where it did not go to the end.
template <class Take>
bool read_texts(SourceTree& tree, const std::vector<Path>& paths, Take take) {
  std::size_t bytes = 0;
  for (std::size_t begin = 0; begin < paths.size() && bytes < most_bytes; begin += portion) {
    const auto part = std::span<const Path>(paths).subspan(begin, std::min(portion, paths.size() - begin));
    tree.prefetch(part);
    for (const Path& path : part) {
      std::optional<std::string> text = tree.read(path);
      if (!text || text->size() > largest || text->find('\0') != std::string::npos) continue;
      bytes += text->size();
      take(path, std::move(*text));
      if (bytes >= most_bytes) return path == paths.back();
    }
  }
  return true;
}

bool continues_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

bool speaks_of(std::string_view text, std::string_view name) {
  if (name.size() < 2) return false;
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || (!continues_name(text[at - 1]) && text[at - 1] != '.');
    if (begins && (end == text.size() || !continues_name(text[end]))) return true;
  }
  return false;
}

bool reads_variable(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if (end < text.size() && continues_name(text[end]) && text[end] != '-') continue;
    if (at == 0) continue;
    const char before = text[at - 1];
    const bool bracket = (before == '{' || before == '(') && at > 1 && text[at - 2] == '$';
    if (before == '$' || bracket || (before == '%' && end < text.size() && text[end] == '%')) return true;
    if (before == ':' && at > 4 && lower_ascii(text.substr(at - 4, 3)) == "env") return true;
    if (before == '(' && at > 1 && text[at - 2] == '(') return true;  // `(( FORCE ))`
    if (before == ' ' && at > 2 && text.substr(at - 3, 2) == "((") return true;
  }
  return false;
}

std::string shown_place(const ReaderText& text) {
  if (!text.carried) return text.path;
  return text.path + ":" + (text.holder.empty() ? text.name : text.holder);
}

std::string language_name(const ReaderText& text) {
  if (!text.carried) return text.path;
  return text.name.find('.') == std::string::npos ? text.name + ".sh" : text.name;
}

namespace {

/// The words behind `.` and `source` at the start of a line of a script.
std::vector<std::string_view> sourced_words(std::string_view text) {
  constexpr std::size_t most_words = 16;
  std::vector<std::string_view> words;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    const std::size_t size = line.starts_with(". ") ? 2 : line.starts_with("source ") ? 7 : 0;
    if (size == 0 || words.size() >= most_words) continue;
    line = trim(line.substr(size));
    // A word may hold `$(dirname "$0")`: it ends where a separator or a comment begins.
    std::size_t end = std::min(line.find_first_of(";|&#>"), line.size());
    const std::size_t ending = line.find(".sh");
    if (ending != std::string_view::npos) end = std::min(end, ending + 3);
    words.push_back(trim(line.substr(0, end)));
  }
  return words;
}

std::size_t common_begin(std::string_view a, std::string_view b) {
  std::size_t n = 0;
  while (n < a.size() && n < b.size() && a[n] == b[n]) ++n;
  return n;
}

}  // namespace

bool sources_file(std::string_view script, std::string_view name) {
  const std::vector<std::string_view> words = sourced_words(script);
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    while (!word.empty() && (word.back() == '"' || word.back() == '\'')) word.remove_suffix(1);
    return name_of(word) == name;
  });
}

/// What stands behind the last `..`, variable or quotation mark is the end of its path; where several have that, the nearest.
const ReaderText* FlowReaders::script_named(std::string_view written, const ReaderText& by) const {
  while (!written.empty() && (written.back() == '"' || written.back() == '\'')) written.remove_suffix(1);
  const std::size_t led = written.find_last_of("\"'{}()$ ");
  std::string_view tail = led == std::string_view::npos ? written : written.substr(led + 1);
  const bool whole = led == std::string_view::npos;
  if (!whole && tail.find('/') != std::string_view::npos) tail.remove_prefix(tail.find('/') + 1);
  if (const std::size_t up = tail.rfind("../"); up != std::string_view::npos) tail.remove_prefix(up + 3);
  while (tail.starts_with("./") || tail.starts_with('/')) tail.remove_prefix(tail.find('/') + 1);
  const std::string_view name = name_of(tail);
  if (name.size() < 3) return nullptr;
  const auto rank = [&](const ReaderText& script) {
    const bool ends = script.path.ends_with(tail) &&
                      (script.path.size() == tail.size() || script.path[script.path.size() - tail.size() - 1] == '/');
    return (ends ? 4096 : 0) + std::min<std::size_t>(common_begin(script.path, by.path), 4095);
  };
  const ReaderText* best = nullptr;
  for (const ReaderText& script : scripts_) {
    if (script.carried || script.name != name || &script == &by || script.path == by.path) continue;
    if (best == nullptr || rank(script) > rank(*best)) best = &script;
  }
  return best;
}

std::vector<const ReaderText*> FlowReaders::sourced_by(const ReaderText& script) {
  constexpr std::size_t most_files = 12;
  constexpr unsigned deepest = 4;
  struct Visit {
    const ReaderText* script;
    unsigned depth;
    bool done;
  };
  static_cast<void>(scripts());
  std::vector<const ReaderText*> found;
  std::set<std::string_view> seen{script.path};
  std::vector<Visit> waiting{{&script, 0, false}};
  while (!waiting.empty()) {
    const Visit at = waiting.back();
    waiting.pop_back();
    if (at.done) {
      if (found.size() >= most_files) {
        complete_ = false;
        break;
      }
      found.push_back(at.script);
      continue;
    }
    if (at.script != &script) waiting.push_back({at.script, at.depth, true});
    const std::vector<std::string_view> words = sourced_words(at.script->text);
    if (at.depth >= deepest) {
      complete_ = complete_ && words.empty();
      continue;
    }
    for (std::size_t i = words.size(); i-- > 0;) {
      const ReaderText* sourced = script_named(words[i], *at.script);
      if (sourced != nullptr && seen.insert(sourced->path).second) waiting.push_back({sourced, at.depth + 1, false});
    }
  }
  return found;
}

void FlowReaders::walk() {
  if (std::exchange(walked_, true)) return;
  const TreeWalk found = walk_tree(tree_, tops_, most_directories);
  complete_ = found.complete;
  const auto keep = [&](std::vector<Path>& into, const Path& path, std::size_t most) {
    into.size() < most ? into.push_back(path) : void(complete_ = false);
  };
  for (const Path& path : found.files) {
    const CommandFile kind = command_file(path, {});
    if (is_script_kind(kind) || may_be_script(name_of(path))) keep(script_paths_, path, most_scripts);
    if (may_start(path)) keep(starter_paths_, path, most_starters);
  }
}

const std::vector<ReaderText>& FlowReaders::scripts() {
  walk();
  if (std::exchange(read_, true)) return scripts_;
  const bool all = read_texts(tree_, script_paths_, [&](const Path& path, std::string text) {
    if (!is_script_kind(command_file(path, text))) return;
    scripts_.push_back({path, std::string(name_of(path)), std::move(text), false});
  });
  complete_ = complete_ && all;
  std::vector<std::string> sourced(scripts_.size());
  for (std::size_t i = 0; i < scripts_.size(); ++i) {
    for (const ReaderText* each : sourced_by(scripts_[i])) {
      if (sourced[i].size() < largest) sourced[i] += each->text + "\n";
    }
  }
  for (std::size_t i = 0; i < scripts_.size(); ++i) scripts_[i].sourced = std::move(sourced[i]);
  return scripts_;
}

const std::vector<ReaderText>& FlowReaders::starters() {
  walk();
  if (!starter_paths_.empty()) {
    std::vector<ReaderText> carried;
    const bool all = read_texts(tree_, starter_paths_, [&](const Path& path, std::string text) {
      const bool blocks = add_carried(path, text, carried);
      const bool listed = text.find("script:") != std::string::npos || text.find("commands:") != std::string::npos;
      const bool lists = !listed || add_listed(path, text, carried);
      complete_ = complete_ && blocks && lists;
      starters_.push_back({path, std::string(name_of(path)), std::move(text), false});
    });
    complete_ = complete_ && all;
    starter_paths_.clear();
    static_cast<void>(scripts());
    std::move(carried.begin(), carried.end(), std::back_inserter(scripts_));
  }
  return starters_;
}

}  // namespace redtag
