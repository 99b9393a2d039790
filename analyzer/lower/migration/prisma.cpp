// Prisma's schema: the columns that a database has before a migration changes them. Evidence of types; nothing runs.
// (https://www.prisma.io/docs/orm/reference/prisma-schema-reference)
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/text.h"
#include "lower/migration/frontends.h"
#include "lower/program/relations.h"
#include "lower/sql/types.h"

namespace redtag::migration {

namespace {

struct Scalar {
  std::string_view prisma;
  std::string_view sql;
};
constexpr std::array scalars = std::to_array<Scalar>({{"BigInt", "bigint"},
                                                      {"Boolean", "boolean"},
                                                      {"Bytes", "bytea"},
                                                      {"DateTime", "timestamp"},
                                                      {"Decimal", "numeric"},
                                                      {"Float", "double precision"},
                                                      {"Int", "integer"},
                                                      {"Json", "jsonb"},
                                                      {"String", "text"}});

/// What stands in the quotes behind a word: `users` of `@@map("users")`; empty for none.
std::string_view quoted_behind(std::string_view line, std::string_view word) {
  const std::size_t at = line.find(word);
  const std::size_t open = at == std::string_view::npos ? at : line.find('"', at);
  const std::size_t close = open == std::string_view::npos ? open : line.find('"', open + 1);
  return close == std::string_view::npos ? std::string_view() : line.substr(open + 1, close - open - 1);
}

/// `String? @db.VarChar(20)` → `varchar(20)`; empty for relations, lists and enumerations.
std::string type_of(std::string_view rest) {
  if (const std::size_t native = rest.find("@db."); native != std::string_view::npos) {
    std::string_view type = rest.substr(native + 4);
    const std::size_t close = type.find(')'), blank = type.find(' ');
    const bool sized = type.find('(') < blank && close != std::string_view::npos;
    return sql::canonical_type(type.substr(0, sized ? close + 1 : blank));
  }
  const std::string_view word = rest.substr(0, rest.find_first_of(" ?\t"));
  const auto known =
      std::find_if(scalars.begin(), scalars.end(), [&](const Scalar& scalar) { return scalar.prisma == word; });
  return known == scalars.end() ? std::string() : sql::canonical_type(known->sql);
}

/// `author User @relation(fields: [authorId], references: [id], onDelete: Cascade)`: a foreign key, and what becomes of its rows.
void relate(const SourceFileView& file, std::string_view line, std::string_view model_name, Model& model) {
  const std::string_view field = line.substr(0, line.find_first_of(" \t"));
  const std::string_view type = trim(line.substr(field.size()));
  const std::string_view other = type.substr(0, type.find_first_of(" ?[\t"));
  const auto begin = file.offset + static_cast<std::uint32_t>(line.data() - file.text.data());
  const Region here{file.file, file.side, {begin, begin + static_cast<std::uint32_t>(line.size())}};
  const std::size_t rule = line.find("onDelete:");
  const std::string_view behind = rule == std::string_view::npos ? std::string_view() : trim(line.substr(rule + 9));
  const sql::Effect effect = program::relation(model_name, field, behind.substr(0, behind.find_first_of(",) ")));
  Operation operation;
  operation.stack = Stack::Sql;
  operation.program = "sql";
  operation.verb = effect.verb;
  operation.action = effect.action;
  operation.object = effect.object;
  operation.arming = effect.arming;
  operation.target = known_string(effect.target.text(), here);
  operation.arguments = {known_string(effect.arguments.front(), here)};
  operation.text = std::string(line.substr(0, 200));
  operation.region = here;
  operation.procedure.value = 0;
  operation.position = static_cast<std::uint32_t>(model.operations.size());
  Operation needs = operation;
  needs.action = "refers";
  needs.object = "foreign key";
  needs.arming = Arming::Plain;
  needs.target = known_string(std::string(model_name), here);
  needs.arguments = {known_string("to " + std::string(other), here)};
  model.operations.push_back(std::move(operation));
  model.operations.push_back(std::move(needs));
}

}  // namespace

Model lower_prisma_schema(const SourceFileView& file) {
  Model model;
  Procedure procedure;
  procedure.stack = Stack::Sql;
  procedure.address = std::string(file.path);
  procedure.trigger = Trigger::ByHand;
  procedure.unread = true;  // not all of it is read here
  const Region all{file.file, file.side, {file.offset, static_cast<std::uint32_t>(file.offset + file.text.size())}};
  procedure.region = all;
  Operation table;
  std::string_view declared;
  bool inside = false;
  for (const std::string_view raw : split(file.text, '\n')) {
    const std::string_view line = trim(raw);
    if (model.operations.size() >= limits::entities_per_file) break;
    if (!inside && line.starts_with("model ")) {
      table = {};
      table.stack = Stack::Sql;
      table.verb = Verb::Alter;
      table.program = "sql";
      table.action = "declares";
      table.object = "table";
      table.region = all;
      table.procedure.value = 0;
      table.position = static_cast<std::uint32_t>(model.operations.size());
      const std::string_view name = line.substr(6, line.find_first_of(" {", 6) - 6);
      declared = name;
      table.target = known_string(std::string(name), all);
      inside = true;
    } else if (inside && line.starts_with("}")) {
      model.operations.push_back(std::move(table));
      inside = false;
    } else if (inside && line.starts_with("@@map")) {
      if (const std::string_view name = quoted_behind(line, "@@map"); !name.empty())
        table.target = known_string(std::string(name), all);
    } else if (inside && !line.empty() && !line.starts_with("//") && !line.starts_with("@@")) {
      const std::string_view field = line.substr(0, line.find_first_of(" \t"));
      const std::string type = type_of(trim(line.substr(field.size())));
      const std::string_view mapped = quoted_behind(line, " @map(");
      if (!type.empty())
        table.arguments.push_back(
            known_string("has " + std::string(mapped.empty() ? field : mapped) + ' ' + type, all));
      if (line.find("@relation(") != std::string_view::npos && line.find("fields:") != std::string_view::npos)
        relate(file, line, declared, model);
    }
  }
  model.procedures.push_back(std::move(procedure));
  return model;
}

}  // namespace redtag::migration
