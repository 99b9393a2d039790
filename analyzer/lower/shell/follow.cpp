#include "lower/shell/follow.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "lower/shell/callee.h"
#include "lower/shell/destination.h"
#include "lower/shell/shared.h"

namespace redtag::shell {

namespace {

constexpr unsigned deepest_call = 6;
constexpr std::size_t most_calls = 64;  ///< of one file that are followed
constexpr unsigned most_sourced = 16;   ///< files, one behind the other, whose values a script gets

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
  Following(std::span<LoweredFile> files, const FactTables& facts) : files_(files), facts_(facts) {
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
        if (auto done = done_by(file, call)) decided.emplace_back(&call, std::move(*done));
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

  /// The values of the variables that the files set which a script sources, and those that they source; and the files.
  struct InForce {
    SharedValues values;
    std::set<const LoweredFile*> files;
  };

  [[nodiscard]] InForce in_force(const LoweredFile& file) const {
    InForce found;
    std::set<const LoweredFile*> seen{&file};
    std::vector<const LoweredFile*> waiting{&file};
    for (unsigned step = 0; step < most_sourced && !waiting.empty(); ++step) {
      const LoweredFile* holder = waiting.back();
      waiting.pop_back();
      for (const LoweredFile* sourced : called_files(*holder, {})) {
        if (!seen.insert(sourced).second) continue;
        add_shared(sourced->model.operations, found.values);
        found.files.insert(sourced);
        waiting.push_back(sourced);
      }
    }
    return found;
  }

  /// The same with what a wrapper loads for one operation, which decides where both say something.
  [[nodiscard]] InForce in_force_for(const LoweredFile& file, const Operation& operation, InForce base) const {
    SharedValues own;
    for (const std::string_view path : loaded_files(operation)) {
      for (const std::string& place : places_of(std::string(path), file.path)) {
        const auto at = by_path_.find(place);
        if (at == by_path_.end()) continue;
        add_shared(files_[at->second].model.operations, own);
        base.files.insert(&files_[at->second]);
        break;
      }
    }
    for (auto& [name, value] : own) base.values[name] = std::move(value);
    return base;
  }

  /// Gives a script the values of those variables, and says where it acts with them.
  void hand_on(LoweredFile& file) const {
    if (file.context) return;
    const InForce base = in_force(file);
    const auto told = handed_.find(&file);
    for (Operation& operation : file.model.operations) {
      if (is_call(operation) || is_shared(operation)) continue;
      InForce own = in_force_for(file, operation, base);
      if (told != handed_.end()) own.values.insert(told->second.begin(), told->second.end());
      if (auto where = destination_of(operation, own.values, facts_)) {
        const std::vector<Value> words = operation.arguments;
        if (!operation.target.known()) aim_anew(operation, base.values);
        operation.arguments = words;  // where it acts is told by itself
        operation.arguments.push_back(std::move(*where));
      } else if (!operation.target.known() && !base.values.empty()) {
        aim_anew(operation, base.values);
      }
    }
  }

  /// What a call of an unchanged file does, with where it does it.
  std::optional<Operation> done_by(const LoweredFile& file, const Operation& call) {
    const InForce own = in_force_for(file, call, in_force(file));
    // A machine that is thrown away has no other's database on it.
    Operation client = call;
    client.verb = Verb::Destroy;
    client.stack = Stack::Sql;
    const std::optional<Value> where = destination_of(client, own.values, facts_);
    client.arguments.clear();
    if (where) client.arguments.push_back(*where);
    const Destination there = reach_of(client).where;
    // What stands beside a job that is thrown away goes with it.
    if (call.harmless_target && (there == Destination::Nearby || there == Destination::Beside)) return std::nullopt;
    const bool away = there >= Destination::Elsewhere;
    hand_down(file, call, own.values);
    const Operation* worst = worst_of(file, call, deepest_call, call.harmless_target && !away);
    if (worst == nullptr) return std::nullopt;
    Operation is = replaced(call, *worst);
    add_destination(call, *worst, own.values, is);
    return is;
  }

  /// Both the words of who calls and of what is called say where it acts.
  void add_destination(const Operation& call, const Operation& worst, SharedValues values, Operation& is) const {
    Operation whole = worst;
    for (const Value& argument : call.arguments) {
      const bool shown = is_surrounding(argument) || argument.text.starts_with("with ") ||
                         argument.text.starts_with("where ") || is_sql_call(call);
      if (shown) whole.arguments.push_back(argument);
      if (!argument.text.starts_with("where ")) continue;
      const std::size_t sign = argument.text.find('=');
      if (sign != std::string::npos) values.emplace(argument.text.substr(6, sign - 6), argument.text.substr(sign + 1));
    }
    for (LoweredFile& file : files_) {
      if (file.file.value != worst.region.file.value || !worst.region.valid()) continue;
      for (const auto& [name, value] : in_force(file).values) values.emplace(name, value);
    }
    if (auto where = destination_of(whole, values, facts_)) is.arguments.push_back(std::move(*where));
  }

  /// A client that is handed a file of statements: where it is told to go counts for them.
  static bool is_sql_call(const Operation& call) { return callee_of(call).file.ends_with(".sql"); }

  /// What a changed script finds in force that another changed file calls.
  void hand_down(const LoweredFile& file, const Operation& call, const SharedValues& values) {
    for (const LoweredFile* called : called_files(file, callee_of(call))) {
      if (called->context || called == &file) continue;
      SharedValues& into = handed_[called];
      into.insert(values.begin(), values.end());
      for (const Value& argument : call.arguments) {
        if (!argument.text.starts_with("where ")) continue;
        const std::size_t sign = argument.text.find('=');
        if (sign != std::string::npos) into.emplace(argument.text.substr(6, sign - 6), argument.text.substr(sign + 1));
      }
    }
  }

  /// Where unchanged scripts that source a file act with the values that it sets: it stands at the line that sets them.
  void tell_readers(LoweredFile& file) {
    SharedValues values;
    add_shared(file.model.operations, values);
    if (values.empty()) return;
    std::vector<Operation> told;
    for (const LoweredFile& reader : files_) {
      if (!reader.context || told.size() >= most_calls) continue;
      const InForce base = in_force(reader);
      std::map<std::uint32_t, ProcedureId> procedures;  // of the reader, in this file's model
      for (const Operation& operation : reader.model.operations) {
        if (!operation.procedure.valid() || is_shared(operation)) continue;
        const InForce own = in_force_for(reader, operation, base);
        if (own.files.count(&file) == 0) continue;
        auto is = told_of(reader, operation, own, file);
        if (!is) continue;
        is->subject = true;
        for (Value& argument : is->arguments) argument.region = {};
        const auto [at, added] = procedures.try_emplace(operation.procedure.value, ProcedureId{});
        if (added) {
          Procedure procedure = reader.model.procedures[operation.procedure.value];
          procedure.region = is->region;
          procedure.references.clear();
          at->second = ProcedureId{static_cast<std::uint32_t>(file.model.procedures.size())};
          file.model.procedures.push_back(std::move(procedure));
        }
        is->procedure = at->second;
        told.push_back(std::move(*is));
      }
    }
    for (Operation& each : told) file.model.operations.push_back(std::move(each));
  }

  /// One operation of a reader as it is with the values of a file: nullopt where they decide nothing in it.
  std::optional<Operation> told_of(const LoweredFile& reader, const Operation& operation, const InForce& own,
                                   const LoweredFile& file) {
    Operation is = operation;
    if (is_call(operation)) {
      const Operation* worst = worst_of(reader, operation, deepest_call, operation.harmless_target);
      if (worst == nullptr) return std::nullopt;
      is = replaced(operation, *worst);
      add_destination(operation, *worst, own.values, is);
    } else if (auto where = destination_of(operation, own.values, facts_)) {
      is.arguments.push_back(std::move(*where));
    }
    const ReachView reach = reach_of(is);
    if (const Operation* value = value_behind(reach.because, file); value != nullptr) {
      // What goes nearby is of interest only as what was so before.
      if (file.side == Side::After && reach.where < Destination::Elsewhere) return std::nullopt;
      is.region = is.target.region = value->target.region;
      return is;
    }
    return std::nullopt;  // what else values do in it: run/flows.h
  }

  /// The value of a file that decides where an operation acts, by the sentence that says so.
  static const Operation* value_behind(std::string_view because, const LoweredFile& file) {
    const std::string_view name = because.substr(0, because.find('='));
    for (const Operation& value : file.model.operations) {
      if (is_shared(value) && !name.empty() && value.program == name) return &value;
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
  const FactTables& facts_;
  std::map<const LoweredFile*, SharedValues> handed_;  // what changed scripts find in force that others call
  std::set<std::string_view> local_;                   // programs whose effect stays on the machine
  std::map<std::string, std::size_t, std::less<>> by_path_;
};

}  // namespace

void follow_calls(std::span<LoweredFile> files, SourceTree& tree, const FactTables& facts) {
  (void)tree;
  Following(files, facts).run();
}

}  // namespace redtag::shell
