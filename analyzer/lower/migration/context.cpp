#include "lower/migration/context.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "lower/sql/history.h"

namespace redtag::migration {

namespace {

/// How many earlier migrations are read for one folder; the newest of them, since they decide.
constexpr std::size_t most_earlier = 120;

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}
std::string_view name_of_file(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool has_argument(const Operation& operation, std::string_view start) {
  return std::any_of(operation.arguments.begin(), operation.arguments.end(),
                     [&](const Value& argument) { return argument.text.starts_with(start); });
}

bool asks(const Operation& operation, Stack stack) {
  if (operation.action == "alter-type") return !has_argument(operation, "from ");
  return stack == Stack::Django && operation.action == "drop-table";
}

bool goes_up(const LoweredFile& file, const Operation& operation) {
  return !operation.procedure.valid() || file.model.procedures[operation.procedure.value].direction != Direction::Down;
}

/// What is known of columns and models after some files.
struct Known {
  std::map<std::string, std::string> types;  // table.column → type
  std::set<std::string> without_table;
};

void learn(const LoweredFile& file, const Operation& operation, Known& known) {
  if (!operation.target.known() || !goes_up(file, operation)) return;
  const std::string& target = operation.target.text;
  if (operation.action == "create-model-without-table") known.without_table.insert(target);
  for (const Value& argument : operation.arguments) {
    if (argument.text.starts_with("has ")) {
      const std::size_t blank = argument.text.find(' ', 4);
      if (blank == std::string::npos) continue;
      const std::string column = argument.text.substr(4, blank - 4);
      const bool whole = operation.action == "add-column";
      known.types[whole ? target : target + '.' + column] = argument.text.substr(blank + 1);
    } else if (operation.action == "alter-type" && argument.text.starts_with("to ")) {
      known.types[target] = argument.text.substr(3);
    } else if (operation.action == "rename-column" && argument.text.starts_with("to ")) {
      const auto type = known.types.find(target);
      if (type == known.types.end()) continue;
      known.types[target.substr(0, target.rfind('.') + 1) + argument.text.substr(3)] = type->second;
    }
  }
}

void judge(const LoweredFile& file, Operation& operation, const Known& known) {
  if (!operation.target.known() || !goes_up(file, operation)) return;
  if (operation.action == "drop-table" && known.without_table.count(operation.target.text) > 0) {
    operation.verb = Verb::Alter;
    operation.action = "forget-model";
    operation.object = "model without table";
  }
  if (operation.action != "alter-type" || has_argument(operation, "from ")) return;
  const auto before = known.types.find(operation.target.text);
  if (before == known.types.end()) return;
  for (const Value& argument : operation.arguments) {
    if (!argument.text.starts_with("to ")) continue;
    operation.verb = Verb::Alter;
    sql::judge_conversion(operation.verb, operation.certainty, before->second, argument.text.substr(3), "");
    operation.arguments.push_back(known_string("from " + before->second, operation.region));
    return;
  }
}

}  // namespace

std::vector<Path> wants_earlier(std::span<const LoweredFile> files, SourceTree& tree) {
  std::map<std::string, std::string> newest;  // folder → name of the newest changed file that asks
  for (const LoweredFile& file : files) {
    if (file.context || file.model.operations.empty()) continue;
    const Stack stack = file.model.operations.front().stack;
    const bool ask =
        std::any_of(file.model.operations.begin(), file.model.operations.end(),
                    [&](const Operation& operation) { return asks(operation, stack) && goes_up(file, operation); });
    if (!ask) continue;
    std::string& name = newest[std::string(directory_of(file.path))];
    name = std::max(name, std::string(name_of_file(file.path)));
  }
  std::vector<Path> wanted;
  for (const auto& [folder, last] : newest) {
    std::vector<std::string> earlier;
    for (const TreeEntry& entry : tree.list(folder)) {
      if (!entry.directory && entry.name < last && entry.name.find('.') != std::string::npos)
        earlier.push_back(entry.name);
    }
    std::sort(earlier.begin(), earlier.end());
    const std::size_t first = earlier.size() > most_earlier ? earlier.size() - most_earlier : 0;
    for (std::size_t i = first; i < earlier.size(); ++i)
      wanted.push_back(folder.empty() ? earlier[i] : folder + '/' + earlier[i]);
  }
  return wanted;
}

void link_history(std::span<LoweredFile> files, SourceTree&, const FactTables&) {
  std::vector<LoweredFile*> in_order;
  for (LoweredFile& file : files) in_order.push_back(&file);
  // The names of migrations are their order: numbers and times stand in front.
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const LoweredFile* a, const LoweredFile* b) { return a->path < b->path; });
  Known known;
  std::string folder;
  for (LoweredFile* file : in_order) {
    if (directory_of(file->path) != folder) {
      folder = directory_of(file->path);
      known.types.clear();
    }
    for (Operation& operation : file->model.operations) {
      judge(*file, operation, known);
      learn(*file, operation, known);
    }
  }
}

}  // namespace redtag::migration
