#include "lower/program/program.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "lower/carrier.h"
#include "lower/migration/plan.h"
#include "lower/program/calls.h"
#include "lower/program/place.h"
#include "lower/program/relations.h"

namespace redtag {

namespace {

using code::Kind;
using code::Node;
using program::Calls;
using program::Loss;

/// A loss and where it stands.
struct Found {
  const Node* at = nullptr;
  Loss loss;
  bool conditional = false;
};

bool has_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

/// The statement ends the function, or the program.
bool ends_here(const Node& node) {
  return node.kind == Kind::Return || node.kind == Kind::Raise ||
         (node.kind == Kind::Call && has_any(node.text, {"abort", "exit", "halt", "die"}));
}

class Programs {
 public:
  Programs(const SourceFileView& file, const LoweringView& view, code::Language language)
      : file_(file),
        view_(view),
        plan_(file, view, Stack::Sql),
        calls_(language, view.facts),
        started_(program::started_by(file.path, file.text, view.facts)) {}

  Model lower(const code::Program& program) {
    read_procedure(program.root.body, "", program.root.bytes);
    while (!waiting_.empty()) {  // functions in functions join the queue
      const Waiting next = waiting_.front();
      waiting_.erase(waiting_.begin());
      read_procedure(next.function->body, next.name, next.function->bytes);
    }
    read_relations(program);
    Model model = plan_.finish();
    for (Model& commands : commands_) append(model, std::move(commands));
    return model;
  }

 private:
  struct Waiting {
    const Node* function;
    std::string name;
  };
  struct Context {
    bool conditional = false;
    std::vector<std::string_view> behind;  // calls that what is read is chained into
    std::string owner;                     // class or function around it
  };

  void read_procedure(const std::vector<Node>& body, const std::string& name, ByteRange bytes) {
    found_.clear();
    filled_.clear();
    Context context;
    context.owner = name;
    visit(body, context);
    for (const Found& one : found_) {
      if (one.loss.command != nullptr) run_command(*one.loss.command, name);
    }
    std::erase_if(found_, [](const Found& one) { return one.loss.command != nullptr; });
    // What is made in the same function is no loss when it goes again, so statements count as soon as one of them loses something.
    const bool any = std::any_of(found_.begin(), found_.end(), [&](const Found& one) { return matters(one); });
    std::erase_if(found_, [&](const Found& one) { return one.loss.statement == nullptr ? !one.loss.effect : !any; });
    if (found_.empty()) return;
    migration::Scope scope;
    scope.draft = plan_.open(Direction::Unknown, bytes);
    Procedure& procedure = plan_.procedure(scope.draft);
    if (!name.empty()) procedure.address += '#' + name;
    procedure.trigger = started_.trigger;
    for (Found& one : found_) {
      scope.conditional = one.conditional;
      scope.likely = one.loss.guessed;
      if (one.loss.statement != nullptr) {
        plan_.run_sql(*one.loss.statement, scope);
      } else {
        // Rows that a condition picks: known, so that its loss is seen when it goes.
        if (!matters(one)) one.loss.effect->temporary = true;
        plan_.act(std::move(*one.loss.effect), *one.at, scope);
      }
    }
  }

  /// No loss by itself: what counts is that a relation takes rows along and did not before.
  void read_relations(const code::Program& program) {
    std::vector<program::Relation> relations = program::relations_in(program.root);
    if (relations.empty()) return;
    migration::Scope scope;
    scope.draft = plan_.open(Direction::Unknown, program.root.bytes);
    plan_.procedure(scope.draft).address += "#relations";
    plan_.procedure(scope.draft).trigger = started_.trigger;
    for (program::Relation& relation : relations) plan_.act(std::move(relation.effect), *relation.at, scope);
  }

  /// The shell's own front end reads what a shell is handed.
  void run_command(const Node& string, const std::string& name) {
    Carrier carrier;
    carrier.name = name;
    carrier.trigger = started_.trigger;
    const Certainty certainty = string.dynamic ? Certainty::Likely : Certainty::Exact;
    commands_.push_back(embed_commands(file_, string.text, string.bytes, string.map, certainty, view_, carrier));
  }

  /// Rows that a condition picks are what a program deletes all day; in what runs once or by itself, they are worth a look.
  [[nodiscard]] bool matters(const Found& one) const {
    if (one.loss.statement == nullptr) {
      const sql::Effect& effect = *one.loss.effect;
      // What is written anew in the same function is refreshed and not lost.
      return effect.verb != Verb::Delete || (started_.once && filled_.count(effect.target.text()) == 0);
    }
    const std::string start = lower_ascii(trim(one.loss.statement->text).substr(0, 16));
    if (start.starts_with("delete")) return true;
    return start.starts_with("drop") || start.starts_with("truncate") || start.starts_with("alter");
  }

  void visit(const std::vector<Node>& nodes, const Context& context) {
    for (const Node& node : nodes) {
      if (node.kind == Kind::If && asks_where_it_runs(node)) {
        if (!node.body.empty() && ends_here(node.body.front())) return;  // what follows runs elsewhere only
        continue;
      }
      visit(node, context);
    }
  }

  void visit(const Node& node, const Context& context) {
    const auto name = [&] { return context.owner.empty() ? node.text : context.owner + '.' + node.text; };
    Context inside;
    inside.owner = context.owner;
    inside.conditional = context.conditional;
    if (node.kind == Kind::Function && !node.text.empty()) {
      waiting_.push_back({&node, name()});
      return;
    }
    if (node.kind == Kind::Class) inside.owner = name();
    if (node.kind == Kind::If || node.kind == Kind::Try) {
      visit(node.items, inside);
      inside.conditional = context.conditional || node.kind == Kind::If;
      visit(node.body, inside);
      inside.conditional = true;
      return visit(node.otherwise, inside);
    }
    if (std::string table = calls_.filled_by(node); !table.empty()) filled_.insert(std::move(table));
    std::optional<Loss> loss = calls_.read(node, context.behind);
    if (loss) {
      found_.push_back({&node, std::move(*loss), context.conditional});
    } else if (!node.on.empty()) {
      Context chained = inside;
      chained.behind = context.behind;
      if (node.kind == Kind::Call) chained.behind.insert(chained.behind.begin(), node.text);
      for (const Node& on : node.on) visit(on, chained);
    }
    visit(node.items, inside);
    visit(node.body, inside);
    visit(node.otherwise, inside);
  }

  /// `if Rails.env.development?`, `unless production`: what stands in it is meant for one environment only.
  [[nodiscard]] bool asks_where_it_runs(const Node& branch) const {
    if (branch.items.empty()) return false;
    const std::string condition = lower_ascii(plan_.text_at(branch.items.front().bytes).substr(0, 200));
    return has_any(condition, {"production", "development", "node_env", "rails.env", "mix.env", "settings.debug",
                               "app.debug", "environment(", "rack_env", "app_env", "testing"});
  }

  const SourceFileView& file_;
  const LoweringView& view_;
  migration::Plan plan_;
  Calls calls_;
  program::Start started_;
  std::vector<Found> found_;
  std::set<std::string> filled_;  // tables that the function at hand writes rows of
  std::vector<Waiting> waiting_;
  std::vector<Model> commands_;
};

}  // namespace

std::optional<code::Language> program::language_of(std::string_view path) {
  struct Ending {
    std::string_view ending;
    code::Language language;
  };
  constexpr std::array endings = std::to_array<Ending>({{".rb", code::Language::Ruby},
                                                        {".rake", code::Language::Ruby},
                                                        {".py", code::Language::Python},
                                                        {".php", code::Language::Php},
                                                        {".ex", code::Language::Elixir},
                                                        {".exs", code::Language::Elixir},
                                                        {".js", code::Language::JavaScript},
                                                        {".mjs", code::Language::JavaScript},
                                                        {".cjs", code::Language::JavaScript},
                                                        {".jsx", code::Language::JavaScript},
                                                        {".ts", code::Language::TypeScript},
                                                        {".mts", code::Language::TypeScript},
                                                        {".cts", code::Language::TypeScript}});
  for (const Ending& row : endings) {
    if (path.ends_with(row.ending)) return row.language;
  }
  return std::nullopt;
}

bool program::is_program(std::string_view path) { return language_of(path).has_value(); }

Model program::lower(const SourceFileView& file, const LoweringView& view) {
  const std::optional<code::Language> language = language_of(file.path);
  if (!language) return {};
  const code::Program program = code::read(*language, file.text, file.offset);
  return Programs(file, view, *language).lower(program);
}

}  // namespace redtag
