// pgroll and reshape: migrations that keep two versions of a schema side by side until somebody says that the old one may go.
//
//   start      the new version stands beside the old one; triggers carry values both ways (`up`, `down`)
//   complete   the old one goes: columns and tables that were dropped are gone from here on
//
// A way back is the tool's, until then. So what is lost carries the argument `kept until it is completed`, a new name breaks nobody who
// asks for the old one, and a missing way down is no omission.
// (https://pgroll.com/docs/latest/operations, https://github.com/fabianlindfors/reshape#migrations)
#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "lower/migration/changelog.h"
#include "lower/migration/frontends.h"
#include "lower/sql/types.h"

namespace redtag::migration {

namespace {

constexpr std::string_view kept = "kept until it is completed";

/// reshape's TOML, as far as its migrations use it: `[[actions]]`, tables and arrays of tables below one, strings on one line or several.
class TomlReader {
 public:
  TomlReader(std::string_view text, std::uint32_t offset) : text_(text), offset_(offset) {}

  Changelog run() {
    Changelog changelog;
    Element actions;
    actions.name = "actions";
    std::string table;  // below the action
    while (at_ < text_.size()) {
      const std::size_t begin = at_, end = line_end();
      const std::string_view line = trim(text_.substr(begin, end - begin));
      at_ = std::min(end + 1, text_.size());
      if (line.starts_with("[[actions]]")) {
        Element action;
        action.name = "action";
        action.head = action.bytes = place(begin, end);
        actions.children.push_back(std::move(action));
        table.clear();
      } else if (line.starts_with("[")) {
        const std::string_view name = trim(line, "[] ");
        table = std::string(name.substr(std::min(name.find('.') + 1, name.size())));
        if (line.starts_with("[[") && !actions.children.empty()) below(actions.children.back(), table, Make::Always);
      } else if (!line.empty() && line.front() != '#' && !actions.children.empty()) {
        Element& action = actions.children.back();
        Element& holder = table.empty() ? action : below(action, table, Make::IfMissing);
        setting(holder, begin, end);
        action.bytes.end = place(0, at_).end;
      }
    }
    changelog.roots.push_back(std::move(actions));
    return changelog;
  }

 private:
  enum class Make : std::uint8_t { Always, IfMissing };

  static std::string_view trim(std::string_view text, std::string_view what = " \t\r") {
    const std::size_t first = text.find_first_not_of(what);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(what) - first + 1);
  }
  [[nodiscard]] std::size_t line_end() const { return std::min(text_.find('\n', at_), text_.size()); }
  [[nodiscard]] ByteRange place(std::size_t begin, std::size_t end) const {
    return {offset_ + static_cast<std::uint32_t>(begin), offset_ + static_cast<std::uint32_t>(end)};
  }
  static Element& below(Element& action, const std::string& name, Make make) {
    for (auto child = action.children.rbegin(); child != action.children.rend() && make == Make::IfMissing; ++child) {
      if (child->name == name) return *child;
    }
    Element element;
    element.name = name;
    element.head = element.bytes = action.head;
    action.children.push_back(std::move(element));
    return action.children.back();
  }
  void setting(Element& holder, std::size_t begin, std::size_t end) {
    const std::size_t sign = text_.find('=', begin);
    if (sign == std::string_view::npos || sign >= end) return;
    Element child;
    child.name = std::string(trim(text_.substr(begin, sign - begin)));
    std::size_t from = std::min(text_.find_first_not_of(" \t", sign + 1), end), to = end;
    for (const std::string_view quote : {"\"\"\"", "'''", "\"", "'"}) {
      if (!text_.substr(from).starts_with(quote)) continue;
      from += quote.size();
      const bool several = quote.size() == 3;
      to = std::min(text_.find(quote, from), several ? text_.size() : end);
      if (several) at_ = std::max(at_, std::min(text_.find('\n', to), text_.size() - 1) + 1);
      break;
    }
    child.text = std::string(text_.substr(from, to - from));
    for (std::size_t i = from; i <= to; ++i) child.map.push_back(place(i, i).begin);
    child.head = child.bytes = place(begin, to);
    holder.attributes.push_back({child.name, child.text, child.bytes});
    holder.children.push_back(std::move(child));
  }

  std::string_view text_;
  std::uint32_t offset_;
  std::size_t at_ = 0;
};

class Versioned {
 public:
  explicit Versioned(Plan& plan, ByteRange bytes) : plan_(plan), bytes_(bytes) {
    up_.draft = plan_.open(Direction::Up, bytes);
    plan_.procedure(up_.draft).reverse_expected = false;
  }

  void read(const Changelog& changelog) {
    for (const Element& root : changelog.roots) {
      if (root.name == "operations") {
        for (const Element& operation : root.children) act(operation, operation.name);
      } else if (root.name == "actions") {
        for (const Element& action : root.children) {
          const std::string type = action.value("type");
          if (!type.empty()) act(action, type);
        }
      }
    }
  }

 private:
  static code::Node at(ByteRange bytes) {
    code::Node node;
    node.bytes = bytes;
    return node;
  }
  void add(sql::Effect effect, const Element& element, std::string_view mark = {}) {
    if (!mark.empty()) effect.arguments.emplace_back(mark);
    plan_.act(std::move(effect), at(element.bytes), up_);
  }
  static std::string either(const Element& element, std::string_view one, std::string_view other) {
    const std::string value = element.value(one);
    return value.empty() ? element.value(other) : value;
  }

  void act(const Element& element, std::string_view word) {
    const std::string table = element.value("table"), name = element.value("name");
    if (word == "create_table") {
      create(element, name);
    } else if (word == "drop_table" || word == "remove_table") {
      add(drop_table(either(element, "name", "table")), element, kept);
    } else if (word == "rename_table") {
      add(create_other("view", either(element, "to", "new_name")), element, kept);
    } else if (word == "add_column") {
      const Element* column = element.child("column");
      if (column != nullptr) add(add_column(table, column->value("name"), column->value("type")), element);
    } else if (word == "drop_column" || word == "remove_column") {
      add(drop_column(table, element.value("column")), element, kept);
    } else if (word == "rename_column") {
      add(alter_column("show-as", table, element.value("from")), element, kept);
    } else if (word == "alter_column") {
      alter(element, table);
    } else if (word == "drop_index" || word == "remove_index") {
      add(drop_other("index", either(element, "name", "index")), element);
    } else if (word == "drop_constraint" || word == "drop_multicolumn_constraint" || word == "remove_foreign_key") {
      add(drop_other("constraint", either(element, "name", "foreign_key")), element);
    } else if (word == "remove_enum") {
      add(drop_other("type", element.value("enum")), element);
    } else if (word == "sql" || word == "custom") {
      statements(element);
    }
  }

  void create(const Element& element, const std::string& name) {
    sql::Effect effect = create_table(name);
    const auto learn = [&](const Element& column) {
      if (!column.value("name").empty() && !column.value("type").empty())
        effect.columns.push_back({column.value("name"), sql::canonical_type(column.value("type"))});
    };
    for (const Element& child : element.children) {
      if (child.name != "columns") continue;
      learn(child);  // TOML: one element for each
      // YAML and JSON: `name` and `type` of all columns, one after the other.
      std::string column;
      for (const Element& part : child.children) {
        if (part.name == "name") column = part.text;
        if (part.name == "type" && !column.empty()) effect.columns.push_back({column, sql::canonical_type(part.text)});
      }
    }
    add(std::move(effect), element);
  }

  /// pgroll has what changes beside the column, reshape below `changes`.
  void alter(const Element& element, const std::string& table) {
    const Element* changes = element.child("changes");
    const Element& to = changes == nullptr ? element : *changes;
    const std::string column = element.value("column");
    if (!to.value("type").empty()) add(alter_type(table, column, to.value("type"), ""), element, kept);
    if (to.value("nullable") == "false") {
      sql::Effect effect = alter_column("set-not-null", table, column);
      if (!element.value("up").empty()) effect.arguments.emplace_back("filled before");
      add(std::move(effect), element);
    }
    if (to.child("default") != nullptr) add(set_default(table, column, to.value("default")), element);
    if (!to.value("name").empty()) add(alter_column("show-as", table, column), element, kept);
  }

  void statements(const Element& element) {
    for (const Element& child : element.children) {
      const bool back = child.name == "down" || child.name == "abort";
      if (!back && child.name != "up" && child.name != "start" && child.name != "complete") continue;
      code::Node text = at(child.bytes);
      text.kind = code::Kind::String;
      text.text = child.text;
      text.map = child.map;
      if (!back) {
        plan_.run_sql(text, up_);
        continue;
      }
      if (!has_down_) {
        down_.draft = plan_.open(Direction::Down, bytes_);
        has_down_ = true;
      }
      plan_.run_sql(text, down_);
    }
  }

  Plan& plan_;
  ByteRange bytes_;
  Scope up_, down_;
  bool has_down_ = false;
};

}  // namespace

Model lower_versioned(const SourceFileView& file, const LoweringView& view) {
  Plan plan(file, view, Stack::Sql);
  const ByteRange whole{file.offset, file.offset + static_cast<std::uint32_t>(file.text.size())};
  Versioned migration(plan, whole);
  const bool toml = file.path.ends_with(".toml");
  const Changelog read =
      toml ? TomlReader(file.text, file.offset).run() : read_changelog(file.path, file.text, file.offset);
  migration.read(read);
  for (const ByteRange& error : read.errors) plan.gap(error, 0, "does not parse as a migration");
  return plan.finish();
}

}  // namespace redtag::migration
