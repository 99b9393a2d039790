#include "lower/shell/shell.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "lower/shell/operation.h"
#include "lower/shell/references.h"
#include "lower/shell/safeguards.h"

namespace redtag {

namespace shell {
namespace {

/// Options that say where a command acts, not on what.
constexpr std::array<std::string_view, 18> where_options{
    "--region",   "--profile",      "--output",       "--query",          "-n", "--namespace",
    "--context",  "--project",      "--subscription", "--resource-group", "-g", "--zone",
    "--location", "--endpoint-url", "--kubeconfig",   "--kube-context",   "-o", "--account"};

/// Programs that act on everything they know when they are given no operand.
constexpr std::array<std::string_view, 7> whole_destroyers{"terraform", "tofu", "terragrunt", "pulumi",
                                                           "cdk",       "sst",  "serverless"};

class Lowering {
 public:
  Lowering(const SourceFileView& file, const LoweringView& view)
      : file_(file),
        view_(view),
        script_(read_script(file.text, Origin{file.file, file.side, file.offset, {}}, file.twin)),
        scope_(script_, file.partial ? Sight::Window : Sight::Whole),
        created_(find_creations(script_, scope_)),
        programs_(view.facts) {}

  Model run() {
    mark_borders();
    make_procedures();
    if (!model_.procedures.empty()) model_.procedures.front().references = file_references(script_);
    for (std::size_t i = 0; i < script_.commands.size(); ++i) {
      if (model_.operations.size() >= limits::entities_per_file) break;
      lower_command(i);
    }
    for (Safeguard& safeguard : find_safeguards(script_, file_.text, addresses_))
      model_.safeguards.push_back(std::move(safeguard));
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
      procedure.address = std::string(file_.path) + (block.name.empty() ? "" : ":" + block.name);
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

  void lower_command(std::size_t index) {
    const std::vector<Argument> words = scope_.arguments(index);
    std::vector<std::string> texts;
    for (const Argument& word : words) texts.push_back(word.text);
    std::vector<Invocation> runs = strip(texts);
    if (runs.empty()) runs.emplace_back();
    found_.clear();
    bool first = true;
    for (Invocation& run : runs) {
      if (run.query) continue;
      const LineView line{script_, scope_, created_, index, std::move(run), words, directory_of(index)};
      if (first) {
        lower_redirects(line, view_.facts, found_);
        lower_assignments(line, found_);
      }
      first = false;
      lower_line(line);
    }
    for (Operation& operation : found_) keep(std::move(operation), index);
  }

  void lower_line(const LineView& line) {
    const std::string& program = line.invocation.program;
    if (program.empty() || functions_.count(program) > 0 || is_shell(program)) return;
    if (program == "cd" || program == "pushd" || program == "popd") return go(line);
    if (lower_database(line)) return;
    if (auto backup = lower_backup(line)) {
      const BlockId block = line.as_written().block;
      Safeguard safeguard;
      safeguard.stack = Stack::Shell;
      safeguard.kind = SafeguardKind::Backup;
      safeguard.protects = addresses_[block.value];
      safeguard.text = backup->text;
      safeguard.region = backup->region;
      model_.safeguards.push_back(std::move(safeguard));
      found_.push_back(std::move(*backup));
      return;
    }
    if (lower_machine(line, view_.facts, found_) == Handled::Yes) return;
    if (lower_files(line, programs_, found_) == Handled::Yes) return;
    lower_known(line);
  }

  /// Hands SQL to its own front end. True for database clients, whose rows say nothing that the SQL does not.
  bool lower_database(const LineView& line) {
    const std::vector<SqlText> texts = sql_texts(line);
    for (const SqlText& sql : texts) {
      const Certainty certainty = line.as_written().recovered ? Certainty::Partial
                                  : sql.certain               ? Certainty::Exact
                                                              : Certainty::Likely;
      append(model_, embed(Stack::Sql, file_, sql.text, sql.bytes, sql.map, certainty, view_));
    }
    return !texts.empty();
  }

  void lower_known(const LineView& line) {
    const auto effect = find_effect(programs_, line);
    if (!effect) {
      if (!sounds_destructive(line)) return;
      Operation operation = begin_operation(line, Verb::Destroy, "");
      operation.certainty = std::max(operation.certainty, Certainty::Likely);
      operation.object = "other";
      set_target(operation, line, line.first());
      found_.push_back(std::move(operation));
      return;
    }
    if (!effect->verb || copies(effect->row.path)) return;
    Operation operation = begin_operation(line, *effect->verb, std::string(effect->row.path));
    const std::string_view verb = effect->row.path.substr(0, effect->row.path.find(' '));
    const bool applies = verb == "apply" || verb == "deploy" || verb == "up" || verb == "upgrade" || verb == "sync";
    if (operation.verb == Verb::Steer && applies) operation.verb = Verb::Apply;
    operation.object = std::string(effect->row.cls);
    operation.arming = effect->arming;
    operation.fact = std::string(effect->row.source);
    operation.cited = effect->row.source.starts_with("http");
    set_target(operation, line, effect->operands);
    const bool destroyer =
        std::find(whole_destroyers.begin(), whole_destroyers.end(), operation.program) != whole_destroyers.end();
    const bool whole = operation.action.ends_with("destroy") && operation.verb == Verb::Destroy;
    if (destroyer && whole && !line.has_any({"-target", "--target"})) operation.unbounded = true;
    if (operation.verb == Verb::Destroy && names_a_query(line, effect->operands)) operation.unbounded = true;
    found_.push_back(std::move(operation));
  }

  /// True if what is named comes from another command (`delete $(list)`, `list | xargs delete`): as many as that finds.
  static bool names_a_query(const LineView& line, std::size_t from) {
    if (line.invocation.reads_operands) return true;
    for (std::size_t i = from; i < line.last(); ++i) {
      const std::string& before = line.text(i - 1);
      if (i > from && before.starts_with("-") && !before.ends_with("ids") && !before.ends_with("names")) continue;
      for (const Reading& reading : line.words[i].readings) {
        if (reading.size() == 1 && reading[0].hole == Hole::Output && !reading[0].quoted) return true;
      }
    }
    return false;
  }

  /// `s3 cp`, `s3 sync`: one thing in the place of another is their daily work; with `--delete` they have rows of their own.
  static bool copies(std::string_view path) {
    const std::string_view last = path.substr(path.rfind(' ') == std::string_view::npos ? 0 : path.rfind(' ') + 1);
    return last == "cp" || last == "mv" || last == "sync" || last == "copy" || last == "upload" || last == "put" ||
           last == "mirror";
  }

  /// The operand behind the subcommands, or the value of the first option that names a thing.
  void set_target(Operation& operation, const LineView& line, std::size_t from) {
    operation.unbounded = line.has_any({"--all", "--all-namespaces"}) || line.has_word("-A");
    std::size_t target = LineView::npos;
    std::size_t named = LineView::npos, where_named = LineView::npos;
    for (std::size_t i = from; i < line.last() && target == LineView::npos; ++i) {
      const std::string& text = line.text(i);
      if (text.size() < 2 || text[0] != '-') {
        target = i;
        continue;
      }
      const bool takes =
          text.find('=') == std::string::npos && i + 1 < line.last() && !line.text(i + 1).starts_with("-");
      const bool where = std::find(where_options.begin(), where_options.end(), text) != where_options.end();
      if (!takes || (text[1] != '-' && !where)) continue;
      if (!where && named == LineView::npos && text.size() > 3) named = i + 1;
      if (where && where_named == LineView::npos && text != "--region" && text != "--profile") where_named = i + 1;
      ++i;
    }
    if (operation.program == "curl") {
      target = LineView::npos;
      for (const std::size_t i : line.operands("-X -H -d -o -w -u -A -b -c -F -T -m --request --header --data --output "
                                               "--write-out --user --max-time --retry --data-raw --connect-timeout")) {
        if (target == LineView::npos || line.text(i).find("://") != std::string::npos) target = i;
      }
    }
    if (target == LineView::npos) target = named;
    if (target == LineView::npos) target = where_named;
    if (target == LineView::npos) return;
    operation.target = value_of(line.words[target]);
    operation.harmless_target =
        created_.made_before(script_, operation.program + " " + line.text(target), line.command);
    for (const Reading& reading : line.words[target].readings) {
      const IfEmpty empty = if_empty(reading);
      operation.maybe_empty = operation.maybe_empty || empty == IfEmpty::Everything || empty == IfEmpty::Parent;
    }
  }

  void go(const LineView& line) {
    const BlockId procedure = procedure_of(script_, line.as_written().block);
    const std::vector<std::size_t> operands = line.operands();
    Gone gone{line.as_written().block, {}};
    if (line.invocation.program != "popd" && !operands.empty() && line.text(operands[0]) != "-") {
      gone.directory = line.words[operands[0]].readings.front();
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

  void keep(Operation operation, std::size_t index) {
    const Command& command = script_.commands[index];
    const ProcedureId procedure = procedures_[command.block.value];
    operation.procedure = procedure;
    operation.position = positions_[procedure.value]++;
    const bool harm =
        operation.verb == Verb::Destroy || operation.verb == Verb::Empty || operation.verb == Verb::Delete;
    if (harm && !operation.harmless_target) {
      add_safeguards_around(script_, scope_, index, addresses_[command.block.value], model_.safeguards);
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
  ProgramRows programs_;
  Model model_;
  std::vector<ProcedureId> procedures_;   // of each block
  std::vector<std::string> addresses_;    // of each block's procedure
  std::vector<std::uint32_t> positions_;  // operations so far of each procedure
  std::set<std::string> functions_;
  std::map<std::uint32_t, Gone> gone_;  // where `cd` went, by procedure
  std::vector<Operation> found_;
};

Model lower(const SourceFileView& file, const LoweringView& view) { return Lowering(file, view).run(); }

}  // namespace
}  // namespace shell

const Frontend shell_frontend{Stack::Shell, shell::lower, nullptr, nullptr};

}  // namespace redtag
