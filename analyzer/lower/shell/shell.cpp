#include "lower/shell/shell.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "lower/shell/bound.h"
#include "lower/shell/carriers.h"
#include "lower/shell/copies.h"
#include "lower/shell/decide.h"
#include "lower/shell/dialects.h"
#include "lower/shell/follow.h"
#include "lower/shell/operation.h"
#include "lower/shell/references.h"
#include "lower/shell/rollout.h"
#include "lower/shell/safeguards.h"
#include "lower/shell/services.h"
#include "lower/shell/settings.h"
#include "lower/shell/shared.h"
#include "lower/shell/sql_files.h"
#include "lower/shell/vocabulary.h"
#include "model/surrounding.h"

namespace redtag {

namespace shell {
namespace {

class Lowering {
 public:
  Lowering(const SourceFileView& file, const LoweringView& view, const Carrier& carrier, const Bound* bound = nullptr)
      : file_(file),
        view_(view),
        script_(bound == nullptr ? read_text(file, carrier.dialect, view.depth)
                                 : read_bound(file, carrier.dialect, *bound)),
        scope_(script_, file.partial ? Sight::Window : Sight::Whole, carrier.on_failure),
        created_(find_creations(script_, scope_)),
        own_programs_(view.facts),
        settings_(script_, scope_, view.facts),
        programs_(carrier.rows != nullptr ? *carrier.rows : own_programs_),
        carrier_(carrier) {
    if (bound != nullptr) open_ = open_branches(script_, bound->empty);
  }

  Model run() {
    own_files_ = carrier_.follows_calls ||
                 command_file(file_.path, view_.depth == 0 ? file_.text : std::string_view()) != CommandFile::None;
    mark_borders();
    make_procedures();
    if (!model_.procedures.empty()) model_.procedures.front().references = file_references(script_);
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      if (model_.operations.size() >= limits::entities_per_file) break;
      lower_command(i);
    }
    weigh_saved_plans();
    forgive_made(model_);
    lower_aliases();
    if (own_files_ && view_.depth == 0 && !carrier_.follows_calls) {
      for (Operation& value : shared_values(script_, scope_)) model_.operations.push_back(std::move(value));
    }
    for (Safeguard& safeguard : copies_.safeguards(addresses_[0])) model_.safeguards.push_back(std::move(safeguard));
    add_script_safeguards(script_, file_.text, addresses_, model_.safeguards);
    if (view_.depth == 0 && command_file(file_.path, file_.text) == CommandFile::Script)
      add_rollout_gates(file_, addresses_[0], view_.facts, model_.safeguards);
    if (!file_.partial && view_.depth == 0) {
      for (const Region& region : script_.unread)
        model_.gaps.push_back({region, Stack::Shell, "does not parse as shell"});
    }
    return std::move(model_);
  }

 private:
  /// A command on the first or last line of a window may go on outside of it.
  void mark_borders() {
    if (!file_.partial) return;
    const std::uint32_t begin = file_.offset, end = file_.offset + static_cast<std::uint32_t>(file_.text.size());
    for (Command& command : script_.commands) {
      const ByteRange bytes = command.region.bytes;
      const auto blank = [&](std::uint32_t from, std::uint32_t to) {
        return from <= to && to <= end && from >= begin &&
               file_.text.substr(from - begin, to - from).find('\n') == std::string_view::npos;
      };
      if (blank(begin, bytes.begin) || blank(bytes.end, end)) command.recovered = true;
    }
  }

  /// A plan to destroy that is saved destroys when it is applied. Where a whole script applies nothing, it only prepares; another
  /// may still apply it, so it stays in sight.
  void weigh_saved_plans() {
    if (view_.depth > 0 || file_.partial || file_.text.find("apply") != std::string_view::npos) return;
    for (Operation& operation : model_.operations) {
      if (operation.action == "plan -destroy" && operation.arming == Arming::Armed) operation.arming = Arming::Plain;
    }
  }

  /// `alias zap='rm -rf'` for whoever sources this file: a procedure that does it with its argument. Nobody is told of the alias itself.
  void lower_aliases() {
    if (!own_files_ || view_.depth > 0 || carrier_.follows_calls) return;
    for (const auto& [name, alias] : scope_.aliases()) {
      std::vector<Argument> words = scope_.words_of_alias(name);
      if (model_.operations.size() >= limits::entities_per_file) return;
      if (words.empty() || words.front().text == name) continue;
      Procedure procedure = model_.procedures.front();
      procedure.address = std::string(file_.path) + ":" + name;
      procedure.references.clear();
      found_.clear();
      lower_words(alias.command, words, Redirects::Known);
      for (Operation& operation : found_) {
        operation.procedure = ProcedureId{static_cast<std::uint32_t>(model_.procedures.size())};
        operation.subject = false;
        if (!operation.target.known()) operation.target.text = "$1";  // and not the word that the alias stands in
        model_.operations.push_back(std::move(operation));
      }
      if (!found_.empty()) model_.procedures.push_back(std::move(procedure));
    }
  }

  void make_procedures() {
    std::set<std::string> trapped;
    for (const Command& command : script_.commands) {
      const Block& owner = script_.blocks[procedure_of(script_, command.block).value];
      if (owner.name == "trap" && !command.words.empty()) trapped.insert(marked_text(command.words[0].parts));
    }
    for (std::size_t i = 0; i < script_.blocks.size(); ++i) {
      const Block& block = script_.blocks[i];
      if (block.kind != BlockKind::Script && block.kind != BlockKind::Function) {
        procedures_.push_back(procedures_[block.parent.value]);
        addresses_.push_back(addresses_[block.parent.value]);
        continue;
      }
      Procedure procedure;
      procedure.stack = Stack::Shell;
      procedure.address = std::string(file_.path) + (carrier_.name.empty() ? "" : ":" + carrier_.name) +
                          (block.name.empty() ? "" : ":" + block.name);
      procedure.trigger = carrier_.trigger;
      procedure.direction = carrier_.direction;
      procedure.region = block.region;
      procedure.unread = file_.partial || !script_.unread.empty();
      if (block.name == "trap" || trapped.count(block.name) > 0) procedure.direction = Direction::CleanUp;
      procedures_.push_back(ProcedureId{static_cast<std::uint32_t>(model_.procedures.size())});
      addresses_.push_back(procedure.address);
      model_.procedures.push_back(std::move(procedure));
      positions_.push_back(0);
      if (block.kind == BlockKind::Function) functions_.insert(block.name);
    }
  }

  /// A command as it stands and, where its name is an alias, as that; an alias of a program's own name stands for both.
  void lower_command(std::size_t index) {
    const std::vector<Argument> words = scope_.arguments(index);
    const auto meant = scope_.without_alias(index, words);
    found_.clear();
    if (meant) lower_words(index, *meant, Redirects::Read);
    const std::size_t known = found_.size();
    if (!meant || meant->front().text != words.front().text) lower_words(index, words, Redirects::Read);
    if (!words.empty() && functions_.count(words.front().text) > 0) {
      for (const std::vector<Argument>& line : scope_.forwarded(words)) lower_words(index, line, Redirects::Known);
    }
    // The tables know some names that everybody gives a program: that is said once.
    for (std::size_t i = known; i-- > 0 && meant;) {
      for (std::size_t k = known; k < found_.size(); ++k) {
        if (found_[k].verb == found_[i].verb && same_value(found_[k].target, found_[i].target))
          found_.erase(found_.begin() + static_cast<std::ptrdiff_t>(k--));
      }
    }
    for (Operation& operation : found_) keep(std::move(operation), index);
  }

  enum class Redirects : std::uint8_t { Read, Known };
  void lower_words(std::size_t index, const std::vector<Argument>& words, Redirects redirects) {
    std::vector<std::string> texts;
    for (const Argument& word : words) texts.push_back(word.text);
    // `CMD="ssh db1 $1"; $CMD`: what ssh is told came out of a variable and is read nowhere else.
    const bool made = words.size() > 1 && words[0].word == words[1].word;
    std::vector<Invocation> runs = strip(texts, made ? Told::Words : Told::Text);
    if (runs.empty()) runs.emplace_back();
    bool first = redirects == Redirects::Read;
    for (Invocation& run : runs) {
      if (run.query) continue;
      const LineView line{script_, scope_, created_, index, std::move(run), words, directory_of(index), &settings_};
      if (first) {
        lower_redirects(line, view_.facts, found_);
        lower_assignments(line, found_);
      }
      first = false;
      lower_line(line);
    }
  }

  /// On whose files a command works: what wraps it closest decides.
  [[nodiscard]] Ground ground_of(const LineView& line) const {
    if (line.invocation.whereabouts == Whereabouts::Elsewhere) return Ground::Machine;
    if (line.invocation.whereabouts == Whereabouts::Container) return Ground::Image;
    for (BlockId at = line.as_written().block; at.value != 0; at = script_.blocks[at.value].parent) {
      if (script_.blocks[at.value].elsewhere) return Ground::Machine;
      if (script_.blocks[at.value].thrown_away) return Ground::Image;
    }
    return carrier_.ground;
  }

  /// In a layer of an image every file is the image's own. A build host's are gone with it, but for disks and the root that
  /// a path leaves when a variable is empty: some build hosts stay.
  static bool is_worthless(const Operation& operation, Ground ground) {
    if (ground == Ground::Machine || operation.object == "device") return false;
    return ground == Ground::Image || !operation.unbounded || !operation.maybe_empty;
  }

  void lower_line(const LineView& line) {
    const std::string& program = line.invocation.program;
    if (program.empty()) return;
    if (functions_.count(program) > 0) return void(lower_mutations(line, view_.facts, found_));
    if (ground_of(line) == Ground::Machine) lower_unread(line, found_);
    lower_unwatched(line, found_);
    if (own_files_) {
      for (Operation& call : calls_of(line)) found_.push_back(std::move(call));
      sources_others_ = sources_others_ || program == "source" || program == ".";
    }
    if (is_shell(program)) return;
    if (const auto interpreter = interpreter_named(program)) lower_program(line, *interpreter);
    if (program == "cd" || program == "pushd" || program == "popd") return go(line);
    if (lower_database(line)) return;
    if (auto backup = lower_backup(line)) {
      copies_.add(line, *backup);
      found_.push_back(std::move(*backup));
      return;
    }
    copies_.add_mirror(line);
    if (lower_machine(line, view_.facts, found_) == Handled::Yes) return;
    if (program == "wget") {
      if (const auto request = spell_request(line)) return lower_spelled(line, *request);
    }
    const std::size_t known = found_.size();
    if (lower_files(line, programs_, found_) == Handled::Yes) {
      const Ground ground = ground_of(line);
      for (std::size_t i = known; i < found_.size(); ++i) {
        if (found_[i].program != "git" && is_worthless(found_[i], ground)) found_[i].harmless_target = true;
      }
      return;
    }
    if (lower_document_store(line, view_.facts, found_) == Handled::Yes) return;
    if (lower_mutations(line, view_.facts, found_) == Handled::Yes) return;
    const std::vector<SpelledLine> told = spell_store_commands(line);
    for (const SpelledLine& spelled : told) lower_spelled(line, spelled);
    if (!told.empty()) return;
    if (const auto request = spell_request(line)) return lower_spelled(line, *request);
    if (const auto told_more = spell_environment(line)) return lower_spelled(line, *told_more);
    lower_known(line);
  }

  /// What a program of another language tells the machine runs where the line does.
  void lower_program(const LineView& line, Interpreter interpreter) {
    for (const ProgramText& program : program_texts(line, interpreter)) {
      const CarriedText commands = commands_of(interpreter, program.text, program.map, view_.facts);
      if (ground_of(line) == Ground::Machine) lower_decoding(line, program.text, found_);
      if (trim(commands.text).empty()) continue;
      Carrier carrier = carrier_;
      carrier.dialect = Dialect::Shell;
      carrier.ground = ground_of(line);
      carrier.rows = &programs_;
      std::vector<std::uint32_t> map = commands.whole_map();
      const auto end = file_.offset + static_cast<std::uint32_t>(file_.text.size());
      for (std::uint32_t& place : map) place = std::min(place, end);  // a line's made end may lie behind the last byte
      append(model_, embed_commands(file_, commands.text, commands.bytes(), map, Certainty::Likely, view_, carrier));
    }
  }

  /// The line as the tables spell it.
  void lower_spelled(const LineView& line, const SpelledLine& spelled) {
    Invocation run = line.invocation;
    run.begin = 0;
    run.end = spelled.arguments.size();
    run.program = spelled.program;
    const std::size_t known = found_.size();
    lower_known(
        {script_, scope_, created_, line.command, std::move(run), spelled.arguments, line.directory, &settings_});
    const std::vector<std::string> connection = settings_.connection(line);
    for (std::size_t i = known; i < found_.size(); ++i) tell(found_[i], connection);
  }

  /// Hands SQL to its own front end. True for database clients, whose rows say nothing that the SQL does not.
  bool lower_database(const LineView& line) {
    const std::vector<SqlText> texts = sql_texts(line);
    if (texts.empty()) return false;
    std::vector<std::string> where = settings_.connection(line);
    for (std::string& each : databases_of(line)) where.push_back(std::move(each));
    for (std::string& each : setting_of(line)) where.push_back(std::move(each));
    for (const SqlText& sql : texts) {
      const Certainty certainty = line.as_written().recovered ? Certainty::Partial
                                  : sql.certain               ? Certainty::Exact
                                                              : Certainty::Likely;
      Model inner = embed(Stack::Sql, file_, sql.text, sql.bytes, sql.map, certainty, view_);
      for (Operation& operation : inner.operations) {
        tell(operation, where);
        if (operation.verb == Verb::Destroy || operation.verb == Verb::Empty) copies_.lose(line.command, {});
        for (const Value& condition : conditions_of(line)) operation.arguments.push_back(condition);
        for (const Value& loaded : loads_of(line)) operation.arguments.push_back(loaded);
      }
      const std::size_t known = model_.operations.size();
      append(model_, std::move(inner));
      for (std::size_t i = known; i < model_.operations.size(); ++i) {
        if (!model_.operations[i].procedure.valid()) own(model_.operations[i], line.command);
      }
    }
    return true;
  }

  /// What a statement destroys the script destroys that hands it over. Rows that it deletes are as often an answer to somebody.
  void own(Operation& operation, std::size_t index) {
    const bool made = operation.verb == Verb::Create;
    if (operation.verb != Verb::Destroy && operation.verb != Verb::Empty && !made) return;
    const Command& command = script_.commands[index];
    operation.procedure = procedures_[command.block.value];
    operation.position = positions_[operation.procedure.value]++;
    if (!operation.harmless_target && !made) add_guards(index);
  }

  /// The same words to another host are another deed.
  static void tell(Operation& operation, const std::vector<std::string>& where) {
    for (const std::string& each : where) operation.arguments.push_back(known_string("at " + each));
  }

  /// What opens something to the public, or takes a guard away, is said as that, whatever else the row of the command says.
  bool lower_exposure(const LineView& line) {
    const auto effect = find_exposure(programs_, line);
    if (!effect) return false;
    Operation operation = begin_operation(line, *effect->verb, std::string(effect->row.path));
    operation.arming = effect->arming;
    operation.fact = std::string(effect->row.source);
    operation.cited = effect->row.source.starts_with("http");
    set_target(operation, line, effect->operands);
    operation.object = (*effect->verb == Verb::Unguard ? "guard of " : "public ") + std::string(effect->row.cls);
    found_.push_back(std::move(operation));
    return true;
  }

  void lower_known(const LineView& line) {
    if (lower_exposure(line)) return;
    const auto effect = find_effect(programs_, line);
    if (!effect) {
      if (!sounds_destructive(line)) {
        if (own_files_ && sources_others_) found_.push_back(call_of_function(line));
        return;
      }
      Operation operation = begin_operation(line, Verb::Destroy, "");
      operation.certainty = std::max(operation.certainty, Certainty::Likely);
      operation.object = "other";
      set_target(operation, line, line.first());
      found_.push_back(std::move(operation));
      return;
    }
    const bool copying = effect->arming != Arming::Armed && copies(line.invocation.program, effect->row.path);
    if (!effect->verb || copying) return;
    Operation operation = begin_operation(line, *effect->verb, std::string(effect->row.path));
    const std::string_view verb = effect->row.path.substr(0, effect->row.path.find(' '));
    const bool applies = verb == "apply" || verb == "deploy" || verb == "up" || verb == "upgrade" || verb == "sync";
    if (operation.verb == Verb::Steer && applies) operation.verb = Verb::Apply;
    operation.object = (*effect->verb == Verb::Unguard ? "guard of " : "") + std::string(effect->row.cls);
    operation.arming = effect->arming;
    operation.fact = std::string(effect->row.source);
    operation.cited = effect->row.source.starts_with("http");
    set_target(operation, line, effect->operands);
    if (operation.arming == Arming::Plain && is_answered(line)) operation.arming = Arming::Armed;
    if (is_local_engine(operation.program) && ground_of(line) == Ground::Runner) operation.harmless_target = true;
    const bool destroyer = is_listed(List::WholeDestroyer, operation.program);
    const bool whole = operation.action.ends_with("destroy") && operation.verb == Verb::Destroy;
    if (destroyer && whole && !line.has_any({"-target", "--target"})) operation.unbounded = true;
    if (operation.verb == Verb::Destroy && names_a_query(line, effect->operands)) operation.unbounded = true;
    add_producer(line, operation);
    judge_service(line, view_.facts, operation);
    if (operation.verb == Verb::Interrupt && ground_of(line) != Ground::Machine) operation.harmless_target = true;
    found_.push_back(std::move(operation));
  }

  void go(const LineView& line) {
    const BlockId procedure = procedure_of(script_, line.as_written().block);
    const std::vector<std::size_t> operands = line.operands();
    Gone gone{line.as_written().block, {}};
    if (line.invocation.program != "popd" && !operands.empty() && line.text(operands[0]) != "-") {
      const Argument& where = line.words[operands[0]];
      gone.directory = where.readings.front();
      if (where.readings.size() > 1) {
        Piece several;
        several.text = where.word->source;
        several.hole = Hole::Several;
        gone.directory = {std::move(several)};
      }
      const bool relative = !gone.directory.empty() && gone.directory[0].hole == Hole::None &&
                            !gone.directory[0].text.starts_with("/") && !gone.directory[0].text.starts_with("~");
      if (relative) {
        Reading base = directory_of(line.command);
        if (!base.empty() && base.size() < 8) {
          Piece slash;
          slash.text = "/";
          base.push_back(slash);
          base.insert(base.end(), gone.directory.begin(), gone.directory.end());
          gone.directory = std::move(base);
        }
      }
    }
    gone_[procedure.value] = std::move(gone);
  }

  [[nodiscard]] Reading directory_of(std::size_t index) const {
    const BlockId block = script_.commands[index].block;
    const auto found = gone_.find(procedure_of(script_, block).value);
    if (found == gone_.end()) return {};
    // A `cd` in a subshell or branch that is over by now does not count.
    BlockId from = found->second.block;
    while (from.value != 0 &&
           (script_.blocks[from.value].kind == BlockKind::Then || script_.blocks[from.value].kind == BlockKind::Else) &&
           script_.blocks[from.value].condition.last == script_.blocks[from.value].body.first) {
      from = script_.blocks[from.value].parent;  // `a && cd x` in the same list
    }
    return within(script_, block, from) ? found->second.directory : Reading{};
  }

  /// What stands around a command that does harm, and around the calls of the function that it stands in.
  void add_guards(std::size_t index) {
    for (const std::size_t at : scope_.ways_to(index)) {
      if (at != index && !guarded_calls_.insert(at).second) continue;
      add_safeguards_around(script_, scope_, at, addresses_[script_.commands[at].block.value], model_.safeguards);
    }
  }

  void keep(Operation operation, std::size_t index) {
    const BlockId block = script_.commands[index].block;
    operation.procedure = procedures_[block.value];
    operation.position = positions_[operation.procedure.value]++;
    const bool harm =
        operation.verb == Verb::Destroy || operation.verb == Verb::Empty || operation.verb == Verb::Delete;
    if (harm && !operation.harmless_target) {
      copies_.lose(index, operation);
      for (const std::string& condition : conditions_before(script_, open_, index))
        operation.arguments.push_back(surrounding(bound_condition, condition));
      add_guards(index);
    }
    model_.operations.push_back(std::move(operation));
  }

  struct Gone {
    BlockId block;
    Reading directory;
  };
  const SourceFileView& file_;
  const LoweringView& view_;
  Script script_;
  Scope scope_;
  Creations created_;
  ProgramRows own_programs_;
  Settings settings_;
  ProgramRows& programs_;
  Carrier carrier_;
  bool own_files_ = false;       ///< the file is of this stack, so that its calls will be followed
  bool sources_others_ = false;  ///< a file was sourced so far
  Model model_;
  std::set<std::size_t> guarded_calls_;
  std::vector<ProcedureId> procedures_;   // of each block
  std::vector<std::string> addresses_;    // of each block's procedure
  std::vector<std::uint32_t> positions_;  // operations so far of each procedure
  std::set<std::string> functions_;
  std::map<std::uint32_t, Gone> gone_;  // where `cd` went, by procedure
  std::vector<Operation> found_;
  Copies copies_;
  std::vector<OpenBranch> open_;  // branches of a script with its values that still are a question
};

/// What a file carries its name and first line say.
Model lower(const SourceFileView& file, const LoweringView& view) {
  if (view.depth == 0 && is_sql_file(file.path)) return lower_sql_file(file, view);
  const bool config = file.text.starts_with("#cloud-config");
  const CommandFile kind = view.depth == 0 ? command_file(file.path, file.text)
                           : config        ? CommandFile::CloudConfig
                                           : CommandFile::Script;
  if (kind > CommandFile::Batch) return lower_carrier(kind, file, view);
  if (view.depth == 0 && is_foreign_program(file.path, file.text)) return {};  // a command of ours names it
  Carrier carrier;
  if (kind == CommandFile::PowerShell) carrier.dialect = Dialect::PowerShell;
  if (kind == CommandFile::Batch) carrier.dialect = Dialect::Batch;
  return Lowering(file, view, carrier).run();
}

}  // namespace

Model lower_script(const SourceFileView& file, const LoweringView& view, const Carrier& carrier, const Bound& bound) {
  return Lowering(file, view, carrier, &bound).run();
}

Model lower_carried(const SourceFileView& file, const LoweringView& view, const Carrier& carrier) {
  // A cloud-config in a template or a manifest is still one.
  if (file.text.starts_with("#cloud-config")) return lower_carrier(CommandFile::CloudConfig, file, view);
  return Lowering(file, view, carrier).run();
}

}  // namespace shell

const Frontend shell_frontend{Stack::Shell, shell::lower, shell::wanted_files, shell::follow_calls};

}  // namespace redtag
