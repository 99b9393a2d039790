#include "lower/shell/follow.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/shell/referring.h"
#include "lower/shell/shared.h"
#include "lower/shell/sql_files.h"
#include "stack/commands.h"

namespace redtag::shell {

namespace {

constexpr unsigned deepest_call = 6;
constexpr std::size_t most_calls = 64;  ///< of one file that are followed
/// Words in the name of a file that others source for what it sets.
constexpr std::string_view shared_names[] = {"env", "conf", "var", "common", "lib", "setting", "default", "shared"};
constexpr unsigned most_sourced = 16;  ///< files, one behind the other, whose values a script gets

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

std::string joined(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  return std::string(directory) + "/" + std::string(name);
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

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// File and procedure of a call's target.
struct Callee {
  std::string file;
  std::string name;
};
Callee callee_of(const Operation& call) {
  const std::size_t colon = call.target.text.find(':');
  if (colon == std::string::npos) return {call.target.text, ""};
  return {call.target.text.substr(0, colon), call.target.text.substr(colon + 1)};
}

/// Where a file that a command names can lie: beside the file that holds the command, or below the top.
std::vector<std::string> places_of(const std::string& path, std::string_view holder) {
  std::vector<std::string> places;
  const std::string beside = tidy_path(joined(directory_of(holder), path));
  if (beside.find("..") == std::string::npos) places.push_back(beside);
  const std::string top = tidy_path(path);
  if (top != beside && top.find("..") == std::string::npos) places.push_back(top);
  return places;
}

bool does_harm(const Operation& operation) {
  const bool harm = operation.verb == Verb::Destroy || operation.verb == Verb::Empty ||
                    operation.verb == Verb::Delete || operation.verb == Verb::Overwrite;
  return harm && !operation.harmless_target && operation.arming != Arming::Disarmed && operation.cited;
}

/// How bad an operation is beside others of the same callee.
int weight(const Operation& operation) {
  static constexpr std::array<std::string_view, 6> worst{"database",     "dns",  "key",
                                                         "organization", "root", "root if empty"};
  int sum = operation.unbounded ? 2 : 0;
  if (operation.arming == Arming::Armed) sum += 1;
  if (std::find(worst.begin(), worst.end(), operation.object) != worst.end()) sum += 4;
  if (operation.object == "storage" || operation.object == "backup" || operation.object == "data directory") sum += 3;
  return sum;
}

/// The name of the file that a plan is saved in; empty for none.
std::string saved_plan(const Operation& plan) {
  for (std::size_t i = 0; i < plan.arguments.size(); ++i) {
    std::string_view text = plan.arguments[i].text;
    if (text.starts_with("--")) text.remove_prefix(1);
    if (text.starts_with("-out=")) return std::string(base_name(text.substr(5)));
    if (text == "-out" && i + 1 < plan.arguments.size()) return std::string(base_name(plan.arguments[i + 1].text));
  }
  return {};
}

/// A word that says for whom something is done.
bool names_environment(std::string_view word) {
  static constexpr std::array<std::string_view, 5> words{"production", "prod", "live", "prd", "all"};
  const std::string plain = lower_ascii(word);
  const std::size_t sign = plain.rfind('=');
  return std::find(words.begin(), words.end(),
                   std::string_view(plain).substr(sign == std::string::npos ? 0 : sign + 1)) != words.end();
}

class Following {
 public:
  Following(std::span<LoweredFile> files, const FactTables& facts) : files_(files) {
    for (const FactRowView& row : facts.rows("ci", "local")) local_.insert(row.path);
    for (std::size_t i = 0; i < files.size(); ++i) by_path_[files[i].path] = i;
  }

  void run() {
    // Everything is decided before anything is written: a call sees what its callee was lowered to.
    std::vector<std::pair<Operation*, Operation>> decided;
    for (LoweredFile& file : files_) {
      if (file.context) continue;
      for (Operation& call : file.model.operations) {
        if (!is_call(call)) continue;
        const Operation* worst = worst_of(file, call, deepest_call, call.harmless_target);
        if (worst != nullptr) decided.emplace_back(&call, replaced(call, *worst));
      }
    }
    for (LoweredFile& file : files_) hand_on(file);
    arm_saved_plans();
    for (LoweredFile& file : files_) {
      if (!file.context) tell_readers(file);
    }
    for (auto& [call, operation] : decided) *call = std::move(operation);
    for (LoweredFile& file : files_) {
      std::erase_if(file.model.operations, [](const Operation& o) { return is_call(o) || is_shared(o); });
    }
  }

 private:
  /// A plan to destroy that one script saves and another one applies: in its own file nothing applied it.
  void arm_saved_plans() {
    std::set<std::string, std::less<>> applied;
    for (const LoweredFile& file : files_) {
      for (const Operation& operation : file.model.operations) {
        if (operation.verb != Verb::Apply) continue;
        for (const Value& argument : operation.arguments) applied.emplace(base_name(argument.text));
      }
    }
    for (LoweredFile& file : files_) {
      for (Operation& operation : file.model.operations) {
        if (operation.action != "plan -destroy" || operation.arming != Arming::Plain) continue;
        const std::string saved = saved_plan(operation);
        if (!saved.empty() && applied.count(saved) > 0) operation.arming = Arming::Armed;
      }
    }
  }

  /// Gives a script the values of the variables that the files set which it sources, and those that they source.
  void hand_on(LoweredFile& file) const {
    if (file.context) return;
    SharedValues values;
    std::set<const LoweredFile*> seen{&file};
    std::vector<const LoweredFile*> waiting{&file};
    for (unsigned step = 0; step < most_sourced && !waiting.empty(); ++step) {
      const LoweredFile* holder = waiting.back();
      waiting.pop_back();
      for (const LoweredFile* sourced : called_files(*holder, {})) {
        if (!seen.insert(sourced).second) continue;
        add_shared(sourced->model.operations, values);
        waiting.push_back(sourced);
      }
    }
    if (values.empty()) return;
    for (Operation& operation : file.model.operations) {
      if (!is_call(operation) && !is_shared(operation) && !operation.target.known()) aim_anew(operation, values);
    }
  }

  /// What unchanged scripts that source a file do with the values that it sets: it stands at the line that sets them.
  void tell_readers(LoweredFile& file) const {
    SharedValues values;
    add_shared(file.model.operations, values);
    if (values.empty()) return;
    std::vector<Operation> told;
    for (const LoweredFile& reader : files_) {
      if (!reader.context || told.size() >= most_calls) continue;
      const std::vector<const LoweredFile*> sourced = called_files(reader, {});
      if (std::find(sourced.begin(), sourced.end(), &file) == sourced.end()) continue;
      std::map<std::uint32_t, ProcedureId> procedures;  // of the reader, in this file's model
      for (const Operation& operation : reader.model.operations) {
        const bool harm = operation.verb == Verb::Destroy || operation.verb == Verb::Empty ||
                          operation.verb == Verb::Delete || operation.verb == Verb::Overwrite;
        const Operation* value = harm && operation.procedure.valid() ? named_value(operation, file) : nullptr;
        if (value == nullptr) continue;
        Operation is = operation;
        aim_anew(is, values);
        is.subject = true;
        is.region = is.target.region = value->target.region;
        for (Value& argument : is.arguments) argument.region = {};
        const auto [at, added] = procedures.try_emplace(operation.procedure.value, ProcedureId{});
        if (added) {
          Procedure procedure = reader.model.procedures[operation.procedure.value];
          procedure.region = value->target.region;
          procedure.references.clear();
          at->second = ProcedureId{static_cast<std::uint32_t>(file.model.procedures.size())};
          file.model.procedures.push_back(std::move(procedure));
        }
        is.procedure = at->second;
        told.push_back(std::move(is));
      }
    }
    for (Operation& each : told) file.model.operations.push_back(std::move(each));
  }

  /// The first value of a file that an operation names.
  static const Operation* named_value(const Operation& operation, const LoweredFile& file) {
    for (const Operation& value : file.model.operations) {
      if (!is_shared(value)) continue;
      SharedValues one;
      add_shared(std::span(&value, 1), one);
      if (filled_in(operation.target.text, one)) return &value;
      for (const Value& argument : operation.arguments) {
        if (filled_in(argument.text, one)) return &value;
      }
    }
    return nullptr;
  }

  /// The call as what it does: its own place, words and procedure, the callee's effect.
  static Operation replaced(const Operation& call, const Operation& worst) {
    Operation is = worst;
    is.arguments.clear();
    aim(call, is);
    is.text = shortened(call.text + " runs `" + worst.text + "`", 400);
    is.procedure = call.procedure;
    is.position = call.position;
    is.region = call.region;
    is.subject = call.subject;
    is.target.region = call.region;
    is.certainty = std::max({call.certainty, worst.certainty, Certainty::Likely});
    return is;
  }

  /// What the call says of what is done: its words, and the values that what is called names (`$1`, `$TARGET`). Variables that it does
  /// not name, and those of a call whose words cannot change what is aimed at, are nobody's business.
  static void aim(const Operation& call, Operation& is) {
    const std::string wanted = is.target.text;
    const bool decided = is.target.known();
    const auto set = [&](const Value& value) {
      is.target = value;
      is.maybe_empty = false;
      judge_path(is);
    };
    std::size_t position = 0;  // of the script itself
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const std::string& text = call.arguments[i].text;
      if (text == callee_of(call).file || tidy_path(text) == callee_of(call).file) position = i + 1;
    }
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const Value& argument = call.arguments[i];
      if (argument.text.starts_with("where ")) {
        const std::size_t sign = argument.text.find('=');
        if ("$" + argument.text.substr(6, sign - 6) != wanted) continue;
        set(known_string(argument.text.substr(sign + 1)));
      } else if (i >= position && "$" + std::to_string(i - position + 1) == wanted) {
        set(argument);
      }
      if (!decided || !call.harmless_target || names_environment(argument.text)) is.arguments.push_back(argument);
    }
  }

  const Operation* worst_of(const LoweredFile& holder, const Operation& call, unsigned depth, bool thrown_away) {
    if (depth == 0) return nullptr;
    const Callee callee = callee_of(call);
    const Operation* worst = nullptr;
    for (const LoweredFile* file : called_files(holder, callee)) {
      if (!file->context) continue;
      for (const Operation& operation : file->model.operations) {
        if (!operation.procedure.valid() || !belongs(*file, operation, callee.name)) continue;
        const Operation* found = is_call(operation) ? worst_of(*file, operation, depth - 1, thrown_away) : &operation;
        if (found == nullptr || !does_harm(*found)) continue;
        if (thrown_away && local_.count(found->program) > 0) continue;
        if (thrown_away && found->action == "recreate-table") continue;  // a database that is set up for the run
        if (worst == nullptr || weight(*found) > weight(*worst)) worst = found;
      }
    }
    return worst;
  }

  static bool belongs(const LoweredFile& file, const Operation& operation, const std::string& name) {
    const std::string& address = file.model.procedures[operation.procedure.value].address;
    return address == (name.empty() ? file.path : file.path + ":" + name);
  }

  std::vector<const LoweredFile*> called_files(const LoweredFile& holder, const Callee& callee) const {
    std::vector<const LoweredFile*> found;
    const auto add = [&](const std::string& path) {
      for (const std::string& place : places_of(path, holder.path)) {
        const auto at = by_path_.find(place);
        if (at != by_path_.end() && &files_[at->second] != &holder) return found.push_back(&files_[at->second]);
      }
    };
    if (!callee.file.empty()) {
      add(callee.file);
      return found;
    }
    for (const Operation& sourced : holder.model.operations) {  // a function of one of the files that are sourced
      if (is_call(sourced) && (sourced.program == "source" || sourced.program == ".")) add(callee_of(sourced).file);
    }
    return found;
  }

  std::span<LoweredFile> files_;
  std::set<std::string_view> local_;  // programs whose effect stays on the machine
  std::map<std::string, std::size_t, std::less<>> by_path_;
};

}  // namespace

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
        calls.push_back(make_call(line, joined(directory, runner.file) + ":" + word));
        if (program != "make" && program != "gmake") break;
      }
    }
  }
  for (const Argument& file : sql_files_of(line)) {
    const std::string path = script_path(file);
    if (!path.empty() && is_sql_file(path)) calls.push_back(make_call(line, path));
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

Operation call_of_function(const LineView& line) { return make_call(line, ":" + line.invocation.program); }

namespace {

/// Scripts that source a file of values, or that apply a plan to destroy which this one saves.
void add_referring(const LoweredFile& file, SourceTree& tree, std::vector<Path>& wanted) {
  const auto add = [&](std::string_view word, std::string_view other) {
    for (Path& path : referring_files(file.path, word, other, tree)) wanted.push_back(std::move(path));
  };
  const std::string_view name = base_name(file.path);
  const bool values = command_file(file.path, {}) == CommandFile::Environment ||
                      std::any_of(std::begin(shared_names), std::end(shared_names), [&](std::string_view word) {
                        return lower_ascii(name).find(word) != std::string::npos;
                      });
  if (values && std::any_of(file.model.operations.begin(), file.model.operations.end(), is_shared)) add(name, "$");
  for (const Operation& operation : file.model.operations) {
    if (operation.action != "plan -destroy" || operation.arming != Arming::Plain) continue;
    if (const std::string saved = saved_plan(operation); !saved.empty()) add(saved, "apply");
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

void follow_calls(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  (void)tree;
  Following(files, facts).run();
}

}  // namespace redtag::shell
