#include "lower/cpp/cpp.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "lower/cpp/condition.h"
#include "lower/cpp/constant.h"
#include "lower/cpp/lowering.h"
#include "lower/cpp/meaning.h"
#include "lower/cpp/modes.h"
#include "lower/cpp/names.h"
#include "lower/cpp/opens.h"
#include "lower/cpp/operand.h"
#include "lower/cpp/parse.h"
#include "lower/cpp/processes.h"
#include "lower/cpp/rows.h"
#include "lower/cpp/target.h"
#include "model/surrounding.h"

namespace redtag {

namespace cpp {
namespace {

constexpr std::size_t text_limit = 400;

class Lowering {
 public:
  Lowering(const SourceFileView& file, const LoweringView& view) : file_(file), view_(view), words_(view.facts) {}

  LoweredUnit run(const Unit& unit) {
    for (const Function& function : unit.functions) children_.merge(started_in(function, file_.text));
    for (const Function& function : unit.functions) lower_function(function);
    for (const Setting& setting : unit.settings) lower_setting(setting);
    return {std::move(model_), std::move(functions_)};
  }

 private:
  [[nodiscard]] Region region(ByteRange bytes) const {
    return {file_.file, file_.side, {bytes.begin + file_.offset, bytes.end + file_.offset}};
  }

  void lower_function(const Function& function) {
    Procedure procedure;
    procedure.stack = Stack::Cpp;
    procedure.address = function.symbol;
    procedure.trigger = Trigger::Request;
    procedure.unread = file_.partial;
    procedure.region = region(function.header);
    procedure_ = ProcedureId{static_cast<std::uint32_t>(model_.procedures.size())};
    position_ = 0;
    made_.clear();
    model_.procedures.push_back(std::move(procedure));
    std::vector<HarmfulCall> harmful;
    const std::string own_name(base_name(function.symbol));
    function_ = &function;
    for (std::size_t i = 0; i < function.calls.size(); ++i) {
      if (model_.operations.size() >= limits::entities_per_file) return;
      const std::size_t before = model_.operations.size();
      lower_call(function.calls[i]);
      for (std::size_t o = before; o < model_.operations.size(); ++o) {
        // A wrapper hands on what it was asked: whoever calls it deletes.
        if (function.calls[i].name == own_name || words_.names("test-macro", own_name))
          model_.operations[o].harmless_target = true;
        const Verb verb = model_.operations[o].verb;
        if (verb != Verb::Interrupt && verb != Verb::Unguard)
          harmful.push_back({i, model_.operations[o].harmless_target});
      }
    }
    for (const OpenedFile& file : opened_files(function, words_)) lower_opened(file, Verb::Rewrite, "opened file");
    for (const OpenedFile& made : modes_of(function, words_)) lower_opened(made, Verb::Steer, "file mode");
    join_graph(function);
    functions_.push_back({&function, nullptr, harmful, find_guards(function, harmful, file_, words_)});
  }

  /// A function is known elsewhere by the last part of its name, and names others by theirs: what an object or a table of functions
  /// calls when it runs is anything of that name.
  void join_graph(const Function& function) {
    constexpr std::size_t most_callees = 200;
    constexpr std::size_t shortest_name = 3;
    std::vector<Reference>& references = model_.procedures[procedure_.value].references;
    const std::string_view own = base_name(function.symbol);
    references.push_back({called(own), "", region(function.header)});
    std::set<std::string_view> seen{own};
    for (const Call& call : function.calls) {
      if (references.size() > most_callees) return;
      // One that hands on to another object by the same name calls that one.
      const bool hands_on = call.name == own && call.member && call.qualifier != "this";
      if (call.name.size() < shortest_name || (!seen.insert(call.name).second && !hands_on)) continue;
      // `x.load()` may be anyone's, `x.wipe_snapshot()` hardly is.
      const bool common = call.member && is_one_word(call.name);
      references.push_back({called(call.name), common ? "call of a common name" : "call", region(call.bytes)});
    }
  }

  /// Without an underscore or a capital letter inside.
  static bool is_one_word(std::string_view name) {
    return std::none_of(name.begin() + 1, name.end(), [](char c) { return c == '_' || (c >= 'A' && c <= 'Z'); });
  }

  static std::string called(std::string_view name) { return "function " + std::string(name); }

  /// A lambda's name hides the library's.
  [[nodiscard]] bool calls_local(const Call& call) const {
    return !call.member && call.qualifier.empty() &&
           std::any_of(function_->locals.begin(), function_->locals.end(),
                       [&](const Local& local) { return local.name == call.name; });
  }

  void lower_call(const Call& call) {
    if (calls_local(call)) return lower_texts(call, "");
    const FactRowView row = row_of(call, view_.facts);
    if (row.effect == "none") return mark_texts(call);
    if (row.effect == "alias" && row.value == "words") return lower_words(call);
    if (row.effect == "alias") return lower_texts(call, row.value);
    if (!row.effect.empty()) return lower_known(call, row);
    lower_texts(call, "");
  }

  /// A text that is only shown is shown whatever call it is put together in.
  void mark_texts(const Call& call) {
    for (const Argument& argument : call.arguments) {
      if (argument.literal && !argument.literal->empty()) read_.insert(argument.literal_map.front());
    }
  }

  /// A program that is started by a list of words is what a shell would be told.
  void lower_words(const Call& call) {
    std::optional<CommandLine> line = command_line_of(call, *function_);
    if (!line) return;
    for (const Argument& argument : call.arguments) {
      if (argument.literal && !argument.literal->empty()) read_.insert(argument.literal_map.front());
    }
    for (std::uint32_t& offset : line->map) offset += file_.offset;
    const ByteRange bytes{call.bytes.begin + file_.offset, call.bytes.end + file_.offset};
    Model inner = embed(Stack::Shell, file_, line->text, bytes, line->map, Certainty::Likely, view_);
    for (Operation& operation : inner.operations) take_embedded(std::move(operation), call);
  }

  /// Texts of another language. `language` is what the callee takes; without it only what reads like a destructive statement counts.
  void lower_texts(const Call& call, std::string_view language) {
    for (const Argument& written : call.arguments) {
      const bool in_variable = language == "shell" && !written.literal;
      const Argument& argument = in_variable ? made_from(written, call) : written;
      if (!argument.literal || argument.literal->empty()) continue;
      if (!read_.insert(argument.literal_map.front()).second && !in_variable) continue;
      const Stack stack = language == "shell" ? Stack::Shell : Stack::Sql;
      if (stack == Stack::Sql && !reads_like_sql(*argument.literal)) continue;
      const ByteRange bytes{argument.bytes.begin + file_.offset, argument.bytes.end + file_.offset};
      std::vector<std::uint32_t> map = argument.literal_map;
      for (std::uint32_t& offset : map) offset += file_.offset;
      const std::string inner_text = with_variables(*argument.literal, stack);
      Model inner = embed(stack, file_, inner_text, bytes, map, Certainty::Likely, view_);
      if (inner.operations.empty() && stack == Stack::Sql && drops_something(*argument.literal)) {
        inner.operations.push_back(composed_drop(*argument.literal, argument));
      }
      for (Operation& operation : inner.operations) take_embedded(std::move(operation), call);
    }
  }

  /// A command that stands in a variable is what the variable was made with, or what was printed into it.
  [[nodiscard]] const Argument& made_from(const Argument& variable, const Call& call) const {
    const std::string name = without_wrapping(variable.text);
    for (auto local = function_->locals.rbegin(); local != function_->locals.rend(); ++local) {
      if (local->name == name && local->value && local->bytes.begin < call.bytes.begin) return *local->value;
    }
    for (const Call& other : function_->calls) {
      const bool prints = other.name.ends_with("printf") && other.bytes.end <= call.bytes.begin;
      if (!prints || other.arguments.size() < 2 || other.arguments[0].text != name) continue;
      for (const Argument& argument : other.arguments) {
        if (argument.literal) return argument;
      }
    }
    return variable;
  }

  [[nodiscard]] bool reads_like_sql(std::string_view text) const {
    const std::string lower = lower_ascii(trim(text).substr(0, 64)) + ' ';
    for (const FactRowView& row : view_.facts.rows("cpp", "text:sql", "alias")) {
      for (const std::string_view opening : split(row.value, '|')) {
        if (lower.starts_with(opening)) return true;
      }
    }
    return false;
  }

  /// Qt's `%1`, and printf's `%s` in a command, as a placeholder that SQL and shell know, byte for byte.
  static std::string with_variables(std::string text, Stack stack) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      const bool place = (text[i + 1] >= '1' && text[i + 1] <= '9') || (stack == Stack::Shell && text[i + 1] == 's');
      if (text[i] == '%' && place) text[i] = '$';
    }
    return text;
  }

  /// `DROP %1 IF EXISTS %2`: even the kind is put in when it runs.
  static bool drops_something(std::string_view text) {
    const std::string lower = lower_ascii(trim(text).substr(0, 64));
    if (!lower.starts_with("drop ") || lower.size() < 6) return false;
    return lower[5] == '%' || lower[5] == '{' || lower[5] == '?' || lower[5] == '$';
  }

  [[nodiscard]] Operation composed_drop(std::string_view text, const Argument& argument) const {
    Operation operation;
    operation.verb = Verb::Destroy;
    operation.program = "sql";
    operation.action = "drop";
    operation.object = "table";
    operation.certainty = Certainty::Partial;
    operation.target = unknown_value(folded(text), "put together when it runs", region(argument.bytes));
    operation.text = folded(text);
    operation.region = region(argument.bytes);
    return operation;
  }

  void take_embedded(Operation operation, const Call& call) {
    if (operation.verb == Verb::Create) return note_made(operation);
    if (operation.verb == Verb::Copy) return;
    // Made and taken away again by one function: nothing was in it.
    if (operation.verb == Verb::Destroy && made_.count(operation.target.text) > 0) operation.harmless_target = true;
    operation.stack = Stack::Cpp;
    operation.procedure = procedure_;
    operation.position = position_++;
    add_conditions(operation, call);
    model_.operations.push_back(std::move(operation));
  }

  void note_made(const Operation& creation) {
    const bool maybe_there = std::any_of(creation.arguments.begin(), creation.arguments.end(),
                                         [](const Value& word) { return word.text == "if not exists"; });
    if (creation.target.known() && !creation.target.text.empty() && !maybe_there) made_.insert(creation.target.text);
  }

  void lower_known(const Call& call, const FactRowView& row) {
    Operation operation;
    operation.stack = Stack::Cpp;
    operation.program = call.name;
    operation.object = std::string(row.condition);
    operation.verb = row.effect == "interrupts"                 ? Verb::Interrupt
                     : row.effect == "detaches"                 ? Verb::Detach
                     : row.effect == "unguards"                 ? Verb::Unguard
                     : operation.object.starts_with("contents") ? Verb::Empty
                     : operation.object.ends_with("range")      ? Verb::Delete
                                                                : Verb::Destroy;
    operation.target = target_of(call, row);
    operation.certainty = call.member || row.path == "*" ? Certainty::Likely : Certainty::Exact;
    operation.fact = std::string(row.source);
    operation.cited = row.source != "general" && row.source != "house";
    operation.text = folded(file_.text.substr(call.bytes.begin, std::min<std::size_t>(call.bytes.size(), text_limit)));
    operation.procedure = procedure_;
    operation.position = position_++;
    operation.region = region(call.bytes);
    judge_target(operation, call);
    note_origin(operation);
    // A program that lets its user choose is another thing than one that never checks.
    if (operation.verb == Verb::Unguard && is_chosen(call)) operation.cited = false;
    if (operation.object == "process") operation.harmless_target = spares_others(call, children_);
    add_conditions(operation, call);
    model_.operations.push_back(std::move(operation));
  }

  [[nodiscard]] bool is_chosen(const Call& call) const {
    return std::any_of(call.conditions.begin(), call.conditions.end(), [&](const Condition& condition) {
      return words_.names("insecure-asked", lower_ascii(condition.text));
    });
  }

  /// Opening a file is nothing that destroys; that it is emptied now, where it was kept before, is. Nor does a mode matter, but that
  /// it lets in others now.
  void lower_opened(const OpenedFile& file, Verb verb, std::string_view object) {
    if (model_.operations.size() >= limits::entities_per_file) return;
    Operation operation;
    operation.stack = Stack::Cpp;
    operation.verb = verb;
    operation.program = file.callee;
    operation.object = std::string(object);
    operation.arming = file.arming;
    operation.certainty = Certainty::Likely;
    operation.cited = true;
    operation.target = unknown_value(without_wrapping(file.target), "decided when it runs", region(file.bytes));
    operation.text = folded(file_.text.substr(file.bytes.begin, std::min<std::size_t>(file.bytes.size(), text_limit)));
    operation.procedure = procedure_;
    operation.position = position_++;
    operation.region = region(file.bytes);
    operation.harmless_target = says(apart(operation.target.text), "none");
    model_.operations.push_back(std::move(operation));
  }

  /// The argument that the row numbers from one; what it is called through where it numbers none.
  [[nodiscard]] Value target_of(const Call& call, const FactRowView& row) const {
    const std::size_t index = row.value.empty() ? 0 : static_cast<std::size_t>(row.value[0] - '0');
    if (index == 0) return unknown_value(call.qualifier, "an object of the program", region(call.bytes));
    if (index > call.arguments.size()) return unknown_value("", "not written", region(call.bytes));
    if (row.condition == "key range") return range_of(call, index);
    const Argument& argument = call.arguments[index - 1];
    const bool plain =
        argument.text.starts_with('"') && argument.text.ends_with('"') && argument.text.find('+') == std::string::npos;
    if (argument.literal && plain) return known_string(*argument.literal, region(argument.bytes));
    const std::size_t sign = argument.text.starts_with("-") ? 1 : 0;
    const bool number = argument.text.size() > sign && argument.text.size() < 20 &&
                        argument.text.find_first_not_of("0123456789", sign) == std::string::npos;
    if (number) return known_string(argument.text, region(argument.bytes));
    return unknown_value(without_wrapping(argument.text), "decided when it runs", region(argument.bytes));
  }

  /// A range is where it begins and where it ends.
  [[nodiscard]] Value range_of(const Call& call, std::size_t index) const {
    std::string text;
    for (std::size_t i = index - 1; i < call.arguments.size(); ++i)
      text += (text.empty() ? "" : ", ") + without_wrapping(call.arguments[i].text);
    return unknown_value(text, "decided when it runs", region(call.arguments[index - 1].bytes));
  }

  /// A parameter or a local by another name is the same operand: which one it is, or what it was made with, is kept beside its name.
  void note_origin(Operation& operation) const {
    const std::string operand = operand_of(operation.target.text, *function_);
    if (!operand.empty()) operation.arguments.push_back(surrounding("operand", operand));
  }

  /// Whether one of the words of a text is one that rows `target` of that effect list.
  [[nodiscard]] bool says(std::string_view lower, std::string_view effect) const {
    const std::vector<std::string_view> words = words_of(lower);
    for (const FactRowView& row : view_.facts.rows("cpp", "target", effect)) {
      for (const std::string_view glob : split(row.value, '|')) {
        if (std::any_of(words.begin(), words.end(), [&](std::string_view word) { return glob_match(glob, word); }))
          return true;
      }
    }
    return false;
  }

  /// Whether the function asked for a name that nobody else has: `mkstemp(name)`.
  [[nodiscard]] bool made_temporary(std::string_view target) const {
    return std::any_of(function_->calls.begin(), function_->calls.end(), [&](const Call& call) {
      return words_.names("makes-temporary", call.name) && !call.arguments.empty() &&
             without_wrapping(call.arguments[0].text) == target;
    });
  }

  /// The name of a local socket is taken away before it is bound again. What is copied into the address says which name it is; where
  /// nothing is seen to be, any.
  [[nodiscard]] bool binds_socket(const Call& call, std::string_view target) const {
    const bool local = std::any_of(function_->locals.begin(), function_->locals.end(),
                                   [](const Local& x) { return x.type.ends_with("sockaddr_un"); });
    bool binds = false, copied = false, same = target.find("sun_path") != std::string_view::npos;
    for (const Call& other : function_->calls) {
      binds = binds || (other.name == "bind" && other.bytes.begin > call.bytes.begin);
      const auto into = std::find_if(other.arguments.begin(), other.arguments.end(), [](const Argument& argument) {
        return argument.text.find("sun_path") != std::string::npos;
      });
      if (into == other.arguments.end() || &other == &call) continue;
      copied = true;
      for (const Argument& argument : other.arguments) same = same || without_wrapping(argument.text) == target;
    }
    return local && binds && (same || !copied);
  }

  /// The words of a target are all that the text says of it: what is plainly temporary, and what plainly holds data. Of a variable the
  /// text that it was made with says it, too: `path + ".tmp"`.
  void judge_target(Operation& operation, const Call& call) const {
    const bool file =
        operation.object == "file" || operation.object == "directory" || operation.object == "contents of a file";
    if (!file) return;
    const std::string text = apart(operation.target.text);
    bool temporary =
        says(text, "none") || made_temporary(operation.target.text) || binds_socket(call, operation.target.text);
    for (const Argument& argument : call.arguments) {
      if (temporary || argument.literal || without_wrapping(argument.text) != operation.target.text) continue;
      const Argument& source = made_from(argument, call);
      temporary = source.literal && says(apart(*source.literal), "none");
    }
    if (temporary) {
      operation.harmless_target = true;
    } else if (says(text, "stateful")) {
      operation.object = "data " + operation.object;
    }
  }

  /// Under which conditions it runs belongs to what it says: a filter that goes lets it aim at more.
  static void add_conditions(Operation& operation, const Call& call) {
    if (call.in_loop) operation.arguments.push_back(known_string("in a loop"));
    for (const Condition& condition : call.conditions) {
      operation.arguments.push_back(known_string(asked_for(condition)));
    }
  }

  void lower_setting(const Setting& setting) {
    for (const FactRowView& row : view_.facts.rows("cpp", "setting", "type")) {
      const bool owner = glob_match(row.path, setting.owner);
      const std::string name = lower_ascii(base_name(setting.symbol));
      const std::vector<std::string_view> names = split(row.value, '|');
      if (!owner ||
          std::none_of(names.begin(), names.end(), [&](std::string_view word) { return glob_match(word, name); }))
        continue;
      Resource resource;
      resource.stack = Stack::Cpp;
      resource.declares = Declares::Setting;
      resource.type = std::string(row.condition);
      resource.name = setting.symbol;
      resource.address = setting.symbol;
      resource.region = region({setting.header.begin, std::max(setting.header.end, setting.bytes.end)});
      resource.header = region(setting.header);
      resource.attributes.push_back({"default", value_of(setting), region(setting.bytes)});
      model_.resources.push_back(std::move(resource));
      return;
    }
  }

  [[nodiscard]] Value value_of(const Setting& setting) const {
    const std::string& text = setting.value;
    if (text == "true" || text == "false") return known_bool(text == "true", region(setting.bytes));
    if (text == "majority") return known_string(text, region(setting.bytes));
    if (const std::optional<std::string> number = constant_of(text, setting.type))
      return known_number(*number, region(setting.bytes));
    return unknown_value(text, "an expression", region(setting.bytes));
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  const GuardWords words_;
  Model model_;
  std::vector<GuardedFunction> functions_;
  const Function* function_ = nullptr;  // whose calls are lowered
  ProcedureId procedure_;
  std::uint32_t position_ = 0;
  std::set<std::string> children_;  // variables that hold processes which the file started
  std::set<std::string> made_;      // what statements of the function created
  std::set<std::uint32_t>
      read_;  // where the texts begin that were looked at: an inner call's argument is the outer one's, too
};

}  // namespace

LoweredUnit lower_unit(const Unit& unit, const SourceFileView& file, const LoweringView& view) {
  return Lowering(file, view).run(unit);
}

Model whole_model(LoweredUnit&& lowered) {
  for (GuardedFunction& function : lowered.functions) {
    for (Safeguard& guard : function.guards) lowered.model.safeguards.push_back(std::move(guard));
  }
  return std::move(lowered.model);
}

Model unread_model(const SourceFileView& file, const std::string& reason) {
  Model model;
  const auto end = static_cast<std::uint32_t>(file.offset + file.text.size());
  model.gaps.push_back({{file.file, file.side, {file.offset, end}}, Stack::Cpp, reason});
  return model;
}

}  // namespace cpp

namespace {
Model lower(const SourceFileView& file, const LoweringView& view) {
  const Expected<cpp::Unit> unit = cpp::parse_unit(file.path, file.text);
  if (!unit) return cpp::unread_model(file, unit.error().message);
  return cpp::whole_model(cpp::lower_unit(*unit, file, view));
}
}  // namespace

const Frontend cpp_frontend{Stack::Cpp, &lower, nullptr, nullptr};

}  // namespace redtag
