#include "lower/migration/fix.h"

#include <algorithm>

#include "base/text.h"

namespace redtag::migration {

namespace {

/// A statement of the framework: `before` and `behind` stand around the SQL.
struct Call {
  std::string_view before;
  std::string_view behind;
};

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

std::string_view line_at(std::string_view text, std::size_t offset) {
  const std::size_t begin = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = begin == std::string_view::npos ? 0 : begin + 1;
  return text.substr(start, text.find('\n', offset) - start);
}
std::string_view indent_of(std::string_view line) { return line.substr(0, line.find_first_not_of(" \t")); }

std::string_view text_of(const FixRequestView& request, const Region& region) {
  if (region.bytes.end > request.text.size() || region.bytes.end < region.bytes.begin) return {};
  return request.text.substr(region.bytes.begin, region.bytes.size());
}

bool stands_here(const FixRequestView& request, const Region& region) {
  return region.valid() && region.file == request.file && region.side == Side::After &&
         region.bytes.end <= request.text.size();
}

Fix with_edit(const FixRequestView& request, std::string sentence, ByteRange bytes, std::string text) {
  return {FixKind::Keep, std::move(sentence), {{{request.file, Side::After, bytes}, std::move(text)}}};
}

/// The rows that go, kept in a table of their own by the statement before.
std::optional<Fix> back_up(const FixRequestView& request, const Call& call) {
  const Operation* operation = request.operation;
  if (operation == nullptr || !stands_here(request, operation->region) || !operation->procedure.valid())
    return std::nullopt;
  const std::string& table = operation->target.text;
  if (!operation->target.known() || !is_plain_name(table)) return std::nullopt;
  const bool rows = operation->verb == Verb::Delete || operation->verb == Verb::Empty;
  const bool taken = request.text.find(table + "_kept") != std::string_view::npos;
  if (!rows || taken) return std::nullopt;
  const std::uint32_t begin = operation->region.bytes.begin;
  const std::string_view line = line_at(request.text, begin);
  const auto start = static_cast<std::uint32_t>(line.data() - request.text.data());
  const std::string_view before = trim(request.text.substr(start, begin - start));
  // Only where the statement starts its line: what stands before it could be half of something.
  if (!before.empty() && before != "await" && before != "return") return std::nullopt;
  std::string kept = " AS SELECT * FROM " + table;
  const std::size_t where = operation->text.find(" WHERE ");
  const bool plain = operation->stack == Stack::Sql && operation->verb == Verb::Delete && where != std::string::npos &&
                     operation->text.size() < 300 && operation->text.starts_with("DELETE FROM " + table + " WHERE ");
  if (plain) kept += operation->text.substr(where);
  std::string copy(indent_of(line));
  copy += std::string(call.before) + "CREATE TABLE " + table + "_kept" + kept + std::string(call.behind) + "\n";
  return with_edit(request, "Keep the rows of " + table + " in " + table + "_kept before they go", {start, start},
                   std::move(copy));
}

/// The text of a way back: in the place of one that does nothing, or behind the way up.
std::optional<Fix> refuse(const FixRequestView& request, std::string_view skeleton) {
  const Procedure* up = request.procedure;
  if (up == nullptr || !stands_here(request, up->region) || !request.whole) return std::nullopt;
  const std::string_view indent = indent_of(line_at(request.text, up->region.bytes.begin));
  std::string text;
  for (const std::string_view line : split(skeleton, '\n')) {
    if (!text.empty()) text += "\n" + std::string(indent);
    text += line;
  }
  const std::string sentence =
      "Say that " + up->address + " has no way back, so that a rollback stops instead of pretending";
  if (request.reverse != nullptr) {
    const bool same = request.reverse->region.bytes == up->region.bytes;
    if (same || !stands_here(request, request.reverse->region)) return std::nullopt;
    return with_edit(request, sentence, request.reverse->region.bytes, std::move(text));
  }
  const std::uint32_t end = up->region.bytes.end;
  return with_edit(request, sentence, {end, end}, "\n\n" + std::string(indent) + text);
}

/// `change` runs both ways: what is put into it would have to be taken back.
bool runs_both_ways(const FixRequestView& request) {
  const Operation* operation = request.operation;
  if (operation == nullptr || !operation->procedure.valid()) return true;
  const Procedure& procedure = request.side->procedures[operation->procedure.value];
  return text_of(request, procedure.region).starts_with("def change");
}

/// No copy: the ways to make a table of a query's rows differ among the databases that it works with.
std::optional<Fix> write_entity_framework_fix(const FixRequestView& request) {
  if (request.kind != FixKind::Keep || request.operation != nullptr || request.procedure == nullptr)
    return std::nullopt;
  const bool old = text_of(request, request.procedure->region).find("MigrationBuilder") == std::string_view::npos;
  const std::string head =
      old ? "public override void Down()" : "protected override void Down(MigrationBuilder migrationBuilder)";
  return refuse(request,
                head + "\n{\n    throw new System.NotSupportedException(\"what this removes is not kept\");\n}");
}

}  // namespace

// A finding about an operation asks for a copy, one about a procedure for a way back.

std::optional<Fix> write_sql_fix(const FixRequestView& request) {
  if (request.procedure != nullptr && request.procedure->address.ends_with(".cs#up"))
    return write_entity_framework_fix(request);
  if (request.kind == FixKind::Keep && request.operation == nullptr) return write_sql_way_back(request);
  if (request.kind != FixKind::Keep || !request.operation->procedure.valid()) return std::nullopt;
  // Not in a program: what stands there is a string of its language.
  const std::string& address = request.side->procedures[request.operation->procedure.value].address;
  const std::string_view path = std::string_view(address).substr(0, address.find('#'));
  if (!path.ends_with(".sql") && !path.ends_with(".psql") && !path.ends_with(".pgsql")) return std::nullopt;
  if (request.operation->action == "drop-table") return write_sql_guard(request);
  const bool server = request.text.find("\nGO") != std::string_view::npos;  // SQL Server knows SELECT INTO only
  const std::string start = lower_ascii(request.operation->text.substr(0, 9));
  const std::string_view text = text_of(request, request.operation->region);
  // A statement of its own: no part of a query, and none in a program's string.
  const bool own = (start.starts_with("delete ") || start.starts_with("truncate ")) &&
                   starts_with_ignoring_case(text, start.substr(0, 6));
  return server || !own ? std::nullopt : back_up(request, {"", ";"});
}

std::optional<Fix> write_rails_fix(const FixRequestView& request) {
  if (request.kind != FixKind::Keep) return std::nullopt;
  if (request.operation != nullptr)
    return runs_both_ways(request) ? std::nullopt : back_up(request, {"execute \"", "\""});
  return refuse(request,
                "def down\n  raise ActiveRecord::IrreversibleMigration, \"what this removes is not kept\"\nend");
}

std::optional<Fix> write_django_fix(const FixRequestView& request) {
  const bool editor = request.text.find("schema_editor") != std::string_view::npos;
  if (request.kind != FixKind::Keep || !editor) return std::nullopt;
  return back_up(request, {"schema_editor.execute(\"", "\")"});
}

std::optional<Fix> write_alembic_fix(const FixRequestView& request) {
  if (request.kind != FixKind::Keep) return std::nullopt;
  if (request.operation != nullptr) return back_up(request, {"op.execute(\"", "\")"});
  return refuse(request, "def downgrade():\n    raise NotImplementedError(\"what this removes is not kept\")");
}

std::optional<Fix> write_laravel_fix(const FixRequestView& request) {
  if (request.kind != FixKind::Keep) return std::nullopt;
  if (request.operation != nullptr) return back_up(request, {"\\Illuminate\\Support\\Facades\\DB::statement('", "');"});
  return refuse(request,
                "public function down()\n{\n    throw new \\RuntimeException('what this removes is not kept');\n}");
}

std::optional<Fix> write_ecto_fix(const FixRequestView& request) {
  if (request.kind != FixKind::Keep) return std::nullopt;
  if (request.operation != nullptr)
    return runs_both_ways(request) ? std::nullopt : back_up(request, {"execute \"", "\""});
  return refuse(request, "def down do\n  raise \"what this removes is not kept\"\nend");
}

std::optional<Fix> write_node_fix(const FixRequestView& request) {
  constexpr std::string_view raises = "throw new Error('what this removes is not kept');";
  if (request.kind != FixKind::Keep) return std::nullopt;
  const auto says = [&](std::string_view word) { return request.text.find(word) != std::string_view::npos; };
  if (request.operation != nullptr)
    return says("async") && says("knex") ? back_up(request, {"await knex.raw('", "');"}) : std::nullopt;
  if (request.procedure == nullptr || !request.whole) return std::nullopt;
  const std::string sentence = "Say that " + request.procedure->address + " has no way back, so that a rollback stops";
  if (request.reverse != nullptr && stands_here(request, request.reverse->region)) {
    // A function that does nothing keeps its head, whatever its form.
    const std::string_view text = text_of(request, request.reverse->region);
    const std::size_t open = text.find('{'), close = text.rfind('}');
    const bool empty =
        open != std::string_view::npos && close > open && trim(text.substr(open + 1, close - open - 1)).empty();
    if (!empty) return std::nullopt;
    const std::uint32_t begin = request.reverse->region.bytes.begin;
    const ByteRange inside{begin + static_cast<std::uint32_t>(open) + 1, begin + static_cast<std::uint32_t>(close)};
    return with_edit(request, sentence, inside, " " + std::string(raises) + " ");
  }
  const auto end = static_cast<std::uint32_t>(request.text.size());
  const bool common = says("exports.up");
  if (!common && !says("export async function up")) return std::nullopt;
  const std::string head = common ? "\nexports.down = async () => {\n  " : "\nexport async function down() {\n  ";
  return with_edit(request, sentence, {end, end}, head + std::string(raises) + (common ? "\n};\n" : "\n}\n"));
}

/// Before the element that deletes; in the other forms a change is a list's item, whose layout varies.
std::optional<Fix> write_liquibase_fix(const FixRequestView& request) {
  if (request.kind != FixKind::Keep || request.operation == nullptr) return std::nullopt;
  if (request.operation->action == "drop-table") return write_liquibase_guard(request);
  if (!text_of(request, request.operation->region).starts_with("<delete")) return std::nullopt;
  return back_up(request, {"<sql>", "</sql>"});
}

}  // namespace redtag::migration
