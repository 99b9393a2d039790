// Django: a list of operations in a class, each with its own way back. RunPython and RunSQL bring theirs, or have none.
// (https://docs.djangoproject.com/en/stable/ref/migration-operations/)
#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "lower/migration/context.h"
#include "lower/migration/frontends.h"
#include "lower/migration/queries.h"

namespace redtag::migration {

namespace {

using code::argument;
using code::keyword;
using code::Kind;
using code::literal;
using code::Node;

/// `netbox/dcim/migrations/0001_initial.py` → `dcim`.
std::string app_of(std::string_view path) {
  const std::vector<std::string_view> parts = split(path, '/');
  if (parts.size() > 1 && parts.back() == "models.py") return std::string(parts[parts.size() - 2]);
  for (std::size_t i = parts.size(); i-- > 1;) {
    const bool folder = parts[i].starts_with("migrations") || parts[i].ends_with("_migrations");
    if (i + 1 < parts.size() && folder) return std::string(parts[i - 1]);
  }
  return {};
}

const Node* argument_or(const Node& call, std::size_t index, std::string_view name) {
  const Node* given = keyword(call, name);
  return given != nullptr ? given : argument(call, index);
}

struct FieldType {
  std::string_view field;
  std::string_view type;
};
constexpr std::array field_types = std::to_array<FieldType>({
    {"AutoField", "integer"},
    {"BigAutoField", "bigint"},
    {"BigIntegerField", "bigint"},
    {"BinaryField", "bytea"},
    {"BooleanField", "boolean"},
    {"CharField", "varchar"},
    {"DateField", "date"},
    {"DateTimeField", "timestamptz"},
    {"DecimalField", "numeric"},
    {"EmailField", "varchar(254)"},
    {"FileField", "varchar(100)"},
    {"FloatField", "double precision"},
    {"IntegerField", "integer"},
    {"JSONField", "jsonb"},
    {"PositiveBigIntegerField", "bigint"},
    {"PositiveIntegerField", "integer"},
    {"PositiveSmallIntegerField", "smallint"},
    {"SlugField", "varchar(50)"},
    {"SmallIntegerField", "smallint"},
    {"TextField", "text"},
    {"TimeField", "time"},
    {"URLField", "varchar(200)"},
    {"UUIDField", "uuid"},
    {"ImageField", "varchar(100)"},
});

/// The column's type by the field's class; empty for relations and for classes of the project's own.
std::string type_of(const Node* field) {
  if (field == nullptr || field->kind != Kind::Call) return {};
  const auto known = std::find_if(field_types.begin(), field_types.end(),
                                  [&](const FieldType& row) { return row.field == field->text; });
  if (known == field_types.end()) return {};
  std::string type(known->type);
  const Node* length = keyword(*field, "max_length");
  if (length != nullptr && length->kind == Kind::Number && (type == "varchar" || type.starts_with("varchar(")))
    return "varchar(" + length->text + ')';
  const Node* digits = keyword(*field, "max_digits");
  const Node* places = keyword(*field, "decimal_places");
  if (type == "numeric" && digits != nullptr && places != nullptr)
    return "numeric(" + digits->text + ',' + places->text + ')';
  return type;
}

bool relates_many(const Node* field) {
  return field != nullptr && field->kind == Kind::Call &&
         (field->text == "ManyToManyField" || field->text == "TaggableManager");
}

class Django {
 public:
  Django(Plan& plan, const Node& root) : plan_(plan), root_(root), app_(app_of(plan.file().path)), queries_(plan) {}

  void run(const Node& migration) {
    const Node* operations = nullptr;
    bool atomic = true;
    for (const Node& statement : migration.body) {
      if (statement.kind != Kind::Assign || statement.items.empty()) continue;
      if (statement.text == "operations") operations = &statement.items.front();
      if (statement.text == "atomic") atomic = code::is_true(&statement.items.front());
    }
    if (operations == nullptr) return;
    up_ = plan_.open(Direction::Up, migration.bytes);
    plan_.procedure(up_).region.bytes = operations->bytes;
    down_ = plan_.open(Direction::Down, operations->bytes);
    plan_.procedure(up_).in_transaction = atomic;
    std::vector<const Node*> list;
    collect(*operations, list);
    for (const Node* operation : list) forward(*operation);
    for (std::size_t i = list.size(); i-- > 0;) backward(*list[i]);
  }

  /// `models.py`: the schema as the models declare it, for a history that is not at hand. Nothing of it runs.
  void run_models() {
    up_ = plan_.open(Direction::Up, root_.bytes);
    plan_.procedure(up_).trigger = Trigger::ByHand;
    plan_.procedure(up_).reverse_expected = false;
    for (const Node& model : root_.body) {
      if (model.kind == Kind::Class) declare(model);
    }
  }

  /// A window of a patch without the class around it: its operations, whichever way they lead.
  void run_fragment() {
    up_ = down_ = plan_.open(Direction::Unknown, root_.bytes);
    std::vector<const Node*> list;
    collect(root_, list);
    for (const Node* operation : list) forward(*operation);
    Scope scope;
    scope.draft = up_;
    walk(root_.body, scope, [&](const Node& node, const Scope& in) { return queries_.read(root_, node, in); });
    for (const Node& function : root_.body) {
      if (function.kind == Kind::Function) queries_.follow(root_, function, scope);
    }
  }

 private:
  /// What a function of the file returns, without following any further.
  static void collect_items(const Node& node, std::vector<const Node*>& list) {
    if (node.kind == Kind::Call) return list.push_back(&node);
    for (const Node& item : node.items) collect_items(item, list);
  }
  /// The operations that reach the database, in order.
  void collect(const Node& node, std::vector<const Node*>& list) const {
    if (node.kind == Kind::Class || node.kind == Kind::Function) return;
    if (node.kind == Kind::Call) {
      const Node* own = node.on.empty() ? code::function_named(root_.body, node.text) : nullptr;
      if (own != nullptr && list.size() < 1000) {  // `operations = [*drop("legacy")]`
        for (const Node& statement : own->body) {
          if (statement.kind == Kind::Return) collect_items(statement, list);
        }
        return;
      }
      if (node.text != "SeparateDatabaseAndState") return list.push_back(&node);
      if (const Node* real = argument_or(node, 0, "database_operations")) collect(*real, list);
      return;
    }
    for (const Node& item : node.items) collect(item, list);
    for (const Node& item : node.body) collect(item, list);
  }

  [[nodiscard]] std::string table(std::string_view model) const {
    return model.empty() ? std::string() : app_ + '_' + lower_ascii(model);
  }
  [[nodiscard]] static std::string text_at(const Node& call, std::size_t index, std::string_view name) {
    return std::string(literal(argument_or(call, index, name)));
  }

  void act(sql::Effect effect, const Node& at) {
    Scope scope;
    scope.draft = up_;
    plan_.act(std::move(effect), at, scope, Back::Skipped);
  }

  /// What an operation is called by Django: a class of the file's own may derive from one (`class DropOld(migrations.DeleteModel)`).
  [[nodiscard]] const std::string& operation_of(const Node& call) const {
    const auto own = std::find_if(root_.body.begin(), root_.body.end(), [&](const Node& node) {
      return node.kind == Kind::Class && node.text == call.text && node.items.size() == 1;
    });
    return own == root_.body.end() ? call.text : own->items.front().text;
  }

  void forward(const Node& call) {
    const std::size_t before = plan_.effects(up_).size();
    const std::string& word = operation_of(call);
    if (word == "CreateModel") {
      create(call);
    } else if (word == "DeleteModel") {
      act(drop_table(table(text_at(call, 0, "name"))), call);
    } else if (word == "RenameModel") {
      act(rename_table(table(text_at(call, 0, "old_name")), table(text_at(call, 1, "new_name"))), call);
    } else if (word == "AlterModelTable") {
      act(rename_table(table(text_at(call, 0, "name")), text_at(call, 1, "table")), call);
    } else if (word == "RunSQL") {
      Scope scope;
      scope.draft = up_;
      run_sql(argument_or(call, 0, "sql"), scope);
    } else if (word == "RunPython") {
      run_python(argument_or(call, 0, "code"), up_, call);
    } else {
      field(call);
    }
    done_[&call] = {before, plan_.effects(up_).size()};
  }

  void create(const Node& call) {
    const std::string name = table(text_at(call, 0, "name"));
    const Node* options = argument_or(call, 2, "options");
    const bool proxy = options != nullptr && code::is_true(code::entry(*options, "proxy"));
    const Node* managed = options == nullptr ? nullptr : code::entry(*options, "managed");
    const bool unmanaged = managed != nullptr && managed->kind == Kind::Bool && managed->text == "false";
    if (proxy || unmanaged) {  // no table: a later DeleteModel drops nothing
      sql::Effect nothing = create_other("model without table", name);
      return act(std::move(nothing), call);
    }
    const Node* named = options == nullptr ? nullptr : code::entry(*options, "db_table");
    sql::Effect effect = create_table(literal(named).empty() ? name : std::string(literal(named)));
    if (const Node* fields = argument_or(call, 1, "fields")) {
      for (const Node& pair : fields->items) {
        if (pair.kind != Kind::List || pair.items.size() < 2) continue;
        if (const std::string type = type_of(&pair.items[1]); !type.empty())
          effect.columns.push_back({pair.items[0].text, type});
      }
    }
    const std::string made = effect.target.text();
    act(std::move(effect), call);
    const Node* fields = argument_or(call, 1, "fields");
    if (fields == nullptr) return;
    for (const Node& pair : fields->items) {
      if (pair.kind == Kind::List && pair.items.size() >= 2) refer(made, pair.items[1]);
    }
  }
  /// `class Order(models.Model): note = models.CharField(max_length=255)`.
  void declare(const Node& model) {
    sql::Effect effect = create_table(table(model.text));
    std::vector<const Node*> keys;
    for (const Node& line : model.body) {
      if (line.kind == Kind::Class && line.text == "Meta") {
        for (const Node& setting : line.body) {
          const bool named = setting.kind == Kind::Assign && setting.text == "db_table" && setting.items.size() == 1;
          if (named && !literal(&setting.items.front()).empty())
            effect.target = name_of(literal(&setting.items.front()));
        }
      }
      if (line.kind != Kind::Assign || line.items.size() != 1 || line.items.front().kind != Kind::Call) continue;
      const Node& field = line.items.front();
      if (const std::string type = type_of(&field); !type.empty()) effect.columns.push_back({line.text, type});
      if (field.text == "ForeignKey" || field.text == "OneToOneField") keys.push_back(&field);
    }
    if (effect.columns.empty() && keys.empty()) return;
    effect.action = "declares";  // it stands; a migration made it
    const std::string made = effect.target.text();
    act(std::move(effect), model);
    for (const Node* key : keys) refer(made, *key);
  }
  /// `models.ForeignKey(to='shop.Customer', …)`.
  void refer(const std::string& from, const Node& field) {
    if (field.kind != Kind::Call || (field.text != "ForeignKey" && field.text != "OneToOneField")) return;
    std::string to = lower_ascii(literal(argument_or(field, 0, "to")));
    if (to.empty() || to == "self") return;
    const std::size_t dot = to.find('.');
    if (dot == std::string::npos) return act(refers(from, table(to)), field);
    to[dot] = '_';
    act(refers(from, to), field);
  }

  void field(const Node& call) {
    const std::string name = table(text_at(call, 0, "model_name"));
    const std::string column = text_at(call, 1, "name");
    if (call.text == "AddField") {
      const Node* given = argument_or(call, 2, "field");
      if (relates_many(given)) return act(create_table(name + '_' + column), call);
      act(add_column(name, column, type_of(given)), call);
      if (given != nullptr) refer(name, *given);
    } else if (call.text == "RemoveField") {
      act(drop_column(name, column), call);
    } else if (call.text == "RenameField") {
      act(rename_column(name, text_at(call, 1, "old_name"), text_at(call, 2, "new_name")), call);
    } else if (call.text == "AlterField") {
      const std::string type = type_of(argument_or(call, 2, "field"));
      if (type.empty()) return;
      sql::Effect effect = alter_type(name, column, type, "");
      effect.restated = true;
      act(std::move(effect), call);
      const Node* field = argument_or(call, 2, "field");
      const Node* value = field == nullptr ? nullptr : keyword(*field, "db_default");
      if (value != nullptr) act(set_default(name, column, plan_.text_of_default(*value)), call);
    } else if (call.text == "RemoveIndex") {
      act(drop_other("index", text_at(call, 1, "name")), call);
    } else if (call.text == "AddConstraint") {
      const Node* constraint = argument_or(call, 1, "constraint");
      const Node* fields = constraint == nullptr ? nullptr : keyword(*constraint, "fields");
      if (fields == nullptr || constraint->text != "UniqueConstraint" || keyword(*constraint, "condition") != nullptr)
        return;
      std::vector<std::string> columns;
      for (const Node& item : fields->items) columns.emplace_back(literal(&item));
      act(demand_unique("constraint", literal(keyword(*constraint, "name")), name, std::move(columns)), call);
    } else if (call.text == "RemoveConstraint") {
      act(drop_other("constraint", text_at(call, 1, "name")), call);
    }
  }

  /// A string, or a list of strings and of pairs of a string and its parameters.
  void run_sql(const Node* statements, const Scope& scope) {
    if (statements == nullptr) return;
    if (statements->kind == Kind::List) {
      for (const Node& item : statements->items) {
        const Node& one = item.kind == Kind::List && !item.items.empty() ? item.items.front() : item;
        plan_.run_sql(one, scope, Back::Skipped);
      }
      return;
    }
    if (statements->kind == Kind::Name) {
      if (const Node* value = queries_.constant(root_, statements->text))
        return plan_.run_sql(*value, scope, Back::Skipped);
    }
    plan_.run_sql(*statements, scope, Back::Skipped);
  }

  void run_python(const Node* function, std::size_t draft, const Node& call) {
    Scope scope;
    scope.draft = draft;
    if (function == nullptr) return;
    if (function->kind == Kind::Function) return queries_.follow(root_, *function, scope);
    const Node* body = function->kind == Kind::Name ? code::function_named(root_.body, function->text) : nullptr;
    if (body == nullptr) {
      sql::Effect runs = runs_code(path_of(*function));
      return plan_.act(std::move(runs), call, scope, Back::Skipped);
    }
    queries_.follow(root_, *body, scope);
  }

  void backward(const Node& call) {
    const std::string& word = call.text;
    if (word == "RunSQL" || word == "RunPython") return take_back(call);
    const auto [first, last] = done_[&call];
    for (std::size_t i = last; i-- > first;) {
      sql::Effect inverse;
      if (!invert(plan_.effects(up_)[i], inverse)) continue;
      Scope scope;
      scope.draft = down_;
      plan_.act(std::move(inverse), call, scope, Back::Skipped);
    }
  }

  void take_back(const Node& call) {
    const bool python = call.text == "RunPython";
    const Node* reverse = argument_or(call, 1, python ? "reverse_code" : "reverse_sql");
    Scope scope;
    scope.draft = down_;
    if (reverse == nullptr || reverse->kind == Kind::Null)
      return say(cannot_reverse(plan_.text_at(call.bytes)), call, call);
    const std::size_t before = plan_.effects(down_).size();
    const std::string path = path_of(*reverse);
    if (!path.ends_with("noop")) {
      if (python) {
        run_python(reverse, down_, call);
      } else {
        run_sql(reverse, scope);
        if (!reverse->text.empty() || reverse->kind != Kind::String) return;
      }
      if (plan_.effects(down_).size() > before) return;
      const Node* body = reverse->kind == Kind::Name ? code::function_named(root_.body, reverse->text) : nullptr;
      if (body != nullptr && !only_strings(body->body)) return;  // it does something that is not about rows that we see
    }
    say(does_nothing(plan_.text_at(call.bytes)), call, *reverse);
  }

  static bool only_strings(const std::vector<Node>& body) {
    return std::all_of(body.begin(), body.end(), [](const Node& node) {
      return node.kind == Kind::String || (node.kind == Kind::Return && node.items.empty());
    });
  }

  /// It fills columns that this migration adds, which go again on the way back.
  [[nodiscard]] bool fills_new_columns(const sql::Effect& update) const {
    if (update.action != "update" || update.words.empty()) return false;
    const std::vector<sql::Effect>& all = plan_.effects(up_);
    return std::all_of(update.words.begin(), update.words.end(), [&](const std::string& column) {
      const std::string name = update.target.text() + '.' + column;
      return std::any_of(all.begin(), all.end(), [&](const sql::Effect& effect) {
        return effect.action == "add-column" && effect.target.text() == name;
      });
    });
  }

  /// What a step leaves as it is on the way back.
  void say(sql::Effect effect, const Node& call, const Node& at) {
    const auto [first, last] = done_[&call];
    for (std::size_t i = first; i < last; ++i) {
      if (fills_new_columns(plan_.effects(up_)[i])) continue;
      const std::string left = "leaves " + plan_.effects(up_)[i].action;
      if (std::find(effect.arguments.begin(), effect.arguments.end(), left) == effect.arguments.end())
        effect.arguments.push_back(left);
    }
    Scope scope;
    scope.draft = down_;
    plan_.act(std::move(effect), at, scope, Back::Skipped);
  }

  Plan& plan_;
  const Node& root_;
  std::string app_;
  PythonQueries queries_;
  std::size_t up_ = 0;
  std::size_t down_ = 0;
  std::map<const Node*, std::pair<std::size_t, std::size_t>> done_;  // operation → its effects on the way up
};

bool is_models(std::string_view path) { return path.ends_with("/models.py"); }

Model lower(const SourceFileView& file, const LoweringView& view) {
  const code::Program program = code::read(code::Language::Python, file.text, file.offset);
  Plan plan(file, view, Stack::Django);
  const Node* migration = nullptr;
  for (const Node& node : program.root.body) {
    const bool derives =
        node.kind == Kind::Class && std::any_of(node.items.begin(), node.items.end(),
                                                [](const Node& base) { return base.text.ends_with("Migration"); });
    if (derives) migration = &node;
  }
  const bool whole = migration != nullptr && std::any_of(migration->body.begin(), migration->body.end(),
                                                         [](const Node& node) { return node.text == "operations"; });
  if (whole) {
    Django(plan, program.root).run(*migration);
  } else if (is_models(file.path)) {
    Django(plan, program.root).run_models();
  } else if (file.partial) {
    Django(plan, program.root).run_fragment();
  }
  report_unread(plan, program);
  return plan.finish();
}

}  // namespace

const Frontend django_frontend{Stack::Django, lower, wants_earlier, link_history};

}  // namespace redtag::migration
