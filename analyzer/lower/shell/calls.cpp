// The calls that command lines make of others' files, and which files these are.
#include <algorithm>
#include <array>
#include <set>

#include "base/path.h"
#include "base/text.h"
#include "lower/shell/callee.h"
#include "lower/shell/destination.h"
#include "lower/shell/follow.h"
#include "lower/shell/referring.h"
#include "lower/shell/shared.h"
#include "lower/shell/sql_files.h"
#include "lower/shell/vocabulary.h"
#include "stack/commands.h"

namespace redtag::shell {

namespace {

constexpr std::size_t most_calls = 64;  ///< of one file that are followed
/// Words in the name of a file that others source for what it sets.
constexpr std::string_view shared_names[] = {"env", "conf", "var", "common", "lib", "setting", "default", "shared"};

struct Runner {
  std::string_view program;
  std::string_view file;
  std::string_view subcommand;  ///< that stands in front of the name; empty for none
};
constexpr std::array runners{
    Runner{"make", "Makefile", ""},
    Runner{"gmake", "Makefile", ""},
    Runner{"just", "justfile", ""},
    Runner{"task", "Taskfile.yml", ""},
    Runner{"npm", "package.json", "run"},
    Runner{"pnpm", "package.json", "run"},
    Runner{"yarn", "package.json", "run"},
    Runner{"bun", "package.json", "run"},
    Runner{"npm", "package.json", "run-script"},
    Runner{"composer", "composer.json", "run-script"},
};

Operation make_call(const LineView& line, std::string target) {
  Operation call = begin_operation(line, Verb::Run, "call");
  call.object = std::string(call_object);
  call.target = known_string(std::move(target), line.as_written().region);
  return call;
}

/// The path of a script that a word names, without what stands for the script's own directory. Empty for one that is not known.
std::string script_path(const Argument& argument) {
  if (argument.readings.empty()) return {};
  const Reading& reading = argument.readings.front();
  std::string path;
  for (std::size_t i = 0; i < reading.size(); ++i) {
    if (reading[i].hole == Hole::None) {
      path += reading[i].text;
    } else if (i > 0 || reading[i].hole != Hole::Location) {
      return {};
    }
  }
  while (path.starts_with('/') && reading.front().hole == Hole::Location) path.erase(0, 1);
  return path.starts_with('/') || path.find(':') != std::string::npos ? std::string() : tidy_path(path);
}

bool is_script_name(std::string_view path) {
  for (const std::string_view ending : {".sh", ".bash", ".zsh", ".ksh", ".ps1", ".bat", ".cmd"}) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

/// `export $(grep -v '^#' .env | xargs)`, `eval "$(cat .env)"`: files of variables that a script reads into itself.
std::vector<std::string> files_told(const LineView& line) {
  static constexpr std::array<std::string_view, 4> programs{"export", "eval", "declare", "set"};
  std::vector<std::string> files;
  if (std::find(programs.begin(), programs.end(), line.invocation.program) == programs.end()) return files;
  for (std::size_t i = line.first(); i < line.last() && i < line.words.size(); ++i) {
    const std::string& source = line.words[i].word->source;
    if (source.find("$(") == std::string::npos && source.find('`') == std::string::npos) continue;
    for (std::string& file : variable_files_in(source)) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

Callee callee_of(const Operation& call) {
  const std::size_t colon = call.target.text.find(':');
  if (colon == std::string::npos) return {call.target.text, ""};
  return {call.target.text.substr(0, colon), call.target.text.substr(colon + 1)};
}

std::vector<std::string> places_of(const std::string& path, std::string_view holder) {
  std::vector<std::string> places;
  const std::string beside = tidy_path(joined_path(directory_of(holder), path));
  if (beside.find("..") == std::string::npos) places.push_back(beside);
  const std::string top = tidy_path(path);
  if (top != beside && top.find("..") == std::string::npos) places.push_back(top);
  return places;
}

std::string saved_plan(const Operation& plan) {
  for (std::size_t i = 0; i < plan.arguments.size(); ++i) {
    std::string_view text = plan.arguments[i].text;
    if (text.starts_with("--")) text.remove_prefix(1);
    if (text.starts_with("-out=")) return std::string(base_name(text.substr(5)));
    if (text == "-out" && i + 1 < plan.arguments.size()) return std::string(base_name(plan.arguments[i + 1].text));
  }
  return {};
}

bool is_call(const Operation& operation) { return operation.verb == Verb::Run && operation.object == call_object; }

std::string variable_of_call(std::string_view name, std::string_view value) {
  return "where " + std::string(name) + "=" + std::string(value);
}

std::vector<Operation> calls_of(const LineView& line) {
  std::vector<Operation> calls;
  const std::string& program = line.invocation.program;
  for (const Runner& runner : runners) {
    if (runner.program != program) continue;
    std::string directory;
    if (const std::size_t at = line.value_of(program == "npm" ? "--prefix" : "-C"); at != LineView::npos)
      directory = line.text(at);
    bool named = runner.subcommand.empty();
    for (const std::size_t i : line.operands("-C -f -j -o --prefix --directory --file --justfile --dir -d")) {
      const std::string& word = line.text(i);
      if (!named) {
        if (word != runner.subcommand) break;
        named = true;
      } else if (word.find('=') == std::string::npos && word.find(variable_begin) == std::string::npos) {
        calls.push_back(make_call(line, joined_path(directory, runner.file) + ":" + word));
        if (program != "make" && program != "gmake") break;
      }
    }
  }
  for (const Argument& file : sql_files_of(line)) {
    const std::string path = script_path(file);
    if (!path.empty() && is_sql_file(path)) calls.push_back(make_call(line, path));
  }
  for (const std::string& file : files_told(line)) {
    calls.push_back(make_call(line, file));
    calls.back().program = "source";
  }
  if (program == "source" || program == ".") {
    if (line.first() < line.last()) {
      const std::string path = script_path(line.words[line.first()]);
      if (!path.empty()) calls.push_back(make_call(line, path));
    }
    return calls;
  }
  if (is_shell(program)) {
    const std::vector<std::size_t> operands = line.operands("-o -O");
    const std::string path = operands.empty() || line.has("-c") ? std::string() : script_path(line.words[operands[0]]);
    if (!path.empty()) calls.push_back(make_call(line, path));
    if (!operands.empty() || line.as_written().read_inside) return calls;
    for (const Redirect& redirect : line.as_written().redirects) {  // `bash < x.sh`
      if (redirect.kind != RedirectKind::Read || !redirect.descriptor.empty()) continue;
      const std::string fed = script_path({&redirect.word, line.scope.read(redirect.word, line.command), {}});
      if (!fed.empty()) calls.push_back(make_call(line, fed));
    }
  } else if (line.invocation.begin < line.words.size()) {
    const Argument& name = line.words[line.invocation.begin];
    const bool path = name.text.find('/') != std::string::npos || is_script_name(name.text);
    const std::string script = path ? script_path(name) : std::string();
    if (!script.empty() && script.find('/') == std::string::npos ? is_script_name(script) || name.text.starts_with("./")
                                                                 : !script.empty())
      calls.push_back(make_call(line, script));
  }
  return calls;
}

Operation load_of_file(std::string_view path, Region region) {
  Operation call;
  call.stack = Stack::Shell;
  call.verb = Verb::Run;
  call.object = std::string(call_object);
  call.program = "source";
  call.target = known_string(std::string(path), region);
  call.region = region;
  return call;
}

Operation call_of_function(const LineView& line) { return make_call(line, ":" + line.invocation.program); }

namespace {

/// Scripts that source a file of values, or that apply a plan to destroy which this one saves.
void add_referring(const LoweredFile& file, SourceTree& tree, std::vector<Path>& wanted) {
  const auto add = [&](std::span<const std::string_view> words, std::string_view other) {
    for (Path& path : referring_files(file.path, words, other, tree)) wanted.push_back(std::move(path));
  };
  const std::string_view name = base_name(file.path);
  const bool loaded = command_file(file.path, {}) == CommandFile::Environment;
  const bool values =
      loaded || std::any_of(std::begin(shared_names), std::end(shared_names),
                            [&](std::string_view word) { return lower_ascii(name).find(word) != std::string::npos; });
  if (values && std::any_of(file.model.operations.begin(), file.model.operations.end(), is_shared)) {
    std::vector<std::string_view> words{name};
    // Some programs read it unasked.
    const std::span<const std::string_view> readers = listed(List::VariableReader);
    if (name == ".env") words.insert(words.end(), readers.begin(), readers.end());
    // Whoever loads one as a whole does not name what is in it.
    add(words, loaded ? "" : "$");
  }
  for (const Operation& operation : file.model.operations) {
    if (operation.action != "plan -destroy" || operation.arming != Arming::Plain) continue;
    if (const std::string saved = saved_plan(operation); !saved.empty()) {
      const std::string_view word = saved;
      add(std::span(&word, 1), "apply");
    }
  }
}

}  // namespace

std::vector<Path> wanted_files(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<std::string> present;
  for (const LoweredFile& file : files) present.insert(file.path);
  std::vector<Path> wanted;
  for (const LoweredFile& file : files) {
    std::set<std::string> asked;
    for (const Operation& operation : file.model.operations) {
      for (const std::string_view loaded : loaded_files(operation)) {
        if (asked.size() >= most_calls || !asked.emplace(loaded).second) continue;
        for (const std::string& place : places_of(std::string(loaded), file.path)) {
          if (present.count(place) == 0) wanted.push_back(place);
        }
      }
      if (!is_call(operation) || asked.size() >= most_calls) continue;
      const Callee callee = callee_of(operation);
      if (callee.file.empty() || !asked.insert(callee.file).second) continue;
      for (const std::string& place : places_of(callee.file, file.path)) {
        if (present.count(place) == 0) wanted.push_back(place);
      }
    }
  }
  for (const LoweredFile& file : files) {
    if (!file.context) add_referring(file, tree, wanted);
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

}  // namespace redtag::shell
