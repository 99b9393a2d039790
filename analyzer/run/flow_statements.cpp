#include "run/flow_statements.h"

#include <algorithm>
#include <set>

#include "base/path.h"
#include "base/text.h"
#include "lower/shell/follow.h"

namespace redtag {

namespace {

constexpr std::size_t most_files = 4;
constexpr std::size_t most_bytes = std::size_t{256} << 10;
constexpr std::size_t most_operations = 16;

bool is_path_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./").find(c) != std::string_view::npos;
}

/// Words of a text that end in `.sql`.
std::set<std::string> statement_names(std::string_view text) {
  std::set<std::string> names;
  constexpr std::string_view ending = ".sql";
  for (std::size_t at = text.find(ending); at != std::string_view::npos && names.size() < most_files;
       at = text.find(ending, at + 1)) {
    const std::size_t end = at + ending.size();
    if (end < text.size() && is_path_byte(text[end])) continue;
    std::size_t begin = at;
    while (begin > 0 && is_path_byte(text[begin - 1])) --begin;
    std::string_view name = text.substr(begin, end - begin);
    while (name.starts_with('/')) name.remove_prefix(1);
    if (name.size() > ending.size()) names.emplace(name);
  }
  return names;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> statement_files(const Flow& flow, SourceTree& tree) {
  std::vector<std::pair<std::string, std::string>> files;
  const std::string& path = flow.reader.path;
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? std::string() : path.substr(0, slash);
  for (const std::string& name : statement_names(flow.reader.text)) {
    for (const std::string& from : {directory, std::string()}) {
      const auto place = path_below(from, name);
      std::optional<std::string> text = place ? tree.read(*place) : std::nullopt;
      if (!text || text->size() > most_bytes) continue;
      files.emplace_back(name, std::move(*text));
      break;
    }
  }
  return files;
}

void add_statements(const Flow& flow, const Frontend& sql, const FactTables& facts, Model& model) {
  std::vector<Operation> added;
  for (const Operation& call : model.operations) {
    if (!shell::is_call(call) || !call.procedure.valid()) continue;
    for (const auto& [name, text] : flow.statements) {
      if (!name.ends_with(call.target.text) && !call.target.text.ends_with(name)) continue;
      const Model inner = sql.lower({FileId{0}, Side::After, name, text}, LoweringView{facts});
      for (const Operation& statement : inner.operations) {
        const bool harm = statement.verb == Verb::Destroy || statement.verb == Verb::Empty;
        if (!harm || statement.harmless_target || added.size() >= most_operations) continue;
        Operation is = statement;
        is.arguments.insert(is.arguments.end(), call.arguments.begin(), call.arguments.end());
        is.text = shortened(call.text + " runs `" + statement.text + "`", 400);
        is.procedure = call.procedure;
        is.region = call.region;
        added.push_back(std::move(is));
      }
    }
  }
  for (Operation& each : added) model.operations.push_back(std::move(each));
}

}  // namespace redtag
