#include "lower/sql/columns.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lower/sql/history.h"
#include "lower/sql/migration.h"
#include "lower/sql/types.h"

namespace redtag::sql {

namespace {

/// How many texts are searched for one folder, and how many of those that speak of the columns are lowered; the newest decide.
constexpr std::size_t most_searched = 400;
constexpr std::size_t most_lowered = 12;

std::string_view argument_after(const Operation& operation, std::string_view start) {
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with(start)) return std::string_view(argument.text).substr(start.size());
  }
  return {};
}

bool says(const Operation& operation, std::string_view word) {
  return std::any_of(operation.arguments.begin(), operation.arguments.end(),
                     [&](const Value& argument) { return argument.text == word; });
}

/// What an index or a constraint is called: Rails' are told by their table.
std::string rule_name(const Operation& operation) {
  const std::string_view named = argument_after(operation, "named ");
  return named.empty() ? operation.target.text : std::string(named);
}

/// An index or a constraint goes, and nothing takes its place.
bool drops_rule(const Operation& operation) {
  return (operation.action == "drop-index" || operation.action == "drop-constraint") && says(operation, "for good");
}

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
std::string_view name_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}
std::string joined(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : std::string(directory) + '/' + std::string(name);
}

/// The order in which migrations run: numbers by their value (`9_b` before `10_a`), anything else by its bytes.
bool runs_before(std::string_view a, std::string_view b) {
  const auto digits_at = [](std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    return text.substr(at, end - at);
  };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    std::string_view left = digits_at(a, i), right = digits_at(b, j);
    if (left.empty() || right.empty()) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
      continue;
    }
    i += left.size(), j += right.size();
    left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
    right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
    if (left.size() != right.size()) return left.size() < right.size();
    if (left != right) return left < right;
  }
  return a.size() - i < b.size() - j || (a.size() - i == b.size() - j && a < b);
}

bool is_dump(std::string_view name) {
  constexpr std::array dumps = std::to_array<std::string_view>(
      {"init.sql", "models.py", "schema.prisma", "schema.rb", "schema.sql", "structure.sql"});
  return std::binary_search(dumps.begin(), dumps.end(), name);
}
/// One folder a migration: `20240502_note/up.sql`.
bool is_alone(std::string_view name) { return name == "up.sql" || name == "down.sql" || name == "migration.sql"; }

std::string_view ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

/// Of a rule that goes: its name, or where that is made by a framework its table; and that rows were kept apart.
std::vector<std::string> words_of_rule(const Operation& operation) {
  std::string name = lower_ascii(split(operation.target.text, '.').back());
  for (const std::string_view kind : {"index ", "constraint "}) {
    if (name.starts_with(kind)) name.erase(0, kind.size());
  }
  return {name, "uniq"};
}

/// The words that an earlier text must hold to tell what is asked, in lower case.
std::vector<std::string> words_asked(const Operation& operation) {
  const std::vector<std::string_view> parts = split(operation.target.text, '.');
  const std::string last = lower_ascii(parts.back());
  if (operation.stack == Stack::Sql && parts.size() > 1) return {lower_ascii(parts[parts.size() - 2]), last};
  // Django's tables are `application_model`, and the application is nowhere in its migrations.
  const std::size_t cut = last.find('_');
  return {operation.object == "table" && cut != std::string::npos ? last.substr(cut + 1) : last};
}

/// Texts that may stand before a file, in order: those in its folder, or the same name in folders beside it; and a dump of the
/// schema here or above.
std::vector<Path> texts_before(const Path& path, SourceTree& tree) {
  std::vector<Path> texts;
  const std::string_view folder = directory_of(path), name = name_of(path), above = directory_of(folder);
  for (const std::string_view directory : {folder, above}) {
    for (const TreeEntry& entry : tree.list(directory)) {
      const bool alike = !entry.directory && ending_of(entry.name) == ending_of(name);
      const bool earlier = alike && directory == folder && runs_before(entry.name, name);
      if (!entry.directory && (earlier || is_dump(entry.name))) texts.push_back(joined(directory, entry.name));
      const bool beside = entry.directory && directory == above && runs_before(entry.name, name_of(folder));
      if (beside && is_alone(name)) texts.push_back(joined(joined(above, entry.name), name));
    }
    if (folder == above) break;
  }
  if (name == "migration.sql" && !above.empty()) {  // prisma/migrations/20240502_note/migration.sql
    const std::string_view top = directory_of(above);
    for (const TreeEntry& entry : tree.list(top)) {
      if (!entry.directory && entry.name == "schema.prisma") texts.push_back(joined(top, entry.name));
    }
  }
  std::sort(texts.begin(), texts.end(), runs_before);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  if (texts.size() > most_searched) texts.erase(texts.begin(), texts.end() - most_searched);
  return texts;
}

/// The newest of them that hold all words of one question.
void choose(const std::vector<Path>& texts, const std::vector<std::vector<std::string>>& asked, SourceTree& tree,
            std::set<Path>& wanted) {
  tree.prefetch(texts);
  std::size_t found = 0;
  for (auto path = texts.rbegin(); path != texts.rend() && found < most_lowered; ++path) {
    const std::optional<std::string> text = tree.read(*path);
    if (!text) continue;
    const std::string lower = lower_ascii(*text);
    const bool speaks = std::any_of(asked.begin(), asked.end(), [&](const std::vector<std::string>& words) {
      return std::all_of(words.begin(), words.end(),
                         [&](const std::string& word) { return lower.find(word) != std::string::npos; });
    });
    if (!speaks) continue;
    if (!is_dump(name_of(*path))) ++found;
    wanted.insert(*path);
  }
}

}  // namespace

void KnownColumns::forget_table(const std::string& table) {
  const std::string start = table + '.';
  const auto first = types_.lower_bound(start);
  auto last = first;
  while (last != types_.end() && last->first.starts_with(start)) ++last;
  types_.erase(first, last);
  std::erase_if(collations_, [&](const auto& row) { return row.first.starts_with(start); });
}

std::string KnownColumns::collation_of(const std::string& column) const {
  const auto found = collations_.find(column);
  return found == collations_.end() ? std::string() : found->second;
}

std::string KnownColumns::type_of(const std::string& column) const {
  const auto found = types_.find(column);
  return found == types_.end() ? std::string() : found->second;
}

std::vector<std::string> KnownColumns::columns_of(const std::string& table) const {
  std::vector<std::string> columns;
  const std::string start = table + '.';
  for (auto at = types_.lower_bound(start); at != types_.end() && at->first.starts_with(start); ++at)
    columns.push_back(at->first.substr(start.size()));
  return columns;
}

/// The values of a type that names them.
void KnownColumns::learn_values(const Operation& operation) {
  const std::string type = lower_ascii(operation.target.text);
  if (operation.action == "drop-type") values_.erase(type);
  if (operation.action == "create-type") values_[type].clear();
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with("value ")) values_[type].insert(argument.text.substr(6));
    if (operation.action != "rename-type" || !argument.text.starts_with("to ")) continue;
    values_[lower_ascii(argument.text.substr(3))] = values_[type];
    for (auto& [column, of] : types_) {
      if (of == type) of = lower_ascii(argument.text.substr(3));
    }
    values_.erase(type);
  }
}

/// Whether a type names fewer values than the one before: what stands in a row and is named no longer has no place.
bool KnownColumns::leaves_values_out(const std::string& from, const std::string& to) const {
  const auto before = values_.find(from), after = values_.find(to);
  if (before == values_.end() || after == values_.end() || after->second.empty()) return false;
  return !std::includes(after->second.begin(), after->second.end(), before->second.begin(), before->second.end());
}

void KnownColumns::learn(const Operation& operation) {
  if (!operation.target.known()) return;
  const std::string& target = operation.target.text;
  const std::string renamed(argument_after(operation, "to "));
  if (operation.action == "drop-column" || operation.action == "recreate-column") types_.erase(target);
  if (operation.action == "drop-table" || operation.action == "create-table") forget_table(target);
  if (operation.action == "rename-table" && !renamed.empty()) {
    std::vector<std::pair<std::string, std::string>> moved, compared;
    for (const std::string& column : columns_of(target)) {
      moved.emplace_back(renamed + '.' + column, types_[target + '.' + column]);
      if (std::string by = collation_of(target + '.' + column); !by.empty())
        compared.emplace_back(renamed + '.' + column, std::move(by));
    }
    forget_table(target);
    forget_table(renamed);
    types_.insert(moved.begin(), moved.end());
    collations_.insert(compared.begin(), compared.end());
  }
  if (operation.object == "type") learn_values(operation);
  const bool rule = operation.action == "create-index" || operation.action == "create-constraint";
  if (rule && (says(operation, asks_unique) || says(operation, asks_unique_of_new)))
    unique_.insert(rule_name(operation));
  if (operation.action == "create-model-without-table") without_table_.insert(target);
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with("collates ")) {
      const std::vector<std::string_view> words = split(argument.text, ' ');
      if (words.size() > 2) collations_[target + '.' + std::string(words[1])] = words[2];
    } else if (argument.text.starts_with("keeps apart ")) {
      unique_.insert(argument.text.substr(12));
    } else if (argument.text.starts_with("has ")) {
      const std::size_t blank = std::min(argument.text.find(' ', 4), argument.text.size());
      const std::string column = argument.text.substr(4, blank - 4);
      const bool whole = operation.action == "add-column";
      const bool models = operation.action == "declares" && operation.stack == Stack::Django;
      auto& types = models ? declared_ : types_;
      types[whole ? target : target + '.' + column] =
          blank < argument.text.size() ? canonical_type(argument.text.substr(blank + 1)) : "";
    } else if (operation.action == "alter-type" && argument.text.starts_with("to ")) {
      types_[target] = argument.text.substr(3);
    } else if (operation.action == "rename-column" && argument.text.starts_with("to ")) {
      const auto type = types_.find(target);
      if (type == types_.end()) continue;
      const std::string before = type->second;
      types_.erase(type);
      types_[target.substr(0, target.rfind('.') + 1) + argument.text.substr(3)] = before;
    }
  }
}

void KnownColumns::judge(Operation& operation) const {
  if (!operation.target.known()) return;
  if (operation.action == "drop-table" && without_table_.count(operation.target.text) > 0) {
    operation.verb = Verb::Alter;
    operation.action = "forget-model";
    operation.object = "model without table";
  }
  if (drops_rule(operation) && unique_.count(rule_name(operation)) > 0 && !says(operation, kept_apart))
    operation.arguments.push_back(known_string(std::string(kept_apart), operation.region));
  if (!asks_for_type(operation)) return;
  auto before = types_.find(operation.target.text);
  const std::string to(argument_after(operation, "to "));
  if (before == types_.end() || before->second.empty()) {
    before = declared_.find(operation.target.text);
    if (before == declared_.end() || before->second == canonical_type(to)) return;
  }
  if (before->second.empty() || to.empty()) return;
  if (loses_all(operation)) return;
  operation.verb = Verb::Alter;
  judge_conversion(operation.verb, operation.certainty, before->second, to, "");
  if (leaves_values_out(before->second, to)) {
    operation.verb = Verb::Narrow;
    operation.certainty = std::max(operation.certainty, Certainty::Likely);
  }
  if (operation.verb == Verb::Narrow && says(operation, not_strict)) operation.certainty = Certainty::Exact;
  operation.arguments.push_back(known_string("from " + before->second, operation.region));
}

bool loses_all(const Operation& operation) { return says(operation, keeps_nothing); }

bool asks_for_type(const Operation& operation) {
  return operation.action == "alter-type" && argument_after(operation, "from ").empty();
}

bool goes_up(const LoweredFile& file, const Operation& operation) {
  return !operation.procedure.valid() || file.model.procedures[operation.procedure.value].direction != Direction::Down;
}

std::vector<Path> wants_earlier_statements(std::span<const LoweredFile> files, SourceTree& tree) {
  std::set<Path> wanted;
  for (const LoweredFile& file : files) {
    if (file.context) continue;
    std::vector<std::vector<std::string>> asked;
    for (const Operation& operation : file.model.operations) {
      const bool model = operation.stack == Stack::Django && operation.action == "drop-table";
      if (!operation.target.known() || operation.target.text.empty() || !goes_up(file, operation)) continue;
      if (model || asks_for_type(operation)) asked.push_back(words_asked(operation));
      if (drops_rule(operation)) asked.push_back(words_of_rule(operation));
    }
    for (const Rebuild& rebuild : rebuilds_in(file.model)) {
      if (goes_up(file, file.model.operations[rebuild.drop]))
        asked.push_back({lower_ascii(split(rebuild.table, '.').back())});
    }
    if (!asked.empty()) choose(texts_before(file.path, tree), asked, tree, wanted);
  }
  return {wanted.begin(), wanted.end()};
}

namespace {

bool asks_whether_it_is_there(const Model& model, const Operation& drop) {
  return std::any_of(model.safeguards.begin(), model.safeguards.end(), [&](const Safeguard& guard) {
    return guard.text == "IF EXISTS" && guard.region == drop.region && guard.protects == drop.target.text;
  });
}

bool none_speaks_of(const std::vector<Path>& texts, const std::string& table, SourceTree& tree) {
  tree.prefetch(texts);
  return std::none_of(texts.begin(), texts.end(), [&](const Path& path) {
    if (read_pairing(path).direction == Direction::Down) return false;  // it may be its own way back
    const std::optional<std::string> text = tree.read(path);
    return !text || lower_ascii(*text).find(table) != std::string::npos;
  });
}

}  // namespace

void question_new_tables(LoweredFile& file, SourceTree& tree) {
  if (file.context || file.partial) return;
  std::optional<std::vector<Path>> texts;
  for (Operation& operation : file.model.operations) {
    if (operation.action != "recreate-table" || !operation.target.known() || !operation.procedure.valid()) continue;
    if (file.model.procedures[operation.procedure.value].direction != Direction::Up) continue;
    if (!asks_whether_it_is_there(file.model, operation)) continue;
    if (!texts) texts = texts_before(file.path, tree);
    // What was left out of a long history may speak of it.
    if (texts->empty() || texts->size() >= most_searched) return;
    const std::string table = lower_ascii(split(operation.target.text, '.').back());
    if (none_speaks_of(*texts, table, tree))
      operation.arguments.push_back(known_string("no earlier migration makes it", operation.region));
  }
}

void link_columns(std::span<LoweredFile> files) {
  // Of one folder at a time: two applications' tables of one name are not the same. A dump tells what stood before all of them.
  std::map<std::string_view, std::vector<LoweredFile*>> folders;
  KnownColumns dumped;
  for (LoweredFile& file : files) {
    const std::string_view name = name_of(file.path), folder = directory_of(file.path);
    if (!is_dump(name) || !file.context) {
      folders[is_alone(name) ? directory_of(folder) : folder].push_back(&file);
      continue;
    }
    for (const Operation& operation : file.model.operations) dumped.learn(operation);
  }
  for (auto& [folder, inside] : folders) {
    // The names of migrations are their order: numbers and times stand in front.
    std::stable_sort(inside.begin(), inside.end(),
                     [](const LoweredFile* a, const LoweredFile* b) { return runs_before(a->path, b->path); });
    KnownColumns known = dumped;
    for (LoweredFile* file : inside) {
      const std::vector<Rebuild> rebuilds = file->context ? std::vector<Rebuild>{} : rebuilds_in(file->model);
      for (std::size_t i = 0, count = file->model.operations.size(); i < count; ++i) {
        if (!goes_up(*file, file->model.operations[i])) continue;
        known.judge(file->model.operations[i]);
        const auto rebuild =
            std::find_if(rebuilds.begin(), rebuilds.end(), [&](const Rebuild& row) { return row.begin == i; });
        if (rebuild != rebuilds.end()) tell_lost_columns(file->model, *rebuild, known);
        known.learn(file->model.operations[i]);
      }
    }
  }
}

KnownColumns known_by_dumps(std::span<const LoweredFile> before) {
  KnownColumns known;
  for (const LoweredFile& file : before) {
    if (file.context || !is_dump(name_of(file.path))) continue;
    for (const Operation& operation : file.model.operations) known.learn(operation);
  }
  return known;
}

void judge_by_dumps(const KnownColumns& known, std::span<LoweredFile> after) {
  for (LoweredFile& file : after) {
    if (file.context || is_dump(name_of(file.path))) continue;
    for (Operation& operation : file.model.operations) {
      if ((asks_for_type(operation) || drops_rule(operation)) && goes_up(file, operation)) known.judge(operation);
    }
  }
}

}  // namespace redtag::sql
