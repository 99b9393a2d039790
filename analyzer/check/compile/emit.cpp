// The built-in pack as C++: constant tables, so that starting the program reads, allocates and relocates nothing.
#include <fmt/format.h>

#include "check/compile/compile.h"

namespace redtag {

namespace {

/// String literals of at most this many bytes each; the compiler joins them.
constexpr std::size_t literal_bytes = 2048;

std::string literal(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i == 0 || i < text.size(); i += literal_bytes) {
    out += "\n    \"";
    for (const char c : text.substr(i, literal_bytes)) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
      } else if (byte < 0x20 || byte >= 0x7F || c == '?') {
        out += fmt::format("\\{:03o}", byte);
      } else {
        out += c;
      }
    }
    out += '"';
  }
  return out;
}

std::string shown(TextRef ref) { return fmt::format("{{{}u, {}u}}", ref.begin, ref.size); }
std::string shown(RowRange range) { return fmt::format("{{{}u, {}u}}", range.first, range.count); }
template <class Enum>
std::string number(std::string_view type, Enum value) {
  return fmt::format("static_cast<{}>({})", type, static_cast<unsigned>(value));
}

std::string shown(const ConditionRow& row) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}u}}", number("ConditionOp", row.op), number("Field", row.field),
                     shown(row.children), shown(row.operands), shown(row.path), row.bits);
}

std::string shown(const MessageRow& row) {
  return fmt::format("{{{}, {}}}", shown(row.literal), number("Field", row.field));
}

std::string shown(const SeverityRow& row) {
  return fmt::format("{{{}u, {}, {}}}", row.condition, number("SeverityBy", row.by), number("Severity", row.severity));
}

std::string shown(const CheckRow& row) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}u, {}u, {}u, {}u, {}u, {}, {}, {}, {}, {}, {}u, {}}}",
                     shown(row.name), shown(row.title), shown(row.help), shown(row.since),
                     number("Category", row.category), number("Action", row.action), number("At", row.at),
                     number("SubjectKind", row.subject), row.stacks, row.changes, row.effects, row.match, row.unless,
                     shown(row.severities), shown(row.says), shown(row.because), shown(row.instead),
                     shown(row.supersedes), row.fold, row.fix ? number("FixKind", *row.fix) : "std::nullopt");
}

std::string shown(const RuleRow& row) {
  return fmt::format("{{{}, {}u, {}}}", shown(row.id), row.check, number("Stack", row.stack));
}

template <class Row>
std::string table(std::string_view type, std::string_view name, std::span<const Row> rows) {
  // An array of no elements is no C++: a std::array is.
  std::string out = fmt::format("constexpr std::array<{}, {}> {} = {{{{\n", type, rows.size(), name);
  for (const Row& row : rows) out += "    " + shown(row) + ",\n";
  if (rows.empty()) return fmt::format("constexpr std::array<{}, 0> {} = {{}};\n", type, name);
  return out + "}};\n";
}

}  // namespace

std::string emit_cpp(const PackTablesView& pack) {
  std::string out =
      "// Made by redtag-checks from checks/. Do not edit.\n"
      "#include <array>\n\n#include \"check/builtin.h\"\n\nnamespace redtag {\n\nnamespace {\n\n";
  out += fmt::format("constexpr std::string_view text(\n{}, {});\n", literal(pack.text), pack.text.size());
  out += fmt::format("constexpr std::string_view digest = \"{}\";\n", pack.digest);
  out += fmt::format("constexpr std::string_view fact_words =\n{};\n", literal(pack.fact_words));
  out += table<TextRef>("TextRef", "texts", pack.texts);
  out += table<ConditionRow>("ConditionRow", "conditions", pack.conditions);
  out += table<MessageRow>("MessageRow", "messages", pack.messages);
  out += table<SeverityRow>("SeverityRow", "severities", pack.severities);
  out += table<CheckRow>("CheckRow", "checks", pack.checks);
  out += table<RuleRow>("RuleRow", "rules", pack.rules);
  out +=
      "\n}  // namespace\n\nPackTablesView builtin_pack() { return {{}, digest, text, texts, conditions, messages, "
      "severities, checks, "
      "rules, fact_words}; }\n\n}  // namespace redtag\n";
  return out;
}

}  // namespace redtag
