#include "lower/cpp/parse.h"

#include <algorithm>
#include <array>

#include "base/c_names.h"
#include "base/limits.h"
#include "base/text.h"
#include "lower/cpp/kinds.h"
#include "lower/cpp/literal.h"
#include "lower/cpp/names.h"
#include "lower/cpp/votes.h"

namespace redtag::cpp {

namespace {

using syntax::Grammar;
using syntax::NodeView;

constexpr std::size_t folded_limit = 400;
constexpr std::size_t most_locals = 400;  // of one function

/// An open node, and how things stood when it was entered.
struct Level {
  NodeView node;
  std::uint16_t kind = 0;
  std::size_t scopes = 0;
  std::size_t conditions = 0;
  int function = -1;  ///< index of the function around what stands in the node
  bool in_loop = false;
  bool in_handler = false;
  bool in_assert = false;
  bool in_call = false;  ///< among a call's arguments
};

constexpr std::array asserting = std::to_array<std::string_view>(
    {"assert", "Assert", "ASSERT", "DCHECK", "Q_ASSERT", "g_assert", "BOOST_ASSERT", "_ASSERT"});

class UnitReader {
 public:
  UnitReader(Grammar grammar, std::string_view text) : grammar_(grammar), kinds_(kinds_of(grammar)), text_(text) {}

  Unit read(const NodeView& root) {
    syntax::Cursor cursor(root);
    for (;;) {
      const bool descend = enter(cursor.node(), cursor.field()) && levels_.size() < limits::nesting;
      if (descend && cursor.to_first_child()) continue;
      leave();
      while (!cursor.to_next_sibling()) {
        if (!cursor.to_parent()) return std::move(unit_);
        leave();
      }
    }
  }

 private:
  [[nodiscard]] std::string_view words(const NodeView& node) const { return syntax::text_of(node, text_); }

  /// Opens a level; false where nothing below matters.
  bool enter(const NodeView& node, std::uint16_t field) {
    Level level = levels_.empty() ? Level{} : levels_.back();
    const std::uint16_t above = level.kind;
    const NodeView parent = level.node;
    level.node = node;
    level.kind = node.kind();
    level.scopes = scopes_.size();
    level.conditions = conditions_.size();
    levels_.push_back(level);
    if (!node.named() || level.kind == kinds_.comment) return false;
    enter_branch(above, parent, field);
    if (level.kind == kinds_.catch_clause) enter_handler(node);
    if (level.kind == kinds_.for_statement || level.kind == kinds_.while_statement || level.kind == kinds_.do_statement)
      enter_loop(node);
    if (level.kind == kinds_.for_range) enter_range(node);
    if (level.kind == kinds_.namespace_definition || level.kind == kinds_.class_specifier ||
        level.kind == kinds_.struct_specifier) {
      const NodeView name = node.field(kinds_.field_name);
      if (!name.null() && !node.field(kinds_.field_body).null()) scopes_.push_back(plain_name(words(name)));
    }
    if (level.kind == kinds_.function_definition) enter_function(node);
    if (level.kind == kinds_.call) enter_call(node, above);
    if (level.kind == kinds_.argument_list) levels_.back().in_call = true;
    if (level.kind == kinds_.binary_expression) enter_vote(node);
    if (level.kind == kinds_.binary_expression && above != kinds_.binary_expression) enter_stream(node);
    const bool text = level.kind == kinds_.string_literal || level.kind == kinds_.raw_string ||
                      level.kind == kinds_.concatenated_string;
    if (text && !level.in_call && above != kinds_.concatenated_string) enter_text(node);
    if (level.kind == kinds_.declaration) enter_declaration(node);
    if (level.kind == kinds_.field_declaration) enter_member(node);
    if (level.kind == kinds_.preproc_define) enter_macro(node);
    if (level.kind == kinds_.enumerator) enter_enumerator(node);
    return true;
  }

  void enter_branch(std::uint16_t above, const NodeView& parent, std::uint16_t field) {
    Level& level = levels_.back();
    const bool loops = above == kinds_.while_statement || above == kinds_.for_statement || above == kinds_.for_range ||
                       above == kinds_.do_statement;
    if (loops && field == kinds_.field_body) level.in_loop = true;
    if (above != kinds_.if_statement && above != kinds_.conditional) return;
    if (field == kinds_.field_consequence) conditions_.push_back(condition_of(parent, false));
    if (field == kinds_.field_alternative) conditions_.push_back(condition_of(parent, true));
  }

  [[nodiscard]] Condition condition_of(const NodeView& statement, bool negated) const {
    const NodeView condition = statement.field(kinds_.field_condition);
    Condition made;
    made.negated = negated;
    made.bytes = condition.bytes();
    std::string_view text = trim(words(condition));
    while (text.size() > 1 && text.front() == '(' && matching_end(text)) text = trim(text.substr(1, text.size() - 2));
    while (text.starts_with("!") && !text.starts_with("!=") &&
           (text.size() < 2 || text[1] != '(' || matching_end(text.substr(1)))) {
      const bool simple = text.find("&&") == std::string_view::npos && text.find("||") == std::string_view::npos;
      if (!simple && text[1] != '(') break;
      made.negated = !made.negated;
      text = trim(text.substr(1));
      while (text.size() > 1 && text.front() == '(' && matching_end(text)) text = trim(text.substr(1, text.size() - 2));
    }
    made.text = folded(text);
    return made;
  }

  void enter_loop(const NodeView& node) {
    if (levels_.back().function < 0) return;
    std::vector<Condition>& loops = unit_.functions[static_cast<std::size_t>(levels_.back().function)].loops;
    if (loops.size() >= most_conditions) return;
    const NodeView condition = node.field(kinds_.field_condition);
    loops.push_back({});
    loops.back().bytes = node.bytes();
    if (!condition.null()) loops.back() = condition_of(node, false);
    const std::string& text = loops.back().text;
    if (text == "true" || text == "1" || text == "TRUE") loops.back().text.clear();
  }

  /// `for (const auto& entry : entries)`: what the variable is each of stands in its text as in a declaration.
  void enter_range(const NodeView& node) {
    if (levels_.back().function < 0) return;
    std::vector<Local>& locals = unit_.functions[static_cast<std::size_t>(levels_.back().function)].locals;
    const NodeView name = node.field(kinds_.field_declarator), range = node.field(kinds_.field_right);
    if (name.null() || range.null() || locals.size() >= most_locals) return;
    Local local;
    local.type = "each";
    local.name = last_name(words(name));
    local.text = folded(words(range));
    local.bytes = node.bytes();
    locals.push_back(std::move(local));
  }

  void enter_handler(const NodeView& node) {
    Level& level = levels_.back();
    level.in_handler = true;
    if (level.function < 0) return;
    const NodeView body = node.field(kinds_.field_body);
    Handler handler;
    handler.text = folded(words(node.field(kinds_.field_parameters)));
    handler.bytes = node.bytes();
    handler.empty = !body.null() && syntax::named_children(body).empty();
    unit_.functions[static_cast<std::size_t>(level.function)].handlers.push_back(std::move(handler));
  }

  [[nodiscard]] std::string qualified(std::string_view name) const {
    std::string symbol;
    for (const std::string& scope : scopes_) symbol += scope + "::";
    return symbol + plain_name(name);
  }

  void enter_function(const NodeView& node) {
    NodeView declarator = node.field(kinds_.field_declarator);
    for (int step = 0; step < 8 && !declarator.null() && declarator.kind() != kinds_.function_declarator; ++step) {
      const NodeView inner = declarator.field(kinds_.field_declarator);
      declarator = inner.null() ? declarator.first_named() : inner;  // a reference's declarator has no field
    }
    if (declarator.null() || unit_.functions.size() >= limits::entities_per_file) return;
    const NodeView name = declarator.field(kinds_.field_declarator);
    if (name.null()) return;
    Function function;
    function.symbol = qualified(words(name));
    function.bytes = node.bytes();
    function.header = name.bytes();
    for (const NodeView& parameter : syntax::named_children(declarator.field(kinds_.field_parameters)))
      function.parameters.push_back(last_name(words(parameter)));
    levels_.back().function = static_cast<int>(unit_.functions.size());
    levels_.back().in_loop = levels_.back().in_handler = false;
    unit_.functions.push_back(std::move(function));
  }

  void enter_call(const NodeView& node, std::uint16_t above) {
    const NodeView callee = node.field(kinds_.field_function);
    Call call;
    if (callee.kind() == kinds_.field_expression) {
      call.member = true;
      call.name = plain_name(words(callee.field(kinds_.field_field)));
      call.qualifier = folded(words(callee.field(kinds_.field_argument)));
    } else {
      const std::string name = plain_name(words(callee).substr(0, folded_limit));
      call.name = std::string(base_name(name));
      const std::size_t part = last_part(name);
      call.qualifier = part > 0 ? name.substr(0, part - 2) : std::string();
    }
    if (call.name == "default_val" || call.name == "default_value") take_option(node);
    Level& level = levels_.back();
    if (std::find(asserting.begin(), asserting.end(), call.name) != asserting.end()) level.in_assert = true;
    call.bytes = node.bytes();
    call.use = level.in_assert ? Use::Asserted : above == kinds_.expression_statement ? Use::Discarded : Use::Used;
    call.in_loop = level.in_loop;
    call.in_handler = level.in_handler;
    if ((copied_ += conditions_.size()) <= most_copies) call.conditions = conditions_;
    for (const NodeView& argument : syntax::named_children(node.field(kinds_.field_arguments))) {
      if (argument.kind() == kinds_.comment || call.arguments.size() >= 64) continue;
      Argument made;
      made.bytes = argument.bytes();
      made.text = folded(words(argument));
      static_cast<void>(read_literal(argument, text_, grammar_, constants_, made));
      call.arguments.push_back(std::move(made));
    }
    if (level.function >= 0) {
      Function& function = unit_.functions[static_cast<std::size_t>(level.function)];
      if (function.calls.size() < limits::entities_per_file) function.calls.push_back(std::move(call));
    } else {
      take_flag(call);
    }
  }

  /// `acks >= n / 2 + 1`: how many have to agree, for the function that asks.
  void enter_vote(const NodeView& node) {
    if (levels_.back().function < 0 || node.bytes().size() > 200) return;
    const std::optional<Vote> vote = vote_in(folded(words(node)));
    if (!vote) return;
    const Function& function = unit_.functions[static_cast<std::size_t>(levels_.back().function)];
    add_setting(vote->counted, "votes", "", node, node.bytes());
    if (unit_.settings.empty() || unit_.settings.back().bytes != node.bytes()) return;
    unit_.settings.back().symbol = function.symbol + "::" + vote->counted;
    unit_.settings.back().value = vote->enough;
  }

  /// `session << "UPDATE " << table << " SET …"`: one text, put together in pieces.
  void enter_stream(const NodeView& node) {
    const std::string_view text = words(node).substr(0, folded_limit);
    const std::size_t quote = text.find('"'), stream = text.find("<<");
    if (levels_.back().in_call || quote == std::string_view::npos || stream > quote) return;
    if (text.find("<<", quote) != std::string_view::npos) enter_text(node);
  }

  /// A text that is no call's argument: `stream << "…"`, `sql = "…"`. It stands as the one argument of a call without a name.
  void enter_text(const NodeView& node) {
    const Level& level = levels_.back();
    if (level.function < 0) return;
    Call call;
    call.bytes = node.bytes();
    call.in_loop = level.in_loop;
    call.in_handler = level.in_handler;
    if ((copied_ += conditions_.size()) <= most_copies) call.conditions = conditions_;
    Argument argument;
    argument.bytes = node.bytes();
    argument.text = folded(words(node));
    if (!read_literal(node, text_, grammar_, constants_, argument)) return;
    call.arguments.push_back(std::move(argument));
    Function& function = unit_.functions[static_cast<std::size_t>(level.function)];
    if (function.calls.size() < limits::entities_per_file) function.calls.push_back(std::move(call));
  }

  /// `DEFINE_bool(name, default, "help")` of gflags and `ABSL_FLAG(type, name, default, "help")`.
  void take_flag(const Call& call) {
    const bool gflag = call.name.starts_with("DEFINE_") && call.arguments.size() >= 2;
    const bool absl = call.name == "ABSL_FLAG" && call.arguments.size() >= 3;
    if (!gflag && !absl) return;
    const std::size_t name = absl ? 1 : 0;
    Setting setting;
    setting.symbol = "FLAGS_" + call.arguments[name].text;
    setting.owner = call.name;
    setting.type = absl ? call.arguments[0].text : call.name.substr(7);
    setting.value = call.arguments[name + 1].text;
    setting.bytes = call.arguments[name + 1].bytes;
    setting.header = call.arguments[name].bytes;
    unit_.settings.push_back(std::move(setting));
  }

  /// `app.add_option("--retries", retries)->default_val(5)` of CLI11, `("retries", value<int>()->default_value(5))` of
  /// Boost and of cxxopts: the option's name is the nearest text in front, in the chain or around it.
  void take_option(const NodeView& node) {
    const NodeView value = node.field(kinds_.field_arguments).first_named();
    std::string name = first_text(node.field(kinds_.field_function));
    for (std::size_t up = levels_.size(); name.empty() && up-- > 0 && levels_.size() - up < 6;) {
      const Level& level = levels_[up];
      if (level.kind == kinds_.argument_list && level.node.bytes().begin < node.bytes().begin)
        name = first_text(level.node.first_named());
    }
    if (value.null() || name.empty()) return;
    add_setting(name, "program option", "", value, value.bytes());
    std::string& text = unit_.settings.back().value;
    if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  }

  /// The first text in quotes, without the dashes in front and what else the option is called.
  [[nodiscard]] std::string first_text(const NodeView& node) const {
    std::string_view text = node.null() ? std::string_view() : words(node).substr(0, folded_limit);
    const std::size_t open = text.find('"');
    const std::size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
    if (close == std::string_view::npos) return {};
    text = text.substr(open + 1, close - open - 1);
    if (const std::size_t comma = text.rfind(',');
        comma != std::string_view::npos && text.substr(comma + 1).starts_with("--"))
      text = text.substr(comma + 1);
    text = text.substr(0, text.find(','));
    while (text.starts_with("-")) text.remove_prefix(1);
    return std::string(text);
  }

  /// Rows of a table of flags: `{"sync_writes", true, "…"}` in an array that stands for itself.
  void take_table(const NodeView& name, const NodeView& rows) {
    const std::string table = plain_name(words(name));
    for (const NodeView& row : syntax::named_children(rows)) {
      if (row.kind() != kinds_.initializer_list) continue;
      const std::vector<NodeView> cells = syntax::named_children(row);
      if (cells.size() < 2 || cells[0].kind() != kinds_.string_literal) continue;
      const std::string option = first_text(cells[0]);
      for (std::size_t i = 1; i < cells.size() && !option.empty(); ++i) {
        const std::string_view value = words(cells[i]);
        const bool plain =
            value == "true" || value == "false" || (!value.empty() && value[0] >= '0' && value[0] <= '9');
        if (!plain) continue;
        add_setting(table.substr(0, table.find('[')) + "." + option, "table " + lower_ascii(table), "", cells[i],
                    cells[0].bytes());
        break;
      }
    }
  }

  void add_setting(std::string_view name, std::string_view owner, std::string_view type, const NodeView& value,
                   ByteRange header) {
    if (unit_.settings.size() >= limits::entities_per_file) return;
    Setting setting;
    setting.symbol = qualified(name);
    setting.owner = std::string(owner);
    setting.type = folded(type);
    setting.value = folded(words(value));
    setting.bytes = value.bytes();
    setting.header = header;
    unit_.settings.push_back(std::move(setting));
  }

  void enter_member(const NodeView& node) {
    const NodeView value = node.field(kinds_.field_default);
    const NodeView name = node.field(kinds_.field_declarator);
    if (value.null() || name.null() || scopes_.empty() || levels_.back().function >= 0) return;
    add_setting(words(name), scopes_.back(), words(node.field(kinds_.field_type)), value, name.bytes());
  }

  /// `enum { kMaxRetries = 3 };` is a constant in C's way.
  void enter_enumerator(const NodeView& node) {
    const NodeView name = node.field(kinds_.field_name);
    const NodeView value = node.field(kinds_.field_value);
    if (!name.null() && !value.null()) add_setting(words(name), "constant", "", value, name.bytes());
  }

  void enter_macro(const NodeView& node) {
    const NodeView name = node.field(kinds_.field_name);
    const NodeView value = node.field(kinds_.field_value);
    if (name.null() || value.null() || value.bytes().size() > folded_limit) return;
    const std::string_view text = trim(words(value));
    const bool quoted = text.size() > 1 && text.front() == '"' && text.find('"', 1) == text.size() - 1;
    if (quoted && constants_.size() < limits::entities_per_file)
      constants_.emplace(std::string(words(name)), std::string(text.substr(1, text.size() - 2)));
    add_setting(words(name), "#define", "", value, name.bytes());
  }

  void enter_declaration(const NodeView& node) {
    const NodeView type = node.field(kinds_.field_type);
    const NodeView declarator = node.field(kinds_.field_declarator);
    if (type.null() || declarator.null()) return;
    const int function = levels_.back().function;
    if (function < 0) return enter_constant(node, type, declarator);
    std::vector<Local>& locals = unit_.functions[static_cast<std::size_t>(function)].locals;
    if (locals.size() >= most_locals) return;
    const NodeView name = declarator.field(kinds_.field_declarator);
    Local local;
    local.type = plain_name(words(type));
    local.name = plain_name(words(name.null() ? declarator : name));
    local.text = folded(words(node));
    local.bytes = node.bytes();
    if (const NodeView value = declarator.field(kinds_.field_value); !value.null()) local.value = text_in(value);
    locals.push_back(std::move(local));
  }

  /// A value with a text in it; nullopt for others.
  [[nodiscard]] std::optional<Argument> text_in(const NodeView& value) const {
    Argument made;
    made.bytes = value.bytes();
    made.text = folded(words(value));
    if (!read_literal(value, text_, grammar_, constants_, made)) return std::nullopt;
    return made;
  }

  void enter_constant(const NodeView& node, const NodeView& type, const NodeView& declarator) {
    if (declarator.kind() != kinds_.init_declarator) return;
    const NodeView value = declarator.field(kinds_.field_value);
    const NodeView name = declarator.field(kinds_.field_declarator);
    if (value.null() || name.null()) return;
    const std::string_view whole = words(node).substr(0, folded_limit);
    if (value.kind() == kinds_.initializer_list) take_table(name, value);
    if (plain_name(words(type)).ends_with("cl::opt") && value.kind() == kinds_.argument_list) {
      return take_llvm_option(name, type, value);
    }
    const bool constant = whole.find("const") < whole.find('=');
    if (constant) {
      if (const std::optional<Argument> text = text_in(value); text && constants_.size() < limits::entities_per_file)
        constants_.emplace(plain_name(words(name)), *text->literal);
    }
    if (constant) add_setting(words(name), "constant", words(type), value, name.bytes());
  }

  /// `static cl::opt<bool> Verify("verify", cl::init(false));`
  void take_llvm_option(const NodeView& name, const NodeView& type, const NodeView& arguments) {
    for (const NodeView& argument : syntax::named_children(arguments)) {
      if (argument.kind() != kinds_.call || !plain_name(words(argument.field(kinds_.field_function))).ends_with("init"))
        continue;
      const NodeView value = argument.field(kinds_.field_arguments).first_named();
      if (!value.null()) add_setting(words(name), "cl::opt", words(type), value, name.bytes());
    }
  }

  /// Whether a branch never goes on behind its statement.
  [[nodiscard]] bool leaves(NodeView branch) const {
    if (branch.kind() == kinds_.block) {
      const std::vector<NodeView> statements = syntax::named_children(branch);
      if (statements.empty()) return false;
      branch = statements.back();
    }
    const std::uint16_t kind = branch.kind();
    return kind == kinds_.return_statement || kind == kinds_.throw_statement || kind == kinds_.break_statement ||
           kind == kinds_.continue_statement || kind == kinds_.goto_statement;
  }

  void leave() {
    const Level level = std::move(levels_.back());
    levels_.pop_back();
    scopes_.resize(level.scopes);
    conditions_.resize(level.conditions);
    // `if (!ready) return;`: what follows in the block runs only if it is ready. The block's own level takes it back.
    if (level.kind != kinds_.if_statement || level.function < 0) return;
    if (!level.node.field(kinds_.field_alternative).null() || conditions_.size() >= most_conditions) return;
    if (leaves(level.node.field(kinds_.field_consequence))) conditions_.push_back(condition_of(level.node, true));
  }

  static constexpr std::size_t most_conditions = 48;
  static constexpr std::size_t most_copies =
      400'000;  // each call carries its conditions; a file made to hold more has none

  Grammar grammar_;
  const Kinds& kinds_;
  std::string_view text_;
  std::vector<Level> levels_;
  std::vector<std::string> scopes_;
  std::vector<Condition> conditions_;
  std::size_t copied_ = 0;
  Constants constants_;  // of the file so far
  Unit unit_;
};

/// `.h` may be either: the C++ grammar reads nearly all of C.
bool is_c(std::string_view path) { return path.ends_with(".c"); }

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  bool blank = false;
  for (std::size_t i = 0; i < text.size() && out.size() < folded_limit; ++i) {
    const char c = text[i];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = true;
      continue;
    }
    if (blank && !out.empty()) out += ' ';
    blank = false;
    out += c;
  }
  return out;
}

Expected<Unit> parse_unit(std::string_view path, std::string_view text) {
  const Grammar grammar = is_c(path) ? Grammar::C : Grammar::Cpp;
  RT_TRY(const syntax::Tree tree, syntax::Tree::parse(grammar, text));
  return UnitReader(grammar, text).read(tree.root());
}

}  // namespace redtag::cpp
