#include "lower/sql/guards.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/text.h"

namespace redtag::sql {

namespace {

constexpr std::size_t longest_guard = 4096;  ///< bytes of one statement; what is longer does more than to look

bool holds_any(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

std::optional<SafeguardKind> guard_in(WordsView words) {
  static constexpr std::array stops = std::to_array<std::string_view>(
      {"raise exception", "raiserror", "throw", "raise_application_error", "signal sqlstate", "noexec on"});
  static constexpr std::array places = std::to_array<std::string_view>(
      {"current_database(", "db_name(", "database(", "@@servername", "@@hostname", "host_name(", "inet_server_addr(",
       "inet_server_port(", "current_setting(", "pg_is_in_recovery(", "serverproperty(", "sys_context("});
  static constexpr std::array persons = std::to_array<std::string_view>(
      {"current_user", "session_user", "system_user", "suser_sname(", "is_member(", "is_srvrolemember(", "pg_has_role(",
       "has_database_privilege(", "has_schema_privilege(", "has_table_privilege("});
  static constexpr std::array rows = std::to_array<std::string_view>({"exists", "count("});
  if (!words.is_any({"do", "if", "declare", "begin"}) || words.done()) return std::nullopt;
  const ByteRange bytes{words.token().begin, words.lexed().tokens[words.end() - 1].end};
  if (bytes.size() > longest_guard) return std::nullopt;
  std::string text = lower_ascii(words.lexed().text.substr(bytes.begin, bytes.size()));
  // Blanks in front of a parenthesis and between two words decide nothing.
  std::string plain;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && (plain.empty() || plain.back() == ' ')) continue;
    if (c == '(' && plain.ends_with(' ')) plain.pop_back();
    plain += blank ? ' ' : c;
  }
  if (!holds_any(plain, stops)) return std::nullopt;
  if (holds_any(plain, places)) return SafeguardKind::EnvironmentCheck;
  if (holds_any(plain, persons)) return SafeguardKind::PermissionCheck;
  if (holds_any(plain, rows)) return SafeguardKind::ExistenceCheck;
  return std::nullopt;
}

}  // namespace redtag::sql
