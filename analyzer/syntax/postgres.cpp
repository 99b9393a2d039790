#include "syntax/postgres.h"

#include <pg_query.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace redtag::syntax {

namespace {

using Kind = PostgresAct::Kind;

std::optional<Kind> kind_of_statement(std::string_view node) {
  constexpr std::array kinds = std::to_array<std::pair<std::string_view, Kind>>({{"DropStmt", Kind::Drop},
                                                                                 {"DropdbStmt", Kind::Drop},
                                                                                 {"TruncateStmt", Kind::Truncate},
                                                                                 {"DeleteStmt", Kind::Delete},
                                                                                 {"UpdateStmt", Kind::Update},
                                                                                 {"MergeStmt", Kind::Merge},
                                                                                 {"AlterTableStmt", Kind::Alter}});
  for (const auto& [name, kind] : kinds) {
    if (name == node) return kind;
  }
  return std::nullopt;
}

/// Picks the acts out of the parse tree's JSON as it streams by: no tree is built, however large the statement.
class ActCollector final : public nlohmann::json_sax<nlohmann::json> {
 public:
  PostgresReading reading;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool string(string_t& value) override {
    if (open_.empty() || !open_.back().names || open_.back().objects > 1) return true;
    const bool part = key_ == "schemaname" || key_ == "relname" || key_ == "sval" || key_ == "dbname";
    if (part) reading.acts[open_.back().act].name.push_back(value);
    return true;
  }
  bool start_object(std::size_t) override {
    ++depth_;
    if (!open_.empty() && depth_ == open_.back().depth + 1) ++open_.back().objects;
    if (const auto kind = kind_of_statement(key_)) {
      open_.push_back({reading.acts.size(), depth_});
      reading.acts.push_back({*kind, {}, false});
    }
    if (key_ == "stmt") ++reading.statements;
    key_.clear();
    return true;
  }
  bool end_object() override {
    if (!open_.empty() && open_.back().depth == depth_) open_.pop_back();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool key(string_t& name) override {
    key_ = name;
    if (open_.empty() || depth_ != open_.back().depth) return true;
    Open& act = open_.back();
    act.names = name == "relation" || name == "objects" || name == "relations" || name == "dbname";
    act.objects = 0;
    if (name == "whereClause") reading.acts[act.act].filtered = true;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  struct Open {
    std::size_t act = 0;
    std::size_t depth = 0;    ///< of the statement's object
    std::size_t objects = 0;  ///< that started right below the field at hand: the first one is the first name
    bool names = false;       ///< the field at hand holds what the statement aims at
  };
  std::vector<Open> open_;
  std::string key_;
  std::size_t depth_ = 0;
};

}  // namespace

Expected<PostgresReading> read_postgres(std::string_view statement) {
  if (statement.size() > postgres_bytes)
    return fail(ErrorCode::Limit, "the statement is too long for PostgreSQL's parser");
  if (statement.find('\0') != std::string_view::npos)
    return fail(ErrorCode::Input, "a NUL byte ends what PostgreSQL reads");
  const std::string text(statement);
  const PgQueryParseResult parsed = pg_query_parse(text.c_str());
  const auto release = [](const PgQueryParseResult* result) { pg_query_free_parse_result(*result); };
  const std::unique_ptr<const PgQueryParseResult, decltype(release)> owner(&parsed, release);
  if (parsed.error != nullptr) {
    return fail(ErrorCode::Input,
                std::string("not PostgreSQL: ") + (parsed.error->message != nullptr ? parsed.error->message : ""));
  }
  ActCollector collector;
  if (!nlohmann::json::sax_parse(std::string_view(parsed.parse_tree), &collector)) {
    return fail(ErrorCode::Input, "PostgreSQL's parse tree cannot be read");
  }
  return std::move(collector.reading);
}

}  // namespace redtag::syntax
