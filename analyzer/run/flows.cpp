#include "run/flows.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/path.h"
#include "base/text.h"
#include "lower/shell/destination.h"
#include "lower/shell/follow.h"
#include "lower/shell/shared.h"
#include "model/destination.h"
#include "model/surrounding.h"
#include "model/wire.h"
#include "run/children.h"
#include "run/flow_edges.h"
#include "run/flow_sourced.h"
#include "run/flow_statements.h"
#include "run/flow_widening.h"
#include "run/jobs.h"
#include "run/whole_tree.h"
#include "stack/stack.h"
#include "trait/environment.h"

namespace redtag {

namespace {

constexpr std::size_t most_setters = 40;
constexpr std::size_t most_flows = 32;
constexpr std::size_t most_told = 8;     ///< operations of one flow
constexpr std::size_t most_entries = 6;  ///< of one list

/// One flow's operations on both sides, as the child hands them back.
using Models = std::array<Model, 2>;

class Flows {
 public:
  Flows(Analysis& analysis, SourceTree& before, const FactTables& facts, const RunOptions& options)
      : analysis_(analysis), after_(before, analysis.changes, Side::After), facts_(facts), options_(options) {}

  Expected<void> run() {
    collect();
    if (setters_.empty()) return {};
    RT_TRY(read_values());
    fill_in_settings(setters_, analysis_);
    std::vector<Flow> flows = find();
    if (flows.empty()) return {};
    std::vector<Models> models(flows.size());
    const auto work = [&](std::size_t i) { return lower(flows[i]); };
    const auto take = [&](std::size_t i, PieceResult result) {
      if (result.end != PieceEnd::Done) return tell_unread(flows[i]);
      std::string_view rest = result.bytes;
      for (Model& model : models[i]) {
        auto read = from_wire(next_part(rest));
        if (!read || std::any_of(read->gaps.begin(), read->gaps.end(), [](const Gap& g) { return !g.region.valid(); }))
          return tell_unread(flows[i]);
        model = std::move(*read);
      }
    };
    RT_TRY(work_in_children(flows.size(), work, take, ChildLimits{options_.workers, options_.backstop_seconds}));
    for (std::size_t i = 0; i < flows.size(); ++i) tell(flows[i], models[i]);
    return {};
  }

 private:
  /// Changed files that were there before and are now, whose text may set something.
  void collect() {
    for (const FileChange& file : analysis_.changes.files) {
      if (setters_.size() >= most_setters) return tell_limit(std::to_string(most_setters) + " changed files");
      if (file.is_context() || !file.before_path || !file.after_path) continue;
      if (file.before.kind != ImageKind::Whole || file.after.kind != ImageKind::Whole) continue;
      if (is_test_path(*file.after_path)) continue;
      const auto kind = flow::value_file(*file.after_path, file.after.text);
      if (kind == flow::ValueFile::None || flow::value_file(*file.before_path, file.before.text) != kind) continue;
      if (kind == flow::ValueFile::Script && !destroys(file.id)) {
        // Whoever is to source a script does not make it a program.
        if ((file.after.mode & 0111U) != 0) continue;
      }
      Setter setter;
      setter.file = file.id;
      setter.path = *file.after_path;
      setter.text = {file.before.text, file.after.text};
      setter.kind = kind;
      setter.program = (file.after.mode & 0111U) != 0;
      setter.pipeline = stack_of(file, Side::After) == Stack::Ci;
      setters_.push_back(std::move(setter));
    }
  }

  [[nodiscard]] bool destroys(FileId file) const {
    const auto& operations = analysis_.sides.after.operations;
    return std::any_of(operations.begin(), operations.end(), [&](const Operation& operation) {
      return operation.region.file == file && does_harm(operation) && !operation.harmless_target;
    });
  }

  Expected<void> read_values() {
    const auto work = [&](std::size_t i) {
      std::vector<std::string> parts;
      for (const std::string_view text : setters_[i].text)
        parts.push_back(flow::to_bytes(flow::values_in(setters_[i].kind, setters_[i].path, text)));
      return packed(parts);
    };
    const auto take = [&](std::size_t i, PieceResult result) {
      if (result.end != PieceEnd::Done) {
        // Who reads them is not searched for then.
        analysis_.sides.after.gaps.push_back(
            {Region{setters_[i].file, Side::After, {}}, Stack::Shell, "what it sets for scripts was not read"});
        return;
      }
      std::string_view rest = result.bytes;
      for (auto& values : setters_[i].values) values = flow::values_from(next_part(rest));
    };
    return work_in_children(setters_.size(), work, take, ChildLimits{options_.workers, options_.backstop_seconds});
  }

  std::vector<Flow> find() {
    std::vector<std::string> tops;
    for (Setter& setter : setters_) {
      compare_values(setter);
      if (!setter.changed.empty() && tops.size() < 8) tops.push_back(directory_of(setter.path));
    }
    std::vector<Flow> flows;
    if (tops.empty()) return flows;
    FlowReaders readers(after_, std::move(tops));
    for (std::size_t i = 0; i < setters_.size() && flows.size() < most_flows; ++i) {
      for (Flow& flow : flows_of(setters_, i, readers)) {
        // What a test empties is a test's, unless it is aimed at something else now.
        if (is_test_path(flow.reader.path) && !leaves_machine(flow.causes)) continue;
        for (Flow& one : by_entry(std::move(flow))) {
          if (flows.size() < most_flows) flows.push_back(std::move(one));
        }
      }
    }
    if (flows.size() >= most_flows) tell_limit(std::to_string(most_flows) + " scripts that read them");
    if (!readers.complete()) tell_limit("the nearest directories and scripts");
    for (Flow& flow : flows) flow.statements = statement_files(flow, after_);
    return flows;
  }

  /// Entries of a list one by one, those first that something else still speaks of.
  std::vector<Flow> by_entry(Flow flow) {
    if (!flow.list) return {std::move(flow)};
    std::vector<flow::PlacedValue> entries = std::move(flow.bound[1].fresh);
    flow.bound[1].fresh.clear();
    std::vector<std::string> named;
    for (const flow::PlacedValue& entry : entries) named.push_back(who_names(flow, entry.value));
    std::vector<Flow> flows;
    for (const bool live : {true, false}) {
      for (std::size_t i = 0; i < entries.size() && flows.size() < most_entries; ++i) {
        if (named[i].empty() == live) continue;
        Flow one = flow;
        one.bound[1].fresh = {entries[i]};
        one.causes = {ChangedValue{std::nullopt, entries[i]}};
        one.named_in = named[i];
        flows.push_back(std::move(one));
      }
    }
    return flows;
  }

  [[nodiscard]] std::string lower(const Flow& flow) const {
    std::vector<std::string> parts;
    for (const Side side : {Side::Before, Side::After}) {
      const shell::Bound& bound = flow.bound[static_cast<std::size_t>(side)];
      // A carried script has a name of its own, by which its language is known.
      try {
        Model model = shell::lower_bound(language_name(flow.reader), text_of(flow, side), bound, facts_);
        add_statements(flow, *options_.frontend_of(Stack::Sql), facts_, model);
        add_destinations(bound, model);
        parts.push_back(to_wire(model));
      } catch (const std::exception&) {  // our own bug: run() tells that this was not read
        Model unread;
        unread.gaps.push_back({Region{}, Stack::Shell, ""});
        parts.push_back(to_wire(unread));
      }
    }
    return packed(parts);
  }

  static const std::string& text_of(const Flow& flow, Side side) {
    return side == Side::Before && flow.before_text ? *flow.before_text : flow.reader.text;
  }

  /// A gap at the value: what a script does with it is not known.
  void tell_unread(const Flow& flow) {
    analysis_.sides.after.gaps.push_back({region_of(flow, flow.causes.front(), Side::After), Stack::Shell,
                                          "what " + flow.reader.path + " does with this value was not read"});
  }

  /// A gap of the run, without a place: a silent run proves less than it seems to.
  void tell_limit(const std::string& most) {
    if (std::exchange(limit_told_, true)) return;
    analysis_.sides.after.gaps.push_back({Region{}, Stack::Shell,
                                          "values of this change were followed into " + most +
                                              " at the most: what other scripts do with them was not read"});
  }

  /// Says where operations on databases act with the values of one side.
  void add_destinations(const shell::Bound& bound, Model& model) const {
    shell::SharedValues values;
    for (const auto& [name, value] : bound.variables) values[name] = value;
    for (Operation& operation : model.operations) {
      if (auto where = shell::destination_of(operation, values, facts_))
        operation.arguments.push_back(std::move(*where));
    }
  }

  /// Leaves of both sides what differs and does harm, and adds it to the analysis.
  void tell(const Flow& flow, Models& models) {
    std::vector<Operation> was = harmful(flow, Side::Before, models[0]), is = harmful(flow, Side::After, models[1]);
    note_lost_conditions(was, is);
    // With what words a script does it by itself is told where they stand.
    if (flow.before_text) {
      std::erase_if(is, [&](const Operation& now) {
        return std::any_of(was.begin(), was.end(), [&](const Operation& old) {
          return same_deed(old, now) && canonical(old.target) == canonical(now.target);
        });
      });
    }
    drop_common(was, is, saying);
    if (!widens(flow.causes)) drop_common(was, is, uncounted);
    std::erase_if(is, [&](const Operation& now) {
      const bool known = std::any_of(was.begin(), was.end(), [&](const Operation& old) { return same_deed(old, now); });
      return known && stays_local(now);
    });
    std::erase_if(was, [&](const Operation& old) {
      return std::none_of(is.begin(), is.end(), [&](const Operation& now) { return same_deed(old, now); });
    });
    if (is.empty()) return;
    if (is.size() > most_told) is.resize(most_told);
    for (Operation& now : is) {
      for (const Operation& old : was) {
        if (same_deed(old, now) && widens(flow.causes)) now.unbounded = true;
      }
      if (flow.list) judge_entry(flow, now);
    }
    std::erase_if(is, [&](const Operation& now) {
      return !told_.emplace(flow.reader.path, now.text, canonical(now.target)).second;
    });
    add(flow, Side::Before, std::move(was), models[0]);
    add(flow, Side::After, std::move(is), models[1]);
  }

  /// What ran on a condition that the old values left open, and runs without it now, is new.
  static void note_lost_conditions(std::vector<Operation>& was, std::vector<Operation>& is) {
    std::multimap<std::string, std::set<std::string>> asked;
    for (Operation& old : was) {
      std::set<std::string> conditions = take_conditions(old);
      asked.emplace(saying(old), std::move(conditions));
    }
    for (Operation& now : is) {
      const std::set<std::string> still = take_conditions(now);
      const auto old = asked.find(saying(now));
      if (old == asked.end()) continue;
      const auto lost = std::find_if(old->second.begin(), old->second.end(),
                                     [&](const std::string& condition) { return still.count(condition) == 0; });
      if (lost != old->second.end()) {
        const std::string same = saying(now);
        was.erase(std::find_if(was.begin(), was.end(), [&](const Operation& x) { return saying(x) == same; }));
        now.arguments.push_back(known_string("without " + *lost));
        now.text += ", which no longer asks `" + *lost + "`";
      }
      asked.erase(old);
    }
  }

  static std::set<std::string> take_conditions(Operation& operation) {
    const std::string mark = surrounding(shell::bound_condition, "").text;
    std::set<std::string> found;
    std::erase_if(operation.arguments, [&](const Value& argument) {
      if (!argument.text.starts_with(mark)) return false;
      found.insert(argument.text.substr(mark.size()));
      return true;
    });
    return found;
  }

  static bool same_deed(const Operation& a, const Operation& b) {
    return a.program == b.program && a.action == b.action && a.verb == b.verb;
  }

  static bool does_harm(const Operation& operation) {
    switch (operation.verb) {
      case Verb::Destroy:
      case Verb::Empty:
      case Verb::Delete:
      case Verb::Overwrite:
      case Verb::Narrow:
      case Verb::Detach:
      case Verb::Interrupt:
      case Verb::Steer:
      case Verb::Unguard: return true;
      default: return false;
    }
  }

  /// What the reader does that can be said of the setter: not what its own changed lines say, which stands there.
  std::vector<Operation> harmful(const Flow& flow, Side side, Model& model) {
    std::size_t shift = 0;
    const std::string text = shell::bound_text(language_name(flow.reader), text_of(flow, side),
                                               flow.bound[static_cast<std::size_t>(side)], shift);
    const FileChange* changed = change_of(flow.reader.path);
    std::vector<Operation> kept;
    const LineIndex lines(text);
    const std::uint32_t shifted = lines.line_of(static_cast<std::uint32_t>(shift)) - 1;
    for (Operation& operation : model.operations) {
      if (shell::is_call(operation) || shell::is_shared(operation) || !does_harm(operation)) continue;
      if (operation.harmless_target || operation.arming == Arming::Disarmed || !operation.procedure.valid()) continue;
      if (flow.before_text && !only_values_decide(operation, setters_[flow.setter].file, analysis_.sides)) continue;
      if (operation.region.bytes.begin < flow.own[static_cast<std::size_t>(side)]) continue;  // the setter's own
      if (changed != nullptr && !flow.reader.carried) {
        const std::uint32_t line = lines.line_of(operation.region.bytes.begin);
        const bool own = line > shifted && LineMap(*changed).changed(Side::After, line - shifted);
        if (own && (side == Side::Before || is_told(operation, *changed, line - shifted))) continue;
        if (reach_of(operation).where != Destination::Unknown) continue;  // told there with what is in force
      }
      take_origin(operation);
      kept.push_back(std::move(operation));
    }
    return kept;
  }

  /// Whether a changed line of a script says by itself what it does with the values.
  [[nodiscard]] bool is_told(const Operation& operation, const FileChange& file, std::uint32_t line) const {
    const LineIndex lines(file.after.text);
    const auto& known = analysis_.sides.after.operations;
    const bool open = std::none_of(known.begin(), known.end(), [&](const Operation& told) {
      return told.region.file == file.id && told.program == operation.program &&
             lines.line_of(told.region.bytes.begin) == line && told.object == operation.object;
    });
    return !open || !(operation.unbounded || operation.object.starts_with("data "));
  }

  /// What finds the operands counts as one of the words.
  static void take_origin(Operation& operation) {
    const std::size_t mark = operation.text.find(shell::origin_mark);
    if (mark == std::string::npos) return;
    operation.arguments.push_back(known_string("of " + operation.text.substr(mark + shell::origin_mark.size())));
    operation.text.resize(mark);
  }

  [[nodiscard]] const FileChange* change_of(const Path& path) const {
    for (const FileChange& file : analysis_.changes.files) {
      if (!file.is_context() && file.after_path && *file.after_path == path) return &file;
    }
    return nullptr;
  }

  static std::string saying(const Operation& x) {
    std::string text = std::string(verb_name(x.verb)) + '\0' + x.program + '\0' + x.action + '\0' + x.object + '\0' +
                       canonical(x.target) + (x.unbounded ? '1' : '0') +
                       static_cast<char>('0' + static_cast<int>(x.arming));
    for (const Value& argument : x.arguments) text += '\0' + canonical(argument);
    return text;
  }

  /// Drops what stands on both sides, by what `saying` makes of an operation.
  template <class Saying>
  static void drop_common(std::vector<Operation>& was, std::vector<Operation>& is, Saying saying) {
    std::multiset<std::string> said;
    for (const Operation& old : was) said.insert(saying(old));
    std::multiset<std::string> both;
    std::erase_if(is, [&](const Operation& now) {
      const auto found = said.find(saying(now));
      if (found == said.end()) return false;
      both.insert(*found);
      said.erase(found);
      return true;
    });
    std::erase_if(was, [&](const Operation& old) {
      const auto found = both.find(saying(old));
      if (found == both.end()) return false;
      both.erase(found);
      return true;
    });
  }

  /// A version, a date or a number that goes on, as in every release: the command is the same one.
  static std::string uncounted(const Operation& x) {
    std::string text = x.program + '\0' + x.action + '\0' + without_numbers(x.target.text);
    for (const Value& argument : x.arguments) text += '\0' + without_numbers(argument.text);
    return text + (x.unbounded ? '1' : '0') + (x.maybe_empty ? '1' : '0');
  }

  /// An entry that is new on a list of what goes: routine, unless something in the tree still speaks of it.
  static void judge_entry(const Flow& flow, Operation& operation) {
    if (flow.named_in.empty()) {
      operation.arguments.push_back(surrounding("list", "nothing else names it"));
    } else {
      operation.text += " (which " + flow.named_in + " still names)";
    }
  }

  std::string who_names(const Flow& flow, const std::string& name);

  void add(const Flow& flow, Side side, std::vector<Operation> operations, const Model& from) {
    Model model;
    std::map<std::uint32_t, ProcedureId> procedures;
    for (Operation& operation : operations) {
      const ChangedValue& cause = cause_of(flow, operation);
      const Region region = region_of(flow, cause, side);
      const auto [at, fresh] = procedures.try_emplace(operation.procedure.value, ProcedureId{});
      if (fresh) {
        Procedure procedure = from.procedures[operation.procedure.value];
        procedure.address = shown_place(flow.reader);
        procedure.trigger = flow.bound[static_cast<std::size_t>(side)].trigger;
        procedure.region = region;
        procedure.references.clear();
        procedure.subject = false;
        at->second = ProcedureId{static_cast<std::uint32_t>(model.procedures.size())};
        model.procedures.push_back(std::move(procedure));
      }
      operation.procedure = at->second;
      operation.text = shortened(operation.text + " (in " + flow.reader.path + said_by(cause, side) + ")", 400);
      operation.certainty = std::max(operation.certainty, Certainty::Likely);
      operation.region = operation.target.region = region;
      for (Value& argument : operation.arguments) argument.region = {};
      operation.subject = true;
      model.operations.push_back(std::move(operation));
    }
    append(side == Side::Before ? analysis_.sides.before : analysis_.sides.after, std::move(model));
  }

  static std::string said_by(const ChangedValue& cause, Side side) {
    const auto& value = side == Side::Before ? cause.before : cause.after;
    if (cause.any().key.starts_with('[')) return "";
    if (!value) return ", without " + cause.any().key;
    return ", with " + value->key + "=" + shortened(value->value, 60);
  }

  /// The value that an operation comes of: the first that it names, or the first of all.
  static const ChangedValue& cause_of(const Flow& flow, const Operation& operation) {
    for (const ChangedValue& cause : flow.causes) {
      const std::string& target = operation.target.text;
      if (cause.after && !cause.after->value.empty() && target.find(cause.after->value) != std::string::npos)
        return cause;
      if (reads_variable(target, cause.any().key)) return cause;
    }
    return flow.causes.front();
  }

  /// Where the value stands on a side; where it is gone, the place of its line.
  [[nodiscard]] Region region_of(const Flow& flow, const ChangedValue& cause, Side side) const {
    const FileId id = setters_[flow.setter].file;
    const auto& own = side == Side::Before ? cause.before : cause.after;
    if (own) return {id, side, own->bytes};
    const auto& other_value = side == Side::Before ? cause.after : cause.before;
    const FileChange& file = analysis_.changes.file(id);
    const LineIndex from(file.image(other(side)).text), to(file.image(side).text);
    const std::uint32_t line = LineMap(file).carry(other(side), from.line_of(other_value->bytes.begin));
    const std::uint32_t begin = to.start_of(std::min(line, to.count()));
    return {id, side, {begin, std::max(begin, to.start_of(std::min(line, to.count()) + 1))}};
  }

  Analysis& analysis_;
  ChangedTree after_;
  const FactTables& facts_;
  const RunOptions& options_;
  std::vector<Setter> setters_;
  std::set<std::tuple<std::string, std::string, std::string>> told_;
  bool limit_told_ = false;
  std::vector<std::pair<Path, std::string>> spoken_;  // texts that may still speak of what is on a list
  bool spoken_read_ = false;
};

/// A file that speaks of a name, other than the list itself and the script that reads it.
std::string Flows::who_names(const Flow& flow, const std::string& name) {
  if (name.size() < 4) return {};
  if (!std::exchange(spoken_read_, true)) {
    const TreeWalk walk = walk_tree(after_, {directory_of(setters_[flow.setter].path)}, 200);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < walk.files.size() && spoken_.size() < 400 && bytes < (std::size_t{4} << 20); ++i) {
      const Path& path = walk.files[i];
      if (!may_say_what_lives(path) || is_test_path(path)) continue;
      std::optional<std::string> text = after_.read(path);
      if (!text || text->size() > (std::size_t{256} << 10)) continue;
      bytes += text->size();
      spoken_.emplace_back(path, std::move(*text));
    }
  }
  for (const auto& [path, text] : spoken_) {
    if (path != setters_[flow.setter].path && path != flow.reader.path && speaks_of(text, name)) return path;
  }
  return {};
}

}  // namespace

Expected<void> add_flows(Analysis& analysis, SourceTree& before, const FactTables& facts, const RunOptions& options) {
  return Flows(analysis, before, facts, options).run();
}

}  // namespace redtag
